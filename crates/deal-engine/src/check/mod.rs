//! What can be said about a deal without running it.
//!
//! | module | decides |
//! |---|---|
//! | `code` | the kinds of findings |
//! | `index` | which names exist |
//! | `sites`, `walk` | where formulas and steps stand |
//! | `structure` | names, numbers, dates, bonds by themselves |
//! | `references` | that everything that is named exists |
//! | [`types`], `kinds` | that formulas add money to money |
//! | `cycles` | that nothing is defined by itself |
//! | `guards` | that nothing divides by what becomes zero |
//! | `actions` | each step by itself |
//! | `flow` | accounts and payments over a whole deal |
//! | `states` | triggers and statuses |
//!
//! A deal with an error is never run; a warning points to what is probably not meant.
//!
//! Invariants: the findings of a deal are always the same, in the same order; a path is a JSON
//! pointer into the deal; whatever the deal, checking ends without using more of the stack than a
//! fixed amount.

mod actions;
mod bonds;
mod code;
mod cycles;
mod flow;
mod guards;
mod index;
mod kinds;
mod references;
mod sites;
mod states;
mod structure;
#[cfg(test)]
mod tests;
pub mod types;
mod walk;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::Deal;

pub use self::code::{Code, CodeInfo, Severity};
pub(crate) use self::index::Index;

/// The most bonds of a deal.
pub const MAX_BONDS: usize = 200;

/// The most steps of a deal, those of triggers and those inside others included.
pub const MAX_STEPS: usize = 500;

/// The most parts of any other kind.
pub const MAX_PARTS: usize = 200;

/// The deepest a step can stand inside others.
pub const MAX_STEP_DEPTH: usize = 16;

/// The most characters of a name.
pub const MAX_NAME: usize = 64;

/// The most names in one list, and balances or steps in one schedule.
pub const MAX_LIST: usize = 1_000;

/// The most findings that are reported.
pub const MAX_FINDINGS: usize = 1_000;

/// Something that is wrong with a deal, or probably so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DealFinding)]
pub struct Finding {
    /// Whether the deal can be run with it.
    pub severity: Severity,
    /// What kind of finding it is.
    pub code: Code,
    /// Where: a JSON pointer into the deal.
    #[schema(example = "/waterfalls/0/steps/3/limit")]
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

/// Checks a deal. Errors come first, each severity in the order of the deal's parts.
#[must_use]
pub fn check(deal: &Deal) -> Vec<Finding> {
    let mut report = Report { findings: Vec::new() };
    structure::limits(deal, &mut report);
    if report.findings.is_empty() {
        let index = Index::new(deal);
        structure::check(deal, &index, &mut report);
        references::check(deal, &index, &mut report);
        cycles::check(deal, &index, &mut report);
        guards::check(deal, &mut report);
        types::check(deal, &index, &mut report);
        actions::check(deal, &index, &mut report);
        flow::check(deal, &index, &mut report);
        states::check(deal, &mut report);
    }
    let mut findings = report.findings;
    findings.sort_by_key(|finding| finding.severity);
    findings.truncate(MAX_FINDINGS);
    findings
}

/// Says whether a deal with these findings can be run.
#[must_use]
pub fn is_runnable(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.severity == Severity::Warning)
}

/// Findings as they come; of each severity as many as are reported, so that an error is never lost
/// among warnings.
pub(crate) struct Report {
    findings: Vec<Finding>,
}

impl Report {
    /// Says whether there are as many findings of this kind as are reported.
    fn is_full(&self, code: Code) -> bool {
        let severity = code.info().severity;
        self.findings.len() >= MAX_FINDINGS
            && self.findings.iter().filter(|found| found.severity == severity).count()
                >= MAX_FINDINGS
    }

    fn add(&mut self, code: Code, path: impl Into<String>, message: impl Into<String>) {
        if self.is_full(code) {
            return;
        }
        self.findings.push(Finding {
            severity: code.info().severity,
            code,
            path: path.into(),
            message: message.into(),
            suggestion: None,
        });
    }

    fn add_with(
        &mut self,
        code: Code,
        path: impl Into<String>,
        message: impl Into<String>,
        suggestion: impl Into<Option<String>>,
    ) {
        if self.is_full(code) {
            return;
        }
        self.add(code, path, message);
        if let Some(finding) = self.findings.last_mut() {
            finding.suggestion = suggestion.into();
        }
    }
}
