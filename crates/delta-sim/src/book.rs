//! The synthetic book of one product at one moment, without keeping it.
//!
//! Prices follow the mark at every tick; sizes are drawn anew every five seconds from the stream
//! `book:<symbol>`, draw numbers being a function of the time. What an account takes stays taken
//! until then. The book is a pure function of the frame, the product and what was taken.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use strangle_engine::pricing::YEAR_SECONDS;

use crate::market::Frame;
use crate::product::Product;
use crate::quote::Level;
use crate::rng::Stream;
use crate::time::Micros;
use crate::vol::{Claim, Valued};

/// How long sizes stay.
const REFRESH: i64 = 5 * Micros::SECOND.0;
/// Typical size at the touch, in contracts.
const TYPICAL_SIZE: f64 = 220.0;
/// Deviation of the logarithm of a size.
const SIZE_DEVIATION: f64 = 0.7;
/// Draws reserved for one refresh.
const DRAWS: u64 = 128;

/// Who quotes a product, and how.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Maker {
    pub(crate) claim: Claim,
    stream: Stream,
    tick_mantissa: i64,
    tick_scale: u32,
    tick: f64,
    levels: u64,
}

/// Contracts taken from each side since the last refresh.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Taken {
    epoch: u64,
    bids: i64,
    asks: i64,
}

/// The book of one product at one tick.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Book {
    maker: Maker,
    pub(crate) valued: Valued,
    epoch: u64,
    bid: i64,
    ask: i64,
    gap: i64,
    scale: f64,
    taken: Taken,
}

/// Bids or asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    Bids,
    Asks,
}

impl Maker {
    #[expect(clippy::cast_precision_loss, reason = "tick mantissas are small")]
    pub(crate) fn new(seed: u64, product: &Product, tick: Decimal, levels: usize) -> Self {
        let mantissa = i64::try_from(tick.mantissa()).unwrap_or(1);
        Self {
            claim: Claim::of(product),
            stream: Stream::of(seed, "book", product.symbol.as_str()),
            tick_mantissa: mantissa,
            tick_scale: tick.scale(),
            tick: mantissa as f64 / libm::exp10(f64::from(tick.scale())),
            levels: u64::try_from(levels).unwrap_or(1),
        }
    }

    /// The price of a number of ticks.
    pub(crate) fn price(&self, ticks: i64) -> Decimal {
        Decimal::new(ticks * self.tick_mantissa, self.tick_scale)
    }

    /// The number of ticks nearest below.
    #[expect(clippy::cast_possible_truncation, reason = "prices are far below 2^63 ticks")]
    fn ticks_below(&self, price: f64) -> i64 {
        // A hair of tolerance, so that a price on the grid stays on it.
        libm::floor(price / self.tick + 1e-9) as i64
    }

    pub(crate) fn book(&self, frame: &Frame, taken: Option<&Taken>) -> Book {
        let valued = self.claim.value(frame);
        let epoch = self.epoch(frame.at);
        let mark = valued.value.price;
        let half = self.half_spread(mark, &valued, frame.spread);
        let middle = mark + 0.25 * half * self.stream.normal(epoch * DRAWS).clamp(-2.0, 2.0);

        let bid = self.ticks_below(middle - half);
        let ask = (self.ticks_below(middle + half) + 1).max(bid + 1).max(1);
        let gap = self.ticks_below(half / 2.0).max(1);
        let taken = taken.copied().filter(|taken| taken.epoch == epoch);
        Book {
            maker: *self,
            valued,
            epoch,
            bid,
            ask,
            gap,
            scale: TYPICAL_SIZE * frame.size,
            taken: taken.unwrap_or(Taken { epoch, bids: 0, asks: 0 }),
        }
    }

    /// Wider for options far out of the money and close to expiry.
    fn half_spread(&self, mark: f64, valued: &Valued, factor: f64) -> f64 {
        let delta = valued.value.greeks.delta.abs();
        let hours = valued.years * YEAR_SECONDS / 3_600.0;
        let share = 0.008 + 0.03 * libm::exp(-8.0 * delta);
        let hurry = 1.0 + 0.5 * libm::exp(-hours / 2.0);
        (mark * share * hurry * factor).max(self.tick)
    }

    /// Number of the refresh the time lies in; products refresh at different moments.
    fn epoch(&self, at: Micros) -> u64 {
        let offset = i64::try_from(self.stream.word(u64::MAX) % 5).unwrap_or(0);
        (at.0 + offset * Micros::SECOND.0).div_euclid(REFRESH).unsigned_abs()
    }
}

impl Book {
    /// Best level of a half, if any.
    pub(crate) fn best(&self, half: Half) -> Option<Level> {
        self.levels(half).next()
    }

    /// Levels of a half, best first.
    pub(crate) fn levels(&self, half: Half) -> impl Iterator<Item = Level> {
        let mut taken = match half {
            Half::Bids => self.taken.bids,
            Half::Asks => self.taken.asks,
        };
        (0..self.maker.levels).filter_map(move |number| {
            let ticks = self.ticks(half, number);
            if ticks < 1 {
                return None;
            }
            let size = self.size(half, number);
            let left = (size - taken).max(0);
            taken = (taken - size).max(0);
            (left > 0).then(|| Level { price: self.maker.price(ticks), size: left })
        })
    }

    fn ticks(&self, half: Half, number: u64) -> i64 {
        let away = self.gap * i64::try_from(number).unwrap_or(0);
        match half {
            Half::Bids => self.bid - away,
            Half::Asks => self.ask + away,
        }
    }

    /// Log-normal, growing away from the touch.
    #[expect(clippy::cast_possible_truncation, reason = "sizes are far below 2^63")]
    fn size(&self, half: Half, number: u64) -> i64 {
        let draw = self.epoch * DRAWS
            + 1
            + 2 * number
            + match half {
                Half::Bids => 0,
                Half::Asks => 1,
            };
        let noise = libm::exp(SIZE_DEVIATION * self.maker.stream.normal(draw));
        #[expect(clippy::cast_precision_loss, reason = "level numbers are small")]
        let depth = 1.0 + 0.4 * number as f64;
        (self.scale * depth * noise).max(1.0) as i64
    }

    /// What is taken after an account took `size` more from a half.
    pub(crate) fn after_taking(&self, half: Half, size: i64) -> Taken {
        let mut taken = self.taken;
        match half {
            Half::Bids => taken.bids += size,
            Half::Asks => taken.asks += size,
        }
        taken
    }

    /// The mark as published.
    pub(crate) fn mark(&self) -> Decimal {
        published(self.valued.value.price)
    }
}

/// A computed number as the exchange publishes it, with 8 decimals.
#[expect(clippy::cast_possible_truncation, reason = "marks are below 9e10")]
pub(crate) fn published(value: f64) -> Decimal {
    Decimal::new(libm::round(value * 1e8) as i64, 8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::listing::Listing;
    use crate::market::Market;
    use crate::product::{Terms, Underlying};

    /// A book of every product, some time after the start.
    fn books() -> Vec<Book> {
        let config = Config::default();
        let mut market = Market::new(&config);
        let mut listing = Listing::default();
        for underlying in Underlying::ALL {
            listing.extend(&market, underlying);
        }
        (0..90).for_each(|_| market.step());
        let book = |product: &Product| {
            let tick = Terms::of(product.underlying).tick_size;
            let maker = Maker::new(config.seed, product, tick, config.levels);
            maker.book(&market.frame(product.underlying), None)
        };
        listing.iter().map(book).collect()
    }

    #[test]
    fn levels_are_on_the_grid_in_order_and_never_crossed() {
        for book in books() {
            let bids: Vec<Level> = book.levels(Half::Bids).collect();
            let asks: Vec<Level> = book.levels(Half::Asks).collect();
            assert_eq!(asks.len(), 10);
            assert!(bids.windows(2).all(|pair| pair[0].price > pair[1].price));
            assert!(asks.windows(2).all(|pair| pair[0].price < pair[1].price));
            let all = || bids.iter().chain(&asks);
            assert!(all().all(|level| level.size > 0 && level.price > Decimal::ZERO));
            assert!(all().all(|level| (level.price % Decimal::new(1, 1)).is_zero()));
            assert!(bids.first().is_none_or(|bid| bid.price < asks[0].price));
        }
    }

    #[test]
    fn options_worth_selling_have_bids_at_a_sensible_distance() {
        for book in books() {
            let mark = book.valued.value.price;
            let delta = book.valued.value.greeks.delta.abs();
            if !(0.08..0.2).contains(&delta) || mark < 5.0 {
                continue;
            }
            let bid = f64::try_from(book.best(Half::Bids).unwrap().price).unwrap();
            let ask = f64::try_from(book.best(Half::Asks).unwrap().price).unwrap();
            let spread = (ask - bid) / f64::midpoint(ask, bid);
            assert!(bid < mark && mark < ask, "{bid} {mark} {ask}");
            assert!((0.01..0.12).contains(&spread), "{spread} at {mark}");
        }
    }

    #[test]
    fn taking_eats_the_levels_from_the_top() {
        let book = books().pop().unwrap();
        let levels: Vec<Level> = book.levels(Half::Asks).collect();
        let taken = book.after_taking(Half::Asks, levels[0].size + 1);
        let after = Book { taken, ..book };
        let left: Vec<Level> = after.levels(Half::Asks).collect();
        assert_eq!(left[0].price, levels[1].price);
        assert_eq!(left[0].size, levels[1].size - 1);
        assert_eq!(left[1..], levels[2..]);
    }
}
