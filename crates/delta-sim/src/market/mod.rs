//! The index of each underlying and the option market that goes with it, tick by tick.
//!
//! | module | what |
//! |---|---|
//! | [`Diffusion`] | how an index moves |
//! | `regime` | parameters of each scenario |
//! | `coin` | one underlying: index, volatility factor, script, record |
//! | [`SettlementWindow`] | the mean options settle on |
//!
//! Draw number `n` of each stream belongs to tick number `n`, so the market is a function of the
//! seed, the commands and the time, however the time was walked through.

mod coin;
mod diffusion;
mod regime;
mod window;

pub use diffusion::Diffusion;
pub use window::SettlementWindow;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};
use strangle_engine::instrument::Underlying;
use strangle_engine::pricing::YEAR_SECONDS;

use self::coin::Coin;
use self::regime::{CORRELATION, Regime};
use crate::config::Config;
use crate::control::{RecordedTick, Scenario};
use crate::script::Move;
use crate::time::Micros;

/// Length of the settlement window.
pub(crate) const WINDOW: Micros = Micros(30 * Micros::MINUTE.0);
/// Time of day at which options settle.
pub(crate) const NOON: Micros = Micros(12 * Micros::HOUR.0);

/// Both coins and the regime.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Market {
    tick: Micros,
    number: u64,
    /// Time of the last tick.
    pub(crate) at: Micros,
    scenario: Scenario,
    since: Micros,
    /// The settlement that comes next.
    pub(crate) next_noon: Micros,
    btc: Coin,
    eth: Coin,
}

/// What the option market of one coin looks like at one tick.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Frame {
    pub(crate) at: Micros,
    #[serde(with = "crate::bits")]
    pub(crate) index: f64,
    /// Mean of the running settlement window, and how much of the window has passed.
    #[serde(with = "crate::bits")]
    pub(crate) mean: f64,
    #[serde(with = "crate::bits")]
    pub(crate) passed: f64,
    pub(crate) next_noon: Micros,
    #[serde(with = "crate::bits")]
    pub(crate) volatility: f64,
    #[serde(with = "crate::bits")]
    pub(crate) spread: f64,
    #[serde(with = "crate::bits")]
    pub(crate) size: f64,
}

impl Market {
    pub(crate) fn new(config: &Config) -> Self {
        let at = Micros(config.start.0.div_euclid(config.tick.0) * config.tick.0);
        let coin = |underlying, start: Decimal| {
            let regime = Regime::of(config.scenario, underlying, Micros::ZERO);
            let step = regime.diffusion.step(config.tick.as_seconds());
            Coin::new(config.seed, underlying, start.to_f64().unwrap_or(1.0), at, step)
        };
        let noon = at.day_start() + NOON;
        let mut market = Self {
            tick: config.tick,
            number: 0,
            at,
            scenario: config.scenario,
            since: at,
            next_noon: if noon > at { noon } else { noon + Micros::DAY },
            btc: coin(Underlying::Btc, config.btc_start),
            eth: coin(Underlying::Eth, config.eth_start),
        };
        market.set_scenario(config.scenario, at);
        market
    }

    /// Time of the next tick.
    pub(crate) fn next_tick(&self) -> Micros {
        self.at + self.tick
    }

    /// Moves on by one tick.
    pub(crate) fn step(&mut self) {
        let at = self.next_tick();
        if !Regime::is_steady(self.scenario) {
            self.apply_regime(at - self.since);
        }
        let years = self.tick.as_seconds() / YEAR_SECONDS;
        let common = self.btc.draw(self.number);
        let own = self.eth.draw(self.number);
        let eth = CORRELATION * common + (1.0 - CORRELATION * CORRELATION).sqrt() * own;
        self.btc.advance(at, self.number, common, years);
        self.eth.advance(at, self.number, eth, years);

        let opened = self.next_noon - WINDOW;
        if at > opened && at <= self.next_noon {
            let first = self.at <= opened;
            self.btc.sample(first);
            self.eth.sample(first);
        }
        self.at = at;
        self.number += 1;
    }

    /// Goes on to the next day after a settlement.
    pub(crate) fn settled(&mut self) {
        self.next_noon = self.next_noon + Micros::DAY;
    }

    pub(crate) fn index(&self, underlying: Underlying) -> f64 {
        self.coin(underlying).index
    }

    /// Mean of the running settlement window; none before it opens.
    pub(crate) fn window_mean(&self, underlying: Underlying) -> Option<f64> {
        let open = self.at > self.next_noon - WINDOW;
        open.then(|| self.coin(underlying).window_mean())
    }

    pub(crate) fn frame(&self, underlying: Underlying) -> Frame {
        let coin = self.coin(underlying);
        let regime = Regime::of(self.scenario, underlying, self.at - self.since);
        let passed = self.at - (self.next_noon - WINDOW);
        Frame {
            at: self.at,
            index: coin.index,
            mean: coin.window_mean(),
            passed: (passed.as_seconds() / WINDOW.as_seconds()).clamp(0.0, 1.0),
            next_noon: self.next_noon,
            volatility: coin.factor(self.at) * regime.implied,
            spread: regime.spread,
            size: regime.size,
        }
    }

    pub(crate) fn set_scenario(&mut self, scenario: Scenario, at: Micros) {
        self.scenario = scenario;
        self.since = at;
        self.btc.anchor_here();
        self.eth.anchor_here();
        self.apply_regime(Micros::ZERO);
        if scenario == Scenario::Gap {
            let gap =
                Move { after: Micros::HOUR, percent: Decimal::new(-6, 0), over: Micros::ZERO };
            self.set_script(None, &[gap], at);
        }
    }

    pub(crate) const fn scenario(&self) -> Scenario {
        self.scenario
    }

    pub(crate) fn set_script(
        &mut self,
        underlying: Option<Underlying>,
        moves: &[Move],
        at: Micros,
    ) {
        for coin in [&mut self.btc, &mut self.eth] {
            if underlying.is_none_or(|wanted| wanted == coin.underlying) {
                coin.set_script(moves, at);
            }
        }
    }

    pub(crate) fn set_record(&mut self, underlying: Underlying, ticks: &[RecordedTick]) {
        let ticks = ticks.iter().filter_map(|tick| Some((tick.at, tick.price.to_f64()?)));
        match underlying {
            Underlying::Btc => self.btc.set_record(ticks),
            Underlying::Eth => self.eth.set_record(ticks),
        }
    }

    fn apply_regime(&mut self, elapsed: Micros) {
        for coin in [&mut self.btc, &mut self.eth] {
            let regime = Regime::of(self.scenario, coin.underlying, elapsed);
            coin.step = regime.diffusion.step(self.tick.as_seconds());
            coin.reversion = regime.reversion;
        }
    }

    const fn coin(&self, underlying: Underlying) -> &Coin {
        match underlying {
            Underlying::Btc => &self.btc,
            Underlying::Eth => &self.eth,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coins_move_together_as_far_as_they_should() {
        let mut market = Market::new(&Config::default());
        let mut before = Underlying::ALL.map(|one| market.index(one));
        let [mut common, mut btc, mut eth] = [0.0; 3];
        for _ in 0..20_000 {
            market.step();
            let now = Underlying::ALL.map(|one| market.index(one));
            let moves = [libm::log(now[0] / before[0]), libm::log(now[1] / before[1])];
            common += moves[0] * moves[1];
            btc += moves[0] * moves[0];
            eth += moves[1] * moves[1];
            before = now;
        }
        let correlation = common / (btc * eth).sqrt();
        assert!((correlation - 0.8).abs() < 0.02, "{correlation}");
        let yearly = (btc / 20_000.0 * YEAR_SECONDS).sqrt();
        assert!((yearly - 0.5).abs() < 0.02, "{yearly}");
        let yearly = (eth / 20_000.0 * YEAR_SECONDS).sqrt();
        assert!((yearly - 0.65).abs() < 0.02, "{yearly}");
    }

    #[test]
    fn a_calm_market_follows_the_path_of_its_seed() {
        let mut market = Market::new(&Config::default());
        let diffusion = Diffusion { volatility: 0.5, ..Diffusion::default() };
        for price in diffusion.path(42, "BTC", 100_000.0, 1.0, 100) {
            market.step();
            assert!((market.index(Underlying::Btc) / price - 1.0).abs() < 1e-12);
        }
    }
}
