//! What a deal was, and what changed.

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::auth::Caller;
use platform::http::etag::{IfMatch, etag};
use platform::http::{Json, Page, PageQuery, Path, Query};
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::library::{checked, seen, version_of};
use super::problems::outdated;
use super::views::{DealView, Tagged};
use crate::Credit;
use crate::deals::AboutDeal;
use crate::domain::deals::{Change, Line, Permission, changes, lines};
use crate::http::pools::owner;
use crate::store::deal_versions::{self, DealVersionHead};

/// A version in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DealVersionView {
    version: i64,
    name: String,
    deal_type: String,
    /// Identifies the structure: equal hashes, equal deals.
    content_hash: String,
    change_description: String,
    created_by: String,
    created_at: DateTime<Utc>,
}

/// What changed between two versions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DealDiffView {
    /// The earlier version.
    a: i64,
    /// The later version.
    b: i64,
    /// What changed in the structure, field by field.
    changes: Vec<Change>,
    /// The texts of both, laid over each other line by line.
    lines: Vec<Line>,
}

/// The versions to compare.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DiffQuery {
    /// The earlier one; the one before `b` if absent.
    a: Option<i64>,
    /// The later one; the current one if absent.
    b: Option<i64>,
}

impl From<DealVersionHead> for DealVersionView {
    fn from(head: DealVersionHead) -> Self {
        Self {
            version: head.version,
            name: head.name,
            deal_type: head.deal_type,
            content_hash: head.content_hash,
            change_description: head.change_description,
            created_by: head.created_by,
            created_at: head.created_at,
        }
    }
}

/// Lists the versions of a deal, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/deals/{id}/versions",
    tag = "deals",
    params(("id" = String, Path), PageQuery),
    responses((status = 200, body = Page<DealVersionView>), (status = 404, body = Problem)),
)]
pub(crate) async fn list_deal_versions(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<DealVersionView>>, Problem> {
    let (deal, _) = seen(&app, Some(&caller), &id, Permission::Read).await?;
    let limit = page.limit()?;
    let mut tx = app.db.read().await?;
    let rows = deal_versions::list(&mut tx, &deal.tenant_id, &id, page.after()?, limit + 1).await?;
    Ok(Json(Page::from_rows(rows, limit, |head| head.version, DealVersionView::from)))
}

/// Returns a deal as it was in one version.
#[utoipa::path(
    get,
    path = "/api/v1/deals/{id}/versions/{version}",
    tag = "deals",
    params(("id" = String, Path), ("version" = i64, Path)),
    responses((status = 200, body = DealView), (status = 404, body = Problem)),
)]
pub(crate) async fn find_deal_version(
    State(app): State<Credit>,
    caller: Caller,
    Path((id, version)): Path<(String, i64)>,
) -> Result<Tagged, Problem> {
    let (deal, permission) = seen(&app, Some(&caller), &id, Permission::Read).await?;
    let (row, structure) = version_of(&app, &deal, Some(version)).await?;
    let insider = caller.tenant_id == deal.tenant_id;
    let view = DealView::new(deal, row, structure, permission, insider);
    Ok((etag(version), Json(view)))
}

/// Makes an old version the current one, as a new version.
#[utoipa::path(
    post,
    path = "/api/v1/deals/{id}/versions/{version}/restore",
    tag = "deals",
    params(("id" = String, Path), ("version" = i64, Path), ("If-Match" = Option<String>, Header)),
    responses(
        (status = 200, body = DealView),
        (status = 403, description = "`deal_permission`", body = Problem),
        (status = 404, body = Problem),
        (status = 412, description = "`stale_version`", body = Problem),
    ),
)]
pub(crate) async fn restore_deal_version(
    State(app): State<Credit>,
    caller: Caller,
    Path((id, version)): Path<(String, i64)>,
    if_match: IfMatch,
) -> Result<Tagged, Problem> {
    let (deal, permission) = seen(&app, Some(&caller), &id, Permission::Edit).await?;
    if_match.check(deal.version)?;
    let (row, structure) = version_of(&app, &deal, Some(version)).await?;
    let about = AboutDeal {
        name: row.name,
        description: row.description,
        deal_type: row.deal_type,
        is_public: deal.is_public,
        change: format!("Restored version {version}"),
    };
    checked(&about, &structure, "/structure", true)?;

    let mut tx = app.db.write().await?;
    let added = app.add_deal_version(&mut tx, &deal, &owner(&caller), about, &structure).await?;
    let Some((deal, version)) = added else { return Err(outdated(&app, &id).await) };
    tx.commit().await?;

    let tag = etag(version.version);
    Ok((tag, Json(DealView::new(deal, version, structure, permission, true))))
}

/// Says what changed between two versions.
#[utoipa::path(
    get,
    path = "/api/v1/deals/{id}/diff",
    tag = "deals",
    params(("id" = String, Path), DiffQuery),
    responses((status = 200, body = DealDiffView), (status = 404, body = Problem)),
)]
pub(crate) async fn diff_deal(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<DiffQuery>,
) -> Result<Json<DealDiffView>, Problem> {
    let (deal, _) = seen(&app, Some(&caller), &id, Permission::Read).await?;
    let b = query.b.unwrap_or(deal.version);
    let a = query.a.unwrap_or_else(|| b.saturating_sub(1).max(1));
    let (before, old) = version_of(&app, &deal, Some(a)).await?;
    let (after, new) = version_of(&app, &deal, Some(b)).await?;

    let parse = |text: &str| serde_json::from_str::<Value>(text).map_err(Problem::internal);
    let changes = changes(&parse(&before.structure)?, &parse(&after.structure)?);
    // Formatted texts: how somebody typed is no difference between deals.
    let text =
        |structure: &crate::domain::deals::Structure| deal_engine::text::format(&structure.deal);
    Ok(Json(DealDiffView { a, b, changes, lines: lines(&text(&old), &text(&new)) }))
}
