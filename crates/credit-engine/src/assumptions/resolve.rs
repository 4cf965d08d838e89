//! From sources in order of precedence to complete assumptions for one loan.

use std::collections::HashMap;

use serde::Serialize;

use super::{
    Advances, AssumptionSet, Assumptions, DefaultModel, LtvSeverity, Order, Prepayment, Severity,
    class_defaults, driven_cdr, driven_severity,
};
use crate::loan::{AssetClass, Loan, Overrides};

/// When a defaulted balance is liquidated: the shares 0, 1, 2, … months after default.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct RecoveryTiming(Vec<f64>);

/// Complete assumptions for a loan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Resolved {
    /// The class whose defaults filled the gaps.
    pub asset_class: AssetClass,
    /// The selector that matched, by position.
    pub selector: Option<usize>,
    /// How borrowers prepay.
    pub prepayment: Prepayment,
    /// How borrowers default.
    pub default: DefaultModel,
    /// What share of a defaulted balance is lost.
    pub severity: Severity,
    /// When recovery arrives.
    pub recovery_timing: RecoveryTiming,
    /// The servicer's annual fee on the performing balance.
    pub servicing_fee: f64,
    /// What the servicer advances.
    pub advances: Advances,
    /// Which of default and prepayment comes first.
    pub order: Order,
    /// The months before maturity without new defaults.
    pub default_free_months: u16,
    /// Where the parts came from.
    pub sources: Sources,
}

/// Where the parts of [`Resolved`] came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sources {
    /// The source of the prepayment model.
    pub prepayment: Source,
    /// The source of the default model.
    pub default: Source,
    /// The source of the severity.
    pub severity: Source,
    /// The source of the recovery timing.
    pub recovery_timing: Source,
}

/// A source of assumptions, in order of precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The loan's own override.
    Asset,
    /// The request.
    Request,
    /// The first selector that matches.
    Selector,
    /// A rule on the loan's facts.
    Driver,
    /// The defaults of the class.
    ClassDefault,
}

/// Finds the assumptions of loans and keeps each distinct answer once.
#[derive(Debug)]
pub struct Resolver<'set> {
    set: &'set AssumptionSet,
    answers: Vec<Resolved>,
    known: HashMap<Question, usize>,
    by_class: [Option<usize>; AssetClass::ALL.len()],
}

/// Everything about a loan that its answer depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Question {
    asset_class: AssetClass,
    selector: Option<usize>,
    overrides: [Option<u64>; 4],
    driven_cdr: Option<u64>,
    driven_severity: Option<u64>,
}

impl RecoveryTiming {
    /// Returns the timing of a liquidation all at once after `months`.
    #[must_use]
    pub fn after(months: u16) -> Self {
        let mut shares = vec![0.0; usize::from(months)];
        shares.push(1.0);
        Self(shares)
    }

    /// Returns a timing in proportion to `shares`, 0, 1, 2, … months after default.
    fn in_proportion(shares: &[f64]) -> Self {
        let total: f64 = shares.iter().sum();
        let last = shares.iter().rposition(|share| *share > 0.0).unwrap_or(0);
        Self(shares.iter().take(last + 1).map(|share| share / total).collect())
    }

    /// Returns the shares liquidated 0, 1, 2, … months after default.
    #[must_use]
    pub fn shares(&self) -> &[f64] {
        &self.0
    }

    /// Returns the months from default to the last liquidation.
    #[must_use]
    pub fn longest(&self) -> u16 {
        u16::try_from(self.0.len().saturating_sub(1)).unwrap_or(u16::MAX)
    }
}

impl<'set> Resolver<'set> {
    /// Returns a resolver without answers.
    #[must_use]
    pub fn new(set: &'set AssumptionSet) -> Self {
        Self { set, answers: Vec::new(), known: HashMap::new(), by_class: Default::default() }
    }

    /// Returns the position of the answer for `loan` in [`Resolver::answers`].
    pub fn resolve(&mut self, loan: &Loan) -> usize {
        let draft = self.set.draft();
        let only_class = draft.selectors.is_empty()
            && !draft.use_drivers
            && loan.overrides() == Overrides::default();
        if !only_class {
            return self.resolve_question(loan);
        }
        let class = loan.asset_class();
        let slot = AssetClass::ALL.iter().position(|other| *other == class).unwrap_or(0);
        if let Some(Some(answer)) = self.by_class.get(slot) {
            return *answer;
        }
        let answer = self.resolve_question(loan);
        if let Some(empty) = self.by_class.get_mut(slot) {
            *empty = Some(answer);
        }
        answer
    }

    /// Returns the distinct answers given so far, in the order in which they were first needed.
    #[must_use]
    pub fn answers(&self) -> &[Resolved] {
        &self.answers
    }

    /// Returns the distinct answers.
    #[must_use]
    pub fn into_answers(self) -> Vec<Resolved> {
        self.answers
    }

    fn resolve_question(&mut self, loan: &Loan) -> usize {
        let draft = self.set.draft();
        let selector = draft.selectors.iter().position(|selector| selector.matches(loan));
        let (cdr, severity) = if draft.use_drivers {
            (driven_cdr(loan), driven_severity(loan))
        } else {
            (None, None)
        };
        let question = Question {
            asset_class: loan.asset_class(),
            selector,
            overrides: bits(loan.overrides()),
            driven_cdr: cdr.map(f64::to_bits),
            driven_severity: severity.as_ref().map(|severity| match severity {
                Severity::Constant { value } => value.to_bits(),
                Severity::Vector { .. } | Severity::Ltv(_) => u64::MAX,
            }),
        };
        if let Some(answer) = self.known.get(&question) {
            return *answer;
        }
        let chosen = selector.and_then(|position| draft.selectors.get(position));
        let layers = Layers {
            class: loan.asset_class(),
            overrides: loan.overrides(),
            request: &draft.request,
            selected: chosen.map(|selector| &selector.assumptions),
            driven_cdr: cdr,
            driven_severity: severity,
        };
        self.answers.push(layers.resolve(selector));
        let answer = self.answers.len() - 1;
        self.known.insert(question, answer);
        answer
    }
}

/// The sources for one loan.
struct Layers<'set> {
    class: AssetClass,
    overrides: Overrides,
    request: &'set Assumptions,
    selected: Option<&'set Assumptions>,
    driven_cdr: Option<f64>,
    driven_severity: Option<Severity>,
}

impl Layers<'_> {
    fn resolve(&self, selector: Option<usize>) -> Resolved {
        let defaults = class_defaults(self.class);
        let overrides = self.overrides;

        let (prepayment, prepayment_source) = self.first(
            overrides.prepayment_speed.map(|value| Prepayment::Cpr { value }),
            |given| given.prepayment.clone(),
            None,
            Prepayment::Cpr { value: defaults.cpr },
        );
        let (default, default_source) = self.first(
            overrides.default_probability.map(|value| DefaultModel::Cdr { value }),
            |given| given.default.clone(),
            self.driven_cdr.map(|value| DefaultModel::Cdr { value }),
            DefaultModel::Cdr { value: defaults.cdr },
        );
        let class_severity = 1.0 - defaults.recovery_rate;
        let (severity, severity_source) = self.first(
            overrides.recovery_rate.map(|rate| Severity::Constant { value: 1.0 - rate }),
            |given| given.severity.clone(),
            self.driven_severity.clone(),
            Severity::Constant { value: class_severity },
        );
        let (recovery_timing, recovery_source) = self.first(
            overrides.recovery_lag_months.map(RecoveryTiming::after),
            timing,
            None,
            RecoveryTiming::after(defaults.recovery_lag_months),
        );
        let default_free =
            self.first(None, |given| given.default_free_months, None, recovery_timing.longest());

        Resolved {
            asset_class: self.class,
            selector,
            prepayment,
            default,
            severity: with_fallback(severity, class_severity),
            default_free_months: default_free.0,
            recovery_timing,
            servicing_fee: self.first(None, |given| given.servicing_fee, None, 0.0).0,
            advances: self.first(None, |given| given.advances, None, Advances::None).0,
            order: self.first(None, |given| given.order, None, Order::Bma).0,
            sources: Sources {
                prepayment: prepayment_source,
                default: default_source,
                severity: severity_source,
                recovery_timing: recovery_source,
            },
        }
    }

    /// Returns the first part that is there, and its source.
    fn first<T>(
        &self,
        asset: Option<T>,
        given: impl Fn(&Assumptions) -> Option<T>,
        driver: Option<T>,
        class_default: T,
    ) -> (T, Source) {
        if let Some(part) = asset {
            return (part, Source::Asset);
        }
        if let Some(part) = given(self.request) {
            return (part, Source::Request);
        }
        if let Some(part) = self.selected.and_then(given) {
            return (part, Source::Selector);
        }
        if let Some(part) = driver {
            return (part, Source::Driver);
        }
        (class_default, Source::ClassDefault)
    }
}

fn timing(given: &Assumptions) -> Option<RecoveryTiming> {
    let lag = given.recovery_lag_months.map(RecoveryTiming::after);
    lag.or_else(|| given.recovery_timing.as_deref().map(RecoveryTiming::in_proportion))
}

fn with_fallback(severity: Severity, class_severity: f64) -> Severity {
    match severity {
        Severity::Ltv(ltv) => {
            let otherwise = Some(ltv.otherwise.unwrap_or(class_severity));
            Severity::Ltv(LtvSeverity { otherwise, ..ltv })
        }
        Severity::Constant { .. } | Severity::Vector { .. } => severity,
    }
}

fn bits(overrides: Overrides) -> [Option<u64>; 4] {
    [
        overrides.prepayment_speed.map(f64::to_bits),
        overrides.default_probability.map(f64::to_bits),
        overrides.recovery_rate.map(f64::to_bits),
        overrides.recovery_lag_months.map(u64::from),
    ]
}
