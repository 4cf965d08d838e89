//! Files of comma-separated values: the analytics of a range, and the sessions.
//!
//! Lines end in CR LF. A cell is quoted if it holds a comma, a quote or a line end. Numbers are plain,
//! with at most eight decimals and no trailing zeros. A text that a spreadsheet would take for a
//! formula gets an apostrophe in front. Everything is written piece by piece into a buffer that the
//! caller empties, so an export of any length needs the memory of one row.
//!
//! | module | decides |
//! |---|---|
//! | [`cell`] | how a row and a number are written |
//! | [`analytics_file`] | metadata, figures and timeline of a range |
//! | [`sessions_file`] | one row a session |

pub mod analytics_file;
pub mod cell;
pub mod sessions_file;

/// The content type of every export.
pub const CONTENT_TYPE: &str = "text/csv; charset=utf-8";
/// Whether an export may be kept by a cache.
pub const CACHE_CONTROL: &str = "no-store";

/// Returns the header that makes a browser save the answer under a name.
///
/// ```
/// let header = strangle_engine::export::content_disposition("a.csv");
/// assert_eq!(header, "attachment; filename=\"a.csv\"");
/// ```
#[must_use]
pub fn content_disposition(filename: &str) -> String {
    format!("attachment; filename=\"{filename}\"")
}

/// Says whether an export of this format can be made.
///
/// # Errors
///
/// Refuses every format but `csv`, which is also the one that is meant if none is named.
pub fn check_format(format: Option<&str>) -> Result<(), UnknownFormat> {
    match format {
        None | Some("csv") => Ok(()),
        Some(_) => Err(UnknownFormat),
    }
}

/// A format that is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("format must be csv")]
pub struct UnknownFormat;

#[cfg(test)]
mod tests;
