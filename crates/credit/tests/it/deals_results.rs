//! What is made of runs of deals: explanations, logs, files, prices.

use bytes::Bytes;
use calamine::Reader as _;
use http::StatusCode;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Value, json};

use crate::deals_desk::{add_deal, add_run, small_deal};
use crate::desk::{get_as, start};

#[tokio::test]
async fn a_payment_is_explained_in_sentences() {
    let app = start().await;
    let run = add_run(&app, &add_deal(&app, "Small").await).await;

    let (status, why) = app.get(&format!("{run}/explain?bond=A&date=2026-02-01")).await;

    assert_eq!(status, StatusCode::OK, "{why}");
    let story = why["sentences"].as_array().unwrap();
    assert!(!story.is_empty() && story.iter().all(|s| s.as_str().unwrap().ends_with('.')), "{why}");
    assert!((why["principal_paid"].as_f64().unwrap() - 43.533_333_333_333).abs() < 1e-9);
    let concerning =
        why["steps"].as_array().unwrap().iter().filter(|step| step["concerns"] == true);
    assert_eq!(concerning.count(), 2, "interest and principal: {why}");
    for query in ["bond=Z&date=2026-02-01", "bond=A&date=2026-02-02"] {
        let (status, _) = app.get(&format!("{run}/explain?{query}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
    }
}

#[tokio::test]
async fn the_log_comes_page_by_page() {
    let app = start().await;
    let run = add_run(&app, &add_deal(&app, "Small").await).await;
    let mut steps: Vec<Value> = Vec::new();
    let mut cursor = String::new();
    loop {
        let (status, page) = app.get(&format!("{run}/log?limit=7{cursor}")).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        steps.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }

    let csv = get_as(&app, &format!("{run}/log?format=csv")).await;

    assert_eq!(csv.text().lines().count(), steps.len() + 1);
    let principal = steps.iter().find(|s| s["step"] == "amortizing/7").unwrap();
    assert!((principal["paid"].as_f64().unwrap() - 43.533_333_333_333).abs() < 1e-9, "{principal}");
    assert!((principal["limit"].as_f64().unwrap() - 59.6).abs() < 1e-9, "{principal}");
    assert_eq!(principal["from"], "collections");
}

#[tokio::test]
async fn every_export_reads_back_to_the_same_numbers() {
    let app = start().await;
    let mut deal = small_deal();
    deal["bonds"][0]["name"] = json!("=A");
    for step in deal["waterfalls"][0]["steps"].as_array_mut().unwrap() {
        let text = step.to_string().replace("\"A\"", "\"=A\"").replace("\\\"A\\\"", "\\\"=A\\\"");
        *step = serde_json::from_str(&text).unwrap();
    }
    let (status, kept) =
        app.post("/api/v1/deals", json!({"name": "=cmd", "structure": deal})).await;
    assert_eq!(status, StatusCode::CREATED, "{kept}");
    let run = add_run(&app, kept["id"].as_str().unwrap()).await;
    for part in ["bonds", "pool", "fees", "accounts", "triggers", "log"] {
        let csv = get_as(&app, &format!("{run}/{part}?format=csv")).await;
        let lines = csv.text().lines().count() - 1;
        let parquet = get_as(&app, &format!("{run}/{part}?format=parquet")).await;
        let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(parquet.body)).unwrap();
        let rows = reader.metadata().file_metadata().num_rows();
        assert_eq!(rows, i64::try_from(lines).unwrap(), "{part}");
        let xlsx = get_as(&app, &format!("{run}/{part}?format=xlsx")).await;
        let book = calamine::Xlsx::new(std::io::Cursor::new(xlsx.body)).unwrap();
        assert_eq!(book.sheet_names().len(), 1, "{part}");
    }
    let csv = get_as(&app, &format!("{run}/bonds?format=csv")).await;
    let second: Vec<String> =
        csv.text().lines().nth(1).unwrap().split(',').map(str::to_owned).collect();
    assert_eq!(second[0], "'=A", "no spreadsheet takes it for a formula");
    let heading: Vec<String> =
        csv.text().lines().next().unwrap().split(',').map(str::to_owned).collect();
    let at = heading.iter().position(|name| name == "principal").unwrap();
    assert!((second[at].parse::<f64>().unwrap() - 43.533_333_333_333).abs() < 1e-9);
}

#[tokio::test]
async fn bonds_are_priced_at_prices_and_yields() {
    let app = start().await;
    let id = add_deal(&app, "Small").await;
    let loan = json!({"representative": {"balance": 1000.0, "wac": 0.08, "term": 60}});
    let (_, kept) = app.post(&format!("/api/v1/deals/{id}/run"), json!({"collateral": loan})).await;
    let run = format!("/api/v1/deals/{id}/runs/{}", kept["id"].as_str().unwrap());

    let (status, all) = app.post(&format!("/api/v1/deals/{id}/price"), json!({})).await;
    let body = json!({"bonds": [{"bond": "A", "quote": {"yield": 0.05}}], "table": [99, 100, 101]});
    let (_, one) = app.post(&format!("{run}/price"), body).await;

    assert_eq!(status, StatusCode::OK, "{all}");
    assert_eq!(all["bonds"].as_array().unwrap().len(), 2, "equity has no price: {all}");
    assert!((all["bonds"][0]["clean"].as_f64().unwrap() - 100.0).abs() < 1e-9);
    let a = &one["bonds"][0];
    assert!((a["yield"].as_f64().unwrap() - 0.05).abs() < 1e-9, "{one}");
    let yields: Vec<f64> =
        a["table"].as_array().unwrap().iter().map(|row| row["yield"].as_f64().unwrap()).collect();
    assert!(yields[0] > yields[1] && yields[1] > yields[2], "{yields:?}");
    for body in [
        json!({"bonds": [{"bond": "Z", "quote": {"price": 100}}]}),
        json!({"bonds": [{"bond": "A", "quote": {"price": -1}}]}),
        json!({"bonds": [{"bond": "A", "quote": {"z_spread": 0.01}}]}),
        json!({"settlement": "2199-01-01", "bonds": [{"bond": "A", "quote": {"price": 100}}]}),
    ] {
        let (status, problem) = app.post(&format!("{run}/price"), body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    }
    let other = add_deal(&app, "Never run").await;
    let (status, problem) = app.post(&format!("/api/v1/deals/{other}/price"), json!({})).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("no_finished_run")));
}

#[tokio::test]
async fn sample_deals_are_there_from_the_beginning() {
    let app = start().await;
    app.load_demo().await;
    app.load_demo().await;

    let (_, list) = app.anonymous().get("/api/v1/deals/public").await;

    let deals = list["items"].as_array().unwrap();
    assert!((2..=5).contains(&deals.len()), "{list}");
    for deal in deals {
        let path = format!("/api/v1/deals/{}/runs", deal["id"].as_str().unwrap());
        let (_, runs) = app.get(&path).await;
        assert_eq!(runs["items"][0]["state"], "succeeded", "{runs}");
        let run = format!("{path}/{}", runs["items"][0]["id"].as_str().unwrap());
        let (_, bonds) = app.get(&format!("{run}/bonds")).await;
        let (bond, date) = (&bonds["bonds"][0]["name"], &bonds["dates"][0]);
        let query = format!("bond={}&date={}", bond.as_str().unwrap(), date.as_str().unwrap());
        let (status, why) = app.get(&format!("{run}/explain?{}", query.replace(' ', "%20"))).await;
        assert_eq!(status, StatusCode::OK, "{why}");
    }
}
