//! Bodies that nobody should send, for every operation of stress tests, loans and tools.

use axum::body::Body;
use http::Request;

use crate::desk::start;

const RUN: &str = "/api/v1/asset-classes/stress-testing/run";

#[tokio::test]
async fn hostile_bodies_are_answered_and_never_break_anything() {
    let app = start().await;
    let deep = format!("{}{}", "[".repeat(40), "]".repeat(40));
    let nasty = [
        "null",
        "[]",
        "7",
        "\"x\"",
        "{}",
        "{\"request\":null}",
        "{\"request\":[]}",
        "{\"request\":{\"pool\":{\"assets\":[null]}}}",
        "{\"request\":{},\"request\":{}}",
        "{\"request\":{},\"scenario_names\":\"base\"}",
        "{\"request\":{},\"custom_scenarios\":[1]}",
        "{\"request\":{},\"custom_scenarios\":{\"\\u0000\":{}}}",
        "{\"request\":{},\"max_workers\":-1}",
        "{\"loan_data\":null}",
        "{\"loan_data\":{\"principal\":1e400}}",
        "{\"loans\":[[]]}",
        "{\"loan_data\":{\"principal\":\"NaN\",\"interest_rate\":true,\"term_months\":1e30}}",
        "{\"principal\":1e308,\"interest_rate\":1,\"term_months\":600}",
        "{\"amounts\":[1e308,-1e308]}",
        "{\"loan_data\":{\"principal\":1e15,\"interest_rate\":1,\"term_months\":600,\"custom_fields\":{\"a\":\"\\u0000\"}}}",
        "{\"name\":\"\\u0000\",\"kind\":\"stress\"}",
        "{\"value\":-1,\"from\":\"psa\",\"month\":0}",
        "{\"start_date\":\"-262143-01-01\",\"end_date\":\"+262142-12-31\"}",
        "{\"dates\":{\"first_date\":\"2200-12-31\",\"count\":4294967295}}",
        "{\"name\":\"x\",\"kind\":\"zero\",\"as_of\":\"0001-01-01\",\"points\":[]}",
        deep.as_str(),
        "{",
    ];
    for path in [
        RUN,
        "/api/v1/stress-testing/async-run",
        "/api/v1/pools/pool_1/stress-runs",
        "/api/v1/cashflow/calculate",
        "/api/v1/cashflow/calculate-batch",
        "/api/v1/cashflow/forecast",
        "/api/v1/cashflow/stress-test",
        "/api/v1/cashflow/enhanced-metrics",
        "/api/v1/cashflow/sensitivity",
        "/api/v1/cashflow/risk-metrics",
        "/api/v1/loans",
        "/api/v1/scenarios",
        "/api/v1/forecasts",
        "/api/v1/forecast/async",
        "/api/v1/forecast/stress-test",
        "/api/v1/tools/day-count",
        "/api/v1/tools/schedule",
        "/api/v1/tools/speeds",
        "/api/v1/tools/xirr",
        "/api/v1/market-data/curves",
        "/api/v1/specialized-assets/consumer-credit/analyze",
        "/api/v1/specialized-assets/clo-cdo/validate",
        "/api/v1/specialized-assets/clo-cdo/tranche-analysis",
    ] {
        for body in nasty {
            let request = Request::post(path)
                .header("content-type", "application/json")
                .body(Body::from(body.to_owned()))
                .unwrap();
            let status = app.request(request).await.status;
            assert!(!status.is_server_error(), "{path} {body}: {status}");
        }
    }
}
