//! Runs that are kept, and the files made of them.

use bytes::Bytes;
use calamine::Reader as _;
use http::StatusCode;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Value, json};
use testkit::TestApp;

use crate::desk::{add_pool, get_as, start};

async fn add_run(app: &TestApp, name: &str) -> (String, Value) {
    let id = add_pool(app, 3).await;
    let (status, run) =
        app.post(&format!("/api/v1/pools/{id}/runs"), json!({"scenario_name": name})).await;
    assert_eq!(status, StatusCode::CREATED, "{run}");
    (id, run)
}

#[tokio::test]
async fn a_run_is_kept_with_its_result() {
    let app = start().await;
    let (pool, run) = add_run(&app, "Base").await;
    let path = format!("/api/v1/runs/{}", run["id"].as_str().unwrap());

    let (_, again) = app.get(&path).await;
    let (_, list) = app.get(&format!("/api/v1/pools/{pool}/runs")).await;

    assert_eq!((&again["state"], &again["name"]), (&json!("succeeded"), &json!("Base")));
    assert_eq!(again["result"]["cashflows"], run["result"]["cashflows"]);
    assert_eq!(again["metrics"]["npv"], run["result"]["metrics"]["npv"]);
    assert_eq!(list["items"][0]["id"], run["id"]);
    let (_, short) = app.get(&format!("{path}?include_cashflows=false")).await;
    assert_eq!(short["result"]["cashflows"], Value::Null);

    assert_eq!(app.delete(&path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.get(&path).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_export_reads_back_to_the_same_numbers() {
    let app = start().await;
    let (_, run) = add_run(&app, "=cmd|calc").await;
    let path = format!("/api/v1/runs/{}/export", run["id"].as_str().unwrap());
    let rows = run["result"]["cashflows"].as_array().unwrap();
    let balance = &rows[5]["balance"];
    let same = |text: &str| json!(text.parse::<f64>().unwrap()) == *balance;

    let csv = get_as(&app, &format!("{path}?format=csv")).await;
    let sixth: Vec<String> =
        csv.text().lines().nth(6).unwrap().split(',').map(str::to_owned).collect();
    assert_eq!(csv.text().lines().count(), rows.len() + 1);
    assert!(sixth[0] == "6" && same(&sixth[13]), "{sixth:?}");

    let parquet = get_as(&app, &format!("{path}?format=parquet")).await;
    let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(parquet.body)).unwrap();
    assert_eq!(reader.metadata().file_metadata().num_rows(), i64::try_from(rows.len()).unwrap());

    let xlsx = get_as(&app, &format!("{path}?format=xlsx")).await;
    let mut book = calamine::Xlsx::new(std::io::Cursor::new(xlsx.body)).unwrap();
    let flows = book.worksheet_range("Cash flows").unwrap();
    assert!(same(&flows.get_value((6, 13)).unwrap().to_string()));
    let summary = book.worksheet_range("Summary").unwrap();
    assert_eq!(summary.get_value((1, 1)).unwrap().to_string(), "'=cmd|calc");
    assert!(book.worksheet_formula("Summary").unwrap().cells().all(|(_, _, text)| text.is_empty()));

    let whole = get_as(&app, &format!("{path}?format=json")).await;
    assert_eq!(&whole.json()["result"]["cashflows"][5]["balance"], balance);
    assert!(whole.headers["content-disposition"].to_str().unwrap().ends_with(".json\""));
}

#[tokio::test]
async fn a_run_of_another_pool_is_refused() {
    let app = start().await;
    let id = add_pool(&app, 1).await;

    let (status, problem) =
        app.post(&format!("/api/v1/pools/{id}/runs"), json!({"pool": {"pool_id": "other"}})).await;
    let (missing, _) = app.post("/api/v1/pools/pool_none/runs", json!({})).await;

    assert_eq!(
        (status, &problem["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/pool"))
    );
    assert_eq!(missing, StatusCode::NOT_FOUND);
}
