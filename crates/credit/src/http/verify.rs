//! `/credit/verify`: whether published figures come out.

use credit_engine::verify::{Conformance, Section, verify};
use platform::http::Json;
use platform::problem::Problem;
use serde::Serialize;
use utoipa::ToSchema;

/// What the conformance suite found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConformanceView {
    /// Whether every section passes.
    passed: bool,
    /// Cells compared.
    cells: usize,
    /// The tables, each with its source.
    sections: Vec<SectionView>,
}

/// A published table, computed again.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SectionView {
    /// A stable name.
    #[schema(example = "bma_cash_flow_a")]
    name: &'static str,
    /// What it is, in words.
    title: &'static str,
    /// Where the figures come from.
    source: &'static str,
    /// Cells compared.
    cells: usize,
    /// The largest difference from the published figure.
    largest_difference: f64,
    /// The difference allowed.
    tolerance: f64,
    /// Whether every cell is within it.
    passed: bool,
}

impl From<Section> for SectionView {
    fn from(section: Section) -> Self {
        Self {
            name: section.name,
            title: section.title,
            source: section.source,
            cells: section.cells,
            largest_difference: section.largest_difference,
            tolerance: section.tolerance,
            passed: section.passed,
        }
    }
}

/// Computes the published tables again and says how far off this program is.
#[utoipa::path(
    get,
    path = "/api/v1/credit/verify",
    tag = "verification",
    responses((status = 200, body = ConformanceView)),
)]
pub(super) async fn verify_engine() -> Result<Json<ConformanceView>, Problem> {
    let found = tokio::task::spawn_blocking(verify).await.map_err(Problem::internal)?;
    let Conformance { passed, cells, sections } = found;
    let sections = sections.into_iter().map(SectionView::from).collect();
    Ok(Json(ConformanceView { passed, cells, sections }))
}
