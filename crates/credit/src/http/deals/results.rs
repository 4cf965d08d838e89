//! What came out of a run: columns as JSON, tables as files.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use chrono::NaiveDate;
use deal_engine::run::{
    AccountColumns, BondColumns, CallExercised, CashColumns, FeeColumns, InspectionColumns,
    LedgerColumns, PoolColumns, TestColumns, TriggerColumns,
};
use http::HeaderMap;
use platform::auth::Caller;
use platform::http::{Json, Page, PageQuery, Path, Query};
use platform::problem::{FieldError, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::problems::deal_failed;
use super::runs::seen_run;
use crate::Credit;
use crate::domain::deals::{Part, Results, ScenarioRun};
use crate::domain::export::{FileFormat, Title};
use crate::http::problems::{export, run_not_finished};
use crate::http::responses::{accepted, attachment};
use crate::store::deal_runs::DealRunRow;

/// Which part of a run, and in which form.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ResultQuery {
    /// The scenario; the base if absent.
    scenario: Option<String>,
    /// Only the bond, pool, fee, account or trigger of this name.
    name: Option<String>,
    /// `json` (default), `csv`, `xlsx` or `parquet`; `Accept` says the same.
    #[param(inline)]
    format: Option<FileFormat>,
}

/// What bonds were owed and paid, by column.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DealBondsView {
    scenario: String,
    /// Payment dates.
    dates: Vec<NaiveDate>,
    /// The status whose waterfall ran, by date.
    #[schema(value_type = Vec<String>)]
    status: Value,
    /// In the order of the deal.
    bonds: Vec<BondColumns>,
    /// Calls that were exercised.
    calls: Vec<CallExercised>,
}

/// What the pools paid, by column.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DealPoolsView {
    scenario: String,
    /// Payment dates.
    dates: Vec<NaiveDate>,
    /// In the order of the deal.
    pools: Vec<PoolColumns>,
    /// Cash in and out of the deal.
    cash: CashColumns,
}

/// What fees cost, by column.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DealFeesView {
    scenario: String,
    /// Payment dates.
    dates: Vec<NaiveDate>,
    /// In the order of the deal.
    fees: Vec<FeeColumns>,
}

/// What happened in accounts and on ledgers, by column.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DealAccountsView {
    scenario: String,
    /// Payment dates.
    dates: Vec<NaiveDate>,
    /// In the order of the deal.
    accounts: Vec<AccountColumns>,
    /// In the order of the deal.
    ledgers: Vec<LedgerColumns>,
}

/// What triggers and tests measured, by column.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DealTriggersView {
    scenario: String,
    /// Payment dates.
    dates: Vec<NaiveDate>,
    /// The status whose waterfall ran, by date.
    #[schema(value_type = Vec<String>)]
    status: Value,
    /// In the order of the deal.
    triggers: Vec<TriggerColumns>,
    /// In the order of the deal.
    tests: Vec<TestColumns>,
    /// What `inspect` steps wrote down.
    inspections: Vec<InspectionColumns>,
}

/// One step on one date.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DealLogEntry {
    /// `date`, `step` such as `amortizing/5`, `status`, `requested`, `limit`, `available`, `paid`,
    /// `from`, `into`, `balance_before`, `balance_after`, `note`.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    entry: Value,
}

/// The results of a run that the caller may see.
pub(super) async fn results_of(
    app: &Credit,
    caller: &Caller,
    id: &str,
    run_id: &str,
) -> Result<(DealRunRow, String, Results), Problem> {
    let (deal, run) = seen_run(app, caller, id, run_id).await?;
    let object = run.result_object.clone().ok_or_else(|| run_not_finished(&run.state))?;
    let results = app.fetch_results(&object).await.map_err(|failure| deal_failed(&failure))?;
    Ok((run, deal.name, results))
}

/// One scenario of the results, the base if none is named.
pub(super) fn pick(results: Results, wanted: Option<&str>) -> Result<ScenarioRun, Problem> {
    let names: Vec<String> = results.scenarios.iter().map(|s| s.name.clone()).collect();
    let wanted = wanted.unwrap_or("base");
    let found = results.scenarios.into_iter().find(|scenario| scenario.name == wanted);
    found.ok_or_else(|| {
        let message = format!("must be one of {}", names.join(", "));
        Problem::invalid(vec![FieldError::new("/query/scenario", "unknown_scenario", message)])
    })
}

/// A part of a run: as a file if one is asked for, otherwise what `view` makes of it.
async fn part(
    app: &Credit,
    caller: &Caller,
    (id, run_id): (String, String),
    query: ResultQuery,
    headers: &HeaderMap,
    part: Part,
    view: impl FnOnce(ScenarioRun, Option<&str>) -> Response,
) -> Result<Response, Problem> {
    let (run, deal_name, results) = results_of(app, caller, &id, &run_id).await?;
    let scenario = pick(results, query.scenario.as_deref())?;
    let format = query.format.or_else(|| accepted(headers)).unwrap_or(FileFormat::Json);
    if format == FileFormat::Json {
        return Ok(view(scenario, query.name.as_deref()));
    }
    let name = query.name;
    let span = tracing::Span::current();
    let made = tokio::task::spawn_blocking(move || {
        let _entered = span.entered();
        let grid = part.table(&scenario.run, name.as_deref());
        match format {
            FileFormat::Xlsx => grid.xlsx(part.title()),
            FileFormat::Parquet => grid.parquet(),
            FileFormat::Csv | FileFormat::Json => Ok(grid.csv()),
        }
    });
    let bytes = made.await.map_err(Problem::internal)?.map_err(export)?;
    let words = format!("{}-{}", run.name, part.title().to_lowercase());
    Ok(attachment(bytes, Title { pool: &deal_name, run: &words }, format))
}

/// Keeps the objects of one name.
fn only<T>(all: Vec<T>, name: Option<&str>, name_of: impl Fn(&T) -> &str) -> Vec<T> {
    let Some(name) = name else { return all };
    all.into_iter().filter(|object| name_of(object) == name).collect()
}

fn words(status: &[deal_engine::model::Status]) -> Value {
    serde_json::to_value(status).unwrap_or(Value::Null)
}

/// What bonds were owed and paid.
#[utoipa::path(
    get,
    path = "/api/v1/deals/{id}/runs/{run_id}/bonds",
    tag = "deal runs",
    params(("id" = String, Path), ("run_id" = String, Path), ResultQuery),
    responses(
        (status = 200, description = "With `format` or `Accept` a file", body = DealBondsView),
        (status = 404, body = Problem),
        (status = 409, description = "`run_not_finished`", body = Problem),
    ),
)]
pub(crate) async fn list_deal_run_bonds(
    State(app): State<Credit>,
    caller: Caller,
    Path(ids): Path<(String, String)>,
    Query(query): Query<ResultQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    part(&app, &caller, ids, query, &headers, Part::Bonds, |scenario, name| {
        let run = scenario.run;
        Json(DealBondsView {
            scenario: scenario.name,
            status: words(&run.status),
            dates: run.dates,
            bonds: only(run.bonds, name, |bond| &bond.name),
            calls: run.calls,
        })
        .into_response()
    })
    .await
}

/// What the pools paid.
#[utoipa::path(
    get,
    path = "/api/v1/deals/{id}/runs/{run_id}/pool",
    tag = "deal runs",
    params(("id" = String, Path), ("run_id" = String, Path), ResultQuery),
    responses(
        (status = 200, description = "With `format` or `Accept` a file", body = DealPoolsView),
        (status = 404, body = Problem),
        (status = 409, description = "`run_not_finished`", body = Problem),
    ),
)]
pub(crate) async fn list_deal_run_pool(
    State(app): State<Credit>,
    caller: Caller,
    Path(ids): Path<(String, String)>,
    Query(query): Query<ResultQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    part(&app, &caller, ids, query, &headers, Part::Pools, |scenario, name| {
        let run = scenario.run;
        Json(DealPoolsView {
            scenario: scenario.name,
            dates: run.dates,
            pools: only(run.pools, name, |pool| &pool.name),
            cash: run.cash,
        })
        .into_response()
    })
    .await
}

/// What fees cost.
#[utoipa::path(
    get,
    path = "/api/v1/deals/{id}/runs/{run_id}/fees",
    tag = "deal runs",
    params(("id" = String, Path), ("run_id" = String, Path), ResultQuery),
    responses(
        (status = 200, description = "With `format` or `Accept` a file", body = DealFeesView),
        (status = 404, body = Problem),
        (status = 409, description = "`run_not_finished`", body = Problem),
    ),
)]
pub(crate) async fn list_deal_run_fees(
    State(app): State<Credit>,
    caller: Caller,
    Path(ids): Path<(String, String)>,
    Query(query): Query<ResultQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    part(&app, &caller, ids, query, &headers, Part::Fees, |scenario, name| {
        let run = scenario.run;
        Json(DealFeesView {
            scenario: scenario.name,
            dates: run.dates,
            fees: only(run.fees, name, |fee| &fee.name),
        })
        .into_response()
    })
    .await
}

/// What happened in accounts and on ledgers.
#[utoipa::path(
    get,
    path = "/api/v1/deals/{id}/runs/{run_id}/accounts",
    tag = "deal runs",
    params(("id" = String, Path), ("run_id" = String, Path), ResultQuery),
    responses(
        (status = 200, description = "With `format` or `Accept` a file", body = DealAccountsView),
        (status = 404, body = Problem),
        (status = 409, description = "`run_not_finished`", body = Problem),
    ),
)]
pub(crate) async fn list_deal_run_accounts(
    State(app): State<Credit>,
    caller: Caller,
    Path(ids): Path<(String, String)>,
    Query(query): Query<ResultQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    part(&app, &caller, ids, query, &headers, Part::Accounts, |scenario, name| {
        let run = scenario.run;
        Json(DealAccountsView {
            scenario: scenario.name,
            dates: run.dates,
            accounts: only(run.accounts, name, |account| &account.name),
            ledgers: only(run.ledgers, name, |ledger| &ledger.name),
        })
        .into_response()
    })
    .await
}

/// What triggers and tests measured.
#[utoipa::path(
    get,
    path = "/api/v1/deals/{id}/runs/{run_id}/triggers",
    tag = "deal runs",
    params(("id" = String, Path), ("run_id" = String, Path), ResultQuery),
    responses(
        (status = 200, description = "With `format` or `Accept` a file", body = DealTriggersView),
        (status = 404, body = Problem),
        (status = 409, description = "`run_not_finished`", body = Problem),
    ),
)]
pub(crate) async fn list_deal_run_triggers(
    State(app): State<Credit>,
    caller: Caller,
    Path(ids): Path<(String, String)>,
    Query(query): Query<ResultQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    part(&app, &caller, ids, query, &headers, Part::Triggers, |scenario, name| {
        let run = scenario.run;
        Json(DealTriggersView {
            scenario: scenario.name,
            status: words(&run.status),
            dates: run.dates,
            triggers: only(run.triggers, name, |trigger| &trigger.name),
            tests: only(run.tests, name, |test| &test.name),
            inspections: run.inspections,
        })
        .into_response()
    })
    .await
}

/// Every step of a run in its order, page by page; as a file all of it.
#[utoipa::path(
    get,
    path = "/api/v1/deals/{id}/runs/{run_id}/log",
    tag = "deal runs",
    params(("id" = String, Path), ("run_id" = String, Path), ResultQuery, PageQuery),
    responses(
        (status = 200, description = "With `format` or `Accept` a file", body = Page<DealLogEntry>),
        (status = 404, body = Problem),
        (status = 409, description = "`run_not_finished`", body = Problem),
    ),
)]
pub(crate) async fn list_deal_run_log(
    State(app): State<Credit>,
    caller: Caller,
    Path(ids): Path<(String, String)>,
    Query(query): Query<ResultQuery>,
    Query(page): Query<PageQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let limit = page.limit()?;
    let first: usize = page.after()?.unwrap_or(0);
    part(&app, &caller, ids, query, &headers, Part::Log, |scenario, _| {
        let grid = Part::Log.table(&scenario.run, None);
        let count = usize::try_from(limit).unwrap_or(usize::MAX);
        let rows: Vec<(usize, Value)> =
            (first + 1..).zip(grid.json(first, count.saturating_add(1))).collect();
        let page =
            Page::from_rows(rows, limit, |(next, _)| *next, |(_, entry)| DealLogEntry { entry });
        Json(page).into_response()
    })
    .await
}
