//! The walk over the payment dates.

use chrono::NaiveDate;
use credit_engine::projection::Control;
use std::sync::atomic::Ordering;

use super::accrual::Accrued;
use super::evaluate;
use super::program::{FormulaId, Program, Role};
use super::record::Record;
use super::result::{DealRun, RunWarning};
use super::state::{CashState, PoolState, State};
use super::{Inputs, PaymentDate, RunError};
use crate::collateral::PeriodRow;
use crate::model::{Moment, Source, Status};

/// A balance below this part of the original one is a trace of rounding.
const DUST: f64 = 1e-10;

/// A run under way.
pub(super) struct Engine<'p> {
    pub(super) program: &'p Program<'p>,
    pub(super) inputs: &'p Inputs,
    pub(super) state: State,
    pub(super) record: Record,
    /// The accrual periods that end on this date, by accrual.
    pub(super) accrued: Vec<Accrued>,
    /// Kept between steps for their memory.
    pub(super) dues: Vec<f64>,
    pub(super) parts: Vec<f64>,
    /// Whether this date's collections are in accounts.
    pub(super) is_swept: bool,
    /// Triggers firing within triggers.
    pub(super) nesting: u8,
    /// Whether collections are dated after the last payment date.
    is_cut_short: bool,
}

impl<'p> Engine<'p> {
    pub(super) fn new(
        program: &'p Program<'p>,
        inputs: &'p Inputs,
        state: State,
        is_cut_short: bool,
    ) -> Self {
        let accrued = program.accruals.iter().map(|accrual| Accrued::before(accrual.from));
        let accrued = accrued.collect();
        let expected = state.pools.iter().map(|pool| pool.rows.len()).max().unwrap_or(0);
        let record = Record::new(program, expected, inputs.keep_log);
        Self {
            program,
            inputs,
            state,
            record,
            accrued,
            dues: Vec::new(),
            parts: Vec::new(),
            is_swept: false,
            nesting: 0,
            is_cut_short,
        }
    }

    /// Runs the deal to its end.
    pub(super) fn run(mut self, control: Control<'_>) -> Result<DealRun, RunError> {
        let mut since = self.program.deal.dates.closing;
        self.test_triggers(Moment::Closing)?;
        self.state.status = self.status_now();
        for position in 0.. {
            let Some(payment) = self.program.timeline.payment(position) else { break };
            if control.cancelled.is_some_and(|cancelled| cancelled.load(Ordering::Relaxed)) {
                return Err(RunError::Cancelled);
            }
            let is_last = self.pay(position, payment, since)?;
            since = payment.date;
            if is_last {
                break;
            }
        }
        self.warn_of_late_collections();
        Ok(self.record.finish(self.program, &self.state))
    }

    /// Runs one payment date; tells whether it is the last one.
    fn pay(
        &mut self,
        position: u32,
        payment: PaymentDate,
        since: NaiveDate,
    ) -> Result<bool, RunError> {
        self.begin(position, payment);
        self.earn(since)?;
        self.accrue(payment)?;
        self.test_triggers(Moment::EndOfCollection)?;
        self.state.status = self.status_now();
        self.test_triggers(Moment::BeforeWaterfall)?;
        self.state.status = self.status_now();
        let status = self.state.status;
        self.waterfall()?;
        self.test_triggers(Moment::AfterWaterfall)?;
        let called = status == Status::Called || self.call()?;
        self.capitalize();
        self.record.row(self.program, &self.state, status);
        Ok(called || self.is_over())
    }

    pub(super) fn value(&self, formula: FormulaId) -> Result<f64, RunError> {
        evaluate::value(self.program, &self.state, formula)
    }

    pub(super) fn holds(&self, formula: FormulaId) -> Result<bool, RunError> {
        evaluate::holds(self.program, &self.state, formula)
    }

    /// Tells whether no more than a trace of a bond is left.
    pub(super) fn is_repaid(&self, bond: usize) -> bool {
        let original = self.program.bonds.at(bond).original;
        self.state.bonds.at(bond).balance <= original * DUST
    }

    fn begin(&mut self, position: u32, payment: PaymentDate) {
        let state = &mut self.state;
        if position > 0 {
            reset(state);
        }
        state.period = position as usize;
        state.number = position + 1;
        state.date = payment.date;
        let ends = self.program.deal.dates.revolving_until;
        if state.own_status == Status::Revolving && ends.is_some_and(|ends| payment.date >= ends) {
            state.own_status = Status::Amortizing;
        }
        for pool in state.pools.iter_mut() {
            let idle =
                PeriodRow { begin: pool.balance, balance: pool.balance, ..PeriodRow::default() };
            pool.now = pool.rows.get(state.period).copied().unwrap_or(idle);
            let now = pool.now;
            pool.balance = now.balance;
            pool.cum_default += now.default;
            pool.cum_loss += now.loss;
            pool.cum_recovery += now.recovery;
            pool.waiting = [now.interest, now.principal, now.prepayment, now.recovery, now.penalty];
            state.cash.collected += pool.waiting.iter().sum::<f64>();
        }
        self.is_swept = false;
        self.state.status = self.status_now();
    }

    /// What no step collected goes to the first account, and the coverage tests are written down:
    /// all cash is there and none is paid.
    pub(super) fn sweep(&mut self) -> Result<(), RunError> {
        if std::mem::replace(&mut self.is_swept, true) {
            return Ok(());
        }
        let mut left = 0.0;
        for pool in self.state.pools.iter_mut() {
            for source in SOURCES {
                left += std::mem::take(pool.waiting(source));
            }
        }
        self.state.deposit(0, left);
        self.record_tests()
    }

    fn waterfall(&mut self) -> Result<(), RunError> {
        let program = self.program;
        if let Some(steps) = program.waterfall(self.state.status) {
            self.run_waterfall(steps)?;
        }
        self.sweep()
    }

    /// Adds unpaid interest to the balance or keeps it owed.
    fn capitalize(&mut self) {
        for (plan, bond) in self.program.bonds.iter().zip(self.state.bonds.iter_mut()) {
            if plan.deferrable && !matches!(plan.kind, Role::Notional(_)) {
                bond.add_to_balance(bond.unpaid_interest());
                bond.due = 0.0;
                bond.overdue = 0.0;
                bond.on_interest = 0.0;
            } else {
                bond.overdue += std::mem::take(&mut bond.due);
            }
        }
    }

    /// Tells whether nothing can happen any more.
    fn is_over(&self) -> bool {
        let next = self.state.period + 1;
        if self.state.pools.iter().any(|pool| next < pool.rows.len()) {
            return false;
        }
        let scale: f64 = self.program.bonds.iter().map(|plan| plan.original).sum();
        if self.state.cash_in_accounts() <= scale * DUST {
            return true;
        }
        let date = self.state.date;
        let locked = |lockout: Option<NaiveDate>| lockout.is_some_and(|until| until > date);
        let moved = self.state.cash.paid() > 0.0;
        !moved && !self.program.bonds.iter().any(|plan| locked(plan.lockout_until))
    }

    fn warn_of_late_collections(&mut self) {
        let next = self.state.period + 1;
        let pays = |pool: &PoolState| next < pool.rows.len() || self.is_cut_short && !pool.is_sold;
        if self.state.pools.iter().any(pays) {
            self.record.warn(RunWarning {
                code: "collections_after_maturity".to_owned(),
                message: format!(
                    "the pool still pays after the last payment date, {}",
                    self.state.date
                ),
            });
        }
    }
}

/// Every kind of cash that a pool pays.
pub(super) const SOURCES: [Source; 5] =
    [Source::Interest, Source::Principal, Source::Prepayment, Source::Recovery, Source::Penalty];

/// Forgets what belongs to one payment date only.
fn reset(state: &mut State) {
    state.cash = CashState::default();
    for pool in state.pools.iter_mut() {
        pool.bought = 0.0;
        pool.sold = 0.0;
    }
    for account in state.accounts.iter_mut() {
        account.begin = account.balance;
        account.into = 0.0;
        account.out = 0.0;
        account.earned = 0.0;
    }
    for ledger in state.ledgers.iter_mut() {
        ledger.debit = 0.0;
        ledger.credit = 0.0;
    }
    for fee in state.fees.iter_mut() {
        fee.paid = 0.0;
    }
    for bond in state.bonds.iter_mut() {
        bond.begin = bond.balance;
        bond.paid_interest = 0.0;
        bond.paid_principal = 0.0;
        bond.residual = 0.0;
        bond.drawn = 0.0;
        bond.write_down = 0.0;
        bond.accreted = 0.0;
    }
    for trigger in state.triggers.iter_mut() {
        trigger.value = None;
        trigger.threshold = None;
        trigger.headroom = None;
        trigger.breached = false;
    }
    for inspection in state.inspections.iter_mut() {
        *inspection = None;
    }
}
