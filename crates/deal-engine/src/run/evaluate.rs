//! What formulas are worth now.

use chrono::Datelike;

use super::program::{
    AccountField, BondField, FormulaId, ListId, Node, NodeId, PoolField, Program,
};
use super::state::{BondState, PoolState, State};
use super::{Fault, RunError};
use crate::collateral::PeriodRow;
use crate::model::{Binary, Unary};

/// A formula's view of a run.
pub(super) struct View<'a> {
    pub(super) program: &'a Program<'a>,
    pub(super) state: &'a State,
    pub(super) evaluation: u64,
}

/// Returns the value of a formula.
pub(super) fn value(
    program: &Program<'_>,
    state: &State,
    formula: FormulaId,
) -> Result<f64, RunError> {
    let Some(compiled) = program.formulas.get(formula) else { return Ok(0.0) };
    let found = view(program, state).node(compiled.root).and_then(finite);
    found.map_err(|found| fault(program, state, formula, found))
}

/// Returns the error for a formula without a value.
pub(super) fn fault(
    program: &Program<'_>,
    state: &State,
    formula: FormulaId,
    fault: Fault,
) -> RunError {
    let compiled = program.formulas.get(formula);
    RunError::Formula {
        formula: compiled.map(|compiled| compiled.formula.to_string()).unwrap_or_default(),
        pointer: compiled.map(|compiled| compiled.pointer.clone()).unwrap_or_default(),
        date: state.date,
        fault,
    }
}

/// Tells whether a condition holds.
pub(super) fn holds(
    program: &Program<'_>,
    state: &State,
    formula: FormulaId,
) -> Result<bool, RunError> {
    value(program, state, formula).map(|value| value != 0.0)
}

pub(super) fn view<'a>(program: &'a Program<'a>, state: &'a State) -> View<'a> {
    let evaluation = state.memory.evaluation.get() + 1;
    state.memory.evaluation.set(evaluation);
    View { program, state, evaluation }
}

impl View<'_> {
    fn node(&self, node: NodeId) -> Result<f64, Fault> {
        let Some(found) = self.program.nodes.get(node) else { return Ok(0.0) };
        match *found {
            Node::Number(value) => Ok(value),
            Node::Period => Ok(f64::from(self.state.number)),
            Node::Date => Ok(f64::from(self.state.date.num_days_from_ce())),
            Node::Variable(position) => self.variable(position),
            Node::Pool(pool, field) => Ok(self.pool(pool, field)),
            Node::Speed { pool, defaults, months } => {
                self.node(months).map(|months| self.speed(pool, defaults, months))
            }
            Node::Bonds(list, field) => Ok(self.bonds(list, field)),
            Node::Account(account, field) => self.account(account, field),
            Node::FeeDue(fee) => Ok(self.state.fees.at(fee).due),
            Node::FeePaid(fee) => Ok(self.state.fees.at(fee).paid),
            Node::Ledger(ledger) => Ok(self.state.ledgers.at(ledger).balance),
            Node::TriggerActive(trigger) => {
                Ok(truth(self.state.triggers.at(trigger).active.is_some()))
            }
            Node::TriggerValue(trigger) => Ok(self.state.triggers.at(trigger).last_value),
            Node::TestValue(test) => {
                let found = self.coverage(test)?;
                divide(found.numerator, found.covered)
            }
            Node::TestPassed(test) => self.coverage(test).map(|found| truth(found.passed())),
            Node::TestCure(test) => {
                let found = self.coverage(test)?;
                Ok(self.cure(test, found))
            }
            Node::Overcollateralization(list) => {
                divide(self.pool(None, PoolField::Balance), self.bonds(list, BondField::Balance))
            }
            Node::InterestCoverage(list) => {
                divide(self.interest_after_fees(), self.bonds(list, BondField::DueInterest))
            }
            Node::Unary(Unary::Minus, inner) => self.node(inner).map(|value| -value),
            Node::Unary(Unary::Not, inner) => self.node(inner).map(|value| truth(value == 0.0)),
            Node::Binary(operator, left, right) => self.binary(operator, left, right),
            Node::If(condition, then, otherwise) => {
                let holds = self.node(condition)? != 0.0;
                self.node(if holds { then } else { otherwise })
            }
            Node::Least(list) => self.extreme(list, f64::min),
            Node::Greatest(list) => self.extreme(list, f64::max),
            Node::Absolute(inner) => self.node(inner).map(f64::abs),
            Node::Round(inner, places) => self.round(inner, places),
            Node::Years(from, to) => Ok((self.node(to)? - self.node(from)?) / 365.0),
            Node::Table(key, list) => self.table(key, list),
        }
    }

    fn binary(&self, operator: Binary, left: NodeId, right: NodeId) -> Result<f64, Fault> {
        let first = self.node(left)?;
        match operator {
            Binary::And if first == 0.0 => return Ok(0.0),
            Binary::Or if first != 0.0 => return Ok(1.0),
            _ => {}
        }
        let second = self.node(right)?;
        match operator {
            Binary::Plus => finite(first + second),
            Binary::Minus => finite(first - second),
            Binary::Times => finite(first * second),
            Binary::Over => divide(first, second),
            Binary::Below => Ok(truth(first < second)),
            Binary::AtMost => Ok(truth(first <= second)),
            Binary::Above => Ok(truth(first > second)),
            Binary::AtLeast => Ok(truth(first >= second)),
            Binary::Equal => Ok(truth(first - second == 0.0)),
            Binary::NotEqual => Ok(truth(first - second != 0.0)),
            Binary::And | Binary::Or => Ok(truth(second != 0.0)),
        }
    }

    fn extreme(&self, list: ListId, pick: fn(f64, f64) -> f64) -> Result<f64, Fault> {
        let mut found = f64::NAN;
        for node in self.program.list(list) {
            found = pick(found, self.node(*node)?);
        }
        finite(found)
    }

    /// Rounds halves away from zero.
    fn round(&self, inner: NodeId, places: Option<NodeId>) -> Result<f64, Fault> {
        let value = self.node(inner)?;
        let places = places.map_or(Ok(0.0), |places| self.node(places))?;
        let scale = 10_f64.powf(places.trunc().clamp(-15.0, 15.0));
        let scaled = value * scale;
        if scaled.is_finite() { finite(scaled.round() / scale) } else { Ok(value) }
    }

    /// Returns the value of the last key not above the first argument.
    fn table(&self, key: NodeId, list: ListId) -> Result<f64, Fault> {
        let wanted = self.node(key)?;
        let rows = self.program.list(list).chunks_exact(2);
        let mut found = None;
        for row in rows {
            let [from, value] = row else { continue };
            if found.is_some() && self.node(*from)? > wanted {
                break;
            }
            found = Some(*value);
        }
        found.map_or(Ok(0.0), |value| self.node(value))
    }

    fn variable(&self, position: usize) -> Result<f64, Fault> {
        let memory = self.state.memory.variables.at(position);
        let (evaluation, known) = memory.get();
        if evaluation == self.evaluation {
            return Ok(known);
        }
        let root = self.program.variables.get(position).copied().unwrap_or(usize::MAX);
        let value = self.node(root)?;
        memory.set((self.evaluation, value));
        Ok(value)
    }

    pub(super) fn formula(&self, formula: FormulaId) -> Result<f64, Fault> {
        let compiled = self.program.formulas.get(formula);
        compiled.map_or(Ok(0.0), |compiled| self.node(compiled.root).and_then(finite))
    }

    fn account(&self, account: usize, field: AccountField) -> Result<f64, Fault> {
        let state = self.state.accounts.at(account);
        if field == AccountField::Balance {
            return Ok(state.balance);
        }
        let memory = self.state.memory.targets.at(account);
        let (evaluation, known) = memory.get();
        let target = if evaluation == self.evaluation {
            known
        } else {
            let target = state.target.map_or(Ok(0.0), |target| self.formula(target))?;
            memory.set((self.evaluation, target));
            target
        };
        let shortfall = field == AccountField::Shortfall;
        Ok(if shortfall { (target - state.balance).max(0.0) } else { target })
    }

    fn pools(&self, pool: Option<usize>) -> impl Iterator<Item = &PoolState> {
        let pools = self.state.pools.iter().enumerate();
        pools
            .filter(move |(position, _)| pool.is_none_or(|pool| pool == *position))
            .map(|(_, pool)| pool)
    }

    pub(super) fn pool(&self, pool: Option<usize>, field: PoolField) -> f64 {
        let sum = |number: fn(&PoolState) -> f64| self.pools(pool).map(number).sum::<f64>();
        match field {
            PoolField::Balance => sum(|pool| pool.balance),
            PoolField::BeginBalance => sum(|pool| pool.now.begin),
            PoolField::OriginalBalance => sum(|pool| pool.original),
            PoolField::Factor => ratio(sum(|pool| pool.balance), sum(|pool| pool.original)),
            PoolField::Interest => sum(|pool| pool.now.interest),
            PoolField::Principal => sum(|pool| pool.now.principal),
            PoolField::Prepayment => sum(|pool| pool.now.prepayment),
            PoolField::Recovery => sum(|pool| pool.now.recovery),
            PoolField::Penalty => sum(|pool| pool.now.penalty),
            PoolField::Default => sum(|pool| pool.now.default),
            PoolField::Loss => sum(|pool| pool.now.loss),
            PoolField::CumDefault => sum(|pool| pool.cum_default),
            PoolField::CumLoss => sum(|pool| pool.cum_loss),
            PoolField::CumRecovery => sum(|pool| pool.cum_recovery),
            PoolField::CumNetLoss => sum(|pool| pool.cum_default - pool.cum_recovery),
            PoolField::NetWac => {
                ratio(sum(|pool| pool.now.interest), sum(|pool| pool.now.balance_years))
            }
            PoolField::Wac => {
                ratio(sum(|pool| pool.now.gross_interest), sum(|pool| pool.now.balance_years))
            }
        }
    }

    /// Returns the annual speed of the last `months` months: `1 − Π (1 − share)^(12 / months)`,
    /// counted over whole payment periods.
    fn speed(&self, pool: Option<usize>, defaults: bool, months: f64) -> f64 {
        let (mut survived, mut elapsed) = (1.0, 0.0);
        for back in 0..=self.state.period {
            let Some(position) = self.state.period.checked_sub(back) else { break };
            let mut row = PeriodRow::default();
            for pool in self.pools(pool) {
                if let Some(other) = pool.rows.get(position) {
                    row.join(other);
                }
            }
            if row.months <= 0.0 || elapsed + 0.5 > months.max(1.0) {
                break;
            }
            survived *= 1.0 - if defaults { row.defaulted_share() } else { row.prepaid_share() };
            elapsed += row.months;
        }
        if elapsed > 0.0 { 1.0 - survived.powf(12.0 / elapsed) } else { 0.0 }
    }

    pub(super) fn bonds(&self, list: ListId, field: BondField) -> f64 {
        let all = self.program.list(list);
        let sum = |number: &dyn Fn(usize, &BondState) -> f64| -> f64 {
            all.iter().map(|position| number(*position, self.state.bonds.at(*position))).sum()
        };
        match field {
            BondField::Balance => sum(&|_, bond| bond.balance),
            BondField::BeginBalance => sum(&|_, bond| bond.begin),
            BondField::OriginalBalance => sum(&|position, _| self.original(position)),
            BondField::Factor => {
                ratio(sum(&|_, bond| bond.balance), sum(&|position, _| self.original(position)))
            }
            BondField::Rate => {
                if let [single] = all {
                    return self.state.bonds.at(*single).rate;
                }
                ratio(sum(&|_, bond| bond.rate * bond.begin), sum(&|_, bond| bond.begin))
            }
            BondField::DueInterest => sum(&|_, bond| bond.accrued),
            BondField::OverdueInterest => sum(&|_, bond| bond.overdue + bond.on_interest),
            BondField::PaidInterest => sum(&|_, bond| bond.paid_interest),
            BondField::PaidPrincipal => sum(&|_, bond| bond.paid_principal),
            BondField::PlannedBalance => sum(&|position, _| {
                planned(&self.program.bonds.at(position).planned, self.state.period)
            }),
            BondField::Deferred => sum(&|_, bond| bond.deferred),
            BondField::Carryover => sum(&|_, bond| bond.carryover),
            BondField::WrittenDown => sum(&|_, bond| bond.written_down),
        }
    }

    fn original(&self, position: usize) -> f64 {
        self.program.bonds.at(position).original
    }
}

/// Returns the balance planned after a payment date; 0 after the last one planned.
pub(super) fn planned(balances: &[f64], period: usize) -> f64 {
    balances.get(period).copied().unwrap_or(0.0)
}

fn truth(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

fn finite(value: f64) -> Result<f64, Fault> {
    if value.is_finite() { Ok(value) } else { Err(Fault::NotFinite) }
}

fn divide(left: f64, right: f64) -> Result<f64, Fault> {
    if right == 0.0 { Err(Fault::DivisionByZero) } else { finite(left / right) }
}

/// Returns a ratio of the deal's own numbers, which is 0 once nothing is left.
fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
