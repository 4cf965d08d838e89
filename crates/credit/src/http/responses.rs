//! The answer of an analysis, as JSON or as a file.

use axum::response::{IntoResponse as _, Response};
use chrono::NaiveDate;
use http::{HeaderMap, HeaderValue, header};
use platform::correlation::Correlation;
use platform::http::Json;
use platform::problem::Problem;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::problems;
use crate::domain::analysis::{
    CashflowFormat, Cashflows, ENGINE_VERSION, Metrics, Note, Outcome, Part, Row, Terms,
};
use crate::domain::export::{FileFormat, Title, write};
use crate::domain::stress::Report;

/// What an analysis found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AnalysisView {
    /// Names the request in the log.
    pub(super) request_id: String,
    /// The pool.
    pub(super) pool_name: String,
    /// What the caller called the analysis.
    pub(super) scenario_name: Option<String>,
    /// The day from which cash flows are counted.
    pub(super) analysis_date: NaiveDate,
    /// The day to which they are discounted.
    pub(super) pricing_date: NaiveDate,
    /// Seconds.
    pub(super) execution_time: f64,
    /// `success`, or `partial` if assets were left out.
    #[schema(example = "success")]
    pub(super) status: &'static str,
    /// Number of assets that were analysed.
    pub(super) asset_count: usize,
    /// What is outstanding.
    pub(super) balance: f64,
    /// The rate at which cash was discounted.
    pub(super) discount_rate: f64,
    /// The measures.
    pub(super) metrics: Option<Metrics>,
    /// The cash flows, as rows or as columns.
    pub(super) cashflows: Option<CashflowsView>,
    /// The comparison of the predefined stress scenarios, if asked for.
    pub(super) stress_tests: Option<Report>,
    /// Facts about the pool.
    #[schema(value_type = Object)]
    pub(super) analytics: Value,
    /// The parts by class.
    pub(super) by_class: Vec<Part>,
    /// The parts by asset or selector, if asked for.
    pub(super) groups: Vec<Part>,
    /// What the caller should know.
    pub(super) warnings: Vec<Note>,
    /// The assets that were left out, by id or position.
    pub(super) skipped: Vec<String>,
    /// Whether the result was computed before.
    pub(super) cache_hit: bool,
    /// The version of the arithmetic.
    pub(super) engine_version: &'static str,
    /// Identifies the loans.
    pub(super) pool_hash: String,
    /// The assumptions that were used, and for how many assets.
    #[schema(value_type = Vec<Object>)]
    pub(super) assumptions_used: Value,
}

/// Cash flows as rows or as columns.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum CashflowsView {
    /// One object a period.
    Rows(Vec<Row>),
    /// One list a column.
    Columns(Box<Cashflows>),
}

/// How an outcome is shown.
#[derive(Debug, Clone, Default)]
pub(super) struct Shown {
    pub(super) pool_name: String,
    pub(super) scenario_name: Option<String>,
    pub(super) pool_hash: String,
    pub(super) skipped: Vec<String>,
    pub(super) warnings: Vec<Note>,
    pub(super) cashflows: Option<CashflowFormat>,
    pub(super) cache_hit: bool,
    pub(super) execution_time: f64,
}

impl AnalysisView {
    /// Shows an outcome.
    pub(super) fn new(outcome: Outcome, terms: &Terms, shown: Shown) -> Self {
        let mut warnings = shown.warnings;
        warnings.extend(outcome.warnings);
        let cashflows = shown.cashflows.map(|format| match format {
            CashflowFormat::Rows => CashflowsView::Rows(outcome.cashflows.rows()),
            CashflowFormat::Columns => CashflowsView::Columns(Box::new(outcome.cashflows)),
        });
        Self {
            request_id: Correlation::current().request_id,
            pool_name: shown.pool_name,
            scenario_name: shown.scenario_name,
            analysis_date: terms.analysis_date,
            pricing_date: terms.pricing_date,
            execution_time: shown.execution_time,
            status: if shown.skipped.is_empty() { "success" } else { "partial" },
            asset_count: outcome.assets,
            balance: outcome.balance,
            discount_rate: outcome.discount_rate,
            metrics: outcome.metrics,
            cashflows,
            stress_tests: outcome.stress_tests,
            analytics: outcome.analytics,
            by_class: outcome.by_class,
            groups: outcome.groups,
            warnings,
            skipped: shown.skipped,
            cache_hit: shown.cache_hit,
            engine_version: ENGINE_VERSION,
            pool_hash: shown.pool_hash,
            assumptions_used: outcome.assumptions_used,
        }
    }
}

/// The format that the caller accepts instead of JSON.
pub(super) fn accepted(headers: &HeaderMap) -> Option<FileFormat> {
    headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .and_then(FileFormat::of_accept)
}

/// An answer as JSON.
pub(super) fn json(view: AnalysisView) -> Response {
    Json(view).into_response()
}

/// An outcome as a file to keep.
pub(super) fn file(
    outcome: &Outcome,
    title: Title<'_>,
    format: FileFormat,
) -> Result<Response, Problem> {
    let bytes = write(outcome, title, format).map_err(problems::export)?;
    Ok(attachment(bytes, title, format))
}

/// Bytes as a file to keep.
pub(super) fn attachment(bytes: Vec<u8>, title: Title<'_>, format: FileFormat) -> Response {
    let name = format!("{}-{}.{}", plain(title.pool), plain(title.run), format.extension());
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    headers.insert(
        header::CONTENT_DISPOSITION,
        disposition.unwrap_or_else(|_| HeaderValue::from_static("attachment")),
    );
    response
}

/// What is safe in a file name everywhere.
pub(super) fn plain(text: &str) -> String {
    let name: String = text
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' })
        .take(60)
        .collect();
    let name = name.trim_matches(['-', '.']);
    if name.is_empty() { "cashflows".to_owned() } else { name.to_owned() }
}
