//! Several loans, at once or as a job.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};
use platform::auth::Caller;
use platform::db::Json as DbJson;
use platform::http::Json;
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Credit;
use crate::domain::asset::Issue;
use crate::domain::loans::{Batch, LoanData, Valuing, batch};
use crate::http::forecasts::{ForecastAcceptedView, accept};
use crate::http::problems::refused;
use crate::store::forecasts::ForecastRow;

/// The most loans that a caller waits for.
pub(in crate::http) const MOST_DIRECT: usize = 100;
/// The most loans of a job.
const MOST: usize = 10_000;

/// Several loans.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct BatchRequest {
    /// 1 to 100 loans; up to 10,000 as a job.
    pub(crate) loans: Vec<LoanData>,
    /// Accepted for older clients: loans are always calculated in one pass.
    pub(crate) process_in_parallel: Option<bool>,
    /// Whether the answer carries the cash flows of every loan.
    #[serde(default)]
    pub(crate) include_detailed_projections: bool,
    /// Whether the answer carries the measures of every loan.
    #[serde(default = "yes")]
    pub(crate) summary_metrics: bool,
    /// Annual rate; what is usual for the class if absent.
    pub(crate) discount_rate: Option<f64>,
    /// `true` makes a job of it, as more than 100 loans always are.
    #[serde(default)]
    pub(crate) run_async: bool,
}

const fn yes() -> bool {
    true
}

impl BatchRequest {
    pub(crate) fn valuing(&self) -> Valuing {
        Valuing { discount_rate: self.discount_rate, ..Valuing::default() }
    }

    fn check(&self) -> Result<(), Problem> {
        let mut issues = self.valuing().violations();
        if self.loans.is_empty() || self.loans.len() > MOST {
            let message = format!("must be 1 to {MOST} loans, were {}", self.loans.len());
            issues.push(Issue::new("/loans", "length", message));
        }
        if issues.is_empty() { Ok(()) } else { Err(refused(issues)) }
    }
}

/// Calculates several loans and all of them together.
///
/// Loans that break rules are named in `errors`; the others are calculated.
#[utoipa::path(
    post,
    path = "/api/v1/cashflow/calculate-batch",
    tag = "single loans",
    request_body = BatchRequest,
    responses(
        (status = 200, body = Batch),
        (status = 202, description = "More than 100 loans, or `run_async`", body = ForecastAcceptedView),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
pub(in crate::http) async fn calculate_loans(
    State(app): State<Credit>,
    caller: Caller,
    Json(request): Json<BatchRequest>,
) -> Result<Response, Problem> {
    request.check()?;
    if request.run_async || request.loans.len() > MOST_DIRECT {
        return enqueue_batch(&app, &caller, request).await;
    }
    let today = app.clock.today();
    let wanted = (request.include_detailed_projections, request.summary_metrics);
    let valuing = request.valuing();
    let span = tracing::Span::current();
    let made = tokio::task::spawn_blocking(move || {
        let _entered = span.entered();
        batch(&request.loans, valuing, today, wanted, |_| false)
    });
    let found = made.await.map_err(Problem::internal)?;
    let found = found.ok_or_else(|| Problem::internal("a batch stopped by itself"))?;
    Ok(Json(found).into_response())
}

/// Accepts a batch as a job.
pub(in crate::http) async fn enqueue_batch(
    app: &Credit,
    caller: &Caller,
    request: BatchRequest,
) -> Result<Response, Problem> {
    let name = format!("{} loans", request.loans.len());
    let request = serde_json::to_value(&request).map_err(Problem::internal)?;
    let row = ForecastRow {
        request: DbJson(request),
        ..ForecastRow::waiting(app, caller, "batch", name)
    };
    let accepted = accept(app, caller, row).await?;
    let location = [(header::LOCATION, accepted.status_url.clone())];
    Ok((StatusCode::ACCEPTED, location, Json(accepted)).into_response())
}
