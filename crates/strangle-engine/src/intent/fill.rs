//! Trades.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Side;
use crate::client_order_id::ClientOrderId;
use crate::instrument::{ProductId, Symbol};

/// Why a fill happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FillType {
    /// A trade of an order.
    Normal,
    /// Deleveraged by the exchange.
    Adl,
    /// Liquidated.
    Liquidation,
    /// Settled at expiry.
    Settlement,
    /// A block trade.
    Otc,
    /// Closed by somebody else on the account; written by the desk, price estimated.
    External,
}

/// Which side of the trade the desk was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Rested.
    Maker,
    /// Took.
    Taker,
}

/// One trade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fill {
    /// The exchange's name of it, unique; for a record the desk derives, the logical event.
    pub fill_id: String,
    /// The order's name, where it had one.
    pub client_order_id: Option<ClientOrderId>,
    /// The exchange's order, where there was one.
    pub exchange_order_id: Option<i64>,
    /// The product.
    pub product_id: ProductId,
    /// Its symbol.
    pub symbol: Symbol,
    /// Which way.
    pub side: Side,
    /// Contracts.
    pub size: i64,
    /// The price, in USD per unit.
    pub price: Decimal,
    /// Maker or taker, where told.
    pub role: Option<Role>,
    /// What the exchange charged; the private stream does not say.
    pub commission: Option<Decimal>,
    /// Why.
    pub fill_type: FillType,
    /// The exchange's time.
    pub exchange_at: DateTime<Utc>,
}
