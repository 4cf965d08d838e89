//! One loan under scenarios and under chance.

use axum::extract::State;
use chrono::NaiveDate;
use platform::auth::{Caller, Role};
use platform::http::Json;
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CalculationView, checked, first, run};
use crate::Credit;
use crate::domain::analysis::{Bend, Metrics};
use crate::domain::asset::Issue;
use crate::domain::loans::{
    EconomicFactors, LoanData, LoanScenario, LoanSummary, Multipliers, Valuing,
};
use crate::domain::stress::FactorsBody;
use crate::http::problems::{needs_operator, not_implemented, refused};

/// The most scenarios of one loan.
const MOST_SCENARIOS: usize = 20;

/// A loan, its valuation, and what may happen to it.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct ForecastBody {
    /// The loan.
    pub(in crate::http) loan_data: LoanData,
    /// Annual rate; what is usual for the class if absent.
    pub(in crate::http) discount_rate: Option<f64>,
    /// Purchase price per 100; 100 if absent.
    pub(in crate::http) price: Option<f64>,
    /// Speeds in place of those of the loan.
    #[serde(default)]
    pub(in crate::http) models: ForecastModels,
    /// What happens to the economy.
    pub(in crate::http) economic_factors: Option<EconomicFactors>,
    /// Scenarios beside it, at most 20.
    #[serde(default)]
    pub(in crate::http) stress_scenarios: Vec<LoanScenario>,
    /// Not available here: simulations are under `/monte-carlo/simulations`.
    #[schema(value_type = Option<Object>)]
    pub(in crate::http) monte_carlo_config: Option<serde_json::Value>,
    /// `false` leaves the cash flows out.
    #[serde(default = "yes")]
    pub(in crate::http) include_projections: bool,
}

const fn yes() -> bool {
    true
}

/// Speeds in place of those of the loan.
#[derive(Debug, Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::http) struct ForecastModels {
    /// `CPR`, `PSA`, `SMM` or `ABS`.
    prepayment_model: Option<String>,
    /// The rate of the model.
    prepayment_rate: Option<f64>,
    /// The annual default rate.
    default_probability: Option<f64>,
    /// One minus the severity.
    recovery_rate: Option<f64>,
}

/// A loan and its scenarios.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct LoanStressBody {
    /// The loan.
    pub(in crate::http) loan_data: LoanData,
    /// Annual rate; what is usual for the class if absent.
    pub(in crate::http) discount_rate: Option<f64>,
    /// The scenarios, 1 to 20.
    pub(in crate::http) scenarios: Vec<LoanScenario>,
}

/// What a loan does in a forecast.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ForecastView {
    /// The loan under the economy that is expected.
    baseline: CalculationView,
    /// The scenarios beside it.
    scenarios: Vec<LoanScenarioView>,
    /// What the economy does to markets and speeds, if it was given.
    market_factors: Option<FactorsBody>,
    /// How the economy was turned into that, if it was given.
    elasticities: Option<Multipliers>,
}

/// What a loan does under stress.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoanStressView {
    /// The loan as sent.
    baseline: CalculationView,
    /// Every scenario.
    scenarios: Vec<LoanScenarioView>,
    /// How economic factors were turned into multipliers.
    elasticities: Multipliers,
}

/// What a loan does under one scenario.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoanScenarioView {
    name: String,
    /// How far markets and speeds move.
    market_factors: FactorsBody,
    summary_metrics: LoanSummary,
}

impl ForecastView {
    pub(crate) const fn metrics(&self) -> &Metrics {
        &self.baseline.summary_metrics.metrics
    }
}

impl LoanStressView {
    pub(crate) const fn metrics(&self) -> &Metrics {
        &self.baseline.summary_metrics.metrics
    }
}

/// Forecasts one loan: its models, the economy and scenarios are all honoured.
#[utoipa::path(
    post,
    path = "/api/v1/cashflow/forecast",
    tag = "single loans",
    request_body = ForecastBody,
    responses(
        (status = 200, body = ForecastView),
        (status = 422, description = "`validation`", body = Problem),
        (status = 403, description = "Scenarios need the role `operator`", body = Problem),
        (status = 501, description = "`monte_carlo_not_available`", body = Problem),
    ),
)]
pub(in crate::http) async fn forecast_loan(
    State(app): State<Credit>,
    caller: Caller,
    Json(body): Json<ForecastBody>,
) -> Result<Json<ForecastView>, Problem> {
    if !body.stress_scenarios.is_empty() && !caller.may("credit", Role::Operator) {
        return Err(needs_operator());
    }
    Ok(Json(forecast_now(&body, app.clock.today())?))
}

/// Runs one loan under scenarios.
#[utoipa::path(
    post,
    path = "/api/v1/cashflow/stress-test",
    tag = "single loans",
    request_body = LoanStressBody,
    responses(
        (status = 200, body = LoanStressView),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
pub(in crate::http) async fn stress_loan(
    State(app): State<Credit>,
    Json(body): Json<LoanStressBody>,
) -> Result<Json<LoanStressView>, Problem> {
    Ok(Json(stress_now(&body, app.clock.today())?))
}

/// Forecasts a loan.
pub(crate) fn forecast_now(body: &ForecastBody, today: NaiveDate) -> Result<ForecastView, Problem> {
    if body.monte_carlo_config.as_ref().is_some_and(|config| !config.is_null()) {
        return Err(not_implemented(
            "monte_carlo_not_available",
            "monte_carlo_config is not available for a single loan; leave it out, or simulate a \
             pool with POST /api/v1/monte-carlo/simulations.",
        ));
    }
    let mut data = body.loan_data.clone();
    let models = &body.models;
    data.prepayment_model = models.prepayment_model.clone().or(data.prepayment_model);
    data.prepayment_rate = models.prepayment_rate.or(data.prepayment_rate);
    data.default_probability = models.default_probability.or(data.default_probability);
    data.recovery_rate = models.recovery_rate.or(data.recovery_rate);
    let valuing =
        Valuing { discount_rate: body.discount_rate, price: body.price, ..Valuing::default() };
    let mut issues = Vec::new();
    let mut expected = Bend::default();
    if let Some(economy) = &body.economic_factors {
        issues.extend(economy.violations("/economic_factors"));
        expected.factors = economy.market();
    }
    let (bends, broken) = bends(&body.stress_scenarios, "/stress_scenarios", expected);
    issues.extend(broken);
    let case = match checked(&data, "/loan_data", valuing, today) {
        Ok(case) if issues.is_empty() => case,
        other => {
            issues.extend(other.err().unwrap_or_default());
            return Err(refused(issues));
        }
    };
    let mut found = run(&case, &bends, "/loan_data")?;
    let later = found.split_off(1.min(found.len()));
    let economy = body.economic_factors;
    Ok(ForecastView {
        baseline: CalculationView::new(first(found)?, body.include_projections),
        scenarios: views(&body.stress_scenarios, &bends, later),
        market_factors: economy.map(|economy| economy.market().into()),
        elasticities: economy.map(|_| Multipliers::TABLE),
    })
}

/// Runs a loan under scenarios.
pub(crate) fn stress_now(
    body: &LoanStressBody,
    today: NaiveDate,
) -> Result<LoanStressView, Problem> {
    let valuing = Valuing { discount_rate: body.discount_rate, ..Valuing::default() };
    let (bends, mut issues) = bends(&body.scenarios, "/scenarios", Bend::default());
    if body.scenarios.is_empty() {
        issues.push(Issue::new("/scenarios", "length", "must hold at least one scenario"));
    }
    let case = match checked(&body.loan_data, "/loan_data", valuing, today) {
        Ok(case) if issues.is_empty() => case,
        other => {
            issues.extend(other.err().unwrap_or_default());
            return Err(refused(issues));
        }
    };
    let mut found = run(&case, &bends, "/loan_data")?;
    let later = found.split_off(1.min(found.len()));
    Ok(LoanStressView {
        baseline: CalculationView::new(first(found)?, false),
        scenarios: views(&body.scenarios, &bends, later),
        elasticities: Multipliers::TABLE,
    })
}

/// The base, then every scenario, and what is wrong with them.
fn bends(scenarios: &[LoanScenario], at: &str, base: Bend) -> (Vec<Bend>, Vec<Issue>) {
    let (mut bends, mut issues) = (vec![base], Vec::new());
    if scenarios.len() > MOST_SCENARIOS {
        let message =
            format!("must be at most {MOST_SCENARIOS} scenarios, were {}", scenarios.len());
        return (bends, vec![Issue::new(at.to_owned(), "length", message)]);
    }
    for (position, scenario) in scenarios.iter().enumerate() {
        match scenario.bend(&format!("{at}/{position}")) {
            Ok(bend) => bends.push(bend),
            Err(broken) => issues.extend(broken),
        }
    }
    (bends, issues)
}

fn views(
    scenarios: &[LoanScenario],
    bends: &[Bend],
    found: Vec<crate::domain::loans::Calculation>,
) -> Vec<LoanScenarioView> {
    let moved = bends.iter().skip(1);
    let together = scenarios.iter().zip(moved).zip(found);
    together
        .map(|((scenario, bend), one)| LoanScenarioView {
            name: scenario.name.clone(),
            market_factors: bend.factors.into(),
            summary_metrics: one.summary,
        })
        .collect()
}
