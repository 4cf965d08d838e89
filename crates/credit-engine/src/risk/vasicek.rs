//! A large pool of like loans whose borrowers share one factor, in closed form (Vasicek, 2002).

use serde::{Deserialize, Serialize};

use super::normal::{density, probability, quantile};

/// What drives the losses of a large pool.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LargePool {
    /// The chance of default of each loan, above 0 and below 1.
    pub pd: f64,
    /// The correlation of the assets of two borrowers, 0 to below 1.
    pub asset_correlation: f64,
    /// The share of a defaulted balance that is lost.
    pub lgd: f64,
}

/// The classes of exposure with a formula of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exposure {
    /// Companies.
    Corporate,
    /// Homes.
    ResidentialMortgage,
    /// Cards and the like.
    QualifyingRevolving,
    /// Other loans to people.
    OtherRetail,
}

impl LargePool {
    /// Returns the share that defaults when the factor is as bad as it is with a chance of
    /// `1 − level`: `N((N⁻¹(PD) + √ρ N⁻¹(level)) / √(1 − ρ))`.
    #[must_use]
    pub fn default_rate_quantile(&self, level: f64) -> f64 {
        self.default_rate(-quantile(level))
    }

    /// Returns the share of the balance that is lost at most with a chance of `level`.
    #[must_use]
    pub fn loss_quantile(&self, level: f64) -> f64 {
        self.lgd * self.default_rate_quantile(level)
    }

    /// Returns the share that defaults given the factor; more is better.
    #[must_use]
    pub fn default_rate(&self, factor: f64) -> f64 {
        let rho = self.asset_correlation;
        probability((quantile(self.pd) - rho.sqrt() * factor) / (1.0 - rho).sqrt())
    }

    /// Returns the chance that at most the share `rate` defaults.
    #[must_use]
    pub fn default_rate_probability(&self, rate: f64) -> f64 {
        probability(-self.factor_at(rate))
    }

    /// Returns the expected loss beyond `attachment`, both as shares of the balance:
    /// `E[max(L − K, 0)]`, integrated over the factor by Gauss–Legendre.
    #[must_use]
    pub fn expected_excess(&self, attachment: f64) -> f64 {
        if attachment <= 0.0 {
            return self.lgd * self.pd - attachment;
        }
        if attachment >= self.lgd || self.lgd <= 0.0 {
            return 0.0;
        }
        // Losses fall in the factor; above this one they do not reach the attachment.
        let end = self.factor_at(attachment / self.lgd).clamp(-WIDEST, WIDEST);
        let beyond = |z: f64| (self.lgd * self.default_rate(z) - attachment).max(0.0) * density(z);
        integral(-WIDEST, end, beyond)
    }

    /// Returns the expected loss of a tranche as a share of its size; attachment and detachment
    /// are shares of the balance of the pool.
    #[must_use]
    pub fn tranche_expected_loss(&self, attachment: f64, detachment: f64) -> f64 {
        let excess = self.expected_excess(attachment) - self.expected_excess(detachment);
        (excess / (detachment - attachment)).clamp(0.0, 1.0)
    }

    fn factor_at(&self, rate: f64) -> f64 {
        let rho = self.asset_correlation;
        (quantile(self.pd) - (1.0 - rho).sqrt() * quantile(rate)) / rho.sqrt()
    }
}

impl Exposure {
    /// Returns the regulatory correlation of a class at a chance of default.
    #[must_use]
    pub fn correlation(self, pd: f64) -> f64 {
        let between = |low: f64, high: f64, speed: f64| {
            let weight = (1.0 - (-speed * pd).exp()) / (1.0 - (-speed).exp());
            low * weight + high * (1.0 - weight)
        };
        match self {
            Self::Corporate => between(0.12, 0.24, 50.0),
            Self::ResidentialMortgage => 0.15,
            Self::QualifyingRevolving => 0.04,
            Self::OtherRetail => between(0.03, 0.16, 35.0),
        }
    }

    /// Returns the regulatory capital per unit of exposure: the loss at 99.9 % less the expected
    /// one, for companies adjusted to `maturity_years`.
    #[must_use]
    pub fn capital(self, pd: f64, lgd: f64, maturity_years: f64) -> f64 {
        let pool = LargePool { pd, asset_correlation: self.correlation(pd), lgd };
        let capital = pool.loss_quantile(0.999) - pd * lgd;
        if self != Self::Corporate {
            return capital;
        }
        let slope = (0.118_52 - 0.054_78 * pd.ln()).powi(2);
        capital * (1.0 + (maturity_years - 2.5) * slope) / (1.0 - 1.5 * slope)
    }
}

/// Factors further out have no weight.
const WIDEST: f64 = 12.0;
/// Panels of the integral.
const PANELS: u32 = 48;
/// Nodes and weights of the ten-point rule on −1 to 1, one half.
const NODES: [(f64, f64); 5] = [
    (0.148_874_338_981_631_22, 0.295_524_224_714_752_9),
    (0.433_395_394_129_247_2, 0.269_266_719_309_996_35),
    (0.679_409_568_299_024_4, 0.219_086_362_515_982_04),
    (0.865_063_366_688_984_5, 0.149_451_349_150_580_6),
    (0.973_906_528_517_171_7, 0.066_671_344_308_688_14),
];

fn integral(from: f64, to: f64, value: impl Fn(f64) -> f64) -> f64 {
    let half = (to - from) / f64::from(PANELS) / 2.0;
    let panel = |panel: u32| {
        let centre = from + half * (2.0 * f64::from(panel) + 1.0);
        let pairs = NODES.iter().map(|(node, weight)| {
            weight * (value(centre - half * node) + value(centre + half * node))
        });
        half * pairs.sum::<f64>()
    };
    (0..PANELS).map(panel).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const POOL: LargePool = LargePool { pd: 0.02, asset_correlation: 0.15, lgd: 0.45 };

    #[test]
    fn tranches_share_the_expected_loss() {
        let limits = [0.0, 0.01, 0.05, 0.2, 0.45, 1.0];

        let parts: f64 = limits
            .windows(2)
            .map(|pair| POOL.tranche_expected_loss(pair[0], pair[1]) * (pair[1] - pair[0]))
            .sum();

        assert!((parts - 0.009).abs() < 1e-13, "{parts}");
        assert!(POOL.tranche_expected_loss(0.45, 1.0).abs() < 1e-15);
    }

    #[test]
    fn the_probability_inverts_the_quantile() {
        for level in [0.01, 0.5, 0.9, 0.999] {
            let rate = POOL.default_rate_quantile(level);
            assert!((POOL.default_rate_probability(rate) - level).abs() < 1e-12);
        }
    }

    #[test]
    fn longer_loans_to_companies_need_more_capital() {
        let capital = |years| Exposure::Corporate.capital(0.01, 0.45, years);

        // 7.39 % of the exposure, a risk weight of 92.3 %, at a maturity of 2.5 years.
        assert!((capital(2.5) - 0.073_85).abs() < 5e-5, "{}", capital(2.5));
        assert!(capital(1.0) < capital(2.5) && capital(2.5) < capital(5.0));
        let home = Exposure::ResidentialMortgage.capital(0.01, 0.25, 5.0);
        assert!((home - Exposure::ResidentialMortgage.capital(0.01, 0.25, 1.0)).abs() < 1e-18);
    }
}
