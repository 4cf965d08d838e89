//! What a scenario does to markets and speeds.

use serde::{Deserialize, Serialize};

use crate::loan::Violation;
use crate::projection::{Indices, Stress};

/// The longest ramp and the longest duration.
const LONGEST: u16 = 600;

/// How far markets and speeds move. [`MarketFactors::default`] moves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MarketFactors {
    /// Added to every index; matters to floating and hybrid loans only. −0.05 to 0.10.
    pub interest_rate_shock: f64,
    /// Added to the discount rate. −0.05 to 0.10.
    pub discount_rate_shock: f64,
    /// Added to the discount rate too. 0 to 0.20.
    pub spread_widening: f64,
    /// On the annual default rate; the product is at most 1. 0 to 10.
    pub default_multiplier: f64,
    /// On the annual prepayment rate; the product is at most 1. 0 to 10.
    pub prepayment_multiplier: f64,
    /// On the recovery rate; the product is at most 1. 0 to 2.
    pub recovery_multiplier: f64,
    /// The share of its value that collateral loses at once; matters to severities that follow
    /// from collateral. 0 to 1.
    pub property_value_decline: f64,
    /// The months after which indices and multipliers return to what was assumed; never if absent.
    pub duration_months: Option<u16>,
    /// The months over which shocks of indices and multipliers build up in a straight line.
    pub ramp_months: Option<u16>,
}

impl Default for MarketFactors {
    fn default() -> Self {
        Self::NONE
    }
}

impl MarketFactors {
    /// Moves nothing.
    pub const NONE: Self = Self {
        interest_rate_shock: 0.0,
        discount_rate_shock: 0.0,
        spread_widening: 0.0,
        default_multiplier: 1.0,
        prepayment_multiplier: 1.0,
        recovery_multiplier: 1.0,
        property_value_decline: 0.0,
        duration_months: None,
        ramp_months: None,
    };

    /// Returns every rule that the factors break, each with the JSON pointer of the field.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        let shocks = [
            ("/interest_rate_shock", self.interest_rate_shock, -0.05, 0.10),
            ("/discount_rate_shock", self.discount_rate_shock, -0.05, 0.10),
            ("/spread_widening", self.spread_widening, 0.0, 0.20),
            ("/property_value_decline", self.property_value_decline, 0.0, 1.0),
        ];
        let multipliers = [
            ("/default_multiplier", self.default_multiplier, 0.0, 10.0),
            ("/prepayment_multiplier", self.prepayment_multiplier, 0.0, 10.0),
            ("/recovery_multiplier", self.recovery_multiplier, 0.0, 2.0),
        ];
        let months =
            [("/duration_months", self.duration_months), ("/ramp_months", self.ramp_months)];
        let shocks = shocks.into_iter().filter_map(|(path, value, low, high)| {
            outside(path, value, low, high).map(|broken| hinted(broken, value, low, high))
        });
        let multipliers = multipliers
            .into_iter()
            .filter_map(|(path, value, low, high)| outside(path, value, low, high));
        let months = months.into_iter().filter_map(|(path, months)| {
            let months = months.filter(|months| !(1..=LONGEST).contains(months))?;
            let message = format!("must be between 1 and {LONGEST}, was {months}");
            Some(Violation { path: path.to_owned(), code: "out_of_range", message })
        });
        shocks.chain(multipliers).chain(months).collect()
    }

    /// Returns what the factors do to speeds and collateral.
    #[must_use]
    pub fn stress(&self) -> Stress {
        Stress {
            prepayment_multiplier: self.prepayment_multiplier,
            default_multiplier: self.default_multiplier,
            recovery_multiplier: self.recovery_multiplier,
            property_value_decline: self.property_value_decline,
            ramp_months: self.ramp_months.unwrap_or(0),
            duration_months: self.duration_months,
        }
    }

    /// Tells whether indices move, so that schedules have to be computed anew.
    #[must_use]
    pub const fn moves_indices(&self) -> bool {
        self.interest_rate_shock != 0.0
    }

    /// Returns `indices` under the factors. An index without a path moves away from the value that
    /// today's rate implies; floors and caps of the loans hold.
    #[must_use]
    pub fn indices(&self, indices: &Indices) -> Indices {
        if !self.moves_indices() {
            return indices.clone();
        }
        let stress = self.stress();
        // A path that has ended persists, so that one month more shows the return.
        let months = self.duration_months.map_or(0, |months| months.saturating_add(1));
        let months = months.max(self.ramp_months.unwrap_or(0)).max(1);
        let shift = |month| self.interest_rate_shock * stress.share_in_force(month);
        let shifts: Vec<f64> = (1..=months).map(shift).collect();
        indices.moved(&shifts)
    }

    /// Returns the discount rate under the factors.
    #[must_use]
    pub fn discount_rate(&self, base: f64) -> f64 {
        let moved = self.discount_rate_shock + self.spread_widening;
        if moved == 0.0 { base } else { base + moved }
    }
}

fn outside(path: &str, value: f64, low: f64, high: f64) -> Option<Violation> {
    if value >= low && value <= high {
        return None;
    }
    let message = format!("must be between {low} and {high}, was {value}");
    Some(Violation { path: path.to_owned(), code: "out_of_range", message })
}

/// Says what to send if the value fits once it is read as per cent.
fn hinted(broken: Violation, value: f64, low: f64, high: f64) -> Violation {
    let decimal = value / 100.0;
    if !(decimal >= low && decimal <= high) {
        return broken;
    }
    let message = format!("{}: send {decimal} for {value}%", broken.message);
    Violation { code: "rate_unit", message, ..broken }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amortization::IndexPath;
    use crate::loan::{AssetClass, Loan, LoanTerms, RateTerms, RateType};

    fn floater() -> Loan {
        let terms = LoanTerms {
            rate_type: RateType::Floating,
            rate_terms: RateTerms {
                index: Some("SOFR".to_owned()),
                margin: 0.02,
                reset_every_months: 1,
                ..RateTerms::default()
            },
            ..LoanTerms::level("a", AssetClass::CloCdo, 100.0, 0.06, 60)
        };
        Loan::new(terms).unwrap()
    }

    #[test]
    fn every_number_out_of_range_is_named_and_per_cent_are_recognised() {
        let factors = MarketFactors {
            interest_rate_shock: 3.0,
            discount_rate_shock: f64::NAN,
            default_multiplier: 11.0,
            recovery_multiplier: -1.0,
            spread_widening: -0.01,
            ramp_months: Some(0),
            ..MarketFactors::NONE
        };

        let found: Vec<_> =
            factors.violations().into_iter().map(|one| (one.path, one.code)).collect();

        let wanted = [
            ("/interest_rate_shock", "rate_unit"),
            ("/discount_rate_shock", "out_of_range"),
            ("/spread_widening", "rate_unit"),
            ("/default_multiplier", "out_of_range"),
            ("/recovery_multiplier", "out_of_range"),
            ("/ramp_months", "out_of_range"),
        ];
        assert_eq!(found.len(), wanted.len(), "{found:?}");
        for (found, wanted) in found.iter().zip(wanted) {
            assert_eq!(found.0, wanted.0);
        }
        assert!(MarketFactors::NONE.violations().is_empty());
    }

    #[test]
    fn no_factors_leave_every_bit_as_it_is() {
        let none = MarketFactors::NONE;

        assert_eq!(none.stress(), Stress::default());
        assert_eq!(none.discount_rate(0.1 + 0.2).to_bits(), (0.1_f64 + 0.2).to_bits());
        assert_eq!(none.indices(&Indices::unchanged()), Indices::unchanged());
    }

    #[test]
    fn a_shock_of_rates_builds_up_lasts_and_ends() {
        let factors = MarketFactors {
            interest_rate_shock: 0.04,
            ramp_months: Some(2),
            duration_months: Some(3),
            ..MarketFactors::NONE
        };
        let known = Indices::unchanged().with("SOFR", vec![0.01, 0.02]);

        let moved = factors.indices(&known);

        let loan = floater();
        let IndexPath::Monthly(path) = moved.path(&loan) else { panic!("a path was given") };
        let wanted = [0.03, 0.06, 0.06, 0.02];
        assert_eq!(path.len(), wanted.len());
        for (found, wanted) in path.iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-15, "{path:?}");
        }
        let unknown = factors.indices(&Indices::unchanged());
        assert!(matches!(unknown.path(&loan), IndexPath::Moved(_)));
    }
}
