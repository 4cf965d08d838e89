//! A run in a few numbers.

use chrono::NaiveDate;
use credit_engine::dates::DayCount;
use credit_engine::valuation::CashFlow;
use credit_engine::valuation::bey::{PrincipalCounted, average_life};

use super::program::{BondPlan, Program, Role};
use super::result::{BondColumns, BondSummary, DealRun, FirstUnpaid, Summary};
use super::state::{BondState, State};

/// Part of the original balance below which a balance or a payment is a trace of rounding.
const DUST: f64 = 1e-10;

pub(super) fn summary(program: &Program<'_>, run: &DealRun, state: &State) -> Summary {
    let closing = program.deal.dates.closing;
    let bonds = run.bonds.iter().zip(program.bonds.iter().zip(state.bonds.iter()));
    Summary {
        bonds: bonds
            .map(|(columns, (plan, last))| bond(columns, plan, last, &run.dates, closing))
            .collect(),
        first_unpaid: first_unpaid(program, run),
        total_fees: run.cash.fees.iter().sum(),
        cash_left: state.cash_in_accounts(),
    }
}

fn bond(
    columns: &BondColumns,
    plan: &BondPlan,
    last: &BondState,
    dates: &[NaiveDate],
    closing: NaiveDate,
) -> BondSummary {
    let trace = plan.original * DUST;
    let net: Vec<f64> =
        columns.principal.iter().zip(&columns.accreted).map(|(paid, added)| paid - added).collect();
    let flows: Vec<CashFlow> = net
        .iter()
        .zip(dates)
        .map(|(amount, date)| CashFlow { time: years(closing, *date), amount: *amount })
        .collect();
    let first = columns.principal.iter().position(|paid| *paid > trace);
    let end = columns.principal.iter().rposition(|paid| *paid > trace);
    let window = first.zip(end);
    let number = |position: usize| u32::try_from(position + 1).unwrap_or(u32::MAX);
    let date = |position: usize| dates.get(position).copied().unwrap_or(closing);
    let due = |date: &NaiveDate| plan.maturity.is_some_and(|maturity| *date >= maturity);
    let at_maturity = dates.iter().position(due).and_then(|row| columns.balance.get(row)).copied();
    let debt = !matches!(plan.kind, Role::Equity | Role::Notional(_));
    BondSummary {
        name: columns.name.clone(),
        wal: average_life(&flows, PrincipalCounted::PositiveOnly),
        window: window.map(|(first, end)| (number(first), number(end))),
        window_dates: window.map(|(first, end)| (date(first), date(end))),
        total_interest: columns.interest_paid.iter().sum(),
        total_principal: columns.principal.iter().sum(),
        residual: columns.residual.iter().sum(),
        written_down: last.written_down,
        shortfall: last.unpaid_interest(),
        balance: last.balance,
        maturity_hit: debt && at_maturity.unwrap_or(last.balance) > trace,
    }
}

/// Returns years from closing, in months of 30 days.
fn years(closing: NaiveDate, date: NaiveDate) -> f64 {
    DayCount::Thirty360Bond.fraction(closing, date)
}

fn first_unpaid(program: &Program<'_>, run: &DealRun) -> Option<FirstUnpaid> {
    for (row, date) in run.dates.iter().enumerate() {
        for (columns, plan) in run.bonds.iter().zip(program.bonds.iter()) {
            let at = |column: &[f64]| column.get(row).copied().unwrap_or(0.0);
            let added = if plan.deferrable { at(&columns.accreted) } else { 0.0 };
            let missing = at(&columns.interest_overdue) + added;
            if missing > (columns.original_balance * DUST).max(1e-9) {
                let bond = columns.name.clone();
                return Some(FirstUnpaid { bond, date: *date, amount: missing });
            }
        }
    }
    None
}
