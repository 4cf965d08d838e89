//! Which rows are distributed on which payment date.

use chrono::NaiveDate;
use credit_engine::dates::month_number;

use super::{Collateral, PoolFlows};

/// What one pool pays on the payment dates of a deal.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Collected {
    /// What `pool.factor` is measured against.
    pub(crate) original_balance: f64,
    /// One entry per payment date with collections.
    pub(crate) rows: Vec<PeriodRow>,
}

/// What one pool pays on one payment date.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct PeriodRow {
    /// Performing balance before the collection period.
    pub(crate) begin: f64,
    /// Performing balance after it.
    pub(crate) balance: f64,
    pub(crate) interest: f64,
    pub(crate) principal: f64,
    pub(crate) prepayment: f64,
    pub(crate) recovery: f64,
    pub(crate) penalty: f64,
    pub(crate) default: f64,
    pub(crate) loss: f64,
    /// Balances times years they were outstanding.
    pub(crate) balance_years: f64,
    /// Gross interest that accrued.
    pub(crate) gross_interest: f64,
    /// Length in months.
    pub(crate) months: f64,
}

impl Collected {
    /// Adds up the rows after `cutoff` by payment date; `ends` are the ends of the collection
    /// periods in order, and as many as it takes are used. Rows after the last end are left out.
    pub(crate) fn new(pool: &Collateral, cutoff: NaiveDate, ends: &[NaiveDate]) -> Self {
        let spacing = months_between_rows(&pool.dates);
        let mut waiting =
            (0_usize..).zip(&pool.dates).filter(|(_, date)| **date > cutoff).peekable();
        let first = waiting.peek().map_or(0, |(position, _)| *position);
        let mut balance = balance_before(&pool.flows, first);
        let original_balance = pool.original_balance.unwrap_or(balance);
        let mut rows = Vec::new();
        for end in ends {
            if waiting.peek().is_none() {
                break;
            }
            let mut row = PeriodRow { begin: balance, balance, ..PeriodRow::default() };
            let mut empty = true;
            while let Some((position, _)) = waiting.next_if(|(_, date)| *date <= end) {
                row.add(&pool.flows, position, spacing, empty);
                empty = false;
            }
            balance = row.balance;
            rows.push(row);
        }
        Self { original_balance, rows }
    }

    /// Adds up the months of what one unit of new assets pays, `months` at a time, beginning
    /// `delay` payment dates after the purchase.
    pub(crate) fn unit(flows: &PoolFlows, months: u16, delay: usize) -> Vec<PeriodRow> {
        let unit = balance_before(flows, 0);
        let idle = PeriodRow { begin: unit, balance: unit, ..PeriodRow::default() };
        let mut rows = vec![idle; delay];
        let count = flows.interest.len().max(flows.principal.len()).max(flows.balance.len());
        let every = usize::from(months.max(1));
        for start in (0..count).step_by(every) {
            let mut row = PeriodRow::default();
            for position in start..(start + every).min(count) {
                row.add(flows, position, 1.0, position == start);
            }
            rows.push(row);
        }
        let scale = if unit > 0.0 { 1.0 / unit } else { 0.0 };
        rows.iter().map(|row| row.times(scale)).collect()
    }
}

impl PeriodRow {
    fn add(&mut self, flows: &PoolFlows, position: usize, months: f64, first: bool) {
        let at = |column: &[f64]| column.get(position).copied();
        let or_zero = |column: &[f64]| at(column).unwrap_or(0.0);
        let begin =
            at(&flows.begin_balance).unwrap_or(if first { self.begin } else { self.balance });
        if first {
            self.begin = begin;
        }
        let (interest, principal) = (or_zero(&flows.interest), or_zero(&flows.principal));
        let (prepayment, default) = (or_zero(&flows.prepayment), or_zero(&flows.default));
        let gone = principal + prepayment + default;
        let years = months / 12.0;
        self.balance = at(&flows.balance).unwrap_or_else(|| (begin - gone).max(0.0));
        self.interest += interest;
        self.principal += principal;
        self.prepayment += prepayment;
        self.recovery += or_zero(&flows.recovery);
        self.penalty += or_zero(&flows.penalty);
        self.default += default;
        self.loss += or_zero(&flows.loss);
        self.balance_years += begin * years;
        self.gross_interest += at(&flows.wac).map_or(interest, |wac| begin * wac * years);
        self.months += months;
    }

    /// Returns the row of `factor` units.
    pub(crate) fn times(&self, factor: f64) -> Self {
        Self {
            begin: self.begin * factor,
            balance: self.balance * factor,
            interest: self.interest * factor,
            principal: self.principal * factor,
            prepayment: self.prepayment * factor,
            recovery: self.recovery * factor,
            penalty: self.penalty * factor,
            default: self.default * factor,
            loss: self.loss * factor,
            balance_years: self.balance_years * factor,
            gross_interest: self.gross_interest * factor,
            months: self.months,
        }
    }

    /// Adds what other assets of the same pool pay.
    pub(crate) fn join(&mut self, other: &Self) {
        self.begin += other.begin;
        self.balance += other.balance;
        self.interest += other.interest;
        self.principal += other.principal;
        self.prepayment += other.prepayment;
        self.recovery += other.recovery;
        self.penalty += other.penalty;
        self.default += other.default;
        self.loss += other.loss;
        self.balance_years += other.balance_years;
        self.gross_interest += other.gross_interest;
        self.months = self.months.max(other.months);
    }

    /// Returns the share of what could be prepaid that was.
    pub(crate) fn prepaid_share(&self) -> f64 {
        share(self.prepayment, self.begin - self.principal)
    }

    /// Returns the share of the performing balance that defaulted.
    pub(crate) fn defaulted_share(&self) -> f64 {
        share(self.default, self.begin)
    }
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { (part / whole).clamp(0.0, 1.0) } else { 0.0 }
}

/// Returns the performing balance before a row: as stated, or as the row leads back to it.
fn balance_before(flows: &PoolFlows, position: usize) -> f64 {
    let at = |column: &[f64]| column.get(position).copied();
    let stated = at(&flows.begin_balance);
    let earlier = position.checked_sub(1).and_then(|before| flows.balance.get(before)).copied();
    let led_back = || {
        let columns = [&flows.balance, &flows.principal, &flows.prepayment, &flows.default];
        columns.iter().filter_map(|column| at(column)).sum()
    };
    stated.or(earlier).unwrap_or_else(led_back)
}

/// Returns the months from one row to the next.
fn months_between_rows(dates: &[NaiveDate]) -> f64 {
    let gap = dates.iter().zip(dates.iter().skip(1)).next();
    let months = gap.map_or(1, |(first, second)| month_number(*second) - month_number(*first));
    f64::from(months.max(1))
}
