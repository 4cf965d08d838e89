//! Calls that show the market: products, tickers, books, candles.

use serde_json::{Value, json};

use super::answer::{Answer, Refused};
use super::page::{self, Order, Sizes};
use super::query::{Query, decode};
use super::view;
use crate::product::{Product, ProductState, Underlying};
use crate::time::Micros;
use crate::venue::{Candle, Resolution, Venue};

const PRODUCTS: Sizes = Sizes { usual: 100, most: 1_000 };

impl Venue {
    pub(super) fn products(&self, query: &Query) -> Result<Answer, Refused> {
        let kinds = query.list("contract_types");
        let states = query.list("states");
        let expiry = query.text("expiry").map(|text| date(text, "%Y-%m-%d")).transpose()?;
        let wanted = |product: &&Product| {
            let state = match product.state {
                ProductState::Live => "live",
                ProductState::Expired => "expired",
            };
            (kinds.is_empty() || kinds.contains(&product.kind.contract_type()))
                && if states.is_empty() { state == "live" } else { states.contains(&state) }
                && expiry.is_none_or(|from| product.expiry.instant().date_naive() >= from)
        };

        let mut products: Vec<_> = self.exchange.products().filter(wanted).collect();
        products.sort_unstable_by_key(|product| product.id);
        let rows = products.into_iter().map(|product| (product.id.0, product));
        page::cut(rows, Order::OldestFirst, PRODUCTS, query, |product| {
            view::product(&self.exchange, product)
        })
    }

    pub(super) fn product(&self, symbol: &str) -> Result<Answer, Refused> {
        match self.exchange.product_by_symbol(&decode(symbol)) {
            Some(product) => Ok(Answer::of(view::product(&self.exchange, product))),
            None => Err(Refused::new(404, "invalid_contract", &json!({}))),
        }
    }

    pub(super) fn tickers(&self, query: &Query) -> Result<Answer, Refused> {
        let kinds = query.list("contract_types");
        let coins = query.list("underlying_asset_symbols");
        let expiry = query.text("expiry_date").map(|text| date(text, "%d-%m-%Y")).transpose()?;
        let wanted = |product: &&Product| {
            product.state == ProductState::Live
                && (kinds.is_empty() || kinds.contains(&product.kind.contract_type()))
                && (coins.is_empty() || coins.contains(&product.underlying.as_str()))
                && expiry.is_none_or(|day| product.expiry.instant().date_naive() == day)
        };

        let mut products: Vec<_> = self.exchange.products().filter(wanted).collect();
        products.sort_unstable_by_key(|product| product.id);
        let tickers = products.into_iter().filter_map(|product| self.ticker_view(product));
        Ok(Answer::of(Value::Array(tickers.collect())))
    }

    /// One ticker by its symbol, or several by up to ten symbols.
    pub(super) fn tickers_of(&self, symbols: &str) -> Result<Answer, Refused> {
        let symbols = decode(symbols);
        let symbols: Vec<_> = symbols.split(',').collect();
        if symbols.len() > 10 {
            return Err(Refused::schema("symbol", "at most 10 symbols"));
        }
        let ticker = |symbol: &&str| {
            let product = self.exchange.product_by_symbol(symbol);
            product.and_then(|product| self.ticker_view(product))
        };
        match symbols.as_slice() {
            [symbol] => match ticker(symbol) {
                Some(ticker) => Ok(Answer::of(ticker)),
                None => Err(Refused::new(404, "invalid_contract", &json!({}))),
            },
            several => Ok(Answer::of(several.iter().filter_map(ticker).collect())),
        }
    }

    fn ticker_view(&self, product: &Product) -> Option<Value> {
        let ticker = self.exchange.ticker(product.id)?;
        Some(view::ticker(&self.exchange, product, &ticker))
    }

    pub(super) fn book(&self, symbol: &str, query: &Query) -> Result<Answer, Refused> {
        let depth = query.number("depth")?.unwrap_or(20).clamp(1, 500);
        let levels = usize::try_from(depth).unwrap_or(20);
        let symbol = decode(symbol);
        let product = self.exchange.product_by_symbol(&symbol);
        let book = product.and_then(|product| {
            let quote = self.exchange.quote(product.id)?;
            Some((self.exchange.depth(product.id, levels)?, quote.at))
        });
        let Some((book, at)) = book else {
            return Err(Refused::new(404, "invalid_contract", &json!({})));
        };
        Ok(Answer::of(json!({
            "symbol": symbol,
            "buy": view::levels(&book.bids),
            "sell": view::levels(&book.asks),
            "last_updated_at": at,
        })))
    }

    pub(super) fn candle_history(&self, query: &Query) -> Result<Answer, Refused> {
        let resolution = query.text("resolution").and_then(Resolution::named);
        let resolution = resolution.ok_or_else(|| {
            Refused::schema("resolution", "must be one of 1m 3m 5m 15m 30m 1h 2h 4h 6h 12h 1d 1w")
        })?;
        let time = |name: &str| {
            let seconds = query.number(name)?;
            seconds.map(Micros::seconds).ok_or_else(|| Refused::schema(name, "is required"))
        };
        let (from, to) = (time("start")?, time("end")?);
        let symbol =
            query.text("symbol").ok_or_else(|| Refused::schema("symbol", "is required"))?;
        let Some(candles) = self.candles_of(symbol, resolution, from, to) else {
            return Err(Refused::new(404, "invalid_contract", &json!({})));
        };
        let rows = candles.into_iter().map(|candle| {
            json!({
                "time": candle.start.whole_seconds(),
                "open": candle.open,
                "high": candle.high,
                "low": candle.low,
                "close": candle.close,
                "volume": 0,
            })
        });
        Ok(Answer::of(rows.collect()))
    }

    /// Candles of an index (`.DEXBTUSD`) or of a product's mark, with or without `MARK:`.
    pub(crate) fn candles_of(
        &self,
        symbol: &str,
        resolution: Resolution,
        from: Micros,
        to: Micros,
    ) -> Option<Vec<Candle>> {
        let index = Underlying::ALL.into_iter().find(|one| one.index_symbol() == symbol);
        if let Some(underlying) = index {
            return Some(self.candles.of_index(underlying, resolution, from, to));
        }
        let product = self.exchange.product_by_symbol(symbol.trim_start_matches("MARK:"))?;
        let volatility = self.exchange.quote(product.id).map_or(0.5, |quote| quote.mark_vol);
        Some(self.candles.of_mark(product, volatility, resolution, from, to))
    }
}

fn date(text: &str, format: &str) -> Result<chrono::NaiveDate, Refused> {
    chrono::NaiveDate::parse_from_str(text, format)
        .map_err(|_| Refused::schema("expiry", &format!("`{text}` is not a date {format}")))
}
