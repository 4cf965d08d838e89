//! Rows of the first sheet of a spreadsheet, as text. Macros and formulas are not run: the values
//! that the spreadsheet program stored are read.

use std::fmt::Write as _;
use std::io::{Cursor, Read as _};

use calamine::{Data, Reader as _, Xlsx};
use chrono::{Days, NaiveDate};

use super::row::RowView;
use super::source::{Source, TapeError, headings};

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
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|e| unreadable(&e))?;
    let sheet = book.worksheet_range_at(0).ok_or_else(|| unreadable(&"it has no sheet"))?;
    let sheet = sheet.map_err(|e| unreadable(&e))?;

    let (mut text, mut ends) = (String::new(), Vec::new());
    let mut names = None;
    for row in sheet.rows() {
        text.clear();
        ends.clear();
        for cell in row {
            write_cell(cell, &mut text);
            ends.push(text.len());
        }
        let view = RowView { bytes: text.as_bytes(), ends: &ends };
        if names.is_none() {
            names = Some(headings(view)?);
        } else if text.trim().is_empty() {
            // A blank row separates nothing.
        } else if !take(view, 0)? {
            break;
        }
    }
    names.ok_or_else(|| malformed("the first sheet is empty".to_owned()))
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

fn write_cell(cell: &Data, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = match cell {
        Data::Empty | Data::Error(_) => Ok(()),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            write!(out, "{text}")
        }
        Data::Float(number) => write!(out, "{number}"),
        Data::Int(number) => write!(out, "{number}"),
        Data::Bool(flag) => write!(out, "{flag}"),
        Data::DateTime(serial) => match serial_date(serial.as_f64()) {
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
