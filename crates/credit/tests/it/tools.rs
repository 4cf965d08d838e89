//! Small calculators, calendars and curves.

use http::StatusCode;
use serde_json::{Value, json};

use crate::desk::start;

fn close(found: &Value, wanted: f64, tolerance: f64) {
    let found = found.as_f64().unwrap_or_else(|| panic!("{found}"));
    assert!((found - wanted).abs() <= tolerance, "{found} is not {wanted}");
}

#[tokio::test]
async fn day_counts_differ_as_published() {
    let app = start().await;
    let dates = json!({"start_date": "2007-02-28", "end_date": "2007-03-31"});

    let (status, all) = app.post("/api/v1/tools/day-count", dates).await;

    assert_eq!(status, StatusCode::OK);
    for (convention, fraction) in
        [("30/360", 0.091_666_7), ("30/360 US", 0.083_333_3), ("30E/360", 0.088_888_9)]
    {
        let found = all.as_array().unwrap().iter().find(|one| one["convention"] == convention);
        close(&found.unwrap()["fraction"], fraction, 1e-7);
    }
}

#[tokio::test]
async fn speeds_are_converted_as_published() {
    let app = start().await;
    let (_, cpr) = app.post("/api/v1/tools/speeds", json!({"value": 0.06, "from": "cpr"})).await;
    let psa = json!({"value": 150, "from": "psa", "month": 17});
    let (_, psa) = app.post("/api/v1/tools/speeds", psa).await;

    close(&cpr["smm"], 0.005_143_01, 1e-8);
    close(&psa["cpr"], 0.051, 1e-9);
    assert_eq!(cpr["psa"], Value::Null);
    let missing = json!({"value": 150, "from": "psa"});
    assert_eq!(app.post("/api/v1/tools/speeds", missing).await.0, 422);
}

#[tokio::test]
async fn returns_are_found_and_several_are_flagged() {
    let app = start().await;
    let dated = json!({
        "dates": ["2008-01-01", "2008-03-01", "2008-10-30", "2009-02-15", "2009-04-01"],
        "amounts": [-10_000, 2_750, 4_250, 3_250, 2_750], "rate": 0.09});
    let (_, found) = app.post("/api/v1/tools/xirr", dated).await;
    close(&found["rate"], 0.373_362_535, 1e-8);
    close(&found["xnpv"], 2_086.647_6, 1e-3);

    let several = json!({"amounts": [-50, -100, 600, 300, -100]});
    let (_, found) = app.post("/api/v1/tools/xirr", several).await;
    assert_eq!(found["multiple_roots"], true);
    close(&found["rate"], 1.8544, 1e-4);

    let (status, problem) = app.post("/api/v1/tools/xirr", json!({"amounts": [1, 2]})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["errors"][0]["code"], "no_sign_change");
}

#[tokio::test]
async fn schedules_are_of_a_loan_or_of_dates() {
    let app = start().await;
    let loan = json!({"loan_data": {"principal": 12_000, "interest_rate": 0, "term_months": 48}});
    let (_, found) = app.post("/api/v1/tools/schedule", loan).await;
    close(&found["payments"][0]["payment"], 250.0, 1e-9);
    close(&found["payments"][47]["balance"], 0.0, 1e-9);

    let rule = json!({"dates": {"first_date": "2024-03-31", "count": 3, "calendar": "weekends",
        "convention": "modified_following"}});
    let (_, found) = app.post("/api/v1/tools/schedule", rule).await;
    assert_eq!(found["dates"], json!(["2024-03-29", "2024-04-30", "2024-05-31"]));
    assert_eq!(app.post("/api/v1/tools/schedule", json!({})).await.0, 422);
}

#[tokio::test]
async fn calendars_have_holidays_and_the_feed_is_named_as_not_available() {
    let app = start().await;

    let (_, calendars) = app.get("/api/v1/calendars?year=2026").await;
    let (rates, problem) = app.get("/api/v1/market-data/treasury").await;

    let fed = calendars.as_array().unwrap().iter().find(|one| one["name"] == "us_fed").unwrap();
    assert!(fed["holidays"].as_array().unwrap().contains(&json!("2026-12-25")));
    assert_eq!(app.get("/api/v1/calendars?year=1066").await.0, 422);
    assert_eq!(
        (rates, &problem["code"]),
        (StatusCode::NOT_IMPLEMENTED, &json!("rates_feed_not_available"))
    );
}

#[tokio::test]
async fn a_curve_is_kept_and_its_points_must_rise() {
    let app = start().await;
    let curve = json!({"name": "USD", "kind": "zero", "as_of": "2026-01-15",
        "points": [{"tenor": 1, "value": 0.04}, {"tenor": 10, "value": 0.045}]});
    let path = "/api/v1/market-data/curves";

    let (status, made) = app.post(path, curve.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert_eq!(app.post(path, curve.clone()).await.0, StatusCode::CONFLICT);
    let url = format!("{path}/{}", made["id"].as_str().unwrap());
    let mut falling = curve;
    falling["points"][1]["tenor"] = json!(0.5);
    let (status, problem) = app.put(&url, falling).await;

    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["errors"][0]["pointer"], "/points/1/tenor");
    assert_eq!(app.get(&url).await.1["points"][1]["value"], 0.045);
    assert_eq!(app.delete(&url).await.0, StatusCode::NO_CONTENT);
}
