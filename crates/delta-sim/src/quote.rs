//! What the market shows: levels, quotes, tickers.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
pub use strangle_engine::pricing::Greeks;

use crate::product::ProductId;
use crate::time::Micros;

/// Price and contracts at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// USD per unit of underlying.
    pub price: Decimal,
    /// Contracts.
    pub size: i64,
}

/// Both sides of a book, best first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Depth {
    /// Who buys.
    pub bids: Vec<Level>,
    /// Who sells.
    pub asks: Vec<Level>,
}

/// Top of the book, mark and index of one product.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quote {
    /// Which product.
    pub product_id: ProductId,
    /// Best bid, if any.
    pub bid: Option<Level>,
    /// Best ask, if any.
    pub ask: Option<Level>,
    /// Mark price.
    pub mark: Decimal,
    /// Volatility of the mark.
    pub mark_vol: f64,
    /// Index price.
    pub index: f64,
    /// Time of the data.
    pub at: Micros,
}

/// Prices between which orders are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceBand {
    /// Lowest price of a sell.
    pub lower: Decimal,
    /// Highest price of a buy.
    pub upper: Decimal,
}

/// Everything published about one product.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticker {
    /// Top of the book, mark and index.
    pub quote: Quote,
    /// Volatility implied by the best bid.
    pub bid_iv: Option<f64>,
    /// Volatility implied by the best ask.
    pub ask_iv: Option<f64>,
    /// Sensitivities at the mark.
    pub greeks: Greeks,
    /// Open interest in contracts.
    pub open_interest: i64,
    /// Accepted prices.
    pub band: PriceBand,
}
