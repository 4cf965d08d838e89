//! What a session has won or lost, from its fills.
//!
//! A leg is the sum of its fills: selling opens a short position, buying closes it, first in first
//! out. At every instant gross = realised + unrealised is what was taken in less what was paid out
//! less what buying back at the mark would cost, and net = gross − fees, once. The basis of all
//! percentages is the premium collected.
//!
//! [`LegBook::apply`] runs per fill; [`LegBook::at_mark`] runs per tick and allocates nothing.

use std::collections::VecDeque;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use crate::instrument::OptionKind;
use crate::intent::Side;

/// The largest price, size and fee of a fill; their sums over thousands of fills do not overflow.
const LARGEST: i64 = 1_000_000_000;

/// One trade of a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegFill {
    /// Which way.
    pub side: Side,
    /// In USD per unit of the underlying.
    pub price: Decimal,
    /// Contracts, above 0.
    pub size: i64,
    /// What it cost, in USD.
    pub fee: Decimal,
}

/// A trade that cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFill {
    /// The size is not above 0, or beyond any market.
    #[error("a fill has from 1 to {LARGEST} contracts, not {0}")]
    Size(i64),
    /// The price is below 0, or beyond any market.
    #[error("a fill has a price from 0 to {LARGEST}, not {0}")]
    Price(Decimal),
    /// The fee is beyond any market.
    #[error("a fill costs at most {LARGEST}, not {0}")]
    Fee(Decimal),
}

/// Contracts bought or sold together at one price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Lot {
    price: Decimal,
    size: i64,
}

/// What was traded one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Traded {
    /// Contracts.
    pub size: i64,
    /// Σ price · size.
    pub value: Decimal,
    /// What it cost, in USD.
    pub fees: Decimal,
}

impl Traded {
    /// Returns the mean price, weighted by size, over all fills of all orders.
    #[must_use]
    pub fn vwap(&self) -> Option<Decimal> {
        self.value.checked_div(Decimal::from(self.size))
    }
}

/// The fills of one leg, added up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegBook {
    contract_value: Decimal,
    /// Below 0 while short.
    position: i64,
    /// What is open, oldest first; all on the side of the position.
    open: VecDeque<Lot>,
    /// Σ price · size of what is open.
    open_value: Decimal,
    /// Σ (sold − bought) price · size of what was matched.
    realized: Decimal,
    sold: Traded,
    bought: Traded,
}

impl LegBook {
    /// Returns a leg without a fill. The contract value is the exchange's.
    #[must_use]
    pub fn new(contract_value: Decimal) -> Self {
        Self {
            contract_value,
            position: 0,
            open: VecDeque::new(),
            open_value: Decimal::ZERO,
            realized: Decimal::ZERO,
            sold: Traded::default(),
            bought: Traded::default(),
        }
    }

    /// Takes in a fill.
    ///
    /// # Errors
    ///
    /// Refuses one that cannot be; the leg is then unchanged.
    pub fn apply(&mut self, fill: &LegFill) -> Result<(), InvalidFill> {
        let largest = Decimal::from(LARGEST);
        if !(1..=LARGEST).contains(&fill.size) {
            return Err(InvalidFill::Size(fill.size));
        }
        if fill.price < Decimal::ZERO || fill.price > largest {
            return Err(InvalidFill::Price(fill.price));
        }
        if fill.fee.abs() > largest {
            return Err(InvalidFill::Fee(fill.fee));
        }

        let traded = match fill.side {
            Side::Sell => &mut self.sold,
            Side::Buy => &mut self.bought,
        };
        traded.size += fill.size;
        traded.value += fill.price * Decimal::from(fill.size);
        traded.fees += fill.fee;

        let rest = self.close_with(fill);
        if rest > 0 {
            self.open.push_back(Lot { price: fill.price, size: rest });
            self.open_value += fill.price * Decimal::from(rest);
        }
        self.position += fill.side.signed(fill.size);
        Ok(())
    }

    /// Matches a fill with the oldest lots of the other side, and returns what is left of it.
    fn close_with(&mut self, fill: &LegFill) -> i64 {
        let mut rest = fill.size;
        if fill.side.signed(1) == self.position.signum() {
            return rest;
        }
        while rest > 0
            && let Some(oldest) = self.open.front_mut()
        {
            let matched = Decimal::from(rest.min(oldest.size));
            let gain = match fill.side {
                Side::Buy => oldest.price - fill.price,
                Side::Sell => fill.price - oldest.price,
            };
            self.realized += gain * matched;
            self.open_value -= oldest.price * matched;
            let size = rest.min(oldest.size);
            rest -= size;
            oldest.size -= size;
            if oldest.size == 0 {
                self.open.pop_front();
            }
        }
        rest
    }

    /// Returns the contracts held, below 0 while short.
    #[must_use]
    pub const fn position(&self) -> i64 {
        self.position
    }

    /// Returns what was sold.
    #[must_use]
    pub const fn sold(&self) -> &Traded {
        &self.sold
    }

    /// Returns what was bought.
    #[must_use]
    pub const fn bought(&self) -> &Traded {
        &self.bought
    }

    /// Returns the units of the underlying in one contract.
    #[must_use]
    pub const fn contract_value(&self) -> Decimal {
        self.contract_value
    }

    /// Returns the result of what was closed, before fees, in USD.
    #[must_use]
    pub fn realized(&self) -> Decimal {
        self.realized * self.contract_value
    }

    /// Returns what both ways cost, in USD.
    #[must_use]
    pub fn fees(&self) -> Decimal {
        self.sold.fees + self.bought.fees
    }

    /// Returns the premium collected on `size` contracts, at the mean price of all that was sold.
    #[must_use]
    pub fn premium_of(&self, size: i64) -> Decimal {
        let Some(vwap) = self.sold.vwap() else { return Decimal::ZERO };
        // The whole is taken from the sum, which is exact.
        let value =
            if size == self.sold.size { self.sold.value } else { vwap * Decimal::from(size) };
        value * self.contract_value
    }

    /// Returns the result of what is open, at a mark, before fees, in USD. A mark beyond any market
    /// is taken as the nearest that is not.
    #[must_use]
    pub fn unrealized(&self, mark: Decimal) -> Decimal {
        let mark = mark.clamp(Decimal::ZERO, Decimal::from(LARGEST));
        let now = mark * Decimal::from(self.position.abs());
        let gain = if self.position < 0 { self.open_value - now } else { now - self.open_value };
        gain * self.contract_value
    }

    /// Returns the result at a mark.
    #[must_use]
    pub fn at_mark(&self, mark: Decimal) -> LegResult {
        LegResult {
            realized: self.realized(),
            unrealized: self.unrealized(mark),
            fees: self.fees(),
        }
    }
}

/// The result of a leg, in USD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LegResult {
    /// Of what was closed, before fees.
    pub realized: Decimal,
    /// Of what is open, before fees.
    pub unrealized: Decimal,
    /// What was paid.
    pub fees: Decimal,
}

impl LegResult {
    /// Returns the result before fees.
    #[must_use]
    pub fn gross(&self) -> Decimal {
        self.realized + self.unrealized
    }

    /// Returns the result after fees.
    #[must_use]
    pub fn net(&self) -> Decimal {
        self.gross() - self.fees
    }

    /// Returns two legs together.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            realized: self.realized + other.realized,
            unrealized: self.unrealized + other.unrealized,
            fees: self.fees + other.fees,
        }
    }

    /// Returns the net result in percent of a basis; `None` if there is no basis.
    #[must_use]
    pub fn net_pct(&self, basis: Decimal) -> Option<f64> {
        percent_of(self.net(), basis)
    }
}

/// Returns `part` in percent of `basis`; `None` if the basis is not above 0.
#[must_use]
pub fn percent_of(part: Decimal, basis: Decimal) -> Option<f64> {
    let basis = basis.to_f64().filter(|basis| *basis > 0.0)?;
    Some(part.to_f64()? / basis * 100.0)
}

/// Returns what one unit of an option pays at settlement.
///
/// ```
/// use rust_decimal::dec;
/// use strangle_engine::{instrument::OptionKind, pnl::settlement_payoff};
/// assert_eq!(settlement_payoff(OptionKind::Call, dec!(126000), dec!(127345.6)), dec!(1345.6));
/// assert_eq!(settlement_payoff(OptionKind::Put, dec!(126000), dec!(127345.6)), dec!(0));
/// ```
#[must_use]
pub fn settlement_payoff(kind: OptionKind, strike: Decimal, settlement: Decimal) -> Decimal {
    let payoff = match kind {
        OptionKind::Call => settlement - strike,
        OptionKind::Put => strike - settlement,
    };
    payoff.max(Decimal::ZERO)
}

#[cfg(test)]
mod tests;
