//! What the market shows: one contract's quote, the index, and how much either can be trusted.
//!
//! A [`QuoteBook`] keeps the newest quote of one contract. It refuses what cannot be a quote (a
//! price that is not above zero, a crossed book), drops what arrives out of order, and notices a
//! feed that has frozen: the same mark and book for [`FROZEN_AFTER`] while the index moved more
//! than half a percent.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::{Decimal, dec};
use serde::{Deserialize, Serialize};

use crate::pricing::Greeks;

/// How long an unchanged book may stand while the index moves.
pub const FROZEN_AFTER: TimeDelta = TimeDelta::seconds(120);
/// How far the index must have moved for an unchanged book to be frozen, as a fraction.
const FROZEN_MOVE: Decimal = dec!(0.005);

/// One side of the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// The best price.
    pub price: Decimal,
    /// The contracts offered there.
    pub size: i64,
}

/// Where a quote came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A socket.
    Stream,
    /// A REST answer.
    Rest,
}

/// The lowest and highest price that the exchange takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceBand {
    /// The lowest.
    pub low: Decimal,
    /// The highest.
    pub high: Decimal,
}

/// The state of one contract's market at one instant.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    /// The best bid.
    pub bid: Option<Level>,
    /// The best ask.
    pub ask: Option<Level>,
    /// The exchange's mark price.
    pub mark: Decimal,
    /// The last trade's price, where known.
    pub last: Option<Decimal>,
    /// The mark's volatility, per year, where known.
    pub mark_iv: Option<f64>,
    /// The venue's greeks, where known.
    pub greeks: Option<Greeks>,
    /// The price band, where known.
    pub band: Option<PriceBand>,
    /// The exchange's time.
    pub exchange_at: DateTime<Utc>,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// Where it came from.
    pub source: Source,
}

/// Why something is no quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BadQuote {
    /// A price of zero or less.
    #[error("a price is not above zero")]
    NotPositive,
    /// The bid is above the ask.
    #[error("the bid is above the ask")]
    Crossed,
}

impl Quote {
    /// Checks that prices are above zero and the book is not crossed. A locked book (bid = ask)
    /// passes.
    ///
    /// # Errors
    ///
    /// Names what is wrong.
    pub fn check(&self) -> Result<(), BadQuote> {
        let sides = [self.bid, self.ask];
        let positive = self.mark > Decimal::ZERO
            && sides.iter().flatten().all(|side| side.price > Decimal::ZERO && side.size >= 0);
        if !positive {
            return Err(BadQuote::NotPositive);
        }
        match (self.bid, self.ask) {
            (Some(bid), Some(ask)) if bid.price > ask.price => Err(BadQuote::Crossed),
            _ => Ok(()),
        }
    }

    /// Returns how old the quote is on the exchange's clock; never negative.
    #[must_use]
    pub fn age(&self, now: DateTime<Utc>) -> TimeDelta {
        (now - self.exchange_at).max(TimeDelta::zero())
    }

    /// Returns half the sum of both best prices, unrounded.
    #[must_use]
    pub fn mid(&self) -> Option<Decimal> {
        let (bid, ask) = self.bid.zip(self.ask)?;
        Some((bid.price + ask.price) / Decimal::TWO)
    }

    /// Returns (ask − bid) / mid in percent.
    #[must_use]
    pub fn spread_pct(&self) -> Option<Decimal> {
        let (bid, ask) = self.bid.zip(self.ask)?;
        let mid = self.mid().filter(|mid| *mid > Decimal::ZERO)?;
        (ask.price - bid.price).checked_mul(Decimal::ONE_HUNDRED)?.checked_div(mid)
    }

    fn shows_the_same(&self, other: &Self) -> bool {
        self.mark == other.mark && self.bid == other.bid && self.ask == other.ask
    }
}

/// The index of an underlying at one instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    /// Its price, in USD.
    pub price: Decimal,
    /// The exchange's time.
    pub at: DateTime<Utc>,
}

/// What became of an arrived quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// It is the newest now.
    Taken,
    /// A newer one is already here.
    OutOfOrder,
    /// It is no quote.
    Refused(BadQuote),
}

/// The newest quote of one contract, and the history that tells whether it is alive.
#[derive(Debug, Clone, Default)]
pub struct QuoteBook {
    newest: Option<Quote>,
    unchanged: Option<Unchanged>,
    refused: u64,
    out_of_order: u64,
}

/// Since when the book shows the same, and where the index was then.
#[derive(Debug, Clone, Copy)]
struct Unchanged {
    since: DateTime<Utc>,
    index: Option<Decimal>,
}

impl QuoteBook {
    /// Takes an arrived quote. A quote of the same instant replaces the one before it.
    pub fn arrive(&mut self, quote: &Quote, index: Option<Decimal>) -> Arrival {
        if let Err(bad) = quote.check() {
            self.refused += 1;
            return Arrival::Refused(bad);
        }
        match &self.newest {
            Some(newest) if newest.exchange_at > quote.exchange_at => {
                self.out_of_order += 1;
                return Arrival::OutOfOrder;
            }
            Some(newest) if newest.shows_the_same(quote) => {
                if let Some(unchanged) = &mut self.unchanged {
                    unchanged.index = unchanged.index.or(index);
                }
            }
            _ => self.unchanged = Some(Unchanged { since: quote.exchange_at, index }),
        }
        self.newest = Some(*quote);
        Arrival::Taken
    }

    /// Returns the newest quote.
    #[must_use]
    pub const fn newest(&self) -> Option<&Quote> {
        self.newest.as_ref()
    }

    /// Returns how old the newest quote is.
    #[must_use]
    pub fn age(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        self.newest.as_ref().map(|quote| quote.age(now))
    }

    /// Says whether the book stands still while the index has moved away.
    #[must_use]
    pub fn frozen(&self, index: Option<Decimal>) -> bool {
        let (Some(newest), Some(unchanged)) = (&self.newest, self.unchanged) else { return false };
        let (Some(then), Some(now)) = (unchanged.index, index) else { return false };
        newest.exchange_at - unchanged.since >= FROZEN_AFTER
            && (now - then).abs() > then * FROZEN_MOVE
    }

    /// Says whether the newest quote is missing, older than `limit`, or frozen.
    #[must_use]
    pub fn stale(&self, now: DateTime<Utc>, limit: TimeDelta, index: Option<Decimal>) -> bool {
        self.age(now).is_none_or(|age| age > limit) || self.frozen(index)
    }

    /// Returns how many arrivals were no quotes and how many came out of order.
    #[must_use]
    pub const fn counters(&self) -> (u64, u64) {
        (self.refused, self.out_of_order)
    }
}

/// Reads a timestamp whose unit is told by its size: seconds, milliseconds or microseconds.
///
/// ```
/// use strangle_engine::quote::instant;
/// let expected = "2023-11-10T02:56:38Z".parse().ok();
/// assert_eq!(instant(1_699_584_998), expected);
/// assert_eq!(instant(1_699_584_998_000), expected);
/// assert_eq!(instant(1_699_584_998_000_000), expected);
/// ```
#[must_use]
pub fn instant(number: i64) -> Option<DateTime<Utc>> {
    match number {
        1..100_000_000_000 => DateTime::from_timestamp(number, 0),
        100_000_000_000..100_000_000_000_000 => DateTime::from_timestamp_millis(number),
        100_000_000_000_000.. => DateTime::from_timestamp_micros(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_760_000_000 + second, 0).unwrap()
    }

    fn quote(second: i64, bid: Decimal, ask: Decimal) -> Quote {
        Quote {
            bid: Some(Level { price: bid, size: 5 }),
            ask: Some(Level { price: ask, size: 5 }),
            mark: dec!(100),
            last: None,
            mark_iv: None,
            greeks: None,
            band: None,
            exchange_at: at(second),
            received_at: at(second),
            source: Source::Stream,
        }
    }

    #[test]
    fn what_cannot_be_a_quote_is_refused_and_counted() {
        let mut book = QuoteBook::default();

        let crossed = book.arrive(&quote(0, dec!(101), dec!(100)), None);
        let zero = book.arrive(&quote(0, dec!(0), dec!(100)), None);
        let locked = book.arrive(&quote(0, dec!(100), dec!(100)), None);

        assert_eq!(crossed, Arrival::Refused(BadQuote::Crossed));
        assert_eq!(zero, Arrival::Refused(BadQuote::NotPositive));
        assert_eq!(locked, Arrival::Taken);
        assert_eq!(book.counters(), (2, 0));
    }

    #[test]
    fn an_older_quote_never_replaces_a_newer_one() {
        let mut book = QuoteBook::default();
        book.arrive(&quote(10, dec!(99), dec!(101)), None);

        assert_eq!(book.arrive(&quote(9, dec!(98), dec!(101)), None), Arrival::OutOfOrder);
        assert_eq!(book.newest().unwrap().exchange_at, at(10));
    }

    #[test]
    fn a_book_that_stands_while_the_index_moves_is_frozen() {
        let mut book = QuoteBook::default();
        for second in 0..=120 {
            book.arrive(&quote(second, dec!(99), dec!(101)), Some(dec!(100000)));
        }

        assert!(!book.frozen(Some(dec!(100500))), "half a percent is not more than half a percent");
        assert!(book.frozen(Some(dec!(100501))));
        assert!(book.stale(at(120), TimeDelta::seconds(15), Some(dec!(99000))));

        book.arrive(&quote(121, dec!(98), dec!(101)), Some(dec!(100501)));
        assert!(!book.frozen(Some(dec!(100501))));
    }

    #[test]
    fn age_counts_on_the_exchange_clock() {
        let mut book = QuoteBook::default();
        book.arrive(&quote(0, dec!(99), dec!(101)), None);
        let limit = TimeDelta::seconds(15);

        assert!(!book.stale(at(15), limit, None));
        assert!(book.stale(at(16), limit, None));
        assert!(QuoteBook::default().stale(at(0), limit, None));
    }
}
