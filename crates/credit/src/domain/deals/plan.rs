//! What a run computes, complete: the same plan gives the same bytes.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use credit_engine::assumptions::{AssumptionSetDraft, DefaultModel, Prepayment};
use credit_engine::loan::{AssetClass, Loan, LoanTerms};
use credit_engine::scenarios::{FixedSpeeds, MarketFactors};
use deal_engine::collateral::Collateral;
use deal_engine::model::{Action, Deal, Effect, Step};
use deal_engine::run::{IndexPath, Rounding};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::asset::Issue;

/// The most scenarios of one run, the base included.
pub const MOST_SCENARIOS: usize = 20;
/// The most entries that the logs of one run have together.
const MOST_LOG_ENTRIES: u64 = 2_000_000;
/// What one step for one bond on one date costs in loan-months.
const STEP_WORK: u64 = 15;

/// What a run computes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunPlan {
    /// The deal as it was.
    pub deal: Deal,
    /// What its pools are made of.
    pub sources: Vec<PoolSource>,
    /// What indices will be, by name.
    pub indices: BTreeMap<String, IndexPath>,
    /// What is computed; the first is the base.
    pub scenarios: Vec<ScenarioPlan>,
    /// The day prices are quoted for.
    pub pricing_date: NaiveDate,
    /// How money is rounded.
    pub rounding: Rounding,
    /// Whether every step is written down.
    pub keep_log: bool,
}

/// What one pool is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PoolSource {
    /// The name of the pool in the deal; empty for the only one.
    pub name: String,
    /// The loans, or what they pay.
    pub kind: SourceKind,
    /// How borrowers behave.
    pub assumptions: AssumptionSetDraft,
    /// What is bought while the deal revolves; the pool itself if absent.
    pub replacement: Option<Representative>,
}

/// Where the cash of a pool comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Loans in the object store.
    Stored {
        /// Their name there.
        object: String,
        /// Identifies their content.
        hash: String,
        /// Loans times months, estimated.
        months: u64,
    },
    /// A few loans that stand for all.
    Representative(Vec<Representative>),
    /// Cash flows by hand.
    Flows(Box<Collateral>),
}

/// A loan that stands for many.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RepresentativeLoan)]
pub struct Representative {
    /// Outstanding.
    #[schema(example = 400_000_000.0)]
    pub balance: f64,
    /// Gross annual rate.
    #[schema(example = 0.08125)]
    pub wac: f64,
    /// What reaches the deal; the difference is the servicer's. The gross rate if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net_coupon: Option<f64>,
    /// Months left.
    #[schema(example = 357)]
    pub term: u16,
    /// Months since origination.
    #[serde(default)]
    pub age: u16,
    /// The class, which selects default assumptions; residential mortgages if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "auto_loan")]
    pub asset_class: Option<AssetClass>,
}

/// One scenario of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScenarioPlan {
    /// A stable name.
    pub name: String,
    /// What people read.
    pub title: String,
    /// How far markets and speeds move.
    pub factors: MarketFactors,
    /// Speeds that replace what was assumed.
    pub speeds: FixedSpeeds,
}

impl ScenarioPlan {
    /// Moves nothing.
    #[must_use]
    pub fn base() -> Self {
        Self {
            name: "base".to_owned(),
            title: "Base".to_owned(),
            factors: MarketFactors::NONE,
            speeds: FixedSpeeds::NONE,
        }
    }
}

impl Representative {
    /// The loan.
    ///
    /// # Errors
    ///
    /// Returns every rule that it breaks, with pointers below `field`.
    pub fn loan(&self, field: &str) -> Result<Loan, Vec<Issue>> {
        let mut issues = Vec::new();
        let class = self.asset_class.unwrap_or(AssetClass::ResidentialMortgage);
        let whole = self.term.saturating_add(self.age);
        let mut terms = LoanTerms::level("representative", class, self.balance, self.wac, whole);
        terms.remaining_term_months = Some(self.term);
        if let Some(net) = self.net_coupon.filter(|net| !(0.0..=self.wac).contains(net)) {
            let message = format!("must be between 0 and wac ({}), was {net}", self.wac);
            issues.push(Issue::new(format!("{field}/net_coupon"), "out_of_range", message));
        }
        match Loan::new(terms) {
            Ok(loan) if issues.is_empty() => Ok(loan),
            Ok(_) => Err(issues),
            Err(violations) => {
                issues.extend(violations.into_iter().map(|violation| {
                    let pointer = match violation.path.as_str() {
                        "/rate" => "/wac",
                        "/remaining_term_months" => "/term",
                        "/term_months" => "/age",
                        other => other,
                    };
                    Issue::new(format!("{field}{pointer}"), violation.code, violation.message)
                }));
                Err(issues)
            }
        }
    }

    /// The part of the rate that the servicer keeps.
    #[must_use]
    pub fn fee(&self) -> Option<f64> {
        self.net_coupon.map(|net| (self.wac - net).max(0.0))
    }

    fn months(&self) -> u64 {
        u64::from(self.term)
    }
}

impl RunPlan {
    /// The work of a run in loan-months, for deciding where it may run.
    #[must_use]
    pub fn work(&self) -> u64 {
        let scenarios = count(self.scenarios.len());
        let bands = count(deal_engine::collateral::planned_speeds(&self.deal).len());
        let loans: u64 = self.sources.iter().map(PoolSource::months).sum();
        let steps = self.log_entries().saturating_mul(count(self.deal.bonds.len()).max(1));
        let projections = loans.saturating_mul(scenarios + bands);
        projections.saturating_add(steps.saturating_mul(scenarios).saturating_mul(STEP_WORK))
    }

    /// How many entries the log of one scenario has at most.
    fn log_entries(&self) -> u64 {
        let steps = self.deal.waterfalls.iter().map(|w| count_steps(&w.steps)).max().unwrap_or(0);
        let months = self.sources.iter().map(PoolSource::longest).max().unwrap_or(0);
        steps.max(1).saturating_mul(months)
    }

    /// How many scenarios may keep a log.
    #[must_use]
    pub fn logs(&self) -> usize {
        if !self.keep_log {
            return 0;
        }
        let fit = MOST_LOG_ENTRIES / self.log_entries().max(1);
        usize::try_from(fit).unwrap_or(usize::MAX).min(self.scenarios.len())
    }

    /// The objects that hold loans of this plan.
    #[must_use]
    pub fn loan_objects(&self) -> Vec<String> {
        let object = |source: &PoolSource| match &source.kind {
            SourceKind::Stored { object, .. } => Some(object.clone()),
            _ => None,
        };
        let mut names: Vec<String> = self.sources.iter().filter_map(object).collect();
        names.sort();
        names.dedup();
        names
    }

    /// Whether a step of the deal buys assets.
    #[must_use]
    pub fn buys(&self) -> bool {
        self.deal.waterfalls.iter().any(|waterfall| buys(&waterfall.steps))
            || self
                .deal
                .triggers
                .iter()
                .flat_map(|trigger| &trigger.effects)
                .any(|effect| matches!(effect, Effect::Steps { steps } if buys(steps)))
    }
}

impl PoolSource {
    fn months(&self) -> u64 {
        match &self.kind {
            SourceKind::Stored { months, .. } => *months,
            SourceKind::Representative(loans) => loans.iter().map(Representative::months).sum(),
            SourceKind::Flows(collateral) => count(collateral.dates.len()),
        }
    }

    /// How many months it pays at most.
    fn longest(&self) -> u64 {
        match &self.kind {
            SourceKind::Stored { .. } => 480,
            SourceKind::Representative(loans) => {
                loans.iter().map(Representative::months).max().unwrap_or(0) + 24
            }
            SourceKind::Flows(collateral) => count(collateral.dates.len()),
        }
    }
}

/// Assumptions at one standard speed and without defaults, for the schedules of PAC and TAC bonds.
pub(super) fn at_speed(assumptions: &AssumptionSetDraft, psa: f64) -> AssumptionSetDraft {
    let mut planned = assumptions.clone();
    planned.request.prepayment = Some(Prepayment::Psa { value: psa });
    planned.request.default = Some(DefaultModel::None);
    planned
}

fn buys(steps: &[Step]) -> bool {
    steps.iter().any(|step| match &step.action {
        Action::Buy { .. } => true,
        Action::If { then, otherwise, .. } => buys(then) || buys(otherwise),
        _ => false,
    })
}

fn count_steps(steps: &[Step]) -> u64 {
    let inner = |step: &Step| match &step.action {
        Action::If { then, otherwise, .. } => 1 + count_steps(then) + count_steps(otherwise),
        _ => 1,
    };
    steps.iter().map(inner).sum()
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_representative_loan_names_the_fields_the_caller_sent() {
        let loan = Representative {
            balance: -1.0,
            wac: 8.125,
            net_coupon: Some(9.0),
            term: 700,
            age: 0,
            asset_class: None,
        };

        let issues = loan.loan("/collateral/representative").unwrap_err();

        let mut fields: Vec<&str> =
            issues.iter().filter_map(|issue| issue.pointer.rsplit('/').next()).collect();
        fields.sort_unstable();
        fields.dedup();
        assert_eq!(fields, ["age", "balance", "net_coupon", "wac"], "{issues:?}");
    }

    #[test]
    fn the_difference_of_the_rates_is_the_servicers() {
        let loan = Representative {
            balance: 1e6,
            wac: 0.08125,
            net_coupon: Some(0.075),
            term: 357,
            age: 3,
            asset_class: None,
        };

        assert!((loan.fee().unwrap() - 0.00625).abs() < 1e-15);
        let made = loan.loan("").unwrap();
        assert_eq!((made.remaining_months(), made.age_months()), (357, 3));
    }
}
