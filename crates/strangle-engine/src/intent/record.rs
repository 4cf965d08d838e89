//! One order: what was meant, and what is known of it.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{IntentPlan, IntentState};

/// An order: what was meant, and what is known of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// What was meant.
    pub plan: IntentPlan,
    /// What is known.
    pub state: IntentState,
    /// The exchange's number.
    pub exchange_order_id: Option<i64>,
    /// Contracts the exchange says have traded.
    pub reported: i64,
    /// Their mean price, where told.
    pub average_price: Option<Decimal>,
    /// Contracts whose trades are recorded.
    pub recorded: i64,
    /// When it was planned.
    pub planned_at: DateTime<Utc>,
    /// When it left.
    pub sending_at: Option<DateTime<Utc>>,
    /// When the exchange first answered.
    pub acked_at: Option<DateTime<Utc>>,
    /// When a cancel last left.
    pub cancel_at: Option<DateTime<Utc>>,
    /// Since when its fate is not known.
    pub unknown_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub terminal_at: Option<DateTime<Utc>>,
    /// The code of the refusal, or the last error.
    pub last_error: Option<String>,
}

impl Intent {
    pub(crate) const fn new(plan: IntentPlan, at: DateTime<Utc>) -> Self {
        Self {
            plan,
            state: IntentState::Planned,
            exchange_order_id: None,
            reported: 0,
            average_price: None,
            recorded: 0,
            planned_at: at,
            sending_at: None,
            acked_at: None,
            cancel_at: None,
            unknown_at: None,
            terminal_at: None,
            last_error: None,
        }
    }

    /// Returns the contracts that have traded, by whichever source knows more.
    #[must_use]
    pub fn filled(&self) -> i64 {
        self.reported.max(self.recorded)
    }

    /// Returns the contracts that may still trade.
    #[must_use]
    pub fn working(&self) -> i64 {
        if self.state.is_terminal() { 0 } else { (self.plan.order.size - self.filled()).max(0) }
    }

    /// Returns the contracts that have traded and whose trades are not recorded yet.
    #[must_use]
    pub fn missing(&self) -> i64 {
        (self.reported - self.recorded).max(0)
    }

    /// Says whether the exchange has ever confirmed it.
    #[must_use]
    pub const fn acknowledged(&self) -> bool {
        self.exchange_order_id.is_some()
    }
}
