//! Rows of a Parquet file, as text.

use std::fmt::Write as _;

use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array as _, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use chrono::{DateTime, NaiveDate};

use super::csv::MOST_COLUMNS;
use super::row::RowView;
use super::source::{Source, TapeError, contained, headings};

/// Gives the rows to `take`, and returns the headings.
pub(super) fn walk(
    source: &impl Source,
    take: &mut dyn FnMut(RowView<'_>, u64) -> Result<bool, TapeError>,
) -> Result<Vec<String>, TapeError> {
    let malformed = |e: &dyn std::fmt::Display| TapeError::Malformed {
        message: format!("the file is not usable Parquet: {e}"),
    };
    let opened = contained(|| ParquetRecordBatchReaderBuilder::try_new(source.clone()))?;
    let builder = opened.map_err(|e| malformed(&e))?;
    let names: Vec<String> =
        builder.schema().fields().iter().map(|field| field.name().clone()).collect();
    if names.len() > MOST_COLUMNS {
        return Err(malformed(&format!("it may have at most {MOST_COLUMNS} columns")));
    }
    let built = contained(|| builder.with_batch_size(2_048).build())?;
    let mut reader = built.map_err(|e| malformed(&e))?;
    let headings = heading_row(&names)?;

    let (mut text, mut ends) = (String::new(), Vec::new());
    while let Some(batch) = contained(|| reader.next())? {
        let batch = batch.map_err(|e| malformed(&e))?;
        for row in 0..batch.num_rows() {
            text.clear();
            ends.clear();
            for column in batch.columns() {
                write_cell(column, row, &mut text);
                ends.push(text.len());
            }
            if !take(RowView { bytes: text.as_bytes(), ends: &ends }, 0)? {
                return Ok(headings);
            }
        }
    }
    Ok(headings)
}

fn heading_row(names: &[String]) -> Result<Vec<String>, TapeError> {
    let mut ends = Vec::with_capacity(names.len());
    let mut bytes = Vec::new();
    for name in names {
        bytes.extend_from_slice(name.as_bytes());
        ends.push(bytes.len());
    }
    headings(RowView { bytes: &bytes, ends: &ends })
}

/// Writes a cell as a CSV file would have it; types that no tape needs stay empty.
fn write_cell(column: &ArrayRef, row: usize, out: &mut String) {
    if column.is_null(row) {
        return;
    }
    // Writing to a string cannot fail.
    let _ = match column.data_type() {
        DataType::Utf8 => write!(out, "{}", column.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => write!(out, "{}", column.as_string::<i64>().value(row)),
        DataType::Utf8View => write!(out, "{}", column.as_string_view().value(row)),
        DataType::Boolean => write!(out, "{}", column.as_boolean().value(row)),
        DataType::Float64 => write!(out, "{}", column.as_primitive::<Float64Type>().value(row)),
        DataType::Float32 => write!(out, "{}", column.as_primitive::<Float32Type>().value(row)),
        DataType::Int8 => write!(out, "{}", column.as_primitive::<Int8Type>().value(row)),
        DataType::Int16 => write!(out, "{}", column.as_primitive::<Int16Type>().value(row)),
        DataType::Int32 => write!(out, "{}", column.as_primitive::<Int32Type>().value(row)),
        DataType::Int64 => write!(out, "{}", column.as_primitive::<Int64Type>().value(row)),
        DataType::UInt8 => write!(out, "{}", column.as_primitive::<UInt8Type>().value(row)),
        DataType::UInt16 => write!(out, "{}", column.as_primitive::<UInt16Type>().value(row)),
        DataType::UInt32 => write!(out, "{}", column.as_primitive::<UInt32Type>().value(row)),
        DataType::UInt64 => write!(out, "{}", column.as_primitive::<UInt64Type>().value(row)),
        DataType::Decimal128(..) => {
            write!(out, "{}", column.as_primitive::<Decimal128Type>().value_as_string(row))
        }
        DataType::Date32 => {
            let days = column.as_primitive::<Date32Type>().value(row);
            days.checked_add(719_163)
                .and_then(NaiveDate::from_num_days_from_ce_opt)
                .map_or(Ok(()), |date| write!(out, "{date}"))
        }
        DataType::Timestamp(unit, _) => {
            let instant = match unit {
                TimeUnit::Second => None,
                TimeUnit::Millisecond => DateTime::from_timestamp_millis(
                    column.as_primitive::<TimestampMillisecondType>().value(row),
                ),
                TimeUnit::Microsecond => DateTime::from_timestamp_micros(
                    column.as_primitive::<TimestampMicrosecondType>().value(row),
                ),
                TimeUnit::Nanosecond => Some(DateTime::from_timestamp_nanos(
                    column.as_primitive::<TimestampNanosecondType>().value(row),
                )),
            };
            instant.map_or(Ok(()), |at| write!(out, "{}", at.date_naive()))
        }
        _ => Ok(()),
    };
}
