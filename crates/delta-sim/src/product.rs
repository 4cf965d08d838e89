//! What is listed: option contracts on two underlyings.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::time::Micros;

pub use strangle_engine::instrument::{OptionKind, ProductId, Symbol, TradingStatus, Underlying};

/// Whether a product can still be traded at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductState {
    /// Listed and not expired.
    Live,
    /// Settled.
    Expired,
}

/// One listed contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Product {
    /// Stable number, derived from the symbol.
    pub id: ProductId,
    /// `C-BTC-106000-211126`.
    pub symbol: Symbol,
    /// The coin.
    pub underlying: Underlying,
    /// Call or put.
    pub kind: OptionKind,
    /// Strike in USD.
    pub strike: i64,
    /// Settlement instant, 12:00 UTC.
    pub expiry: Micros,
    /// When the product was listed.
    pub listed_at: Micros,
    /// Live or expired.
    pub state: ProductState,
    /// What the matching engine accepts.
    pub trading_status: TradingStatus,
    /// Payoff of one contract at settlement, per unit of underlying; set when expired.
    pub settlement_price: Option<Decimal>,
}

/// Terms shared by all options of one underlying.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    /// Units of the underlying in one contract.
    pub contract_value: Decimal,
    /// Smallest price step.
    pub tick_size: Decimal,
    /// Largest size of one order and of one position.
    pub position_size_limit: i64,
    /// Initial margin in percent of the index.
    pub initial_margin: Decimal,
    /// Maintenance margin in percent of the index.
    pub maintenance_margin: Decimal,
    /// Percent added to the initial margin per USD of notional above `max_leverage_notional`.
    pub initial_margin_scaling_factor: Decimal,
    /// Percent added to the maintenance margin per USD of notional above `max_leverage_notional`.
    pub maintenance_margin_scaling_factor: Decimal,
    /// Notional in USD up to which the base rates hold.
    pub max_leverage_notional: Decimal,
    /// Fee rate on the notional for the side that takes.
    pub taker_commission_rate: Decimal,
    /// Fee rate on the notional for the side that rests.
    pub maker_commission_rate: Decimal,
    /// Largest fee as a share of the premium.
    pub premium_cap_rate: Decimal,
    /// Tax on the fee.
    pub gst_rate: Decimal,
}

impl Terms {
    /// The terms of an underlying's options as listed by default.
    #[must_use]
    pub fn of(underlying: Underlying) -> Self {
        Self {
            contract_value: match underlying {
                Underlying::Btc => Decimal::new(1, 3),
                Underlying::Eth => Decimal::new(1, 2),
            },
            tick_size: Decimal::new(1, 1),
            position_size_limit: 50_000,
            initial_margin: Decimal::ONE,
            maintenance_margin: Decimal::new(5, 1),
            initial_margin_scaling_factor: Decimal::new(2, 6),
            maintenance_margin_scaling_factor: Decimal::new(1, 6),
            max_leverage_notional: Decimal::new(200_000, 0),
            taker_commission_rate: Decimal::new(15, 5),
            maker_commission_rate: Decimal::new(15, 5),
            premium_cap_rate: Decimal::new(5, 2),
            gst_rate: Decimal::new(18, 2),
        }
    }
}
