//! What an account's sessions came to since an instant.

use chrono::{DateTime, Utc};
use platform::db::{Exact, Result, Tx};
use rust_decimal::Decimal;
use sqlx::FromRow;

/// The result of a closed session.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct ClosedRow {
    gross: Option<Exact>,
    fees: Option<Exact>,
    pub(crate) closed_at: DateTime<Utc>,
}

impl ClosedRow {
    /// Returns what is left after fees.
    pub(crate) fn net(&self) -> Decimal {
        let value = |exact: Option<Exact>| exact.map_or(Decimal::ZERO, |exact| exact.0);
        value(self.gross) - value(self.fees)
    }
}

/// Lists the sessions of an account that closed since an instant, in their order.
pub(crate) async fn closed_since(
    tx: &mut Tx,
    environment: &str,
    account: &str,
    since: DateTime<Utc>,
) -> Result<Vec<ClosedRow>> {
    tx.query(
        "SELECT gross, fees, deactivated_at AS closed_at FROM strategy_sessions \
         WHERE environment = $1 AND account = $2 AND deactivated_at >= $3 \
         AND status = 'stopped' ORDER BY deactivated_at, id",
    )
    .bind(environment.to_owned())
    .bind(account.to_owned())
    .bind(since)
    .fetch_all()
    .await
}

/// Counts the sessions of an account, other than `except`, that sold something since an instant.
pub(crate) async fn entered_since(
    tx: &mut Tx,
    environment: &str,
    account: &str,
    since: DateTime<Utc>,
    except: Option<i64>,
) -> Result<i64> {
    let (count,): (i64,) = tx
        .query(
            "SELECT COUNT(DISTINCT session_id) FROM legs JOIN strategy_sessions \
             ON strategy_sessions.id = legs.session_id \
             WHERE environment = $1 AND account = $2 AND opened_at >= $3 AND session_id <> $4",
        )
        .bind(environment.to_owned())
        .bind(account.to_owned())
        .bind(since)
        .bind(except.unwrap_or(-1))
        .fetch_one()
        .await?;
    Ok(count)
}
