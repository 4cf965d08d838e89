//! The models a caller chooses from: prepayment, default, severity, advances, order.

use serde::{Deserialize, Serialize};

use crate::speeds::vector;

/// How borrowers prepay. Rates are decimals; PSA and PPC speeds are per cent of the standard curve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "model", rename_all = "snake_case", deny_unknown_fields)]
pub enum Prepayment {
    /// Nobody prepays.
    None,
    /// A constant annual rate.
    Cpr {
        /// The share per year, 0.06 for 6 %.
        value: f64,
    },
    /// A constant monthly rate.
    Smm {
        /// The share per month.
        value: f64,
    },
    /// A multiple of the standard mortgage ramp: 0.2 % CPR times the loan month up to month 30.
    Psa {
        /// Per cent of the ramp, 150 for 150 PSA.
        value: f64,
    },
    /// A share of the original number of loans per month, usual for auto loans.
    Abs {
        /// The share per month, 0.015 for 1.5 ABS.
        value: f64,
    },
    /// A multiple of a ramp of the caller's own.
    Ppc {
        /// Per cent of the ramp.
        #[serde(default = "one_hundred")]
        value: f64,
        /// The CPR of loan month 1.
        from: f64,
        /// The CPR from loan month `months` on.
        to: f64,
        /// The length of the ramp.
        months: u16,
    },
    /// One rate after another.
    Vector(RateVector),
}

/// How borrowers default. Rates are decimals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "model", rename_all = "snake_case", deny_unknown_fields)]
pub enum DefaultModel {
    /// Nobody defaults.
    None,
    /// A constant annual rate.
    Cdr {
        /// The share per year.
        value: f64,
    },
    /// A constant monthly rate.
    Mdr {
        /// The share per month.
        value: f64,
    },
    /// A multiple of the standard default assumption.
    Sda {
        /// Per cent of the standard, 200 for 200 SDA.
        value: f64,
    },
    /// One rate after another.
    Vector(RateVector),
    /// A total net loss, spread over years and in a straight line within each: every loan
    /// defaults by its share of it, so that `default × severity` is the loss of the month.
    CumulativeLoss {
        /// The loss as a share of today's balance.
        total: f64,
        /// The shares of the total per year from the first period on; they add up to 1.
        timing: Vec<f64>,
    },
}

/// Rates by position.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateVector {
    /// What one value means. There is no default: a silent unit would be guessed wrong.
    pub unit: RateUnit,
    /// The rates, at least one.
    pub values: Vec<f64>,
    /// What selects the value.
    #[serde(default)]
    pub by: VectorIndex,
    /// How long a value holds.
    #[serde(default)]
    pub each: VectorStep,
    /// What follows the last value.
    #[serde(default)]
    pub pad: Padding,
}

/// What a rate is a share per.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateUnit {
    /// A month: SMM or MDR.
    Monthly,
    /// A year: CPR or CDR.
    Annual,
}

/// What selects a value of a vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VectorIndex {
    /// The months projected, 1 in the first.
    #[default]
    Period,
    /// The loan month, 1 in the first after origination.
    LoanAge,
}

/// How long a value of a vector holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VectorStep {
    /// One month.
    #[default]
    Month,
    /// Twelve months.
    Year,
}

/// What follows the last value of a vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Padding {
    /// The last value, for ever.
    #[default]
    Last,
    /// Zero.
    Zero,
}

/// What share of a defaulted balance is lost, all costs and repaid advances included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "model", rename_all = "snake_case", deny_unknown_fields)]
pub enum Severity {
    /// The same share always.
    Constant {
        /// The share, 0.35 for 35 %.
        value: f64,
    },
    /// One share after another, chosen by the month of default.
    Vector {
        /// The shares, at least one; the last one holds for ever.
        values: Vec<f64>,
        /// What selects the value.
        #[serde(default)]
        by: VectorIndex,
        /// How long a value holds.
        #[serde(default)]
        each: VectorStep,
    },
    /// What the collateral does not cover:
    /// `max(0, 1 − value × growth × (1 − haircut) × (1 − cost) / balance)`.
    Ltv(LtvSeverity),
}

/// The parameters of [`Severity::Ltv`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LtvSeverity {
    /// Growth of the value in the first loan year, −0.2 for a loss of 20 %; `growth` if absent.
    #[serde(default)]
    pub first_year_growth: Option<f64>,
    /// Growth of the value per year.
    #[serde(default)]
    pub growth: f64,
    /// The discount of a forced sale.
    #[serde(default)]
    pub haircut: f64,
    /// The cost of the sale as a share of its price.
    #[serde(default)]
    pub cost: f64,
    /// The severity of loans without value and LTV; that of the class if absent.
    #[serde(default)]
    pub otherwise: Option<f64>,
}

/// What the servicer pays in place of borrowers in default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advances {
    /// Nothing.
    None,
    /// Interest, as long as the expected recovery covers it.
    Interest,
    /// Scheduled principal and interest until liquidation.
    PrincipalAndInterest,
}

/// Which of default and prepayment comes first within a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Both are shares of the beginning balance, as in the Uniform Practices.
    Bma,
    /// Prepayment is a share of what did not default.
    #[serde(alias = "default_then_prepayment")]
    DefaultThenPrepay,
    /// Default is a share of what is left at the end of the period, after borrowers have paid.
    #[serde(alias = "prepayment_then_default")]
    PrepayThenDefault,
}

impl RateVector {
    /// Returns the value at a 1-based month.
    #[must_use]
    pub fn at(&self, month: u16) -> f64 {
        value_at(&self.values, self.each, self.pad, month)
    }
}

/// Returns the entry of `values` that holds in the 1-based `month`; 0 if there is none.
pub(crate) fn value_at(values: &[f64], each: VectorStep, pad: Padding, month: u16) -> f64 {
    let months = match each {
        VectorStep::Month => 1,
        VectorStep::Year => 12,
    };
    let padding = match pad {
        Padding::Last => vector::Padding::Last,
        Padding::Zero => vector::Padding::Zero,
    };
    vector::value_in_month(values, months, padding, u32::from(month)).unwrap_or(0.0)
}

const fn one_hundred() -> f64 {
    100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(each: VectorStep, pad: Padding) -> RateVector {
        let by = VectorIndex::Period;
        RateVector { unit: RateUnit::Annual, values: vec![0.1, 0.2], by, each, pad }
    }

    #[test]
    fn a_vector_goes_on_with_its_last_value_unless_told_otherwise() {
        let last = vector(VectorStep::Month, Padding::Last);
        let zero = vector(VectorStep::Month, Padding::Zero);

        assert_eq!([1, 2, 3, 600].map(|month| last.at(month)).to_vec(), [0.1, 0.2, 0.2, 0.2]);
        assert_eq!([1, 2, 3, 600].map(|month| zero.at(month)).to_vec(), [0.1, 0.2, 0.0, 0.0]);
    }

    #[test]
    fn a_yearly_vector_changes_every_twelve_months() {
        let yearly = vector(VectorStep::Year, Padding::Zero);

        assert_eq!(
            [1, 12, 13, 24, 25].map(|month| yearly.at(month)).to_vec(),
            [0.1, 0.1, 0.2, 0.2, 0.0]
        );
    }

    #[test]
    fn a_vector_without_a_unit_is_refused() {
        let text = r#"{"model":"vector","values":[0.1]}"#;

        let refused = serde_json::from_str::<Prepayment>(text).unwrap_err();

        assert!(refused.to_string().contains("unit"), "{refused}");
    }

    #[test]
    fn an_unknown_field_is_refused() {
        for text in [
            r#"{"model":"cpr","value":0.1,"valeu":1}"#,
            r#"{"model":"vector","unit":"annual","values":[0.1],"padding":"last"}"#,
        ] {
            assert!(serde_json::from_str::<Prepayment>(text).is_err(), "{text}");
        }
    }
}
