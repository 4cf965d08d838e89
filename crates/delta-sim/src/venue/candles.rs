//! Candles of the indices, seen as time moves on, and of the marks computed from them.
//!
//! A minute is remembered for seven days. A mark candle revalues the option at the four index
//! prices of the candle with today's volatility, so it needs no memory of its own.

use std::collections::VecDeque;

use rust_decimal::prelude::ToPrimitive;
use strangle_engine::pricing::{Terms, YEAR_SECONDS};

use crate::exchange::Exchange;
use crate::product::{Product, Underlying};
use crate::time::Micros;

/// Minutes remembered of each index: seven days.
const REMEMBERED: usize = 7 * 24 * 60;
/// Candles in one answer.
const LARGEST_ANSWER: usize = 2_000;

/// Open, high, low and close over a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candle {
    /// Start of the candle.
    pub start: Micros,
    /// First price.
    pub open: f64,
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Last price.
    pub close: f64,
}

impl Candle {
    fn add(&mut self, later: &Self) {
        self.high = self.high.max(later.high);
        self.low = self.low.min(later.low);
        self.close = later.close;
    }

    /// The candle of a value that depends on the price.
    fn map(&self, value: impl Fn(f64) -> f64) -> Self {
        let [open, high, low, close] = [self.open, self.high, self.low, self.close].map(value);
        let all = [open, high, low, close];
        let high = all.into_iter().fold(f64::MIN, f64::max);
        let low = all.into_iter().fold(f64::MAX, f64::min);
        Self { start: self.start, open, high, low, close }
    }
}

/// Length of a candle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolution {
    /// What the exchange calls it.
    pub name: &'static str,
    /// How long it is.
    pub length: Micros,
}

/// All lengths the exchange offers.
const RESOLUTIONS: [(&str, i64); 12] = [
    ("1m", 1),
    ("3m", 3),
    ("5m", 5),
    ("15m", 15),
    ("30m", 30),
    ("1h", 60),
    ("2h", 120),
    ("4h", 240),
    ("6h", 360),
    ("12h", 720),
    ("1d", 1_440),
    ("1w", 10_080),
];

impl Resolution {
    /// The resolution of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let (name, minutes) = RESOLUTIONS.into_iter().find(|(known, _)| *known == name)?;
        Some(Self { name, length: Micros(minutes * Micros::MINUTE.0) })
    }

    fn start_of(self, at: Micros) -> Micros {
        Micros(at.0 - at.0.rem_euclid(self.length.0))
    }
}

/// The minutes of both indices.
#[derive(Debug, Default)]
pub(crate) struct Candles {
    btc: VecDeque<Candle>,
    eth: VecDeque<Candle>,
}

impl Candles {
    /// Looks at the indices now.
    pub(crate) fn sample(&mut self, exchange: &Exchange) {
        let now = exchange.now();
        let start = Micros(now.0 - now.0.rem_euclid(Micros::MINUTE.0));
        for underlying in Underlying::ALL {
            let Some(price) = exchange.spot(underlying).to_f64() else { continue };
            let seen = Candle { start, open: price, high: price, low: price, close: price };
            let minutes = self.minutes_mut(underlying);
            match minutes.back_mut() {
                Some(last) if last.start == start => last.add(&seen),
                _ => minutes.push_back(seen),
            }
            if minutes.len() > REMEMBERED {
                minutes.pop_front();
            }
        }
    }

    /// Candles of an index that start in `from..=to`, oldest first; the newest of too many.
    pub(crate) fn of_index(
        &self,
        underlying: Underlying,
        resolution: Resolution,
        from: Micros,
        to: Micros,
    ) -> Vec<Candle> {
        let mut candles: Vec<Candle> = Vec::new();
        for minute in self.minutes(underlying) {
            let start = resolution.start_of(minute.start);
            if start < from || start > to {
                continue;
            }
            match candles.last_mut() {
                Some(last) if last.start == start => last.add(minute),
                _ => candles.push(Candle { start, ..*minute }),
            }
        }
        let surplus = candles.len().saturating_sub(LARGEST_ANSWER);
        candles.split_off(surplus)
    }

    /// Candles of a product's mark.
    pub(crate) fn of_mark(
        &self,
        product: &Product,
        volatility: f64,
        resolution: Resolution,
        from: Micros,
        to: Micros,
    ) -> Vec<Candle> {
        let from = from.max(product.listed_at);
        let to = to.min(product.expiry);
        let strike = strike_of(product);
        let index = self.of_index(product.underlying, resolution, from, to);
        let mark = |candle: Candle| {
            let end = (candle.start + resolution.length).min(product.expiry);
            let years = (product.expiry - end).as_seconds() / YEAR_SECONDS;
            candle.map(|spot| {
                let terms = Terms { kind: product.kind, spot, strike, years, volatility };
                terms.valuation().price
            })
        };
        index.into_iter().map(mark).collect()
    }

    const fn minutes(&self, underlying: Underlying) -> &VecDeque<Candle> {
        match underlying {
            Underlying::Btc => &self.btc,
            Underlying::Eth => &self.eth,
        }
    }

    const fn minutes_mut(&mut self, underlying: Underlying) -> &mut VecDeque<Candle> {
        match underlying {
            Underlying::Btc => &mut self.btc,
            Underlying::Eth => &mut self.eth,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "strikes are far below 2^53")]
const fn strike_of(product: &Product) -> f64 {
    product.strike as f64
}
