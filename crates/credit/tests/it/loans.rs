//! Saved loans, saved scenarios and stored forecasts.

use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::desk::{add_pool, start};
use crate::jobs::work;

fn loan() -> Value {
    json!({"loan_id": "Maple 7", "principal": 200_000, "interest_rate": 0.05, "term_months": 180})
}

#[tokio::test]
async fn a_loan_is_saved_changed_once_and_removed() {
    let app = start().await;
    let (status, made) = app.post("/api/v1/loans", loan()).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let url = format!("/api/v1/loans/{}", made["id"].as_str().unwrap());

    let mut changed = loan();
    changed["principal"] = json!(150_000);
    let put = |version: &'static str, body: Value| {
        Request::put(&url)
            .header("content-type", "application/json")
            .header("if-match", version)
            .body(Body::from(body.to_string()))
            .unwrap()
    };
    let first = app.request(put("\"1\"", changed.clone())).await;
    let second = app.request(put("\"1\"", changed)).await;

    assert_eq!((first.status, &first.json()["version"]), (StatusCode::OK, &json!(2)));
    assert_eq!(second.status, StatusCode::PRECONDITION_FAILED);
    let (_, found) = app.get(&url).await;
    assert_eq!(found["loan"]["principal"], 150_000);
    assert_eq!(app.get("/api/v1/loans").await.1["items"].as_array().unwrap().len(), 1);
    assert_eq!(app.delete(&url).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.get(&url).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nobody_finds_what_is_not_there() {
    let app = start().await;
    for path in [
        "/api/v1/loans/loan_x",
        "/api/v1/scenarios/scenario_x",
        "/api/v1/forecasts/forecast_x",
        "/api/v1/forecasts/forecast_x/projections",
        "/api/v1/stress-runs/stress_x",
        "/api/v1/stress-runs/stress_x/report",
        "/api/v1/pools/pool_x/stress-runs",
        "/api/v1/market-data/curves/curve_x",
        "/api/v1/specialized-assets/consumer-credit/metrics/pool_x",
        "/api/v1/specialized-assets/clo-cdo/waterfall-scenarios?pool_id=pool_x",
    ] {
        assert_eq!(app.get(path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_forecast_is_stored_and_read_again() {
    let app = start().await;
    let body = json!({"name": "Maple", "forecast_request": {"loan_data": loan()}});

    let (status, made) = app.post("/api/v1/forecasts/", body).await;

    assert_eq!(status, StatusCode::CREATED, "{made}");
    let url = format!("/api/v1/forecasts/{}", made["id"].as_str().unwrap());
    let (_, whole) = app.get(&format!("{url}/projections")).await;
    assert_eq!(app.get(&url).await.1["name"], "Maple");
    assert_eq!(whole["baseline"]["summary_metrics"]["npv"], made["summary"]["npv"]);
    assert_eq!(whole["baseline"]["projections"].as_array().unwrap().len(), 180);
    assert_eq!(app.get("/api/v1/forecasts").await.1["items"][0]["id"], made["id"]);
}

#[tokio::test]
async fn a_saved_forecast_is_run_and_a_stress_scenario_is_not() {
    let app = start().await;
    let forecast = json!({"name": "Plan", "is_template": true, "tags": ["a"],
        "forecast_request": {"loan_data": loan()}});
    let (status, saved) = app.post("/api/v1/scenarios", forecast).await;
    assert_eq!((status, &saved["kind"]), (StatusCode::CREATED, &json!("forecast")), "{saved}");
    let stress = json!({"name": "Storm", "market_factors": {"default_multiplier": 2}});
    let (_, storm) = app.post("/api/v1/scenarios", stress).await;

    let run =
        |scenario: &Value| format!("/api/v1/scenarios/{}/run", scenario["id"].as_str().unwrap());
    let (ran, stored) = app.post(&run(&saved), json!({})).await;
    let (refused, _) = app.post(&run(&storm), json!({})).await;

    assert_eq!((ran, &stored["scenario_id"]), (StatusCode::CREATED, &saved["id"]));
    assert_eq!(refused, StatusCode::UNPROCESSABLE_ENTITY);
    let (_, list) = app.get("/api/v1/scenarios?kind=stress").await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn forecasts_and_stress_tests_are_done_later_when_asked() {
    let app = start().await;
    let scenarios = json!([{"name": "bad", "default_multiplier": 3}]);
    for (path, body) in [
        ("/api/v1/forecast/async", json!({"loan_data": loan()})),
        ("/api/v1/forecast/stress-test", json!({"loan_data": loan(), "scenarios": scenarios})),
    ] {
        let (status, accepted) = app.post(path, body).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{accepted}");
        let url = accepted["result_url"].as_str().unwrap();
        assert_eq!(app.get(&format!("{url}/projections")).await.0, StatusCode::CONFLICT);
        work(&app, &json!({"job_id": accepted["task_id"]}), false).await.unwrap();
        assert_eq!(app.get(&format!("{url}/projections")).await.0, StatusCode::OK);
    }
}

#[tokio::test]
async fn another_tenant_finds_nothing_of_this_one() {
    let app = start().await;
    let id = add_pool(&app, 1).await;
    let (_, loan) = app.post("/api/v1/loans", loan()).await;
    let storm = json!({"name": "Storm", "market_factors": {"default_multiplier": 2}});
    let (_, scenario) = app.post("/api/v1/scenarios", storm).await;
    let body = json!({"request": {}, "scenario_names": ["Storm"]});
    let (_, run) = app.post(&format!("/api/v1/pools/{id}/stress-runs"), body.clone()).await;
    let (_, task) = app
        .post("/api/v1/stress-testing/async-run", json!({"request": {"pool": {"pool_id": id}}}))
        .await;

    let other = app.with_header("x-test-tenant", "other");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    for path in [
        format!("/api/v1/loans/{}", text(&loan["id"])),
        format!("/api/v1/scenarios/{}", text(&scenario["id"])),
        format!("/api/v1/stress-runs/{}", text(&run["id"])),
        format!("/api/v1/stress-testing/results/{}", text(&task["task_id"])),
    ] {
        assert_eq!(other.get(&path).await.0, StatusCode::NOT_FOUND, "{path}");
        assert_ne!(app.get(&path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    let cancel = format!("/api/v1/stress-testing/tasks/{}/cancel", text(&task["task_id"]));
    assert_eq!(other.post(&cancel, json!({})).await.0, StatusCode::NOT_FOUND);
    assert_eq!(other.post(&format!("/api/v1/pools/{id}/stress-runs"), body).await.0, 422);
    for list in ["/api/v1/loans", "/api/v1/scenarios", "/api/v1/stress-runs"] {
        assert_eq!(other.get(list).await.1["items"], json!([]), "{list}");
    }
}

#[tokio::test]
async fn viewers_look_and_operators_change() {
    let app = start().await;
    let (viewer, nobody) = (app.as_caller("credit:viewer"), app.anonymous());
    for path in [
        "/api/v1/loans",
        "/api/v1/scenarios",
        "/api/v1/forecasts",
        "/api/v1/forecast/async",
        "/api/v1/cashflow/stress-test",
        "/api/v1/cashflow/sensitivity",
        "/api/v1/market-data/curves",
        "/api/v1/asset-classes/stress-testing/run",
        "/api/v1/stress-testing/run",
        "/api/v1/pools/pool_1/stress-runs",
        "/api/v1/specialized-assets/clo-cdo/tranche-analysis",
    ] {
        assert_eq!(viewer.post(path, json!({})).await.0, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(nobody.post(path, json!({})).await.0, StatusCode::UNAUTHORIZED, "{path}");
    }
    for path in [
        "/api/v1/loans",
        "/api/v1/scenarios",
        "/api/v1/stress-runs",
        "/api/v1/calendars",
        "/api/v1/stress-testing/scenarios",
    ] {
        assert_eq!(viewer.get(path).await.0, StatusCode::OK, "{path}");
        assert_eq!(nobody.get(path).await.0, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn sockets_know_their_caller_before_they_open() {
    let app = start().await;
    for path in ["/ws/task-status", "/ws/somebody-else"] {
        assert_eq!(app.get(path).await.0, StatusCode::UPGRADE_REQUIRED, "{path}");
        assert_eq!(app.anonymous().get(path).await.0, StatusCode::UNAUTHORIZED, "{path}");
    }
    let foreign = Request::get("/ws/somebody-else").header("upgrade", "websocket");
    let answer = app.request(foreign.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}
