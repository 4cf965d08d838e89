//! What an option is worth, and how that changes.
//!
//! Black and Scholes (1973) without interest and dividends on the index, which is Black (1976) with
//! the index as the forward. A year is 31,536,000 seconds; an option lives until 12:00 UTC of its
//! date.
//!
//! ```text
//! d1 = [ln(S/K) + σ²T/2] / (σ√T)         d2 = d1 − σ√T
//! call = S N(d1) − K N(d2)               put = K N(−d2) − S N(−d1)
//! ```
//!
//! | module | decides |
//! |---|---|
//! | [`number`] | what the formulas need of a number: one, or eight side by side |
//! | [`formula`] | the formulas, once for both |
//! | [`chain`] | many options at once |
//! | [`implied`] | the volatility a price implies |
//!
//! One option and many give the same bits, on every machine: the formulas use only the four
//! operations, the square root and shifts, in a fixed order, and no mathematical library.

mod chain;
mod formula;
mod implied;
mod number;

pub use self::chain::{Chain, ChainValues};
pub use self::implied::{ImpliedVolatilityError, VOLATILITY_BRACKET, implied_volatility};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::instrument::OptionKind;

/// Seconds in a year of the formulas.
pub const YEAR_SECONDS: f64 = 31_536_000.0;

/// What decides the value of an option.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    /// Call or put.
    pub kind: OptionKind,
    /// The index, in USD.
    pub spot: f64,
    /// The strike, in USD.
    pub strike: f64,
    /// The time to expiry, in years.
    pub years: f64,
    /// The volatility: 0.5 is 50 % a year.
    pub volatility: f64,
}

impl Terms {
    /// Returns the value and the greeks.
    ///
    /// Without time or volatility left the value is the intrinsic one, delta is 0, 1 or −1, and all
    /// else is 0.
    ///
    /// ```
    /// use strangle_engine::instrument::OptionKind;
    /// use strangle_engine::pricing::{Terms, YEAR_SECONDS};
    /// let terms = Terms {
    ///     kind: OptionKind::Call,
    ///     spot: 100_000.0,
    ///     strike: 106_000.0,
    ///     years: 95_400.0 / YEAR_SECONDS,
    ///     volatility: 0.5,
    /// };
    /// assert!((terms.valuation().price - 17.382_143_942).abs() < 1e-8);
    /// ```
    #[must_use]
    pub fn valuation(&self) -> Valuation {
        let [price, delta, gamma, vega, theta, rho] = formula::value(formula::Inputs {
            direction: direction(self.kind),
            spot: self.spot,
            strike: self.strike,
            years: self.years,
            volatility: self.volatility,
        });
        Valuation { price, greeks: Greeks { delta, gamma, vega, theta, rho } }
    }

    /// Returns what exercising at once would pay.
    #[must_use]
    pub fn intrinsic(&self) -> f64 {
        (direction(self.kind) * (self.spot - self.strike)).max(0.0)
    }
}

/// The value of an option on one unit of the underlying, and how it changes.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Valuation {
    /// The value, in USD.
    pub price: f64,
    /// How it changes.
    pub greeks: Greeks,
}

/// How the value changes, in the units the exchange publishes.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Greeks {
    /// USD per USD of the index.
    pub delta: f64,
    /// Delta per USD of the index.
    pub gamma: f64,
    /// USD per 0.01 of volatility.
    pub vega: f64,
    /// USD per calendar day that passes.
    pub theta: f64,
    /// USD per 0.01 of interest.
    pub rho: f64,
}

impl Greeks {
    /// Returns the greeks of a holding: each times `units`, which is below zero for a short one.
    #[must_use]
    pub fn times(self, units: f64) -> Self {
        Self {
            delta: self.delta * units,
            gamma: self.gamma * units,
            vega: self.vega * units,
            theta: self.theta * units,
            rho: self.rho * units,
        }
    }

    /// Returns the greeks of two holdings together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            delta: self.delta + other.delta,
            gamma: self.gamma + other.gamma,
            vega: self.vega + other.vega,
            theta: self.theta + other.theta,
            rho: self.rho + other.rho,
        }
    }
}

/// Returns the years from one instant to another, below zero if it has passed.
#[must_use]
pub fn years_between(from: DateTime<Utc>, to: DateTime<Utc>) -> f64 {
    let left = to - from;
    (seconds(left.num_seconds()) + f64::from(left.subsec_nanos()) * 1e-9) / YEAR_SECONDS
}

/// Returns N(x): the probability that a standard normal variable is below `x`, to 1e-15.
#[must_use]
pub fn normal_cdf(x: f64) -> f64 {
    formula::normal_cdf(x)
}

/// Returns the natural logarithm of a positive normal number, to 1e-15 of itself beyond 1 and of 1
/// near it.
#[must_use]
pub fn natural_log(x: f64) -> f64 {
    formula::natural_log(x)
}

const fn direction(kind: OptionKind) -> f64 {
    match kind {
        OptionKind::Call => 1.0,
        OptionKind::Put => -1.0,
    }
}

#[expect(clippy::cast_precision_loss, reason = "2^53 seconds are 285 million years")]
const fn seconds(whole: i64) -> f64 {
    whole as f64
}

#[cfg(test)]
mod tests;
