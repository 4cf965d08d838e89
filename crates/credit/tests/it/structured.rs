//! Deals in the simple form.

use http::StatusCode;
use serde_json::{Value, json};

use crate::deals_desk::numbers;
use crate::desk::start;

fn deal() -> Value {
    json!({
        "deal_name": "Simple",
        "pool_config": {"pool_name": "Cars", "cut_off_date": "2026-01-01", "loans": [
            {"balance": 1000.0, "rate": 0.06, "original_term": 24, "remaining_term": 24},
            {"balance": 500.0, "rate": 0.08, "original_term": 12, "remaining_term": 12},
        ]},
        "waterfall_config": {
            "start_date": "2026-01-01",
            "accounts": [{"name": "reserve", "initial_balance": 5.0}],
            "bonds": [
                {"name": "A", "balance": 1000.0, "rate": 0.04},
                {"name": "B", "balance": 400.0, "rate": 0.06},
                {"name": "E", "balance": 100.0, "bond_type": "equity"},
            ],
            "actions": [
                {"source": "CollectedInterest", "target": "A", "amount": "Interest"},
                {"source": "CollectedInterest", "target": "B", "amount": "Interest"},
                {"source": "CollectedInterest", "target": "reserve", "amount": 1, "tag": "top up"},
                {"source": "CollectedPrincipal", "target": "A", "amount": "OutstandingPrincipal"},
                {"source": "CollectedPrincipal", "target": "B", "amount": "OutstandingPrincipal"},
                {"source": "CollectedInterest", "target": "E", "amount": "Residual"},
            ],
        },
        "scenario_config": {"cpr": 0.0, "cdr": 0.0},
        "run_type": "single",
    })
}

#[tokio::test]
async fn the_simple_form_pays_as_its_actions_say() {
    let app = start().await;

    let (status, answer) = app.post("/api/v1/structured/deals/analyze", deal()).await;
    let (_, old) = app.post("/api/v1/structured-products/deals/analyze", deal()).await;

    assert_eq!(status, StatusCode::OK, "{answer}");
    let run = &answer["scenarios"][0]["cashflows"];
    let a = &run["bonds"][0];
    assert!((numbers(&a["interest_paid"])[0] - 1000.0 * 0.04 / 12.0).abs() < 1e-9, "{a}");
    let collected = numbers(&run["pools"][0]["principal"]);
    assert!((numbers(&a["principal"])[0] - collected[0]).abs() < 1e-9);
    assert!((numbers(&run["accounts"][2]["balance"])[0] - 6.0).abs() < 1e-9, "{run}");
    assert_eq!(old["scenarios"], answer["scenarios"]);
    assert_eq!(old["cache_hit"], true);
    let text = json!({"text": answer["deal_text"]});
    assert_eq!(app.post("/api/v1/deals/parse", text).await.1["faults"], json!([]));
}

#[tokio::test]
async fn shares_are_paid_in_proportion() {
    let app = start().await;
    let mut deal = deal();
    deal["waterfall_config"]["actions"][3]["amount"] = json!("ProRataShare");
    deal["waterfall_config"]["actions"][4]["amount"] = json!("ProRataShare");

    let (status, answer) = app.post("/api/v1/structured/deals/analyze", deal).await;

    assert_eq!(status, StatusCode::OK, "{answer}");
    let bonds = &answer["scenarios"][0]["cashflows"]["bonds"];
    let (a, b) = (numbers(&bonds[0]["principal"])[0], numbers(&bonds[1]["principal"])[0]);
    assert!((a / b - 2.5).abs() < 1e-9, "{a} {b}");
}

#[tokio::test]
async fn the_trigger_separates_before_from_after() {
    let app = start().await;
    let mut deal = deal();
    deal["scenario_config"] = json!({"cpr": 0.0, "cdr": 0.6, "recovery_rate": 0.0});
    let config = &mut deal["waterfall_config"];
    config["actions"][4]["trigger"] = json!("BeforeTrigger");
    config["actions"][5]["condition"] = json!("BeforeTrigger");
    let (status, problem) = app.post("/api/v1/structured/deals/analyze", deal.clone()).await;
    assert_eq!(
        (status, &problem["errors"][0]["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("missing_trigger")),
        "{problem}"
    );
    deal["waterfall_config"]["trigger"] =
        json!({"measure": "pool.cum_default / pool.original_balance", "threshold": 0.1});

    let (status, answer) = app.post("/api/v1/structured/deals/analyze", deal).await;

    assert_eq!(status, StatusCode::OK, "{answer}");
    let breached = answer["scenarios"][0]["triggers"][0]["date"].as_str().unwrap();
    let run = &answer["scenarios"][0]["cashflows"];
    let residual = numbers(&run["bonds"][2]["residual"]);
    for (date, paid) in run["dates"].as_array().unwrap().iter().zip(residual) {
        assert!(date.as_str().unwrap() < breached || paid.abs() < 1e-12, "{date}: {paid}");
    }
}

#[tokio::test]
async fn unknown_sources_targets_and_amounts_are_named() {
    let app = start().await;
    let mut deal = deal();
    let actions = &mut deal["waterfall_config"]["actions"];
    actions[0]["source"] = json!("Interest");
    actions[1]["target"] = json!("Z");
    actions[2]["amount"] = json!("Interest");
    actions[3]["amount"] = json!("Everything");
    actions[4]["trigger"] = json!("Sometimes");

    let (status, problem) = app.post("/api/v1/structured/deals/analyze", deal).await;

    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let errors: Vec<(&str, &str)> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap()))
        .collect();
    for expected in [
        ("/waterfall_config/actions/0/source", "unknown_source"),
        ("/waterfall_config/actions/1/target", "unknown_target"),
        ("/waterfall_config/actions/2/amount", "unknown_amount"),
        ("/waterfall_config/actions/3/amount", "unknown_amount"),
        ("/waterfall_config/actions/4/trigger", "unknown_value"),
    ] {
        assert!(errors.contains(&expected), "{expected:?} in {errors:?}");
    }
}

#[tokio::test]
async fn scenarios_are_run_beside_the_base() {
    let app = start().await;
    let mut deal = deal();
    deal["scenarios"] = json!(["credit_crisis"]);
    deal["scenario_config"] = json!({"cdr": 0.05});

    let (status, answer) = app.post("/api/v1/structured/deals/scenarios", deal).await;

    assert_eq!(status, StatusCode::OK, "{answer}");
    let loss = |i: usize| -> f64 {
        numbers(&answer["scenarios"][i]["cashflows"]["pools"][0]["loss"]).iter().sum()
    };
    assert!(loss(1) > 2.0 * loss(0), "{} {}", loss(0), loss(1));
}

#[tokio::test]
async fn the_engine_says_how_it_is_and_what_it_ran() {
    let app = start().await;
    let (_, health) = app.get("/api/v1/structured/health").await;
    let id = crate::deals_desk::add_deal(&app, "Small").await;
    crate::deals_desk::add_run(&app, &id).await;
    let (_, metrics) = app.get("/api/v1/structured-products/metrics").await;

    assert_eq!(health["status"], "healthy");
    assert_eq!(metrics["runs"], json!([{"state": "succeeded", "runs": 1}]));
}
