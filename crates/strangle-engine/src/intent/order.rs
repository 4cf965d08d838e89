//! Orders: what is asked of the exchange and what it answers.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::IntentState;
use crate::client_order_id::{ClientOrderId, Purpose};
use crate::instrument::{OptionKind, ProductId, Symbol};

/// Which way an order trades.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Buys.
    Buy,
    /// Sells.
    Sell,
}

impl Side {
    /// Returns `buy` or `sell`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Buy => "buy",
            Self::Sell => "sell",
        }
    }

    /// Returns the other side.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Buy => Self::Sell,
            Self::Sell => Self::Buy,
        }
    }

    /// Returns the size with the sign it gives to a position.
    #[must_use]
    pub const fn signed(self, size: i64) -> i64 {
        match self {
            Self::Buy => size,
            Self::Sell => -size,
        }
    }
}

/// How an order is priced and how long it lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum OrderKind {
    /// Rests at its price until it trades or is cancelled.
    LimitGtc {
        /// The price.
        price: Decimal,
    },
    /// Trades at its price or better now, or not at all.
    LimitIoc {
        /// The price.
        price: Decimal,
    },
    /// Trades at any price now, or not at all.
    MarketIoc,
}

impl OrderKind {
    /// Returns the limit price.
    #[must_use]
    pub const fn price(self) -> Option<Decimal> {
        match self {
            Self::LimitGtc { price } | Self::LimitIoc { price } => Some(price),
            Self::MarketIoc => None,
        }
    }

    /// Returns the exchange's `order_type`.
    #[must_use]
    pub const fn order_type(self) -> &'static str {
        match self {
            Self::LimitGtc { .. } | Self::LimitIoc { .. } => "limit_order",
            Self::MarketIoc => "market_order",
        }
    }

    /// Returns the exchange's `time_in_force`.
    #[must_use]
    pub const fn time_in_force(self) -> &'static str {
        match self {
            Self::LimitGtc { .. } => "gtc",
            Self::LimitIoc { .. } | Self::MarketIoc => "ioc",
        }
    }

    /// Says whether the order can rest.
    #[must_use]
    pub const fn rests(self) -> bool {
        matches!(self, Self::LimitGtc { .. })
    }
}

/// Everything the exchange must be told to place an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRequest {
    /// Its name.
    pub client_order_id: ClientOrderId,
    /// The product's number.
    pub product_id: ProductId,
    /// The product's symbol.
    pub symbol: Symbol,
    /// Which way.
    pub side: Side,
    /// Contracts.
    pub size: i64,
    /// Price and life.
    pub kind: OrderKind,
    /// Whether it may only reduce a position.
    pub reduce_only: bool,
}

/// An order that was decided on: the row of the write-ahead log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntentPlan {
    /// Which leg, by its place in the session.
    pub leg: usize,
    /// Call or put.
    pub option: OptionKind,
    /// What for.
    pub purpose: Purpose,
    /// Which attempt of this purpose, from 1.
    pub attempt: u32,
    /// The order.
    pub order: OrderRequest,
    /// The price that was hoped for when it was planned, to measure slippage: the mid.
    pub reference_price: Option<Decimal>,
    /// The lease under which it was planned.
    pub fencing_token: i64,
}

/// What the exchange says an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VenueOrderState {
    /// Working.
    Open,
    /// Waiting for its trigger.
    Pending,
    /// Traded in full.
    Closed,
    /// Cancelled, possibly after fills.
    Cancelled,
}

/// What the exchange says about an order: an answer, a look-up or a push.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderReport {
    /// Its name; absent on orders that others placed without one.
    pub client_order_id: Option<ClientOrderId>,
    /// The exchange's number.
    pub exchange_order_id: i64,
    /// The product.
    pub product_id: ProductId,
    /// Its symbol.
    pub symbol: Symbol,
    /// Which way.
    pub side: Side,
    /// Contracts ordered.
    pub size: i64,
    /// Contracts not traded.
    pub unfilled: i64,
    /// The state.
    pub state: VenueOrderState,
    /// The mean price of what traded, where told.
    pub average_price: Option<Decimal>,
    /// When the exchange wrote it, where told.
    pub updated_at: Option<DateTime<Utc>>,
}

impl OrderReport {
    /// Returns the contracts traded.
    #[must_use]
    pub fn filled(&self) -> i64 {
        (self.size - self.unfilled).clamp(0, self.size.max(0))
    }

    /// Returns the state an intent has with this report.
    #[must_use]
    pub fn intent_state(&self) -> IntentState {
        match self.state {
            VenueOrderState::Closed => IntentState::Filled,
            VenueOrderState::Cancelled if self.unfilled <= 0 => IntentState::Filled,
            VenueOrderState::Cancelled => IntentState::Cancelled,
            VenueOrderState::Open | VenueOrderState::Pending if self.filled() > 0 => {
                IntentState::PartiallyFilled
            }
            VenueOrderState::Open | VenueOrderState::Pending => IntentState::Open,
        }
    }
}

/// The answer to placing an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum SendOutcome {
    /// The exchange has it; this is its report.
    Confirmed {
        /// The report.
        report: OrderReport,
    },
    /// The exchange refused it: a 4xx with an error code, except 408.
    Refused {
        /// The exchange's code.
        code: String,
        /// What else it said, redacted.
        message: String,
    },
    /// It certainly did not leave: no connection, own rate limit, expired signature refused
    /// before sending.
    NotSent {
        /// Why.
        error: String,
    },
    /// Nobody knows: timeout, reset after bytes left, 408, 429 after sending, 5xx, unreadable
    /// answer, cancelled task.
    Ambiguous {
        /// What happened.
        error: String,
    },
}

/// The answer to cancelling an order. No answer ends an order: the order is looked up after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum CancelOutcome {
    /// The exchange took the cancel; this is its report, where it gave one.
    Confirmed {
        /// The report.
        report: Option<OrderReport>,
    },
    /// The exchange has no such open order: filled in the race, already cancelled, or never
    /// there.
    OpenOrderNotFound,
    /// Refused for another reason.
    Refused {
        /// The exchange's code.
        code: String,
    },
    /// Nobody knows.
    Ambiguous {
        /// What happened.
        error: String,
    },
}

/// How a mutation ended, as far as HTTP tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutcomeClass {
    /// Success.
    Confirmed,
    /// Certainly refused.
    Refused,
    /// Nobody knows.
    Ambiguous,
}

/// Classes an answer to a mutation: only a success that can be read confirms, only a 4xx with an
/// error code (except 408, and 429 once bytes have left) refuses.
#[must_use]
pub fn outcome_class(status: u16, has_error_code: bool, readable: bool) -> OutcomeClass {
    match status {
        200..=299 if readable => OutcomeClass::Confirmed,
        408 | 429 => OutcomeClass::Ambiguous,
        400..=499 if has_error_code => OutcomeClass::Refused,
        _ => OutcomeClass::Ambiguous,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_evidence_confirms_or_refuses() {
        use OutcomeClass::{Ambiguous, Confirmed, Refused};

        for (status, code, readable, class) in [
            (200, false, true, Confirmed),
            (200, false, false, Ambiguous),
            (400, true, true, Refused),
            (403, false, false, Ambiguous),
            (401, true, true, Refused),
            (408, true, true, Ambiguous),
            (429, true, true, Ambiguous),
            (500, true, true, Ambiguous),
            (502, false, false, Ambiguous),
        ] {
            assert_eq!(outcome_class(status, code, readable), class, "{status}");
        }
    }

    #[test]
    fn a_cancelled_order_without_a_rest_was_filled() {
        let mut report = OrderReport {
            client_order_id: None,
            exchange_order_id: 1,
            product_id: ProductId(1),
            symbol: Symbol::new("C-BTC-126000-071025").unwrap(),
            side: Side::Sell,
            size: 10,
            unfilled: 6,
            state: VenueOrderState::Cancelled,
            average_price: None,
            updated_at: None,
        };

        assert_eq!((report.intent_state(), report.filled()), (IntentState::Cancelled, 4));
        report.unfilled = 0;
        assert_eq!(report.intent_state(), IntentState::Filled);
    }
}
