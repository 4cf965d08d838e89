//! `/configs`: profiles.

use axum::extract::State;
use chrono::{DateTime, Utc};
use http::{HeaderName, HeaderValue, StatusCode, header};
use platform::auth::Caller;
use platform::db::{DbError, Json as DbJson, Tx};
use platform::http::etag::{IfMatch, etag};
use platform::http::{Json, Path};
use platform::problem::Problem;
use serde::Serialize;
use strangle_engine::profile::{Profile, ProfileFields};
use utoipa::ToSchema;

use super::problems::{
    config_active, config_not_found, conflict, field, name_taken, stale_version,
};
use super::profile_body::{Fields, profile};
use crate::Strangle;
use crate::domain::operation::Command;
use crate::domain::profile::ProfileSchema;
use crate::store::config_versions::{self, VersionRow};
use crate::store::configs::{self, ConfigRow};
use crate::store::{operations, sessions};

/// A stored profile.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConfigView {
    id: String,
    /// Whether a start without a name uses it.
    is_active: bool,
    /// Send it back with a change.
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    #[serde(flatten)]
    #[schema(value_type = ProfileSchema)]
    profile: ProfileFields,
}

/// All profiles.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConfigList {
    items: Vec<ConfigView>,
    total: usize,
}

/// A changed profile: all its fields, and the version that was read.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "documents a body that is read field by field")]
pub(super) struct ConfigChange {
    /// The version that was read; `If-Match` says the same.
    version: Option<i64>,
    #[serde(flatten)]
    profile: ProfileSchema,
}

/// A profile with the tag of its version.
pub(super) type Tagged = ([(HeaderName, HeaderValue); 1], Json<ConfigView>);

/// A new profile with its address.
pub(super) type Created =
    (StatusCode, [(HeaderName, HeaderValue); 1], [(HeaderName, String); 1], Json<ConfigView>);

impl From<ConfigRow> for ConfigView {
    fn from(row: ConfigRow) -> Self {
        Self {
            id: row.id,
            is_active: row.is_active,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            profile: row.profile.0.into_fields(),
        }
    }
}

/// Shows a profile with its version.
pub(super) fn tagged(row: ConfigRow) -> Tagged {
    (etag(row.version), Json(row.into()))
}

/// Shows a new profile with its address.
pub(super) fn created(row: ConfigRow) -> Created {
    let location = [(header::LOCATION, format!("/api/configs/{}", row.id))];
    (StatusCode::CREATED, etag(row.version), location, Json(row.into()))
}

/// Finds a profile of the caller's tenant.
pub(super) async fn find(tx: &mut Tx, caller: &Caller, id: &str) -> Result<ConfigRow, Problem> {
    configs::find(tx, &caller.tenant_id, id).await?.ok_or_else(|| config_not_found(id))
}

/// Adds a profile with its first version.
pub(super) async fn add(
    app: &Strangle,
    tx: &mut Tx,
    caller: &Caller,
    profile: Profile,
) -> Result<ConfigRow, Problem> {
    let now = app.clock.now();
    let row = ConfigRow {
        id: app.ids.with_prefix("config"),
        tenant_id: caller.tenant_id.clone(),
        name: profile.fields().name.clone(),
        underlying: profile.underlying().to_string(),
        profile: DbJson(profile),
        is_active: false,
        version: 1,
        created_by: caller.user_id.clone(),
        created_at: now,
        updated_at: now,
    };
    match configs::insert(tx, &row).await {
        Err(DbError::Unique(_)) => return Err(name_taken(&row.name)),
        added => added?,
    }
    config_versions::insert(tx, &version_of(&row, caller)).await?;
    Ok(row)
}

fn version_of(row: &ConfigRow, caller: &Caller) -> VersionRow {
    VersionRow {
        config_id: row.id.clone(),
        version: row.version,
        tenant_id: row.tenant_id.clone(),
        profile: row.profile.clone(),
        changed_by: caller.user_id.clone(),
        changed_at: row.updated_at,
    }
}

/// Lists the profiles by name.
#[utoipa::path(
    get,
    path = "/configs",
    tag = "strangle profiles",
    responses((status = 200, body = ConfigList)),
)]
pub(super) async fn list_configs(
    State(app): State<Strangle>,
    caller: Caller,
) -> Result<Json<ConfigList>, Problem> {
    let mut tx = app.db.read().await?;
    let rows = configs::list(&mut tx, &caller.tenant_id).await?;
    let items: Vec<_> = rows.into_iter().map(ConfigView::from).collect();
    Ok(Json(ConfigList { total: items.len(), items }))
}

/// Adds a profile.
#[utoipa::path(
    post,
    path = "/configs",
    tag = "strangle profiles",
    request_body = ProfileSchema,
    responses(
        (status = 201, body = ConfigView),
        (status = 409, description = "`name_taken`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.strangle.create_config", skip_all)]
pub(super) async fn create_config(
    State(app): State<Strangle>,
    caller: Caller,
    Json(body): Json<Fields>,
) -> Result<Created, Problem> {
    let profile = profile(body, &app.settings.defaults)?;
    let mut tx = app.db.write().await?;
    let row = add(&app, &mut tx, &caller, profile).await?;
    tx.commit().await?;
    Ok(created(row))
}

/// Returns a profile.
#[utoipa::path(
    get,
    path = "/configs/{id}",
    tag = "strangle profiles",
    params(("id" = String, Path)),
    responses((status = 200, body = ConfigView), (status = 404, body = Problem)),
)]
pub(super) async fn find_config(
    State(app): State<Strangle>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Tagged, Problem> {
    let mut tx = app.db.read().await?;
    Ok(tagged(find(&mut tx, &caller, &id).await?))
}

/// Replaces a profile. While its session is open only what reduces risk may change.
#[utoipa::path(
    put,
    path = "/configs/{id}",
    tag = "strangle profiles",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header)),
    request_body = ConfigChange,
    responses(
        (status = 200, body = ConfigView),
        (status = 404, body = Problem),
        (status = 409, description = "`stale_version`, `name_taken`, `session_open`", body = Problem),
        (status = 412, description = "`stale_version`, with `If-Match`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.strangle.update_config", skip_all, fields(config.id = %id))]
pub(super) async fn update_config(
    State(app): State<Strangle>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    Json(mut body): Json<Fields>,
) -> Result<Tagged, Problem> {
    let seen = match body.shift_remove("version") {
        None => None,
        Some(version) => Some(version.as_i64().ok_or_else(|| {
            field("/version", "wrong_type", "must be the whole number that was read")
        })?),
    };
    if seen.is_none() && if_match.0.is_none() {
        return Err(field("/version", "missing", "is missing: send the version you have read"));
    }
    let profile = profile(body, &app.settings.defaults)?;

    let mut tx = app.db.write().await?;
    let present = find(&mut tx, &caller, &id).await?;
    if_match.check(present.version)?;
    if seen.is_some_and(|seen| seen != present.version) {
        return Err(stale_version(present.version));
    }
    let runs = only_tighter(&app, &mut tx, &present, &profile).await?;
    let row = ConfigRow {
        name: profile.fields().name.clone(),
        underlying: profile.underlying().to_string(),
        profile: DbJson(profile),
        version: present.version + 1,
        updated_at: app.clock.now(),
        ..present
    };
    match configs::update(&mut tx, &row, row.version - 1).await {
        Err(DbError::Unique(_)) => return Err(name_taken(&row.name)),
        Ok(false) => return Err(stale_version(row.version)),
        changed => changed?,
    };
    config_versions::insert(&mut tx, &version_of(&row, &caller)).await?;
    if runs {
        let tighten = Command::Tighten(Box::new(row.profile.0.clone()));
        let order = app.operation(&caller.tenant_id, &caller.user_id, tighten);
        operations::insert(&mut tx, &order).await?;
    }
    tx.commit().await?;
    if runs {
        app.announce(&caller.tenant_id, &row.id);
    }
    Ok(tagged(row))
}

/// Refuses a change that adds risk to the session that runs with this profile; tells whether there
/// is such a session.
async fn only_tighter(
    app: &Strangle,
    tx: &mut Tx,
    present: &ConfigRow,
    wanted: &Profile,
) -> Result<bool, Problem> {
    let open = sessions::find_open(tx, app.environment(), &app.account).await?;
    if open.is_none_or(|open| open.config_id != present.id) {
        return Ok(false);
    }
    let Err(loosened) = present.profile.0.only_tightens_to(wanted) else { return Ok(true) };
    let mut problem = conflict(
        "session_open",
        "A session runs with this profile",
        "Until it ends, only changes that reduce risk are accepted.",
    );
    for pointer in loosened.0 {
        let message = "adds risk to the open session, or changes what is already sold";
        problem = problem.field(pointer, "adds_risk", message);
    }
    Err(problem)
}

/// Makes a profile the one that a start without a name uses.
#[utoipa::path(
    post,
    path = "/configs/{id}/activate",
    tag = "strangle profiles",
    params(("id" = String, Path)),
    responses((status = 200, body = ConfigView), (status = 404, body = Problem)),
)]
pub(super) async fn activate_config(
    State(app): State<Strangle>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Tagged, Problem> {
    let mut tx = app.db.write().await?;
    let row = find(&mut tx, &caller, &id).await?;
    configs::deactivate_all(&mut tx, &caller.tenant_id).await?;
    configs::activate(&mut tx, &caller.tenant_id, &id).await?;
    tx.commit().await?;
    Ok(tagged(ConfigRow { is_active: true, ..row }))
}

/// Makes a profile inactive.
#[utoipa::path(
    post,
    path = "/configs/{id}/deactivate",
    tag = "strangle profiles",
    params(("id" = String, Path)),
    responses((status = 200, body = ConfigView), (status = 404, body = Problem)),
)]
pub(super) async fn deactivate_config(
    State(app): State<Strangle>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Tagged, Problem> {
    let mut tx = app.db.write().await?;
    let row = find(&mut tx, &caller, &id).await?;
    configs::deactivate(&mut tx, &caller.tenant_id, &id).await?;
    tx.commit().await?;
    Ok(tagged(ConfigRow { is_active: false, ..row }))
}

/// Removes a profile and its history, unless it is active.
#[utoipa::path(
    delete,
    path = "/configs/{id}",
    tag = "strangle profiles",
    params(("id" = String, Path)),
    responses(
        (status = 204),
        (status = 404, body = Problem),
        (status = 409, description = "`config_active`", body = Problem),
    ),
)]
pub(super) async fn delete_config(
    State(app): State<Strangle>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let mut tx = app.db.write().await?;
    find(&mut tx, &caller, &id).await?;
    if !configs::delete(&mut tx, &caller.tenant_id, &id).await? {
        return Err(config_active());
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
