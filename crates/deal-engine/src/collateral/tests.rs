use chrono::{Months, NaiveDate};
use credit_engine::projection::Columns;

use super::*;
use crate::model::Deal;
use crate::run::RunError;
use crate::text;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn rows(first: &str, principal: &[f64]) -> Vec<(NaiveDate, FlowRow)> {
    let row = |(month, principal): (u32, &f64)| {
        let row = FlowRow { interest: 1.0, principal: *principal, ..FlowRow::default() };
        (date(first) + Months::new(month), row)
    };
    (0..).zip(principal).map(row).collect()
}

fn principal(collected: &Collected) -> Vec<f64> {
    collected.rows.iter().map(|row| row.principal).collect()
}

#[test]
fn rows_wait_for_the_first_date_that_reaches_them_and_are_used_once() {
    let pool = Collateral::from_rows("pool", 10.0, &rows("2026-01-31", &[1.0, 2.0, 3.0, 4.0]));
    let ends = ["2026-02-15", "2026-03-30", "2026-04-30", "2026-05-30"].map(date);

    let collected = Collected::new(&pool, date("2025-12-31"), &ends);

    assert_eq!(principal(&collected), [1.0, 2.0, 7.0]);
    let balances: Vec<(f64, f64)> =
        collected.rows.iter().map(|row| (row.begin, row.balance)).collect();
    assert_eq!(balances, [(10.0, 9.0), (9.0, 7.0), (7.0, 0.0)]);
}

#[test]
fn rows_before_the_cut_off_belong_to_somebody_else() {
    let mut pool = Collateral::from_rows("pool", 10.0, &rows("2026-01-31", &[1.0, 2.0, 7.0]));
    pool.original_balance = None;

    let collected = Collected::new(&pool, date("2026-01-31"), &[date("2026-12-31")]);

    assert_eq!(principal(&collected), [9.0]);
    assert!((collected.original_balance - 9.0).abs() < 1e-12);
}

#[test]
fn a_missing_balance_follows_from_what_was_paid() {
    let flows = PoolFlows { principal: vec![3.0], default: vec![2.0], ..PoolFlows::default() };
    let pool = Collateral { dates: vec![date("2026-01-31")], flows, ..Collateral::default() };

    let collected = Collected::new(&pool, date("2025-12-31"), &[date("2026-02-01")]);

    assert!((collected.original_balance - 5.0).abs() < 1e-12);
    assert!(collected.rows[0].balance.abs() < 1e-12);
}

#[test]
fn a_projection_keeps_its_cash() {
    let columns = Columns {
        beginning_balance: vec![100.0, 101.0],
        scheduled_principal: vec![-1.0, 5.0],
        scheduled_interest: vec![3.0, 3.0],
        servicing_fee: vec![0.5, 0.5],
        prepayment: vec![0.0, 2.0],
        advances: vec![0.0, 1.5],
        amortization_from_defaults: vec![0.0, 1.0],
        recovery: vec![0.0, 4.0],
        balance: vec![101.0, 90.0],
        ..Columns::default()
    };
    let dates = [date("2026-01-31"), date("2026-02-28")];

    let flows = Collateral::from_columns("pool", &dates, &columns).flows;

    assert_eq!(flows.principal, [0.0, 6.0]);
    assert_eq!(flows.interest, [1.5, 3.0]);
    assert_eq!(flows.recovery, [0.0, 4.0]);
    let cash = |row: usize| {
        flows.interest[row] + flows.principal[row] + flows.prepayment[row] + flows.recovery[row]
    };
    let expected: Vec<f64> = columns
        .servicing_fee
        .iter()
        .enumerate()
        .map(|(row, fee)| {
            columns.scheduled_interest[row] - fee
                + columns.scheduled_principal[row]
                + columns.prepayment[row]
                + columns.advances[row]
                + columns.recovery[row]
        })
        .collect();
    assert!(
        expected.iter().enumerate().all(|(row, expected)| (cash(row) - expected).abs() < 1e-12)
    );
}

#[test]
fn new_assets_pay_per_unit_and_after_a_delay() {
    let flows = PoolFlows {
        begin_balance: vec![200.0, 100.0, 50.0],
        principal: vec![100.0, 50.0, 50.0],
        balance: vec![100.0, 50.0, 0.0],
        ..PoolFlows::default()
    };

    let monthly = Collected::unit(&flows, 1, 1);
    let quarterly = Collected::unit(&flows, 3, 0);

    let of = |rows: &[PeriodRow]| rows.iter().map(|row| row.principal).collect::<Vec<f64>>();
    assert_eq!(of(&monthly), [0.0, 0.5, 0.25, 0.25]);
    assert!((monthly[0].balance - 1.0).abs() < 1e-12);
    assert_eq!(of(&quarterly), [1.0]);
}

fn deal(bonds: &str) -> Deal {
    let text = format!(
        "deal \"Test\" in USD\ndates\n  cutoff 2026-01-31\n  closing 2026-02-15\n  \
         first payment 2026-03-15, monthly\naccount cash\n{bonds}waterfall amortizing\n  \
         pay principal to A from cash\n"
    );
    text::parse(&text).unwrap().deal
}

#[test]
fn a_band_plans_the_lower_principal_and_bonds_share_it_in_order() {
    let deal = deal(
        "bond A 25, pac band 100 to 300\nbond B 40, pac band 100 to 300\n\
                     bond C 100, tac speed 165\nbond D 10, pac planned 5; 0\n",
    );
    let at =
        |amounts: &[f64]| vec![Collateral::from_rows("pool", 100.0, &rows("2026-03-10", amounts))];
    let given = [
        (100.0, at(&[10.0, 20.0, 30.0, 40.0])),
        (165.0, at(&[20.0, 30.0, 30.0, 20.0])),
        (300.0, at(&[40.0, 40.0, 20.0])),
    ];

    let schedules = planned(&deal, &given).unwrap();

    assert_eq!(planned_speeds(&deal), [100.0, 165.0, 300.0]);
    // The lower principal is 10, 20, 20, 0.
    assert_eq!(schedules["A"], [15.0, 0.0, 0.0, 0.0]);
    assert_eq!(schedules["B"], [40.0, 35.0, 15.0, 15.0]);
    assert_eq!(schedules["C"], [80.0, 50.0, 20.0, 0.0]);
    assert!(!schedules.contains_key("D"));
    assert_eq!(planned(&deal, &given[..2]), Err(RunError::NoSpeed { speed: 300.0 }));
}
