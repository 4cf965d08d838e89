//! `/market-data/curves` and `/calendars`.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use credit_engine::dates::Calendar;
use http::{StatusCode, header};
use platform::auth::Caller;
use platform::db::{DbError, Json as DbJson};
use platform::http::etag::{IfMatch, etag, stale};
use platform::http::{Json, Page, PageQuery, Path, Query};
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::problems::{name_taken, not_implemented, refused};
use crate::Credit;
use crate::domain::asset::Issue;
use crate::store::curves::{self, CurveRow};

/// The most points of a curve.
const MOST_POINTS: usize = 1_200;

/// Lists the operations.
pub(super) fn routes() -> OpenApiRouter<Credit> {
    OpenApiRouter::new()
        .routes(routes!(list_calendars))
        .routes(routes!(list_curves, create_curve))
        .routes(routes!(find_curve, update_curve, delete_curve))
        .routes(routes!(find_treasury_rates))
}

/// What a curve holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum CurveKind {
    /// Values of an index in the future.
    IndexForward,
    /// Zero rates.
    Zero,
    /// Discount factors.
    Discount,
    /// Prepayment rates.
    Prepayment,
    /// Default rates.
    Default,
    /// Severities.
    Severity,
}

/// A point of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CurvePoint {
    /// Years from the date of the curve, 0 to 100.
    tenor: f64,
    /// A decimal.
    value: f64,
}

/// A curve to keep.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CurveBody {
    /// What people call it; unique together with the date.
    name: String,
    kind: CurveKind,
    /// The date of the values.
    as_of: NaiveDate,
    /// Where the values come from.
    #[serde(default)]
    source: String,
    /// How values between points are found; `linear` if absent.
    #[serde(default)]
    interpolation: Interpolation,
    /// 1 to 1200 points with rising tenors.
    points: Vec<CurvePoint>,
}

/// How values between points are found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CurveInterpolation)]
pub(super) enum Interpolation {
    /// In a straight line.
    #[default]
    Linear,
    /// The value of the point before.
    Step,
}

/// A stored curve.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CurveView {
    id: String,
    owner_id: String,
    /// The curve as it was sent.
    #[serde(flatten)]
    #[schema(value_type = CurveBody)]
    curve: Value,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Goes up with every change.
    version: i64,
}

impl From<CurveRow> for CurveView {
    fn from(row: CurveRow) -> Self {
        Self {
            id: row.id,
            owner_id: row.owner_id,
            curve: row.curve.0,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

fn row(app: &Credit, caller: &Caller, body: &CurveBody) -> Result<CurveRow, Problem> {
    let mut issues = Vec::new();
    for (field, text, least, most) in
        [("name", &body.name, 1, 100), ("source", &body.source, 0, 200)]
    {
        let length = text.chars().count();
        if !(least..=most).contains(&length) || text.contains('\0') {
            let message =
                format!("must have {least} to {most} characters without NUL, has {length}");
            issues.push(Issue::new(format!("/{field}"), "length", message));
        }
    }
    if !(1900..=2200).contains(&body.as_of.year()) {
        let message = format!("must be in the years 1900 to 2200, was {}", body.as_of);
        issues.push(Issue::new("/as_of", "out_of_range", message));
    }
    if body.points.is_empty() || body.points.len() > MOST_POINTS {
        let message = format!("must be 1 to {MOST_POINTS} points, were {}", body.points.len());
        issues.push(Issue::new("/points", "length", message));
    }
    let mut last = f64::NEG_INFINITY;
    for (position, point) in body.points.iter().enumerate() {
        if !(0.0..=100.0).contains(&point.tenor) || point.tenor <= last {
            let message =
                format!("must be years from 0 to 100 above the tenor before, was {}", point.tenor);
            issues.push(Issue::new(format!("/points/{position}/tenor"), "out_of_order", message));
        }
        if !(-1.0..=1.0).contains(&point.value) {
            let message = format!("must be a decimal between -1 and 1, was {}", point.value);
            issues.push(Issue::new(format!("/points/{position}/value"), "out_of_range", message));
        }
        last = point.tenor;
    }
    if !issues.is_empty() {
        issues.truncate(1_000);
        return Err(refused(issues));
    }
    let now = app.clock.now();
    let kind = serde_json::to_value(body.kind).map_err(Problem::internal)?;
    Ok(CurveRow {
        id: app.ids.with_prefix("curve"),
        owner_id: caller.user_id.clone(),
        name: body.name.clone(),
        kind: kind.as_str().unwrap_or_default().to_owned(),
        as_of: body.as_of,
        curve: DbJson(serde_json::to_value(body).map_err(Problem::internal)?),
        created_at: now,
        updated_at: now,
        version: 1,
    })
}

fn missing(id: &str) -> Problem {
    Problem::not_found("curve_not_found", format!("curve `{id}`"))
}

/// Lists the stored curves, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/market-data/curves",
    tag = "market data",
    params(PageQuery),
    responses((status = 200, body = Page<CurveView>)),
)]
pub(super) async fn list_curves(
    State(app): State<Credit>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<CurveView>>, Problem> {
    let limit = page.limit()?;
    let mut tx = app.db.read().await?;
    let rows = curves::list(&mut tx, &caller.tenant_id, page.after()?, limit + 1).await?;
    Ok(Json(Page::from_rows(rows, limit, |row| row.id.clone(), CurveView::from)))
}

/// Stores a curve.
#[utoipa::path(
    post,
    path = "/api/v1/market-data/curves",
    tag = "market data",
    request_body = CurveBody,
    responses(
        (status = 201, body = CurveView),
        (status = 409, description = "`name_taken`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
pub(super) async fn create_curve(
    State(app): State<Credit>,
    caller: Caller,
    Json(body): Json<CurveBody>,
) -> Result<Response, Problem> {
    let row = row(&app, &caller, &body)?;
    let mut tx = app.db.write().await?;
    let added = curves::insert(&mut tx, &caller.tenant_id, &row).await;
    if let Err(DbError::Unique(_)) = added {
        return Err(name_taken("curve of this date", &row.name));
    }
    added?;
    tx.commit().await?;
    let location = [(header::LOCATION, format!("/api/v1/market-data/curves/{}", row.id))];
    Ok((StatusCode::CREATED, etag(1), location, Json(CurveView::from(row))).into_response())
}

/// Returns a stored curve.
#[utoipa::path(
    get,
    path = "/api/v1/market-data/curves/{id}",
    tag = "market data",
    params(("id" = String, Path)),
    responses((status = 200, body = CurveView), (status = 404, body = Problem)),
)]
pub(super) async fn find_curve(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let mut tx = app.db.read().await?;
    let row = curves::find(&mut tx, &caller.tenant_id, &id).await?.ok_or_else(|| missing(&id))?;
    Ok((etag(row.version), Json(CurveView::from(row))).into_response())
}

/// Replaces a stored curve.
#[utoipa::path(
    put,
    path = "/api/v1/market-data/curves/{id}",
    tag = "market data",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header)),
    request_body = CurveBody,
    responses(
        (status = 200, body = CurveView),
        (status = 404, body = Problem),
        (status = 409, description = "`name_taken`", body = Problem),
        (status = 412, description = "`stale_version`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
pub(super) async fn update_curve(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    seen: IfMatch,
    Json(body): Json<CurveBody>,
) -> Result<Response, Problem> {
    let new = row(&app, &caller, &body)?;
    let mut tx = app.db.write().await?;
    let known = curves::find(&mut tx, &caller.tenant_id, &id).await?.ok_or_else(|| missing(&id))?;
    seen.check(known.version)?;
    let row = CurveRow {
        id: known.id,
        owner_id: known.owner_id,
        created_at: known.created_at,
        version: known.version,
        ..new
    };
    match curves::update(&mut tx, &caller.tenant_id, &row).await {
        Ok(true) => tx.commit().await?,
        Ok(false) => return Err(stale(row.version)),
        Err(DbError::Unique(_)) => return Err(name_taken("curve of this date", &row.name)),
        Err(error) => return Err(error.into()),
    }
    let row = CurveRow { version: row.version + 1, ..row };
    Ok((etag(row.version), Json(CurveView::from(row))).into_response())
}

/// Removes a stored curve.
#[utoipa::path(
    delete,
    path = "/api/v1/market-data/curves/{id}",
    tag = "market data",
    params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)),
)]
pub(super) async fn delete_curve(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let mut tx = app.db.write().await?;
    if !curves::delete(&mut tx, &caller.tenant_id, &id).await? {
        return Err(missing(&id));
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Published rates: a later release fetches them.
#[utoipa::path(
    get,
    path = "/api/v1/market-data/treasury",
    tag = "market data",
    responses((status = 501, description = "`rates_feed_not_available`", body = Problem)),
)]
pub(super) async fn find_treasury_rates() -> Problem {
    not_implemented(
        "rates_feed_not_available",
        "The rates feed is not available yet; store the rates with POST \
         /api/v1/market-data/curves.",
    )
}

/// Which holidays are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CalendarQuery {
    /// 1990 to 2100; this year if absent.
    year: Option<i32>,
}

/// A calendar and its holidays of one year.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CalendarView {
    /// The name that other operations take.
    name: &'static str,
    /// The name that people read.
    title: &'static str,
    year: i32,
    /// Besides Saturdays and Sundays.
    holidays: Vec<NaiveDate>,
}

/// Lists the calendars with their holidays.
#[utoipa::path(
    get,
    path = "/api/v1/calendars",
    tag = "market data",
    params(CalendarQuery),
    responses((status = 200, body = [CalendarView]), (status = 422, body = Problem)),
)]
pub(super) async fn list_calendars(
    State(app): State<Credit>,
    Query(query): Query<CalendarQuery>,
) -> Result<Json<Vec<CalendarView>>, Problem> {
    let year = query.year.unwrap_or_else(|| app.clock.today().year());
    if !(1990..=2100).contains(&year) {
        let message = format!("must be 1990 to 2100, was {year}");
        return Err(refused(vec![Issue::new("/query/year", "out_of_range", message)]));
    }
    let all = [
        ("weekends", "Weekends only", Calendar::Weekends),
        ("us_fed", "US Federal Reserve and SIFMA", Calendar::UsFederalReserve),
        ("us_treasury", "US government bonds", Calendar::UsGovernmentBond),
        ("sofr", "SOFR", Calendar::Sofr),
        ("target", "TARGET", Calendar::Target),
        ("uk", "United Kingdom", Calendar::UnitedKingdom),
    ];
    let view = |(name, title, calendar): (&'static str, &'static str, Calendar)| CalendarView {
        name,
        title,
        year,
        holidays: calendar.holidays(year),
    };
    Ok(Json(all.into_iter().map(view).collect()))
}
