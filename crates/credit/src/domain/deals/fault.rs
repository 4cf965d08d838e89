//! Why a deal cannot be run, in the words of the request.

use std::fmt::Write as _;

use chrono::NaiveDate;
use deal_engine::model::Deal;
use deal_engine::run::{Fault, RunError};

use super::language::word;

/// Why a deal cannot be run.
#[derive(Debug, Clone, PartialEq)]
pub struct RunFault {
    /// JSON pointer into the request.
    pub path: String,
    /// A stable name.
    pub code: String,
    /// What happened.
    pub message: String,
    /// The formula that has no value.
    pub formula: Option<String>,
    /// The step it belongs to, such as `amortizing/3`.
    pub step: Option<String>,
    /// The payment date.
    pub date: Option<NaiveDate>,
}

impl RunFault {
    /// Says what a caller can act on.
    #[must_use]
    pub fn new(error: &RunError, deal: &Deal) -> Self {
        let plain = |path: String, code: &str| Self {
            path,
            code: code.to_owned(),
            message: error.to_string(),
            formula: None,
            step: None,
            date: None,
        };
        match error {
            RunError::Formula { formula, pointer, date, fault } => Self {
                path: format!("/structure{pointer}"),
                code: match fault {
                    Fault::DivisionByZero => "division_by_zero".to_owned(),
                    Fault::NotFinite => "not_finite".to_owned(),
                },
                message: format!("the formula `{formula}` has no value: {fault}"),
                formula: Some(formula.clone()),
                step: step_of(pointer, deal),
                date: Some(*date),
            },
            RunError::UnknownName { pointer, .. } => {
                plain(format!("/structure{pointer}"), "unknown_reference")
            }
            RunError::UnknownFormula { pointer, .. } => {
                plain(format!("/structure{pointer}"), "wrong_type")
            }
            RunError::Circle { pointer, .. } => plain(format!("/structure{pointer}"), "circular"),
            RunError::NoIndex { name, .. } => {
                let key = name.replace('~', "~0").replace('/', "~1");
                plain(format!("/indices/{key}"), "missing")
            }
            RunError::NoCollateral { .. } | RunError::NoReplacement { .. } => {
                plain("/collateral".to_owned(), "missing")
            }
            RunError::BadCollateral { .. } => plain("/collateral".to_owned(), "out_of_range"),
            RunError::NoSpeed { .. } => Self {
                message:
                    "the schedule of a PAC or TAC bond is computed from loans; give loans, or \
                          write the planned balances into the bond"
                        .to_owned(),
                ..plain("/collateral".to_owned(), "no_schedule")
            },
            RunError::NoSchedule { .. } => plain("/structure/bonds".to_owned(), "no_schedule"),
            _ => plain("/structure".to_owned(), "wrong_structure"),
        }
    }
}

/// The step that a pointer into the deal leads into: `amortizing/3` counts from 1.
fn step_of(pointer: &str, deal: &Deal) -> Option<String> {
    let mut parts = pointer.strip_prefix("/waterfalls/")?.split('/');
    let waterfall = deal.waterfalls.get(parts.next()?.parse::<usize>().ok()?)?;
    let mut place = word(&waterfall.status);
    for part in parts {
        match part.parse::<usize>() {
            // Writing to a string cannot fail.
            Ok(position) => {
                let _ = write!(place, "/{}", position + 1);
            }
            Err(_) if matches!(part, "then" | "otherwise") => {
                place.push('/');
                place.push_str(part);
            }
            Err(_) => {}
        }
    }
    Some(place)
}
