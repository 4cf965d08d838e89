//! One account on one exchange, and short ways to use them.

use delta_sim::{
    Config, Exchange, Micros, NewOrder, Order, OrderType, Product, ProductId, Refusal, Side,
    TimeInForce, UserId,
};
use rust_decimal::Decimal;

/// The account of the default setup.
pub(crate) const USER: UserId = UserId(1);

/// The exchange of the default setup at its start.
pub(crate) fn exchange() -> Exchange {
    Exchange::new(Config::default()).unwrap()
}

/// A call tomorrow, 4 % above the index.
pub(crate) fn call(exchange: &Exchange) -> ProductId {
    product(exchange, "C-BTC-104000-160126").id
}

/// A put tomorrow, 4 % below the index.
pub(crate) fn put(exchange: &Exchange) -> ProductId {
    product(exchange, "P-BTC-96000-160126").id
}

pub(crate) fn product<'a>(exchange: &'a Exchange, symbol: &str) -> &'a Product {
    exchange.product_by_symbol(symbol).unwrap_or_else(|| panic!("{symbol} is not listed"))
}

pub(crate) fn market(product_id: ProductId, side: Side, contracts: i64) -> NewOrder {
    NewOrder {
        product_id,
        side,
        size: contracts,
        order_type: OrderType::MarketOrder,
        limit_price: None,
        time_in_force: TimeInForce::Ioc,
        post_only: false,
        reduce_only: false,
        client_order_id: None,
    }
}

pub(crate) fn limit(product_id: ProductId, side: Side, contracts: i64, price: Decimal) -> NewOrder {
    NewOrder {
        order_type: OrderType::LimitOrder,
        limit_price: Some(price),
        time_in_force: TimeInForce::Gtc,
        ..market(product_id, side, contracts)
    }
}

pub(crate) fn place(exchange: &mut Exchange, order: NewOrder) -> Result<Order, Refusal> {
    exchange.place(exchange.now(), USER, order)
}

pub(crate) fn wait(exchange: &mut Exchange, seconds: i64) {
    exchange.advance(exchange.now() + Micros::seconds(seconds));
}

/// Best ask.
pub(crate) fn ask(exchange: &Exchange, id: ProductId) -> Decimal {
    exchange.quote(id).unwrap().ask.unwrap().price
}

/// Best bid.
pub(crate) fn bid(exchange: &Exchange, id: ProductId) -> Decimal {
    exchange.quote(id).unwrap().bid.unwrap().price
}
