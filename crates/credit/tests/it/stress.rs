//! Pools under scenarios: at once, as jobs, stored, and as reports.

use http::StatusCode;
use serde_json::{Value, json};
use testkit::TestApp;

use crate::desk::{add_pool, get_as, loan, pool, start};
use crate::jobs::work;

const RUN: &str = "/api/v1/asset-classes/stress-testing/run";

/// The pool and the terms of a stress test whose numbers are known.
fn known() -> Value {
    json!({
        "pool": {"pool_name": "Known", "assets": [
            {"id": "a", "asset_class": "residential_mortgage", "balance": 1e7, "rate": 0.065,
             "term_months": 120}]},
        "discount_rate": 0.05,
        "time_basis": "periods",
        "assumptions": {
            "prepayment": {"model": "cpr", "value": 0.08},
            "default": {"model": "cdr", "value": 0.02},
            "severity": {"model": "constant", "value": 0.5},
            "recovery_lag_months": 6,
            "servicing_fee": 0.005,
        },
    })
}

async fn run(app: &TestApp, body: Value) -> (StatusCode, Value) {
    app.post(RUN, body).await
}

fn close(found: &Value, wanted: f64, tolerance: f64) {
    let found = found.as_f64().unwrap();
    assert!((found - wanted).abs() <= tolerance, "{found} is not {wanted}");
}

#[tokio::test]
async fn scenarios_change_the_numbers_as_published() {
    let app = start().await;
    let names = ["rate_shock_up", "credit_crisis", "housing_boom"];

    let (status, body) = run(&app, json!({"request": known(), "scenario_names": names})).await;

    assert_eq!(status, StatusCode::OK, "{body}");
    for (name, npv, loss, life, change) in [
        ("base", 10_023_917.349_09, 403_660.461_834_8, 4.070_644_033_922, 0.0),
        ("rate_shock_up", 9_947_601.928_715, 517_441.447_230_4, 4.364_837_192_929, -0.761_333_296),
        ("credit_crisis", 8_855_959.099_85, 1_731_925.576_442, 4.276_062_343_424, -11.651_714_679),
        ("housing_boom", 10_165_932.464_88, 156_782.754_412_3, 3.206_376_245_764, 1.416_762_637),
    ] {
        let metrics = &body[name]["metrics"];
        close(&metrics["npv"], npv, 0.5);
        close(&metrics["total_loss"], loss, 0.5);
        close(&metrics["weighted_average_life"], life, 1e-6);
        let rows = body["base"]["analytics"]["stress_test_report"]["matrix"].as_array().unwrap();
        let row = rows.iter().find(|row| row["scenario"] == name).unwrap();
        close(&row["npv_change_percent"], change, 1e-5);
    }
    let report = &body["base"]["analytics"]["stress_test_report"];
    assert_eq!(report["worst"], "credit_crisis");
    assert_eq!(report["best"], "housing_boom");
}

#[tokio::test]
async fn base_is_the_plain_analysis_bit_for_bit() {
    let app = start().await;
    let (_, plain) = app.post("/api/v1/asset-classes/analyze", known()).await;

    let body = json!({"request": known(), "scenario_names": ["credit_crisis"],
        "include_cashflows": true});
    let (status, found) = run(&app, body).await;

    assert_eq!(status, StatusCode::OK, "{found}");
    assert_eq!(found["base"]["metrics"], plain["metrics"]);
    assert_eq!(found["base"]["cashflows"], plain["cashflows"]);
    assert_eq!(found["base"]["by_class"], plain["by_class"]);
    assert_ne!(found["credit_crisis"]["cashflows"], plain["cashflows"]);
}

#[tokio::test]
async fn a_rate_shock_moves_floating_loans_and_a_spread_the_discount_rate() {
    let app = start().await;
    let mut floating = loan("f");
    floating["rate_type"] = json!("floating");
    floating["index"] = json!("SOFR");
    floating["spread"] = json!(0.02);
    floating["reset_frequency_months"] = json!(12);
    let request = json!({"pool": {"pool_name": "x", "assets": [floating]}});
    let custom = json!({
        "up": {"market_factors": {"interest_rate_shock": 0.02}},
        "wide": {"market_factors": {"spread_widening": 0.02}},
        "slow": {"market_factors": {"interest_rate_shock": 0.02, "ramp_months": 24}},
    });

    let (status, body) = run(&app, json!({"request": request, "custom_scenarios": custom})).await;

    assert_eq!(status, StatusCode::OK, "{body}");
    let of = |name: &str, measure: &str| body[name]["metrics"][measure].as_f64().unwrap();
    assert!(of("up", "total_interest") > of("base", "total_interest"));
    assert!(of("slow", "total_interest") < of("up", "total_interest"));
    close(&body["wide"]["metrics"]["total_interest"], of("base", "total_interest"), 1e-6);
    assert!(of("wide", "npv") < of("base", "npv"));
    close(
        &body["wide"]["discount_rate"],
        body["base"]["discount_rate"].as_f64().unwrap() + 0.02,
        1e-12,
    );
}

#[tokio::test]
async fn threads_change_no_bit() {
    let app = start().await;
    let body = |workers: u16, parallel: bool| {
        json!({"request": {"pool": pool(50)},
        "max_workers": workers, "run_parallel": parallel, "generate_report": false})
    };

    let (_, many) = run(&app, body(4, true)).await;
    let (_, one) = run(&app, body(1, false)).await;

    assert_eq!(many["housing_bust"]["metrics"], one["housing_bust"]["metrics"]);
    assert!(one["base"]["analytics"].get("stress_test_report").is_none());
}

#[tokio::test]
async fn unknown_scenarios_and_wrong_factors_are_refused_by_name() {
    let app = start().await;
    let body = json!({"request": {"pool": pool(1)}, "scenario_names": ["base", "doom"],
        "max_workers": 17, "custom_scenarios": {"mine": {"market_factors": {
            "interest_rate_shock": 2, "default_multiplier": 11}}}});

    let (status, problem) = run(&app, body).await;

    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let errors = problem["errors"].as_array().unwrap();
    let message = |pointer: &str| {
        let found = errors.iter().find(|e| e["pointer"] == pointer);
        found.unwrap_or_else(|| panic!("{pointer} in {errors:?}"))["message"].as_str().unwrap()
    };
    assert!(message("/scenario_names/1").contains("doom"));
    assert!(message("/scenario_names/1").contains("liquidity_crisis"));
    assert!(message("/max_workers").contains("17"));
    assert!(message("/custom_scenarios/mine/market_factors/interest_rate_shock").contains("0.02"));
    message("/custom_scenarios/mine/market_factors/default_multiplier");
}

#[tokio::test]
async fn the_limits_of_the_operator_hold() {
    let app = TestApp::start_with(
        credit::REGISTRATION,
        &[
            ("STRESS_TEST_MAX_ASSETS_PER_POOL", "2"),
            ("STRESS_TEST_MAX_SCENARIOS", "3"),
            ("STRESS_TEST_RATE_LIMIT_PER_MINUTE", "3"),
            ("STRESS_TEST_FEATURES", "enable_caching"),
        ],
    )
    .await;
    let names = ["credit_crisis"];
    let (many, problem) =
        run(&app, json!({"request": {"pool": pool(3)}, "scenario_names": names})).await;
    let (scenarios, _) = run(&app, json!({"request": {"pool": pool(1)}})).await;
    let custom = json!({"request": {"pool": pool(1)}, "custom_scenarios": {"x": {}}});
    let (off, _) = run(&app, custom).await;
    let (limited, _) = run(&app, json!({"request": {"pool": pool(1)}})).await;

    assert_eq!(many, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(problem["detail"].as_str().unwrap().contains("STRESS_TEST_MAX_ASSETS"), "{problem}");
    assert_eq!(scenarios, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(off, StatusCode::FORBIDDEN);
    assert_eq!(limited, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn the_old_address_answers_the_same() {
    let app = start().await;
    let body = json!({"request": known(), "scenario_names": ["base"]});

    let (status, old) = app.post("/api/v1/stress-testing/run", body.clone()).await;
    let (_, new) = run(&app, body).await;
    let (_, list) = app.get("/api/v1/stress-testing/scenarios").await;

    assert_eq!(status, StatusCode::OK, "{old}");
    assert_eq!(old["base"]["metrics"], new["base"]["metrics"]);
    let names: Vec<&str> = list["predefined"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["name"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), 7);
    assert_eq!(names[0], "base");
    close(&list["predefined"][3]["market_factors"]["default_multiplier"], 3.0, 0.0);
}

#[tokio::test]
async fn analyses_compare_the_predefined_scenarios_when_asked() {
    let app = start().await;
    let mut body = known();
    body["include_stress_tests"] = json!(true);

    let (status, found) = app.post("/api/v1/asset-classes/analyze", body).await;

    assert_eq!(status, StatusCode::OK, "{found}");
    let report = &found["stress_tests"];
    assert_eq!(report["matrix"].as_array().unwrap().len(), 7);
    close(&report["matrix"][0]["npv"], found["metrics"]["npv"].as_f64().unwrap(), 0.0);
}

#[tokio::test]
async fn an_asynchronous_test_can_be_followed_fetched_and_expires() {
    let app = start().await;
    let body = json!({"request": known(), "scenario_names": ["credit_crisis"]});

    let (status, accepted) =
        app.post("/api/v1/asset-classes/stress-testing/async-run", body.clone()).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{accepted}");
    let url = accepted["result_url"].as_str().unwrap();
    assert_eq!(accepted["scenario_count"], 2);
    assert!(accepted["estimated_completion_time"].as_str().unwrap() > "2026-01-15T12:00:00");
    let (waiting, problem) = app.get(url).await;
    assert_eq!(
        (waiting, &problem["code"]),
        (StatusCode::CONFLICT, &json!("stress_test_not_finished"))
    );

    work(&app, &accepted, false).await.unwrap();
    assert!(work(&app, &accepted, false).await.is_ok(), "a job may run twice");
    let (done, result) = app.get(url).await;
    let (_, direct) = run(&app, body).await;

    assert_eq!(done, StatusCode::OK, "{result}");
    assert_eq!(
        result["scenario_results"]["credit_crisis"]["metrics"],
        direct["credit_crisis"]["metrics"]
    );
    assert_eq!(result["performance_metrics"]["scenario_count"], 2);
    assert_eq!(result["report"]["worst"], "credit_crisis");
    let viewer = app.as_caller("credit:viewer");
    assert_eq!(viewer.get(url).await.0, StatusCode::FORBIDDEN);
    assert_eq!(app.get("/api/v1/stress-testing/results/job_none").await.0, StatusCode::NOT_FOUND);
    assert_eq!(app.delete(url).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.get(url).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_cancelled_test_says_so() {
    let app = start().await;
    let body = json!({"request": known()});
    let (_, accepted) = app.post("/api/v1/stress-testing/async-run", body).await;
    let task = accepted["task_id"].as_str().unwrap();

    let (status, job) =
        app.post(&format!("/api/v1/stress-testing/tasks/{task}/cancel"), json!({})).await;

    assert_eq!((status, &job["state"]), (StatusCode::ACCEPTED, &json!("cancelled")));
    let (after, problem) = app.get(&format!("/api/v1/stress-testing/results/{task}")).await;
    assert_eq!(after, StatusCode::CONFLICT);
    assert!(problem["detail"].as_str().unwrap().contains("cancelled"), "{problem}");
}

#[tokio::test]
async fn stress_runs_of_pools_are_kept_with_their_reports() {
    let app = start().await;
    let id = add_pool(&app, 4).await;
    let path = format!("/api/v1/pools/{id}/stress-runs");
    let custom = json!({"worse": {"name": "<b>Worse</b>", "description": "\"a\" & 'b'",
        "market_factors": {"default_multiplier": 4}}});
    let body = json!({"request": {"scenario_name": "Review"}, "custom_scenarios": custom});

    let (status, made) = app.post(&path, body).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let url = format!("/api/v1/stress-runs/{}", made["id"].as_str().unwrap());
    let (_, again) = app.get(&url).await;
    let (_, list) = app.get(&path).await;

    assert_eq!((&again["state"], &again["name"]), (&json!("succeeded"), &json!("Review")));
    assert_eq!(again["report"], made["report"]);
    assert_eq!(again["report"]["tornado"][0]["factor"], "default_multiplier");
    assert_eq!(list["items"][0]["id"], made["id"]);

    let page = get_as(&app, &format!("{url}/report?format=html")).await;
    let text = page.text();
    assert!(text.contains("&lt;b&gt;Worse&lt;/b&gt;") && !text.contains("<b>Worse"), "{text}");
    assert!(text.contains("<svg") && !text.contains("<script") && !text.contains(" style="));
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    let csv = get_as(&app, &format!("{url}/report?format=csv")).await;
    assert!(csv.text().starts_with("scenario,title,npv"), "{}", csv.text());
    assert_eq!(app.get(&format!("{url}/report")).await.1["matrix"], made["report"]["matrix"]);

    let (queued, accepted) =
        app.post(&format!("{path}?run_async=true"), json!({"request": {}})).await;
    assert_eq!(queued, StatusCode::ACCEPTED, "{accepted}");
    work(&app, &accepted, false).await.unwrap();
    let (_, later) = app.get(accepted["result_url"].as_str().unwrap()).await;
    assert_eq!(later["scenario_results"].as_object().unwrap().len(), 7);
    assert_eq!(app.delete(&url).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.get(&url).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn saved_scenarios_are_run_by_name() {
    let app = start().await;
    let saved =
        json!({"name": "house view", "market_factors": {"default_multiplier": 2}, "tags": ["q1"]});
    let (status, scenario) = app.post("/api/v1/scenarios", saved.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{scenario}");
    assert_eq!(app.post("/api/v1/scenarios", saved).await.0, StatusCode::CONFLICT);

    let body = json!({"request": known(), "scenario_names": ["house view"]});
    let (found, result) = run(&app, body).await;

    assert_eq!(found, StatusCode::OK, "{result}");
    assert!(result["house view"]["metrics"]["npv_change"].as_f64().unwrap() < 0.0);
    let taken = json!({"name": "credit_crisis", "market_factors": {}});
    assert_eq!(app.post("/api/v1/scenarios", taken).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_repeated_key_makes_one_run() {
    let app = start().await;
    let id = add_pool(&app, 1).await;
    let path = format!("/api/v1/pools/{id}/stress-runs");
    let keyed = app.with_header("idempotency-key", "once");
    let body = json!({"request": {}, "scenario_names": ["base"]});

    let (_, first) = keyed.post(&path, body.clone()).await;
    let (_, second) = keyed.post(&path, body).await;

    assert_eq!(first["id"], second["id"]);
    assert_eq!(app.get(&path).await.1["items"].as_array().unwrap().len(), 1);
}
