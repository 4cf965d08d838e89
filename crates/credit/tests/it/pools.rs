//! Stored pools and their versions.

use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::desk::{add_pool, loan, pool, start};

#[tokio::test]
async fn a_pool_is_kept_with_counts_and_averages() {
    let app = start().await;
    let id = add_pool(&app, 4).await;

    let (status, body) = app.get(&format!("/api/v1/pools/{id}")).await;

    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["summary"]["asset_count"], 4);
    assert_eq!(body["summary"]["balance"], 1_000_000.0);
    assert!((body["summary"]["wac"].as_f64().unwrap() - 0.065).abs() < 1e-12);
    assert_eq!((&body["summary"]["wam"], &body["summary"]["wala"]), (&json!(340.0), &json!(20.0)));
    assert_eq!((&body["version"], &body["cut_off_date"]), (&json!(1), &json!("2025-03-31")));
}

#[tokio::test]
async fn pools_are_listed_page_by_page() {
    let app = start().await;
    for _ in 0..3 {
        add_pool(&app, 1).await;
    }

    let (_, first) = app.get("/api/v1/pools?limit=2").await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let (_, second) = app.get(&format!("/api/v1/pools?limit=2&cursor={cursor}")).await;

    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    assert_eq!(second["items"].as_array().unwrap().len(), 1);
    assert!(second.get("next_cursor").is_none());
}

#[tokio::test]
async fn two_editors_do_not_overwrite_each_other() {
    let app = start().await;
    let id = add_pool(&app, 2).await;
    let path = format!("/api/v1/pools/{id}");
    let first = app.with_header("if-match", "\"1\"");

    let (status, changed) = first.put(&path, json!({"pool_name": "Renamed"})).await;
    let (stale, problem) = first.put(&path, json!({"pool_name": "Lost"})).await;

    assert_eq!(
        (status, &changed["version"], &changed["name"]),
        (StatusCode::OK, &json!(2), &json!("Renamed"))
    );
    assert_eq!(changed["summary"]["asset_count"], 2, "the loans stay when none are sent");
    assert_eq!(
        (stale, &problem["code"]),
        (StatusCode::PRECONDITION_FAILED, &json!("stale_version"))
    );
    let (_, old) = app.get(&format!("{path}?version=1")).await;
    assert_eq!(old["version"], 1);
}

#[tokio::test]
async fn a_deleted_pool_is_gone_for_everybody() {
    let app = start().await;
    let id = add_pool(&app, 1).await;
    let path = format!("/api/v1/pools/{id}");

    assert_eq!(app.delete(&path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.get(&path).await.0, StatusCode::NOT_FOUND);
    assert_eq!(app.delete(&path).await.0, StatusCode::NOT_FOUND);
    let (_, list) = app.get("/api/v1/pools").await;
    assert_eq!(list["items"], json!([]));
}

#[tokio::test]
async fn a_pool_with_mistakes_is_not_kept() {
    let app = start().await;
    let (status, problem) =
        app.post("/api/v1/pools", json!({"assets": [{"id": "a"}], "currency": "dollars"})).await;

    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let pointers: Vec<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["pointer"].as_str().unwrap())
        .collect();
    for pointer in ["/pool_name", "/currency", "/assets/0/balance", "/assets/0/asset_class"] {
        assert!(pointers.contains(&pointer), "{pointer} in {pointers:?}");
    }
    let (status, _) = app.post("/api/v1/pools", json!({"pool_name": "nul\u{0}"})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn stratifications_add_up_to_the_pool() {
    let app = start().await;
    let id = add_pool(&app, 5).await;

    let (status, body) = app.get(&format!("/api/v1/pools/{id}/stats")).await;

    assert_eq!(status, StatusCode::OK, "{body}");
    let slices = body["stratifications"].as_array().unwrap();
    let names: Vec<&str> = slices.iter().map(|s| s["dimension"].as_str().unwrap()).collect();
    for name in [
        "rate",
        "ltv_ratio",
        "fico_score",
        "location",
        "age_months",
        "remaining_term_months",
        "balance",
    ] {
        assert!(names.contains(&name), "{name}");
    }
    for slice in slices {
        let count: u64 = slice["buckets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|b| b["asset_count"].as_u64().unwrap())
            .sum();
        assert_eq!(count, 5);
    }
    assert_eq!(slices[2]["buckets"][0]["label"], "700 to 740");
}

#[tokio::test]
async fn assets_are_paged_and_filtered() {
    let app = start().await;
    let mut many = pool(30);
    let mut other = loan("X-1");
    other["location"] = json!("TX");
    many["assets"].as_array_mut().unwrap().push(other);
    let (_, made) = app.post("/api/v1/pools", many).await;
    let path = format!("/api/v1/pools/{}/assets", made["id"].as_str().unwrap());

    let (_, first) = app.get(&format!("{path}?limit=20")).await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let (_, second) = app.get(&format!("{path}?limit=20&cursor={cursor}")).await;
    let (_, texan) = app.get(&format!("{path}?location=tx")).await;
    let (status, _) = app.get(&format!("{path}?asset_class=boat")).await;
    let (beyond, nothing) = app.get(&format!("{path}?offset=18446744073709551615")).await;
    assert_eq!((beyond, &nothing["items"]), (StatusCode::OK, &json!([])));

    assert_eq!((first["items"].as_array().unwrap().len(), &first["total"]), (20, &json!(31)));
    assert_eq!(second["items"].as_array().unwrap().len(), 11);
    assert_eq!(
        (texan["items"].as_array().unwrap().len(), &texan["items"][0]["id"]),
        (1, &json!("X-1"))
    );
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn demo_pools_are_there_once() {
    let app = start().await;
    app.load_demo().await;
    app.load_demo().await;

    let (_, list) = app.get("/api/v1/pools").await;

    let counts: Vec<&Value> =
        list["items"].as_array().unwrap().iter().map(|p| &p["summary"]["asset_count"]).collect();
    assert_eq!(counts, [&json!(600), &json!(1_200)]);
}

#[tokio::test]
async fn a_saved_mapping_has_a_name_of_its_own() {
    let app = start().await;
    let new =
        json!({"name": "Ours", "mapping": {"columns": [{"column": "upb", "field": "balance"}]}});

    let (status, made) = app.post("/api/v1/tape-mappings", new.clone()).await;
    let (again, problem) = app.post("/api/v1/tape-mappings", new).await;

    assert_eq!((status, again), (StatusCode::CREATED, StatusCode::CONFLICT));
    assert_eq!(problem["code"], "mapping_name_taken");
    let (_, list) = app.get("/api/v1/tape-mappings").await;
    assert_eq!(list[0]["mapping"]["columns"][0]["field"], "balance");
    let path = format!("/api/v1/tape-mappings/{}", made["id"].as_str().unwrap());
    assert_eq!(app.delete(&path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.delete(&path).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_repeated_post_with_a_key_adds_one_pool() {
    let app = start().await.with_header("idempotency-key", "one-and-only-1");
    let send = || async {
        let request = Request::post("/api/v1/pools")
            .header("content-type", "application/json")
            .body(Body::from(pool(1).to_string()))
            .unwrap();
        app.request(request).await.json()["id"].clone()
    };

    assert_eq!(send().await, send().await);
}
