//! `/pools`

use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use http::{HeaderName, HeaderValue, StatusCode, header};
use platform::auth::Caller;
use platform::http::etag::{IfMatch, etag, stale};
use platform::http::{Json, Page, PageQuery, Path, Query};
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::problems::{not_implemented, pool_not_found, refused, storage, table};
use crate::Credit;
use crate::domain::analysis::OnInvalid;
use crate::domain::asset::Issue;
use crate::domain::pool::PoolDraft;
use crate::domain::table::{Summary, Table};
use crate::domain::tape::{Mapping, Report};
use crate::pools::{About, Kept, Origin, Owner};
use crate::store::pools::{self, PoolRow};
use crate::store::versions::{self, VersionRow};

/// A stored pool in one of its versions.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PoolView {
    id: String,
    name: String,
    description: String,
    currency: Option<String>,
    cut_off_date: Option<NaiveDate>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<Value>,
    /// The version shown; send it back as `If-Match`.
    version: i64,
    /// Counts, sums and averages.
    summary: Summary,
    /// Identifies the loans.
    content_hash: String,
    /// Whether the loans came from a tape.
    has_tape: bool,
    /// What the import of the tape did.
    report: Option<Report>,
    /// How the columns of the tape were read.
    mapping: Option<Mapping>,
    /// What changed with this version.
    change_description: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// A stored pool in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PoolListItem {
    id: String,
    name: String,
    currency: Option<String>,
    cut_off_date: Option<NaiveDate>,
    version: i64,
    /// Counts, sums and averages.
    summary: Summary,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// What happens to assets that break rules.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OnInvalidQuery {
    /// `reject` (default) or `skip`.
    on_invalid: Option<OnInvalid>,
}

/// Which version of a pool.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct VersionQuery {
    /// The newest if absent.
    version: Option<i64>,
}

impl PoolView {
    pub(super) fn new(pool: PoolRow, version: VersionRow) -> Self {
        Self {
            id: pool.id,
            name: pool.name,
            description: pool.description,
            currency: pool.currency,
            cut_off_date: pool.cut_off_date,
            metadata: pool.metadata.map(|metadata| metadata.0),
            version: version.version,
            summary: version.summary.0,
            content_hash: version.content_hash,
            has_tape: version.tape_object.is_some(),
            report: version.report.map(|report| report.0),
            mapping: version.mapping.map(|mapping| mapping.0),
            change_description: version.change_description,
            created_at: pool.created_at,
            updated_at: pool.updated_at,
        }
    }
}

impl From<PoolRow> for PoolListItem {
    fn from(pool: PoolRow) -> Self {
        Self {
            id: pool.id,
            name: pool.name,
            currency: pool.currency,
            cut_off_date: pool.cut_off_date,
            version: pool.version,
            summary: pool.summary.0,
            created_at: pool.created_at,
            updated_at: pool.updated_at,
        }
    }
}

/// The answer that a new pool or version gets.
pub(super) type Created =
    (StatusCode, [(HeaderName, HeaderValue); 1], [(HeaderName, String); 1], Json<PoolView>);

/// A pool with the tag of its version.
type Tagged = ([(HeaderName, HeaderValue); 1], Json<PoolView>);

/// Shows a new pool or version with its address.
pub(super) fn created(pool: PoolRow, version: VersionRow) -> Created {
    let location = [(header::LOCATION, format!("/api/v1/pools/{}", pool.id))];
    let tag = etag(version.version);
    (StatusCode::CREATED, tag, location, Json(PoolView::new(pool, version)))
}

/// Who acts.
pub(super) fn owner(caller: &Caller) -> Owner {
    Owner { tenant_id: caller.tenant_id.clone(), user_id: caller.user_id.clone() }
}

/// Finds a pool of the caller's tenant.
pub(super) async fn find(app: &Credit, caller: &Caller, id: &str) -> Result<PoolRow, Problem> {
    let mut tx = app.db.read().await?;
    let pool = pools::find(&mut tx, &caller.tenant_id, id).await?;
    pool.ok_or_else(|| pool_not_found(id))
}

/// Finds one version of a pool, the newest if none is named.
pub(super) async fn find_version(
    app: &Credit,
    caller: &Caller,
    id: &str,
    version: Option<i64>,
) -> Result<(PoolRow, VersionRow), Problem> {
    let pool = find(app, caller, id).await?;
    let version = version.unwrap_or(pool.version);
    let mut tx = app.db.read().await?;
    let found = versions::find(&mut tx, &caller.tenant_id, id, version).await?;
    let found = found.ok_or_else(|| pool_not_found(&format!("{id}, version {version}")))?;
    Ok((pool, found))
}

/// Lists pools, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/pools",
    tag = "pools",
    params(PageQuery),
    responses((status = 200, body = Page<PoolListItem>)),
)]
pub(super) async fn list_pools(
    State(app): State<Credit>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<PoolListItem>>, Problem> {
    let limit = page.limit()?;
    let mut tx = app.db.read().await?;
    let rows = pools::list(&mut tx, &caller.tenant_id, page.after()?, limit + 1).await?;
    Ok(Json(Page::from_rows(rows, limit, |pool| pool.id.clone(), PoolListItem::from)))
}

/// Adds a pool with its assets.
#[utoipa::path(
    post,
    path = "/api/v1/pools",
    tag = "pools",
    params(OnInvalidQuery),
    request_body(content = Object, description = "A pool: pool_name, cut_off_date, currency, assets"),
    responses((status = 201, body = PoolView), (status = 422, description = "`validation`", body = Problem)),
)]
#[tracing::instrument(name = "http.credit.create_pool", skip_all)]
pub(super) async fn create_pool(
    State(app): State<Credit>,
    caller: Caller,
    Query(query): Query<OnInvalidQuery>,
    Json(draft): Json<PoolDraft>,
) -> Result<Created, Problem> {
    let (about, loans) = checked(draft, query.on_invalid)?;
    let Some(loans) = loans else {
        let message = "is missing: send at least one asset, or upload a tape to /api/v1/pools/tape";
        return Err(refused(vec![Issue::new("/assets", "empty_pool", message)]));
    };
    let origin = Origin { change: "Created".to_owned(), ..Origin::default() };
    let kept = app.keep_table(loans, origin).await.map_err(storage)?;
    let id = app.ids.with_prefix("pool");

    let mut tx = app.db.write().await?;
    let (pool, version) = app.add_pool(&mut tx, id, &owner(&caller), about, kept).await?;
    tx.commit().await?;

    Ok(created(pool, version))
}

/// Returns a pool.
#[utoipa::path(
    get,
    path = "/api/v1/pools/{id}",
    tag = "pools",
    params(("id" = String, Path), VersionQuery),
    responses((status = 200, body = PoolView), (status = 404, body = Problem)),
)]
pub(super) async fn find_pool(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<VersionQuery>,
) -> Result<Tagged, Problem> {
    let (pool, version) = find_version(&app, &caller, &id, query.version).await?;
    Ok((etag(version.version), Json(PoolView::new(pool, version))))
}

/// Adds a version: new words about the pool, and new assets if any are sent.
#[utoipa::path(
    put,
    path = "/api/v1/pools/{id}",
    tag = "pools",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header), OnInvalidQuery),
    request_body(content = Object, description = "A pool; without assets the loans stay"),
    responses(
        (status = 200, body = PoolView),
        (status = 404, body = Problem),
        (status = 412, description = "`stale_version`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.update_pool", skip_all, fields(pool.id = %id))]
pub(super) async fn update_pool(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    Query(query): Query<OnInvalidQuery>,
    Json(draft): Json<PoolDraft>,
) -> Result<Tagged, Problem> {
    let (seen, current) = find_version(&app, &caller, &id, None).await?;
    if_match.check(seen.version)?;
    let (about, loans) = checked(draft, query.on_invalid)?;
    let change = "Changed".to_owned();
    let kept = match loans {
        Some(loans) => {
            let origin = Origin { change, ..Origin::default() };
            app.keep_table(loans, origin).await.map_err(storage)?
        }
        None => same_loans(current, change),
    };

    let mut tx = app.db.write().await?;
    let added = app.add_version(&mut tx, &seen, &owner(&caller), about, kept).await?;
    let Some((pool, version)) = added else { return Err(stale(seen.version + 1)) };
    tx.commit().await?;

    Ok((etag(version.version), Json(PoolView::new(pool, version))))
}

/// Removes a pool from all lists; its runs stay.
#[utoipa::path(
    delete,
    path = "/api/v1/pools/{id}",
    tag = "pools",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header)),
    responses(
        (status = 204),
        (status = 404, body = Problem),
        (status = 412, description = "`stale_version`", body = Problem),
    ),
)]
pub(super) async fn delete_pool(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
) -> Result<StatusCode, Problem> {
    let seen = find(&app, &caller, &id).await?;
    if_match.check(seen.version)?;

    let mut tx = app.db.write().await?;
    let now = app.clock.now();
    if !pools::delete(&mut tx, &caller.tenant_id, &id, seen.version, now).await? {
        return Err(stale(seen.version + 1));
    }
    tx.commit().await?;

    Ok(StatusCode::NO_CONTENT)
}

/// Monthly actuals of a pool; a later release takes them.
#[utoipa::path(
    post,
    path = "/api/v1/pools/{id}/actuals",
    tag = "pools",
    params(("id" = String, Path)),
    responses(
        (status = 404, body = Problem),
        (status = 501, description = "`actuals_not_available`", body = Problem),
    ),
)]
pub(super) async fn create_pool_actuals(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    find(&app, &caller, &id).await?;
    Err(not_implemented(
        "actuals_not_available",
        "Surveillance against actuals is not available yet; analyse the pool from its new tape.",
    ))
}

/// What is said about a pool and its loans, if any were sent; or everything that is wrong.
fn checked(
    draft: PoolDraft,
    on_invalid: Option<OnInvalid>,
) -> Result<(About, Option<Table>), Problem> {
    let skip = on_invalid == Some(OnInvalid::Skip);
    let mut errors = if draft.assets.is_some() { draft.errors() } else { draft.issues.clone() };
    if skip && draft.assets.as_ref().is_some_and(|assets| !assets.loans.is_empty()) {
        errors.clone_from(&draft.issues);
    }
    if draft.name.trim().is_empty() {
        errors.push(Issue::new("/pool_name", "missing", "is missing: name the pool"));
    }
    if draft.pool_id.is_some() || draft.pool_version.is_some() {
        errors.push(Issue::new("/pool_id", "unknown_field", "names another pool; leave it out"));
    }
    if !errors.is_empty() {
        return Err(refused(errors));
    }
    let about = About {
        name: draft.name.trim().to_owned(),
        description: draft.description,
        currency: draft.currency,
        cut_off_date: draft.cut_off_date,
        metadata: draft.metadata,
    };
    let writer = draft.assets.and_then(|assets| assets.table);
    let loans = writer.map(|writer| writer.finish().map_err(table)).transpose()?;
    Ok((about, loans))
}

/// The loans of the current version once more.
fn same_loans(current: VersionRow, change: String) -> Kept {
    Kept {
        content_hash: current.content_hash,
        loans_object: current.loans_object,
        summary: current.summary.0,
        origin: Origin {
            tape_object: current.tape_object,
            mapping: current.mapping.map(|mapping| mapping.0),
            resolution: current.resolution.map(|resolution| resolution.0),
            report: current.report.map(|report| report.0),
            issues_object: current.issues_object,
            change,
        },
    }
}

impl VersionQuery {
    /// The version that was asked for.
    pub(super) fn version(&self) -> Option<i64> {
        self.version
    }
}
