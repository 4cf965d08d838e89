//! What a default costs.

/// Collateral at the time of default.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Collateral {
    /// Value when it was last appraised.
    pub value: f64,
    /// Price level now over price level at the appraisal.
    pub price_index: f64,
    /// Discount of a forced sale.
    pub haircut: f64,
    /// Cost of the sale as a share of its price.
    pub cost: f64,
}

impl Collateral {
    /// Returns the share of `balance` that the sale does not cover:
    /// `max(0, 1 − value · index · (1 − haircut) · (1 − cost) / balance)`; 0 without a balance.
    #[must_use]
    pub fn severity(&self, balance: f64) -> f64 {
        if balance <= 0.0 {
            return 0.0;
        }
        let proceeds = self.value * self.price_index * (1.0 - self.haircut) * (1.0 - self.cost);
        (1.0 - proceeds / balance).clamp(0.0, 1.0)
    }
}

/// Returns the share of its value that a vehicle keeps after `months`: it loses `first_year` over
/// the first twelve months and `later` over every year after that, at a constant rate within each.
#[must_use]
pub fn vehicle_value_share(months: u32, first_year: f64, later: f64) -> f64 {
    let years = f64::from(months) / 12.0;
    (1.0 - first_year).powf(years.min(1.0)) * (1.0 - later).powf((years - 1.0).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covered_balances_cost_nothing() {
        let house = Collateral { value: 200_000.0, price_index: 0.9, haircut: 0.1, cost: 0.05 };

        assert!(house.severity(150_000.0).abs() < 1e-15);
        assert!((house.severity(180_000.0) - 0.145).abs() < 1e-12);
        assert!(house.severity(0.0).abs() < 1e-15);
    }

    #[test]
    fn a_vehicle_loses_most_in_its_first_year() {
        let share = |months| vehicle_value_share(months, 0.2, 0.1);

        assert!((share(0) - 1.0).abs() < 1e-15 && (share(12) - 0.8).abs() < 1e-15);
        assert!((share(36) - 0.8 * 0.81).abs() < 1e-12);
    }
}
