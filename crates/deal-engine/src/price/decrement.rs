//! How much of a bond is left year by year.

use chrono::NaiveDate;
use credit_engine::dates::add_months;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::run::BondColumns;

/// What is left of a bond.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DecrementRow {
    /// Closing or an anniversary of it.
    pub date: NaiveDate,
    /// Per cent of the original balance.
    pub percent: f64,
}

/// Returns what is left on closing and on each anniversary until nothing is, or the run ends.
pub(super) fn rows(
    columns: &BondColumns,
    dates: &[NaiveDate],
    closing: NaiveDate,
) -> Vec<DecrementRow> {
    let original = columns.original_balance;
    let mut rows = vec![DecrementRow { date: closing, percent: 100.0 }];
    if original <= 0.0 {
        return Vec::new();
    }
    for year in 1.. {
        let Some(date) = add_months(closing, 12 * year) else { break };
        let paid = dates.partition_point(|payment| *payment <= date);
        let left = paid.checked_sub(1).and_then(|row| columns.factor.get(row));
        let percent = left.copied().unwrap_or(1.0) * 100.0;
        rows.push(DecrementRow { date, percent });
        if paid >= dates.len() || percent <= 1e-8 {
            break;
        }
    }
    rows
}
