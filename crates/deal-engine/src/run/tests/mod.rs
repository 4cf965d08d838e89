//! Deals written as text, run on a few rows of collections.

mod bonds;
mod cash;
mod changes;
mod laws;
mod refusals;

use chrono::{Months, NaiveDate};
use credit_engine::projection::Control;

use super::{DealRun, Inputs, RunError, run};
use crate::collateral::{Collateral, FlowRow};
use crate::model::Deal;
use crate::text;

/// The dates of every deal here: thirty days a period.
const HEAD: &str = "deal \"Test\" in USD
dates
  cutoff 2026-01-31
  closing 2026-02-15
  first payment 2026-03-15, monthly
";

/// Reads a deal; the dates stand before it.
fn deal(body: &str) -> Deal {
    let text = format!("{HEAD}{body}");
    text::parse(&text).unwrap_or_else(|faults| panic!("{faults:#?}\n{text}")).deal
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Returns interest and principal, month by month, of a pool that is repaid by the last row.
fn pool(rows: &[(f64, f64)]) -> Collateral {
    let flow = |(interest, principal): &(f64, f64)| FlowRow {
        interest: *interest,
        principal: *principal,
        ..FlowRow::default()
    };
    let rows: Vec<FlowRow> = rows.iter().map(flow).collect();
    pool_of(rows.iter().map(|row| row.principal).sum(), &rows)
}

/// Returns a pool of rows that end on the payment dates.
fn pool_of(balance: f64, rows: &[FlowRow]) -> Collateral {
    let first = date("2026-03-15");
    let dated: Vec<(NaiveDate, FlowRow)> =
        (0..).zip(rows).map(|(month, row)| (first + Months::new(month), *row)).collect();
    Collateral::from_rows("pool", balance, &dated)
}

fn outcome(deal: &Deal, pool: Collateral) -> Result<DealRun, RunError> {
    run(deal, &Inputs { pools: vec![pool], ..Inputs::default() }, Control::default())
}

/// Runs a deal over a pool.
fn ran(body: &str, pool: Collateral) -> DealRun {
    outcome(&deal(body), pool).unwrap()
}

/// Compares the first entries of a column.
#[track_caller]
fn assert_starts(got: &[f64], expected: &[f64]) {
    assert!(got.len() >= expected.len(), "{got:?} is not {expected:?}");
    for (got_one, expected_one) in got.iter().zip(expected) {
        assert!((got_one - expected_one).abs() < 1e-9, "{got:?} is not {expected:?}");
    }
}
