//! What belongs to the interfaces and not to the market.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strangle_engine::signing::is_fresh;

use crate::rng::Stream;
use crate::time::Micros;

/// Settings of a venue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// How long answers take.
    pub latency: Latency,
    /// What keys may do; a key not named may do everything.
    pub access: BTreeMap<String, KeyAccess>,
    /// Virtual seconds in which a signature ages by one: 1, as on the exchange, unless the host runs
    /// the clock faster than its callers can write.
    pub signature_second: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { latency: Latency::default(), access: BTreeMap::new(), signature_second: 1 }
    }
}

impl Options {
    /// What a key may do.
    #[must_use]
    pub fn access(&self, key: &str) -> KeyAccess {
        self.access.get(key).copied().unwrap_or_default()
    }

    /// Says whether a signature made for `timestamp` is taken at an instant.
    pub(crate) fn takes(&self, timestamp: i64, server_time: Micros) -> bool {
        let age = server_time.whole_seconds().saturating_sub(timestamp);
        is_fresh(0, age / i64::from(self.signature_second.max(1)))
    }
}

/// What a key may do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyAccess {
    /// Everything.
    #[default]
    Full,
    /// It may not trade.
    ReadOnly,
    /// It is used from an address that is not on its list.
    AddressNotListed,
}

/// Log-normal duration of an answer: `median · exp(sigma · Z)`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Latency {
    /// Median of calls that read.
    pub read: Micros,
    /// Median of calls that trade.
    pub trade: Micros,
    /// Spread.
    pub sigma: f64,
}

impl Default for Latency {
    fn default() -> Self {
        Self { read: Micros(20_000), trade: Micros(35_000), sigma: 0.4 }
    }
}

impl Latency {
    /// Answers take no time.
    pub const NONE: Self = Self { read: Micros::ZERO, trade: Micros::ZERO, sigma: 0.0 };

    /// How long answer number `number` takes, at most 20 medians.
    #[must_use]
    pub(crate) fn draw(&self, seed: u64, number: u64, trades: bool) -> Micros {
        let median = if trades { self.trade } else { self.read };
        if median <= Micros::ZERO {
            return Micros::ZERO;
        }
        let factor = (self.sigma * Stream::new(seed, "latency").normal(number)).exp();
        scaled(median, factor.clamp(0.0, 20.0))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a latency is far below 2^53 µs"
)]
fn scaled(span: Micros, factor: f64) -> Micros {
    Micros((span.0 as f64 * factor) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_ages_by_the_second_of_the_host() {
        let at = |seconds: i64| Micros::seconds(1_000 + seconds);
        let usual = Options::default();
        let fast = Options { signature_second: 200, ..Options::default() };

        assert!(usual.takes(1_000, at(5)) && !usual.takes(1_000, at(6)));
        assert!(fast.takes(1_000, at(1_199)) && !fast.takes(1_000, at(1_200)));
        assert!(fast.takes(1_000, at(-1_199)) && !fast.takes(1_000, at(-1_200)));
        assert!(Options { signature_second: 0, ..fast }.takes(1_000, at(5)));
    }

    #[test]
    fn latencies_scatter_around_their_median() {
        let latency = Latency::default();
        let mut drawn: Vec<_> = (0..1_001).map(|n| latency.draw(42, n, false).0).collect();
        drawn.sort_unstable();

        assert!((18_000..22_000).contains(&drawn[500]), "{}", drawn[500]);
        assert!(drawn[0] > 0 && drawn[1_000] < 400_000);
        assert_eq!(Latency::NONE.draw(42, 0, true), Micros::ZERO);
    }
}
