//! Single loans, at once and as jobs.

use http::StatusCode;
use serde_json::{Value, json};

use crate::desk::start;
use crate::jobs::work;

fn mortgage() -> Value {
    json!({"loan_id": "m", "principal": 100_000, "interest_rate": 0.06, "term_months": 360})
}

fn close(found: &Value, wanted: f64, tolerance: f64) {
    let found = found.as_f64().unwrap_or_else(|| panic!("{found}"));
    assert!((found - wanted).abs() <= tolerance, "{found} is not {wanted}");
}

#[tokio::test]
async fn a_loan_pays_what_is_published() {
    let app = start().await;

    let (status, body) = app.post("/api/v1/cashflow/calculate", mortgage()).await;

    assert_eq!(status, StatusCode::OK, "{body}");
    close(&body["summary_metrics"]["payment"], 599.550_525_152_8, 1e-9);
    assert_eq!(body["projections"].as_array().unwrap().len(), 360);
    close(&body["projections"][119]["scheduled_interest"], 419.329_728_800_4, 1e-6);
    let (_, short) = app.post("/api/v1/cashflow/calculate?include_details=false", mortgage()).await;
    assert_eq!(short["projections"], Value::Null);
    assert_eq!(short["summary_metrics"]["dscr"], Value::Null, "without income there is none");
}

#[tokio::test]
async fn cents_are_rounded_when_asked_and_dates_follow_the_first_payment() {
    let app = start().await;
    let data = json!({"principal": 25_000, "interest_rate": 0.0725, "term_months": 60,
        "money_rounding": "half_up_cents", "first_payment_date": "2026-03-28"});

    let (_, body) = app.post("/api/v1/cashflow/calculate", data).await;

    close(&body["summary_metrics"]["payment"], 497.98, 1e-9);
    close(&body["summary_metrics"]["last_payment"], 498.27, 1e-6);
    close(&body["summary_metrics"]["contractual_interest"], 4_879.09, 1e-6);
    assert_eq!(body["projections"][0]["date"], "2026-03-28");
    assert_eq!(body["summary_metrics"]["maturity_date"], "2031-02-28");
}

#[tokio::test]
async fn every_word_of_a_loan_is_honoured() {
    let app = start().await;
    let interest = async |field: &str, value: Value| {
        let mut data = mortgage();
        data[field] = value;
        let (status, body) = app.post("/api/v1/cashflow/calculate", data).await;
        assert_eq!(status, StatusCode::OK, "{field}: {body}");
        body["summary_metrics"]["total_interest"].as_f64().unwrap()
    };
    let plain = interest("loan_type", json!("mortgage")).await;
    for (field, value) in [
        ("prepayment_rate", json!(0.1)),
        ("default_probability", json!(0.02)),
        ("interest_only_period", json!(60)),
        ("payment_frequency", json!("Semi-Annual")),
        ("amortization_type", json!("linear")),
        ("balloon_payment", json!(50_000)),
        ("remaining_term_months", json!(300)),
    ] {
        let found = interest(field, value).await;
        assert!((found - plain).abs() > 1.0, "{field} changed nothing");
    }
    let mut unknown = mortgage();
    unknown["colour"] = json!("red");
    let (status, problem) = app.post("/api/v1/cashflow/calculate", unknown).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(problem.to_string().contains("colour"), "{problem}");
}

#[tokio::test]
async fn a_batch_names_the_loans_that_break_rules_and_adds_up_the_others() {
    let app = start().await;
    let mut wrong = mortgage();
    wrong["principal"] = json!(-1);
    let body = json!({"loans": [mortgage(), wrong, mortgage()]});

    let (status, found) = app.post("/api/v1/cashflow/calculate-batch", body).await;

    assert_eq!(status, StatusCode::OK, "{found}");
    assert_eq!((&found["loans_processed"], &found["loans_failed"]), (&json!(2), &json!(1)));
    assert_eq!(found["errors"][0]["pointer"], "/loans/1/principal");
    assert_eq!(found["results"][1]["index"], 2);
    close(&found["portfolio_metrics"]["weighted_average_rate"], 0.06, 1e-12);
    let irr = found["portfolio_metrics"]["irr"].as_f64().unwrap();
    assert!((irr - 0.0617).abs() < 3e-4, "{irr}");
    for (count, wanted) in [(0, 422), (100, 200), (101, 202), (10_001, 422)] {
        let loans = vec![mortgage(); count];
        let body = json!({"loans": loans, "summary_metrics": false});
        let (status, _) = app.post("/api/v1/cashflow/calculate-batch", body).await;
        assert_eq!(status, wanted, "{count}");
    }
}

#[tokio::test]
async fn a_large_batch_is_a_job() {
    let app = start().await;
    let body = json!({"loans": vec![mortgage(); 150]});

    let (status, accepted) = app.post("/api/v1/cashflow/calculate-batch", body).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{accepted}");
    let task = json!({"job_id": accepted["task_id"]});
    work(&app, &task, false).await.unwrap();

    let url = accepted["result_url"].as_str().unwrap();
    let (_, stored) = app.get(url).await;
    let (_, whole) = app.get(&format!("{url}/projections")).await;
    assert_eq!((&stored["state"], &stored["kind"]), (&json!("succeeded"), &json!("batch")));
    assert_eq!(whole["loans_processed"], 150);
}

#[tokio::test]
async fn scenarios_of_a_loan_move_its_value_and_show_how() {
    let app = start().await;
    let mut data = mortgage();
    data["default_probability"] = json!(0.01);
    let scenarios = json!([
        {"name": "up", "rate_shock": 0.02},
        {"name": "bad", "default_multiplier": 3},
        {"name": "jobs", "economic_factors": {"unemployment_rate": 0.05}},
    ]);

    let body = json!({"loan_data": data, "scenarios": scenarios});
    let (status, found) = app.post("/api/v1/cashflow/stress-test", body).await;

    assert_eq!(status, StatusCode::OK, "{found}");
    for scenario in found["scenarios"].as_array().unwrap() {
        assert!(scenario["summary_metrics"]["npv_change"].as_f64().unwrap() < 0.0, "{scenario}");
    }
    close(&found["scenarios"][2]["market_factors"]["default_multiplier"], 2.0, 1e-12);
    close(&found["elasticities"]["default_to_unemployment"], 20.0, 0.0);
    let none = json!({"loan_data": mortgage(), "scenarios": []});
    assert_eq!(app.post("/api/v1/cashflow/stress-test", none).await.0, 422);
}

#[tokio::test]
async fn a_forecast_honours_models_economy_and_scenarios() {
    let app = start().await;
    let body = json!({"loan_data": mortgage(), "discount_rate": 0.05,
        "models": {"prepayment_model": "PSA", "prepayment_rate": 150, "default_probability": 0.01},
        "economic_factors": {"market_rate": 0.01},
        "stress_scenarios": [{"name": "worse", "default_multiplier": 2}]});

    let (status, found) = app.post("/api/v1/cashflow/forecast", body.clone()).await;

    assert_eq!(status, StatusCode::OK, "{found}");
    close(&found["baseline"]["discount_rate"], 0.06, 1e-12);
    let total = &found["baseline"]["summary_metrics"];
    assert!(total["total_prepayment"].as_f64().unwrap() > 0.0);
    assert!(total["total_default"].as_f64().unwrap() > 0.0);
    assert_eq!(found["scenarios"][0]["name"], "worse");
    let viewer = app.as_caller("credit:viewer");
    assert_eq!(viewer.post("/api/v1/cashflow/forecast", body.clone()).await.0, 403);
    let plain = json!({"loan_data": mortgage()});
    assert_eq!(viewer.post("/api/v1/cashflow/forecast", plain).await.0, 200);
    let mut chance = body;
    chance["monte_carlo_config"] = json!({"num_simulations": 10});
    assert_eq!(app.post("/api/v1/cashflow/forecast", chance).await.0, 501);
}

#[tokio::test]
async fn measures_sensitivity_and_risk_agree_with_the_loan() {
    let app = start().await;
    let mut data = mortgage();
    data["default_probability"] = json!(0.02);
    data["recovery_rate"] = json!(0.6);
    data["noi"] = json!(14_389.212_6);
    data["property_value"] = json!(125_000);

    let (_, measured) =
        app.post("/api/v1/cashflow/enhanced-metrics", json!({"loan_data": data})).await;
    close(&measured["summary_metrics"]["dscr"], 2.0, 1e-6);
    close(&measured["summary_metrics"]["ltv"], 0.8, 1e-12);

    let moved = json!({"loan_data": data, "discount_rate": 0.05, "parameters": [
        {"parameter": "discount_rate", "values": [0.05, 0.06]},
        {"parameter": "recovery_rate", "values": [0.0, 1.0]}]});
    let (status, found) = app.post("/api/v1/cashflow/sensitivity", moved).await;
    assert_eq!(status, StatusCode::OK, "{found}");
    close(&found["sensitivities"][0]["rows"][0]["npv_change"], 0.0, 1e-9);
    assert!(found["sensitivities"][0]["rows"][1]["npv_change"].as_f64().unwrap() < 0.0);
    close(&found["sensitivities"][1]["rows"][1]["total_loss"], 0.0, 1e-6);

    let (_, risk) = app.post("/api/v1/cashflow/risk-metrics", json!({"loan_data": data})).await;
    close(&risk["loss_given_default"], 0.4, 1e-9);
    let of = |name: &str| risk[name].as_f64().unwrap();
    close(&risk["expected_loss"], of("lifetime_default_probability") * 0.4, 1e-9);
    assert!(of("stressed_default_rate") > of("lifetime_default_probability"));
}

#[tokio::test]
async fn old_addresses_still_answer() {
    let app = start().await;
    let body = json!({"loan_data": mortgage()});
    for path in [
        "/api/v1/enhanced-analytics/enhanced-analytics/",
        "/api/v1/enhanced-analytics/",
        "/api/v1/enhanced-analytics/risk-metrics/",
        "/api/v1/enhanced-analytics/enhanced-analytics/risk-metrics/",
        "/api/v1/enhanced-analytics/sensitivity-analysis/",
    ] {
        let (status, found) = app.post(path, body.clone()).await;
        assert_eq!(status, StatusCode::OK, "{path} {found}");
    }
    let batch = json!({"loans": [mortgage()]});
    let path = "/api/v1/enhanced-analytics/batch-analytics/";
    assert_eq!(app.post(path, batch).await.0, StatusCode::OK);
    let (status, health) = app.anonymous().get("/api/v1/cashflow/health").await;
    assert_eq!((status, &health["status"]), (StatusCode::OK, &json!("healthy")));
}

#[tokio::test]
async fn a_sample_deal_is_analysed_at_the_old_address() {
    let app = start().await;
    for complexity in ["simple", "medium", "complex"] {
        let path = "/api/v1/enhanced-analytics/samples/structured-deal/";
        let (_, deal) = app.get(&format!("{path}?complexity={complexity}")).await;
        let analyze = "/api/v1/enhanced-analytics/enhanced-analytics/structured-deal/analyze/";
        let (status, found) = app.post(analyze, deal).await;
        assert_eq!(status, StatusCode::OK, "{complexity}: {found}");
    }
    let clear = "/api/v1/enhanced-analytics/enhanced-analytics/absbox/cache/clear/";
    assert_eq!(app.post(&format!("{clear}?pattern=stress*"), json!({})).await.0, StatusCode::OK);
    assert_eq!(app.as_caller("credit:operator").post(clear, json!({})).await.0, 403);
    let (status, _) = app.get("/api/v1/enhanced-analytics/absbox/health/").await;
    assert_eq!(status, StatusCode::OK);
}
