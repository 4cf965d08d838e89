//! `/tape-mappings`: mappings that are used again.

use axum::extract::State;
use chrono::{DateTime, Utc};
use http::StatusCode;
use platform::auth::Caller;
use platform::db::DbError;
use platform::db::Json as DbJson;
use platform::http::{Json, Path};
use platform::problem::{FieldError, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problems::mapping_not_found;
use crate::Credit;
use crate::domain::tape::Mapping;
use crate::store::mappings::{self, MappingRow};

/// A mapping to keep.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTapeMapping {
    /// What people call it; unique.
    #[schema(example = "Public auto loans")]
    name: String,
    /// Which column is which field.
    mapping: Mapping,
}

/// A saved mapping.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TapeMappingView {
    id: String,
    name: String,
    mapping: Mapping,
    created_at: DateTime<Utc>,
}

impl From<MappingRow> for TapeMappingView {
    fn from(row: MappingRow) -> Self {
        Self { id: row.id, name: row.name, mapping: row.mapping.0, created_at: row.created_at }
    }
}

/// Lists the saved mappings by name.
#[utoipa::path(
    get,
    path = "/api/v1/tape-mappings",
    tag = "tapes",
    responses((status = 200, body = [TapeMappingView])),
)]
pub(super) async fn list_tape_mappings(
    State(app): State<Credit>,
    caller: Caller,
) -> Result<Json<Vec<TapeMappingView>>, Problem> {
    let mut tx = app.db.read().await?;
    let rows = mappings::list(&mut tx, &caller.tenant_id).await?;
    Ok(Json(rows.into_iter().map(Into::into).collect()))
}

/// Saves a mapping for other tapes.
#[utoipa::path(
    post,
    path = "/api/v1/tape-mappings",
    tag = "tapes",
    request_body = NewTapeMapping,
    responses(
        (status = 201, body = TapeMappingView),
        (status = 409, description = "`mapping_name_taken`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
pub(super) async fn create_tape_mapping(
    State(app): State<Credit>,
    caller: Caller,
    Json(new): Json<NewTapeMapping>,
) -> Result<(StatusCode, Json<TapeMappingView>), Problem> {
    let name = new.name.trim().to_owned();
    let length = name.chars().count();
    if !(1..=100).contains(&length) {
        let message = format!("must have 1 to 100 characters, has {length}");
        return Err(Problem::invalid(vec![FieldError::new("/name", "length", message)]));
    }
    let text = serde_json::to_string(&new.mapping).map_err(Problem::internal)?;
    if name.contains('\0') || text.contains("\\u0000") {
        let message = "must not contain the NUL character";
        return Err(Problem::invalid(vec![FieldError::new("", "wrong_text", message)]));
    }
    let row = MappingRow {
        id: app.ids.with_prefix("mapping"),
        name,
        mapping: DbJson(new.mapping),
        created_at: app.clock.now(),
    };

    let mut tx = app.db.write().await?;
    let added = mappings::insert(&mut tx, &caller.tenant_id, &caller.user_id, &row).await;
    if let Err(DbError::Unique(_)) = added {
        let problem = Problem::new(StatusCode::CONFLICT, "mapping_name_taken", "The name is taken");
        return Err(problem
            .detail(format!("A saved mapping is called `{}`; choose another name.", row.name)));
    }
    added?;
    tx.commit().await?;

    Ok((StatusCode::CREATED, Json(row.into())))
}

/// Forgets a saved mapping.
#[utoipa::path(
    delete,
    path = "/api/v1/tape-mappings/{id}",
    tag = "tapes",
    params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)),
)]
pub(super) async fn delete_tape_mapping(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let mut tx = app.db.write().await?;
    if !mappings::delete(&mut tx, &caller.tenant_id, &id).await? {
        return Err(mapping_not_found(&id));
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
