//! The `credit_scenarios` table: saved scenarios of stress tests and of forecasts.

use chrono::{DateTime, Utc};
use platform::db::{Json, Result, Tx};
use serde_json::Value;
use sqlx::FromRow;

use crate::domain::stress::{CustomScenario, Kind, StressScenario};

/// A saved scenario.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct ScenarioRow {
    pub(crate) id: String,
    pub(crate) owner_id: String,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) scenario_type: String,
    pub(crate) body: Json<Value>,
    pub(crate) tags: Json<Vec<String>>,
    pub(crate) is_template: bool,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) version: i64,
}

/// Adds a scenario; its name is unique among those of its kind.
pub(crate) async fn insert(tx: &mut Tx, tenant: &str, row: &ScenarioRow) -> Result<()> {
    tx.query(
        "INSERT INTO credit_scenarios (id, tenant_id, owner_id, kind, name, description, \
         scenario_type, body, tags, is_template, created_at, updated_at, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(row.id.clone())
    .bind(tenant.to_owned())
    .bind(row.owner_id.clone())
    .bind(row.kind.clone())
    .bind(row.name.clone())
    .bind(row.description.clone())
    .bind(row.scenario_type.clone())
    .bind(row.body.clone())
    .bind(row.tags.clone())
    .bind(row.is_template)
    .bind(row.created_at)
    .bind(row.updated_at)
    .bind(row.version)
    .execute()
    .await?;
    Ok(())
}

/// Replaces a scenario of this version; returns whether it was still that version.
pub(crate) async fn update(tx: &mut Tx, tenant: &str, row: &ScenarioRow) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE credit_scenarios SET name = $1, description = $2, scenario_type = $3, \
             body = $4, tags = $5, is_template = $6, updated_at = $7, version = version + 1 \
             WHERE tenant_id = $8 AND id = $9 AND version = $10",
        )
        .bind(row.name.clone())
        .bind(row.description.clone())
        .bind(row.scenario_type.clone())
        .bind(row.body.clone())
        .bind(row.tags.clone())
        .bind(row.is_template)
        .bind(row.updated_at)
        .bind(tenant.to_owned())
        .bind(row.id.clone())
        .bind(row.version)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Returns a scenario.
pub(crate) async fn find(tx: &mut Tx, tenant: &str, id: &str) -> Result<Option<ScenarioRow>> {
    tx.query(
        "SELECT id, owner_id, kind, name, description, scenario_type, body, tags, is_template, \
         created_at, updated_at, version FROM credit_scenarios WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant.to_owned())
    .bind(id.to_owned())
    .fetch_optional()
    .await
}

/// Lists scenarios of a kind, or of all, newest first, before the id `before`.
pub(crate) async fn list(
    tx: &mut Tx,
    tenant: &str,
    kind: Option<String>,
    before: Option<String>,
    limit: u32,
) -> Result<Vec<ScenarioRow>> {
    tx.query(
        "SELECT id, owner_id, kind, name, description, scenario_type, body, tags, is_template, \
         created_at, updated_at, version FROM credit_scenarios \
         WHERE tenant_id = $1 AND ($2 = '' OR kind = $2) AND id < $3 ORDER BY id DESC LIMIT $4",
    )
    .bind(tenant.to_owned())
    .bind(kind.unwrap_or_default())
    // An id sorts before the letter after its prefix.
    .bind(before.unwrap_or_else(|| "t".to_owned()))
    .bind(i64::from(limit))
    .fetch_all()
    .await
}

/// Lists the saved scenarios of stress tests, by name, at most 1000.
pub(crate) async fn list_stress(tx: &mut Tx, tenant: &str) -> Result<Vec<StressScenario>> {
    let mut rows = list(tx, tenant, Some("stress".to_owned()), None, 1_000).await?;
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    let scenario = |row: ScenarioRow| {
        let body: CustomScenario = serde_json::from_value(row.body.0).ok()?;
        let kind: Kind = serde_json::from_value(Value::String(row.scenario_type)).ok()?;
        let described = CustomScenario { description: row.description, ..body };
        Some(described.named(&row.name, kind))
    };
    Ok(rows.into_iter().filter_map(scenario).collect())
}

/// Removes a scenario; returns whether it was there.
pub(crate) async fn delete(tx: &mut Tx, tenant: &str, id: &str) -> Result<bool> {
    let removed = tx
        .query("DELETE FROM credit_scenarios WHERE tenant_id = $1 AND id = $2")
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .execute()
        .await?;
    Ok(removed == 1)
}
