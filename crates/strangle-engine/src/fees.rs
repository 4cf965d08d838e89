//! What the exchange charges for a trade.
//!
//! ```text
//! notional     = index · contract value · contracts      notional fee = notional · rate
//! premium      = price · contract value · contracts      cap          = premium · cap rate
//! fee          = min(notional fee, cap)                  GST          = fee · GST rate
//! ```
//!
//! All in decimals, unrounded. The index is the one at the moment of the trade; without it there is
//! no estimate, and it is never replaced by the option's own price. A premium of nothing costs
//! nothing. What a fill reports as its commission outranks every estimate.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::instrument::Contract;
use crate::intent::Role;

/// The largest number taken for a price, a contract value or a size: far beyond any market, and
/// small enough that no product of them overflows.
const LARGEST: i64 = 1_000_000_000;

/// The rates of one schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeRates {
    /// The part of the notional a taker pays.
    pub taker: Decimal,
    /// The part of the notional a maker pays.
    pub maker: Decimal,
    /// The part of the premium that is charged at most.
    pub premium_cap: Decimal,
    /// The tax on the fee.
    pub gst: Decimal,
}

impl Default for FeeRates {
    /// 0.015 % of the notional, at most 5 % of the premium, 18 % GST.
    fn default() -> Self {
        Self {
            taker: Decimal::new(15, 5),
            maker: Decimal::new(15, 5),
            premium_cap: Decimal::new(5, 2),
            gst: Decimal::new(18, 2),
        }
    }
}

impl FeeRates {
    /// Returns the rate of a side of the trade.
    #[must_use]
    pub const fn of(&self, role: Role) -> Decimal {
        match role {
            Role::Taker => self.taker,
            Role::Maker => self.maker,
        }
    }

    /// Returns these rates with those that a product states itself.
    #[must_use]
    pub fn for_contract(self, contract: &Contract) -> Self {
        Self {
            taker: contract.taker_rate.unwrap_or(self.taker),
            maker: contract.maker_rate.unwrap_or(self.maker),
            ..self
        }
    }

    /// Returns what a trade costs, with every part of the sum.
    ///
    /// # Errors
    ///
    /// Refuses numbers that no trade can have.
    ///
    /// ```
    /// use rust_decimal::dec;
    /// use strangle_engine::fees::{FeeRates, Trade};
    /// use strangle_engine::intent::Role;
    /// let trade = Trade {
    ///     underlying_price: dec!(26_200),
    ///     contract_value: dec!(0.001),
    ///     quantity: 300,
    ///     premium: dec!(15),
    ///     role: Role::Taker,
    /// };
    /// let quote = FeeRates::default().quote(&trade).unwrap();
    /// assert_eq!((quote.applied_fee, quote.cap_applied), (dec!(0.225), true));
    /// assert_eq!(quote.total_fee_with_gst, dec!(0.2655));
    /// ```
    pub fn quote(&self, trade: &Trade) -> Result<FeeQuote, InvalidTrade> {
        trade.check()?;
        let rate = self.of(trade.role);
        for (field, value) in [
            (TradeField::FeeRate, rate),
            (TradeField::PremiumCapRate, self.premium_cap),
            (TradeField::GstRate, self.gst),
        ] {
            if value.is_sign_negative() && !value.is_zero() || value > Decimal::ONE {
                return Err(InvalidTrade { field, value });
            }
        }

        let units = trade.contract_value * Decimal::from(trade.quantity);
        let notional = trade.underlying_price * units;
        let notional_fee = notional * rate;
        let premium_value = trade.premium * units;
        let premium_cap = premium_value * self.premium_cap;
        let applied_fee = notional_fee.min(premium_cap);
        let gst = applied_fee * self.gst;
        Ok(FeeQuote {
            underlying_price: trade.underlying_price,
            contract_size: trade.contract_value,
            quantity: trade.quantity,
            premium: trade.premium,
            role: trade.role,
            fee_rate: rate,
            premium_cap_rate: self.premium_cap,
            gst_rate: self.gst,
            notional,
            notional_fee,
            premium_value,
            premium_cap,
            applied_fee,
            cap_applied: premium_cap < notional_fee,
            gst,
            total_fee_with_gst: applied_fee + gst,
        })
    }

    /// Returns what a trade of a contract is expected to cost, with GST.
    ///
    /// # Errors
    ///
    /// Refuses numbers that no trade can have.
    pub fn estimate(
        &self,
        contract: &Contract,
        underlying_price: Option<Decimal>,
        premium: Decimal,
        quantity: i64,
        role: Role,
    ) -> Result<Estimate, InvalidTrade> {
        let Some(underlying_price) = underlying_price else { return Ok(Estimate::Unknown) };
        let contract_value = contract.contract_value;
        let trade = Trade { underlying_price, contract_value, quantity, premium, role };
        let quote = self.for_contract(contract).quote(&trade)?;
        Ok(Estimate::Known(quote.total_fee_with_gst))
    }
}

/// An expected cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Estimate {
    /// With GST, in USD.
    Known(Decimal),
    /// The index at the moment of the trade is not known.
    Unknown,
}

/// The rates in force from one instant on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeSchedule {
    /// From when they are in force.
    pub valid_from: DateTime<Utc>,
    /// The rates.
    pub rates: FeeRates,
    /// Where they were published.
    pub source: String,
}

/// Returns the schedule in force at an instant: the one that began last.
#[must_use]
pub fn schedule_at(schedules: &[FeeSchedule], at: DateTime<Utc>) -> Option<&FeeSchedule> {
    let begun = schedules.iter().filter(|schedule| schedule.valid_from <= at);
    begun.max_by_key(|schedule| schedule.valid_from)
}

/// A trade to be priced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trade {
    /// The index at the moment of the trade, above 0.
    pub underlying_price: Decimal,
    /// Units of the underlying in one contract, above 0.
    pub contract_value: Decimal,
    /// Contracts, above 0.
    pub quantity: i64,
    /// The price of the option, 0 or more.
    pub premium: Decimal,
    /// Which side of the trade.
    pub role: Role,
}

impl Trade {
    fn check(&self) -> Result<(), InvalidTrade> {
        let (zero, largest) = (Decimal::ZERO, Decimal::from(LARGEST));
        let quantity = Decimal::from(self.quantity);
        for (field, value, lowest_is_allowed) in [
            (TradeField::UnderlyingPrice, self.underlying_price, false),
            (TradeField::ContractSize, self.contract_value, false),
            (TradeField::Quantity, quantity, false),
            (TradeField::Premium, self.premium, true),
        ] {
            if value < zero || value > largest || (value.is_zero() && !lowest_is_allowed) {
                return Err(InvalidTrade { field, value });
            }
        }
        Ok(())
    }
}

/// A number that no trade can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field} cannot be {value}: it must be {}", field.range())]
pub struct InvalidTrade {
    /// Which one.
    pub field: TradeField,
    /// What it was.
    pub value: Decimal,
}

/// A number of a trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TradeField {
    /// The index.
    UnderlyingPrice,
    /// Units in a contract.
    ContractSize,
    /// Contracts.
    Quantity,
    /// The price of the option.
    Premium,
    /// The rate on the notional.
    FeeRate,
    /// The rate on the premium.
    PremiumCapRate,
    /// The tax rate.
    GstRate,
}

impl TradeField {
    /// Returns the name in requests.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnderlyingPrice => "underlying_price",
            Self::ContractSize => "contract_size",
            Self::Quantity => "quantity",
            Self::Premium => "premium",
            Self::FeeRate => "fee_rate",
            Self::PremiumCapRate => "premium_cap_rate",
            Self::GstRate => "gst_rate",
        }
    }

    const fn range(self) -> &'static str {
        match self {
            Self::UnderlyingPrice | Self::ContractSize | Self::Quantity => "above 0, at most 1e9",
            Self::Premium => "from 0 to 1e9",
            Self::FeeRate | Self::PremiumCapRate | Self::GstRate => "from 0 to 1",
        }
    }
}

impl std::fmt::Display for TradeField {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// What a trade costs, with every part of the sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeQuote {
    /// The index.
    pub underlying_price: Decimal,
    /// Units of the underlying in one contract.
    pub contract_size: Decimal,
    /// Contracts.
    pub quantity: i64,
    /// The price of the option.
    pub premium: Decimal,
    /// Which side of the trade.
    pub role: Role,
    /// The rate on the notional.
    pub fee_rate: Decimal,
    /// The rate on the premium.
    pub premium_cap_rate: Decimal,
    /// The tax rate.
    pub gst_rate: Decimal,
    /// What the contracts stand for, in USD.
    pub notional: Decimal,
    /// The fee on it.
    pub notional_fee: Decimal,
    /// What the options cost, in USD.
    pub premium_value: Decimal,
    /// The most that is charged on it.
    pub premium_cap: Decimal,
    /// The smaller of the two.
    pub applied_fee: Decimal,
    /// Whether the cap was the smaller.
    pub cap_applied: bool,
    /// The tax on the fee.
    pub gst: Decimal,
    /// Fee and tax.
    pub total_fee_with_gst: Decimal,
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::*;

    const TRADE: Trade = Trade {
        underlying_price: dec!(100_000),
        contract_value: dec!(0.001),
        quantity: 7,
        premium: dec!(3_000),
        role: Role::Maker,
    };

    #[test]
    fn the_smaller_of_the_two_bounds_is_charged() {
        let rates = FeeRates::default();

        let by_notional = rates.quote(&TRADE).unwrap();
        let by_premium = rates.quote(&Trade { premium: dec!(2), ..TRADE }).unwrap();

        assert_eq!((by_notional.applied_fee, by_notional.cap_applied), (dec!(0.105), false));
        assert_eq!((by_premium.applied_fee, by_premium.cap_applied), (dec!(0.0007), true));
    }

    #[test]
    fn at_the_point_where_the_bounds_meet_no_cap_is_applied() {
        let quote = FeeRates::default().quote(&Trade { premium: dec!(300), ..TRADE }).unwrap();

        assert_eq!(quote.notional_fee, quote.premium_cap);
        assert!(!quote.cap_applied);
    }

    #[test]
    fn a_number_no_trade_can_have_is_refused_by_name() {
        let refused = |trade: Trade| FeeRates::default().quote(&trade).unwrap_err().field.as_str();

        assert_eq!(refused(Trade { underlying_price: dec!(0), ..TRADE }), "underlying_price");
        assert_eq!(refused(Trade { contract_value: dec!(-1), ..TRADE }), "contract_size");
        assert_eq!(refused(Trade { quantity: 0, ..TRADE }), "quantity");
        assert_eq!(refused(Trade { quantity: i64::MAX, ..TRADE }), "quantity");
        assert_eq!(refused(Trade { premium: dec!(-0.01), ..TRADE }), "premium");
        assert_eq!(refused(Trade { premium: Decimal::MAX, ..TRADE }), "premium");
        let rates = FeeRates { maker: dec!(1.01), ..FeeRates::default() };
        assert_eq!(rates.quote(&TRADE).unwrap_err().field, TradeField::FeeRate);
    }

    #[test]
    fn the_largest_trade_does_not_overflow() {
        let most = Decimal::from(LARGEST);
        let trade = Trade {
            underlying_price: most,
            contract_value: most,
            quantity: LARGEST,
            premium: most,
            role: Role::Taker,
        };

        assert!(FeeRates::default().quote(&trade).is_ok());
    }

    #[test]
    fn the_schedule_that_began_last_is_in_force() {
        let schedule = |from: &str, taker| FeeSchedule {
            valid_from: from.parse().unwrap(),
            rates: FeeRates { taker, ..FeeRates::default() },
            source: "published".to_owned(),
        };
        let all = [
            schedule("2025-06-01T00:00:00Z", dec!(0.00015)),
            schedule("2024-01-01T00:00:00Z", dec!(0.0003)),
        ];
        let rate =
            |at: &str| schedule_at(&all, at.parse().unwrap()).map(|schedule| schedule.rates.taker);

        assert_eq!(rate("2023-12-31T23:59:59Z"), None);
        assert_eq!(rate("2025-05-31T23:59:59Z"), Some(dec!(0.0003)));
        assert_eq!(rate("2025-06-01T00:00:00Z"), Some(dec!(0.00015)));
    }
}
