//! Which cash a buyer gets, and what has accrued.

use chrono::{Days, NaiveDate};
use credit_engine::dates::DayCount;
use credit_engine::valuation::CashFlow;
use credit_engine::valuation::spread::FloaterPeriod;

use super::{PriceError, PriceRequest};
use crate::model::{Bond, BondKind, Coupon, Deal};
use crate::run::{BondColumns, DealRun, Timeline};

/// A bond from its settlement on, per 100 of its face.
pub(super) struct Position<'r> {
    pub(super) columns: &'r BondColumns,
    pub(super) closing: NaiveDate,
    pub(super) face: f64,
    pub(super) accrued: f64,
    /// All cash.
    pub(super) flows: Vec<CashFlow>,
    /// Principal less what was added to the balance.
    pub(super) principal: Vec<CashFlow>,
    /// The same cash with its index; empty unless the bond floats and its index is known.
    pub(super) floating: Vec<FloaterPeriod>,
    pub(super) window: Option<(NaiveDate, NaiveDate)>,
}

/// One payment.
#[derive(Debug, Clone, Copy)]
struct Payment {
    row: usize,
    date: NaiveDate,
    accrual_start: NaiveDate,
    accrual_end: NaiveDate,
}

impl<'r> Position<'r> {
    pub(super) fn new(
        deal: &Deal,
        run: &'r DealRun,
        timeline: &Timeline,
        request: &PriceRequest,
        name: &str,
    ) -> Result<Self, PriceError> {
        let bond = deal.bonds.iter().find(|bond| bond.name == name);
        let columns = run.bonds.iter().find(|columns| columns.name == name);
        let unknown = || PriceError::UnknownBond { name: name.to_owned() };
        let (bond, columns) = bond.zip(columns).ok_or_else(unknown)?;
        let settlement = request.settlement;
        let nothing = || PriceError::NothingLeft { bond: name.to_owned(), settlement };

        let mut payments = payments(deal, bond, run, timeline);
        payments.retain(|payment| payment.accrual_end > settlement);
        let first = *payments.first().ok_or_else(nothing)?;
        let face = at(&columns.begin, first.row);
        let traded = if face > 0.0 { face } else { columns.original_balance };
        if traded <= 0.0 {
            return Err(nothing());
        }
        let per_100 = 100.0 / traded;
        let time = |date: NaiveDate| DayCount::Thirty360Bond.fraction(settlement, date).max(0.0);
        let flow = |payment: &Payment, amount: f64| CashFlow {
            time: time(payment.date),
            amount: amount * per_100,
        };
        let flows: Vec<CashFlow> =
            payments.iter().map(|payment| flow(payment, cash(columns, payment.row))).collect();
        if flows.iter().all(|flow| flow.amount == 0.0) {
            return Err(nothing());
        }
        let net = |row: usize| at(&columns.principal, row) - at(&columns.accreted, row);
        let principal = payments.iter().map(|payment| flow(payment, net(payment.row))).collect();
        let paying = |payment: &&Payment| {
            at(&columns.principal, payment.row) > columns.original_balance * 1e-10
        };
        let first_paid = payments.iter().find(paying).map(|payment| payment.date);
        let last_paid = payments.iter().rev().find(paying).map(|payment| payment.date);
        Ok(Self {
            columns,
            closing: deal.dates.closing,
            face: traded,
            accrued: accrued(bond, columns, first, settlement) * per_100,
            flows,
            principal,
            floating: floating(deal, bond, columns, &payments, request, per_100),
            window: first_paid.zip(last_paid),
        })
    }
}

fn payments(deal: &Deal, bond: &Bond, run: &DealRun, timeline: &Timeline) -> Vec<Payment> {
    let delay = Days::new(bond.delay_days.unwrap_or(0).into());
    let mut start = bond.accrues_from.unwrap_or(deal.dates.closing);
    let mut payments = Vec::with_capacity(run.dates.len());
    for ((row, date), position) in run.dates.iter().enumerate().zip(0_u32..) {
        let end = timeline.payment(position).map_or(*date, |payment| payment.accrual_end);
        let accrual_end = end.checked_sub_days(delay).unwrap_or(end).max(start);
        payments.push(Payment { row, date: *date, accrual_start: start, accrual_end });
        start = accrual_end;
    }
    payments
}

fn cash(columns: &BondColumns, row: usize) -> f64 {
    at(&columns.interest_paid, row) + at(&columns.principal, row) + at(&columns.residual, row)
        - at(&columns.drawn, row)
}

/// Returns the interest of the running accrual period until settlement.
fn accrued(bond: &Bond, columns: &BondColumns, first: Payment, settlement: NaiveDate) -> f64 {
    if settlement <= first.accrual_start || bond.kind == BondKind::PrincipalOnly {
        return 0.0;
    }
    let day_count = bond.day_count.unwrap_or(DayCount::Thirty360Bond);
    let whole = day_count.fraction(first.accrual_start, first.accrual_end);
    let elapsed = day_count.fraction(first.accrual_start, settlement);
    let share = if whole > 0.0 { (elapsed / whole).clamp(0.0, 1.0) } else { 0.0 };
    at(&columns.interest_due, first.row) * share
}

fn floating(
    deal: &Deal,
    bond: &Bond,
    columns: &BondColumns,
    payments: &[Payment],
    request: &PriceRequest,
    per_100: f64,
) -> Vec<FloaterPeriod> {
    let Coupon::Floating { index, .. } = &bond.coupon else { return Vec::new() };
    let Some(path) = request.indices.get(index) else { return Vec::new() };
    let day_count = bond.day_count.unwrap_or(DayCount::Thirty360Bond);
    let mut before = request.settlement;
    let mut periods = Vec::with_capacity(payments.len());
    for payment in payments {
        let years = day_count.fraction(before, payment.date).max(0.0);
        before = payment.date;
        periods.push(FloaterPeriod {
            years,
            index: path.on(payment.accrual_start, deal.dates.closing).unwrap_or(0.0),
            amount: cash(columns, payment.row) * per_100,
        });
    }
    periods
}

fn at(column: &[f64], row: usize) -> f64 {
    column.get(row).copied().unwrap_or(0.0)
}
