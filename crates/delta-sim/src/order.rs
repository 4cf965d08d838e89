//! Orders: what a client asks for and what the exchange remembers of it.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::product::{ProductId, Symbol};
use crate::time::Micros;

/// Buy or sell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Adds to the position.
    Buy,
    /// Takes from the position.
    Sell,
}

impl Side {
    /// +1 for a buy, −1 for a sell.
    #[must_use]
    pub const fn sign(self) -> i64 {
        match self {
            Self::Buy => 1,
            Self::Sell => -1,
        }
    }

    /// The other side.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Buy => Self::Sell,
            Self::Sell => Self::Buy,
        }
    }

    /// `buy` or `sell`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Buy => "buy",
            Self::Sell => "sell",
        }
    }
}

/// How the price of an order is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderType {
    /// At the limit price or better.
    LimitOrder,
    /// At whatever the book offers inside the price band.
    MarketOrder,
}

/// What happens to the part that does not fill at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeInForce {
    /// It rests in the book.
    #[default]
    Gtc,
    /// It is cancelled.
    Ioc,
}

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Resting in the book.
    Open,
    /// Waiting for a trigger.
    Pending,
    /// Filled completely.
    Closed,
    /// Ended with an unfilled rest.
    Cancelled,
}

/// Why an order ended before it was filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// The client asked for it.
    CancelledByUser,
    /// The rest of an immediate order found no counterparty.
    IocUnfilled,
    /// Nothing was left to reduce.
    ReduceOnly,
    /// It would have traded with a newer order of the same account.
    SelfTrade,
    /// The product settled.
    ProductExpired,
    /// The simulator's control removed it.
    CancelledBySystem,
}

/// Who sent an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A client of the interface.
    Api,
    /// Another actor on the same account, played by the simulator.
    External,
}

/// The exchange's number of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderId(pub i64);

/// The exchange's number of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(pub i64);

/// An order as a client sends it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewOrder {
    /// What to trade.
    pub product_id: ProductId,
    /// Buy or sell.
    pub side: Side,
    /// Contracts, at least one.
    pub size: i64,
    /// Limit or market.
    pub order_type: OrderType,
    /// Needed for a limit order, a positive multiple of the tick.
    pub limit_price: Option<Decimal>,
    /// What happens to the rest.
    pub time_in_force: TimeInForce,
    /// Refused when it would trade at once.
    pub post_only: bool,
    /// Never opens or flips a position; its size is clipped.
    pub reduce_only: bool,
    /// The client's own name of the order, at most 32 characters.
    pub client_order_id: Option<String>,
}

/// Names one order of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderRef {
    /// By the exchange's number.
    Id(OrderId),
    /// By the client's name; the newest order of that name.
    Client(String),
}

/// New terms for a resting order; what is absent stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderEdit {
    /// Which order.
    pub order: OrderRef,
    /// Its product, checked against the order.
    pub product_id: ProductId,
    /// New total size, filled part included.
    pub size: Option<i64>,
    /// New limit price.
    pub limit_price: Option<Decimal>,
}

/// Which orders a mass cancellation takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelFilter {
    /// Only this product.
    pub product_id: Option<ProductId>,
    /// Only calls or only puts.
    pub kinds: Vec<crate::product::OptionKind>,
}

/// An order as the exchange keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Exchange number, rising with time.
    pub id: OrderId,
    /// Owner.
    pub user_id: UserId,
    /// What is traded.
    pub product_id: ProductId,
    /// Its symbol.
    pub product_symbol: Symbol,
    /// Buy or sell.
    pub side: Side,
    /// Contracts asked for, after clipping.
    pub size: i64,
    /// Contracts still unfilled.
    pub unfilled_size: i64,
    /// Limit or market.
    pub order_type: OrderType,
    /// Limit price, if any.
    pub limit_price: Option<Decimal>,
    /// What happens to the rest.
    pub time_in_force: TimeInForce,
    /// Refused when it would trade at once.
    pub post_only: bool,
    /// Never opens or flips a position.
    pub reduce_only: bool,
    /// The client's name.
    pub client_order_id: Option<String>,
    /// Where it stands.
    pub state: OrderState,
    /// Volume weighted price of its fills.
    pub average_fill_price: Option<Decimal>,
    /// Commission paid so far, tax included.
    pub paid_commission: Decimal,
    /// Margin reserved for the unfilled part.
    pub reserved_margin: Decimal,
    /// Why it ended unfilled.
    pub cancellation_reason: Option<CancelReason>,
    /// Who sent it.
    pub origin: Origin,
    /// When the exchange accepted it.
    pub created_at: Micros,
    /// When it last changed.
    pub updated_at: Micros,
}

impl Order {
    /// Contracts filled so far.
    #[must_use]
    pub const fn filled_size(&self) -> i64 {
        self.size - self.unfilled_size
    }

    /// Whether it can still fill.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.state, OrderState::Open | OrderState::Pending)
    }
}
