//! `/cashflow`: single loans, at once.

mod batch;
mod forecast;
mod metrics;

use chrono::NaiveDate;
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) use batch::BatchRequest;
pub(super) use forecast::{ForecastBody, LoanStressBody};
pub(crate) use forecast::{forecast_now, stress_now};

use super::alias::also_at;
use super::problems::refused;
use crate::Credit;
use crate::domain::analysis::{AnalysisError, Bend, Note, Row};
use crate::domain::asset::Issue;
use crate::domain::loans::{Calculation, LoanCase, LoanData, LoanSummary, Valuing, calculate};

/// Lists the operations.
pub(super) fn routes() -> OpenApiRouter<Credit> {
    const OLD: &str = "/api/v1/enhanced-analytics";
    let old = |routes, path: &str, suffix| also_at(routes, &format!("{OLD}{path}"), suffix);
    OpenApiRouter::new()
        .routes(routes!(metrics::calculate_loan))
        .routes(routes!(batch::calculate_loans))
        .routes(routes!(forecast::forecast_loan))
        .routes(routes!(forecast::stress_loan))
        .routes(routes!(metrics::measure_loan))
        .routes(routes!(metrics::move_loan_inputs))
        .routes(routes!(metrics::assess_loan_risk))
        .routes(routes!(metrics::check_cashflow_health))
        .routes(old(routes!(metrics::measure_loan), "/enhanced-analytics/", "enhanced"))
        .routes(old(routes!(metrics::measure_loan), "/", "enhanced_short"))
        .routes(old(
            routes!(metrics::assess_loan_risk),
            "/enhanced-analytics/risk-metrics/",
            "enhanced",
        ))
        .routes(old(routes!(metrics::assess_loan_risk), "/risk-metrics/", "enhanced_short"))
        .routes(old(
            routes!(metrics::move_loan_inputs),
            "/enhanced-analytics/sensitivity-analysis/",
            "enhanced",
        ))
        .routes(old(routes!(metrics::move_loan_inputs), "/sensitivity-analysis/", "enhanced_short"))
        .routes(old(
            routes!(batch::calculate_loans),
            "/enhanced-analytics/batch-analytics/",
            "enhanced",
        ))
        .routes(old(routes!(batch::calculate_loans), "/batch-analytics/", "enhanced_short"))
}

/// A loan and how its cash is valued.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LoanBody {
    /// The loan.
    pub(super) loan_data: LoanData,
    /// Annual rate; what is usual for the class if absent.
    pub(super) discount_rate: Option<f64>,
    /// The day to which cash is discounted; the day before the first period if absent.
    pub(super) pricing_date: Option<NaiveDate>,
    /// Purchase price per 100; 100 if absent.
    pub(super) price: Option<f64>,
}

/// What one loan pays and is worth.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CalculationView {
    /// What the caller calls the loan.
    loan_id: String,
    /// The cash flows, if asked for.
    projections: Option<Vec<Row>>,
    summary_metrics: LoanSummary,
    /// The rate at which cash was discounted.
    discount_rate: f64,
    /// What the caller should know.
    warnings: Vec<Note>,
}

impl CalculationView {
    fn new(found: Calculation, details: bool) -> Self {
        Self {
            projections: details.then(|| found.outcome.cashflows.rows()),
            discount_rate: found.outcome.discount_rate,
            warnings: found.outcome.warnings,
            loan_id: found.loan_id,
            summary_metrics: found.summary,
        }
    }
}

impl LoanBody {
    const fn valuing(&self) -> Valuing {
        Valuing {
            discount_rate: self.discount_rate,
            pricing_date: self.pricing_date,
            price: self.price,
        }
    }

    /// The loan, checked together with how it is valued.
    fn case(&self, today: NaiveDate) -> Result<LoanCase, Problem> {
        checked(&self.loan_data, "/loan_data", self.valuing(), today).map_err(refused)
    }
}

/// A loan, checked together with how it is valued.
pub(super) fn checked(
    data: &LoanData,
    at: &str,
    valuing: Valuing,
    today: NaiveDate,
) -> Result<LoanCase, Vec<Issue>> {
    let mut issues = valuing.violations();
    match data.case(at, valuing, today) {
        Ok(case) if issues.is_empty() => Ok(case),
        Ok(_) => Err(issues),
        Err(broken) => {
            issues.extend(broken);
            Err(issues)
        }
    }
}

/// Calculates a loan under scenarios; `at` is the pointer of the loan.
fn run(case: &LoanCase, bends: &[Bend], at: &str) -> Result<Vec<Calculation>, Problem> {
    calculate(case, bends).map_err(|error| match error {
        AnalysisError::TooLarge | AnalysisError::Terms | AnalysisError::Stopped => {
            let message = "is more than can be computed with";
            refused(vec![Issue::new(format!("{at}/principal"), "out_of_range", message)])
        }
    })
}

/// The first of several calculations.
fn first(found: Vec<Calculation>) -> Result<Calculation, Problem> {
    found.into_iter().next().ok_or_else(|| Problem::internal("nothing was calculated"))
}
