//! What is done with profiles besides changing them: previews, copies, files, history.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use http::header;
use platform::auth::Caller;
use platform::http::{Json, Page, PageQuery, Path, Query};
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use strangle_engine::profile::{Profile, ProfileFields};
use utoipa::ToSchema;

use super::configs::{ConfigView, Created, add, created, find};
use super::problems::{field, unanswered};
use super::profile_body::{Fields, changed, profile};
use crate::Strangle;
use crate::domain::market::EntryPreview;
use crate::domain::operation::Command;
use crate::domain::profile::ProfileSchema;
use crate::http::require_desk;
use crate::store::config_versions::{self, VersionRow};
use crate::store::configs;

/// The format of an exported profile.
const FORMAT: &str = "strangle-profile/1";

/// A profile in a file.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfigFile {
    /// `strangle-profile/1`
    format: String,
    /// The profile.
    #[schema(value_type = ProfileSchema)]
    profile: Fields,
}

/// The name of a copy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CopyRequest {
    /// The old name and a number if absent.
    name: Option<String>,
}

/// A profile as it once was.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConfigVersionView {
    version: i64,
    #[schema(value_type = ProfileSchema)]
    profile: ProfileFields,
    changed_by: String,
    changed_at: DateTime<Utc>,
}

impl From<VersionRow> for ConfigVersionView {
    fn from(row: VersionRow) -> Self {
        Self {
            version: row.version,
            profile: row.profile.0.into_fields(),
            changed_by: row.changed_by,
            changed_at: row.changed_at,
        }
    }
}

/// Returns a profile as it would be if nothing were said about it: what the settings of this
/// installation and the product leave a new one to be. Its name is empty.
#[utoipa::path(
    get,
    path = "/configs/defaults",
    tag = "strangle profiles",
    responses((status = 200, body = ProfileSchema)),
)]
pub(super) async fn find_config_defaults(
    State(app): State<Strangle>,
    _: Caller,
) -> Result<Json<ProfileFields>, Problem> {
    let mut named = Fields::new();
    named.insert("name".to_owned(), "new".into());
    let usual = profile(named, &app.settings.defaults)?.into_fields();
    Ok(Json(ProfileFields { name: String::new(), ..usual }))
}

/// Shows what a profile that is not stored would sell now.
#[utoipa::path(
    post,
    path = "/configs/preview",
    tag = "strangle profiles",
    request_body = ProfileSchema,
    responses(
        (status = 200, body = EntryPreview),
        (status = 409, description = "`no_market_data`", body = Problem),
        (status = 422, description = "`validation`, `no_strike_in_delta_range`, `no_strike_in_price_range`, `no_expiry_available`, `expired_expiry`", body = Problem),
    ),
)]
pub(super) async fn preview_new_config(
    State(app): State<Strangle>,
    caller: Caller,
    Json(mut body): Json<Fields>,
) -> Result<Json<EntryPreview>, Problem> {
    require_desk(&app, &caller)?;
    // What it would sell does not depend on its name, which may still be missing.
    body.insert("name".to_owned(), "preview".into());
    let profile = profile(body, &app.settings.defaults)?;
    preview(&app, &caller, profile).await
}

/// Shows what a profile would sell now; fields in the body stand in for those that are stored.
#[utoipa::path(
    post,
    path = "/configs/{id}/preview",
    tag = "strangle profiles",
    params(("id" = String, Path)),
    request_body(content = Object, description = "Any fields of a profile"),
    responses(
        (status = 200, body = EntryPreview),
        (status = 404, body = Problem),
        (status = 409, description = "`no_market_data`", body = Problem),
        (status = 422, description = "`validation`, `no_strike_in_delta_range`, `no_strike_in_price_range`, `no_expiry_available`, `expired_expiry`", body = Problem),
    ),
)]
pub(super) async fn preview_config(
    State(app): State<Strangle>,
    caller: Caller,
    Path(id): Path<String>,
    Json(overrides): Json<Fields>,
) -> Result<Json<EntryPreview>, Problem> {
    require_desk(&app, &caller)?;
    let mut tx = app.db.read().await?;
    let row = find(&mut tx, &caller, &id).await?;
    drop(tx);
    let profile = changed(&row.profile.0, overrides)?;
    preview(&app, &caller, profile).await
}

async fn preview(
    app: &Strangle,
    caller: &Caller,
    profile: Profile,
) -> Result<Json<EntryPreview>, Problem> {
    let question = Command::Preview(Box::new(profile));
    let preview = app.ask(&caller.tenant_id, &caller.user_id, question).await;
    Ok(Json(preview.map_err(unanswered)?))
}

/// Adds a copy of a profile.
#[utoipa::path(
    post,
    path = "/configs/{id}/duplicate",
    tag = "strangle profiles",
    params(("id" = String, Path)),
    request_body = CopyRequest,
    responses(
        (status = 201, body = ConfigView),
        (status = 404, body = Problem),
        (status = 409, description = "`name_taken`", body = Problem),
    ),
)]
pub(super) async fn duplicate_config(
    State(app): State<Strangle>,
    caller: Caller,
    Path(id): Path<String>,
    Json(request): Json<CopyRequest>,
) -> Result<Created, Problem> {
    let mut tx = app.db.write().await?;
    let row = find(&mut tx, &caller, &id).await?;
    let name = if let Some(name) = request.name {
        name
    } else {
        let taken = configs::list(&mut tx, &caller.tenant_id).await?;
        copy_name(&row.name, |name| taken.iter().any(|row| row.name == name))
    };
    let mut changes = Fields::new();
    changes.insert("name".to_owned(), name.into());
    let copy = add(&app, &mut tx, &caller, changed(&row.profile.0, changes)?).await?;
    tx.commit().await?;
    Ok(created(copy))
}

/// The first of `name 2`, `name 3`, … that is free, at most 50 letters long.
fn copy_name(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut number = 2_u32;
    loop {
        let suffix = format!(" {number}");
        let kept: String = name.chars().take(50 - suffix.len()).collect();
        let candidate = format!("{}{suffix}", kept.trim_end());
        if !taken(&candidate) {
            return candidate;
        }
        number += 1;
    }
}

/// Writes a profile as a file that can be imported elsewhere.
#[utoipa::path(
    get,
    path = "/configs/{id}/export",
    tag = "strangle profiles",
    params(("id" = String, Path)),
    responses((status = 200, body = ConfigFile), (status = 404, body = Problem)),
)]
pub(super) async fn export_config(
    State(app): State<Strangle>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let mut tx = app.db.read().await?;
    let row = find(&mut tx, &caller, &id).await?;
    let profile = serde_json::to_value(&row.profile.0).map_err(Problem::internal)?;
    let profile = serde_json::from_value(profile).map_err(Problem::internal)?;
    let name = format!("attachment; filename=\"profile-{id}.json\"");
    let file = ConfigFile { format: FORMAT.to_owned(), profile };
    Ok(([(header::CONTENT_DISPOSITION, name)], Json(file)).into_response())
}

/// Adds a profile from a file.
#[utoipa::path(
    post,
    path = "/configs/import",
    tag = "strangle profiles",
    request_body = ConfigFile,
    responses(
        (status = 201, body = ConfigView),
        (status = 409, description = "`name_taken`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
pub(super) async fn import_config(
    State(app): State<Strangle>,
    caller: Caller,
    Json(file): Json<ConfigFile>,
) -> Result<Created, Problem> {
    if file.format != FORMAT {
        return Err(field("/format", "unknown_format", format!("must be `{FORMAT}`")));
    }
    let profile = profile(file.profile, &app.settings.defaults)?;
    let mut tx = app.db.write().await?;
    let row = add(&app, &mut tx, &caller, profile).await?;
    tx.commit().await?;
    Ok(created(row))
}

/// Lists the versions of a profile, newest first.
#[utoipa::path(
    get,
    path = "/configs/{id}/versions",
    tag = "strangle profiles",
    params(("id" = String, Path), PageQuery),
    responses((status = 200, body = Page<ConfigVersionView>), (status = 404, body = Problem)),
)]
pub(super) async fn list_config_versions(
    State(app): State<Strangle>,
    caller: Caller,
    Path(id): Path<String>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<ConfigVersionView>>, Problem> {
    let limit = page.limit()?;
    let before = page.after::<i64>()?.unwrap_or(i64::MAX);
    let mut tx = app.db.read().await?;
    find(&mut tx, &caller, &id).await?;
    let rows = config_versions::list(&mut tx, &caller.tenant_id, &id, before, i64::from(limit) + 1)
        .await?;
    Ok(Json(Page::from_rows(rows, limit, |row| row.version, ConfigVersionView::from)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_gets_the_first_free_number_and_fits() {
        assert_eq!(copy_name("Paper", |name| name == "Paper 2"), "Paper 3");
        let long = "x".repeat(50);
        assert_eq!(copy_name(&long, |_| false).chars().count(), 50);
    }
}
