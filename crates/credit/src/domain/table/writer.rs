//! Assets one by one into a table.

use std::io::Write;

use arrow_array::RecordBatch;
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use sha2::{Digest as _, Sha256};

use super::columns::{ColumnBuilder, absent, days, schema};
use super::reader::TableError;
use super::summary::Summary;
use crate::domain::asset::{Field, Record, Value};

/// Rows of one row group: the most that is held uncompressed.
const GROUP: usize = 16_384;

/// A finished table.
#[derive(Debug, Clone)]
pub struct Table {
    /// The Parquet file.
    pub bytes: Bytes,
    /// SHA-256 over the values, in hexadecimal.
    pub content_hash: String,
    /// What lists show.
    pub summary: Summary,
}

/// Writes a table.
pub struct TableWriter {
    columns: Vec<Option<ColumnBuilder>>,
    rows: usize,
    hash: Sha256,
    summary: Summary,
    scratch: Vec<u8>,
    writer: ArrowWriter<Vec<u8>>,
}

impl std::fmt::Debug for TableWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TableWriter").field("summary", &self.summary).finish_non_exhaustive()
    }
}

impl TableWriter {
    /// Starts an empty table.
    ///
    /// # Errors
    ///
    /// Returns [`TableError`] if the Parquet writer refuses the schema.
    pub fn new() -> Result<Self, TableError> {
        let plain = [Field::Id, Field::Balance, Field::OriginalBalance];
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
            .set_statistics_enabled(EnabledStatistics::None)
            .set_max_row_group_row_count(Some(GROUP));
        for field in plain {
            let path = ColumnPath::from(field.name());
            properties = properties.set_column_dictionary_enabled(path, false);
        }
        let writer = ArrowWriter::try_new(Vec::new(), schema(), Some(properties.build()))?;
        Ok(Self {
            columns: Field::ALL.iter().map(|_| None).collect(),
            rows: 0,
            hash: Sha256::new(),
            summary: Summary::default(),
            scratch: Vec::with_capacity(512),
            writer,
        })
    }

    /// Adds an asset that has been checked.
    ///
    /// # Errors
    ///
    /// Returns [`TableError`] if a full row group cannot be compressed.
    pub fn push(&mut self, record: &Record) -> Result<(), TableError> {
        for field in record.fields() {
            let (Some(value), Some(column)) =
                (record.get(*field), self.columns.get_mut(field.position()))
            else {
                continue;
            };
            column.get_or_insert_with(|| ColumnBuilder::new(*field)).push(self.rows, value);
        }
        self.scratch.clear();
        canonical(record, &mut self.scratch);
        self.hash.update(&self.scratch);
        self.summary.add(record);
        self.rows += 1;
        if self.rows == GROUP { self.flush() } else { Ok(()) }
    }

    /// Returns what has been added up so far.
    #[must_use]
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// Returns the content hash of what has been added so far.
    #[must_use]
    pub fn content_hash(&self) -> String {
        hex::encode(self.hash.clone().finalize())
    }

    /// Finishes the table.
    ///
    /// # Errors
    ///
    /// Returns [`TableError`] if the last row group cannot be compressed.
    pub fn finish(mut self) -> Result<Table, TableError> {
        self.flush()?;
        let content_hash = self.content_hash();
        let bytes = Bytes::from(self.writer.into_inner()?);
        Ok(Table { bytes, content_hash, summary: self.summary.with_classes() })
    }

    fn flush(&mut self) -> Result<(), TableError> {
        if self.rows == 0 {
            return Ok(());
        }
        let rows = self.rows;
        let arrays = Field::ALL
            .iter()
            .zip(&mut self.columns)
            .map(|(field, column)| match column {
                Some(column) => column.finish(rows),
                None => absent(*field, rows),
            })
            .collect();
        self.rows = 0;
        self.writer.write(&RecordBatch::try_new(schema(), arrays)?)?;
        self.writer.flush()?;
        Ok(())
    }
}

/// Writes the values of an asset in one unambiguous form: position of the field, type, value.
fn canonical(record: &Record, out: &mut Vec<u8>) {
    for (position, field) in Field::ALL.iter().enumerate() {
        let Some(value) = record.get(*field) else { continue };
        out.push(u8::try_from(position).unwrap_or(u8::MAX));
        match value {
            Value::Number(number) => {
                // Both zeros are the same amount.
                let number = if *number == 0.0 { 0.0 } else { *number };
                out.extend_from_slice(&number.to_bits().to_le_bytes());
            }
            Value::Whole(whole) => out.extend_from_slice(&whole.to_le_bytes()),
            Value::Date(date) => out.extend_from_slice(&days(*date).to_le_bytes()),
            Value::Flag(flag) => out.push(u8::from(*flag)),
            Value::Text(text) => text_into(text, out),
            Value::Choice(name) => text_into(name, out),
            Value::Document(document) => text_into(&document.to_string(), out),
        }
    }
    // No field stands at this position: the asset ends.
    out.push(u8::MAX);
}

fn text_into(text: &str, out: &mut Vec<u8>) {
    // Writing to a vector cannot fail.
    let _ = out.write_all(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
    out.extend_from_slice(text.as_bytes());
}
