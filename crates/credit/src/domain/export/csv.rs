//! Cash flows as text with commas.

use std::fmt::Write as _;

use crate::domain::analysis::{CASHFLOW_COLUMNS, Cashflows};

/// Writes a heading and one line a period.
pub(super) fn write(cashflows: &Cashflows) -> Vec<u8> {
    let mut out = format!("period,date,{}\r\n", CASHFLOW_COLUMNS.join(","));
    let columns = cashflows.columns();
    for (row, (period, date)) in cashflows.period.iter().zip(&cashflows.date).enumerate() {
        // Writing to a string cannot fail.
        let _ = write!(out, "{period},{date}");
        for column in columns {
            let _ = write!(out, ",{}", column.get(row).copied().unwrap_or(0.0));
        }
        out.push_str("\r\n");
    }
    out.into_bytes()
}
