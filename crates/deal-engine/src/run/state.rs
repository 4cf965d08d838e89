//! Where a run stands.

use std::cell::Cell;

use chrono::NaiveDate;

use super::program::{FormulaId, Program};
use super::slots::Slots;
use crate::collateral::{Collected, PeriodRow};
use crate::model::{Source, Status};

/// Where a run stands.
#[derive(Debug)]
pub(super) struct State {
    /// Position of the payment date, from 0.
    pub(super) period: usize,
    /// The same counted from 1.
    pub(super) number: u32,
    pub(super) date: NaiveDate,
    pub(super) status: Status,
    /// The status that holds while no trigger sets another.
    pub(super) own_status: Status,
    pub(super) pools: Slots<PoolState>,
    pub(super) accounts: Slots<AccountState>,
    pub(super) ledgers: Slots<LedgerState>,
    pub(super) fees: Slots<FeeState>,
    pub(super) bonds: Slots<BondState>,
    pub(super) triggers: Slots<TriggerState>,
    pub(super) cash: CashState,
    pub(super) inspections: Slots<Option<f64>>,
    /// Values of definitions within one evaluation.
    pub(super) memory: Memory,
    /// Triggers fired so far.
    pub(super) fired: u32,
}

#[derive(Debug, Default)]
pub(super) struct PoolState {
    pub(super) original: f64,
    /// By payment date.
    pub(super) rows: Vec<PeriodRow>,
    /// This payment date's.
    pub(super) now: PeriodRow,
    /// Performing balance now.
    pub(super) balance: f64,
    /// What of this date's collections is in no account yet, by source.
    pub(super) waiting: [f64; 5],
    pub(super) cum_default: f64,
    pub(super) cum_loss: f64,
    pub(super) cum_recovery: f64,
    /// What one unit of new assets pays.
    pub(super) unit: Vec<PeriodRow>,
    pub(super) bought: f64,
    pub(super) sold: f64,
    pub(super) is_sold: bool,
}

#[derive(Debug, Default)]
pub(super) struct AccountState {
    pub(super) begin: f64,
    pub(super) balance: f64,
    pub(super) into: f64,
    pub(super) out: f64,
    pub(super) earned: f64,
    pub(super) target: Option<FormulaId>,
}

#[derive(Debug, Default)]
pub(super) struct LedgerState {
    pub(super) balance: f64,
    pub(super) debit: f64,
    pub(super) credit: f64,
}

#[derive(Debug, Default)]
pub(super) struct FeeState {
    /// Owed, arrears included.
    pub(super) due: f64,
    /// Fell due on this date.
    pub(super) accrued: f64,
    /// Owed before anything was paid on this date.
    pub(super) billed: f64,
    pub(super) paid: f64,
    /// Whether a one-off fee was charged.
    pub(super) charged: bool,
}

#[derive(Debug, Default)]
pub(super) struct BondState {
    pub(super) begin: f64,
    pub(super) balance: f64,
    /// The amount that interest was counted on.
    pub(super) basis: f64,
    pub(super) accrual_days: i32,
    pub(super) rate: f64,
    /// Fell due on this date.
    pub(super) accrued: f64,
    /// What of it is unpaid.
    pub(super) due: f64,
    /// Unpaid from earlier dates.
    pub(super) overdue: f64,
    /// What overdue interest earned on this date.
    pub(super) earned_on_interest: f64,
    /// What overdue interest earned and is unpaid.
    pub(super) on_interest: f64,
    pub(super) carryover: f64,
    pub(super) paid_interest: f64,
    pub(super) paid_principal: f64,
    pub(super) residual: f64,
    pub(super) drawn: f64,
    /// Written down on this date, less what was written up.
    pub(super) write_down: f64,
    /// Written down in all and not written up.
    pub(super) written_down: f64,
    /// Added to the balance on this date.
    pub(super) accreted: f64,
    /// Added to the balance and not repaid.
    pub(super) deferred: f64,
    /// Added to the balance in all.
    pub(super) capitalized: f64,
    /// Replaces the coupon.
    pub(super) coupon: Option<FormulaId>,
}

#[derive(Debug, Default)]
pub(super) struct TriggerState {
    /// Whether it is tested.
    pub(super) tested: bool,
    /// Breaches in a row.
    pub(super) breaches: u16,
    /// Since which firing it is in force.
    pub(super) active: Option<u32>,
    pub(super) last_value: f64,
    pub(super) value: Option<f64>,
    pub(super) threshold: Option<f64>,
    pub(super) headroom: Option<f64>,
    pub(super) breached: bool,
}

/// Cash in and out on this date.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct CashState {
    pub(super) collected: f64,
    pub(super) earned: f64,
    pub(super) sold: f64,
    pub(super) drawn: f64,
    pub(super) fees: f64,
    pub(super) interest: f64,
    pub(super) principal: f64,
    pub(super) residual: f64,
    pub(super) bought: f64,
    /// Principal paid that was not paid to cure a test.
    pub(super) ordinary_principal: f64,
}

/// What a coverage test says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Coverage {
    pub(super) numerator: f64,
    /// What has to be covered.
    pub(super) covered: f64,
    pub(super) threshold: f64,
}

/// Values of definitions, each with the evaluation it belongs to.
#[derive(Debug)]
pub(super) struct Memory {
    pub(super) evaluation: Cell<u64>,
    pub(super) variables: Slots<Cell<(u64, f64)>>,
    pub(super) targets: Slots<Cell<(u64, f64)>>,
    pub(super) tests: Slots<Cell<(u64, Coverage)>>,
}

impl State {
    /// Returns the state at closing.
    pub(super) fn new(program: &Program<'_>, pools: Vec<(Collected, Vec<PeriodRow>)>) -> Self {
        let deal = program.deal;
        let status = if deal.dates.revolving_until.is_some() {
            Status::Revolving
        } else {
            Status::Amortizing
        };
        let ledgers = deal.ledgers.iter();
        Self {
            period: 0,
            number: 0,
            date: deal.dates.closing,
            status,
            own_status: status,
            pools: slots(pools.into_iter().map(PoolState::new)),
            accounts: slots(program.accounts.iter().map(|plan| AccountState {
                begin: plan.balance,
                balance: plan.balance,
                target: plan.target,
                ..AccountState::default()
            })),
            ledgers: slots(
                ledgers.map(|ledger| LedgerState {
                    balance: ledger.balance,
                    ..LedgerState::default()
                }),
            ),
            fees: slots(program.fees.iter().map(|_| FeeState::default())),
            bonds: slots(program.bonds.iter().map(|plan| BondState {
                begin: plan.balance,
                balance: plan.balance,
                capitalized: (plan.balance - plan.original).max(0.0),
                ..BondState::default()
            })),
            triggers: slots(
                program
                    .triggers
                    .iter()
                    .map(|plan| TriggerState { tested: !plan.dormant, ..TriggerState::default() }),
            ),
            cash: CashState::default(),
            inspections: slots(program.inspections.iter().map(|_| None)),
            memory: Memory::new(program),
            fired: 0,
        }
    }

    /// Returns the cash in all accounts.
    pub(super) fn cash_in_accounts(&self) -> f64 {
        self.accounts.iter().map(|account| account.balance).sum()
    }

    /// Puts cash into an account.
    pub(super) fn deposit(&mut self, account: usize, amount: f64) {
        let account = self.accounts.at_mut(account);
        account.balance += amount;
        account.into += amount;
    }

    /// Takes cash out of an account that holds it.
    pub(super) fn withdraw(&mut self, account: usize, amount: f64) {
        let account = self.accounts.at_mut(account);
        account.balance = (account.balance - amount).max(0.0);
        account.out += amount;
    }
}

impl PoolState {
    fn new((collected, unit): (Collected, Vec<PeriodRow>)) -> Self {
        let balance = collected.rows.first().map_or(0.0, |row| row.begin);
        Self {
            original: collected.original_balance,
            rows: collected.rows,
            balance,
            unit,
            ..Self::default()
        }
    }

    /// Adds new assets after the payment date with position `period`.
    pub(super) fn add_assets(&mut self, period: usize, balance: f64) {
        self.balance += balance;
        self.bought += balance;
        let needed = period + 1 + self.unit.len();
        if self.rows.len() < needed {
            self.rows.resize(needed, PeriodRow::default());
        }
        for (row, unit) in self.rows.iter_mut().skip(period + 1).zip(&self.unit) {
            row.join(&unit.times(balance));
        }
    }

    /// Returns the collections of a source on this date.
    pub(super) const fn collected(&self, source: Source) -> f64 {
        match source {
            Source::Interest => self.now.interest,
            Source::Principal => self.now.principal,
            Source::Prepayment => self.now.prepayment,
            Source::Recovery => self.now.recovery,
            Source::Penalty => self.now.penalty,
        }
    }

    /// Returns what of a source is in no account yet.
    pub(super) const fn waiting(&mut self, source: Source) -> &mut f64 {
        let [interest, principal, prepayment, recovery, penalty] = &mut self.waiting;
        match source {
            Source::Interest => interest,
            Source::Principal => principal,
            Source::Prepayment => prepayment,
            Source::Recovery => recovery,
            Source::Penalty => penalty,
        }
    }
}

impl CashState {
    /// Returns what left the deal.
    pub(super) fn paid(&self) -> f64 {
        self.fees + self.interest + self.principal + self.residual + self.bought
    }
}

impl BondState {
    /// Returns all interest that is owed, except what is carried over.
    pub(super) fn unpaid_interest(&self) -> f64 {
        self.due + self.overdue + self.on_interest
    }

    /// Adds interest to the balance.
    pub(super) fn add_to_balance(&mut self, interest: f64) {
        self.balance += interest;
        self.accreted += interest;
        self.deferred += interest;
        self.capitalized += interest;
    }
}

impl Memory {
    fn new(program: &Program<'_>) -> Self {
        let nothing = Coverage { numerator: 0.0, covered: 0.0, threshold: 0.0 };
        let number = || Cell::new((0, 0.0));
        let numbers = |count: usize| Slots::new((0..count).map(|_| number()).collect(), number());
        let tests = (0..program.tests.len()).map(|_| Cell::new((0, nothing))).collect();
        Self {
            evaluation: Cell::new(0),
            variables: numbers(program.variables.len()),
            targets: numbers(program.accounts.len()),
            tests: Slots::new(tests, Cell::new((0, nothing))),
        }
    }
}

fn slots<T: Default>(items: impl Iterator<Item = T>) -> Slots<T> {
    Slots::new(items.collect(), T::default())
}
