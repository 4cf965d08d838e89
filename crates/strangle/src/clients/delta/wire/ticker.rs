//! What a product is worth at this moment.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value;
use strangle_engine::instrument::{ProductId, Symbol, TradingStatus};

use super::book::BookTop;
use super::fields::{Fields, Unreadable};
use super::product::ContractType;

/// The exchange's greeks, in its units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Greeks {
    /// Per unit of the underlying.
    pub delta: f64,
    /// Per USD of the underlying.
    pub gamma: f64,
    /// Per calendar day.
    pub theta: f64,
    /// Per point of volatility.
    pub vega: f64,
    /// Per point of interest.
    pub rho: f64,
}

/// The prices between which orders are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceBand {
    /// The lowest.
    pub lower: Decimal,
    /// The highest.
    pub upper: Decimal,
}

/// What the exchange says of a product at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticker {
    /// The product.
    pub symbol: Symbol,
    /// Its number, if it is said.
    pub product_id: Option<ProductId>,
    /// Its kind, if it is said.
    pub contract_type: Option<ContractType>,
    /// The asset it is on, if it is said.
    pub underlying: Option<String>,
    /// The strike of an option.
    pub strike: Option<Decimal>,
    /// The best prices; `None` if they are rejected.
    pub book: Option<BookTop>,
    /// The exchange's fair price.
    pub mark: Option<Decimal>,
    /// The index.
    pub spot: Option<Decimal>,
    /// The exchange's greeks.
    pub greeks: Option<Greeks>,
    /// Implied volatility at the bid.
    pub bid_iv: Option<f64>,
    /// Implied volatility at the ask.
    pub ask_iv: Option<f64>,
    /// Implied volatility at the mark.
    pub mark_iv: Option<f64>,
    /// The prices between which orders are taken.
    pub price_band: Option<PriceBand>,
    /// Contracts held by all.
    pub open_interest: Option<Decimal>,
    /// Whether it is traded at this moment, if it is said.
    pub trading_status: Option<TradingStatus>,
    /// The step of its price, if it is said.
    pub tick_size: Option<Decimal>,
    /// Units of the underlying in one contract, if it is said.
    pub contract_value: Option<Decimal>,
    /// The exchange's instant of all this.
    pub at: DateTime<Utc>,
}

impl Ticker {
    /// Reads a ticker of `GET /v2/tickers`.
    ///
    /// # Errors
    ///
    /// Returns [`Unreadable`] if symbol or instant is missing.
    pub fn read(value: &Value) -> Result<Self, Unreadable> {
        let fields = Fields::of("a ticker", value)?;
        let quotes = fields.object("quotes");
        let quote = |name| quotes.and_then(|quotes| quotes.value(name));
        let sides = ["best_bid", "bid_size", "best_ask", "ask_size"];
        let iv = |name| quotes.and_then(|quotes| quotes.maybe_float(name)).filter(|iv| *iv > 0.0);
        Ok(Self {
            symbol: fields.symbol("symbol")?,
            product_id: fields.maybe_integer("product_id").map(ProductId),
            contract_type: fields.maybe_text("contract_type").map(|word| ContractType::of(&word)),
            underlying: fields.maybe_text("underlying_asset_symbol"),
            strike: fields.maybe_decimal("strike_price"),
            book: BookTop::read(sides.map(quote)).ok(),
            mark: fields.maybe_decimal("mark_price").filter(|mark| *mark > Decimal::ZERO),
            spot: fields.maybe_decimal("spot_price").filter(|spot| *spot > Decimal::ZERO),
            greeks: fields.object("greeks").and_then(greeks),
            bid_iv: iv("bid_iv"),
            ask_iv: iv("ask_iv"),
            mark_iv: iv("mark_iv").or_else(|| fields.maybe_float("mark_vol")),
            price_band: fields.object("price_band").and_then(band),
            open_interest: fields
                .maybe_decimal("oi_contracts")
                .or_else(|| fields.maybe_decimal("oi")),
            trading_status: fields
                .maybe_text("product_trading_status")
                .map(|word| TradingStatus::of(&word)),
            tick_size: fields.maybe_decimal("tick_size").filter(|tick| *tick > Decimal::ZERO),
            contract_value: fields
                .maybe_decimal("contract_value")
                .filter(|value| *value > Decimal::ZERO),
            at: fields.instant("timestamp")?,
        })
    }
}

/// Greeks without a delta are no greeks.
fn greeks(fields: Fields<'_>) -> Option<Greeks> {
    let other = |name| fields.maybe_float(name).unwrap_or_default();
    Some(Greeks {
        delta: fields.maybe_float("delta")?,
        gamma: other("gamma"),
        theta: other("theta"),
        vega: other("vega"),
        rho: other("rho"),
    })
}

fn band(fields: Fields<'_>) -> Option<PriceBand> {
    let (lower, upper) =
        (fields.maybe_decimal("lower_limit")?, fields.maybe_decimal("upper_limit")?);
    (lower <= upper).then_some(PriceBand { lower, upper })
}
