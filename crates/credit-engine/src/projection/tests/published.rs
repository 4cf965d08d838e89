//! Tables published in the Uniform Practices, chapter Standard Formulas (1999), and in textbooks.

use super::{close, columns, level};
use crate::projection::Columns;

const CASH_FLOW_A: &str = include_str!("../../verify/cash_flow_a.csv");
const CASH_FLOW_B: &str = include_str!("../../verify/cash_flow_b.csv");
const SMALL_POOL: &str = include_str!("small_pool.csv");

/// Returns the lines of a table, each with its label and its cells; an empty cell says nothing.
fn table(text: &str) -> impl Iterator<Item = (&str, Vec<Option<f64>>)> {
    text.lines().filter(|line| !line.starts_with('#')).skip(1).map(|line| {
        let mut cells = line.split(';');
        let label = cells.next().unwrap();
        (label, cells.map(|cell| cell.parse().ok()).collect())
    })
}

/// The columns of the cash-flow tables, in their order.
fn of_cash_flow(columns: &Columns) -> [&Vec<f64>; 13] {
    [
        &columns.balance,
        &columns.default,
        &columns.foreclosure_balance,
        &columns.expected_principal,
        &columns.prepayment,
        &columns.amortization_from_defaults,
        &columns.scheduled_principal,
        &columns.expected_interest,
        &columns.interest_lost,
        &columns.scheduled_interest,
        &columns.recovery,
        &columns.loss,
        &columns.liquidated,
    ]
}

/// The columns of the small pool, in their order.
fn of_small_pool(columns: &Columns) -> [&Vec<f64>; 8] {
    [
        &columns.scheduled_interest,
        &columns.scheduled_principal,
        &columns.prepayment,
        &columns.default,
        &columns.recovery,
        &columns.loss,
        &columns.balance,
        &columns.foreclosure_balance,
    ]
}

#[track_caller]
fn check<const N: usize>(text: &str, columns: [&Vec<f64>; N], tolerance: f64) {
    for (label, cells) in table(text) {
        assert_eq!(cells.len(), N, "{label}");
        for (column, cell) in columns.iter().zip(cells) {
            let found = match label.parse::<usize>() {
                Ok(month) => column[month - 1],
                Err(_) => column.iter().sum(),
            };
            close(found, cell.unwrap_or(found), tolerance);
        }
    }
}

#[test]
fn one_per_cent_smm_and_mdr_give_cash_flow_a() {
    let found = columns(
        &[level(100e6, 0.08, 360, 0)],
        r#"{"prepayment":{"model":"smm","value":0.01},"default":{"model":"mdr","value":0.01},
            "severity":{"model":"constant","value":0.2},"recovery_lag_months":12,
            "advances":"principal_and_interest"}"#,
    );

    check(CASH_FLOW_A, of_cash_flow(&found), 0.51);
}

#[test]
fn psa_150_and_sda_100_give_cash_flow_b() {
    let found = columns(
        &[level(100e6, 0.08, 360, 0)],
        r#"{"prepayment":{"model":"psa","value":150},"default":{"model":"sda","value":100},
            "severity":{"model":"constant","value":0.2},"recovery_lag_months":12,
            "advances":"principal_and_interest"}"#,
    );

    check(CASH_FLOW_B, of_cash_flow(&found), 0.51);
}

#[test]
fn a_small_pool_without_advances_pays_what_a_hand_calculation_says() {
    let found = columns(
        &[level(1200.0, 0.12, 12, 0)],
        r#"{"prepayment":{"model":"smm","value":0.02},"default":{"model":"mdr","value":0.01},
            "severity":{"model":"constant","value":0.4},"recovery_lag_months":3}"#,
    );

    assert_eq!(found.periods(), 12);
    check(SMALL_POOL, of_small_pool(&found), 1e-8);
}

/// SF-20: cumulative defaults of new 8 % 30-year loans, per cent, by PSA and SDA.
#[test]
fn the_published_matrix_of_cumulative_defaults_is_met() {
    let rows = [
        (100, [1.56, 3.09, 4.59, 6.08, 7.53, 8.97]),
        (150, [1.4, 2.78, 4.13, 5.47, 6.79, 8.08]),
        (200, [1.26, 2.51, 3.74, 4.95, 6.14, 7.32]),
        (300, [1.05, 2.08, 3.1, 4.11, 5.1, 6.08]),
    ];
    for (psa, wanted) in rows {
        for (sda, wanted) in [50, 100, 150, 200, 250, 300].into_iter().zip(wanted) {
            let request = format!(
                r#"{{"prepayment":{{"model":"psa","value":{psa}}},"default":{{"model":"sda","value":{sda}}},
                "severity":{{"model":"constant","value":0.2}},"recovery_lag_months":12,
                "advances":"principal_and_interest"}}"#
            );
            let found = columns(&[level(100.0, 0.08, 360, 0)], &request);
            close(found.default.iter().sum(), wanted, 0.0051);
        }
    }
}

#[test]
fn a_seasoned_pass_through_pays_what_the_textbook_says() {
    let found = columns(
        &[level(400e6, 0.08125, 357, 3)],
        r#"{"prepayment":{"model":"psa","value":100},"default":{"model":"none"},"servicing_fee":0.00625}"#,
    );

    close(found.scheduled_principal[0], 267_535.0, 0.51);
    close(found.prepayment[0], 267_470.0, 0.51);
    close(found.scheduled_interest[0] - found.servicing_fee[0], 2_500_000.0, 0.51);
    close(found.cash()[0], 3_035_005.0, 0.51);
}

/// SF-4: 9 % pass-through, 9.5 % loans, 150 PSA, first month, per unit of balance.
#[test]
fn the_first_month_of_a_pass_through_has_the_published_parts() {
    let found = columns(
        &[level(1.0, 0.095, 360, 0)],
        r#"{"prepayment":{"model":"psa","value":150},"default":{"model":"none"},"servicing_fee":0.005}"#,
    );

    close(found.scheduled_principal[0], 0.000_491_88, 5.1e-9);
    close(found.prepayment[0], 0.000_250_22, 5.1e-9);
    close(found.scheduled_interest[0], 0.007_916_67, 5.1e-9);
    close(found.servicing_fee[0], 0.000_416_67, 5.1e-9);
    close(found.cash()[0], 0.008_242_1, 5.1e-9);
}
