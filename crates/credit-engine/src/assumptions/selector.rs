//! Field predicates that pick the loans an assumption holds for.

use chrono::Datelike;
use serde::{Deserialize, Serialize};

use super::Assumptions;
use crate::loan::Loan;

/// Assumptions for the loans that fulfil every predicate.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selector {
    /// The name under which results are grouped.
    pub name: String,
    /// All of them must hold; an empty list matches every loan.
    #[serde(default)]
    pub when: Vec<Predicate>,
    /// What is assumed then.
    pub assumptions: Assumptions,
}

/// A comparison of one fact about a loan, such as `fico_score < 620`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predicate {
    /// The fact.
    pub field: Field,
    /// The comparison.
    pub op: Comparison,
    /// What the fact is compared with.
    pub value: Operand,
}

/// A fact about a loan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant is the loan's field of the same name")]
pub enum Field {
    AssetClass,
    Status,
    RateType,
    Amortization,
    Balance,
    OriginalBalance,
    Rate,
    TermMonths,
    RemainingTermMonths,
    AgeMonths,
    DaysDelinquent,
    OriginationYear,
    FicoScore,
    LtvRatio,
    DebtToIncome,
    Dscr,
    CollateralValue,
    IsSecured,
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// Less than.
    Lt,
    /// At most.
    Le,
    /// More than.
    Gt,
    /// At least.
    Ge,
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
}

/// What a fact is compared with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Operand {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(f64),
    /// A name from a closed list, such as an asset class.
    Name(String),
}

impl Selector {
    /// Tells whether the assumptions hold for `loan`.
    #[must_use]
    pub fn matches(&self, loan: &Loan) -> bool {
        self.when.iter().all(|predicate| predicate.holds(loan))
    }
}

impl Predicate {
    /// Tells whether the comparison holds; it never does if the fact is unknown.
    #[must_use]
    pub fn holds(&self, loan: &Loan) -> bool {
        match (self.field.fact(loan), &self.value) {
            (Some(Fact::Number(fact)), Operand::Number(value)) => match self.op {
                Comparison::Lt => fact < *value,
                Comparison::Le => fact <= *value,
                Comparison::Gt => fact > *value,
                Comparison::Ge => fact >= *value,
                Comparison::Eq => fact.total_cmp(value).is_eq(),
                Comparison::Ne => fact.total_cmp(value).is_ne(),
            },
            (Some(Fact::Name(fact)), Operand::Name(value)) => {
                self.op.on_equality(fact == value.as_str())
            }
            (Some(Fact::Flag(fact)), Operand::Flag(value)) => self.op.on_equality(fact == *value),
            _ => false,
        }
    }

    /// Tells whether field, comparison and value fit together.
    #[must_use]
    pub(super) fn is_well_typed(&self) -> bool {
        let is_equality = matches!(self.op, Comparison::Eq | Comparison::Ne);
        match (self.field, &self.value) {
            (Field::IsSecured, value) => is_equality && matches!(value, Operand::Flag(_)),
            (Field::AssetClass | Field::Status | Field::RateType | Field::Amortization, value) => {
                is_equality && matches!(value, Operand::Name(_))
            }
            (_, value) => matches!(value, Operand::Number(number) if number.is_finite()),
        }
    }
}

impl Comparison {
    const fn on_equality(self, equal: bool) -> bool {
        match self {
            Self::Eq => equal,
            Self::Ne => !equal,
            Self::Lt | Self::Le | Self::Gt | Self::Ge => false,
        }
    }
}

enum Fact {
    Flag(bool),
    Number(f64),
    Name(&'static str),
}

impl Field {
    fn fact(self, loan: &Loan) -> Option<Fact> {
        let drivers = loan.drivers();
        let number = |value: u16| Some(Fact::Number(f64::from(value)));
        match self {
            Self::AssetClass => Some(Fact::Name(loan.asset_class().name())),
            Self::Status => Some(Fact::Name(loan.status().name())),
            Self::RateType => Some(Fact::Name(loan.rate_type().name())),
            Self::Amortization => Some(Fact::Name(loan.amortization().name())),
            Self::Balance => Some(Fact::Number(loan.balance())),
            Self::OriginalBalance => Some(Fact::Number(loan.original_balance())),
            Self::Rate => Some(Fact::Number(loan.rate())),
            Self::TermMonths => number(loan.term_months()),
            Self::RemainingTermMonths => number(loan.remaining_months()),
            Self::AgeMonths => number(loan.age_months()),
            Self::DaysDelinquent => number(loan.days_delinquent()),
            Self::OriginationYear => {
                loan.origination_date().map(|date| Fact::Number(f64::from(date.year())))
            }
            Self::FicoScore => drivers.fico_score.and_then(number),
            Self::LtvRatio => drivers.ltv_ratio.map(Fact::Number),
            Self::DebtToIncome => drivers.debt_to_income.map(Fact::Number),
            Self::Dscr => drivers.dscr.map(Fact::Number),
            Self::CollateralValue => drivers.collateral_value.map(Fact::Number),
            Self::IsSecured => drivers.is_secured.map(Fact::Flag),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loan::{AssetClass, LoanTerms};

    fn predicate(text: &str) -> Predicate {
        serde_json::from_str(text).unwrap()
    }

    fn loan(fico: Option<u16>) -> Loan {
        let mut terms = LoanTerms::level("a", AssetClass::AutoLoan, 1000.0, 0.05, 60);
        terms.drivers.fico_score = fico;
        Loan::new(terms).unwrap()
    }

    #[test]
    fn a_predicate_compares_a_fact() {
        let below = predicate(r#"{"field":"fico_score","op":"lt","value":620}"#);

        assert!(below.holds(&loan(Some(619))));
        assert!(!below.holds(&loan(Some(620))));
        assert!(
            predicate(r#"{"field":"asset_class","op":"eq","value":"auto_loan"}"#)
                .holds(&loan(None))
        );
    }

    #[test]
    fn an_unknown_fact_fulfils_nothing() {
        for op in ["lt", "ge", "eq", "ne"] {
            let text = format!(r#"{{"field":"fico_score","op":"{op}","value":620}}"#);
            assert!(!predicate(&text).holds(&loan(None)), "{op}");
        }
    }

    #[test]
    fn a_name_cannot_be_ordered() {
        assert!(
            !predicate(r#"{"field":"asset_class","op":"lt","value":"auto_loan"}"#).is_well_typed()
        );
        assert!(!predicate(r#"{"field":"fico_score","op":"lt","value":"low"}"#).is_well_typed());
        assert!(predicate(r#"{"field":"is_secured","op":"eq","value":true}"#).is_well_typed());
    }
}
