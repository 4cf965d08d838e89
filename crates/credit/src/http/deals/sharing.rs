//! Who besides the owner may do what with a deal.

use axum::extract::State;
use chrono::{DateTime, Utc};
use http::StatusCode;
use platform::auth::Caller;
use platform::http::{Json, Path};
use platform::problem::{FieldError, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::library::seen;
use super::problems::grant_not_found;
use crate::Credit;
use crate::deals::could_be_id;
use crate::domain::deals::Permission;
use crate::store::deal_access::{self, AccessRow};

/// The most people with whom one deal is shared.
const MOST_GRANTS: i64 = 1_000;

/// A grant to give.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewGrant {
    /// The user, of the same tenant.
    #[schema(example = "user_0192f0c1a2b37c4d8e9f001122334455")]
    shared_with_id: String,
    /// `read`, `edit` or `admin`.
    permission_level: Permission,
}

/// A grant.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GrantView {
    user_id: String,
    /// `read`, `edit`, `admin`, or `owner` of who made the deal.
    permission_level: Permission,
    /// Who gave it; nobody to the owner.
    granted_by: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<AccessRow> for GrantView {
    fn from(row: AccessRow) -> Self {
        Self {
            user_id: row.user_id,
            permission_level: Permission::parse(&row.permission_level).unwrap_or(Permission::Read),
            granted_by: Some(row.granted_by),
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Shares a deal with a user, or changes the permission of one.
#[utoipa::path(
    post,
    path = "/api/v1/deals/{id}/share",
    tag = "deals",
    params(("id" = String, Path)),
    request_body = NewGrant,
    responses(
        (status = 200, body = GrantView),
        (status = 403, description = "`deal_permission`", body = Problem),
        (status = 404, body = Problem),
        (status = 409, description = "`too_many_grants`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.share_deal", skip_all, fields(deal.id = %id))]
pub(crate) async fn share_deal(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    Json(new): Json<NewGrant>,
) -> Result<Json<GrantView>, Problem> {
    let (deal, _) = seen(&app, Some(&caller), &id, Permission::Admin).await?;
    check(&new, &deal.owner_id)?;
    let now = app.clock.now();
    let grant = AccessRow {
        user_id: new.shared_with_id,
        permission_level: new.permission_level.name().to_owned(),
        granted_by: caller.user_id.clone(),
        created_at: now,
        updated_at: now,
    };

    let mut tx = app.db.write().await?;
    if deal_access::count(&mut tx, &deal.tenant_id, &id).await? >= MOST_GRANTS {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "too_many_grants",
            "The deal is shared with too many people",
        )
        .detail(format!("A deal is shared with at most {MOST_GRANTS} people; make it public.")));
    }
    deal_access::upsert(&mut tx, &deal.tenant_id, &id, &grant).await?;
    let kept = deal_access::find(&mut tx, &deal.tenant_id, &id, &grant.user_id).await?;
    tx.commit().await?;

    let (user, level) = (&grant.user_id, &grant.permission_level);
    tracing::info!(
        deal.id = %id, user.id = %caller.user_id, shared_with = %user,
        "deal {id} shared with {user} to {level}"
    );
    Ok(Json(kept.unwrap_or(grant).into()))
}

fn check(new: &NewGrant, owner: &str) -> Result<(), Problem> {
    let refuse = |pointer: &str, code: &'static str, message: &str| {
        Err(Problem::invalid(vec![FieldError::new(pointer, code, message)]))
    };
    if !could_be_id(&new.shared_with_id) {
        return refuse(
            "/shared_with_id",
            "unknown_user",
            "must be the id of a user, such as user_0192f0c1a2b37c4d8e9f001122334455",
        );
    }
    if new.permission_level == Permission::Owner {
        return refuse("/permission_level", "unknown_value", "must be read, edit or admin");
    }
    if new.shared_with_id == owner {
        return refuse("/shared_with_id", "conflict", "owns the deal and needs no grant");
    }
    Ok(())
}

/// Takes a grant back; people may also give up their own.
#[utoipa::path(
    delete,
    path = "/api/v1/deals/{id}/share/{user_id}",
    tag = "deals",
    params(("id" = String, Path), ("user_id" = String, Path)),
    responses(
        (status = 204),
        (status = 403, description = "`deal_permission`", body = Problem),
        (status = 404, body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.unshare_deal", skip_all, fields(deal.id = %id))]
pub(crate) async fn unshare_deal(
    State(app): State<Credit>,
    caller: Caller,
    Path((id, user_id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let own = user_id == caller.user_id;
    let needed = if own { Permission::Read } else { Permission::Admin };
    let (deal, _) = seen(&app, Some(&caller), &id, needed).await?;
    if !could_be_id(&user_id) {
        return Err(grant_not_found(&user_id));
    }

    let mut tx = app.db.write().await?;
    if !deal_access::delete(&mut tx, &deal.tenant_id, &id, &user_id).await? {
        return Err(grant_not_found(&user_id));
    }
    tx.commit().await?;

    tracing::info!(
        deal.id = %id, user.id = %caller.user_id, shared_with = %user_id,
        "deal {id} is no longer shared with {user_id}"
    );
    Ok(StatusCode::NO_CONTENT)
}

/// Lists who may do what: the owner first, then the grants.
#[utoipa::path(
    get,
    path = "/api/v1/deals/{id}/access",
    tag = "deals",
    params(("id" = String, Path)),
    responses(
        (status = 200, body = [GrantView]),
        (status = 403, description = "`deal_permission`", body = Problem),
        (status = 404, body = Problem),
    ),
)]
pub(crate) async fn list_deal_access(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Vec<GrantView>>, Problem> {
    let (deal, _) = seen(&app, Some(&caller), &id, Permission::Admin).await?;
    let mut tx = app.db.read().await?;
    let rows = deal_access::list(&mut tx, &deal.tenant_id, &id).await?;
    let mut grants = vec![GrantView {
        user_id: deal.owner_id,
        permission_level: Permission::Owner,
        granted_by: None,
        created_at: deal.created_at,
        updated_at: deal.created_at,
    }];
    grants.extend(rows.into_iter().map(GrantView::from));
    Ok(Json(grants))
}
