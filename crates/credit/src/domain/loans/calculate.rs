//! What one loan pays and is worth.

use chrono::NaiveDate;
use credit_engine::amortization::{IndexPath, schedule};
use credit_engine::loan::Loan;
use credit_engine::projection::Control;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::data::LoanCase;
use crate::domain::analysis::{AnalysisError, Bend, Metrics, Note, Outcome, analyze_under};

/// What one loan pays and is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Calculation {
    /// What the caller calls the loan.
    pub loan_id: String,
    /// The measures of the cash.
    pub summary: LoanSummary,
    /// The cash itself.
    pub outcome: Outcome,
}

/// The measures of a loan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LoanSummary {
    /// The first payment with principal, if nobody prepays or defaults.
    pub payment: Option<f64>,
    /// Number of payments as agreed.
    pub number_of_payments: usize,
    /// When the last payment is due.
    pub maturity_date: Option<NaiveDate>,
    /// The last payment as agreed; a balloon shows here.
    pub last_payment: Option<f64>,
    /// Interest as agreed, without prepayments and defaults.
    pub contractual_interest: f64,
    /// Net operating income over a year of payments; needs the income.
    pub dscr: Option<f64>,
    /// Net operating income over a year of interest; needs the income.
    pub icr: Option<f64>,
    /// Net operating income over the balance; needs the income.
    pub debt_yield: Option<f64>,
    /// Balance over the value of the property; needs the value.
    pub ltv: Option<f64>,
    /// The measures under the loan's assumptions.
    #[serde(flatten)]
    pub metrics: Metrics,
}

/// Projects a loan under every scenario.
///
/// # Errors
///
/// Returns [`AnalysisError`] if the numbers do not add up to something finite.
pub fn calculate(case: &LoanCase, bends: &[Bend]) -> Result<Vec<Calculation>, AnalysisError> {
    let loans = std::slice::from_ref(&case.loan);
    let outcomes = analyze_under(loans, &case.terms, bends, Control::default())?;
    let mut found: Vec<Calculation> = outcomes
        .into_iter()
        .map(|outcome| Calculation {
            loan_id: case.loan.id().to_owned(),
            summary: LoanSummary::new(case, &outcome),
            outcome,
        })
        .collect();
    let base = found.first().and_then(|base| base.summary.metrics.npv);
    for one in found.iter_mut().skip(1) {
        let metrics = &mut one.summary.metrics;
        let change = metrics.npv.zip(base).map(|(npv, base)| npv - base);
        metrics.npv_change = change;
        metrics.npv_change_percent = change
            .zip(base.filter(|base| *base != 0.0))
            .map(|(change, base)| 100.0 * change / base);
    }
    Ok(found)
}

impl LoanSummary {
    fn new(case: &LoanCase, outcome: &Outcome) -> Self {
        let loan: &Loan = &case.loan;
        let agreed = schedule(loan, IndexPath::Unchanged);
        let payments = agreed.payments();
        let first = payments.iter().find(|payment| payment.principal > 0.0);
        let per_year = usize::from(loan.frequency().per_year());
        let year = payments.iter().take(per_year);
        let (paid, interest) = year.fold((0.0, 0.0), |(paid, interest), payment| {
            (paid + payment.total(), interest + payment.interest)
        });
        let over = |divisor: f64| case.noi.filter(|_| divisor > 0.0).map(|noi| noi / divisor);
        let months = usize::from(loan.remaining_months());
        Self {
            payment: first.map(credit_engine::amortization::Payment::total),
            number_of_payments: payments.len(),
            maturity_date: outcome.cashflows.date.get(months.saturating_sub(1)).copied(),
            last_payment: payments.last().map(credit_engine::amortization::Payment::total),
            contractual_interest: agreed.total_interest(),
            dscr: over(paid),
            icr: over(interest),
            debt_yield: over(loan.balance()),
            ltv: case.property_value.filter(|value| *value > 0.0).map(|v| loan.balance() / v),
            metrics: outcome.metrics.clone().unwrap_or_default(),
        }
    }
}

impl Calculation {
    /// What the caller should know.
    #[must_use]
    pub fn warnings(&self) -> &[Note] {
        &self.outcome.warnings
    }
}
