//! The body of a request, read member by member with the exchange's error.

use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::answer::Refused;
use crate::exchange::Exchange;
use crate::order::{OrderId, OrderRef, OrderType, Side, TimeInForce};
use crate::product::ProductId;

/// The longest client order id.
const LONGEST_NAME: usize = 32;

/// A JSON object.
#[derive(Debug, Clone, Default)]
pub(super) struct Body(Map<String, Value>);

impl Body {
    /// Reads a body; an empty one is an empty object.
    ///
    /// # Errors
    ///
    /// Refuses what is not a JSON object.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Refused> {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::default());
        }
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            Ok(_) => Err(Refused::schema("body", "must be a JSON object")),
            Err(error) => Err(Refused::schema("body", &format!("is not JSON: {error}"))),
        }
    }

    /// Any JSON.
    ///
    /// # Errors
    ///
    /// Refuses what is not JSON.
    pub(super) fn parse_any(bytes: &[u8]) -> Result<Value, Refused> {
        serde_json::from_slice(bytes)
            .map_err(|error| Refused::schema("body", &format!("is not JSON: {error}")))
    }

    /// The members of an object inside a list.
    pub(super) fn of(value: &Value) -> Result<Self, Refused> {
        match value {
            Value::Object(members) => Ok(Self(members.clone())),
            _ => Err(Refused::schema("orders", "must be a list of objects")),
        }
    }

    /// The whole object.
    pub(super) fn into_value(self) -> Value {
        Value::Object(self.0)
    }

    /// A member that is there and not `null`.
    pub(super) fn member(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A list of objects.
    pub(super) fn list(&self, name: &str) -> Result<&[Value], Refused> {
        match self.member(name) {
            Some(Value::Array(values)) => Ok(values),
            _ => Err(Refused::schema(name, "must be a list of objects")),
        }
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Refused> {
        match self.member(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Refused::schema(name, "must be a string")),
        }
    }

    pub(super) fn integer(&self, name: &str) -> Result<Option<i64>, Refused> {
        match self.member(name) {
            None => Ok(None),
            Some(value) => match value.as_i64() {
                Some(number) => Ok(Some(number)),
                None => Err(Refused::schema(name, "must be an integer")),
            },
        }
    }

    /// A flag: `true`, `false`, or one of these as a string.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Refused> {
        match self.member(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(text)) if text == "true" => Ok(true),
            Some(Value::String(text)) if text == "false" => Ok(false),
            Some(_) => Err(Refused::schema(name, "must be \"true\" or \"false\"")),
        }
    }

    /// A price above zero, as a string or a number.
    pub(super) fn price(&self, name: &str) -> Result<Option<Decimal>, Refused> {
        let text = match self.member(name) {
            None => return Ok(None),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            Some(_) => return Err(Refused::schema(name, "must be a decimal string")),
        };
        match text.parse::<Decimal>() {
            Ok(price) if price > Decimal::ZERO => Ok(Some(price)),
            Ok(_) => Err(Refused::schema(name, "must be greater than 0")),
            Err(_) => Err(Refused::schema(name, "must be a decimal string")),
        }
    }

    pub(super) fn side(&self) -> Result<Side, Refused> {
        match self.text("side")? {
            Some("buy") => Ok(Side::Buy),
            Some("sell") => Ok(Side::Sell),
            _ => Err(Refused::schema("side", "must be buy or sell")),
        }
    }

    pub(super) fn order_type(&self) -> Result<OrderType, Refused> {
        match self.text("order_type")? {
            Some("limit_order") => Ok(OrderType::LimitOrder),
            Some("market_order") => Ok(OrderType::MarketOrder),
            _ => Err(Refused::schema("order_type", "must be limit_order or market_order")),
        }
    }

    pub(super) fn time_in_force(&self) -> Result<TimeInForce, Refused> {
        match self.text("time_in_force")? {
            None | Some("gtc") => Ok(TimeInForce::Gtc),
            Some("ioc") => Ok(TimeInForce::Ioc),
            Some(_) => Err(Refused::schema("time_in_force", "must be gtc or ioc")),
        }
    }

    pub(super) fn client_order_id(&self) -> Result<Option<String>, Refused> {
        match self.text("client_order_id")? {
            Some(name) if name.chars().count() > LONGEST_NAME => {
                Err(Refused::schema("client_order_id", "must have at most 32 characters"))
            }
            name => Ok(name.filter(|name| !name.is_empty()).map(str::to_owned)),
        }
    }

    /// The product, named by exactly one of `product_id` and `product_symbol`.
    pub(super) fn product(&self, exchange: &Exchange) -> Result<ProductId, Refused> {
        match (self.integer("product_id")?, self.text("product_symbol")?) {
            (Some(_), Some(_)) => {
                let rule = "send only one of product_id and product_symbol";
                Err(Refused::schema("product_symbol", rule))
            }
            (Some(id), None) => Ok(ProductId(id)),
            (None, Some(symbol)) => match exchange.product_by_symbol(symbol) {
                Some(product) => Ok(product.id),
                None => Err(crate::refusal::Refusal::InvalidContract.into()),
            },
            (None, None) => Err(Refused::schema("product_id", "is required")),
        }
    }

    /// The order, named by `id` or by `client_order_id`.
    pub(super) fn order(&self) -> Result<OrderRef, Refused> {
        match (self.integer("id")?, self.client_order_id()?) {
            (Some(id), _) => Ok(OrderRef::Id(OrderId(id))),
            (None, Some(name)) => Ok(OrderRef::Client(name)),
            (None, None) => Err(Refused::schema("id", "id or client_order_id is required")),
        }
    }
}
