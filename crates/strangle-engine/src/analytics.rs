//! How the desk has done: figures, curves and tables over closed sessions.
//!
//! A session belongs to a range by the time it closed; open ones are not counted. Its net result is
//! gross less fees, once.
//!
//! | module | decides |
//! |---|---|
//! | [`range`] | which sessions are looked at, and whether the answer is stale |
//! | [`metrics`] | the eighteen figures, in their order |
//! | [`ratios`] | the figures beyond them |
//! | [`charts`] | the curves and the histogram |
//! | [`timeline`] | the order of what happened |

pub mod charts;
pub mod metrics;
pub mod range;
pub mod ratios;
pub mod timeline;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::exit::ExitReason;

/// A session that has closed, as far as figures need it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ClosedSession {
    /// Its number.
    pub id: i64,
    /// When the first leg was sold.
    pub opened_at: Option<DateTime<Utc>>,
    /// When the last leg was closed.
    pub closed_at: DateTime<Utc>,
    /// The result before fees, in USD.
    pub gross: Decimal,
    /// What was paid, in USD.
    pub fees: Decimal,
    /// What the fills lost against the middle of the book, in USD; below 0 if they gained.
    pub slippage: Option<Decimal>,
    /// What they were worth at the middle of the book, in USD; known when the slippage is.
    pub slippage_base: Option<Decimal>,
    /// Why it ended.
    pub exit_reason: Option<ExitReason>,
}

impl ClosedSession {
    /// Returns the result after fees.
    #[must_use]
    pub fn net(&self) -> Decimal {
        self.gross - self.fees
    }
}

/// Returns the sessions in the order in which they closed.
fn in_order(sessions: &[ClosedSession]) -> Vec<&ClosedSession> {
    let mut ordered: Vec<&ClosedSession> = sessions.iter().collect();
    ordered.sort_by_key(|session| (session.closed_at, session.id));
    ordered
}

/// Returns `sum / count`, 0 for no entry.
fn mean(sum: Decimal, count: usize) -> Decimal {
    sum.checked_div(Decimal::from(count)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
