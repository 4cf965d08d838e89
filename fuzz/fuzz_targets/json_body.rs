//! A JSON body: read or refused, and a refusal points to a place. What is read is analysed, and the result is finite.
#![no_main]

use axum::body::Body;
use axum::extract::{FromRequest as _, Request};
use credit::domain::analysis::{self, AnalysisRequest, TermsDefaults};
use credit_engine::projection::Control;
use libfuzzer_sys::fuzz_target;
use platform::http::Json;

/// Loan-months of one input: more would only be slow.
const MOST_WORK: u64 = 20_000;

fuzz_target!(|bytes: &[u8]| {
    let request = Request::post("/")
        .header("content-type", "application/json")
        .body(Body::from(bytes.to_vec()))
        .unwrap();
    let read = futures::executor::block_on(Json::<AnalysisRequest>::from_request(request, &()));
    let request = match read {
        Ok(Json(request)) => request,
        Err(problem) => {
            assert!(problem.status().is_client_error());
            let shown = serde_json::to_value(&problem).unwrap();
            for error in shown["errors"].as_array().into_iter().flatten() {
                let pointer = error["pointer"].as_str().unwrap();
                assert!(pointer.is_empty() || pointer.starts_with('/'), "{pointer}");
            }
            return;
        }
    };
    let today = "2026-01-15".parse().unwrap();
    let terms = match request.terms(TermsDefaults { today }) {
        Ok(terms) => terms,
        Err(issues) => {
            assert!(issues.iter().all(|issue| issue.pointer.starts_with('/')), "{issues:?}");
            return;
        }
    };
    let Some(assets) = request.pool.as_ref().and_then(|pool| pool.assets.as_ref()) else { return };
    if assets.loans.is_empty() || analysis::work(&assets.loans, &terms) > MOST_WORK {
        return;
    }
    let control = Control { cancelled: None, progress: None };
    let outcome = analysis::analyze(&assets.loans, &terms, control).unwrap();
    for column in outcome.cashflows.columns() {
        assert!(column.iter().all(|value| value.is_finite()), "{bytes:?}");
    }
});
