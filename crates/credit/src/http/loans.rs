//! `/loans`: saved single loans.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use http::{StatusCode, header};
use platform::auth::Caller;
use platform::db::Json as DbJson;
use platform::http::etag::{IfMatch, etag, stale};
use platform::http::{Json, Page, PageQuery, Path, Query};
use platform::problem::Problem;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::cashflow::checked;
use super::problems::refused;
use crate::Credit;
use crate::domain::asset::Issue;
use crate::domain::loans::{LoanData, Valuing};
use crate::store::loans::{self, LoanRow};

/// Lists the operations.
pub(super) fn routes() -> OpenApiRouter<Credit> {
    OpenApiRouter::new().routes(routes!(list_loans, create_loan)).routes(routes!(
        find_loan,
        update_loan,
        delete_loan
    ))
}

/// A saved loan.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LoanView {
    id: String,
    /// The `loan_id` that was sent.
    name: String,
    /// Who saved it.
    owner_id: String,
    loan: LoanData,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Goes up with every change.
    version: i64,
}

impl From<LoanRow> for LoanView {
    fn from(row: LoanRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            owner_id: row.owner_id,
            loan: row.loan.0,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

/// The name of a loan that obeys the rules.
fn name(app: &Credit, data: &LoanData) -> Result<String, Problem> {
    checked(data, "", Valuing::default(), app.clock.today()).map_err(refused)?;
    let text = serde_json::to_string(data).map_err(Problem::internal)?;
    if text.contains("\\u0000") {
        let message = "must not contain the NUL character";
        return Err(refused(vec![Issue::new("", "wrong_text", message)]));
    }
    let id = data.loan_id.as_ref().and_then(|id| id.as_str());
    Ok(id.unwrap_or("loan").to_owned())
}

fn missing(id: &str) -> Problem {
    Problem::not_found("loan_not_found", format!("loan `{id}`"))
}

/// Lists the saved loans, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/loans",
    tag = "single loans",
    params(PageQuery),
    responses((status = 200, body = Page<LoanView>)),
)]
pub(super) async fn list_loans(
    State(app): State<Credit>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<LoanView>>, Problem> {
    let limit = page.limit()?;
    let mut tx = app.db.read().await?;
    let rows = loans::list(&mut tx, &caller.tenant_id, page.after()?, limit + 1).await?;
    Ok(Json(Page::from_rows(rows, limit, |row| row.id.clone(), LoanView::from)))
}

/// Saves a loan.
#[utoipa::path(
    post,
    path = "/api/v1/loans",
    tag = "single loans",
    request_body = LoanData,
    responses(
        (status = 201, body = LoanView),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
pub(super) async fn create_loan(
    State(app): State<Credit>,
    caller: Caller,
    Json(data): Json<LoanData>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let row = LoanRow {
        id: app.ids.with_prefix("loan"),
        owner_id: caller.user_id.clone(),
        name: name(&app, &data)?,
        loan: DbJson(data),
        created_at: now,
        updated_at: now,
        version: 1,
    };
    let mut tx = app.db.write().await?;
    loans::insert(&mut tx, &caller.tenant_id, &row).await?;
    tx.commit().await?;
    let location = [(header::LOCATION, format!("/api/v1/loans/{}", row.id))];
    Ok((StatusCode::CREATED, etag(1), location, Json(LoanView::from(row))).into_response())
}

/// Returns a saved loan.
#[utoipa::path(
    get,
    path = "/api/v1/loans/{id}",
    tag = "single loans",
    params(("id" = String, Path)),
    responses((status = 200, body = LoanView), (status = 404, body = Problem)),
)]
pub(super) async fn find_loan(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let mut tx = app.db.read().await?;
    let row = loans::find(&mut tx, &caller.tenant_id, &id).await?.ok_or_else(|| missing(&id))?;
    Ok((etag(row.version), Json(LoanView::from(row))).into_response())
}

/// Replaces a saved loan.
#[utoipa::path(
    put,
    path = "/api/v1/loans/{id}",
    tag = "single loans",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header)),
    request_body = LoanData,
    responses(
        (status = 200, body = LoanView),
        (status = 404, body = Problem),
        (status = 412, description = "`stale_version`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
pub(super) async fn update_loan(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    seen: IfMatch,
    Json(data): Json<LoanData>,
) -> Result<Response, Problem> {
    let name = name(&app, &data)?;
    let mut tx = app.db.write().await?;
    let known = loans::find(&mut tx, &caller.tenant_id, &id).await?.ok_or_else(|| missing(&id))?;
    seen.check(known.version)?;
    let row = LoanRow { name, loan: DbJson(data), updated_at: app.clock.now(), ..known };
    if !loans::update(&mut tx, &caller.tenant_id, &row).await? {
        return Err(stale(row.version));
    }
    tx.commit().await?;
    let row = LoanRow { version: row.version + 1, ..row };
    Ok((etag(row.version), Json(LoanView::from(row))).into_response())
}

/// Removes a saved loan.
#[utoipa::path(
    delete,
    path = "/api/v1/loans/{id}",
    tag = "single loans",
    params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)),
)]
pub(super) async fn delete_loan(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let mut tx = app.db.write().await?;
    if !loans::delete(&mut tx, &caller.tenant_id, &id).await? {
        return Err(missing(&id));
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
