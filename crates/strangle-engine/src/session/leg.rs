//! One leg of a session, as the facts tell it.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::facts::CloseEvidence;
use crate::instrument::Contract;
use crate::intent::{Fill, FillType, Side};
use crate::pnl::{LegBook, LegFill};

/// A leg: what it is, what was traded, whether it is closed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Leg {
    /// Its contract.
    pub contract: Contract,
    /// Contracts wanted.
    pub target: i64,
    /// Its trades, added up.
    pub book: LegBook,
    /// Its trades.
    pub fills: Vec<RecordedFill>,
    /// When it was first sold.
    pub opened_at: Option<DateTime<Utc>>,
    /// When a trade was last recorded.
    pub traded_at: Option<DateTime<Utc>>,
    /// A person's wish to close a part of it.
    pub close_request: Option<CloseRequest>,
    /// What proves that it is closed, and since when.
    pub closed: Option<(CloseEvidence, DateTime<Utc>)>,
}

/// A person's wish to close a part of a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseRequest {
    /// The contracts that shall be short afterwards.
    pub until: i64,
    /// The contracts that were short before.
    pub from: i64,
    /// At this price at worst; absent goes to market.
    pub limit_price: Option<Decimal>,
    /// When it was asked.
    pub at: DateTime<Utc>,
    /// How many orders the session had then.
    pub intents_before: usize,
}

/// A trade and what it cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedFill {
    /// The trade.
    pub fill: Fill,
    /// What the fee schedule gives.
    pub fee_estimate: Option<Decimal>,
    /// Whether the price is an estimate.
    pub estimated: bool,
    /// When it was recorded.
    pub at: DateTime<Utc>,
}

impl RecordedFill {
    /// Returns the fee: what was charged, else the estimate, else nothing.
    #[must_use]
    pub fn fee(&self) -> Decimal {
        self.fill.commission.or(self.fee_estimate).unwrap_or_default()
    }

    /// Says whether its price or fee is not what the exchange said.
    #[must_use]
    pub const fn is_estimate(&self) -> bool {
        self.estimated || self.fill.commission.is_none()
    }

    fn leg_fill(&self) -> LegFill {
        let Fill { side, price, size, .. } = self.fill;
        LegFill { side, price, size, fee: self.fee() }
    }
}

impl Leg {
    /// Returns a leg on which nothing has happened.
    #[must_use]
    pub fn new(contract: Contract, target: i64) -> Self {
        Self {
            contract,
            target,
            book: LegBook::new(contract.contract_value),
            fills: Vec::new(),
            opened_at: None,
            traded_at: None,
            close_request: None,
            closed: None,
        }
    }

    /// Takes in a trade. One that cannot be is kept in the list and left out of the sums.
    pub(super) fn record(&mut self, fill: RecordedFill) {
        if fill.fill.side == Side::Sell && self.opened_at.is_none() {
            self.opened_at = Some(fill.at);
        }
        self.traded_at = Some(fill.at);
        let _ = self.book.apply(&fill.leg_fill());
        self.fills.push(fill);
    }

    /// Takes in what a recorded trade cost.
    pub(super) fn set_commission(&mut self, fill_id: &str, commission: Decimal) {
        for fill in self.fills.iter_mut().filter(|fill| fill.fill.fill_id == fill_id) {
            fill.fill.commission = Some(commission);
        }
        let mut book = LegBook::new(self.contract.contract_value);
        for fill in &self.fills {
            let _ = book.apply(&fill.leg_fill());
        }
        self.book = book;
    }

    /// Says whether the leg is closed.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.closed.is_some()
    }

    /// Says whether the last trade was the exchange's settlement.
    #[must_use]
    pub fn was_settled(&self) -> bool {
        self.fills.last().is_some_and(|fill| fill.fill.fill_type == FillType::Settlement)
    }
}
