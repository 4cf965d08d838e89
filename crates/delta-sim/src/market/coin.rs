//! One underlying: its index, its volatility, its settlement window.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use strangle_engine::instrument::Underlying;

use super::diffusion::{Step, Streams};
use super::window::SettlementWindow;
use crate::rng::Stream;
use crate::script::Move;
use crate::time::Micros;

/// Share of yesterday's volatility factor that is left today.
const FACTOR_MEMORY: f64 = 0.9;
/// Deviation of the daily change of the volatility factor.
const FACTOR_NOISE: f64 = 0.06;

/// State of one underlying.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Coin {
    pub(super) underlying: Underlying,
    streams: Streams,
    factors: Stream,
    #[serde(with = "crate::bits")]
    log: f64,
    #[serde(with = "crate::bits")]
    pub(super) index: f64,
    #[serde(with = "crate::bits")]
    anchor: f64,
    jumps: u64,
    pub(super) step: Step,
    #[serde(with = "crate::bits")]
    pub(super) reversion: f64,
    factor_day: i64,
    #[serde(with = "crate::bits")]
    factor_today: f64,
    #[serde(with = "crate::bits")]
    factor_tomorrow: f64,
    window: SettlementWindow,
    moves: VecDeque<ActiveMove>,
    recorded: VecDeque<Recorded>,
}

/// A move with its place in time.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct ActiveMove {
    from: Micros,
    until: Micros,
    #[serde(with = "crate::bits")]
    log_change: f64,
    #[serde(with = "crate::bits::optional")]
    base: Option<f64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Recorded {
    at: Micros,
    #[serde(with = "crate::bits")]
    price: f64,
}

impl Coin {
    pub(super) fn new(
        seed: u64,
        underlying: Underlying,
        index: f64,
        at: Micros,
        step: Step,
    ) -> Self {
        let asset = underlying.as_str();
        let mut coin = Self {
            underlying,
            streams: Streams::of(seed, asset),
            factors: Stream::of(seed, "vol", asset),
            log: libm::log(index),
            index,
            anchor: libm::log(index),
            jumps: 0,
            step,
            reversion: 0.0,
            factor_day: day_of(at),
            factor_today: 0.0,
            factor_tomorrow: 0.0,
            window: SettlementWindow::default(),
            moves: VecDeque::new(),
            recorded: VecDeque::new(),
        };
        coin.factor_tomorrow = coin.next_factor(coin.factor_day);
        coin
    }

    /// A standard normal draw of this coin's own for step `n`.
    pub(super) fn draw(&self, n: u64) -> f64 {
        self.streams.spot.normal(n)
    }

    /// Moves the index to `at`, which is step `n`; `years` is the length of a step.
    pub(super) fn advance(&mut self, at: Micros, n: u64, normal: f64, years: f64) {
        if !self.follow_record(at) && !self.follow_script(at) {
            let jump = self.streams.jump(n, &self.step, &mut self.jumps);
            let pull = self.reversion * (self.anchor - self.log) * years;
            self.log += self.step.drift + self.step.noise * normal + pull + jump;
            self.index = libm::exp(self.log);
        }
        while day_of(at) > self.factor_day {
            self.factor_day += 1;
            self.factor_today = self.factor_tomorrow;
            self.factor_tomorrow = self.next_factor(self.factor_day);
        }
    }

    /// True when a recorded price decides the index.
    fn follow_record(&mut self, at: Micros) -> bool {
        while self.recorded.get(1).is_some_and(|next| next.at <= at) {
            self.recorded.pop_front();
        }
        let Some(price) = self.recorded.front().filter(|tick| tick.at <= at).map(|tick| tick.price)
        else {
            return false;
        };
        if self.recorded.len() == 1 {
            self.recorded.clear();
        }
        self.set(price);
        true
    }

    /// True when a scripted move decides the index.
    fn follow_script(&mut self, at: Micros) -> bool {
        let Some(current) = self.moves.front_mut() else { return false };
        if at < current.from || (at == current.from && current.until > current.from) {
            return false;
        }
        let base = *current.base.get_or_insert(self.log);
        let length = (current.until - current.from).as_seconds();
        let done =
            if at >= current.until { 1.0 } else { (at - current.from).as_seconds() / length };
        let log = base + current.log_change * done;
        if at >= current.until {
            self.moves.pop_front();
        }
        self.log = log;
        self.index = libm::exp(log);
        true
    }

    fn set(&mut self, price: f64) {
        self.index = price;
        self.log = libm::log(price);
    }

    pub(super) fn anchor_here(&mut self) {
        self.anchor = self.log;
    }

    /// Replaces what is left of the script; the moves do not overlap.
    pub(super) fn set_script(&mut self, moves: &[Move], at: Micros) {
        self.moves = moves
            .iter()
            .map(|one| ActiveMove {
                from: at + one.after,
                until: at + one.after + one.over,
                log_change: one.log_change(),
                base: None,
            })
            .collect();
    }

    pub(super) fn set_record(&mut self, ticks: impl Iterator<Item = (Micros, f64)>) {
        self.recorded = ticks.map(|(at, price)| Recorded { at, price }).collect();
    }

    fn next_factor(&self, day: i64) -> f64 {
        let normal = self.factors.normal(day.unsigned_abs());
        FACTOR_MEMORY * self.factor_tomorrow + FACTOR_NOISE * normal
    }

    /// The volatility factor, between that of today and that of tomorrow.
    pub(super) fn factor(&self, at: Micros) -> f64 {
        let share = (at - at.day_start()).as_seconds() / 86_400.0;
        libm::exp(self.factor_today + (self.factor_tomorrow - self.factor_today) * share)
    }

    /// Takes the index into the mean of the settlement window.
    pub(super) fn sample(&mut self, is_first: bool) {
        if is_first {
            self.window = SettlementWindow::default();
        }
        self.window.sample(self.index);
    }

    /// Mean of the samples of the settlement window, the index itself when there are none.
    pub(super) fn window_mean(&self) -> f64 {
        self.window.mean().unwrap_or(self.index)
    }
}

/// Days since the epoch.
const fn day_of(at: Micros) -> i64 {
    at.0.div_euclid(Micros::DAY.0)
}
