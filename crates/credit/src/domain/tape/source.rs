//! Files of any kind into an import.

use std::io::{Cursor, Read};
use std::panic::AssertUnwindSafe;

use ::parquet::file::reader::ChunkReader;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::importer::{ImportError, Importer};
use super::mapping::{Mapping, MappingError, guess};
use super::row::{Report, Resolution, RowView};
use super::{csv, parquet, xlsx};
use crate::domain::table::{Table, TableError};

/// Rows that a guess looks at.
const SAMPLE: usize = 200;
/// Rows between two looks at the clock and the cancel flag.
const STEP: u64 = 4_096;
/// Bytes of a CSV file that a guess looks at: more than the longest row.
const HEAD: u64 = 2 * 1024 * 1024;

/// The kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Text with separators.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// A spreadsheet; the first sheet is read.
    Xlsx,
}

/// A tape that can be read from the beginning as often as needed.
pub trait Source: ChunkReader + Clone + 'static {
    /// Opens the bytes as a stream.
    ///
    /// # Errors
    ///
    /// Returns the error of the storage.
    fn stream(&self) -> std::io::Result<Box<dyn Read + Send>>;
}

impl Source for Bytes {
    fn stream(&self) -> std::io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(Cursor::new(self.clone())))
    }
}

/// Why a tape could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TapeError {
    /// The file is not what it says it is.
    #[error("{message}")]
    Malformed {
        /// What is wrong and what to do.
        message: String,
    },
    /// The mapping does not fit the file.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The file has more rows than are taken.
    #[error("the tape has more than {0} rows")]
    TooManyRows(u64),
    /// Somebody asked for it to stop.
    #[error("the import was cancelled")]
    Cancelled,
    /// The stream broke off.
    #[error("the tape could not be read to its end")]
    Stream(#[source] std::io::Error),
    /// The result could not be written.
    #[error("the loans could not be stored")]
    Table(#[from] TableError),
}

impl From<ImportError> for TapeError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Mapping(e) => Self::Mapping(e),
            ImportError::Table(e) => Self::Table(e),
        }
    }
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Rows taken.
    pub rows: u64,
    /// Bytes read of the file, where that is known.
    pub bytes: u64,
}

/// The result of an import.
#[derive(Debug)]
pub struct Imported {
    /// The loans.
    pub table: Table,
    /// What is wrong with rows, if anything is.
    pub issues: Option<Bytes>,
    /// What was done.
    pub report: Report,
    /// The mapping that was used.
    pub mapping: Mapping,
}

/// The beginning of a tape, for choosing a mapping.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Preview {
    /// The headings.
    pub columns: Vec<String>,
    /// The first rows, as they are.
    pub rows: Vec<Vec<String>>,
    /// What the columns seem to mean.
    pub mapping: Mapping,
}

/// Reads headings and first rows and proposes a mapping.
///
/// # Errors
///
/// Returns [`TapeError`] if the file cannot be read.
pub fn preview(source: &impl Source, format: Format) -> Result<Preview, TapeError> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let columns = walk(
        source,
        format,
        true,
        |view| {
            rows.push((0..view.ends.len()).map(|i| text(view.cell(i))).collect());
            Ok(rows.len() < SAMPLE)
        },
        &mut |_| Ok(()),
    )?;
    let mapping = guess(&columns, &rows);
    rows.truncate(20);
    Ok(Preview { columns, rows, mapping })
}

/// Reads a tape: `mapping` is guessed if absent; `follow` is told the progress and may cancel.
///
/// # Errors
///
/// Returns [`TapeError`] if the file or the mapping cannot be used, or `follow` says stop.
pub fn import(
    source: &impl Source,
    format: Format,
    mapping: Option<Mapping>,
    resolution: Resolution,
    most_rows: u64,
    follow: &mut dyn FnMut(Progress) -> bool,
) -> Result<Imported, TapeError> {
    let begin = preview(source, format)?;
    let mapping = mapping.unwrap_or(begin.mapping);
    let mut importer = Importer::new(&mapping, begin.columns, resolution)?;
    let mut row = 1_u64;
    walk(
        source,
        format,
        false,
        |view| {
            row += 1;
            if row > most_rows.saturating_add(1) {
                return Err(TapeError::TooManyRows(most_rows));
            }
            importer.push(row, view)?;
            Ok(true)
        },
        &mut |progress| if follow(progress) { Ok(()) } else { Err(TapeError::Cancelled) },
    )?;
    let (table, issues, report) = importer.finish()?;
    Ok(Imported { table, issues, report, mapping })
}

/// Gives the rows to `take` until it returns `false`, and returns the headings.
fn walk(
    source: &impl Source,
    format: Format,
    head_only: bool,
    mut take: impl FnMut(RowView<'_>) -> Result<bool, TapeError>,
    follow: &mut dyn FnMut(Progress) -> Result<(), TapeError>,
) -> Result<Vec<String>, TapeError> {
    let mut taken = 0_u64;
    let mut step = |view: RowView<'_>, bytes: u64| -> Result<bool, TapeError> {
        let more = take(view)?;
        taken += 1;
        if taken.is_multiple_of(STEP) {
            follow(Progress { rows: taken, bytes })?;
        }
        Ok(more)
    };
    match format {
        Format::Csv => {
            let stream = source.stream().map_err(TapeError::Stream)?;
            if head_only {
                // The last row of the cut may be cut as well; it is one of many samples.
                return walk_csv(csv::Rows::new(stream.take(HEAD))?, &mut step);
            }
            walk_csv(csv::Rows::new(stream)?, &mut step)
        }
        Format::Parquet => parquet::walk(source, &mut step),
        Format::Xlsx => xlsx::walk(source, &mut step),
    }
}

fn walk_csv<R: Read>(
    mut rows: csv::Rows<R>,
    take: &mut dyn FnMut(RowView<'_>, u64) -> Result<bool, TapeError>,
) -> Result<Vec<String>, TapeError> {
    let Some(first) = rows.next_row()? else {
        return Err(TapeError::Malformed { message: "the file has no heading".to_owned() });
    };
    let headings = headings(first)?;
    loop {
        let bytes = rows.bytes_read();
        let Some(view) = rows.next_row()? else { break };
        if !take(view, bytes)? {
            break;
        }
    }
    Ok(headings)
}

/// Calls a library that panics at some damaged files instead of refusing them. What panicked must
/// not be used again.
pub(super) fn contained<T>(call: impl FnOnce() -> T) -> Result<T, TapeError> {
    std::panic::catch_unwind(AssertUnwindSafe(call))
        .map_err(|_| TapeError::Malformed { message: "the file is damaged".to_owned() })
}

/// The heading; every column needs a name of its own.
pub(super) fn headings(first: RowView<'_>) -> Result<Vec<String>, TapeError> {
    let names: Vec<String> = (0..first.ends.len()).map(|i| text(first.cell(i))).collect();
    let unnamed = names.iter().all(String::is_empty);
    if unnamed || names.len() < 2 {
        let message = "the first row must name at least two columns".to_owned();
        return Err(TapeError::Malformed { message });
    }
    let mut distinct: Vec<String> = Vec::with_capacity(names.len());
    for (i, name) in names.into_iter().enumerate() {
        let name = if name.is_empty() { format!("column {}", i + 1) } else { name };
        let taken = distinct.contains(&name);
        distinct.push(if taken { format!("{name} ({})", i + 1) } else { name });
    }
    Ok(distinct)
}

fn text(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).trim().chars().take(200).collect()
}
