//! `/trading/flags`: switches of the desk.

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::auth::Caller;
use platform::http::{Json, Path};
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Strangle;
use crate::http::require_desk;
use crate::store::feature_flags::{self, FlagRow};

/// The switches there are: name, default, what they do.
const FLAGS: [(&str, bool, &str); 1] =
    [("recurrence", true, "Profiles with a recurrence start by themselves.")];

/// A switch.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FlagView {
    name: String,
    description: String,
    enabled: bool,
    changed_by: Option<String>,
    changed_at: Option<DateTime<Utc>>,
}

/// All switches.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FlagList {
    items: Vec<FlagView>,
}

/// The new position of a switch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FlagChange {
    enabled: bool,
}

fn view((name, default, description): (&str, bool, &str), set: &[FlagRow]) -> FlagView {
    let set = set.iter().find(|row| row.name == name);
    FlagView {
        name: name.to_owned(),
        description: description.to_owned(),
        enabled: set.map_or(default, |row| row.enabled),
        changed_by: set.map(|row| row.changed_by.clone()),
        changed_at: set.map(|row| row.changed_at),
    }
}

impl Strangle {
    /// Tells whether a switch is on.
    pub(crate) async fn flag(
        &self,
        tx: &mut platform::db::Tx,
        name: &str,
    ) -> platform::db::Result<bool> {
        let set = feature_flags::list(tx, self.tenant()).await?;
        let known = FLAGS.into_iter().find(|flag| flag.0 == name);
        Ok(known.is_some_and(|flag| view(flag, &set).enabled))
    }
}

/// Lists the switches.
#[utoipa::path(
    get,
    path = "/trading/flags",
    tag = "strangle desk",
    responses((status = 200, body = FlagList)),
)]
pub(super) async fn list_feature_flags(
    State(app): State<Strangle>,
    caller: Caller,
) -> Result<Json<FlagList>, Problem> {
    let mut tx = app.db.read().await?;
    let set = feature_flags::list(&mut tx, &caller.tenant_id).await?;
    Ok(Json(FlagList { items: FLAGS.into_iter().map(|flag| view(flag, &set)).collect() }))
}

/// Turns a switch.
#[utoipa::path(
    put,
    path = "/trading/flags/{name}",
    tag = "strangle desk",
    params(("name" = String, Path)),
    request_body = FlagChange,
    responses((status = 200, body = FlagView), (status = 404, body = Problem)),
)]
pub(super) async fn set_feature_flag(
    State(app): State<Strangle>,
    caller: Caller,
    Path(name): Path<String>,
    Json(change): Json<FlagChange>,
) -> Result<Json<FlagView>, Problem> {
    require_desk(&app, &caller)?;
    let flag = FLAGS.into_iter().find(|flag| flag.0 == name);
    let flag =
        flag.ok_or_else(|| Problem::not_found("flag_not_found", format!("flag `{name}`")))?;
    let row = FlagRow {
        tenant_id: caller.tenant_id.clone(),
        name,
        enabled: change.enabled,
        changed_by: caller.user_id.clone(),
        changed_at: app.clock.now(),
    };
    let mut tx = app.db.write().await?;
    feature_flags::put(&mut tx, &row).await?;
    tx.commit().await?;
    Ok(Json(view(flag, std::slice::from_ref(&row))))
}
