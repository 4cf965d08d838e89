//! From what happens to the economy to what happens to a loan.

use credit_engine::scenarios::MarketFactors;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::analysis::Bend;
use crate::domain::asset::Issue;

/// Changes of the economy against today, as decimals: 0.02 is two points more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EconomicFactors {
    /// Change of market rates.
    pub market_rate: f64,
    /// Change of inflation.
    pub inflation_rate: f64,
    /// Change of unemployment.
    pub unemployment_rate: f64,
    /// Change of growth.
    pub gdp_growth: f64,
    /// Change of house prices.
    pub house_price_index_growth: f64,
}

/// By how much a multiplier changes for a change of 1 (a hundred points) of a factor. Illustrative;
/// every answer that uses it shows it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = EconomicElasticities)]
pub struct Multipliers {
    /// Of defaults to unemployment.
    pub default_to_unemployment: f64,
    /// Of defaults to growth.
    pub default_to_growth: f64,
    /// Of prepayments to market rates.
    pub prepayment_to_rates: f64,
    /// Of recoveries to house prices.
    pub recovery_to_house_prices: f64,
    /// Of market rates to inflation.
    pub rates_to_inflation: f64,
}

impl Multipliers {
    /// The table in use.
    pub const TABLE: Self = Self {
        default_to_unemployment: 20.0,
        default_to_growth: -10.0,
        prepayment_to_rates: -15.0,
        recovery_to_house_prices: 1.0,
        rates_to_inflation: 0.5,
    };
}

/// A scenario for one loan.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoanScenario {
    /// What people call it.
    pub name: String,
    /// Added to indices and to the discount rate: market rates move.
    #[serde(default)]
    pub rate_shock: f64,
    /// On the default rate.
    #[serde(default = "one")]
    pub default_multiplier: f64,
    /// On the prepayment rate.
    #[serde(default = "one", alias = "prepayment_multiplier")]
    pub prepay_multiplier: f64,
    /// On the recovery rate.
    #[serde(default = "one")]
    pub recovery_multiplier: f64,
    /// What happens to the economy, on top.
    #[serde(default)]
    pub economic_factors: EconomicFactors,
}

const fn one() -> f64 {
    1.0
}

impl EconomicFactors {
    /// What they do to markets and speeds.
    #[must_use]
    pub fn market(&self) -> MarketFactors {
        let table = Multipliers::TABLE;
        let rates = self.market_rate + table.rates_to_inflation * self.inflation_rate;
        let defaults = 1.0
            + table.default_to_unemployment * self.unemployment_rate
            + table.default_to_growth * self.gdp_growth;
        MarketFactors {
            interest_rate_shock: rates,
            discount_rate_shock: rates,
            default_multiplier: defaults.max(0.0),
            prepayment_multiplier: (1.0 + table.prepayment_to_rates * rates).max(0.0),
            recovery_multiplier: (1.0
                + table.recovery_to_house_prices * self.house_price_index_growth)
                .max(0.0),
            property_value_decline: (-self.house_price_index_growth).clamp(0.0, 1.0),
            ..MarketFactors::NONE
        }
    }

    /// The rules that the factors break; `at` is their pointer.
    #[must_use]
    pub fn violations(&self, at: &str) -> Vec<Issue> {
        let limits = [
            ("market_rate", self.market_rate, 0.05),
            ("inflation_rate", self.inflation_rate, 0.20),
            ("unemployment_rate", self.unemployment_rate, 0.30),
            ("gdp_growth", self.gdp_growth, 0.30),
            ("house_price_index_growth", self.house_price_index_growth, 0.80),
        ];
        let broken =
            limits.into_iter().filter(|(_, value, most)| value.is_nan() || value.abs() > *most);
        broken
            .map(|(name, value, most)| {
                let message = format!("must be a change between -{most} and {most}, was {value}");
                Issue::new(format!("{at}/{name}"), "out_of_range", message)
            })
            .collect()
    }
}

impl LoanScenario {
    /// How it bends the loan.
    ///
    /// # Errors
    ///
    /// Returns every rule that it breaks; `at` is its pointer.
    pub fn bend(&self, at: &str) -> Result<Bend, Vec<Issue>> {
        let mut issues = self.economic_factors.violations(&format!("{at}/economic_factors"));
        let length = self.name.chars().count();
        if !(1..=64).contains(&length) || self.name.contains('\0') {
            let message = format!("must have 1 to 64 characters without NUL, has {length}");
            issues.push(Issue::new(format!("{at}/name"), "length", message));
        }
        let stated = MarketFactors {
            interest_rate_shock: self.rate_shock,
            default_multiplier: self.default_multiplier,
            prepayment_multiplier: self.prepay_multiplier,
            recovery_multiplier: self.recovery_multiplier,
            ..MarketFactors::NONE
        };
        for broken in stated.violations() {
            let name = match broken.path.as_str() {
                "/interest_rate_shock" => "/rate_shock",
                "/prepayment_multiplier" => "/prepay_multiplier",
                other => other,
            };
            issues.push(Issue::new(format!("{at}{name}"), broken.code, broken.message));
        }
        if !issues.is_empty() {
            return Err(issues);
        }
        let economy = self.economic_factors.market();
        let factors = MarketFactors {
            interest_rate_shock: self.rate_shock + economy.interest_rate_shock,
            discount_rate_shock: self.rate_shock + economy.discount_rate_shock,
            default_multiplier: self.default_multiplier * economy.default_multiplier,
            prepayment_multiplier: self.prepay_multiplier * economy.prepayment_multiplier,
            recovery_multiplier: self.recovery_multiplier * economy.recovery_multiplier,
            ..economy
        };
        Ok(Bend { factors, ..Bend::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_economy_that_does_not_move_changes_nothing() {
        assert_eq!(EconomicFactors::default().market(), MarketFactors::NONE);
    }

    #[test]
    fn unemployment_raises_defaults_and_inflation_rates() {
        let worse =
            EconomicFactors { unemployment_rate: 0.05, inflation_rate: 0.02, ..Default::default() };

        let market = worse.market();

        assert!((market.default_multiplier - 2.0).abs() < 1e-12);
        assert!((market.interest_rate_shock - 0.01).abs() < 1e-12);
        assert!((market.prepayment_multiplier - 0.85).abs() < 1e-12);
    }
}
