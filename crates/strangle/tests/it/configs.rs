//! Profiles.

use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::{Value, json};
use testkit::TestApp;

use crate::desk::{Seed, active_config, add_config, start, start_with};

async fn put(app: &TestApp, id: &str, mut body: Value, version: i64) -> (StatusCode, Value) {
    body["version"] = json!(version);
    app.put(&format!("/api/configs/{id}"), body).await
}

#[tokio::test]
async fn a_profile_is_added_with_the_defaults_of_the_settings() {
    let app = start().await;

    let added = add_config(&app, "Morning").await;

    assert_eq!(added["version"], 1);
    assert_eq!(added["is_active"], false);
    assert_eq!(added["underlying"], "BTC");
    assert_eq!(added["delta_range_low"], 0.1);
    assert_eq!(added["trade_time_ist"], "09:30");
    assert_eq!(added["trailing_rules"][0], json!({ "trigger_pct": 20.0, "lock_pct": 0.0 }));
    let (status, found) = app.get(&format!("/api/configs/{}", added["id"].as_str().unwrap())).await;
    assert_eq!((status, found), (StatusCode::OK, added));
}

#[tokio::test]
async fn a_form_begins_with_what_a_new_profile_would_be() {
    let own = [("DEFAULT_UNDERLYING", "ETH"), ("DEFAULT_TRADE_TIME_IST", "10:15")];
    let app = start_with(&own).await;

    let (status, usual) = app.get("/api/configs/defaults").await;

    assert_eq!(status, StatusCode::OK, "{usual}");
    assert_eq!((&usual["name"], &usual["underlying"]), (&json!(""), &json!("ETH")));
    assert_eq!(usual["trade_time_ist"], "10:15");
    let mut named = usual.clone();
    named["name"] = json!("Same");
    let (_, added) = app.post("/api/configs", named.clone()).await;
    for (field, value) in named.as_object().unwrap() {
        assert_eq!(&added[field], value, "{field}");
    }
}

#[tokio::test]
async fn a_profile_is_checked_before_it_is_previewed() {
    let app = start().await;
    let body = json!({ "quantity": 0, "delta_range_low": 0.9, "delta_range_high": 0.1 });
    let (status, problem) = app.post("/api/configs/preview", body).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let pointers: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|error| &error["pointer"]).collect();
    assert!(pointers.contains(&&json!("/quantity")), "{problem}");
    assert!(!pointers.contains(&&json!("/name")), "what is sold does not depend on the name");
}

#[tokio::test]
async fn both_forms_of_the_address_and_both_mounts_answer_the_same() {
    let app = start().await;
    add_config(&app, "Morning").await;
    let (_, usual) = app.get("/api/configs").await;
    assert_eq!(usual["total"], 1);
    for path in ["/api/configs/", "/api/v1/strangle/configs"] {
        assert_eq!(app.get(path).await, (StatusCode::OK, usual.clone()), "{path}");
    }
    let (status, _) = app.post("/api/configs/", json!({ "name": "Evening" })).await;
    assert_eq!(status, StatusCode::CREATED);
}

#[tokio::test]
async fn every_field_that_breaks_a_rule_is_named() {
    let app = start().await;
    let body = json!({
        "name": "x".repeat(51),
        "quantity": 0,
        "delta_range_low": 0.5,
        "delta_range_high": 0.2,
        "max_profit_pct": 120.0,
        "max_loss_pct": 0.5,
        "trade_time_ist": "25:00",
        "expiry_date": "31-02-2026",
        "trailing_rules": [{ "trigger_pct": 10.0, "lock_pct": 10.0 }],
        "late_entry_policy": "sometimes",
    });

    let (status, problem) = app.post("/api/configs", body).await;

    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let pointers: Vec<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    for pointer in [
        "/name",
        "/quantity",
        "/max_profit_pct",
        "/max_loss_pct",
        "/trade_time_ist",
        "/expiry_date",
        "/late_entry_policy",
    ] {
        assert!(pointers.contains(&pointer), "{pointer} in {pointers:?}");
    }
    assert!(pointers.iter().any(|pointer| pointer.starts_with("/delta_range")), "{pointers:?}");
    assert!(pointers.iter().any(|pointer| pointer.starts_with("/trailing_rules")), "{pointers:?}");
    assert_eq!(app.get("/api/configs").await.1["total"], 0);
}

#[tokio::test]
async fn what_is_no_profile_is_refused_without_harm() {
    let app = start().await;
    for (body, pointer) in [
        (json!({}), "/name"),
        (json!({ "name": "a", "quantity": 1.5 }), "/quantity"),
        (json!({ "name": "a", "quantity": 1e19 }), "/quantity"),
        (json!({ "name": "a", "underlying": "DOGE" }), "/underlying"),
        (json!({ "name": "a", "skip_dates": ["tomorrow"] }), "/skip_dates/0"),
        (json!({ "name": "a\u{202e}b" }), "/name"),
    ] {
        let (status, problem) = app.post("/api/configs", body.clone()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    let (status, _) = app.post("/api/configs", json!({ "name": "a", "surprise": 1 })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, _) = app.post("/api/configs", json!([1, 2])).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_name_is_used_once() {
    let app = start().await;
    add_config(&app, "Morning").await;

    let (status, problem) = app.post("/api/configs", json!({ "name": "Morning" })).await;

    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("name_taken")));
    assert_eq!(problem["errors"][0]["pointer"], "/name");
}

#[tokio::test]
async fn a_change_needs_the_version_that_was_read() {
    let app = start().await;
    let id = add_config(&app, "Morning").await["id"].as_str().unwrap().to_owned();
    let body = json!({ "name": "Morning", "quantity": 3 });

    let (status, _) = app.put(&format!("/api/configs/{id}"), body.clone()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, changed) = put(&app, &id, body.clone(), 1).await;
    assert_eq!(
        (status, &changed["version"], &changed["quantity"]),
        (StatusCode::OK, &json!(2), &json!(3))
    );
    let (status, problem) = put(&app, &id, body.clone(), 1).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("stale_version")));
    let request = Request::put(format!("/api/configs/{id}"))
        .header("content-type", "application/json")
        .header("if-match", "\"1\"")
        .body(Body::from(body.to_string()))
        .unwrap();
    assert_eq!(app.request(request).await.status, StatusCode::PRECONDITION_FAILED);

    let (_, versions) = app.get(&format!("/api/configs/{id}/versions")).await;
    let seen: Vec<_> =
        versions["items"].as_array().unwrap().iter().map(|v| &v["version"]).collect();
    assert_eq!(seen, [2, 1]);
    assert_eq!(versions["items"][1]["profile"]["quantity"], 10);
}

#[tokio::test]
async fn only_what_reduces_risk_changes_under_an_open_session() {
    let app = start().await;
    let id = active_config(&app).await;
    Seed::open(1, &id).write(&app).await;

    let looser = json!({ "name": "Paper", "quantity": 10, "max_loss_pct": 200.0 });
    let (status, problem) = put(&app, &id, looser, 1).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("session_open")));
    assert_eq!(problem["errors"][0]["pointer"], "/max_loss_pct");

    let tighter = json!({ "name": "Paper", "quantity": 10, "max_loss_pct": 40.0 });
    let (status, changed) = put(&app, &id, tighter, 1).await;
    assert_eq!((status, &changed["max_loss_pct"]), (StatusCode::OK, &json!(40.0)));
}

#[tokio::test]
async fn one_profile_is_active_and_the_active_one_stays() {
    let app = start().await;
    let first = active_config(&app).await;
    let second = add_config(&app, "Other").await["id"].as_str().unwrap().to_owned();

    let (status, problem) = app.delete(&format!("/api/configs/{first}")).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("config_active")));
    let (status, _) = app.post("/api/configs/config_none/activate", json!({})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(app.get(&format!("/api/configs/{first}")).await.1["is_active"], true);

    app.post(&format!("/api/configs/{second}/activate"), json!({})).await;
    let (_, all) = app.get("/api/configs").await;
    let active: Vec<_> =
        all["items"].as_array().unwrap().iter().filter(|c| c["is_active"] == true).collect();
    assert_eq!((active.len(), &active[0]["id"]), (1, &json!(second)));
    assert_eq!(app.delete(&format!("/api/configs/{first}")).await.0, StatusCode::NO_CONTENT);
    app.post(&format!("/api/configs/{second}/deactivate"), json!({})).await;
    assert_eq!(app.delete(&format!("/api/configs/{second}")).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.get(&format!("/api/configs/{second}")).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_profile_travels_as_a_file() {
    let app = start().await;
    let id = add_config(&app, "Morning").await["id"].as_str().unwrap().to_owned();

    let (_, copy) = app.post(&format!("/api/configs/{id}/duplicate"), json!({})).await;
    assert_eq!(copy["name"], "Morning 2");
    let (_, mut file) = app.get(&format!("/api/configs/{id}/export")).await;
    assert_eq!(file["format"], "strangle-profile/1");
    assert_eq!(app.post("/api/configs/import", file.clone()).await.0, StatusCode::CONFLICT);
    file["profile"]["name"] = json!("Imported");
    let (status, imported) = app.post("/api/configs/import", file.clone()).await;
    assert_eq!((status, &imported["quantity"]), (StatusCode::CREATED, &json!(10)));
    file["format"] = json!("other/1");
    assert_eq!(app.post("/api/configs/import", file).await.1["errors"][0]["pointer"], "/format");
}

#[tokio::test]
async fn an_empty_installation_begins_with_a_profile() {
    let app = start().await;
    app.load_demo().await;
    app.load_demo().await;

    let (_, all) = app.get("/api/configs").await;

    assert_eq!(all["total"], 1);
    assert_eq!(all["items"][0]["name"], "Paper BTC 10–15 delta");
    assert_eq!(all["items"][0]["is_active"], true);
}
