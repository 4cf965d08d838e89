//! The implied volatility of each strike, and the mark that follows from it.

use strangle_engine::pricing::{Terms, Valuation, YEAR_SECONDS};

use crate::market::Frame;
use crate::product::{OptionKind, Product, Underlying};

/// Volatility at the money and how it bends away from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Smile {
    /// At the money.
    pub atm: f64,
    /// Slope in `ln(K/F)/√T`.
    pub skew: f64,
    /// Curvature in `ln(K/F)/√T`.
    pub curvature: f64,
}

impl Smile {
    /// `clamp(atm + skew·m + curv·m², 0.05, 3)` with `m = ln(K/F)/√T`; at the money when no time
    /// is left.
    ///
    /// ```
    /// use delta_sim::Smile;
    /// let smile = Smile { atm: 0.5, skew: -0.04, curvature: 0.08 };
    /// let years = 95_400.0 / 31_536_000.0;
    /// assert!((smile.at(100_000.0, 106_000.0, years) - 0.547_412_172_997_591_5).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn at(&self, forward: f64, strike: f64, years: f64) -> f64 {
        let distance = if years > 0.0 { libm::log(strike / forward) / years.sqrt() } else { 0.0 };
        let bend = self.skew * distance + self.curvature * distance * distance;
        (self.atm + bend).clamp(0.05, 3.0)
    }
}

/// `long + (short − long)·exp(−T/τ)`.
fn at_the_money(underlying: Underlying, years: f64) -> f64 {
    let (long, short) = match underlying {
        Underlying::Btc => (0.52, 0.44),
        Underlying::Eth => (0.68, 0.58),
    };
    let tau = 21.0 / 365.0;
    long + (short - long) * libm::exp(-years / tau)
}

/// The smile of an underlying for a time to expiry, at this moment.
pub(crate) fn smile(frame: &Frame, underlying: Underlying, years: f64) -> Smile {
    Smile { atm: at_the_money(underlying, years) * frame.volatility, skew: -0.04, curvature: 0.08 }
}

/// What the mark is computed from: in the last 30 minutes the settlement window takes over.
///
/// `w·mean + (1 − w)·index`, where `w` is the share of the window that has passed.
///
/// ```
/// assert_eq!(delta_sim::settling_underlying(123_000.0, 122_000.0, 0.25), 122_250.0);
/// ```
#[must_use]
pub fn settling_underlying(mean: f64, index: f64, passed: f64) -> f64 {
    passed * mean + (1.0 - passed) * index
}

/// What is needed of a product to value it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Claim {
    pub(crate) underlying: Underlying,
    pub(crate) kind: OptionKind,
    pub(crate) strike: f64,
    pub(crate) expiry: crate::time::Micros,
}

/// Value, greeks and volatility of a product at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Valued {
    pub(crate) value: Valuation,
    pub(crate) volatility: f64,
    pub(crate) years: f64,
}

impl Claim {
    #[expect(clippy::cast_precision_loss, reason = "strikes are far below 2^53")]
    pub(crate) fn of(product: &Product) -> Self {
        Self {
            underlying: product.underlying,
            kind: product.kind,
            strike: product.strike as f64,
            expiry: product.expiry,
        }
    }

    /// The option as the pricing formulas see it.
    pub(crate) fn terms(&self, frame: &Frame) -> Terms {
        let spot = if self.expiry == frame.next_noon && frame.passed > 0.0 {
            settling_underlying(frame.mean, frame.index, frame.passed)
        } else {
            frame.index
        };
        let years = ((self.expiry - frame.at).as_seconds() / YEAR_SECONDS).max(0.0);
        let volatility = smile(frame, self.underlying, years).at(spot, self.strike, years);
        Terms { kind: self.kind, spot, strike: self.strike, years, volatility }
    }

    pub(crate) fn value(&self, frame: &Frame) -> Valued {
        let terms = self.terms(frame);
        Valued { value: terms.valuation(), volatility: terms.volatility, years: terms.years }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smile_and_mark_are_the_published_ones() {
        let years = 95_400.0 / YEAR_SECONDS;
        let smile = Smile { atm: 0.5, skew: -0.04, curvature: 0.08 };
        let volatility = smile.at(100_000.0, 106_000.0, years);
        assert!((volatility / 0.547_412_172_997_591_5 - 1.0).abs() < 1e-12);
        let kind = OptionKind::Call;
        let terms = Terms { kind, spot: 100_000.0, strike: 106_000.0, years, volatility };
        let mark = terms.valuation().price;
        assert!((mark / 31.244_336_505_922_547 - 1.0).abs() < 1e-9, "{mark}");
    }

    #[test]
    fn a_smile_stays_between_its_bounds() {
        let smile = Smile { atm: 0.5, skew: -0.04, curvature: 0.08 };
        assert!((smile.at(100_000.0, 1.0, 1e-4) - 3.0).abs() < f64::EPSILON);
        let flat = Smile { atm: 0.001, skew: 0.0, curvature: 0.0 };
        assert!((flat.at(100_000.0, 100_000.0, 0.1) - 0.05).abs() < f64::EPSILON);
        assert!((smile.at(100_000.0, 90_000.0, 0.0) - 0.5).abs() < f64::EPSILON);
    }
}
