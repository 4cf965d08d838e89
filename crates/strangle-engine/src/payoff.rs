//! The shape of a short strangle: what it makes where the index ends.
//!
//! ```text
//! credit Q = c + p        break-evens Kp − Q and Kc + Q        most that is made: Q
//! result = Q − max(S − Kc, 0) − max(Kp − S, 0)
//! P(profit) = N(d2(Kp − Q)) − N(d2(Kc + Q))     d2(x) = [ln(S/x) − σ²T/2] / (σ√T)
//! ```
//!
//! All per unit of the underlying times size and contract value, before fees. The loss has no
//! bound.

use serde::{Deserialize, Serialize};

use crate::instrument::OptionKind;
use crate::pricing::{Greeks, Terms, normal_cdf};

/// How far the ladder reaches to either side of the index.
const LADDER_REACH: f64 = 0.15;

/// One sold option.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SoldOption {
    /// Its strike, in USD.
    pub strike: f64,
    /// What it was sold for, or is worth, in USD per unit.
    pub premium: f64,
}

/// A sold call and a sold put of one expiry.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Strangle {
    /// The call.
    pub call: SoldOption,
    /// The put.
    pub put: SoldOption,
    /// Units of the underlying: contracts times contract value.
    pub units: f64,
}

/// A market in which the strangle is not yet settled.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Market {
    /// The index, in USD.
    pub spot: f64,
    /// The time to expiry, in years.
    pub years: f64,
    /// The volatility of the call.
    pub call_volatility: f64,
    /// The volatility of the put.
    pub put_volatility: f64,
}

/// The index levels at which something happens at expiry.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SpotLevels {
    /// Below the put.
    pub lower: f64,
    /// Above the call.
    pub upper: f64,
}

/// One rung of the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rung {
    /// The index.
    pub spot: f64,
    /// The result there, in USD.
    pub pnl: f64,
}

impl Strangle {
    /// Returns what was taken in per unit of the underlying.
    #[must_use]
    pub fn credit(&self) -> f64 {
        self.call.premium + self.put.premium
    }

    /// Returns the most that can be made, in USD.
    #[must_use]
    pub fn max_profit(&self) -> f64 {
        self.credit() * self.units
    }

    /// Returns the levels between which something is made at expiry.
    #[must_use]
    pub fn break_evens(&self) -> SpotLevels {
        self.levels_at(0.0)
    }

    /// Returns the levels at which the result at expiry is `net_pct` percent of the credit: −40 for
    /// a loss limit of 40 %, 10 for a trailing level of 10 %.
    ///
    /// ```
    /// use strangle_engine::payoff::{SoldOption, Strangle};
    /// let strangle = Strangle {
    ///     call: SoldOption { strike: 126_000.0, premium: 302.0 },
    ///     put: SoldOption { strike: 121_000.0, premium: 332.5 },
    ///     units: 0.01,
    /// };
    /// assert_eq!(strangle.break_evens().upper, 126_634.5);
    /// assert_eq!(strangle.levels_at(-100.0).lower, 119_731.0);
    /// ```
    #[must_use]
    pub fn levels_at(&self, net_pct: f64) -> SpotLevels {
        let room = self.credit() * (1.0 - net_pct / 100.0);
        SpotLevels { lower: self.put.strike - room, upper: self.call.strike + room }
    }

    /// Returns the result if the index ends at `spot`, in USD.
    #[must_use]
    pub fn at_expiry(&self, spot: f64) -> f64 {
        let call = (spot - self.call.strike).max(0.0);
        let put = (self.put.strike - spot).max(0.0);
        (self.credit() - call - put) * self.units
    }

    /// Returns the result of buying both back at their model prices, in USD.
    #[must_use]
    pub fn before_expiry(&self, market: &Market) -> f64 {
        let [call, put] = self.terms(market).map(|terms| terms.valuation().price);
        (self.credit() - call - put) * self.units
    }

    /// Returns the greeks of the position, which is short.
    #[must_use]
    pub fn greeks(&self, market: &Market) -> Greeks {
        let [call, put] = self.terms(market).map(|terms| terms.valuation().greeks);
        call.plus(put).times(-self.units)
    }

    /// Returns the probability that something is made at expiry, in a market of the mean
    /// volatility.
    #[must_use]
    pub fn probability_of_profit(&self, market: &Market) -> f64 {
        let SpotLevels { lower, upper } = self.break_evens();
        let volatility = f64::midpoint(market.call_volatility, market.put_volatility);
        let deviation = volatility * market.years.max(0.0).sqrt();
        if deviation.is_nan() || deviation <= 0.0 {
            return if (lower..=upper).contains(&market.spot) { 1.0 } else { 0.0 };
        }
        let ends_above = |level: f64| {
            if level <= 0.0 {
                return 1.0;
            }
            normal_cdf((market.spot / level).ln() / deviation - deviation / 2.0)
        };
        ends_above(lower) - ends_above(upper)
    }

    /// Returns the results at expiry on an even grid of `steps` steps from 15 % below to 15 % above
    /// the index, and at the index, the strikes and the break-evens, in the order of the index.
    #[must_use]
    pub fn ladder(&self, spot: f64, steps: u16) -> Vec<Rung> {
        let spots = self.ladder_spots(spot, steps);
        spots.into_iter().map(|spot| Rung { spot, pnl: self.at_expiry(spot) }).collect()
    }

    /// Returns the results of buying back now, on the grid of [`Strangle::ladder`].
    #[must_use]
    pub fn ladder_before_expiry(&self, market: &Market, steps: u16) -> Vec<Rung> {
        let rung = |spot| Rung { spot, pnl: self.before_expiry(&Market { spot, ..*market }) };
        self.ladder_spots(market.spot, steps).into_iter().map(rung).collect()
    }

    fn ladder_spots(&self, spot: f64, steps: u16) -> Vec<f64> {
        let SpotLevels { lower, upper } = self.break_evens();
        let steps = steps.max(1);
        let (start, width) = (spot * (1.0 - LADDER_REACH), spot * 2.0 * LADDER_REACH);
        let grid = (0..=steps).map(|step| start + width * f64::from(step) / f64::from(steps));
        let kinks = [spot, self.put.strike, self.call.strike, lower, upper];
        let mut spots: Vec<f64> =
            grid.chain(kinks).filter(|spot| spot.is_finite() && *spot > 0.0).collect();
        spots.sort_by(f64::total_cmp);
        spots.dedup();
        spots
    }

    fn terms(&self, market: &Market) -> [Terms; 2] {
        let Market { spot, years, call_volatility, put_volatility } = *market;
        let of = |kind, option: SoldOption, volatility| Terms {
            kind,
            spot,
            strike: option.strike,
            years,
            volatility,
        };
        [
            of(OptionKind::Call, self.call, call_volatility),
            of(OptionKind::Put, self.put, put_volatility),
        ]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STRANGLE: Strangle = Strangle {
        call: SoldOption { strike: 126_000.0, premium: 302.0 },
        put: SoldOption { strike: 121_000.0, premium: 332.5 },
        units: 0.01,
    };
    const MARKET: Market =
        Market { spot: 123_500.0, years: 0.003, call_volatility: 0.4, put_volatility: 0.5 };

    #[test]
    fn the_ladder_is_in_order_and_has_every_kink() {
        let ladder = STRANGLE.ladder(MARKET.spot, 60);

        assert!(ladder.is_sorted_by(|a, b| a.spot < b.spot));
        for kink in [121_000.0, 126_000.0, 120_365.5, 126_634.5, 123_500.0] {
            assert!(ladder.iter().any(|rung| (rung.spot - kink).abs() < 1e-9), "{kink}");
        }
        assert!((ladder[0].spot - 104_975.0).abs() < 1e-6);
        let most = ladder.iter().map(|rung| rung.pnl).fold(f64::MIN, f64::max);
        assert!((most - STRANGLE.max_profit()).abs() < 1e-12);
    }

    #[test]
    fn the_probability_of_profit_is_the_mass_between_the_break_evens() {
        // scipy: norm.cdf(d2(120365.5)) - norm.cdf(d2(126634.5)), sigma 0.45, T 0.003
        let got = STRANGLE.probability_of_profit(&MARKET);

        assert!((got - 0.696_972_302_409).abs() < 1e-9, "{got}");
        let sure = Market { years: 0.0, ..MARKET };
        assert!((STRANGLE.probability_of_profit(&sure) - 1.0).abs() < 1e-15);
        let lost = Market { spot: 130_000.0, ..sure };
        assert!(STRANGLE.probability_of_profit(&lost).abs() < 1e-15);
    }

    #[test]
    fn a_short_strangle_gains_with_time_and_loses_with_volatility() {
        let greeks = STRANGLE.greeks(&MARKET);

        assert!(greeks.theta > 0.0 && greeks.vega < 0.0 && greeks.gamma < 0.0);
    }

    proptest! {
        #[test]
        fn before_expiry_less_is_kept_than_at_expiry(spot in 90_000.0_f64..160_000.0) {
            let now = STRANGLE.before_expiry(&Market { spot, ..MARKET });

            prop_assert!(now <= STRANGLE.at_expiry(spot) + 1e-9);
        }

        #[test]
        fn at_its_levels_the_result_is_the_asked_percentage(net_pct in -300.0_f64..100.0) {
            let levels = STRANGLE.levels_at(net_pct);
            for spot in [levels.lower, levels.upper] {
                let got = STRANGLE.at_expiry(spot) / STRANGLE.max_profit() * 100.0;
                prop_assert!((got - net_pct).abs() < 1e-6, "{} {}", got, net_pct);
            }
        }
    }
}
