//! How an order meets a book: price priority, clipping, what is left.
//!
//! Pure: the exchange uses [`match_order`] on its synthetic books, and [`Book`] is the same on
//! levels given by hand.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::order::{NewOrder, OrderState, OrderType, Side, TimeInForce};
use crate::quote::Level;
use crate::refusal::Refusal;

/// What matters of an order when it meets the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incoming {
    /// Buy or sell.
    pub side: Side,
    /// Contracts.
    pub size: i64,
    /// Limit or market.
    pub order_type: OrderType,
    /// Worst price; none for a market order.
    pub limit_price: Option<Decimal>,
    /// What happens to the rest.
    pub time_in_force: TimeInForce,
    /// Refused when it would trade at once.
    pub post_only: bool,
    /// Clipped to the position.
    pub reduce_only: bool,
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Matched {
    /// Contracts after clipping.
    pub size: i64,
    /// Trades, best price first.
    pub fills: Vec<Level>,
    /// Contracts traded.
    pub filled: i64,
    /// Contracts not traded.
    pub unfilled: i64,
    /// Volume weighted price of the trades.
    pub average_fill_price: Option<Decimal>,
    /// Closed when filled, open when the rest rests, cancelled when it does not.
    pub state: OrderState,
    /// Position after the trades.
    pub position_after: i64,
}

impl From<&NewOrder> for Incoming {
    fn from(order: &NewOrder) -> Self {
        Self {
            side: order.side,
            size: order.size,
            order_type: order.order_type,
            limit_price: order.limit_price,
            time_in_force: order.time_in_force,
            post_only: order.post_only,
            reduce_only: order.reduce_only,
        }
    }
}

/// Lets an order meet the other side of the book, best level first.
///
/// # Errors
///
/// [`Refusal::ImmediateExecutionPostOnly`] when a post-only order would trade,
/// [`Refusal::NoPositionForReduceOnly`] when a reduce-only order has nothing to reduce,
/// [`Refusal::BadSchema`] when size and price do not fit the order's type.
pub fn match_order(
    opposite: impl IntoIterator<Item = Level>,
    position: i64,
    order: &Incoming,
) -> Result<Matched, Refusal> {
    check(order)?;
    let size = allowed_size(position, order)?;
    let worst = order.limit_price;

    let mut fills = Vec::new();
    let mut left = size;
    for level in opposite {
        if left == 0 || !is_reached(order.side, worst, level.price) {
            break;
        }
        if order.post_only {
            return Err(Refusal::ImmediateExecutionPostOnly);
        }
        let taken = left.min(level.size);
        fills.push(Level { price: level.price, size: taken });
        left -= taken;
    }

    let rests =
        order.order_type == OrderType::LimitOrder && order.time_in_force == TimeInForce::Gtc;
    let state = match left {
        0 => OrderState::Closed,
        _ if rests => OrderState::Open,
        _ => OrderState::Cancelled,
    };
    let filled = size - left;
    Ok(Matched {
        size,
        average_fill_price: average(&fills),
        fills,
        filled,
        unfilled: left,
        state,
        position_after: position + order.side.sign() * filled,
    })
}

/// Checks size and price against each other.
fn check(order: &Incoming) -> Result<(), Refusal> {
    let bad = |field: &str, message: &str| {
        Err(Refusal::BadSchema { field: field.to_owned(), message: message.to_owned() })
    };
    if order.size < 1 {
        return bad("size", "must be at least 1");
    }
    match (order.order_type, order.limit_price) {
        (OrderType::LimitOrder, None) => bad("limit_price", "is needed for a limit order"),
        (OrderType::LimitOrder, Some(price)) if price <= Decimal::ZERO => {
            bad("limit_price", "must be above 0")
        }
        (OrderType::MarketOrder, Some(_)) => bad("limit_price", "must be absent"),
        (OrderType::MarketOrder, None) if order.post_only => {
            bad("post_only", "must be false for a market order")
        }
        _ if order.post_only && order.time_in_force == TimeInForce::Ioc => {
            bad("post_only", "must be false for an ioc order")
        }
        _ => Ok(()),
    }
}

/// The size after the reduce-only rule: never more than the open position on the other side.
fn allowed_size(position: i64, order: &Incoming) -> Result<i64, Refusal> {
    if !order.reduce_only {
        return Ok(order.size);
    }
    let reducible = -position.saturating_mul(order.side.sign());
    if reducible <= 0 {
        return Err(Refusal::NoPositionForReduceOnly);
    }
    Ok(order.size.min(reducible))
}

/// Whether an order of this side and worst price trades at `price`.
pub(crate) fn is_reached(side: Side, worst: Option<Decimal>, price: Decimal) -> bool {
    worst.is_none_or(|worst| match side {
        Side::Buy => price <= worst,
        Side::Sell => price >= worst,
    })
}

/// Volume weighted price; none without trades.
#[must_use]
pub fn average(fills: &[Level]) -> Option<Decimal> {
    let size: i64 = fills.iter().map(|fill| fill.size).sum();
    let value: Decimal = fills.iter().map(|fill| fill.price * Decimal::from(fill.size)).sum();
    (size > 0).then(|| value / Decimal::from(size))
}

/// A book of given levels.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// Who buys, best first.
    pub bids: Vec<Level>,
    /// Who sells, best first.
    pub asks: Vec<Level>,
}

impl Book {
    /// Lets an order of an account holding `position` meet the book; what it takes is gone.
    ///
    /// ```
    /// use delta_sim::matching::{Book, Incoming};
    /// use delta_sim::{Level, OrderType, Side, TimeInForce};
    ///
    /// let level = |price: i64, size| Level { price: price.into(), size };
    /// let mut book = Book { asks: vec![level(101, 5), level(102, 10)], ..Book::default() };
    /// let order = Incoming {
    ///     side: Side::Buy,
    ///     size: 12,
    ///     order_type: OrderType::MarketOrder,
    ///     limit_price: None,
    ///     time_in_force: TimeInForce::Ioc,
    ///     post_only: false,
    ///     reduce_only: false,
    /// };
    /// assert_eq!(book.submit(0, &order).unwrap().fills, [level(101, 5), level(102, 7)]);
    /// assert_eq!(book.asks, [level(102, 3)]);
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`match_order`]; the book stays as it was.
    pub fn submit(&mut self, position: i64, order: &Incoming) -> Result<Matched, Refusal> {
        let opposite = match order.side {
            Side::Buy => &mut self.asks,
            Side::Sell => &mut self.bids,
        };
        let matched = match_order(opposite.iter().copied(), position, order)?;
        for (level, fill) in opposite.iter_mut().zip(&matched.fills) {
            level.size -= fill.size;
        }
        opposite.retain(|level| level.size > 0);
        Ok(matched)
    }
}

#[cfg(test)]
#[path = "matching_tests.rs"]
mod tests;
