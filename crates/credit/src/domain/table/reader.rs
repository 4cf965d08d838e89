//! A stored table back into assets.

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Date32Type, Float64Type, Int64Type};
use arrow_array::{Array as _, ArrayRef, RecordBatch};
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::columns::{data_type, date};
use crate::domain::asset::{Field, Kind, Record, Value, find_choice};

/// Why a table could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The Parquet library refused.
    #[error("the loan table cannot be read or written")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// A column has an unexpected type or length.
    #[error("the loan table has an unexpected shape")]
    Arrow(#[from] arrow_schema::ArrowError),
    /// The reader was told to stop by its visitor.
    #[error("reading was stopped")]
    Stopped,
}

/// Returns the number of rows of a table.
///
/// # Errors
///
/// Returns [`TableError`] if the bytes are not a table.
pub fn rows(bytes: &Bytes) -> Result<usize, TableError> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes.clone())?;
    let rows = builder.metadata().file_metadata().num_rows();
    Ok(usize::try_from(rows).unwrap_or(0))
}

/// Gives the assets from `offset` on, at most `limit`, to `visit` with their positions, until it
/// returns `false`.
///
/// # Errors
///
/// Returns [`TableError`] if the bytes are not a table.
pub fn read(
    bytes: &Bytes,
    offset: usize,
    limit: usize,
    mut visit: impl FnMut(usize, &Record) -> bool,
) -> Result<(), TableError> {
    if offset >= rows(bytes)? {
        return Ok(());
    }
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes.clone())?
        .with_batch_size(4_096)
        .with_offset(offset)
        .with_limit(limit)
        .build()?;
    let mut record = Record::default();
    let mut position = offset;
    for batch in reader {
        let batch = batch?;
        let columns = columns(&batch);
        for row in 0..batch.num_rows() {
            record.clear();
            for (field, column) in &columns {
                if let Some(value) = value(*field, column, row) {
                    record.set(*field, value);
                }
            }
            if !visit(position, &record) {
                return Ok(());
            }
            position += 1;
        }
    }
    Ok(())
}

/// The columns that have values and are fields of today.
fn columns(batch: &RecordBatch) -> Vec<(Field, ArrayRef)> {
    let schema = batch.schema();
    let named = schema.fields().iter().zip(batch.columns());
    named
        .filter(|(_, column)| column.null_count() < column.len())
        .filter_map(|(name, column)| {
            let field = Field::find(name.name())?;
            (data_type(field) == *column.data_type()).then(|| (field, column.clone()))
        })
        .collect()
}

fn value(field: Field, column: &ArrayRef, row: usize) -> Option<Value> {
    if column.is_null(row) {
        return None;
    }
    match field.kind() {
        Kind::Number(..) | Kind::Share(..) => {
            Some(Value::Number(column.as_primitive::<Float64Type>().value(row)))
        }
        Kind::Whole(..) => Some(Value::Whole(column.as_primitive::<Int64Type>().value(row))),
        Kind::Date => date(column.as_primitive::<Date32Type>().value(row)).map(Value::Date),
        Kind::Flag => Some(Value::Flag(column.as_boolean().value(row))),
        Kind::Text(_) => Some(Value::Text(column.as_string::<i32>().value(row).to_owned())),
        Kind::Choice(names) => {
            find_choice(names, column.as_string::<i32>().value(row)).map(Value::Choice)
        }
        Kind::Document => serde_json::from_str(column.as_string::<i32>().value(row))
            .ok()
            .map(|document| Value::Document(Box::new(document))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::table::TableWriter;

    fn record(id: usize) -> Record {
        let mut record = Record::default();
        record.set_json("", "id", json!(format!("loan-{id}"))).unwrap();
        record.set_json("", "balance", json!(1000 + id)).unwrap();
        if id.is_multiple_of(3) {
            record.set_json("", "location", json!("NC")).unwrap();
            record.set_json("", "origination_date", json!("2019-08-31")).unwrap();
            record.set_json("", "tags", json!(["a", {"b": 1}])).unwrap();
        }
        record
    }

    #[test]
    fn assets_come_back_as_they_went_in_across_row_groups() {
        let mut writer = TableWriter::new().unwrap();
        let count = 40_000;
        for id in 0..count {
            writer.push(&record(id)).unwrap();
        }
        let table = writer.finish().unwrap();

        assert_eq!(rows(&table.bytes).unwrap(), count);
        let mut seen = 0;
        read(&table.bytes, 16_380, 10, |position, read| {
            assert_eq!(read.to_json(), record(position).to_json());
            seen += 1;
            true
        })
        .unwrap();
        assert_eq!(seen, 10);
    }

    #[test]
    fn the_hash_depends_on_values_and_order_only() {
        let hash = |ids: &[usize]| {
            let mut writer = TableWriter::new().unwrap();
            for id in ids {
                writer.push(&record(*id)).unwrap();
            }
            writer.finish().unwrap().content_hash
        };

        assert_eq!(hash(&[1, 2, 3]), hash(&[1, 2, 3]));
        assert_ne!(hash(&[1, 2, 3]), hash(&[2, 1, 3]));
        assert_ne!(hash(&[1]), hash(&[1, 2]));
    }

    #[test]
    fn other_bytes_are_refused() {
        assert!(rows(&Bytes::from_static(b"not a table")).is_err());
    }
}
