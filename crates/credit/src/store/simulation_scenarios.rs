//! The `credit_simulation_scenarios` table.

use chrono::{DateTime, Utc};
use platform::db::{Json, Result, Tx};
use sqlx::FromRow;

use crate::domain::simulation::Modifiers;

/// A saved scenario of simulations.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct SimulationScenarioRow {
    pub(crate) id: String,
    pub(crate) owner_id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) modifiers: Json<Modifiers>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) version: i64,
}

/// Adds a scenario; its name is unique.
pub(crate) async fn insert(tx: &mut Tx, tenant: &str, row: &SimulationScenarioRow) -> Result<()> {
    tx.query(
        "INSERT INTO credit_simulation_scenarios (id, tenant_id, owner_id, name, description, \
         modifiers, created_at, updated_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(row.id.clone())
    .bind(tenant.to_owned())
    .bind(row.owner_id.clone())
    .bind(row.name.clone())
    .bind(row.description.clone())
    .bind(row.modifiers.clone())
    .bind(row.created_at)
    .bind(row.updated_at)
    .bind(row.version)
    .execute()
    .await?;
    Ok(())
}

/// Replaces a scenario of this version; returns whether it was still that version.
pub(crate) async fn update(tx: &mut Tx, tenant: &str, row: &SimulationScenarioRow) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE credit_simulation_scenarios SET name = $1, description = $2, modifiers = $3, \
             updated_at = $4, version = version + 1 \
             WHERE tenant_id = $5 AND id = $6 AND version = $7",
        )
        .bind(row.name.clone())
        .bind(row.description.clone())
        .bind(row.modifiers.clone())
        .bind(row.updated_at)
        .bind(tenant.to_owned())
        .bind(row.id.clone())
        .bind(row.version)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Returns a scenario.
pub(crate) async fn find(
    tx: &mut Tx,
    tenant: &str,
    id: &str,
) -> Result<Option<SimulationScenarioRow>> {
    tx.query(
        "SELECT id, owner_id, name, description, modifiers, created_at, updated_at, version \
         FROM credit_simulation_scenarios WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant.to_owned())
    .bind(id.to_owned())
    .fetch_optional()
    .await
}

/// Lists scenarios, newest first, before the id `before`.
pub(crate) async fn list(
    tx: &mut Tx,
    tenant: &str,
    before: Option<String>,
    limit: u32,
) -> Result<Vec<SimulationScenarioRow>> {
    tx.query(
        "SELECT id, owner_id, name, description, modifiers, created_at, updated_at, version \
         FROM credit_simulation_scenarios WHERE tenant_id = $1 AND id < $2 \
         ORDER BY id DESC LIMIT $3",
    )
    .bind(tenant.to_owned())
    // An id sorts before the letter after its prefix.
    .bind(before.unwrap_or_else(|| "t".to_owned()))
    .bind(i64::from(limit))
    .fetch_all()
    .await
}

/// Removes a scenario; returns whether it was there.
pub(crate) async fn delete(tx: &mut Tx, tenant: &str, id: &str) -> Result<bool> {
    let removed = tx
        .query("DELETE FROM credit_simulation_scenarios WHERE tenant_id = $1 AND id = $2")
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .execute()
        .await?;
    Ok(removed == 1)
}
