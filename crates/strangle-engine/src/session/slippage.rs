//! What trading cost against the prices that were hoped for.
//!
//! The price that was hoped for is the middle of the book when the order was planned. A sale below
//! it and a purchase above it lose; what is above or below gains, and counts below zero. Trades of
//! others and settlements were hoped for by nobody and do not count.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::ledger::Ledger;
use crate::intent::Side;
use crate::pnl::percent_of;

/// What the trades of one direction lost against what was hoped for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Slippage {
    /// Contracts that count.
    pub size: i64,
    /// Σ hoped-for price · size, in USD per unit.
    pub planned: Decimal,
    /// What was lost, in USD; below 0 if the trades were better than hoped for.
    pub lost: Decimal,
    /// What the contracts were worth at the hoped-for prices, in USD.
    pub base: Decimal,
}

impl Slippage {
    /// Returns the mean price that was hoped for, in USD per unit.
    #[must_use]
    pub fn planned_price(&self) -> Option<Decimal> {
        self.planned.checked_div(Decimal::from(self.size))
    }

    /// Returns what was lost in percent of what the contracts were worth.
    #[must_use]
    pub fn pct(&self) -> Option<f64> {
        percent_of(self.lost, self.base)
    }

    /// Returns both together.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            size: self.size + other.size,
            planned: self.planned + other.planned,
            lost: self.lost + other.lost,
            base: self.base + other.base,
        }
    }
}

impl Ledger {
    /// Returns what the sales or the purchases of a leg lost; `None` if none of them was planned.
    #[must_use]
    pub fn slippage(&self, leg: usize, side: Side) -> Option<Slippage> {
        let own = self.legs.get(leg)?;
        let mut sum = Slippage::default();
        for fill in own.fills.iter().map(|recorded| &recorded.fill).filter(|it| it.side == side) {
            let Some(intent) = fill.client_order_id.as_ref().and_then(|id| self.intent(id)) else {
                continue;
            };
            let Some(hoped) = intent.plan.reference_price else { continue };
            let worse = match side {
                Side::Sell => hoped - fill.price,
                Side::Buy => fill.price - hoped,
            };
            let (contracts, units) = (Decimal::from(fill.size), own.contract.multiplier(fill.size));
            sum = sum.plus(&Slippage {
                size: fill.size,
                planned: hoped * contracts,
                lost: worse * units,
                base: hoped * units,
            });
        }
        (sum.size > 0).then_some(sum)
    }

    /// Returns what all trades of the session lost; `None` if none of them was planned.
    #[must_use]
    pub fn total_slippage(&self) -> Option<Slippage> {
        let legs = 0..self.legs.len();
        let sides = legs.flat_map(|leg| [(leg, Side::Sell), (leg, Side::Buy)]);
        let known = sides.filter_map(|(leg, side)| self.slippage(leg, side));
        known.reduce(|sum, one| sum.plus(&one))
    }
}
