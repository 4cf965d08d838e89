//! Rows of the first sheet of a spreadsheet, as text. Macros and formulas are not run: the values
//! that the spreadsheet program stored are read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Read as _};

use calamine::{DataRef, Reader as _, Xlsx};
use chrono::{Days, NaiveDate};

use super::csv::MOST_COLUMNS;
use super::row::RowView;
use super::source::{Source, TapeError, contained, headings};

/// The largest spreadsheet.
const LARGEST: u64 = 64 * 1024 * 1024;
/// The largest spreadsheet once unpacked.
const LARGEST_UNPACKED: u64 = 512 * 1024 * 1024;

/// Gives the rows to `take`, and returns the headings.
pub(super) fn walk(
    source: &impl Source,
    take: &mut dyn FnMut(RowView<'_>, u64) -> Result<bool, TapeError>,
) -> Result<Vec<String>, TapeError> {
    let malformed = |message: String| TapeError::Malformed { message };
    let mut bytes = Vec::new();
    let stream = source.stream().map_err(TapeError::Stream)?;
    stream.take(LARGEST + 1).read_to_end(&mut bytes).map_err(TapeError::Stream)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LARGEST {
        return Err(malformed("a spreadsheet may have at most 64 MiB: send it as CSV".to_owned()));
    }
    check_unpacked(&bytes)?;
    let unreadable =
        |e: &dyn std::fmt::Display| malformed(format!("the file is not a usable spreadsheet: {e}"));
    let opened = contained(|| Xlsx::new(Cursor::new(bytes)))?;
    let mut book = opened.map_err(|e| unreadable(&e))?;
    let name =
        book.sheet_names().into_iter().next().ok_or_else(|| unreadable(&"it has no sheet"))?;
    let cells = contained(|| book.worksheet_cells_reader(&name))?;
    let mut cells = cells.map_err(|e| unreadable(&e))?;

    let mut sheet = Sheet::default();
    while let Some(cell) = contained(|| cells.next_cell())?.map_err(|e| unreadable(&e))? {
        let (row, column) = cell.get_position();
        if row < sheet.row {
            return Err(malformed("the rows of the first sheet are not in order".to_owned()));
        }
        if row > sheet.row && !sheet.give(take)? {
            return Ok(sheet.names);
        }
        sheet.row = row;
        sheet.put(column, cell.get_value())?;
    }
    sheet.give(take)?;
    if sheet.names.is_empty() {
        return Err(malformed("the first sheet is empty".to_owned()));
    }
    Ok(sheet.names)
}

/// The cells of one row after the other. A sheet is never held whole: two cells in far corners would
/// make it large.
#[derive(Default)]
struct Sheet {
    row: u32,
    /// By column; those without a heading are left out.
    cells: BTreeMap<u32, String>,
    /// The column of the first heading.
    first: u32,
    names: Vec<String>,
}

impl Sheet {
    fn put(&mut self, column: u32, value: &DataRef<'_>) -> Result<(), TapeError> {
        let within = |position: u32| usize::try_from(position).is_ok_and(|p| p < self.names.len());
        if !self.names.is_empty() && !column.checked_sub(self.first).is_some_and(within) {
            return Ok(());
        }
        let mut text = String::new();
        write_cell(value, &mut text);
        if !text.is_empty() {
            self.cells.insert(column, text);
        }
        if self.cells.len() > MOST_COLUMNS { Err(too_many_columns()) } else { Ok(()) }
    }

    /// Gives the row and forgets it; the first one is the heading, and blank ones separate nothing.
    fn give(
        &mut self,
        take: &mut dyn FnMut(RowView<'_>, u64) -> Result<bool, TapeError>,
    ) -> Result<bool, TapeError> {
        let cells = std::mem::take(&mut self.cells);
        let (Some((first, _)), Some((last, _))) = (cells.first_key_value(), cells.last_key_value())
        else {
            return Ok(true);
        };
        let is_heading = self.names.is_empty();
        let width = if is_heading {
            self.first = *first;
            (last - first).saturating_add(1)
        } else {
            u32::try_from(self.names.len()).unwrap_or(u32::MAX)
        };
        if usize::try_from(width).is_ok_and(|width| width > MOST_COLUMNS) {
            return Err(too_many_columns());
        }

        let (mut text, mut ends) = (String::new(), Vec::new());
        for position in 0..width {
            text += cells.get(&(self.first + position)).map_or("", String::as_str);
            ends.push(text.len());
        }
        let view = RowView { bytes: text.as_bytes(), ends: &ends };
        if is_heading {
            self.names = headings(view)?;
            Ok(true)
        } else if text.trim().is_empty() {
            Ok(true)
        } else {
            take(view, 0)
        }
    }
}

fn too_many_columns() -> TapeError {
    let message = format!("a tape may have at most {MOST_COLUMNS} columns");
    TapeError::Malformed { message }
}

/// Unpacks to nowhere and counts, because the sizes a file states may lie.
fn check_unpacked(bytes: &[u8]) -> Result<(), TapeError> {
    let malformed = |message: &str| TapeError::Malformed { message: message.to_owned() };
    let not_a_book = || malformed("the file is not a spreadsheet in the XLSX format");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| not_a_book())?;
    let mut left = LARGEST_UNPACKED;
    for position in 0..archive.len() {
        let part = archive.by_index(position).map_err(|_| not_a_book())?;
        let mut counted = part.take(left + 1);
        let size = std::io::copy(&mut counted, &mut std::io::sink()).map_err(|_| not_a_book())?;
        left = left.checked_sub(size).ok_or_else(|| {
            malformed("the spreadsheet unpacks to more than 512 MiB: send it as CSV")
        })?;
    }
    Ok(())
}

fn write_cell(cell: &DataRef<'_>, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = match cell {
        DataRef::Empty | DataRef::Error(_) => Ok(()),
        DataRef::SharedString(text) => write!(out, "{text}"),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            write!(out, "{text}")
        }
        DataRef::Float(number) => write!(out, "{number}"),
        DataRef::Int(number) => write!(out, "{number}"),
        DataRef::Bool(flag) => write!(out, "{flag}"),
        DataRef::DateTime(serial) => match serial_date(serial.as_f64()) {
            Some(date) => write!(out, "{date}"),
            None => write!(out, "{}", serial.as_f64()),
        },
    };
}

/// The date of a spreadsheet's day number (1 is 1900-01-01, with the non-existent 1900-02-29).
fn serial_date(serial: f64) -> Option<NaiveDate> {
    if !(61.0..=200_000.0).contains(&serial) {
        return None;
    }
    let days: u64 = format!("{:.0}", serial.floor()).parse().ok()?;
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days))
}
