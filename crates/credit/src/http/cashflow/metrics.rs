//! One loan: its cash, its measures, its risk.

use axum::extract::State;
use credit_engine::risk::vasicek::LargePool;
use platform::http::{Json, Query};
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{CalculationView, LoanBody, checked, first, run};
use crate::Credit;
use crate::domain::analysis::{Bend, ENGINE_VERSION};
use crate::domain::asset::Issue;
use crate::domain::loans::{
    Input, LoanData, LoanSummary, Sensitivity, SensitivityQuery, Valuing, sensitivity,
};
use crate::http::problems::refused;

/// The most inputs of one sensitivity.
const MOST_INPUTS: usize = 10;

/// Whether the answer carries cash flows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct DetailQuery {
    /// `false` leaves the cash flows out.
    include_details: Option<bool>,
    /// Annual rate at which cash is discounted; what is usual for the class if absent.
    discount_rate: Option<f64>,
}

/// Calculates what one loan pays and is worth.
#[utoipa::path(
    post,
    path = "/api/v1/cashflow/calculate",
    tag = "single loans",
    params(DetailQuery),
    request_body = LoanData,
    responses(
        (status = 200, body = CalculationView),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
pub(in crate::http) async fn calculate_loan(
    State(app): State<Credit>,
    Query(query): Query<DetailQuery>,
    Json(data): Json<LoanData>,
) -> Result<Json<CalculationView>, Problem> {
    let valuing = Valuing { discount_rate: query.discount_rate, ..Valuing::default() };
    let case = checked(&data, "", valuing, app.clock.today()).map_err(refused)?;
    let found = first(run(&case, &[Bend::default()], "")?)?;
    Ok(Json(CalculationView::new(found, query.include_details.unwrap_or(true))))
}

/// Measures one loan.
#[utoipa::path(
    post,
    path = "/api/v1/cashflow/enhanced-metrics",
    tag = "single loans",
    request_body = LoanBody,
    responses(
        (status = 200, body = CalculationView),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
pub(in crate::http) async fn measure_loan(
    State(app): State<Credit>,
    Json(body): Json<LoanBody>,
) -> Result<Json<CalculationView>, Problem> {
    let case = body.case(app.clock.today())?;
    let found = first(run(&case, &[Bend::default()], "/loan_data")?)?;
    Ok(Json(CalculationView::new(found, false)))
}

/// A loan and the inputs that move.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct SensitivityBody {
    /// The loan.
    loan_data: LoanData,
    /// Annual rate; what is usual for the class if absent.
    discount_rate: Option<f64>,
    /// Purchase price per 100; 100 if absent.
    price: Option<f64>,
    /// The inputs and their values; one point of rates up and down if absent.
    parameters: Option<Vec<SensitivityQuery>>,
}

/// What moving the inputs does.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct SensitivityView {
    loan_id: String,
    /// The loan as sent.
    base: LoanSummary,
    /// One table an input.
    sensitivities: Vec<Sensitivity>,
}

/// Moves the inputs of a loan, one at a time.
#[utoipa::path(
    post,
    path = "/api/v1/cashflow/sensitivity",
    tag = "single loans",
    request_body = SensitivityBody,
    responses(
        (status = 200, body = SensitivityView),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
pub(in crate::http) async fn move_loan_inputs(
    State(app): State<Credit>,
    Json(body): Json<SensitivityBody>,
) -> Result<Json<SensitivityView>, Problem> {
    let today = app.clock.today();
    let valuing =
        Valuing { discount_rate: body.discount_rate, price: body.price, ..Valuing::default() };
    let case = checked(&body.loan_data, "/loan_data", valuing, today).map_err(refused)?;
    let base = first(run(&case, &[Bend::default()], "/loan_data")?)?;
    let rate = base.outcome.discount_rate;
    let queries = body.parameters.unwrap_or_else(|| {
        let values = [-0.01, -0.005, 0.0, 0.005, 0.01].map(|shift| rate + shift).to_vec();
        vec![SensitivityQuery { parameter: Input::DiscountRate, values }]
    });
    if queries.is_empty() || queries.len() > MOST_INPUTS {
        let message = format!("must be 1 to {MOST_INPUTS} inputs, were {}", queries.len());
        return Err(refused(vec![Issue::new("/parameters", "length", message)]));
    }
    let npv = base.summary.metrics.npv;
    let sensitivities =
        sensitivity(&body.loan_data, valuing, today, &queries, npv).map_err(refused)?;
    Ok(Json(SensitivityView { loan_id: base.loan_id, base: base.summary, sensitivities }))
}

/// A loan, and how it moves with others.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct RiskBody {
    /// The loan.
    loan_data: LoanData,
    /// Annual rate; what is usual for the class if absent.
    discount_rate: Option<f64>,
    /// Correlation with the economy, 0 to below 1; 0.15 if absent.
    asset_correlation: Option<f64>,
    /// How sure the quantile is; 0.999 if absent.
    confidence: Option<f64>,
}

/// The risk of a loan, as shares of its balance.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct LoanRiskView {
    loan_id: String,
    /// The share that defaults over its life.
    lifetime_default_probability: Option<f64>,
    /// Lost per defaulted balance; `null` if nothing defaults.
    loss_given_default: Option<f64>,
    /// Lost over its life.
    expected_loss: Option<f64>,
    /// The same in money.
    expected_loss_amount: f64,
    /// The default rate of a large pool of such loans at the confidence.
    stressed_default_rate: Option<f64>,
    /// Its loss beyond the expected one.
    unexpected_loss: Option<f64>,
    asset_correlation: f64,
    confidence: f64,
    /// Macaulay duration, years.
    duration: Option<f64>,
    /// Modified duration, years.
    modified_duration: Option<f64>,
    /// Convexity.
    convexity: Option<f64>,
    /// Value of one basis point of yield.
    dv01: Option<f64>,
}

/// Assesses what may be lost on a loan.
#[utoipa::path(
    post,
    path = "/api/v1/cashflow/risk-metrics",
    tag = "single loans",
    request_body = RiskBody,
    responses(
        (status = 200, body = LoanRiskView),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
pub(in crate::http) async fn assess_loan_risk(
    State(app): State<Credit>,
    Json(body): Json<RiskBody>,
) -> Result<Json<LoanRiskView>, Problem> {
    let valuing = Valuing { discount_rate: body.discount_rate, ..Valuing::default() };
    let (correlation, confidence) =
        (body.asset_correlation.unwrap_or(0.15), body.confidence.unwrap_or(0.999));
    let mut issues = Vec::new();
    for (name, value, fits) in [
        ("asset_correlation", correlation, (0.0..1.0).contains(&correlation)),
        ("confidence", confidence, confidence > 0.0 && confidence < 1.0),
    ] {
        if !fits {
            let message = format!("must be between 0 and below 1, was {value}");
            issues.push(Issue::new(format!("/{name}"), "out_of_range", message));
        }
    }
    let case = match checked(&body.loan_data, "/loan_data", valuing, app.clock.today()) {
        Ok(case) if issues.is_empty() => case,
        other => {
            issues.extend(other.err().unwrap_or_default());
            return Err(refused(issues));
        }
    };
    let found = first(run(&case, &[Bend::default()], "/loan_data")?)?;
    let (metrics, balance) = (&found.summary.metrics, found.outcome.balance);
    let share = |amount: f64| (balance > 0.0).then(|| amount / balance);
    let pd = share(metrics.total_default);
    let lgd = (metrics.total_default > 0.0).then(|| metrics.total_loss / metrics.total_default);
    let stressed = pd.map(|pd| {
        if pd <= 0.0 || pd >= 1.0 {
            return pd.clamp(0.0, 1.0);
        }
        let pool = LargePool { pd, asset_correlation: correlation, lgd: lgd.unwrap_or(0.0) };
        pool.default_rate_quantile(confidence)
    });
    let unexpected = stressed.zip(pd).zip(lgd).map(|((high, pd), lgd)| (high - pd).max(0.0) * lgd);
    Ok(Json(LoanRiskView {
        loan_id: found.loan_id.clone(),
        lifetime_default_probability: pd,
        loss_given_default: lgd,
        expected_loss: share(metrics.total_loss),
        expected_loss_amount: metrics.total_loss,
        stressed_default_rate: stressed,
        unexpected_loss: unexpected,
        asset_correlation: correlation,
        confidence,
        duration: metrics.duration,
        modified_duration: metrics.modified_duration,
        convexity: metrics.convexity,
        dv01: metrics.dv01,
    }))
}

/// Whether single loans can be calculated.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct CashflowHealthView {
    #[schema(example = "healthy")]
    status: &'static str,
    /// The version of the arithmetic.
    engine_version: &'static str,
    /// The payment of a loan of 100,000 over 360 months at 6 %, computed now.
    payment: Option<f64>,
}

/// Says whether single loans can be calculated, by calculating one.
#[utoipa::path(
    get,
    path = "/api/v1/cashflow/health",
    tag = "single loans",
    responses((status = 200, body = CashflowHealthView)),
)]
pub(in crate::http) async fn check_cashflow_health(
    State(app): State<Credit>,
) -> Result<Json<CashflowHealthView>, Problem> {
    let data = LoanData {
        principal: Some(100_000.into()),
        interest_rate: Some(serde_json::json!(0.06)),
        term_months: Some(360.into()),
        ..LoanData::default()
    };
    let case = checked(&data, "", Valuing::default(), app.clock.today()).map_err(refused)?;
    let found = first(run(&case, &[Bend::default()], "")?)?;
    let payment = found.summary.payment;
    let works = payment.is_some_and(|payment| (payment - 599.550_525_152_8).abs() < 1e-6);
    let status = if works { "healthy" } else { "unhealthy" };
    Ok(Json(CashflowHealthView { status, engine_version: ENGINE_VERSION, payment }))
}
