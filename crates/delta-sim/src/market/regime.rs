//! The parameters of each regime. All of them are choices of the simulator.

use strangle_engine::instrument::Underlying;

use super::diffusion::Diffusion;
use crate::control::Scenario;
use crate::time::Micros;

/// What a regime does to an index and to the option market on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Regime {
    /// How the index moves.
    pub(crate) diffusion: Diffusion,
    /// Pull of the logarithm towards the price at the start of the regime, per year.
    pub(crate) reversion: f64,
    /// Times the implied volatility.
    pub(crate) implied: f64,
    /// Times the spreads.
    pub(crate) spread: f64,
    /// Times the sizes in the book.
    pub(crate) size: f64,
}

/// The yearly volatility of an index in quiet times.
pub(crate) const fn usual_volatility(underlying: Underlying) -> f64 {
    match underlying {
        Underlying::Btc => 0.50,
        Underlying::Eth => 0.65,
    }
}

/// How much of the movement of ETH is that of BTC.
pub(crate) const CORRELATION: f64 = 0.8;

impl Regime {
    /// The regime some time after its start.
    pub(crate) fn of(scenario: Scenario, underlying: Underlying, elapsed: Micros) -> Self {
        let volatility = usual_volatility(underlying);
        let calm = Self {
            diffusion: Diffusion { volatility, ..Diffusion::default() },
            reversion: 0.0,
            implied: 1.0,
            spread: 1.0,
            size: 1.0,
        };
        let moving = |factor: f64| Diffusion { volatility: volatility * factor, ..calm.diffusion };
        let hours = elapsed.as_seconds() / 3_600.0;

        match scenario {
            Scenario::Calm => calm,
            Scenario::Trend => {
                Self { diffusion: Diffusion { drift: 4.0, ..calm.diffusion }, ..calm }
            }
            Scenario::Crash => Self {
                diffusion: Diffusion {
                    drift: -25.0,
                    jump_rate: 1_500.0,
                    jump_mean: -0.012,
                    jump_deviation: 0.008,
                    ..moving(2.0)
                },
                implied: 1.0 + 0.8 * (1.0 - libm::exp(-2.0 * hours)),
                spread: 2.0,
                size: 0.5,
                ..calm
            },
            Scenario::MeltUp => Self {
                diffusion: Diffusion {
                    drift: 18.0,
                    jump_rate: 700.0,
                    jump_mean: 0.008,
                    jump_deviation: 0.005,
                    ..moving(1.5)
                },
                implied: 1.0 + 0.3 * (1.0 - libm::exp(-2.0 * hours)),
                spread: 1.3,
                ..calm
            },
            Scenario::Chop => Self { reversion: 8_760.0, diffusion: moving(1.2), ..calm },
            Scenario::VolSpike => {
                let spike = 1.0 + libm::exp(-hours / 2.0);
                Self { diffusion: moving(spike), implied: spike, spread: spike, ..calm }
            }
            Scenario::Gap => Self { implied: 1.1, ..calm },
            Scenario::Weekend => {
                Self { diffusion: moving(0.45), implied: 0.85, spread: 1.8, size: 0.4, ..calm }
            }
        }
    }

    /// True when the index moves the same way for as long as the regime lasts.
    pub(crate) const fn is_steady(scenario: Scenario) -> bool {
        !matches!(scenario, Scenario::VolSpike)
    }
}
