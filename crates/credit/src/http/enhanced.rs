//! `/enhanced-analytics`: addresses that older clients know, and a deal to begin with.

use axum::extract::State;
use platform::auth::Caller;
use platform::http::{Json, Query};
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::alias::also_at;
use super::problems::{not_implemented, refused};
use super::structured;
use crate::Credit;
use crate::domain::asset::Issue;

/// Lists the operations, with and without the doubled segment.
pub(super) fn routes() -> OpenApiRouter<Credit> {
    const SHORT: &str = "/api/v1/enhanced-analytics";
    const LONG: &str = "/api/v1/enhanced-analytics/enhanced-analytics";
    let mut all = OpenApiRouter::new()
        .routes(routes!(find_structured_sample))
        .routes(also_at(
            routes!(find_structured_sample),
            &format!("{SHORT}/samples/structured-deal/"),
            "short",
        ))
        .routes(routes!(clear_result_cache))
        .routes(also_at(
            routes!(clear_result_cache),
            &format!("{SHORT}/absbox/cache/clear/"),
            "short",
        ))
        .routes(routes!(compare_tranche_deals));
    for (prefix, suffix) in [(LONG, "enhanced"), (SHORT, "enhanced_short")] {
        let deal = routes!(structured::analyze_structured_deal);
        let health = routes!(structured::find_structured_health);
        let metrics = routes!(structured::find_structured_metrics);
        all = all
            .routes(also_at(deal, &format!("{prefix}/structured-deal/analyze/"), suffix))
            .routes(also_at(health, &format!("{prefix}/absbox/health/"), suffix))
            .routes(also_at(metrics, &format!("{prefix}/absbox/metrics/"), suffix));
    }
    all
}

/// How large the sample is.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SampleQuery {
    /// `simple` (default), `medium` or `complex`.
    complexity: Option<String>,
}

/// Returns a deal in the simple form, ready for `/structured/deals/analyze`.
#[utoipa::path(
    get,
    path = "/api/v1/enhanced-analytics/enhanced-analytics/samples/structured-deal/",
    tag = "structured deals",
    params(SampleQuery),
    responses((status = 200, body = Object), (status = 422, body = Problem)),
)]
pub(super) async fn find_structured_sample(
    Query(query): Query<SampleQuery>,
) -> Result<Json<Value>, Problem> {
    let (loans, bonds): (u32, &[(&str, f64, f64)]) = match query.complexity.as_deref() {
        None | Some("simple") => (2, &[("A", 0.8, 0.04)]),
        Some("medium") => (10, &[("A", 0.75, 0.04), ("B", 0.15, 0.06)]),
        Some("complex") => {
            (50, &[("A", 0.70, 0.04), ("B", 0.12, 0.05), ("C", 0.06, 0.07), ("D", 0.04, 0.09)])
        }
        Some(other) => {
            let shown: String = other.chars().take(60).collect();
            let message = format!("must be simple, medium or complex, was \"{shown}\"");
            return Err(refused(vec![Issue::new("/query/complexity", "unknown_value", message)]));
        }
    };
    Ok(Json(sample(loans, bonds)))
}

fn sample(loans: u32, bonds: &[(&str, f64, f64)]) -> Value {
    const BALANCE: f64 = 20_000.0;
    let total = f64::from(loans) * BALANCE;
    let share = |part: f64| (part * total).round();
    let debt: f64 = bonds.iter().map(|(_, part, _)| share(*part)).sum();
    let loan = |number| {
        json!({ "loan_id": format!("L-{number}"), "asset_class": "auto_loan",
        "balance": BALANCE, "rate": 0.08, "original_term": 60, "remaining_term": 60 })
    };
    let mut notes: Vec<Value> = bonds
        .iter()
        .map(|(name, part, rate)| json!({ "name": name, "balance": share(*part), "rate": rate }))
        .collect();
    notes.push(json!({ "name": "E", "balance": total - debt, "bond_type": "equity" }));
    let pay = |source: &str, target: &str, amount: &str| json!({ "source": source, "target": target, "amount": amount });
    let interest = bonds.iter().map(|(name, ..)| pay("CollectedInterest", name, "Interest"));
    let principal =
        bonds.iter().map(|(name, ..)| pay("CollectedPrincipal", name, "OutstandingPrincipal"));
    let mut actions: Vec<Value> = interest.chain(principal).collect();
    actions.push(pay("CollectedInterest", "E", "Residual"));
    json!({
        "deal_name": "Sample",
        "pool_config": {
            "pool_name": "Sample cars",
            "cut_off_date": "2026-01-01",
            "loans": (1..=loans).map(loan).collect::<Vec<_>>(),
        },
        "waterfall_config": {
            "start_date": "2026-01-01",
            "accounts": [],
            "bonds": notes,
            "actions": actions,
        },
        "scenario_config": { "cpr": 0.08, "cdr": 0.01, "recovery_rate": 0.5 },
        "run_type": "single",
    })
}

/// Which results to forget.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ClearQuery {
    /// The beginning of the kind, such as `stress*`; all of your tenant if absent.
    pattern: Option<String>,
}

/// What was forgotten.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ClearedView {
    /// Number of results.
    cleared: u64,
}

/// Forgets cached results of your tenant; they are computed again when asked for.
#[utoipa::path(
    post,
    path = "/api/v1/enhanced-analytics/enhanced-analytics/absbox/cache/clear/",
    tag = "structured deals",
    params(ClearQuery),
    responses((status = 200, body = ClearedView), (status = 422, body = Problem)),
)]
pub(super) async fn clear_result_cache(
    State(app): State<Credit>,
    caller: Caller,
    Query(query): Query<ClearQuery>,
) -> Result<Json<ClearedView>, Problem> {
    let pattern = query.pattern.unwrap_or_default();
    let kind = pattern.trim_end_matches('*');
    if kind.len() > 64 || !kind.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-:.".contains(&b)) {
        let message = "must be the beginning of a kind, such as stress*";
        return Err(refused(vec![Issue::new("/query/pattern", "wrong_text", message)]));
    }
    let cleared = app.cache.clear(&format!("credit:{}:{kind}", caller.tenant_id)).await;
    Ok(Json(ClearedView { cleared }))
}

/// Comparing obligations: the library of deals does it for deals.
#[utoipa::path(
    get,
    path = "/api/v1/specialized-assets/clo-cdo/deal-comparison",
    tag = "specialised classes",
    responses((status = 501, description = "`deal_comparison_not_available`", body = Problem)),
)]
pub(super) async fn compare_tranche_deals() -> Problem {
    not_implemented(
        "deal_comparison_not_available",
        "Comparing stored deals by measures is not available yet; compare two versions of a deal \
         with GET /api/v1/deals/{id}/diff, or the runs of two deals side by side.",
    )
}
