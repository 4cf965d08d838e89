//! Compounding conventions and zero curves.

use crate::loan::UnknownName;

/// How a rate compounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compounding {
    /// Once a year: `(1 + r)^−t`.
    Annual,
    /// `k` times a year: `(1 + r/k)^−kt`.
    Nominal(u16),
    /// All the time: `e^−rt`.
    Continuous,
    /// Never: `1 / (1 + rt)`.
    Simple,
}

impl Compounding {
    /// Reads a name such as `annual`, `semi_annual`, `monthly`, `continuous` or `simple`.
    ///
    /// # Errors
    ///
    /// Returns the accepted names if there is no such convention.
    pub fn parse(value: &str) -> Result<Self, UnknownName> {
        let letters: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
        match letters.to_ascii_lowercase().as_str() {
            "annual" | "effective" | "annualeffective" | "effectiveannual" | "yearly" => {
                Ok(Self::Annual)
            }
            "semiannual" | "bey" | "bondequivalent" => Ok(Self::Nominal(2)),
            "quarterly" => Ok(Self::Nominal(4)),
            "monthly" | "nominalmonthly" => Ok(Self::Nominal(12)),
            "continuous" => Ok(Self::Continuous),
            "simple" => Ok(Self::Simple),
            _ => Err(UnknownName {
                list: "compounding",
                value: value.to_owned(),
                allowed: "annual, semi_annual, quarterly, monthly, continuous, simple".to_owned(),
            }),
        }
    }

    /// Returns the value today of 1 in `time` years at `rate`.
    #[must_use]
    pub fn factor(self, rate: f64, time: f64) -> f64 {
        match self {
            Self::Annual => (-time * rate.ln_1p()).exp(),
            Self::Nominal(count) => {
                let count = f64::from(count.max(1));
                (-time * count * (rate / count).ln_1p()).exp()
            }
            Self::Continuous => (-rate * time).exp(),
            Self::Simple => 1.0 / (1.0 + rate * time),
        }
    }
}

/// Why a curve was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CurveError {
    /// There is no point, or not one rate per tenor.
    #[error("a curve needs at least one point and one rate per tenor")]
    Shape,
    /// Tenors do not rise or a number is not finite.
    #[error("tenors must rise from 0 on and all numbers must be finite")]
    Order,
}

/// Zero rates by tenor, in a straight line between tenors and flat outside.
#[derive(Debug, Clone, PartialEq)]
pub struct ZeroCurve {
    points: Vec<(f64, f64)>,
    compounding: Compounding,
}

impl ZeroCurve {
    /// Checks a curve.
    ///
    /// # Errors
    ///
    /// Refuses an empty curve, tenors that do not rise, and numbers that are not finite.
    pub fn new(
        tenors: &[f64],
        rates: &[f64],
        compounding: Compounding,
    ) -> Result<Self, CurveError> {
        if tenors.is_empty() || tenors.len() != rates.len() {
            return Err(CurveError::Shape);
        }
        let points: Vec<(f64, f64)> = tenors.iter().copied().zip(rates.iter().copied()).collect();
        let finite = points.iter().all(|(tenor, rate)| tenor.is_finite() && rate.is_finite());
        let rising = points.iter().zip(points.iter().skip(1)).all(|(a, b)| a.0 < b.0);
        if !finite || !rising || tenors.first().is_some_and(|tenor| *tenor < 0.0) {
            return Err(CurveError::Order);
        }
        Ok(Self { points, compounding })
    }

    /// Returns the zero rate of a tenor.
    #[must_use]
    pub fn rate(&self, time: f64) -> f64 {
        let mut before: Option<(f64, f64)> = None;
        for (tenor, rate) in &self.points {
            if time <= *tenor {
                return before.map_or(*rate, |(tenor_before, rate_before)| {
                    let share = (time - tenor_before) / (tenor - tenor_before);
                    rate_before + (rate - rate_before) * share
                });
            }
            before = Some((*tenor, *rate));
        }
        before.map_or(0.0, |(_, rate)| rate)
    }

    /// Returns how the rates compound.
    #[must_use]
    pub const fn compounding(&self) -> Compounding {
        self.compounding
    }

    /// Returns the value today of 1 in `time` years with `spread` added to the zero rate.
    #[must_use]
    pub fn factor(&self, time: f64, spread: f64) -> f64 {
        self.compounding.factor(self.rate(time) + spread, time)
    }

    /// Returns the continuously compounded forward rate between two times.
    #[must_use]
    pub fn forward(&self, from: f64, to: f64) -> f64 {
        (self.factor(from, 0.0) / self.factor(to, 0.0)).ln() / (to - from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_is_straight_inside_and_flat_outside() {
        let curve = ZeroCurve::new(&[1.0, 3.0], &[0.02, 0.04], Compounding::Continuous).unwrap();

        let rates = [0.5, 2.0, 3.0, 9.0].map(|time| curve.rate(time));

        for (rate, expected) in rates.iter().zip([0.02, 0.03, 0.04, 0.04]) {
            assert!((rate - expected).abs() < 1e-15);
        }
    }

    #[test]
    fn the_conventions_agree_on_one_growth() {
        let growth = 1.06_f64;
        let same = [
            Compounding::Annual.factor(0.06, 1.0),
            Compounding::Nominal(12).factor(12.0 * (growth.powf(1.0 / 12.0) - 1.0), 1.0),
            Compounding::Continuous.factor(growth.ln(), 1.0),
            Compounding::Simple.factor(0.06, 1.0),
        ];

        for factor in same {
            assert!((factor - 1.0 / growth).abs() < 1e-14);
        }
    }

    #[test]
    fn broken_curves_are_refused() {
        let curve = |tenors: &[f64], rates: &[f64]| {
            ZeroCurve::new(tenors, rates, Compounding::Annual).unwrap_err()
        };

        assert_eq!(curve(&[], &[]), CurveError::Shape);
        assert_eq!(curve(&[1.0, 1.0], &[0.1, 0.1]), CurveError::Order);
        assert_eq!(curve(&[1.0], &[f64::NAN]), CurveError::Order);
    }
}
