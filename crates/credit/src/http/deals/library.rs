//! Lists of deals, one deal, and its life.

use axum::extract::State;
use deal_engine::model::Deal;
use http::{StatusCode, header};
use platform::auth::Caller;
use platform::http::etag::{IfMatch, etag, stale};
use platform::http::{Json, Page, PageQuery, Path, Query};
use platform::problem::{FieldError, Problem};

use super::problems::{deal_not_found, draft_problem, may_not, nul, outdated};
use super::views::{Created, DealListItem, DealListQuery, DealUpdate, DealView, NewDeal, Tagged};
use crate::Credit;
use crate::deals::AboutDeal;
use crate::domain::deals::{DealType, Permission, Structure};
use crate::http::pools::owner;
use crate::http::problems::refused;
use crate::store::deal_versions::{self, DealVersionRow};
use crate::store::deals::{self, DealFilter, DealRow, SharedRow};

/// Finds a deal with which the caller may do `needed`; one that they may not even see is not there.
pub(super) async fn seen(
    app: &Credit,
    caller: Option<&Caller>,
    id: &str,
    needed: Permission,
) -> Result<(DealRow, Permission), Problem> {
    let found = app.find_deal(caller, id).await?;
    let (deal, permission) = found.ok_or_else(|| deal_not_found(id))?;
    if permission < needed {
        return Err(may_not(needed));
    }
    Ok((deal, permission))
}

/// Reads one version of a deal that may be seen, the current one if none is named.
pub(super) async fn version_of(
    app: &Credit,
    deal: &DealRow,
    version: Option<i64>,
) -> Result<(DealVersionRow, Structure), Problem> {
    let version = version.unwrap_or(deal.version);
    let mut tx = app.db.read().await?;
    let found = deal_versions::find(&mut tx, &deal.tenant_id, &deal.id, version).await?;
    drop(tx);
    let row = found.ok_or_else(|| deal_not_found(&format!("{}, version {version}", deal.id)))?;
    let parsed: Deal = serde_json::from_str(&row.structure).map_err(Problem::internal)?;
    let structure = Structure::of(parsed, row.text_form.clone()).map_err(draft_problem)?;
    Ok((row, structure))
}

/// Shows a new deal with its address.
pub(super) fn created(deal: DealRow, version: DealVersionRow, structure: Structure) -> Created {
    let location = [(header::LOCATION, format!("/api/v1/deals/{}", deal.id))];
    let tag = etag(version.version);
    let view = DealView::new(deal, version, structure, Permission::Owner, true);
    (StatusCode::CREATED, tag, location, Json(view))
}

/// Checks what people say about a deal, and the structure unless it is a draft.
pub(super) fn checked(
    about: &AboutDeal,
    structure: &Structure,
    field: &str,
    draft: bool,
) -> Result<(), Problem> {
    let mut errors = Vec::new();
    let mut length = |pointer: &str, text: &str, least: usize, most: usize| {
        let count = text.trim().chars().count();
        if count < least || count > most {
            let message = format!("must have {least} to {most} characters, has {count}");
            errors.push(FieldError::new(pointer, "length", message));
        }
    };
    length("/name", &about.name, 1, 200);
    length("/description", &about.description, 0, 10_000);
    length("/change_description", &about.change, 0, 500);
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    if nul(&structure.json)
        || nul(&structure.text)
        || nul(&about.name)
        || nul(&about.description)
        || nul(&about.change)
    {
        let message = "must not contain the NUL character";
        return Err(Problem::invalid(vec![FieldError::new("", "wrong_text", message)]));
    }
    let issues = structure.issues(field);
    if draft || issues.is_empty() {
        return Ok(());
    }
    Err(refused(issues))
}

fn filter(query: &DealListQuery, page: &PageQuery) -> Result<DealFilter, Problem> {
    let before: Option<String> = page.after()?;
    let name = query.name.clone().unwrap_or_default();
    if nul(&name) || before.as_deref().is_some_and(nul) {
        let message = "must not contain the NUL character";
        return Err(Problem::invalid(vec![FieldError::new("/query", "wrong_text", message)]));
    }
    Ok(DealFilter {
        name,
        deal_type: query.deal_type.map(DealType::name).unwrap_or_default().to_owned(),
        is_public: query.is_public,
        permission_level: query
            .permission_level
            .map(Permission::name)
            .unwrap_or_default()
            .to_owned(),
        before,
        limit: page.limit()? + 1,
    })
}

/// Lists the public deals, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/deals/public",
    tag = "deals",
    params(DealListQuery, PageQuery),
    responses((status = 200, body = Page<DealListItem>)),
)]
pub(crate) async fn list_public_deals(
    State(app): State<Credit>,
    Query(query): Query<DealListQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<DealListItem>>, Problem> {
    let filter = filter(&query, &page)?;
    let mut tx = app.db.read().await?;
    let rows = deals::list_public(&mut tx, &filter).await?;
    let view = |deal| DealListItem::new(deal, Permission::Read);
    Ok(Json(Page::from_rows(rows, filter.limit - 1, |deal| deal.id.clone(), view)))
}

/// Lists the caller's own deals, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/deals/my-deals",
    tag = "deals",
    params(DealListQuery, PageQuery),
    responses((status = 200, body = Page<DealListItem>)),
)]
pub(crate) async fn list_my_deals(
    State(app): State<Credit>,
    caller: Caller,
    Query(query): Query<DealListQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<DealListItem>>, Problem> {
    let filter = filter(&query, &page)?;
    let mut tx = app.db.read().await?;
    let rows = deals::list_own(&mut tx, &caller.tenant_id, &caller.user_id, &filter).await?;
    let view = |deal| DealListItem::new(deal, Permission::Owner);
    Ok(Json(Page::from_rows(rows, filter.limit - 1, |deal| deal.id.clone(), view)))
}

/// Lists the deals that others have shared with the caller, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/deals/shared-with-me",
    tag = "deals",
    params(DealListQuery, PageQuery),
    responses((status = 200, body = Page<DealListItem>)),
)]
pub(crate) async fn list_shared_deals(
    State(app): State<Credit>,
    caller: Caller,
    Query(query): Query<DealListQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<DealListItem>>, Problem> {
    let filter = filter(&query, &page)?;
    let mut tx = app.db.read().await?;
    let rows = deals::list_shared(&mut tx, &caller.tenant_id, &caller.user_id, &filter).await?;
    let key = |shared: &SharedRow| shared.deal.id.clone();
    Ok(Json(Page::from_rows(rows, filter.limit - 1, key, DealListItem::from)))
}

/// Adds a deal.
#[utoipa::path(
    post,
    path = "/api/v1/deals",
    tag = "deals",
    request_body = NewDeal,
    responses((status = 201, body = DealView), (status = 422, description = "`validation`", body = Problem)),
)]
#[tracing::instrument(name = "http.credit.create_deal", skip_all)]
pub(crate) async fn create_deal(
    State(app): State<Credit>,
    caller: Caller,
    Json(new): Json<NewDeal>,
) -> Result<Created, Problem> {
    let field = if new.text.is_some() { "/text" } else { "/structure" };
    let structure = Structure::read(new.structure, new.text).map_err(draft_problem)?;
    let about = AboutDeal {
        name: new.name.trim().to_owned(),
        description: new.description,
        deal_type: new.deal_type.name().to_owned(),
        is_public: new.is_public,
        change: "Created".to_owned(),
    };
    checked(&about, &structure, field, new.draft)?;

    let mut tx = app.db.write().await?;
    let (deal, version) = app.add_deal(&mut tx, &owner(&caller), about, &structure).await?;
    tx.commit().await?;

    Ok(created(deal, version, structure))
}

/// Returns a deal; public ones also to those who are not signed in.
#[utoipa::path(
    get,
    path = "/api/v1/deals/{id}",
    tag = "deals",
    params(("id" = String, Path)),
    responses((status = 200, body = DealView), (status = 404, body = Problem)),
)]
pub(crate) async fn find_deal(
    State(app): State<Credit>,
    caller: Option<Caller>,
    Path(id): Path<String>,
) -> Result<Tagged, Problem> {
    let (deal, permission) = seen(&app, caller.as_ref(), &id, Permission::Read).await?;
    let (version, structure) = version_of(&app, &deal, None).await?;
    let insider = caller.is_some_and(|caller| caller.tenant_id == deal.tenant_id);
    let view = DealView::new(deal, version, structure, permission, insider);
    Ok((etag(view.version), Json(view)))
}

/// Adds a version.
#[utoipa::path(
    put,
    path = "/api/v1/deals/{id}",
    tag = "deals",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header)),
    request_body = DealUpdate,
    responses(
        (status = 200, body = DealView),
        (status = 403, description = "`deal_permission`", body = Problem),
        (status = 404, body = Problem),
        (status = 412, description = "`stale_version`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.update_deal", skip_all, fields(deal.id = %id))]
pub(crate) async fn update_deal(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    Json(update): Json<DealUpdate>,
) -> Result<Tagged, Problem> {
    let (deal, permission) = seen(&app, Some(&caller), &id, Permission::Edit).await?;
    if_match.check(deal.version)?;
    let publishes = update.is_public.is_some_and(|public| public != deal.is_public);
    if publishes && permission < Permission::Admin {
        return Err(may_not(Permission::Admin));
    }
    let field = if update.text.is_some() { "/text" } else { "/structure" };
    let (structure, keeps) = match (update.structure, update.text) {
        (None, None) => (version_of(&app, &deal, None).await?.1, true),
        (structure, text) => (Structure::read(structure, text).map_err(draft_problem)?, false),
    };
    let old = AboutDeal::of(&deal);
    let about = AboutDeal {
        name: update.name.map_or(old.name, |name| name.trim().to_owned()),
        description: update.description.unwrap_or(old.description),
        deal_type: update.deal_type.map_or(old.deal_type, |kind| kind.name().to_owned()),
        is_public: update.is_public.unwrap_or(old.is_public),
        change: update.change_description.unwrap_or(old.change),
    };
    checked(&about, &structure, field, update.draft || keeps)?;

    let mut tx = app.db.write().await?;
    let added = app.add_deal_version(&mut tx, &deal, &owner(&caller), about, &structure).await?;
    let Some((deal, version)) = added else { return Err(outdated(&app, &id).await) };
    tx.commit().await?;

    if publishes {
        let word = if deal.is_public { "published" } else { "withdrawn from the public" };
        tracing::info!(deal.id = %id, user.id = %caller.user_id, "deal {id} {word}");
    }
    let view = DealView::new(deal, version, structure, permission, true);
    Ok((etag(view.version), Json(view)))
}

/// Removes a deal from all lists, for everybody.
#[utoipa::path(
    delete,
    path = "/api/v1/deals/{id}",
    tag = "deals",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header)),
    responses(
        (status = 204),
        (status = 403, description = "`deal_permission`", body = Problem),
        (status = 404, body = Problem),
        (status = 412, description = "`stale_version`", body = Problem),
    ),
)]
pub(crate) async fn delete_deal(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
) -> Result<StatusCode, Problem> {
    let (deal, _) = seen(&app, Some(&caller), &id, Permission::Admin).await?;
    if_match.check(deal.version)?;

    let mut tx = app.db.write().await?;
    let now = app.clock.now();
    if !deals::delete(&mut tx, &deal.tenant_id, &id, deal.version, now).await? {
        return Err(stale(deal.version + 1));
    }
    tx.commit().await?;

    tracing::info!(deal.id = %id, user.id = %caller.user_id, "deal {id} deleted");
    Ok(StatusCode::NO_CONTENT)
}
