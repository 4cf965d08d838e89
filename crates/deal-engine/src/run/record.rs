//! What is written down while a run goes on.

use super::log::Log;
use super::program::{Program, Role};
use super::result::{
    AccountColumns, BondColumns, CallExercised, DealRun, FeeColumns, InspectionColumns,
    LedgerColumns, PoolColumns, RunWarning, TestColumns, TriggerColumns,
};
use super::state::{BondState, CashState, Coverage, PoolState, State, TriggerState};
use super::{evaluate, summary};
use crate::model::{BondKind, Deal, Status};

/// What is written down while a run goes on.
pub(super) struct Record {
    run: DealRun,
}

impl Record {
    pub(super) fn new(program: &Program<'_>, expected: usize, keep_log: bool) -> Self {
        let deal = program.deal;
        let steps = program.places.len();
        let run = DealRun {
            dates: Vec::with_capacity(expected),
            status: Vec::with_capacity(expected),
            bonds: bond_columns(deal, program, expected),
            fees: deal.fees.iter().map(|fee| FeeColumns::new(&fee.name)).collect(),
            accounts: deal
                .accounts
                .iter()
                .map(|account| AccountColumns::new(&account.name))
                .collect(),
            ledgers: deal.ledgers.iter().map(|ledger| LedgerColumns::new(&ledger.name)).collect(),
            triggers: deal
                .triggers
                .iter()
                .map(|trigger| TriggerColumns::new(&trigger.name))
                .collect(),
            tests: deal.tests.iter().map(|test| TestColumns::new(&test.name)).collect(),
            pools: program.pools.iter().map(|name| PoolColumns::new(name)).collect(),
            inspections: program
                .inspections
                .iter()
                .map(|name| InspectionColumns::new(name))
                .collect(),
            log: keep_log.then(|| Log::new(program.places.clone(), expected * steps)),
            ..DealRun::default()
        };
        Self { run }
    }

    pub(super) const fn log(&mut self) -> Option<&mut Log> {
        self.run.log.as_mut()
    }

    /// Adds a warning, the first one of each kind only.
    pub(super) fn warn(&mut self, warning: RunWarning) {
        if self.run.warnings.iter().all(|known| known.code != warning.code) {
            self.run.warnings.push(warning);
        }
    }

    pub(super) fn called(&mut self, call: CallExercised) {
        self.run.calls.push(call);
    }

    pub(super) fn test(&mut self, test: usize, found: Coverage, cure: f64) {
        if let Some(columns) = self.run.tests.get_mut(test) {
            columns.value.push(found.ratio());
            columns.threshold.push(found.threshold);
            columns.passed.push(found.passed());
            columns.cure.push(cure);
        }
    }

    /// Adds a payment date.
    pub(super) fn row(&mut self, program: &Program<'_>, state: &State, status: Status) {
        let run = &mut self.run;
        run.dates.push(state.date);
        run.status.push(status);
        let plans = program.bonds.iter().zip(state.bonds.iter());
        for (columns, (plan, bond)) in run.bonds.iter_mut().zip(plans) {
            columns.push(bond, plan.kind, plan.original);
            if !plan.planned.is_empty() {
                columns.planned.push(evaluate::planned(&plan.planned, state.period));
            }
        }
        for (columns, fee) in run.fees.iter_mut().zip(state.fees.iter()) {
            columns.due.push(fee.accrued);
            columns.paid.push(fee.paid);
            columns.overdue.push(fee.due);
        }
        for (columns, account) in run.accounts.iter_mut().zip(state.accounts.iter()) {
            let target = account.target.map(|target| evaluate::value(program, state, target));
            columns.begin.push(account.begin);
            columns.into.push(account.into);
            columns.out.push(account.out);
            columns.earned.push(account.earned);
            columns.balance.push(account.balance);
            columns.target.push(target.and_then(Result::ok));
        }
        for (columns, ledger) in run.ledgers.iter_mut().zip(state.ledgers.iter()) {
            columns.debit.push(ledger.debit);
            columns.credit.push(ledger.credit);
            columns.balance.push(ledger.balance);
        }
        for (columns, trigger) in run.triggers.iter_mut().zip(state.triggers.iter()) {
            columns.push(trigger);
        }
        for (columns, pool) in run.pools.iter_mut().zip(state.pools.iter()) {
            columns.push(pool);
        }
        for (columns, value) in run.inspections.iter_mut().zip(state.inspections.iter()) {
            columns.value.push(*value);
        }
        run.cash.push(&state.cash);
    }

    /// Completes the run.
    pub(super) fn finish(self, program: &Program<'_>, state: &State) -> DealRun {
        let mut run = self.run;
        run.summary = summary::summary(program, &run, state);
        run
    }
}

fn bond_columns(deal: &Deal, program: &Program<'_>, expected: usize) -> Vec<BondColumns> {
    let column = || Vec::with_capacity(expected);
    let bonds = deal.bonds.iter().zip(program.bonds.iter());
    bonds
        .map(|(bond, plan)| BondColumns {
            name: bond.name.clone(),
            kind: kind_name(&bond.kind).to_owned(),
            original_balance: plan.original,
            accrual_days: Vec::with_capacity(expected),
            begin: column(),
            rate: column(),
            interest_due: column(),
            interest_paid: column(),
            interest_overdue: column(),
            principal: column(),
            drawn: column(),
            write_down: column(),
            accreted: column(),
            carryover: column(),
            residual: column(),
            planned: Vec::new(),
            balance: column(),
            factor: column(),
        })
        .collect()
}

const fn kind_name(kind: &BondKind) -> &'static str {
    match kind {
        BondKind::Ordinary => "ordinary",
        BondKind::Pac { .. } => "pac",
        BondKind::Tac { .. } => "tac",
        BondKind::Support => "support",
        BondKind::ZAccrual => "z_accrual",
        BondKind::InterestOnly { .. } => "interest_only",
        BondKind::PrincipalOnly => "principal_only",
        BondKind::Equity => "equity",
    }
}

impl BondColumns {
    fn push(&mut self, bond: &BondState, kind: Role, original: f64) {
        let notional = matches!(kind, Role::Notional(_));
        let held = if notional { bond.basis } else { bond.balance };
        self.accrual_days.push(bond.accrual_days);
        self.begin.push(if notional { bond.basis } else { bond.begin });
        self.rate.push(bond.rate);
        self.interest_due.push(bond.accrued + bond.earned_on_interest);
        self.interest_paid.push(bond.paid_interest);
        self.interest_overdue.push(bond.unpaid_interest());
        self.principal.push(bond.paid_principal);
        self.drawn.push(bond.drawn);
        self.write_down.push(bond.write_down);
        self.accreted.push(bond.accreted);
        self.carryover.push(bond.carryover);
        self.residual.push(bond.residual);
        self.balance.push(bond.balance);
        self.factor.push(if original > 0.0 { held / original } else { 0.0 });
    }
}

impl TriggerColumns {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    fn push(&mut self, trigger: &TriggerState) {
        self.value.push(trigger.value);
        self.threshold.push(trigger.threshold);
        self.headroom.push(trigger.headroom);
        self.breached.push(trigger.breached);
        self.active.push(trigger.active.is_some());
    }
}

impl PoolColumns {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    fn push(&mut self, pool: &PoolState) {
        self.original_balance = pool.original;
        self.begin.push(pool.now.begin);
        self.balance.push(pool.balance);
        self.interest.push(pool.now.interest);
        self.principal.push(pool.now.principal);
        self.prepayment.push(pool.now.prepayment);
        self.recovery.push(pool.now.recovery);
        self.penalty.push(pool.now.penalty);
        self.default.push(pool.now.default);
        self.loss.push(pool.now.loss);
        self.bought.push(pool.bought);
        self.sold.push(pool.sold);
    }
}

impl FeeColumns {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }
}

impl AccountColumns {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }
}

impl LedgerColumns {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }
}

impl TestColumns {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }
}

impl InspectionColumns {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }
}

impl super::result::CashColumns {
    fn push(&mut self, cash: &CashState) {
        self.collected.push(cash.collected);
        self.earned.push(cash.earned);
        self.sold.push(cash.sold);
        self.drawn.push(cash.drawn);
        self.fees.push(cash.fees);
        self.interest.push(cash.interest);
        self.principal.push(cash.principal);
        self.residual.push(cash.residual);
        self.bought.push(cash.bought);
    }
}
