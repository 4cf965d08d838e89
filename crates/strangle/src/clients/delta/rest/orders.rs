//! Orders and fills.

use chrono::{DateTime, Utc};
use http::Method;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use strangle_engine::instrument::{ProductId, Symbol, Underlying};

use super::call::{Call, encoded};
use super::market::if_found;
use super::{Delta, Outcome, Priority, ReadError};
use crate::clients::delta::wire::{Fill, Order, Side};

/// The largest page the exchange has for fills and history.
const PAGE: &str = "50";
const ORDERS: &str = "/v2/orders";

/// How long an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeInForce {
    /// Until it is filled or cancelled.
    GoodTillCancelled,
    /// Not at all: what cannot be filled at once is cancelled.
    ImmediateOrCancel,
}

/// The price of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderKind {
    /// At this price or better.
    Limit {
        /// Above zero, a multiple of the tick.
        price: Decimal,
        /// How long it stands.
        time_in_force: TimeInForce,
        /// Whether it must rest in the book.
        post_only: bool,
    },
    /// At any price, at once.
    Market,
}

/// An order to be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrder {
    /// The product.
    pub product_id: ProductId,
    /// The direction.
    pub side: Side,
    /// Contracts, above zero.
    pub size: i64,
    /// The price.
    pub kind: OrderKind,
    /// Whether it may only reduce a position.
    pub reduce_only: bool,
    /// Our id, at most 32 characters.
    pub client_order_id: String,
    /// What it is for.
    pub priority: Priority,
}

impl NewOrder {
    fn body(&self) -> Value {
        let mut body = json!({
            "product_id": self.product_id.0,
            "size": self.size,
            "side": self.side.as_str(),
        });
        let (kind, time_in_force, post_only) = match self.kind {
            OrderKind::Market => ("market_order", "ioc", false),
            OrderKind::Limit { price, time_in_force, post_only } => {
                body["limit_price"] = json!(price.normalize().to_string());
                let time_in_force = match time_in_force {
                    TimeInForce::GoodTillCancelled => "gtc",
                    TimeInForce::ImmediateOrCancel => "ioc",
                };
                ("limit_order", time_in_force, post_only)
            }
        };
        body["order_type"] = json!(kind);
        body["time_in_force"] = json!(time_in_force);
        // The exchange takes these two as texts.
        body["post_only"] = json!(post_only.to_string());
        body["reduce_only"] = json!(self.reduce_only.to_string());
        body["client_order_id"] = json!(self.client_order_id);
        body
    }
}

/// Which order is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// The one with the exchange's id.
    Id(String),
    /// The one with our id.
    ClientOrderId(String),
}

impl Delta {
    /// Places an order, once.
    pub async fn place(&self, order: &NewOrder) -> Outcome<Order> {
        let call = Call::change("POST /v2/orders", Method::POST, ORDERS, &order.body());
        self.make(&call.priority(order.priority), Order::read).await
    }

    /// Cancels an order, once. `open_order_not_found` is a refusal: it ended before.
    pub async fn cancel(&self, which: &Which, product: ProductId) -> Outcome<Order> {
        let mut body = match which {
            // Ids of the exchange are numbers; one that is not is sent as it is.
            Which::Id(id) => {
                json!({"id": id.parse::<i64>().map_or_else(|_| json!(id), Value::from)})
            }
            Which::ClientOrderId(id) => json!({"client_order_id": id}),
        };
        body["product_id"] = json!(product.0);
        let call = Call::change("DELETE /v2/orders", Method::DELETE, ORDERS, &body);
        self.make(&call.priority(Priority::Exit), Order::read).await
    }

    /// Finds an order in any state; `None` if the exchange says that there is none.
    ///
    /// # Errors
    ///
    /// Returns [`ReadError`] if the exchange did not say.
    pub async fn find_order(&self, which: &Which) -> Result<Option<Order>, ReadError> {
        let (endpoint, path) = match which {
            Which::Id(id) => ("/v2/orders/{id}", format!("/v2/orders/{}", encoded(id))),
            Which::ClientOrderId(id) => (
                "/v2/orders/client_order_id/{id}",
                format!("/v2/orders/client_order_id/{}", encoded(id)),
            ),
        };
        let call = Call::get(endpoint, path).signed().priority(Priority::Exit);
        if_found(self.look(&call, Order::read).await)
    }

    /// Lists all orders that are open or wait for a trigger.
    ///
    /// # Errors
    ///
    /// Returns [`ReadError`] unless the whole list was read.
    pub async fn open_orders(&self) -> Result<Vec<Order>, ReadError> {
        let call = Call::get("/v2/orders", ORDERS)
            .signed()
            .priority(Priority::Exit)
            .with("states", "open,pending")
            .with("page_size", PAGE);
        self.look_through(&call, Order::read, |_| false).await
    }

    /// Lists orders that ended, created at `since` or later.
    ///
    /// # Errors
    ///
    /// Returns [`ReadError`] unless the whole list was read.
    pub async fn order_history(&self, since: DateTime<Utc>) -> Result<Vec<Order>, ReadError> {
        let call = since_call("/v2/orders/history", since);
        let is_older = |order: &Order| order.created_at.is_some_and(|at| at < since);
        let mut orders = self.look_through(&call, Order::read, is_older).await?;
        orders.retain(|order| !is_older(order));
        Ok(orders)
    }

    /// Lists fills at `since` or later.
    ///
    /// # Errors
    ///
    /// Returns [`ReadError`] unless the whole list was read.
    pub async fn fills(&self, since: DateTime<Utc>) -> Result<Vec<Fill>, ReadError> {
        let call = since_call("/v2/fills", since);
        let mut fills = self.look_through(&call, Fill::read, |fill| fill.at < since).await?;
        fills.retain(|fill| fill.at >= since);
        Ok(fills)
    }

    /// Lists the positions in products on an asset, as they are now.
    ///
    /// # Errors
    ///
    /// Returns [`ReadError`] unless the whole list was read.
    pub async fn positions(
        &self,
        underlying: Underlying,
    ) -> Result<Vec<crate::clients::delta::wire::OpenPosition>, ReadError> {
        let call = Call::get("/v2/positions", "/v2/positions")
            .with("underlying_asset_symbol", underlying.as_str());
        self.look_at_positions(call).await
    }

    /// Returns the position in a product, as it is now; zero is flat.
    ///
    /// # Errors
    ///
    /// Returns [`ReadError`] if the exchange did not say.
    pub async fn position_size(
        &self,
        product: ProductId,
        symbol: Symbol,
    ) -> Result<i64, ReadError> {
        let call = Call::get("/v2/positions", "/v2/positions")
            .signed()
            .priority(Priority::Exit)
            .with("product_id", &product.0.to_string());
        // The answer for one product names no product: it is the one that was asked for.
        self.look(&call, |value| super::account::size_of(value, symbol)).await
    }
}

fn since_call(path: &'static str, since: DateTime<Utc>) -> Call {
    Call::get(path, path)
        .signed()
        .units(10)
        .priority(Priority::Exit)
        .with("page_size", PAGE)
        .with("start_time", &since.timestamp_micros().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(kind: OrderKind) -> NewOrder {
        NewOrder {
            product_id: ProductId(27),
            side: Side::Sell,
            size: 10,
            kind,
            reduce_only: false,
            client_order_id: "abcdef-1-CE01".to_owned(),
            priority: Priority::Normal,
        }
    }

    #[test]
    fn a_limit_order_is_written_the_way_the_exchange_reads_it() {
        let kind = OrderKind::Limit {
            price: "302.50".parse().unwrap(),
            time_in_force: TimeInForce::GoodTillCancelled,
            post_only: false,
        };
        assert_eq!(
            order(kind).body().to_string(),
            "{\"product_id\":27,\"size\":10,\"side\":\"sell\",\"limit_price\":\"302.5\",\
             \"order_type\":\"limit_order\",\"time_in_force\":\"gtc\",\"post_only\":\"false\",\
             \"reduce_only\":\"false\",\"client_order_id\":\"abcdef-1-CE01\"}"
        );
    }

    #[test]
    fn a_market_order_has_no_price() {
        let body = order(OrderKind::Market).body();

        assert_eq!(body.get("limit_price"), None);
        assert_eq!(
            (&body["order_type"], &body["time_in_force"]),
            (&json!("market_order"), &json!("ioc"))
        );
    }
}
