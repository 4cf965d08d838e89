//! Tapes from upload to version.

use http::StatusCode;
use serde_json::{Value, json};
use testkit::TestApp;

use crate::desk::{TAPE, add_pool, start, upload};

async fn import(app: &TestApp, query: &str) -> (StatusCode, Value) {
    let reply = upload(app, &format!("/api/v1/pools/tape?{query}"), "text/csv", TAPE).await;
    (reply.status, reply.json())
}

#[tokio::test]
async fn a_tape_becomes_a_pool_with_a_list_of_issues() {
    let app = start().await;

    let (status, body) = import(&app, "name=Elm&currency=USD&cut_off_date=2025-01-31").await;

    assert_eq!(status, StatusCode::CREATED, "{body}");
    let report = &body["report"];
    assert_eq!(
        (&report["rows"], &report["valid"], &report["invalid"], &report["closed"]),
        (&json!(5), &json!(2), &json!(2), &json!(1))
    );
    assert_eq!((&body["pool"]["name"], &body["pool"]["has_tape"]), (&json!("Elm"), &json!(true)));
    let (_, issues) = app.get(body["issues_url"].as_str().unwrap()).await;
    let found: Vec<String> = issues["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| {
            format!(
                "{} {} {}",
                i["row"],
                i["column"].as_str().unwrap(),
                i["code"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            "3 remaining term remaining_above_term",
            "4 zeroBalanceCode closed_prepaid",
            "6 loan_id duplicate_row"
        ]
    );
    assert_eq!(issues["items"][0]["value"], "361");
    let (_, closed) =
        app.get(&format!("{}?severity=closed", body["issues_url"].as_str().unwrap())).await;
    assert_eq!(closed["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn rows_are_repaired_and_excluded_into_a_new_version() {
    let app = start().await;
    let (_, body) = import(&app, "name=Elm").await;
    let id = body["pool"]["id"].as_str().unwrap();
    let wanted = json!({
        "repairs": [{"row": 3, "column": "remaining term", "value": "340"}],
        "exclude_all_invalid": true,
    });

    let editor = app.with_header("if-match", "\"1\"");
    let path = format!("/api/v1/pools/{id}/tape/resolve");
    let (status, resolved) = editor.post(&path, wanted.clone()).await;
    let (stale, _) = editor.post(&path, wanted).await;

    assert_eq!(status, StatusCode::CREATED, "{resolved}");
    assert_eq!(resolved["pool"]["version"], 2);
    let report = &resolved["report"];
    assert_eq!(
        (&report["valid"], &report["invalid"], &report["excluded"], &report["repaired"]),
        (&json!(3), &json!(0), &json!(1), &json!(1))
    );
    assert_eq!(stale, StatusCode::PRECONDITION_FAILED);
    let (_, issues) = app.get(&format!("/api/v1/pools/{id}/tape/issues?severity=error")).await;
    assert_eq!(issues["items"], json!([]));
}

#[tokio::test]
async fn rows_that_the_tape_does_not_have_are_refused_and_nothing_changes() {
    let app = start().await;
    let (_, body) = import(&app, "name=Elm").await;
    let path = format!("/api/v1/pools/{}", body["pool"]["id"].as_str().unwrap());
    let wanted = json!({
        "exclude_rows": [1, 6, 7],
        "repairs": [{"row": 9_223_372_036_854_775_808_u64, "column": "balance", "value": "1"}],
    });

    let (status, problem) = app.post(&format!("{path}/tape/resolve"), wanted).await;

    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    let refused: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap()))
        .collect();
    assert_eq!(
        refused,
        [
            ("/exclude_rows", "unknown_row"),
            ("/exclude_rows", "unknown_row"),
            ("/repairs/0/row", "unknown_row")
        ]
    );
    let (_, pool) = app.get(&path).await;
    assert_eq!(pool["version"], 1);
}

#[tokio::test]
async fn a_preview_shows_rows_and_proposes_a_mapping_without_keeping_a_pool() {
    let app = start().await;

    let (status, body) = import(&app, "preview=true").await;

    assert_eq!(status, StatusCode::OK);
    assert_eq!((&body["columns"][1], &body["rows"][0][1]), (&json!("upb"), &json!("$100,000.50")));
    let rate = body["mapping"]["columns"]
        .as_array()
        .unwrap()
        .iter()
        .find(|c| c["field"] == "rate")
        .unwrap();
    assert_eq!((&rate["column"], &rate["unit"]), (&json!("interest rate"), &json!("percent")));
    assert_eq!(app.get("/api/v1/pools").await.1["items"], json!([]));
}

#[tokio::test]
async fn a_mapping_can_be_given_or_saved() {
    let app = start().await;
    let mapping = json!({
        "columns": [
            {"column": "loan_id", "field": "id"},
            {"column": "upb", "field": "balance"},
            {"column": "interest rate", "field": "rate", "unit": "percent"},
            {"column": "term", "field": "term_months"},
        ],
        "constants": {"asset_class": "auto_loan"},
    });
    let (_, saved) =
        app.post("/api/v1/tape-mappings", json!({"name": "m", "mapping": mapping})).await;

    let (status, body) =
        import(&app, &format!("mapping_id={}", saved["id"].as_str().unwrap())).await;
    let (wrong, problem) = import(&app, "mapping=%7B%22columns%22%3A%5B%7B%22column%22%3A%22nope%22%2C%22field%22%3A%22balance%22%7D%5D%7D").await;

    assert_eq!(status, StatusCode::CREATED, "{body}");
    assert_eq!(body["pool"]["summary"]["classes"][0]["asset_class"], "auto_loan");
    assert_eq!(wrong, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["errors"][0]["pointer"], "/mapping/columns/0/column");
}

#[tokio::test]
async fn all_or_nothing_is_refused_with_every_bad_row() {
    let app = start().await;

    let (status, problem) = import(&app, "on_invalid=reject").await;

    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("invalid_rows"))
    );
    assert_eq!(problem["errors"][0]["pointer"], "/rows/3/remaining term");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 2);
    assert_eq!(app.get("/api/v1/pools").await.1["items"], json!([]));
}

#[tokio::test]
async fn files_that_are_no_tapes_are_refused() {
    let app = start().await;
    let path = "/api/v1/pools/tape";
    for (kind, body, status, code) in [
        ("image/png", "x", 415, "unsupported_media_type"),
        ("text/csv", "", 422, "malformed_tape"),
        ("text/csv", "a,b\n1,2\n", 422, "validation"),
        ("application/vnd.apache.parquet", "PAR1", 422, "malformed_tape"),
        (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "PK",
            422,
            "malformed_tape",
        ),
    ] {
        let reply = upload(&app, path, kind, body).await;
        assert_eq!(
            (reply.status.as_u16(), reply.json()["code"].as_str().unwrap()),
            (status, code),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn an_upload_over_the_limit_is_refused() {
    let app = TestApp::start_with(credit::REGISTRATION, &[("MAX_UPLOAD_BYTES", "100")]).await;

    let reply = upload(&app, "/api/v1/pools/tape", "text/csv", TAPE).await;

    assert_eq!(
        (reply.status, &reply.json()["code"]),
        (StatusCode::PAYLOAD_TOO_LARGE, &json!("body_too_large"))
    );
}

#[tokio::test]
async fn a_pool_without_a_tape_has_no_issues_to_resolve() {
    let app = start().await;
    let id = add_pool(&app, 1).await;

    let (status, problem) = app.get(&format!("/api/v1/pools/{id}/tape/issues")).await;

    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("no_tape")));
}

#[tokio::test]
async fn a_tape_replaces_the_loans_of_a_pool() {
    let app = start().await;
    let id = add_pool(&app, 7).await;

    let reply = upload(&app, &format!("/api/v1/pools/{id}/tape"), "text/csv", TAPE).await;

    assert_eq!(reply.status, StatusCode::CREATED);
    assert_eq!(reply.headers["etag"], "\"2\"");
    let (_, pool) = app.get(&format!("/api/v1/pools/{id}")).await;
    assert_eq!((&pool["summary"]["asset_count"], &pool["name"]), (&json!(2), &json!("Oak Street")));
}

#[tokio::test]
async fn a_damaged_file_is_refused_even_if_its_reader_panics() {
    let app = start().await;
    let damaged = include_bytes!("../data/damaged.parquet").as_slice();

    let path = "/api/v1/pools/tape?name=Damaged";
    let reply = upload(&app, path, "application/vnd.apache.parquet", damaged).await;

    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", reply.text());
    assert_eq!(reply.json()["code"], "malformed_tape");
}
