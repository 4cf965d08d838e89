//! What the exchange tells: one ordered stream.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::account::{Fill, Position, WalletView};
use crate::control::SystemStatus;
use crate::order::{Order, Side, UserId};
use crate::product::{ProductId, TradingStatus, Underlying};
use crate::quote::Level;
use crate::time::Micros;

/// Something that happened, ordered by `(at, seq)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Virtual time.
    pub at: Micros,
    /// Rising by one, from 0 again after a restore.
    pub seq: u64,
    /// What.
    pub kind: EventKind,
}

/// Why an order is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderAction {
    /// It came to rest, or filled at once.
    Create,
    /// It filled in part or was edited.
    Update,
    /// It ended.
    Delete,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// An order of an account changed.
    Order {
        /// Created, updated or ended.
        action: OrderAction,
        /// The order after the change.
        order: Box<Order>,
    },
    /// An account traded.
    Fill(Box<Fill>),
    /// A position changed.
    Position {
        /// Owner.
        user_id: UserId,
        /// The position after the change; size 0 when closed.
        position: Box<Position>,
    },
    /// Money or margin changed.
    Wallet {
        /// Owner.
        user_id: UserId,
        /// Money after the change.
        wallet: WalletView,
    },
    /// A trade on a watched product.
    Trade {
        /// Which product.
        product_id: ProductId,
        /// USD per unit of underlying.
        price: Decimal,
        /// Contracts.
        size: i64,
        /// Who took.
        taker: Side,
    },
    /// Time to publish the ticker of a watched product.
    Ticker(ProductId),
    /// Top of the book of a watched product.
    L1 {
        /// Which product.
        product_id: ProductId,
        /// Best bid.
        bid: Option<Level>,
        /// Best ask.
        ask: Option<Level>,
    },
    /// Mark of a watched product.
    Mark {
        /// Which product.
        product_id: ProductId,
        /// The mark.
        price: Decimal,
    },
    /// Index of a watched underlying.
    Spot {
        /// Which coin.
        underlying: Underlying,
        /// The index.
        price: Decimal,
    },
    /// A product's trading status changed, or it was listed or settled.
    Product {
        /// Which product.
        product_id: ProductId,
        /// What happened to it.
        change: ProductChange,
    },
    /// The exchange's own status changed.
    System(SystemStatus),
}

/// What happened to a product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductChange {
    /// The matching engine accepts something else now.
    TradingStatus(TradingStatus),
    /// It settled at this payoff per unit.
    Settled(Decimal),
}
