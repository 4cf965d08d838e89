//! Which speeds apply to which loan.
//!
//! [`AssumptionSetDraft`] is what a caller writes; [`AssumptionSet::new`] checks every rule at once.
//! [`Resolver`] answers, loan by loan, with complete [`Resolved`] assumptions and says where each
//! part came from. For every part the first source that has it wins:
//!
//! 1. the loan's own override, 2. the request, 3. the first selector that matches,
//! 4. drivers (score, coverage, collateral), if switched on, 5. the defaults of the class.
//!
//! Invariants of an [`AssumptionSet`]: every number finite and in range, vectors not empty, timings
//! add up to 1, predicates compare like with like.
//!
//! Deliberately absent: market curves (they are part of the schedule) and discount rates other than
//! the class defaults.

mod defaults;
mod models;
mod resolve;
mod rules;
mod selector;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use self::defaults::{ClassDefaults, class_defaults, driven_cdr, driven_severity};
pub(crate) use self::models::value_at;
pub use self::models::{
    Advances, DefaultModel, LtvSeverity, Order, Padding, Prepayment, RateUnit, RateVector,
    Severity, VectorIndex, VectorStep,
};
pub use self::resolve::{RecoveryTiming, Resolved, Resolver, Source, Sources};
pub use self::selector::{Comparison, Field, Operand, Predicate, Selector};
use crate::loan::Violation;

/// Assumptions of which any part may be left open.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Assumptions {
    /// How borrowers prepay.
    pub prepayment: Option<Prepayment>,
    /// How borrowers default.
    pub default: Option<DefaultModel>,
    /// What share of a defaulted balance is lost.
    pub severity: Option<Severity>,
    /// Months from default to recovery, 0 to 120.
    pub recovery_lag_months: Option<u16>,
    /// Instead of one lag: the shares recovered 0, 1, 2, … months after default; they add up to 1.
    pub recovery_timing: Option<Vec<f64>>,
    /// The servicer's annual fee on the performing balance.
    pub servicing_fee: Option<f64>,
    /// What the servicer advances.
    pub advances: Option<Advances>,
    /// Which of default and prepayment comes first.
    pub order: Option<Order>,
    /// The months before a loan's maturity without new defaults; as many as recovery takes if
    /// absent, so that every recovery arrives by maturity.
    pub default_free_months: Option<u16>,
}

/// The assumptions for a pool, unchecked.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AssumptionSetDraft {
    /// What holds for every loan without an override of its own.
    pub request: Assumptions,
    /// What holds for some loans where the request is silent; the first match wins.
    pub selectors: Vec<Selector>,
    /// Whether facts about a loan replace the defaults of its class.
    pub use_drivers: bool,
}

/// The assumptions for a pool, checked.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(transparent)]
pub struct AssumptionSet(AssumptionSetDraft);

impl AssumptionSet {
    /// Checks a draft.
    ///
    /// # Errors
    ///
    /// Returns every rule that the draft breaks, each with the JSON pointer of the field.
    pub fn new(draft: AssumptionSetDraft) -> Result<Self, Vec<Violation>> {
        let violations = rules::violations(&draft);
        if violations.is_empty() { Ok(Self(draft)) } else { Err(violations) }
    }

    /// Returns what was checked.
    #[must_use]
    pub const fn draft(&self) -> &AssumptionSetDraft {
        &self.0
    }
}
