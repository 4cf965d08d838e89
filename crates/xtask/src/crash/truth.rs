//! What the exchange says happened: `GET /sim/ledger`, read without its own types.

use rust_decimal::Decimal;
use serde::Deserialize;

/// Everything that ever happened on the account.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Truth {
    pub(super) orders: Vec<Order>,
    pub(super) fills: Vec<Fill>,
    pub(super) positions: Vec<Step>,
    pub(super) transactions: Vec<Transaction>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Side {
    Buy,
    Sell,
}

impl Side {
    /// How much less is held, and how much more is sold.
    pub(super) const fn sold(self, size: i64) -> i64 {
        match self {
            Self::Buy => -size,
            Self::Sell => size,
        }
    }
}

/// Who sent an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Origin {
    /// The only client: the desk.
    Api,
    /// Another actor on the account.
    External,
}

/// Times are microseconds since 1970.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Order {
    pub(super) id: i64,
    pub(super) product_symbol: String,
    pub(super) side: Side,
    /// After a reduce-only order was clipped.
    pub(super) size: i64,
    pub(super) unfilled_size: i64,
    #[serde(rename = "order_type")]
    pub(super) kind: String,
    pub(super) limit_price: Option<Decimal>,
    pub(super) time_in_force: String,
    pub(super) reduce_only: bool,
    pub(super) client_order_id: Option<String>,
    pub(super) state: String,
    pub(super) cancellation_reason: Option<String>,
    pub(super) origin: Origin,
    pub(super) created_at: i64,
    pub(super) updated_at: i64,
}

impl Order {
    pub(super) fn is_open(&self) -> bool {
        matches!(self.state.as_str(), "open" | "pending")
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Source {
    Order(i64),
    Settlement(String),
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Fill {
    pub(super) id: i64,
    pub(super) source: Source,
    pub(super) product_symbol: String,
    pub(super) side: Side,
    pub(super) size: i64,
    pub(super) price: Decimal,
    pub(super) commission: Decimal,
    pub(super) created_at: i64,
}

/// A position from `updated_at` on.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Step {
    pub(super) product_symbol: String,
    pub(super) size: i64,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Transaction {
    pub(super) amount: Decimal,
    pub(super) fill_id: Option<i64>,
}

impl Truth {
    /// The desk's orders.
    pub(super) fn own_orders(&self) -> impl Iterator<Item = &Order> {
        self.orders.iter().filter(|order| order.origin == Origin::Api)
    }

    /// The order that a fill belongs to.
    pub(super) fn order_of(&self, fill: &Fill) -> Option<&Order> {
        let Source::Order(id) = fill.source else { return None };
        self.orders.iter().find(|order| order.id == id)
    }

    /// The fills of orders from here or there.
    pub(super) fn fills_from(&self, origin: Origin) -> impl Iterator<Item = &Fill> {
        let is_from = move |order: &Order| order.origin == origin;
        self.fills.iter().filter(move |fill| self.order_of(fill).is_some_and(is_from))
    }

    /// What somebody else bought and sold of a product.
    pub(super) fn external(&self, symbol: &str) -> External {
        let mut external = External::default();
        for fill in self.fills_from(Origin::External).filter(|it| it.product_symbol == symbol) {
            match fill.side {
                Side::Buy => external.bought += fill.size,
                Side::Sell => external.sold += fill.size,
            }
        }
        external
    }

    /// The position at the end.
    pub(super) fn last_position(&self, symbol: &str) -> i64 {
        let last = self.positions.iter().rev().find(|step| step.product_symbol == symbol);
        last.map_or(0, |step| step.size)
    }
}

/// Trades of somebody else in one product.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct External {
    pub(super) bought: i64,
    pub(super) sold: i64,
}

impl External {
    /// Whether nobody else traded.
    pub(super) const fn is_none(self) -> bool {
        self.bought == 0 && self.sold == 0
    }
}
