//! Cash flows as columns.

use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use arrow_array::{ArrayRef, Date32Array, Float64Array, RecordBatch, UInt32Array};
use chrono::Datelike as _;

use super::ExportError;
use crate::domain::analysis::{CASHFLOW_COLUMNS, Cashflows};

/// Writes one column each.
pub(super) fn write(cashflows: &Cashflows) -> Result<Vec<u8>, ExportError> {
    let days: Vec<i32> = cashflows.date.iter().map(|d| d.num_days_from_ce() - 719_163).collect();
    let period: ArrayRef = Arc::new(UInt32Array::from(cashflows.period.clone()));
    let date: ArrayRef = Arc::new(Date32Array::from(days));
    let mut columns = vec![("period", period), ("date", date)];
    for (name, column) in CASHFLOW_COLUMNS.into_iter().zip(cashflows.columns()) {
        columns.push((name, Arc::new(Float64Array::from(column.to_vec()))));
    }
    let batch = RecordBatch::try_from_iter(columns)?;
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None)?;
    writer.write(&batch)?;
    Ok(writer.into_inner()?)
}
