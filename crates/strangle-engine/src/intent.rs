//! The write-ahead record of an order: what was meant, what is known to have become of it.
//!
//! ```text
//! planned → sending → open ⇄ partially_filled → filled | cancelled | rejected | not_accepted
//!                 ↘ unknown ↗    ↘ cancel_requested ↗
//! planned → abandoned
//! ```
//!
//! `unknown` means that the exchange may or may not have the order. It is left only by evidence:
//! the order is found, or its absence is proven (see [`crate::reconcile`]).

mod fill;
mod order;
mod record;

use serde::{Deserialize, Serialize};

pub use self::fill::{Fill, FillType, Role};
pub use self::order::{
    CancelOutcome, IntentPlan, OrderKind, OrderReport, OrderRequest, OutcomeClass, SendOutcome,
    Side, VenueOrderState, outcome_class,
};
pub use self::record::Intent;
pub use crate::client_order_id::{ClientOrderId, Purpose};

/// What is known of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntentState {
    /// Written down, certainly not sent.
    Planned,
    /// About to leave or on its way.
    Sending,
    /// Rests on the exchange.
    Open,
    /// Rests on the exchange, a part has traded.
    PartiallyFilled,
    /// A cancel has been sent; fills may still arrive.
    CancelRequested,
    /// The exchange may or may not have it.
    Unknown,
    /// Traded in full.
    Filled,
    /// Ended by a cancel, possibly with fills.
    Cancelled,
    /// Refused by the exchange.
    Rejected,
    /// Proven never to have been accepted.
    NotAccepted,
    /// Never sent.
    Abandoned,
}

impl IntentState {
    /// Returns the name, as stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Sending => "sending",
            Self::Open => "open",
            Self::PartiallyFilled => "partially_filled",
            Self::CancelRequested => "cancel_requested",
            Self::Unknown => "unknown",
            Self::Filled => "filled",
            Self::Cancelled => "cancelled",
            Self::Rejected => "rejected",
            Self::NotAccepted => "not_accepted",
            Self::Abandoned => "abandoned",
        }
    }

    /// Says whether nothing more can happen to the order.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(
            self,
            Self::Filled | Self::Cancelled | Self::Rejected | Self::NotAccepted | Self::Abandoned
        )
    }

    /// Says whether the order keeps its leg from sending another one (INV-3).
    #[must_use]
    pub const fn blocks_new_orders(self) -> bool {
        matches!(self, Self::Sending | Self::Unknown | Self::CancelRequested)
    }

    /// Says whether the exchange has, or may have, the order working.
    #[must_use]
    pub const fn may_work(self) -> bool {
        !self.is_terminal() && !matches!(self, Self::Planned)
    }
}
