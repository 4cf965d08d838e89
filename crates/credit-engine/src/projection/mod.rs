//! What a pool pays with prepayments and defaults.
//!
//! | module | decides |
//! |---|---|
//! | `groups` | which loans may be added up before their survival is known |
//! | `kernel`, `flows` | what the loans of a group pay on schedule |
//! | `speeds`, `losses`, [`Stress`] | monthly rates and severities under assumptions and a scenario |
//! | `survival`, `family` | which part of the schedule is paid, prepaid and defaulted |
//! | `evaluate`, `advances`, `single` | amounts, recoveries, losses, advances |
//! | [`Columns`] | the result |
//! | [`StaticPool`] | thousands of scenarios on one pool |
//!
//! The formulas are those of the Uniform Practices, SF-16..19, in the factorised form: with speeds
//! that do not depend on the balance, the performing balance of a loan is survival times scheduled
//! balance, so scheduled flows are added over all loans of a group and survival is walked once per
//! group.
//!
//! Time is counted in months: period 1 ends on [`Settings::first_payment_date`], and a loan with
//! `n` months left makes its last payment in period `n`. A loan that pays every three months pays
//! in periods 3, 6, …; it prepays and defaults when it pays.
//!
//! Invariants: amounts are at least 0, but for scheduled principal where interest is capitalised;
//! the performing balance and, by the last period, the foreclosure balance reach 0; principal paid,
//! prepaid, recovered and lost adds up to the balance (with advances, advanced principal included);
//! sums run over fixed blocks in a fixed order, so the number of threads changes no bit.
//!
//! Deliberately absent: discounting, tranches, and prepayment that depends on market rates.

mod advances;
mod columns;
mod evaluate;
mod family;
mod flows;
mod groups;
mod kernel;
mod losses;
mod many;
mod order;
mod run;
mod single;
mod speeds;
mod stress;
mod survival;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use self::columns::Columns;
pub use self::many::StaticPool;
pub use self::run::{project, project_loans, project_scenarios};
pub use self::stress::Stress;
use crate::amortization::IndexPath;
use crate::assumptions::Resolved;
use crate::loan::Loan;

/// What a projection needs besides loans and assumptions.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'a> {
    /// The end of period 1; later periods end on the same day of later months.
    pub first_payment_date: NaiveDate,
    /// What indices will be.
    pub indices: &'a Indices,
    /// How the result is divided.
    pub group_by: GroupBy,
    /// How the caller follows and stops the work.
    pub control: Control<'a>,
}

/// Future values of indices by name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Indices {
    paths: BTreeMap<String, Vec<f64>>,
    /// What indices without a path move by 1, 2, … months from today; the last move persists.
    moves: Vec<f64>,
}

/// How a result is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupBy {
    /// Not at all.
    #[default]
    None,
    /// By asset class.
    Class,
    /// By the selector that matched.
    Selector,
}

/// How a caller follows and stops the work.
#[derive(Clone, Copy, Default)]
pub struct Control<'a> {
    /// Set by the caller to stop; looked at every few milliseconds.
    pub cancelled: Option<&'a AtomicBool>,
    /// Called from any thread with the loans done so far.
    pub progress: Option<&'a (dyn Fn(usize) + Sync)>,
}

/// A projected pool.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Projection {
    /// The ends of the periods.
    pub dates: Vec<NaiveDate>,
    /// The whole pool.
    pub pool: Columns,
    /// Its parts, as [`Settings::group_by`] asks; empty parts are left out.
    pub groups: Vec<GroupProjection>,
    /// The assumptions that were used.
    pub assumptions_used: Vec<UsedAssumptions>,
    /// What the caller should know about the result.
    pub warnings: Vec<Warning>,
}

/// A part of a projected pool.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupProjection {
    /// The class or the selector; `other` if no selector matched.
    pub name: String,
    /// What the part pays.
    pub columns: Columns,
}

/// Assumptions and what they were used for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UsedAssumptions {
    /// How many loans.
    pub loans: usize,
    /// Their balance.
    pub balance: f64,
    /// What was assumed.
    pub assumptions: Resolved,
}

/// Something the caller should know about a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// A stable name.
    pub code: &'static str,
    /// What happened.
    pub message: String,
}

/// Why there is no projection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProjectionError {
    /// The caller set [`Control::cancelled`].
    #[error("the projection was cancelled")]
    Cancelled,
    /// The balances do not add up to a finite number.
    #[error("the balances add up to more than 1e300")]
    TooLarge,
}

impl Indices {
    /// Returns indices without future values: floating rates stay what they are.
    #[must_use]
    pub const fn unchanged() -> Self {
        Self { paths: BTreeMap::new(), moves: Vec::new() }
    }

    /// Sets the values of an index 1, 2, … months from today; the last one persists.
    #[must_use]
    pub fn with(mut self, name: &str, monthly: Vec<f64>) -> Self {
        self.paths.insert(name.to_owned(), monthly);
        self
    }

    /// Returns the same paths, all of them moved by `shift`; indices without a path stay.
    #[must_use]
    pub fn shifted(&self, shift: f64) -> Self {
        let moved = |values: &Vec<f64>| values.iter().map(|value| value + shift).collect();
        let paths = self.paths.iter().map(|(name, values)| (name.clone(), moved(values))).collect();
        Self { paths, moves: self.moves.clone() }
    }

    /// Returns all indices moved by `shifts` 1, 2, … months from today; the last one persists.
    /// Indices without a path move away from what today's rate implies.
    #[must_use]
    pub fn moved(&self, shifts: &[f64]) -> Self {
        let paths = self.paths.iter().filter(|(_, values)| !values.is_empty());
        let paths = paths.map(|(name, values)| (name.clone(), sum(values, shifts)));
        Self { paths: paths.collect(), moves: sum(&self.moves, shifts) }
    }

    /// Returns the future of the index of `loan`.
    #[must_use]
    pub fn path(&self, loan: &Loan) -> IndexPath<'_> {
        let name = loan.rate_terms().and_then(|terms| terms.index.as_ref());
        let values = name.and_then(|name| self.paths.get(name));
        match values.filter(|values| !values.is_empty()) {
            Some(values) => IndexPath::Monthly(values),
            None if self.moves.is_empty() => IndexPath::Unchanged,
            None => IndexPath::Moved(&self.moves),
        }
    }
}

/// Adds two paths whose last values persist; an empty one is 0.
fn sum(left: &[f64], right: &[f64]) -> Vec<f64> {
    let at = |path: &[f64], month: usize| path.get(month).or(path.last()).copied().unwrap_or(0.0);
    (0..left.len().max(right.len())).map(|month| at(left, month) + at(right, month)).collect()
}

impl Control<'_> {
    fn check(&self) -> Result<(), ProjectionError> {
        match self.cancelled {
            Some(cancelled) if cancelled.load(Ordering::Relaxed) => Err(ProjectionError::Cancelled),
            _ => Ok(()),
        }
    }
}

impl std::fmt::Debug for Control<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Control").field("cancelled", &self.cancelled).finish_non_exhaustive()
    }
}
