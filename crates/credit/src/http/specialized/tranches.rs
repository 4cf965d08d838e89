//! The tranches of obligations.

use axum::extract::State;
use chrono::NaiveDate;
use credit_engine::loan::AssetClass;
use credit_engine::scenarios;
use platform::auth::Caller;
use platform::http::{Json, Query};
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::Credit;
use crate::calculator::{Failure, Loans};
use crate::domain::analysis::{AnalysisRequest, GroupBy, Terms};
use crate::domain::asset::Issue;
use crate::domain::specialized::{Clo, TrancheScenario, analyze_clo};
use crate::domain::stress::{ScenarioNames, StressScenario, select};
use crate::http::analyze::{choose, stored, terms};
use crate::http::problems::{failed, no_such_class, refused};

/// The most obligations whose tranches are analysed at once.
const MOST_CLOS: usize = 100;

/// Which scenarios beside the base.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct TrancheQuery {
    /// `true` for all of the class, or names with commas between them.
    stress_scenarios: Option<String>,
}

/// Which pool.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct TranchePoolQuery {
    /// The stored pool.
    pool_id: String,
}

/// The tranches of the obligations of a pool.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct TranchesView {
    pool_name: String,
    analysis_date: NaiveDate,
    /// One entry an obligation with tranches.
    deals: Vec<TranchesOfView>,
}

/// The tranches of one obligation.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct TranchesOfView {
    /// The asset.
    id: String,
    /// What the collateral owes.
    collateral_balance: f64,
    /// What it pays a year.
    collateral_wac: f64,
    /// One entry a scenario, `base` first.
    scenarios: Vec<TrancheScenario>,
}

/// Projects the collateral of obligations and pays their tranches from it, by seniority.
#[utoipa::path(
    post,
    path = "/api/v1/specialized-assets/clo-cdo/tranche-analysis",
    tag = "specialised classes",
    params(TrancheQuery),
    request_body = AnalysisRequest,
    responses(
        (status = 200, body = TranchesView),
        (status = 400, description = "`no_such_class`: no asset states tranches", body = Problem),
        (status = 404, description = "`pool_not_found`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
    ),
)]
pub(in crate::http) async fn analyze_tranches(
    State(app): State<Credit>,
    caller: Caller,
    Query(query): Query<TrancheQuery>,
    Json(request): Json<AnalysisRequest>,
) -> Result<Json<TranchesView>, Problem> {
    let scenarios = chosen_scenarios(query.stress_scenarios.as_deref())?;
    let terms = terms(&app, &request)?;
    let mut chosen = choose(&app, &caller, request).await?;
    let facts = chosen.facts.take();
    let pool_name = chosen.pool_name;
    let facts = match (chosen.subject.loans, facts) {
        (Loans::Stored(object), _) => app.class_facts(&object).await.map_err(|e| failed(&e))?,
        (Loans::Here(_), facts) => facts.unwrap_or_default(),
    };
    tranches(facts.clos(), terms, scenarios, pool_name).await.map(Json)
}

/// Runs the tranches of a stored pool under all scenarios of the class.
#[utoipa::path(
    get,
    path = "/api/v1/specialized-assets/clo-cdo/waterfall-scenarios",
    tag = "specialised classes",
    params(TranchePoolQuery),
    responses(
        (status = 200, body = TranchesView),
        (status = 400, description = "`no_such_class`: no asset states tranches", body = Problem),
        (status = 404, description = "`pool_not_found`", body = Problem),
    ),
)]
pub(in crate::http) async fn list_tranche_scenarios(
    State(app): State<Credit>,
    caller: Caller,
    Query(query): Query<TranchePoolQuery>,
) -> Result<Json<TranchesView>, Problem> {
    let request: AnalysisRequest = serde_json::from_value(json!({})).map_err(Problem::internal)?;
    let terms = terms(&app, &request)?;
    let chosen = stored(&app, &caller, &query.pool_id, None).await?;
    let pool_name = chosen.pool_name;
    let facts = match chosen.subject.loans {
        Loans::Stored(object) => app.class_facts(&object).await.map_err(|e| failed(&e))?,
        Loans::Here(_) => return Err(Problem::internal("a stored pool that is not stored")),
    };
    tranches(facts.clos(), terms, chosen_scenarios(Some("true"))?, pool_name).await.map(Json)
}

/// The base, then the scenarios that were asked for.
fn chosen_scenarios(asked: Option<&str>) -> Result<Vec<StressScenario>, Problem> {
    let of_class = scenarios::of_class(AssetClass::CloCdo);
    let all = || of_class.iter().map(|one| one.name).collect::<Vec<_>>();
    let names: Vec<&str> = match asked.map(str::trim) {
        None | Some("" | "false") => vec!["base"],
        Some("true" | "all") => all(),
        Some(names) => names.split(',').map(str::trim).collect(),
    };
    let full = |name: &&str| {
        let known = of_class.iter().any(|one| one.name == *name);
        if known { format!("clo_cdo.{name}") } else { (*name).to_owned() }
    };
    let names: Vec<String> = names.iter().map(full).collect();
    let custom = std::collections::BTreeMap::new();
    select(ScenarioNames { names: &names, custom: &custom, saved: &[], most: 20 }).map_err(refused)
}

async fn tranches(
    clos: &[Clo],
    terms: Terms,
    scenarios: Vec<StressScenario>,
    pool_name: String,
) -> Result<TranchesView, Problem> {
    if clos.is_empty() {
        return Err(no_such_class("clo_cdo with tranches"));
    }
    if clos.len() > MOST_CLOS {
        let message = format!("must hold at most {MOST_CLOS} obligations, holds {}", clos.len());
        return Err(refused(vec![Issue::new("/pool/assets", "too_many", message)]));
    }
    let analysis_date = terms.analysis_date;
    let terms = Terms { group_by: GroupBy::None, include_metrics: false, ..terms };
    let clos = clos.to_vec();
    let span = tracing::Span::current();
    let made = tokio::task::spawn_blocking(move || {
        let _entered = span.entered();
        let view = |clo: &Clo| {
            let found = analyze_clo(clo, &terms, &scenarios).map_err(Failure::from)?;
            Ok::<_, Failure>(TranchesOfView {
                id: clo.id.clone(),
                collateral_balance: clo.par,
                collateral_wac: clo.wac,
                scenarios: found,
            })
        };
        clos.iter().map(view).collect::<Result<Vec<_>, _>>()
    });
    let deals = made.await.map_err(Problem::internal)?.map_err(|failure| failed(&failure))?;
    Ok(TranchesView { pool_name, analysis_date, deals })
}
