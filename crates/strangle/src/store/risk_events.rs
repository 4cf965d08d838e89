//! The `risk_events` table.

use chrono::{DateTime, Utc};
use platform::db::{Json, Result, Tx};
use serde_json::Value;
use sqlx::FromRow;

/// Somebody changed a guard, or a guard refused something.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct RiskEventRow {
    pub(crate) id: String,
    pub(crate) tenant_id: String,
    pub(crate) environment: String,
    pub(crate) account: String,
    pub(crate) session_id: Option<i64>,
    pub(crate) kind: String,
    pub(crate) severity: String,
    pub(crate) message: String,
    pub(crate) payload: Json<Value>,
    pub(crate) actor: String,
    pub(crate) at: DateTime<Utc>,
}

/// Adds an event.
pub(crate) async fn insert(tx: &mut Tx, row: &RiskEventRow) -> Result<()> {
    tx.query(
        "INSERT INTO risk_events (id, tenant_id, environment, account, session_id, \
         kind, severity, message, payload, actor, at) VALUES ($1, $2, $3, $4, $5, $6, \
         $7, $8, $9, $10, $11)",
    )
    .bind(row.id.clone())
    .bind(row.tenant_id.clone())
    .bind(row.environment.clone())
    .bind(row.account.clone())
    .bind(row.session_id)
    .bind(row.kind.clone())
    .bind(row.severity.clone())
    .bind(row.message.clone())
    .bind(row.payload.clone())
    .bind(row.actor.clone())
    .bind(row.at)
    .execute()
    .await?;
    Ok(())
}

/// Lists the newest events, before the id `before`.
pub(crate) async fn list(
    tx: &mut Tx,
    tenant: &str,
    before: &str,
    limit: i64,
) -> Result<Vec<RiskEventRow>> {
    tx.query(
        "SELECT id, tenant_id, environment, account, session_id, kind, severity, \
         message, payload, actor, at FROM risk_events WHERE tenant_id = $1 AND id < $2 \
         ORDER BY id DESC LIMIT $3",
    )
    .bind(tenant.to_owned())
    .bind(before.to_owned())
    .bind(limit)
    .fetch_all()
    .await
}
