//! Outcomes as files for other programs.
//!
//! # Invariants
//!
//! - Text that a spreadsheet would run as a formula is written so that it does not; numbers stay
//!   numbers.

mod csv;
mod parquet;
mod xlsx;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::analysis::Outcome;

/// The kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// Cash flows as text with commas.
    Csv,
    /// Measures, cash flows and parts as sheets.
    Xlsx,
    /// Cash flows as columns.
    Parquet,
    /// Everything, as the API answers it.
    Json,
}

/// What a file is about.
#[derive(Debug, Clone, Copy)]
pub struct Title<'a> {
    /// The pool.
    pub pool: &'a str,
    /// The run.
    pub run: &'a str,
}

/// Why a file could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The Parquet library refused.
    #[error("the Parquet file cannot be written")]
    Parquet(#[from] ::parquet::errors::ParquetError),
    /// The columns do not fit together.
    #[error("the columns cannot be put together")]
    Arrow(#[from] arrow_schema::ArrowError),
    /// The spreadsheet library refused.
    #[error("the spreadsheet cannot be written")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
    /// The outcome cannot be written as JSON.
    #[error("the outcome cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

impl FileFormat {
    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Parquet => "application/vnd.apache.parquet",
            Self::Json => "application/json",
        }
    }

    /// The end of a file name.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Parquet => "parquet",
            Self::Json => "json",
        }
    }

    /// The format that an `Accept` header asks for by name; `None` means JSON or anything.
    #[must_use]
    pub fn of_accept(accept: &str) -> Option<Self> {
        accept.split(',').find_map(|part| match part.split(';').next().unwrap_or_default().trim() {
            "text/csv" => Some(Self::Csv),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => Some(Self::Xlsx),
            "application/vnd.apache.parquet" | "application/x-parquet" => Some(Self::Parquet),
            _ => None,
        })
    }
}

/// Writes an outcome as a file.
///
/// # Errors
///
/// Returns [`ExportError`] if a library refuses, which a test would have shown.
pub fn write(
    outcome: &Outcome,
    title: Title<'_>,
    format: FileFormat,
) -> Result<Vec<u8>, ExportError> {
    match format {
        FileFormat::Csv => Ok(csv::write(&outcome.cashflows)),
        FileFormat::Xlsx => xlsx::write(outcome, title),
        FileFormat::Parquet => parquet::write(&outcome.cashflows),
        FileFormat::Json => Ok(serde_json::to_vec(outcome)?),
    }
}

/// Text that no spreadsheet takes for a formula.
#[must_use]
pub fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        return format!("'{text}");
    }
    text.to_owned()
}

/// A cell of a CSV file: harmless, and quoted where needed.
#[must_use]
pub fn csv_cell(text: &str) -> String {
    let text = harmless(text);
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused_and_separators_quoted() {
        assert_eq!(csv_cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(csv_cell("@cmd"), "'@cmd");
        assert_eq!(csv_cell("a,b"), "\"a,b\"");
        assert_eq!(csv_cell("plain"), "plain");
    }

    #[test]
    fn the_accept_header_chooses_a_file() {
        assert_eq!(FileFormat::of_accept("text/csv"), Some(FileFormat::Csv));
        assert_eq!(FileFormat::of_accept("text/html, text/csv;q=0.9"), Some(FileFormat::Csv));
        assert_eq!(FileFormat::of_accept("application/json, */*"), None);
    }
}
