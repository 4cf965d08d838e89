//! Losses loan by loan under a Gaussian copula with default times.
//!
//! The latent variable of a loan is `X = Σ w_k Z_k + √(1 − Σ w_k²) ε` with common factors `Z` and
//! something of its own, `ε`. Its default time is `τ = −ln(1 − N(X)) / h` with the constant
//! intensity `h = −ln(1 − PD)` of its annual chance of default, so low factors default early.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::normal::probability;
use super::random::{Stream, Use};
use crate::loan::Violation;

/// A loan of a portfolio.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exposure {
    /// What is owed at default.
    pub balance: f64,
    /// The chance of default within a year, 0 to below 1.
    pub annual_pd: f64,
    /// The share of the balance that is lost on average.
    pub lgd: f64,
    /// The loadings on the common factors; their squares add up to at most 1.
    pub loadings: Vec<f64>,
    /// How much the share lost rises when the first factor falls by 1; 0 keeps it independent.
    #[serde(default)]
    pub lgd_sensitivity: f64,
}

/// What is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Horizon {
    /// The seed.
    pub seed: u64,
    /// Defaults after so many years do not count.
    pub years: f64,
}

/// What one path lost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PathLoss {
    /// The balance in default.
    pub defaulted: f64,
    /// The loss.
    pub loss: f64,
    /// Loans in default.
    pub defaults: u32,
    /// The first default in years, if there was one.
    pub first_default: Option<f64>,
}

impl Exposure {
    /// Returns every rule that the loan breaks, each with the JSON pointer of the field.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        let squares: f64 = self.loadings.iter().map(|loading| loading * loading).sum();
        let rules = [
            ("/balance", self.balance > 0.0 && self.balance <= 1e15, "must be above 0"),
            (
                "/annual_pd",
                (0.0..1.0).contains(&self.annual_pd),
                "must be at least 0 and below 1: send 0.02 for 2%",
            ),
            ("/lgd", (0.0..=1.0).contains(&self.lgd), "must be between 0 and 1: send 0.45 for 45%"),
            ("/loadings", squares <= 1.0, "must have squares that add up to at most 1"),
            (
                "/lgd_sensitivity",
                (-1.0..=1.0).contains(&self.lgd_sensitivity),
                "must be between -1 and 1",
            ),
        ];
        let broken = rules.into_iter().filter(|(_, holds, _)| !holds);
        broken
            .map(|(path, _, message)| Violation {
                path: path.to_owned(),
                code: "out_of_range",
                message: message.to_owned(),
            })
            .collect()
    }
}

/// Returns what each of `paths` loses; a path gives the same bits whichever others stand beside it.
#[must_use]
pub fn losses(loans: &[Exposure], horizon: Horizon, paths: std::ops::Range<u64>) -> Vec<PathLoss> {
    let factors = loans.iter().map(|loan| loan.loadings.len()).max().unwrap_or(0);
    let prepared: Vec<Latent<'_>> = loans.iter().map(Latent::new).collect();
    paths.into_par_iter().map(|path| path_loss(&prepared, horizon, factors, path)).collect()
}

/// A loan with what does not change from path to path.
struct Latent<'a> {
    loan: &'a Exposure,
    /// The weight of what is its own.
    own: f64,
    intensity: f64,
}

impl<'a> Latent<'a> {
    fn new(loan: &'a Exposure) -> Self {
        let common: f64 = loan.loadings.iter().map(|loading| loading * loading).sum();
        let intensity = -(-loan.annual_pd).ln_1p();
        Self { loan, own: (1.0 - common).max(0.0).sqrt(), intensity }
    }

    fn default_time(&self, factors: &[f64], own: f64) -> f64 {
        let common: f64 = self.loan.loadings.iter().zip(factors).map(|(w, z)| w * z).sum();
        let latent = common + self.own * own;
        // 1 − N(X) = N(−X), which keeps its digits in the tail.
        -probability(-latent).ln() / self.intensity
    }
}

fn path_loss(loans: &[Latent<'_>], horizon: Horizon, factors: usize, path: u64) -> PathLoss {
    let mut common = Stream::new(horizon.seed, path, Use::Factors);
    let factors: Vec<f64> = (0..factors).map(|_| common.normal()).collect();
    let first = factors.first().copied().unwrap_or(0.0);
    let mut own = Stream::new(horizon.seed, path, Use::Loans);
    let mut total = PathLoss { defaulted: 0.0, loss: 0.0, defaults: 0, first_default: None };
    for latent in loans {
        let time = latent.default_time(&factors, own.normal());
        if time > horizon.years {
            continue;
        }
        let loan = latent.loan;
        let lgd = (loan.lgd - loan.lgd_sensitivity * first).clamp(0.0, 1.0);
        total.defaulted += loan.balance;
        total.loss += loan.balance * lgd;
        total.defaults += 1;
        total.first_default = Some(total.first_default.map_or(time, |other| other.min(time)));
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::sample::{percentile, sorted};
    use crate::risk::vasicek::LargePool;

    fn loans(count: usize, rho: f64) -> Vec<Exposure> {
        let loan = Exposure {
            balance: 1.0,
            annual_pd: 0.02,
            lgd: 0.45,
            loadings: vec![rho.sqrt()],
            lgd_sensitivity: 0.0,
        };
        vec![loan; count]
    }

    #[test]
    fn a_large_portfolio_loses_what_the_closed_form_says() {
        let horizon = Horizon { seed: 11, years: 1.0 };

        let found = losses(&loans(2_000, 0.15), horizon, 0..4_000);

        let rates: Vec<f64> = found.iter().map(|path| path.loss / 2_000.0).collect();
        let pool = LargePool { pd: 0.02, asset_correlation: 0.15, lgd: 0.45 };
        let mean = rates.iter().sum::<f64>() / 4_000.0;
        assert!((mean - 0.009).abs() < 0.000_5, "{mean}");
        for (level, tolerance) in [(0.5, 0.000_5), (0.9, 0.001_5), (0.99, 0.005)] {
            let quantile = percentile(&sorted(&rates), level).unwrap();
            let wanted = pool.loss_quantile(level);
            assert!((quantile - wanted).abs() < tolerance, "{level} {quantile} {wanted}");
        }
    }

    #[test]
    fn default_times_have_the_intensity_of_the_annual_chance() {
        let one_year = losses(&loans(500, 0.0), Horizon { seed: 1, years: 1.0 }, 0..400);
        let five_years = losses(&loans(500, 0.0), Horizon { seed: 1, years: 5.0 }, 0..400);

        let rate = |paths: &[PathLoss]| {
            paths.iter().map(|path| path.defaulted).sum::<f64>() / (500.0 * 400.0)
        };
        assert!((rate(&one_year) - 0.02).abs() < 0.001);
        assert!((rate(&five_years) - (1.0 - 0.98_f64.powi(5))).abs() < 0.002);
        assert!(five_years.iter().all(|path| path.first_default.is_none_or(|time| time <= 5.0)));
    }

    #[test]
    fn a_path_is_the_same_in_every_block() {
        let horizon = Horizon { seed: 3, years: 1.0 };
        let loans = loans(50, 0.2);

        let whole = losses(&loans, horizon, 0..40);
        let parts = [losses(&loans, horizon, 0..13), losses(&loans, horizon, 13..40)].concat();

        assert_eq!(whole, parts);
    }

    #[test]
    fn losses_linked_to_the_factor_have_the_fatter_tail() {
        let horizon = Horizon { seed: 3, years: 1.0 };
        let mut linked = loans(500, 0.15);
        for loan in &mut linked {
            loan.lgd_sensitivity = 0.1;
        }
        let tail = |loans: &[Exposure]| {
            let rates: Vec<f64> =
                losses(loans, horizon, 0..2_000).iter().map(|path| path.loss).collect();
            percentile(&sorted(&rates), 0.99).unwrap()
        };

        assert!(tail(&linked) > 1.2 * tail(&loans(500, 0.15)));
    }

    #[test]
    fn impossible_loans_are_refused() {
        let broken = Exposure {
            balance: f64::NAN,
            annual_pd: 1.0,
            lgd: 1.1,
            loadings: vec![0.9, 0.9],
            lgd_sensitivity: 2.0,
        };

        assert_eq!(broken.violations().len(), 5);
        assert!(loans(1, 0.15)[0].violations().is_empty());
    }
}
