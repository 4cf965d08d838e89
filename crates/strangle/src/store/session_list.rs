//! Lists of sessions: `strategy_sessions` by what people look for.

use chrono::{DateTime, Utc};
use platform::db::{Exact, Json, Result, Tx};
use serde_json::Value;
use sqlx::FromRow;

/// Later than anything that is stored, and with as many digits in its year.
pub(crate) const FAR_FUTURE: DateTime<Utc> = match DateTime::from_timestamp(253_402_300_799, 0) {
    Some(instant) => instant,
    None => DateTime::UNIX_EPOCH,
};

/// Which sessions. An empty word means all.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    pub(crate) status: String,
    pub(crate) mode: String,
    pub(crate) exit_reason: String,
    /// Begun at or after.
    pub(crate) from: DateTime<Utc>,
    /// Begun before.
    pub(crate) to: DateTime<Utc>,
}

/// A session in a list.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct ListRow {
    pub(crate) id: i64,
    pub(crate) strategy_id: String,
    pub(crate) mode: String,
    pub(crate) state: String,
    pub(crate) status: String,
    pub(crate) config_snapshot: Json<Value>,
    pub(crate) activated_at: DateTime<Utc>,
    pub(crate) deactivated_at: Option<DateTime<Utc>>,
    pub(crate) exit_reason: Option<String>,
    pub(crate) gross: Option<Exact>,
    pub(crate) fees: Option<Exact>,
    pub(crate) pnl_summary: Option<Json<Value>>,
    pub(crate) session_metadata: Option<Json<Value>>,
}

/// Counts the sessions.
pub(crate) async fn count(tx: &mut Tx, tenant: &str, filter: &Filter) -> Result<i64> {
    let (count,): (i64,) = tx
        .query(
            "SELECT COUNT(*) FROM strategy_sessions WHERE tenant_id = $1 \
             AND ($2 = '' OR status = $2) AND ($3 = '' OR mode = $3) \
             AND ($4 = '' OR exit_reason = $4) AND activated_at >= $5 AND activated_at < $6",
        )
        .bind(tenant.to_owned())
        .bind(filter.status.clone())
        .bind(filter.mode.clone())
        .bind(filter.exit_reason.clone())
        .bind(filter.from)
        .bind(filter.to)
        .fetch_one()
        .await?;
    Ok(count)
}

/// Lists sessions below the number `before`, newest first, without the first `skip`.
pub(crate) async fn list(
    tx: &mut Tx,
    tenant: &str,
    filter: &Filter,
    before: i64,
    limit: i64,
    skip: i64,
) -> Result<Vec<ListRow>> {
    tx.query(
        "SELECT id, strategy_id, mode, state, status, config_snapshot, activated_at, \
         deactivated_at, exit_reason, gross, fees, pnl_summary, session_metadata \
         FROM strategy_sessions WHERE tenant_id = $1 \
         AND ($2 = '' OR status = $2) AND ($3 = '' OR mode = $3) \
         AND ($4 = '' OR exit_reason = $4) AND activated_at >= $5 AND activated_at < $6 \
         AND id < $7 ORDER BY id DESC LIMIT $8 OFFSET $9",
    )
    .bind(tenant.to_owned())
    .bind(filter.status.clone())
    .bind(filter.mode.clone())
    .bind(filter.exit_reason.clone())
    .bind(filter.from)
    .bind(filter.to)
    .bind(before)
    .bind(limit)
    .bind(skip)
    .fetch_all()
    .await
}

/// What analytics need of a closed session.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct ClosedRow {
    pub(crate) id: i64,
    pub(crate) strategy_id: String,
    pub(crate) activated_at: DateTime<Utc>,
    pub(crate) closed_at: DateTime<Utc>,
    pub(crate) gross: Exact,
    pub(crate) fees: Exact,
    pub(crate) slippage: Option<Exact>,
    pub(crate) slippage_base: Option<Exact>,
    pub(crate) exit_reason: Option<String>,
}

/// Lists the sessions that were closed within a range, in the order in which they were closed. An
/// empty word means all.
pub(crate) async fn list_closed(
    tx: &mut Tx,
    tenant: &str,
    mode: &str,
    strategy: &str,
    range: (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<ClosedRow>> {
    tx.query(
        "SELECT id, strategy_id, activated_at, deactivated_at AS closed_at, gross, fees, \
         slippage, slippage_base, exit_reason FROM strategy_sessions WHERE tenant_id = $1 \
         AND ($2 = '' OR mode = $2) AND ($3 = '' OR strategy_id = $3) \
         AND deactivated_at >= $4 AND deactivated_at <= $5 AND gross IS NOT NULL \
         AND fees IS NOT NULL AND state <> 'entry_aborted' ORDER BY deactivated_at, id",
    )
    .bind(tenant.to_owned())
    .bind(mode.to_owned())
    .bind(strategy.to_owned())
    .bind(range.0)
    .bind(range.1)
    .fetch_all()
    .await
}

impl Filter {
    /// All sessions.
    pub(crate) fn everything() -> Self {
        Self {
            status: String::new(),
            mode: String::new(),
            exit_reason: String::new(),
            from: DateTime::UNIX_EPOCH,
            to: FAR_FUTURE,
        }
    }
}
