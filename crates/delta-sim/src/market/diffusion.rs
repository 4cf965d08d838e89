//! How an index moves: geometric Brownian motion with log-normal jumps (Merton 1976).
//!
//! ```text
//! ln S += (μ − σ²/2 − λκ)Δ + σ√Δ·Z        κ = exp(μJ + σJ²/2) − 1
//! ln S += N(μJ, σJ)   when a uniform draw is below λΔ
//! ```

use serde::{Deserialize, Serialize};
use strangle_engine::pricing::YEAR_SECONDS;

use crate::rng::Stream;

/// Yearly parameters of an index.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Diffusion {
    /// Drift μ.
    pub drift: f64,
    /// Volatility σ.
    pub volatility: f64,
    /// Jumps a year λ.
    pub jump_rate: f64,
    /// Mean of the logarithm of a jump μJ.
    pub jump_mean: f64,
    /// Deviation of the logarithm of a jump σJ.
    pub jump_deviation: f64,
}

/// The parameters brought to one step of time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Step {
    #[serde(with = "crate::bits")]
    pub(crate) drift: f64,
    #[serde(with = "crate::bits")]
    pub(crate) noise: f64,
    #[serde(with = "crate::bits")]
    pub(crate) jump_chance: f64,
    #[serde(with = "crate::bits")]
    pub(crate) jump_mean: f64,
    #[serde(with = "crate::bits")]
    pub(crate) jump_deviation: f64,
}

/// The three streams an index draws from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Streams {
    pub(crate) spot: Stream,
    jump: Stream,
    jump_size: Stream,
}

impl Diffusion {
    /// The parameters for steps of this many seconds.
    pub(crate) fn step(&self, seconds: f64) -> Step {
        let years = seconds / YEAR_SECONDS;
        let variance = self.jump_deviation * self.jump_deviation;
        let mean_jump = libm::exp(self.jump_mean + variance / 2.0) - 1.0;
        let half_variance = self.volatility * self.volatility / 2.0;
        Step {
            drift: (self.drift - half_variance - self.jump_rate * mean_jump) * years,
            noise: self.volatility * libm::sqrt(years),
            jump_chance: self.jump_rate * years,
            jump_mean: self.jump_mean,
            jump_deviation: self.jump_deviation,
        }
    }

    /// Prices after each of `steps` steps from `start`, drawn from the streams of `asset`
    /// (`spot:BTC`, `jump:BTC`, `jumpsize:BTC`).
    ///
    /// ```
    /// use delta_sim::Diffusion;
    /// let path = Diffusion { volatility: 0.5, ..Diffusion::default() }
    ///     .path(42, "BTC", 100_000.0, 1.0, 5);
    /// assert!((path[4] - 100_018.204_227_468_6).abs() < 1e-6);
    /// ```
    #[must_use]
    pub fn path(
        &self,
        seed: u64,
        asset: &str,
        start: f64,
        step_seconds: f64,
        steps: usize,
    ) -> Vec<f64> {
        let streams = Streams::of(seed, asset);
        let step = self.step(step_seconds);
        let mut log = libm::log(start);
        let mut jumps = 0;
        (0..)
            .take(steps)
            .map(|n| {
                log += step.drift
                    + step.noise * streams.spot.normal(n)
                    + streams.jump(n, &step, &mut jumps);
                libm::exp(log)
            })
            .collect()
    }
}

impl Streams {
    pub(crate) fn of(seed: u64, asset: &str) -> Self {
        Self {
            spot: Stream::of(seed, "spot", asset),
            jump: Stream::of(seed, "jump", asset),
            jump_size: Stream::of(seed, "jumpsize", asset),
        }
    }

    /// The jump of step `n`, mostly 0; `jumps` counts those so far.
    pub(crate) fn jump(&self, n: u64, step: &Step, jumps: &mut u64) -> f64 {
        if step.jump_chance <= 0.0 || self.jump.unit(n) >= step.jump_chance {
            return 0.0;
        }
        let size = step.jump_mean + step.jump_deviation * self.jump_size.normal(*jumps);
        *jumps += 1;
        size
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_seed_42_is_the_published_one() {
        let diffusion = Diffusion { volatility: 0.5, ..Diffusion::default() };
        let path = diffusion.path(42, "BTC", 100_000.0, 1.0, 5);
        let expected = [
            99_998.252_735_476_34,
            100_005.562_595_961_41,
            99_999.384_865_655_65,
            100_018.362_104_745_12,
            100_018.204_227_468_6,
        ];
        for (price, expected) in path.iter().zip(expected) {
            assert!((price / expected - 1.0).abs() < 1e-11, "{price} {expected}");
        }
    }

    #[test]
    fn jumps_leave_the_mean_where_the_drift_puts_it() {
        let diffusion = Diffusion {
            volatility: 0.2,
            jump_rate: 50.0,
            jump_mean: -0.02,
            jump_deviation: 0.03,
            ..Diffusion::default()
        };
        let day = 86_400.0;
        let ends = (0..2_000).map(|seed| {
            let path = diffusion.path(seed, "BTC", 1.0, day, 30);
            *path.last().unwrap()
        });
        let mean = ends.sum::<f64>() / 2_000.0;
        assert!((mean - 1.0).abs() < 0.01, "{mean}");
    }
}
