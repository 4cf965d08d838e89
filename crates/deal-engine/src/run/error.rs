//! Why there is no run.

use chrono::NaiveDate;
use credit_engine::loan::UnknownName;

use super::slots::Kind;

/// Why there is no run. `pointer` is a JSON pointer into the deal.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RunError {
    /// The caller stopped it.
    #[error("the run was cancelled")]
    Cancelled,
    /// A formula has no value.
    #[error("{formula} at {pointer} has no value on {date}: {fault}")]
    Formula {
        /// The text of the formula.
        formula: String,
        /// Where it stands.
        pointer: String,
        /// The payment date; closing before the first one.
        date: NaiveDate,
        /// What happened.
        fault: Fault,
    },
    /// A name leads nowhere.
    #[error("there is no {kind} called {name:?} ({pointer})")]
    UnknownName {
        /// What was looked for.
        kind: Kind,
        /// Its name.
        name: String,
        /// Where it stands.
        pointer: String,
    },
    /// A formula asks an object or a function for what it does not have.
    #[error("{what:?} cannot be computed ({pointer})")]
    UnknownFormula {
        /// The field or function.
        what: String,
        /// Where it stands.
        pointer: String,
    },
    /// Definitions lead back to themselves, or one through too many others.
    #[error("{name:?} is defined by itself or through too many steps ({pointer})")]
    Circle {
        /// Where the circle begins.
        name: String,
        /// Where it stands.
        pointer: String,
    },
    /// The calendar or the convention has an unknown name.
    #[error("{0}")]
    UnknownConvention(UnknownName),
    /// No payment date can be found.
    #[error("the deal has no payment date between {first} and its maturity")]
    NoDates {
        /// The first payment date.
        first: NaiveDate,
    },
    /// The deal has no account.
    #[error("the deal needs an account to collect into")]
    NoAccount,
    /// A pool of the deal is not among the collateral.
    #[error("there is no collateral for the pool {name:?}")]
    NoCollateral {
        /// The pool.
        name: String,
    },
    /// Collateral holds numbers that cannot be.
    #[error("the collateral of {name:?} must be finite, at least 0 and dated in order: {}", faults.join(", "))]
    BadCollateral {
        /// The pool.
        name: String,
        /// The first few faulty entries.
        faults: Vec<String>,
    },
    /// A floating bond's index has no values.
    #[error("there are no values of the index {name:?}, which {bond:?} pays")]
    NoIndex {
        /// The index.
        name: String,
        /// The bond.
        bond: String,
    },
    /// A scheduled bond has no schedule.
    #[error("there is no schedule of planned balances for {bond:?}")]
    NoSchedule {
        /// The bond.
        bond: String,
    },
    /// The collections at a speed of a band are missing.
    #[error("there are no collections at {speed} PSA")]
    NoSpeed {
        /// The speed.
        speed: f64,
    },
    /// A step buys assets, and nothing says what they pay.
    #[error("nothing says what assets bought for the pool {pool:?} pay")]
    NoReplacement {
        /// The pool.
        pool: String,
    },
}

/// Why a formula has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A division by zero.
    #[error("it divides by zero")]
    DivisionByZero,
    /// A result that is no number.
    #[error("it is too large")]
    NotFinite,
}
