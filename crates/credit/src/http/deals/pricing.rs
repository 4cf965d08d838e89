//! What bonds are worth, why they got what they got, and how two runs differ.

use axum::extract::State;
use chrono::NaiveDate;
use deal_engine::explain::{Explanation, explain};
use deal_engine::price::{BondPrice, BondQuote, ZeroRates};
use platform::auth::Caller;
use platform::http::{Json, Path, Query};
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::library::seen;
use super::problems::{no_run, not_explained, price_problem};
use super::results::{pick, results_of};
use crate::Credit;
use crate::domain::deals::{Comparison, Permission, Results, compare, prices};
use crate::store::deal_runs::{self, RunFilter};

/// What bonds are quoted at.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = DealPriceRequest)]
pub(crate) struct PriceBody {
    /// The run; the newest finished one of the deal if absent. Not for the address of a run.
    run_id: Option<String>,
    /// The scenario; the base if absent.
    scenario: Option<String>,
    /// When the bonds are paid for; the pricing date of the run if absent.
    settlement: Option<NaiveDate>,
    /// Which bonds, and at which price, yield, discount margin or Z-spread; if absent every bond
    /// that still pays, at 100.
    bonds: Vec<BondQuote>,
    /// Zero rates, for Z-spreads.
    curve: Option<ZeroRates>,
    /// Clean prices for a table of yields.
    table: Vec<f64>,
}

/// What bonds are worth.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DealPriceView {
    run_id: String,
    scenario: String,
    settlement: NaiveDate,
    bonds: Vec<BondPrice>,
}

/// The payment to explain.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExplainQuery {
    /// The bond.
    bond: String,
    /// The payment date.
    date: NaiveDate,
    /// The scenario; the base if absent.
    scenario: Option<String>,
}

/// The runs to compare.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CompareQuery {
    /// The first run.
    a: String,
    /// The second run; the first one again if absent, under another scenario.
    b: Option<String>,
    /// The scenario of the first run; the base if absent.
    scenario_a: Option<String>,
    /// The scenario of the second run; the base if absent.
    scenario_b: Option<String>,
}

/// Says in sentences why a bond got what it got on a date.
#[utoipa::path(
    get,
    path = "/api/v1/deals/{id}/runs/{run_id}/explain",
    tag = "deal runs",
    params(("id" = String, Path), ("run_id" = String, Path), ExplainQuery),
    responses(
        (status = 200, body = Explanation),
        (status = 404, body = Problem),
        (status = 409, description = "`run_not_finished`", body = Problem),
        (status = 422, description = "`validation`: no such bond, date or log", body = Problem),
    ),
)]
pub(crate) async fn explain_deal_run(
    State(app): State<Credit>,
    caller: Caller,
    Path((id, run_id)): Path<(String, String)>,
    Query(query): Query<ExplainQuery>,
) -> Result<Json<Explanation>, Problem> {
    let (_, _, results) = results_of(&app, &caller, &id, &run_id).await?;
    let deal = results.deal.clone();
    let scenario = pick(results, query.scenario.as_deref())?;
    let found = explain(&deal, &scenario.run, &query.bond, query.date);
    Ok(Json(found.map_err(|error| not_explained(&error))?))
}

/// Prices the bonds of a run.
#[utoipa::path(
    post,
    path = "/api/v1/deals/{id}/runs/{run_id}/price",
    tag = "deal runs",
    params(("id" = String, Path), ("run_id" = String, Path)),
    request_body = PriceBody,
    responses(
        (status = 200, body = DealPriceView),
        (status = 404, body = Problem),
        (status = 409, description = "`run_not_finished`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
pub(crate) async fn price_deal_run(
    State(app): State<Credit>,
    caller: Caller,
    Path((id, run_id)): Path<(String, String)>,
    Json(body): Json<PriceBody>,
) -> Result<Json<DealPriceView>, Problem> {
    let (run, _, results) = results_of(&app, &caller, &id, &run_id).await?;
    priced(run.id, results, body)
}

/// Prices the bonds of a deal from one of its runs.
#[utoipa::path(
    post,
    path = "/api/v1/deals/{id}/price",
    tag = "deal runs",
    params(("id" = String, Path)),
    request_body = PriceBody,
    responses(
        (status = 200, body = DealPriceView),
        (status = 404, body = Problem),
        (status = 409, description = "`no_finished_run`, `run_not_finished`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
pub(crate) async fn price_deal(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<PriceBody>,
) -> Result<Json<DealPriceView>, Problem> {
    let run_id = match &body.run_id {
        Some(run_id) => run_id.clone(),
        None => newest(&app, &caller, &id).await?,
    };
    let (run, _, results) = results_of(&app, &caller, &id, &run_id).await?;
    priced(run.id, results, body)
}

/// The newest run with a result that the caller may see.
async fn newest(app: &Credit, caller: &Caller, id: &str) -> Result<String, Problem> {
    let (deal, _) = seen(app, Some(caller), id, Permission::Read).await?;
    let insider = app.granted(caller, &deal).await?;
    let owners = (!insider).then(|| (caller.user_id.clone(), deal.owner_id.clone()));
    let filter = RunFilter { deal_id: deal.id, owners, before: None, limit: 100 };
    let mut tx = app.db.read().await?;
    let rows = deal_runs::list(&mut tx, &caller.tenant_id, &filter).await?;
    let found = rows.into_iter().find(|run| run.result_object.is_some());
    found.map(|run| run.id).ok_or_else(|| no_run(id))
}

fn priced(
    run_id: String,
    results: Results,
    body: PriceBody,
) -> Result<Json<DealPriceView>, Problem> {
    let settlement = body.settlement.unwrap_or(results.pricing_date);
    let (deal, indices) = (results.deal.clone(), results.indices.clone());
    let scenario = pick(results, body.scenario.as_deref())?;
    let request = deal_engine::price::PriceRequest {
        settlement,
        bonds: body.bonds,
        curve: body.curve,
        indices,
        table: body.table,
    };
    let bonds = prices(&deal, &scenario.run, request).map_err(|error| price_problem(&error))?;
    Ok(Json(DealPriceView { run_id, scenario: scenario.name, settlement, bonds }))
}

/// Lays two runs of a deal over each other, date by date.
#[utoipa::path(
    get,
    path = "/api/v1/deals/{id}/runs/compare",
    tag = "deal runs",
    params(("id" = String, Path), CompareQuery),
    responses(
        (status = 200, body = Comparison),
        (status = 404, body = Problem),
        (status = 409, description = "`run_not_finished`", body = Problem),
    ),
)]
pub(crate) async fn compare_deal_runs(
    State(app): State<Credit>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<CompareQuery>,
) -> Result<Json<Comparison>, Problem> {
    let other = query.b.as_ref().unwrap_or(&query.a);
    let (_, _, first) = results_of(&app, &caller, &id, &query.a).await?;
    let (_, _, second) = results_of(&app, &caller, &id, other).await?;
    let first = pick(first, query.scenario_a.as_deref())?;
    let second = pick(second, query.scenario_b.as_deref())?;
    Ok(Json(compare(&first.run, &second.run)))
}
