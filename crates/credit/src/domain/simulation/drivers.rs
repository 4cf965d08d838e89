//! From variables to what moves a projection.

use credit_engine::projection::Stress;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Economic factors with sensitivities of their own.
pub const FACTORS: [&str; 5] = [
    "market_rate",
    "inflation_rate",
    "unemployment_rate",
    "gdp_growth",
    "house_price_index_growth",
];

/// How much a variable moves speeds and rates when it is 1.00, that is 100 points, above its base:
/// multipliers are `exp(Σ elasticity × (value − base))`, rates move by `coefficient × (value −
/// base)`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = DriverSensitivity)]
pub struct Sensitivity {
    /// Where the variable moves nothing; its mean if absent.
    pub base: Option<f64>,
    /// Of the annual prepayment rate.
    pub prepayment: f64,
    /// Of the annual default rate.
    pub default: f64,
    /// Of the recovery rate.
    pub recovery: f64,
    /// Of the discount rate.
    pub discount_rate: f64,
    /// Of the indices of floating loans.
    pub index: f64,
    /// Of the value of collateral.
    pub property_value: f64,
}

/// Returns the sensitivity of an economic factor that nobody stated. The figures are for
/// illustration; they are not estimated from any portfolio.
#[must_use]
pub fn default_sensitivity(factor: &str) -> Option<Sensitivity> {
    let none = Sensitivity::default();
    Some(match factor {
        "market_rate" => Sensitivity {
            prepayment: -8.0,
            default: 3.0,
            recovery: -1.0,
            discount_rate: 1.0,
            index: 1.0,
            ..none
        },
        "inflation_rate" => Sensitivity { prepayment: -1.0, default: 1.0, ..none },
        "unemployment_rate" => {
            Sensitivity { prepayment: -4.0, default: 12.0, recovery: -3.0, ..none }
        }
        "gdp_growth" => Sensitivity { prepayment: 3.0, default: -6.0, recovery: 2.0, ..none },
        "house_price_index_growth" => Sensitivity {
            prepayment: 2.5,
            default: -4.0,
            recovery: 2.0,
            property_value: 1.0,
            ..none
        },
        _ => return None,
    })
}

/// What a variable does.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Effect {
    PrepaymentMultiplier,
    DefaultMultiplier,
    RecoveryMultiplier,
    DiscountRateShock,
    SpreadWidening,
    InterestRateShock,
    PropertyValueDecline,
    /// Through its sensitivity, away from a base.
    Factor {
        base: f64,
        sensitivity: Sensitivity,
    },
}

impl Effect {
    /// The effect of a variable that is itself a driver.
    pub(super) fn direct(name: &str) -> Option<Self> {
        Some(match name {
            "prepayment_multiplier" => Self::PrepaymentMultiplier,
            "default_multiplier" => Self::DefaultMultiplier,
            "recovery_multiplier" => Self::RecoveryMultiplier,
            "discount_rate_shock" => Self::DiscountRateShock,
            "spread_widening" => Self::SpreadWidening,
            "interest_rate_shock" => Self::InterestRateShock,
            "property_value_decline" => Self::PropertyValueDecline,
            _ => return None,
        })
    }

    pub(super) fn moves_indices(&self) -> bool {
        match self {
            Self::InterestRateShock => true,
            Self::Factor { sensitivity, .. } => sensitivity.index.abs() > 0.0,
            _ => false,
        }
    }
}

/// What moves one projection.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Drivers {
    /// On the annual prepayment rate.
    pub prepayment_multiplier: f64,
    /// On the annual default rate.
    pub default_multiplier: f64,
    /// On the recovery rate.
    pub recovery_multiplier: f64,
    /// Added to the discount rate.
    pub discount_rate_shock: f64,
    /// Added to every index.
    pub interest_rate_shock: f64,
    /// The share of its value that collateral loses at once.
    pub property_value_decline: f64,
}

impl Default for Drivers {
    fn default() -> Self {
        Self {
            prepayment_multiplier: 1.0,
            default_multiplier: 1.0,
            recovery_multiplier: 1.0,
            discount_rate_shock: 0.0,
            interest_rate_shock: 0.0,
            property_value_decline: 0.0,
        }
    }
}

impl Drivers {
    /// Adds up what the variables of a path do. Drivers are kept within the ranges of stress
    /// scenarios; the second result says whether one was not.
    pub(super) fn of<'a>(parts: impl Iterator<Item = (&'a Effect, f64)>) -> (Self, bool) {
        let mut drivers = Self::default();
        for (effect, value) in parts {
            drivers.add(effect, value);
        }
        let mut held = false;
        let mut keep = |value: &mut f64, low: f64, high: f64| {
            let kept = value.clamp(low, high);
            held |= kept.total_cmp(value).is_ne();
            *value = kept;
        };
        keep(&mut drivers.prepayment_multiplier, 0.0, 10.0);
        keep(&mut drivers.default_multiplier, 0.0, 10.0);
        keep(&mut drivers.recovery_multiplier, 0.0, 2.0);
        keep(&mut drivers.discount_rate_shock, -0.10, 0.50);
        keep(&mut drivers.interest_rate_shock, -0.10, 0.50);
        keep(&mut drivers.property_value_decline, -1.0, 1.0);
        (drivers, held)
    }

    fn add(&mut self, effect: &Effect, value: f64) {
        match effect {
            Effect::PrepaymentMultiplier => self.prepayment_multiplier *= value,
            Effect::DefaultMultiplier => self.default_multiplier *= value,
            Effect::RecoveryMultiplier => self.recovery_multiplier *= value,
            Effect::DiscountRateShock | Effect::SpreadWidening => self.discount_rate_shock += value,
            Effect::InterestRateShock => self.interest_rate_shock += value,
            Effect::PropertyValueDecline => self.property_value_decline += value,
            Effect::Factor { base, sensitivity } => {
                let above = value - base;
                let scale = |elasticity: f64| (elasticity * above).exp();
                self.prepayment_multiplier *= scale(sensitivity.prepayment);
                self.default_multiplier *= scale(sensitivity.default);
                self.recovery_multiplier *= scale(sensitivity.recovery);
                self.discount_rate_shock += sensitivity.discount_rate * above;
                self.interest_rate_shock += sensitivity.index * above;
                self.property_value_decline -= sensitivity.property_value * above;
            }
        }
    }

    pub(super) fn stress(&self) -> Stress {
        Stress {
            prepayment_multiplier: self.prepayment_multiplier,
            default_multiplier: self.default_multiplier,
            recovery_multiplier: self.recovery_multiplier,
            property_value_decline: self.property_value_decline,
            ..Stress::default()
        }
    }

    pub(super) const fn numbers(&self) -> [f64; 6] {
        [
            self.prepayment_multiplier,
            self.default_multiplier,
            self.recovery_multiplier,
            self.discount_rate_shock,
            self.interest_rate_shock,
            self.property_value_decline,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_at_its_base_moves_nothing() {
        for factor in FACTORS {
            let sensitivity = default_sensitivity(factor).unwrap();
            let effect = Effect::Factor { base: 0.04, sensitivity };

            assert_eq!(Drivers::of([(&effect, 0.04)].into_iter()), (Drivers::default(), false));
        }
    }

    #[test]
    fn factors_multiply_and_direct_drivers_are_what_they_say() {
        let sensitivity = default_sensitivity("unemployment_rate").unwrap();
        let unemployment = Effect::Factor { base: 0.04, sensitivity };
        let direct = Effect::direct("default_multiplier").unwrap();

        let (drivers, held) = Drivers::of([(&unemployment, 0.06), (&direct, 1.5)].into_iter());

        assert!((drivers.default_multiplier - 1.5 * (0.24_f64).exp()).abs() < 1e-12);
        assert!((drivers.recovery_multiplier - (-0.06_f64).exp()).abs() < 1e-12);
        assert!(!held);
    }

    #[test]
    fn drivers_out_of_range_are_held_and_reported() {
        let direct = Effect::direct("default_multiplier").unwrap();

        let (drivers, held) = Drivers::of([(&direct, 70.0)].into_iter());

        assert!((drivers.default_multiplier - 10.0).abs() < 1e-15 && held);
        assert!(Effect::direct("weather").is_none());
    }
}
