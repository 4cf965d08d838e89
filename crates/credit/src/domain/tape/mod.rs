//! Loan tapes: from the rows of a file to the loans of a pool, with every row that does not fit.
//!
//! - [`Mapping`] says which column is which field, in which unit; [`guess`] proposes one.
//! - [`Importer`] takes rows one by one, whatever file they come from.
//! - [`csv`], [`parquet`] and [`xlsx`] read files; [`import`] picks the reader.
//!
//! # Invariants
//!
//! - Memory does not grow with the length of a CSV or Parquet file, but for 16 bytes a loan that
//!   find duplicates, and the compressed result.
//! - Any bytes give an answer; none give a panic.
//! - A row is in the pool, or it is in the list of issues with a reason.

mod cells;
pub mod csv;
mod dates;
mod importer;
mod issues;
mod mapping;
pub mod parquet;
mod row;
mod source;
#[cfg(test)]
mod tests;
pub mod xlsx;

pub use cells::is_missing;
pub use dates::DateFormat;
pub use importer::Importer;
pub use issues::{IssueTable, RowIssue, Severity, read_issues};
pub use mapping::{ColumnMapping, DuplicateIds, Mapping, MappingError, Unit, guess};
pub use row::{Report, Resolution};
pub use source::{Format, Imported, Preview, Progress, Source, TapeError, import, preview};
