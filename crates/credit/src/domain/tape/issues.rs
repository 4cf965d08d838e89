//! What is wrong with the rows of a tape, as a table of its own.

use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::file::properties::WriterProperties;
use arrow_array::builder::{StringBuilder, UInt64Builder};
use arrow_array::cast::AsArray as _;
use arrow_array::types::UInt64Type;
use arrow_array::{Array as _, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field as Column, Schema};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::table::TableError;

/// Issues that are held uncompressed at most.
const GROUP: usize = 8_192;
const TEXTS: [&str; 6] = ["column", "field", "code", "severity", "value", "message"];

/// What an issue means for its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The row is not in the pool.
    Error,
    /// The loan is gone, so the row is not in the pool.
    Closed,
    /// The row is in the pool; look at it.
    Warning,
}

/// One issue of one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RowIssue {
    /// The row as spreadsheets count: the heading is row 1.
    pub row: u64,
    /// The heading of the column.
    pub column: Option<String>,
    /// The field that the column is mapped to.
    pub field: Option<String>,
    /// A stable name.
    pub code: String,
    /// What it means for the row.
    pub severity: Severity,
    /// What the cell holds.
    pub value: Option<String>,
    /// What is wrong and how to correct it.
    pub message: String,
}

impl Severity {
    /// The name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Closed => "closed",
            Self::Warning => "warning",
        }
    }

    fn parse(name: &str) -> Self {
        match name {
            "closed" => Self::Closed,
            "warning" => Self::Warning,
            _ => Self::Error,
        }
    }
}

/// Collects issues, compressed.
pub struct IssueTable {
    rows: UInt64Builder,
    texts: [StringBuilder; TEXTS.len()],
    writer: ArrowWriter<Vec<u8>>,
    pending: usize,
    count: u64,
}

impl std::fmt::Debug for IssueTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssueTable").field("count", &self.count).finish_non_exhaustive()
    }
}

impl IssueTable {
    /// Starts an empty table.
    ///
    /// # Errors
    ///
    /// Returns [`TableError`] if the Parquet writer refuses the schema.
    pub fn new() -> Result<Self, TableError> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
            .build();
        let writer = ArrowWriter::try_new(Vec::new(), schema(), Some(properties))?;
        let texts = std::array::from_fn(|_| StringBuilder::new());
        Ok(Self { rows: UInt64Builder::new(), texts, writer, pending: 0, count: 0 })
    }

    /// Adds an issue.
    ///
    /// # Errors
    ///
    /// Returns [`TableError`] if a full group cannot be compressed.
    pub fn push(&mut self, issue: &RowIssue) -> Result<(), TableError> {
        self.rows.append_value(issue.row);
        let cells = [
            issue.column.as_deref(),
            issue.field.as_deref(),
            Some(issue.code.as_str()),
            Some(issue.severity.name()),
            issue.value.as_deref(),
            Some(issue.message.as_str()),
        ];
        for (builder, cell) in self.texts.iter_mut().zip(cells) {
            builder.append_option(cell);
        }
        self.count += 1;
        self.pending += 1;
        if self.pending == GROUP { self.flush() } else { Ok(()) }
    }

    /// Finishes the table; `None` if there is no issue.
    ///
    /// # Errors
    ///
    /// Returns [`TableError`] if the last group cannot be compressed.
    pub fn finish(mut self) -> Result<Option<Bytes>, TableError> {
        if self.count == 0 {
            return Ok(None);
        }
        self.flush()?;
        Ok(Some(Bytes::from(self.writer.into_inner()?)))
    }

    fn flush(&mut self) -> Result<(), TableError> {
        if self.pending == 0 {
            return Ok(());
        }
        self.pending = 0;
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(self.rows.finish())];
        for builder in &mut self.texts {
            arrays.push(Arc::new(builder.finish()));
        }
        self.writer.write(&RecordBatch::try_new(schema(), arrays)?)?;
        self.writer.flush()?;
        Ok(())
    }
}

/// Reads issues from `offset` on, at most `limit`, of one severity if asked for.
///
/// # Errors
///
/// Returns [`TableError`] if the bytes are not a table of issues.
pub fn read_issues(
    bytes: &Bytes,
    offset: usize,
    limit: usize,
    severity: Option<Severity>,
) -> Result<Vec<RowIssue>, TableError> {
    let mut reader =
        ParquetRecordBatchReaderBuilder::try_new(bytes.clone())?.with_batch_size(1_024);
    if severity.is_none() {
        reader = reader.with_offset(offset).with_limit(limit);
    }
    let count = reader.metadata().file_metadata().num_rows();
    if i64::try_from(offset).map_or(true, |offset| offset >= count) {
        return Ok(Vec::new());
    }
    let mut skip = if severity.is_some() { offset } else { 0 };
    let mut found = Vec::new();
    for batch in reader.build()? {
        for issue in issues(&batch?) {
            if severity.is_some_and(|wanted| issue.severity != wanted) {
                continue;
            }
            if skip > 0 {
                skip -= 1;
                continue;
            }
            found.push(issue);
            if found.len() == limit {
                return Ok(found);
            }
        }
    }
    Ok(found)
}

fn schema() -> Arc<Schema> {
    let mut columns = vec![Column::new("row", DataType::UInt64, false)];
    columns.extend(TEXTS.map(|name| Column::new(name, DataType::Utf8, true)));
    Arc::new(Schema::new(columns))
}

fn issues(batch: &RecordBatch) -> Vec<RowIssue> {
    let text = |name: &str, row: usize| {
        let column = batch.column_by_name(name)?.as_string_opt::<i32>()?;
        (!column.is_null(row)).then(|| column.value(row).to_owned())
    };
    let Some(rows) = batch.column_by_name("row").and_then(|c| c.as_primitive_opt::<UInt64Type>())
    else {
        return Vec::new();
    };
    let issue = |at: usize| RowIssue {
        row: rows.value(at),
        column: text("column", at),
        field: text("field", at),
        code: text("code", at).unwrap_or_default(),
        severity: Severity::parse(&text("severity", at).unwrap_or_default()),
        value: text("value", at),
        message: text("message", at).unwrap_or_default(),
    };
    (0..batch.num_rows()).map(issue).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issues_come_back_page_by_page_and_by_severity() {
        let mut table = IssueTable::new().unwrap();
        for row in 0..20_000 {
            let severity = if row % 2 == 0 { Severity::Error } else { Severity::Warning };
            table
                .push(&RowIssue {
                    row,
                    column: Some("upb".into()),
                    field: None,
                    code: "wrong_type".into(),
                    severity,
                    value: None,
                    message: "must be a number".into(),
                })
                .unwrap();
        }
        let bytes = table.finish().unwrap().unwrap();

        let page = read_issues(&bytes, 9_999, 3, None).unwrap();
        let warnings = read_issues(&bytes, 5_000, 2, Some(Severity::Warning)).unwrap();

        assert_eq!(page.iter().map(|issue| issue.row).collect::<Vec<_>>(), [9_999, 10_000, 10_001]);
        assert_eq!(warnings.iter().map(|issue| issue.row).collect::<Vec<_>>(), [10_001, 10_003]);
        assert_eq!(page[0].column.as_deref(), Some("upb"));
    }

    #[test]
    fn no_issue_makes_no_table() {
        assert!(IssueTable::new().unwrap().finish().unwrap().is_none());
    }
}
