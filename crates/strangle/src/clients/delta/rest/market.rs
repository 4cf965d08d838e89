//! Looks at the market: anybody may.

use chrono::NaiveDate;
use metrics::counter;
use serde_json::Value;
use strangle_engine::instrument::{Symbol, Underlying};

use super::call::{Call, encoded};
use super::{Delta, ReadError};
use crate::clients::delta::metrics::FIELDS_UNREADABLE;
use crate::clients::delta::wire::{Depth, Product, ProductState, Ticker, Unreadable};

const OPTIONS: &str = "call_options,put_options";
/// Symbols in one request for tickers.
const SYMBOLS: usize = 10;

impl Delta {
    /// Lists options in a state. Entries that cannot be read are left out and counted.
    ///
    /// # Errors
    ///
    /// Returns [`ReadError`] unless the whole list was read.
    pub async fn options(&self, state: ProductState) -> Result<Vec<Product>, ReadError> {
        let state = match state {
            ProductState::Upcoming => "upcoming",
            ProductState::Expired => "expired",
            ProductState::Live | ProductState::Unknown => "live",
        };
        let call = Call::get("/v2/products", "/v2/products")
            .with("contract_types", OPTIONS)
            .with("states", state)
            .with("page_size", "500");
        let products = self.look_through(&call, |value| Ok(kept(Product::read(value))), |_| false);
        Ok(products.await?.into_iter().flatten().collect())
    }

    /// Finds a product; `None` if the exchange says that there is none.
    ///
    /// # Errors
    ///
    /// Returns [`ReadError`] if the exchange did not say.
    pub async fn product(&self, symbol: Symbol) -> Result<Option<Product>, ReadError> {
        let path = format!("/v2/products/{}", encoded(symbol.as_str()));
        let found = self.look(&Call::get("/v2/products/{symbol}", path), Product::read).await;
        if_found(found)
    }

    /// Lists the tickers of one expiry's options. Entries that cannot be read are left out and
    /// counted.
    ///
    /// # Errors
    ///
    /// Returns [`ReadError`] if there is no list.
    pub async fn chain(
        &self,
        underlying: Underlying,
        expiry: NaiveDate,
    ) -> Result<Vec<Ticker>, ReadError> {
        let call = Call::get("/v2/tickers", "/v2/tickers")
            .with("contract_types", OPTIONS)
            .with("underlying_asset_symbols", underlying.as_str())
            .with("expiry_date", &expiry.format("%d-%m-%Y").to_string());
        let tickers = self.look_through(&call, |value| Ok(kept(Ticker::read(value))), |_| false);
        Ok(tickers.await?.into_iter().flatten().collect())
    }

    /// Returns the tickers of some products, ten to a request. Entries that cannot be read are
    /// left out and counted.
    ///
    /// # Errors
    ///
    /// Returns [`ReadError`] if a request failed.
    pub async fn tickers(&self, symbols: &[Symbol]) -> Result<Vec<Ticker>, ReadError> {
        let mut tickers = Vec::with_capacity(symbols.len());
        for some in symbols.chunks(SYMBOLS) {
            let names: Vec<&str> = some.iter().map(Symbol::as_str).collect();
            let path = format!("/v2/tickers/{}", encoded(&names.join(",")));
            let call = Call::get("/v2/tickers/{symbols}", path);
            tickers.extend(self.look(&call, read_some).await?);
        }
        Ok(tickers)
    }

    /// Returns the order book of a product.
    ///
    /// # Errors
    ///
    /// Returns [`ReadError`] if there is none, or it is crossed.
    pub async fn order_book(&self, symbol: Symbol, depth: u32) -> Result<Depth, ReadError> {
        let path = format!("/v2/l2orderbook/{}", encoded(symbol.as_str()));
        let call = Call::get("/v2/l2orderbook/{symbol}", path).with("depth", &depth.to_string());
        self.look(&call, Depth::read).await
    }
}

/// One symbol is answered with an object, several with a list.
fn read_some(value: &Value) -> Result<Vec<Ticker>, Unreadable> {
    match value {
        Value::Array(list) => Ok(list.iter().filter_map(|one| kept(Ticker::read(one))).collect()),
        one => Ok(vec![Ticker::read(one)?]),
    }
}

fn kept<T>(read: Result<T, Unreadable>) -> Option<T> {
    read.inspect_err(|unreadable| {
        counter!(FIELDS_UNREADABLE, "field" => unreadable.field).increment(1);
    })
    .ok()
}

/// "There is none" is an answer; everything else that went wrong is none.
pub(super) fn if_found<T>(found: Result<T, ReadError>) -> Result<Option<T>, ReadError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(ReadError::Refused(refusal)) if refusal.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
