//! Analyses of pools that come with the request.

use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::{Value, json};
use testkit::TestApp;

use crate::desk::{add_pool, loan, pool, start};

const ANALYZE: &str = "/api/v1/asset-classes/analyze";

async fn analyze(app: &TestApp, mut body: Value) -> (StatusCode, Value) {
    if body.get("pool").is_none() {
        body["pool"] = pool(3);
    }
    app.post(ANALYZE, body).await
}

#[tokio::test]
async fn all_five_classes_are_supported_in_a_fixed_order() {
    let app = start().await;
    let classes = json!([
        "residential_mortgage",
        "auto_loan",
        "consumer_credit",
        "commercial_loan",
        "clo_cdo"
    ]);

    assert_eq!(app.get("/api/v1/asset-classes/supported").await, (StatusCode::OK, classes));
    let (_, defaults) = app.get("/api/v1/assumptions/defaults").await;
    assert_eq!(defaults[2]["asset_class"], "consumer_credit");
    assert_eq!((&defaults[2]["cdr"], &defaults[2]["recovery_rate"]), (&json!(0.03), &json!(0.35)));
}

#[tokio::test]
async fn an_empty_pool_is_reported_and_not_an_error() {
    let app = start().await;
    let empty = json!({"pool_name": "x", "cut_off_date": "2025-01-01", "assets": []});

    let (status, body) = app.post("/api/v1/asset-classes/validate-pool", empty).await;

    assert_eq!(
        (status, &body["valid"], &body["warnings"]),
        (StatusCode::OK, &json!(false), &json!([]))
    );
    assert_eq!(body["errors"][0]["path"], "assets");
    assert_eq!(body["errors"][0]["code"], "empty_pool");
    assert_eq!(body["errors"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_validation_lists_at_most_a_thousand_problems() {
    let app = start().await;
    let bad: Vec<Value> = (0..1_500).map(|i| json!({"id": format!("{i}"), "rate": 5})).collect();

    let (status, body) = app
        .post("/api/v1/asset-classes/validate-pool", json!({"pool_name": "x", "assets": bad}))
        .await;

    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["errors"].as_array().unwrap().len(), 1_000);
}

#[tokio::test]
async fn what_is_not_json_is_refused_before_it_is_understood() {
    let app = start().await;
    let deep = format!("{{\"assets\":{}", "[".repeat(40));
    for text in ["{\"pool_name\":", "{\"assets\":[{\"balance\":1e400}]}", deep.as_str(), "NaN"] {
        let request = Request::post("/api/v1/asset-classes/validate-pool")
            .header("content-type", "application/json")
            .body(Body::from(text.to_owned()))
            .unwrap();
        assert_eq!(app.request(request).await.status, StatusCode::BAD_REQUEST, "{text}");
    }
}

#[tokio::test]
async fn month_end_anchors_stay_month_ends() {
    let app = start().await;

    let (status, body) =
        analyze(&app, json!({"analysis_date": "2025-03-31", "pool": {"assets": [
            {"id": "a", "asset_class": "residential_mortgage", "balance": 1e5, "rate": 0.06, "term_months": 360}
        ]}})).await;

    assert_eq!(status, StatusCode::OK, "{body}");
    let dates: Vec<&str> = body["cashflows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["date"].as_str().unwrap())
        .collect();
    assert_eq!(dates[..3], ["2025-04-30", "2025-05-31", "2025-06-30"]);
    assert_eq!((dates[10], dates[34], dates[359]), ("2026-02-28", "2028-02-29", "2055-03-31"));
    assert!(dates.len() >= 360);
}

#[tokio::test]
async fn the_dates_are_part_of_the_cache_key() {
    let app = start().await;
    let march = json!({"analysis_date": "2025-03-15"});
    let september = json!({"analysis_date": "2025-09-15"});

    let (_, first) = analyze(&app, march.clone()).await;
    let (_, second) = analyze(&app, september).await;
    let (_, again) = analyze(&app, march).await;

    assert_eq!((&first["cache_hit"], &second["cache_hit"]), (&json!(false), &json!(false)));
    assert_ne!(first["cashflows"][0]["date"], second["cashflows"][0]["date"]);
    assert_eq!(again["cache_hit"], json!(true));
    assert_eq!((&again["metrics"], &again["cashflows"]), (&first["metrics"], &first["cashflows"]));
}

#[tokio::test]
async fn another_pool_of_the_same_name_has_its_own_result() {
    let app = start().await;
    let (_, three) = analyze(&app, json!({"pool": pool(3)})).await;
    let (_, four) = analyze(&app, json!({"pool": pool(4)})).await;

    assert_ne!(three["pool_hash"], four["pool_hash"]);
    assert!(four["metrics"]["npv"].as_f64() > three["metrics"]["npv"].as_f64());
    assert_eq!(four["cache_hit"], json!(false));
}

fn ten_with_a_bad_seventh() -> Value {
    let mut pool = pool(10);
    pool["assets"][6]["remaining_term_months"] = json!(361);
    pool
}

#[tokio::test]
async fn an_invalid_asset_is_never_dropped_silently() {
    let app = start().await;

    let (status, problem) = analyze(&app, json!({"pool": ten_with_a_bad_seventh()})).await;

    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("validation"))
    );
    assert_eq!(problem["errors"][0]["pointer"], "/assets/6/remaining_term_months");
    let message = problem["errors"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("assets[6].remaining_term_months must be between 1"), "{message}");
}

#[tokio::test]
async fn invalid_assets_are_left_out_and_named_when_asked() {
    let app = start().await;

    let (status, body) =
        analyze(&app, json!({"on_invalid": "skip", "pool": ten_with_a_bad_seventh()})).await;

    assert_eq!((status, &body["status"]), (StatusCode::OK, &json!("partial")));
    assert_eq!(body["skipped"], json!(["L-7"]));
    assert_eq!((&body["asset_count"], &body["balance"]), (&json!(9), &json!(2_250_000.0)));
}

#[tokio::test]
async fn mixed_pools_are_divided_by_class() {
    let app = start().await;
    let mut mixed = pool(2);
    for (i, class) in
        ["auto_loan", "consumer_credit", "commercial_loan", "clo_cdo"].iter().enumerate()
    {
        let mut other = loan(&format!("M-{i}"));
        other["asset_class"] = json!(class);
        other["term_months"] = json!(60);
        other["remaining_term_months"] = json!(50);
        mixed["assets"].as_array_mut().unwrap().push(other);
    }

    let (status, body) = analyze(&app, json!({"pool": mixed, "group_by": "class"})).await;

    assert_eq!(status, StatusCode::OK, "{body}");
    let parts = body["by_class"].as_array().unwrap();
    let sum: f64 = parts.iter().map(|part| part["metrics"]["npv"].as_f64().unwrap()).sum();
    assert_eq!(parts.len(), 5);
    assert!((sum / body["metrics"]["npv"].as_f64().unwrap() - 1.0).abs() < 1e-9);
    assert_eq!(body["assumptions_used"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn absent_measures_are_null_and_not_zero() {
    let app = start().await;
    let (_, body) = analyze(&app, json!({})).await;

    for name in ["z_spread", "discount_margin", "npv_change", "npv_change_percent"] {
        assert_eq!(body["metrics"].get(name), Some(&Value::Null), "{name}");
    }
    assert!(body["metrics"]["irr"].as_f64().unwrap() > 0.0);
}

#[tokio::test]
async fn cash_flows_come_as_columns_or_not_at_all() {
    let app = start().await;
    let (_, columns) = analyze(&app, json!({"cashflow_format": "columns"})).await;
    let (_, none) =
        analyze(&app, json!({"include_cashflows": false, "include_metrics": false})).await;

    let periods = columns["cashflows"]["period"].as_array().unwrap().len();
    assert_eq!(columns["cashflows"]["balance"].as_array().unwrap().len(), periods);
    assert_eq!((&none["cashflows"], &none["metrics"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn the_accept_header_asks_for_a_file() {
    let app = start().await;
    for (accept, begin) in [
        ("text/csv", &b"period,date,beginning_balance"[..]),
        ("application/vnd.apache.parquet", b"PAR1"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
    ] {
        let request = Request::post(ANALYZE)
            .header("content-type", "application/json")
            .header("accept", accept)
            .body(Body::from(json!({"pool": pool(2)}).to_string()))
            .unwrap();
        let reply = app.request(request).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        assert!(reply.body.starts_with(begin), "{accept}");
        let disposition = reply.headers["content-disposition"].to_str().unwrap();
        assert!(disposition.starts_with("attachment; filename=\"Oak-Street-"), "{disposition}");
    }
}

#[tokio::test]
async fn a_stored_pool_is_analysed_by_its_id() {
    let app = start().await;
    let id = add_pool(&app, 3).await;

    let (_, stored) = analyze(&app, json!({"pool": {"pool_id": id}})).await;
    let (_, sent) = analyze(&app, json!({})).await;
    let (status, problem) = analyze(&app, json!({"pool": {"pool_id": "pool_none"}})).await;

    assert_eq!(stored["pool_hash"], sent["pool_hash"]);
    assert_eq!(sent["cache_hit"], json!(true), "the content identifies the loans, not the way in");
    assert_eq!((status, &problem["code"]), (StatusCode::NOT_FOUND, &json!("pool_not_found")));
}

#[tokio::test]
async fn wrong_terms_are_refused_with_their_pointers() {
    let app = start().await;
    let (status, problem) = analyze(
        &app,
        json!({"discount_rate": 5, "assumptions": {"prepayment": {"model": "cpr", "value": 6}}}),
    )
    .await;

    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let pointers: Vec<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(pointers, ["/discount_rate", "/assumptions/prepayment/value"]);
    let (status, _) = app.post(ANALYZE, json!({})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn actuals_are_named_as_not_available() {
    let app = start().await;
    let id = add_pool(&app, 1).await;

    let (status, actuals) = app.post(&format!("/api/v1/pools/{id}/actuals"), json!({})).await;
    assert_eq!(
        (status, &actuals["code"]),
        (StatusCode::NOT_IMPLEMENTED, &json!("actuals_not_available"))
    );
}

#[tokio::test]
async fn an_analysis_that_is_too_large_is_sent_to_the_async_form() {
    let app =
        TestApp::start_with(credit::REGISTRATION, &[("CREDIT_MAX_DIRECT_WORK", "1000")]).await;

    let (status, problem) = analyze(&app, json!({})).await;

    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("too_expensive"))
    );
    assert!(problem["detail"].as_str().unwrap().contains("/analyze/async"), "{problem}");
}

#[tokio::test]
async fn a_body_may_be_larger_than_other_bodies_but_not_without_limit() {
    let app = start().await;
    let (status, _) = analyze(&app, json!({"pool": pool(8_000), "include_cashflows": false})).await;
    assert_eq!(status, StatusCode::OK);

    let request = Request::post(ANALYZE)
        .header("content-type", "application/json")
        .body(Body::from(vec![b' '; 64 * 1024 * 1024 + 1]))
        .unwrap();
    assert_eq!(app.request(request).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}
