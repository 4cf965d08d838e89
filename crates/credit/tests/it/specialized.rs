//! Analyses of one class.

use http::StatusCode;
use serde_json::{Value, json};

use crate::desk::{add_pool, pool, start};

const BASE: &str = "/api/v1/specialized-assets";

fn asset(class: &str) -> Value {
    json!({"id": class, "asset_class": class, "balance": 1e6, "rate": 0.07, "term_months": 60,
        "fico_score": 700, "debt_to_income": 0.3})
}

fn clo() -> Value {
    json!({"id": "CLO", "asset_class": "clo_cdo", "balance": 1e8, "rate": 0.07, "term_months": 60,
        "collateral_pool_balance": 1e8, "collateral_pool_wac": 0.08,
        "tranches": [
            {"name": "A", "balance": 6.5e7, "rate": 0.055, "seniority": 1, "attachment": 0.35, "detachment": 1.0},
            {"name": "B", "balance": 2e7, "rate": 0.07, "seniority": 2, "attachment": 0.15, "detachment": 0.3},
            {"name": "E", "balance": 1e7, "rate": 0.1, "seniority": 3, "attachment": 0.05, "detachment": 0.15}]})
}

fn close(found: &Value, wanted: f64, tolerance: f64) {
    let found = found.as_f64().unwrap_or_else(|| panic!("{found}"));
    assert!((found - wanted).abs() <= tolerance, "{found} is not {wanted}");
}

#[tokio::test]
async fn the_score_card_says_what_is_published() {
    let app = start().await;
    let path = format!("{BASE}/consumer-credit/risk-assessment");
    let query = "fico_score=720&dti_ratio=0.35&delinquency_history=1&loan_type=credit_card";

    let (status, found) = app.get(&format!("{path}?{query}")).await;

    assert_eq!(status, StatusCode::OK, "{found}");
    close(&found["score"], 73.68, 0.005);
    assert_eq!(found["category"], "Low Risk");
    close(&found["default_probability"], 0.02, 0.0);
    assert_eq!(app.get(&format!("{path}?fico_score=900&dti_ratio=35")).await.0, 422);
}

#[tokio::test]
async fn an_analysis_of_a_class_needs_an_asset_of_it() {
    let app = start().await;
    for (path, class) in [
        ("consumer-credit", "consumer_credit"),
        ("commercial-loans", "commercial_loan"),
        ("clo-cdo", "clo_cdo"),
    ] {
        let url = format!("{BASE}/{path}/analyze");
        let good = json!({"pool": {"pool_name": "x", "assets": [asset(class)]}});
        let (status, found) = app.post(&url, good).await;
        assert_eq!(status, StatusCode::OK, "{path}: {found}");
        assert!(found["analytics"][class].is_object(), "{found}");
        let (refused, problem) = app.post(&url, json!({"pool": pool(1)})).await;
        assert_eq!(refused, StatusCode::BAD_REQUEST, "{problem}");

        let validate = format!("{BASE}/{path}/validate");
        let (_, found) = app.post(&validate, pool(1)).await;
        assert_eq!(found["valid"], false);
        let (_, found) = app.post(&validate, json!({"assets": [asset(class)]})).await;
        assert_eq!(found["valid"], true, "{found}");
    }
}

#[tokio::test]
async fn stored_and_sent_pools_have_the_same_class_analytics() {
    let app = start().await;
    let id = add_pool(&app, 3).await;
    let analyze = "/api/v1/asset-classes/analyze";

    let (_, stored) = app.post(analyze, json!({"pool": {"pool_id": id}})).await;
    let (_, sent) = app.post(analyze, json!({"pool": pool(3)})).await;

    let buckets = &stored["analytics"]["residential_mortgage"]["fico_buckets"];
    assert_eq!(buckets[0]["count"], 3);
    assert_eq!(stored["analytics"], sent["analytics"]);
    let (status, _) = app.get(&format!("{BASE}/consumer-credit/metrics/{id}")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_stored_pool_is_measured_at_the_rate_of_its_class() {
    let app = start().await;
    let body = json!({"pool_name": "Cards", "assets": [asset("consumer_credit")]});
    let (_, made) = app.post("/api/v1/pools", body).await;
    let id = made["id"].as_str().unwrap();

    let (status, found) = app.get(&format!("{BASE}/consumer-credit/metrics/{id}")).await;

    assert_eq!(status, StatusCode::OK, "{found}");
    close(&found["discount_rate"], 0.08, 0.0);
    assert_eq!(found["cashflows"], Value::Null);
}

#[tokio::test]
async fn tranches_are_paid_by_seniority_and_lose_from_below() {
    let app = start().await;
    let request = json!({"pool": {"pool_name": "x", "assets": [clo()]}});
    let path = format!("{BASE}/clo-cdo/tranche-analysis?stress_scenarios=true");

    let (status, found) = app.post(&path, request.clone()).await;

    assert_eq!(status, StatusCode::OK, "{found}");
    let scenarios = found["deals"][0]["scenarios"].as_array().unwrap();
    assert_eq!(scenarios.len(), 5);
    close(&scenarios[0]["tranches"][0]["enhancement"], 0.35, 1e-12);
    for scenario in scenarios {
        let loss = |i: usize| scenario["tranches"][i]["expected_loss"].as_f64().unwrap();
        assert!(loss(0) <= loss(1) && loss(1) <= loss(2), "{scenario}");
    }
    let severe = scenarios.iter().find(|s| s["scenario"]["name"] == "clo_cdo.severe").unwrap();
    assert!(severe["collateral_loss"].as_f64() > scenarios[0]["collateral_loss"].as_f64());
    let life = |i: usize| scenarios[0]["tranches"][i]["weighted_average_life"].as_f64().unwrap();
    assert!(life(0) < life(1));
    let none = json!({"pool": pool(1)});
    assert_eq!(app.post(&path, none).await.0, StatusCode::BAD_REQUEST);
    let unknown = format!("{BASE}/clo-cdo/tranche-analysis?stress_scenarios=nothing");
    assert_eq!(app.post(&unknown, request).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn gaps_between_tranches_are_named() {
    let app = start().await;

    let (_, found) =
        app.post(&format!("{BASE}/clo-cdo/validate"), json!({"assets": [clo()]})).await;

    assert_eq!(found["valid"], true, "{found}");
    assert_eq!(found["tranche_issues"][0]["code"], "coverage_gap");
}

#[tokio::test]
async fn the_lists_are_public() {
    let app = start().await.anonymous();

    let (status, types) = app.get(&format!("{BASE}/consumer-credit/loan-types")).await;
    let (_, properties) = app.get(&format!("{BASE}/commercial-loans/property-types")).await;

    assert_eq!((status, types.as_array().unwrap().len()), (StatusCode::OK, 7));
    assert!(properties.as_array().unwrap().contains(&json!("hotel")));
}
