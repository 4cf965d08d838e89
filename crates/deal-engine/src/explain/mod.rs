//! Why a bond got what it got on a payment date, in plain English.
//!
//! | module | decides |
//! |---|---|
//! | `day` | the numbers of the bond and the steps of the date |
//! | `sentences` | what is said about them |
//! | `words` | how amounts, rates and steps are written |
//!
//! Everything said is read from the run and its log; nothing is computed anew.
//!
//! Deliberately absent: explanations of runs without a log.

mod day;
mod sentences;
#[cfg(test)]
mod tests;
mod words;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::day::Day;
use crate::model::{Deal, Status};
use crate::run::{DealRun, Note};

/// Why a bond got what it got on a payment date.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Explanation {
    /// The bond.
    pub bond: String,
    /// The payment date.
    pub date: NaiveDate,
    /// The status whose waterfall ran.
    pub status: Status,
    /// Interest that was owed: overdue and fallen due.
    pub interest_due: f64,
    /// Interest paid.
    pub interest_paid: f64,
    /// Interest still owed afterwards.
    pub interest_shortfall: f64,
    /// Principal paid.
    pub principal_paid: f64,
    /// Paid beyond interest and principal.
    pub residual_paid: f64,
    /// Balance before.
    pub balance_before: f64,
    /// Balance after.
    pub balance_after: f64,
    /// The whole story, one sentence after the other.
    pub sentences: Vec<String>,
    /// The steps of the date in their order.
    pub steps: Vec<ExplainedStep>,
}

/// One step of the date.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ExplainedStep {
    /// Its place, such as `amortizing/5`.
    pub place: String,
    /// The step as the text form writes it.
    pub text: String,
    /// What was due; null if there is no bound.
    pub requested: Option<f64>,
    /// The limit; null without one.
    pub limit: Option<f64>,
    /// What the account and its support could give.
    pub available: f64,
    /// What was moved.
    pub paid: f64,
    /// What of it the bond got.
    pub to_bond: f64,
    /// Whether the step is about the bond.
    pub concerns: bool,
    /// What decided the amount.
    pub why: Note,
    /// The same as a sentence.
    pub sentence: String,
}

/// Why there is no explanation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExplainError {
    /// The run has no such bond.
    #[error("the run has no bond called {name:?}")]
    UnknownBond {
        /// The name.
        name: String,
    },
    /// The day is no payment date of the run.
    #[error("{date} is no payment date of the run")]
    UnknownDate {
        /// The day.
        date: NaiveDate,
    },
    /// The steps were not written down.
    #[error("the run was made without its log")]
    NoLog,
}

/// Explains what a bond got on a payment date.
///
/// # Errors
///
/// Refuses bonds and dates that the run does not have, and runs without a log.
pub fn explain(
    deal: &Deal,
    run: &DealRun,
    bond: &str,
    date: NaiveDate,
) -> Result<Explanation, ExplainError> {
    let day = Day::new(deal, run, bond, date)?;
    let steps = day.steps();
    Ok(Explanation {
        bond: bond.to_owned(),
        date,
        status: day.status,
        interest_due: day.interest_owed(),
        interest_paid: day.now(&day.columns.interest_paid),
        interest_shortfall: day.now(&day.columns.interest_overdue),
        principal_paid: day.now(&day.columns.principal),
        residual_paid: day.now(&day.columns.residual),
        balance_before: day.now(&day.columns.begin),
        balance_after: day.now(&day.columns.balance),
        sentences: sentences::story(&day, &steps),
        steps,
    })
}
