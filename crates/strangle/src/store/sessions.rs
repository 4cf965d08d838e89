//! The `strategy_sessions` table.

use chrono::{DateTime, Utc};
use platform::db::{Exact, Json, Result, Tx};
use serde_json::Value;
use sqlx::FromRow;

/// The statement that reads whole sessions; a literal, because statements are never put together
/// when the program runs.
macro_rules! session_where {
    ($condition:literal) => {
        concat!(
            "SELECT id, tenant_id, strategy_id, environment, account, config_id, \
             config_version, config_snapshot, mode, state, status, entry_at, exit_at, \
             exit_bound, activated_at, deactivated_at, exit_reason, gross, fees, slippage, \
             slippage_base, pnl_summary, session_metadata, instance_id, fencing_token, last_seq, \
             updated_at FROM strategy_sessions WHERE ",
            $condition
        )
    };
}

/// A session as it is stored.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct SessionRow {
    pub(crate) id: i64,
    pub(crate) tenant_id: String,
    pub(crate) strategy_id: String,
    pub(crate) environment: String,
    pub(crate) account: String,
    pub(crate) config_id: String,
    pub(crate) config_version: i64,
    pub(crate) config_snapshot: Json<Value>,
    pub(crate) mode: String,
    pub(crate) state: String,
    pub(crate) status: String,
    pub(crate) entry_at: Option<DateTime<Utc>>,
    pub(crate) exit_at: Option<DateTime<Utc>>,
    pub(crate) exit_bound: Option<String>,
    pub(crate) activated_at: DateTime<Utc>,
    pub(crate) deactivated_at: Option<DateTime<Utc>>,
    pub(crate) exit_reason: Option<String>,
    pub(crate) gross: Option<Exact>,
    pub(crate) fees: Option<Exact>,
    /// What its trades lost against the prices that were hoped for; absent if none was planned.
    pub(crate) slippage: Option<Exact>,
    /// What they were worth at those prices.
    pub(crate) slippage_base: Option<Exact>,
    pub(crate) pnl_summary: Option<Json<Value>>,
    pub(crate) session_metadata: Option<Json<Value>>,
    pub(crate) instance_id: String,
    pub(crate) fencing_token: i64,
    pub(crate) last_seq: i64,
    pub(crate) updated_at: DateTime<Utc>,
}

/// Adds a session; fails with `Unique` if one of this account is open.
pub(crate) async fn insert(tx: &mut Tx, row: &SessionRow) -> Result<()> {
    tx.query(
        "INSERT INTO strategy_sessions (id, tenant_id, strategy_id, environment, \
         account, config_id, config_version, config_snapshot, mode, state, status, \
         entry_at, exit_at, exit_bound, activated_at, deactivated_at, exit_reason, \
         gross, fees, pnl_summary, session_metadata, instance_id, fencing_token, \
         last_seq, updated_at, slippage, slippage_base) VALUES ($1, $2, $3, $4, $5, $6, \
         $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, \
         $24, $25, $26, $27)",
    )
    .bind(row.id)
    .bind(row.tenant_id.clone())
    .bind(row.strategy_id.clone())
    .bind(row.environment.clone())
    .bind(row.account.clone())
    .bind(row.config_id.clone())
    .bind(row.config_version)
    .bind(row.config_snapshot.clone())
    .bind(row.mode.clone())
    .bind(row.state.clone())
    .bind(row.status.clone())
    .bind(row.entry_at)
    .bind(row.exit_at)
    .bind(row.exit_bound.clone())
    .bind(row.activated_at)
    .bind(row.deactivated_at)
    .bind(row.exit_reason.clone())
    .bind(row.gross)
    .bind(row.fees)
    .bind(row.pnl_summary.clone())
    .bind(row.session_metadata.clone())
    .bind(row.instance_id.clone())
    .bind(row.fencing_token)
    .bind(row.last_seq)
    .bind(row.updated_at)
    .bind(row.slippage)
    .bind(row.slippage_base)
    .execute()
    .await?;
    Ok(())
}

/// Stores what has changed about a session.
pub(crate) async fn update(tx: &mut Tx, row: &SessionRow) -> Result<()> {
    tx.query(
        "UPDATE strategy_sessions SET state = $1, status = $2, entry_at = $3, exit_at = \
         $4, exit_bound = $5, deactivated_at = $6, exit_reason = $7, gross = $8, fees = \
         $9, pnl_summary = $10, session_metadata = $11, instance_id = $12, \
         fencing_token = $13, last_seq = $14, updated_at = $15, slippage = $16, \
         slippage_base = $17 WHERE id = $18",
    )
    .bind(row.state.clone())
    .bind(row.status.clone())
    .bind(row.entry_at)
    .bind(row.exit_at)
    .bind(row.exit_bound.clone())
    .bind(row.deactivated_at)
    .bind(row.exit_reason.clone())
    .bind(row.gross)
    .bind(row.fees)
    .bind(row.pnl_summary.clone())
    .bind(row.session_metadata.clone())
    .bind(row.instance_id.clone())
    .bind(row.fencing_token)
    .bind(row.last_seq)
    .bind(row.updated_at)
    .bind(row.slippage)
    .bind(row.slippage_base)
    .bind(row.id)
    .execute()
    .await?;
    Ok(())
}

/// Returns a session.
pub(crate) async fn find(tx: &mut Tx, tenant: &str, id: i64) -> Result<Option<SessionRow>> {
    tx.query(session_where!("tenant_id = $1 AND id = $2"))
        .bind(tenant.to_owned())
        .bind(id)
        .fetch_optional()
        .await
}

/// Returns the session with this public name.
pub(crate) async fn find_by_strategy(
    tx: &mut Tx,
    tenant: &str,
    strategy: &str,
) -> Result<Option<SessionRow>> {
    tx.query(session_where!("tenant_id = $1 AND strategy_id = $2"))
        .bind(tenant.to_owned())
        .bind(strategy.to_owned())
        .fetch_optional()
        .await
}

/// Returns the open session of an account, whoever owns it.
pub(crate) async fn find_open(
    tx: &mut Tx,
    environment: &str,
    account: &str,
) -> Result<Option<SessionRow>> {
    tx.query(session_where!("environment = $1 AND account = $2 AND status = 'running'"))
        .bind(environment.to_owned())
        .bind(account.to_owned())
        .fetch_optional()
        .await
}

/// Returns the newest session of an account.
pub(crate) async fn find_last(
    tx: &mut Tx,
    environment: &str,
    account: &str,
) -> Result<Option<SessionRow>> {
    tx.query(session_where!("environment = $1 AND account = $2 ORDER BY id DESC LIMIT 1"))
        .bind(environment.to_owned())
        .bind(account.to_owned())
        .fetch_optional()
        .await
}

/// Draws the number of the next session. It is taken back if the transaction is.
pub(crate) async fn next_id(tx: &mut Tx) -> Result<i64> {
    let (id,): (i64,) = tx
        .query(
            "UPDATE strangle_counters SET value = value + 1 WHERE name = 'session' \
             RETURNING value",
        )
        .fetch_one()
        .await?;
    Ok(id)
}
