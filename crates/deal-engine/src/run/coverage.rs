//! What coverage tests say and what would cure them.

use super::evaluate::{View, fault, view};
use super::program::{BondField, PoolField, Program};
use super::state::{Coverage, State};
use super::{Fault, RunError};

/// Returns what a coverage test says.
pub(super) fn coverage(
    program: &Program<'_>,
    state: &State,
    test: usize,
) -> Result<Coverage, RunError> {
    let found = view(program, state).coverage(test);
    found.map_err(|found| fault(program, state, program.tests.at(test).threshold, found))
}

/// Returns the principal that would cure a test.
pub(super) fn cure(program: &Program<'_>, state: &State, test: usize, found: Coverage) -> f64 {
    view(program, state).cure(test, found)
}

impl View<'_> {
    /// Returns interest collected less the fees that were due on this date.
    pub(super) fn interest_after_fees(&self) -> f64 {
        let fees: f64 = self.state.fees.iter().map(|fee| fee.billed).sum();
        self.pool(None, PoolField::Interest) - fees
    }

    pub(super) fn coverage(&self, test: usize) -> Result<Coverage, Fault> {
        let memory = self.state.memory.tests.at(test);
        let (evaluation, known) = memory.get();
        if evaluation == self.evaluation {
            return Ok(known);
        }
        let plan = self.program.tests.at(test);
        let (default, covered) = if plan.interest {
            (self.interest_after_fees(), self.bonds(plan.bonds, BondField::DueInterest))
        } else {
            let cash = self.principal_cash();
            (self.pool(None, PoolField::Balance) + cash, self.bonds(plan.bonds, BondField::Balance))
        };
        let numerator = plan.numerator.map_or(Ok(default), |formula| self.formula(formula))?;
        let threshold = self.formula(plan.threshold)?;
        let found = Coverage { numerator, covered, threshold };
        memory.set((self.evaluation, found));
        Ok(found)
    }

    /// Returns the principal collected on this date that was neither paid out nor spent.
    fn principal_cash(&self) -> f64 {
        let pools = self.state.pools.iter();
        let collected: f64 =
            pools.map(|pool| pool.now.principal + pool.now.prepayment + pool.now.recovery).sum();
        let cash = &self.state.cash;
        (collected - cash.ordinary_principal - cash.bought).max(0.0)
    }

    /// Returns the principal that cures a test if it is paid in the order of its bonds.
    pub(super) fn cure(&self, test: usize, found: Coverage) -> f64 {
        let plan = self.program.tests.at(test);
        let excess = found.excess();
        if !plan.interest || excess <= 0.0 {
            return excess;
        }
        let (mut left, mut cure) = (excess, 0.0);
        for position in self.program.list(plan.bonds) {
            let bond = self.state.bonds.at(*position);
            if bond.begin <= 0.0 || bond.accrued <= 0.0 {
                continue;
            }
            let principal = (left * bond.begin / bond.accrued).min(bond.balance);
            cure += principal;
            left -= principal * bond.accrued / bond.begin;
        }
        cure
    }
}

impl Coverage {
    /// Tells whether the numerator covers the threshold; nothing to cover is covered.
    pub(super) fn passed(self) -> bool {
        let needed = self.threshold * self.covered;
        // A cured test must pass although its principal was rounded to a bit.
        self.covered <= 0.0 || self.numerator >= needed - needed.abs() * 1e-12
    }

    /// Returns the ratio; `None` if there is nothing to cover.
    pub(super) fn ratio(self) -> Option<f64> {
        (self.covered > 0.0).then(|| self.numerator / self.covered)
    }

    /// Returns how much there is too much to cover: `covered − numerator / threshold`.
    fn excess(self) -> f64 {
        if self.passed() || self.threshold <= 0.0 {
            return 0.0;
        }
        (self.covered - self.numerator.max(0.0) / self.threshold).max(0.0)
    }
}
