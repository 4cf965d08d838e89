//! The cash-flow tables and the matrix of cumulative defaults.

use chrono::NaiveDate;

use super::{Section, section};
use crate::assumptions::{
    Advances, AssumptionSet, AssumptionSetDraft, Assumptions, DefaultModel, Prepayment, Severity,
};
use crate::loan::{AssetClass, Loan, LoanTerms};
use crate::projection::{Columns, Control, GroupBy, Indices, Settings, project};

const CASH_FLOW_A: &str = include_str!("cash_flow_a.csv");
const CASH_FLOW_B: &str = include_str!("cash_flow_b.csv");

/// Cumulative defaults in per cent, by PSA; columns are 50 to 300 SDA.
const DEFAULTS: [(f64, [f64; 6]); 4] = [
    (100.0, [1.56, 3.09, 4.59, 6.08, 7.53, 8.97]),
    (150.0, [1.40, 2.78, 4.13, 5.47, 6.79, 8.08]),
    (200.0, [1.26, 2.51, 3.74, 4.95, 6.14, 7.32]),
    (300.0, [1.05, 2.08, 3.10, 4.11, 5.10, 6.08]),
];

pub(super) fn sections() -> Vec<Section> {
    let constant =
        projected(100e6, Prepayment::Smm { value: 0.01 }, DefaultModel::Mdr { value: 0.01 });
    let standard =
        projected(100e6, Prepayment::Psa { value: 150.0 }, DefaultModel::Sda { value: 100.0 });
    vec![
        section(
            "bma_cash_flow_a",
            "Cash flow A: 1 % SMM, 1 % MDR, severity 20 %, 12 months to liquidation, advances",
            "Uniform Practices, Standard Formulas (1999), SF-22..30",
            0.51,
            table(CASH_FLOW_A, constant.as_ref()),
        ),
        section(
            "bma_cash_flow_b",
            "Cash flow B: 150 PSA, 100 SDA, severity 20 %, 12 months to liquidation, advances",
            "Uniform Practices, Standard Formulas (1999), SF-22..30",
            0.51,
            table(CASH_FLOW_B, standard.as_ref()),
        ),
        section(
            "bma_default_matrix",
            "Cumulative defaults of new 8 % 30-year loans, per cent, by SDA and PSA",
            "Uniform Practices, Standard Formulas (1999), SF-20",
            0.0051,
            matrix(),
        ),
    ]
}

fn matrix() -> Vec<(f64, f64)> {
    let mut cells = Vec::new();
    for (psa, published) in DEFAULTS {
        for (sda, published) in [50.0, 100.0, 150.0, 200.0, 250.0, 300.0].into_iter().zip(published)
        {
            let prepayment = Prepayment::Psa { value: psa };
            let found = projected(100.0, prepayment, DefaultModel::Sda { value: sda });
            let total = found.map_or(f64::NAN, |columns| columns.default.iter().sum());
            cells.push((total, published));
        }
    }
    cells
}

/// Projects new 8 % 30-year loans.
pub(super) fn projected(
    balance: f64,
    prepayment: Prepayment,
    default: DefaultModel,
) -> Option<Columns> {
    let class = AssetClass::ResidentialMortgage;
    let loan = Loan::new(LoanTerms::level("pool", class, balance, 0.08, 360)).ok()?;
    let request = Assumptions {
        prepayment: Some(prepayment),
        default: Some(default),
        severity: Some(Severity::Constant { value: 0.2 }),
        recovery_lag_months: Some(12),
        advances: Some(Advances::PrincipalAndInterest),
        ..Assumptions::default()
    };
    let draft = AssumptionSetDraft { request, ..AssumptionSetDraft::default() };
    let indices = Indices::unchanged();
    let settings = Settings {
        first_payment_date: NaiveDate::default(),
        indices: &indices,
        group_by: GroupBy::None,
        control: Control::default(),
    };
    let set = AssumptionSet::new(draft).ok()?;
    Some(project(&[loan], &set, &settings).ok()?.pool)
}

/// Pairs every printed cell with the computed one; a month has a row, other rows are totals.
fn table(text: &str, columns: Option<&Columns>) -> Vec<(f64, f64)> {
    let Some(columns) = columns else { return vec![(f64::NAN, 0.0)] };
    let columns = [
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
    ];
    let mut cells = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let mut parts = line.split(';');
        let month: Option<usize> = parts.next().and_then(|label| label.parse().ok());
        for (column, printed) in columns.iter().zip(parts) {
            let Ok(printed) = printed.parse::<f64>() else { continue };
            let found = match month {
                Some(month) => column.get(month - 1).copied().unwrap_or(f64::NAN),
                None => column.iter().sum(),
            };
            cells.push((found, printed));
        }
    }
    cells
}
