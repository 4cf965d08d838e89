//! How an order meets a book.

use delta_sim::matching::{Book, Incoming};
use delta_sim::{Level, OrderType, Side, TimeInForce};
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Value, json};

use crate::oracles::strangle::inputs::{Inputs, Refusal, decimal_of};

pub(super) fn order(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let given = inputs.inner(&["book"]).unwrap_or(inputs);
    let mut book = Book { bids: levels(given, "bids")?, asks: levels(given, "asks")? };
    let order_type = match inputs.text(&["order_type"]).as_deref() {
        Some("limit_order" | "limit") => OrderType::LimitOrder,
        Some("market_order" | "market") => OrderType::MarketOrder,
        Some(other) => return Err(Refusal::new("unknown_order_type", other)),
        None if inputs.has(&["limit_price"]) => OrderType::LimitOrder,
        None => OrderType::MarketOrder,
    };
    let time_in_force = match inputs.text(&["time_in_force"]).as_deref() {
        Some("ioc") => TimeInForce::Ioc,
        Some("gtc") => TimeInForce::Gtc,
        Some(other) => return Err(Refusal::new("unknown_time_in_force", other)),
        None if order_type == OrderType::MarketOrder => TimeInForce::Ioc,
        None => TimeInForce::Gtc,
    };
    let buys = inputs.needed_text(&["side"])? == "buy";
    let order = Incoming {
        side: if buys { Side::Buy } else { Side::Sell },
        size: inputs.needed_integer(&["size"])?,
        order_type,
        limit_price: inputs.decimal(&["limit_price", "price"])?,
        time_in_force,
        post_only: inputs.flag(&["post_only"]).unwrap_or(false),
        reduce_only: inputs.flag(&["reduce_only"]).unwrap_or(false),
    };

    let position = inputs.integer(&["position"])?.unwrap_or(0);
    match book.submit(position, &order) {
        Ok(matched) => Ok(json!({
            "status": 200, "size": matched.size, "filled": matched.filled,
            "unfilled": matched.unfilled, "unfilled_size": matched.unfilled,
            "state": matched.state, "average_fill_price": matched.average_fill_price,
            "position_after": matched.position_after,
            "fills": matched.fills.iter().map(pair).collect::<Vec<_>>(),
            "asks_after": book.asks.iter().map(pair).collect::<Vec<_>>(),
            "bids_after": book.bids.iter().map(pair).collect::<Vec<_>>(),
        })),
        Err(refusal) => Ok(json!({
            "status": refusal.status(), "error": refusal.code(), "filled": 0,
            "position_after": position,
        })),
    }
}

fn levels(book: Inputs<'_>, name: &str) -> Result<Vec<Level>, Refusal> {
    let mut levels = Vec::new();
    for level in book.list(&[name]).unwrap_or_default() {
        let (price, size) = match level.as_array().map(Vec::as_slice) {
            Some([price, size]) => (decimal_of(price), decimal_of(size)),
            _ => (Inputs(level).decimal(&["price"])?, Inputs(level).decimal(&["size"])?),
        };
        let size = size.and_then(|size| size.to_i64());
        let (Some(price), Some(size)) = (price, size) else {
            return Err(Refusal::new("not_readable", level));
        };
        levels.push(Level { price, size });
    }
    Ok(levels)
}

fn pair(level: &Level) -> Value {
    json!([level.price.to_f64(), level.size])
}
