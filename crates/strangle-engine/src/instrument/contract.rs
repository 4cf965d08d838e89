//! The terms of one option, as the exchange lists it.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{OptionKind, Symbol, Underlying};

/// The exchange's number of a product.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
pub struct ProductId(pub i64);

impl std::fmt::Display for ProductId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

/// One option that can be traded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// Its symbol.
    pub symbol: Symbol,
    /// Its number.
    pub product_id: ProductId,
    /// The asset it is on.
    pub underlying: Underlying,
    /// Call or put.
    pub kind: OptionKind,
    /// The strike, in USD.
    pub strike: Decimal,
    /// The date at whose 12:00 UTC it expires.
    pub expiry: NaiveDate,
    /// Units of the underlying in one contract.
    pub contract_value: Decimal,
    /// The step of its price, in USD per unit of the underlying.
    pub tick_size: Decimal,
    /// The most contracts one account may hold, if the exchange says so.
    pub position_size_limit: Option<i64>,
    /// The product's own commission rate for taking, if it has one.
    pub taker_rate: Option<Decimal>,
    /// The product's own commission rate for making, if it has one.
    pub maker_rate: Option<Decimal>,
    /// The exchange's margin parameters, if known.
    pub margin: Option<MarginTerms>,
}

impl Contract {
    /// Returns the instant of expiry.
    #[must_use]
    pub fn expires_at(&self) -> DateTime<Utc> {
        super::expires_at(self.expiry)
    }

    /// Returns what one unit of price is worth on `size` contracts, in USD.
    #[must_use]
    pub fn multiplier(&self, size: i64) -> Decimal {
        self.contract_value * Decimal::from(size)
    }
}

/// The margin parameters of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarginTerms {
    /// Initial margin in percent of the notional.
    pub initial_margin_pct: Decimal,
    /// Maintenance margin in percent of the notional.
    pub maintenance_margin_pct: Decimal,
    /// Percent points added per USD of notional above `max_leverage_notional`.
    pub initial_margin_scaling_factor: Decimal,
    /// The same for maintenance.
    pub maintenance_margin_scaling_factor: Decimal,
    /// The notional up to which the plain percentages hold, in USD.
    pub max_leverage_notional: Decimal,
}

/// Whether the exchange trades a product at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TradingStatus {
    /// Orders are taken.
    Operational,
    /// Only cancels are taken.
    DisruptedCancelOnly,
    /// Only cancels and orders that rest are taken.
    DisruptedPostOnly,
    /// A word not known here; nothing is traded on it.
    #[serde(other)]
    Unknown,
}

impl TradingStatus {
    /// Reads the exchange's word.
    #[must_use]
    pub fn of(word: &str) -> Self {
        match word {
            "operational" => Self::Operational,
            "disrupted_cancel_only" => Self::DisruptedCancelOnly,
            "disrupted_post_only" => Self::DisruptedPostOnly,
            _ => Self::Unknown,
        }
    }
}
