//! The rules that assumptions must obey, each with a path, a code and a message that says what to
//! send.

use super::{
    AssumptionSetDraft, Assumptions, DefaultModel, LtvSeverity, Prepayment, RateVector, Selector,
    Severity,
};
use crate::loan::Violation;

/// The longest time from default to recovery, in months.
const LONGEST_LAG: u16 = 120;
/// The longest vector: one entry per month of the longest loan.
const LONGEST_VECTOR: usize = 600;
/// The most selectors in a set.
const MOST_SELECTORS: usize = 1_000;

/// Returns every broken rule of `draft`.
pub(super) fn violations(draft: &AssumptionSetDraft) -> Vec<Violation> {
    let mut found = Found::default();
    found.assumptions("/request", &draft.request);
    let count = draft.selectors.len();
    let message = format!("must have at most {MOST_SELECTORS} entries, has {count}");
    found.check(count <= MOST_SELECTORS, "/selectors", "length", || message);
    for (position, selector) in draft.selectors.iter().take(MOST_SELECTORS).enumerate() {
        found.selector(&format!("/selectors/{position}"), selector);
    }
    found.0
}

#[derive(Default)]
struct Found(Vec<Violation>);

impl Found {
    fn check(
        &mut self,
        holds: bool,
        path: &str,
        code: &'static str,
        message: impl FnOnce() -> String,
    ) {
        if !holds {
            self.0.push(Violation { path: path.to_owned(), code, message: message() });
        }
    }

    fn share(&mut self, path: &str, value: f64) {
        let in_range = (0.0..=1.0).contains(&value);
        let code = if value.is_finite() && value > 1.0 { "rate_unit" } else { "out_of_range" };
        self.check(in_range, path, code, || {
            let hint = value / 100.0;
            if value.is_finite() && value > 1.0 {
                format!("must be a decimal between 0 and 1, was {value}: send {hint} for {value}%")
            } else {
                format!("must be between 0 and 1, was {value}")
            }
        });
    }

    fn number(&mut self, path: &str, value: f64, least: f64, most: f64) {
        self.check((least..=most).contains(&value), path, "out_of_range", || {
            format!("must be between {least} and {most}, was {value}")
        });
    }

    fn shares(&mut self, path: &str, values: &[f64]) {
        let length = values.len();
        self.check((1..=LONGEST_VECTOR).contains(&length), path, "length", || {
            format!("must have 1 to {LONGEST_VECTOR} entries, has {length}")
        });
        for (position, value) in values.iter().take(LONGEST_VECTOR).enumerate() {
            self.share(&format!("{path}/{position}"), *value);
        }
    }

    fn timing(&mut self, path: &str, values: &[f64]) {
        self.shares(path, values);
        let sum: f64 = values.iter().sum();
        self.check((sum - 1.0).abs() <= 1e-9, path, "sum", || {
            format!("must add up to 1, adds up to {sum}")
        });
    }

    fn vector(&mut self, path: &str, vector: &RateVector) {
        self.shares(&format!("{path}/values"), &vector.values);
    }

    fn assumptions(&mut self, path: &str, given: &Assumptions) {
        let at = |field: &str| format!("{path}/{field}");
        if let Some(prepayment) = &given.prepayment {
            self.prepayment(&at("prepayment"), prepayment);
        }
        if let Some(default) = &given.default {
            self.default_model(&at("default"), default);
        }
        if let Some(severity) = &given.severity {
            self.severity(&at("severity"), severity);
        }
        if let Some(fee) = given.servicing_fee {
            self.share(&at("servicing_fee"), fee);
        }
        self.recovery(path, given);
    }

    fn recovery(&mut self, path: &str, given: &Assumptions) {
        if let Some(lag) = given.recovery_lag_months {
            let field = format!("{path}/recovery_lag_months");
            self.number(&field, f64::from(lag), 0.0, f64::from(LONGEST_LAG));
        }
        let Some(timing) = &given.recovery_timing else {
            return;
        };
        let field = format!("{path}/recovery_timing");
        self.check(given.recovery_lag_months.is_none(), &field, "conflict", || {
            "cannot be combined with recovery_lag_months: send one of them".to_owned()
        });
        let length = timing.len();
        self.check(length <= usize::from(LONGEST_LAG) + 1, &field, "length", || {
            format!("must end {LONGEST_LAG} months after default, has {length} entries")
        });
        self.timing(&field, timing);
    }

    fn prepayment(&mut self, path: &str, model: &Prepayment) {
        let value_path = format!("{path}/value");
        match model {
            Prepayment::None => {}
            Prepayment::Cpr { value } | Prepayment::Smm { value } | Prepayment::Abs { value } => {
                self.share(&value_path, *value);
            }
            Prepayment::Psa { value } => self.number(&value_path, *value, 0.0, 100_000.0),
            Prepayment::Ppc { value, from, to, months } => {
                self.number(&value_path, *value, 0.0, 100_000.0);
                self.share(&format!("{path}/from"), *from);
                self.share(&format!("{path}/to"), *to);
                self.number(&format!("{path}/months"), f64::from(*months), 1.0, 600.0);
            }
            Prepayment::Vector(vector) => self.vector(path, vector),
        }
    }

    fn default_model(&mut self, path: &str, model: &DefaultModel) {
        let value_path = format!("{path}/value");
        match model {
            DefaultModel::None => {}
            DefaultModel::Cdr { value } | DefaultModel::Mdr { value } => {
                self.share(&value_path, *value);
            }
            DefaultModel::Sda { value } => self.number(&value_path, *value, 0.0, 100_000.0),
            DefaultModel::Vector(vector) => self.vector(path, vector),
            DefaultModel::CumulativeLoss { total, timing } => {
                self.share(&format!("{path}/total"), *total);
                self.timing(&format!("{path}/timing"), timing);
            }
        }
    }

    fn severity(&mut self, path: &str, model: &Severity) {
        match model {
            Severity::Constant { value } => self.share(&format!("{path}/value"), *value),
            Severity::Vector { values, .. } => self.shares(&format!("{path}/values"), values),
            Severity::Ltv(LtvSeverity { first_year_growth, growth, haircut, cost, otherwise }) => {
                let first = first_year_growth.unwrap_or(*growth);
                self.number(&format!("{path}/first_year_growth"), first, -0.99, 1.0);
                self.number(&format!("{path}/growth"), *growth, -0.99, 1.0);
                self.share(&format!("{path}/haircut"), *haircut);
                self.share(&format!("{path}/cost"), *cost);
                self.share(&format!("{path}/otherwise"), otherwise.unwrap_or(0.0));
            }
        }
    }

    fn selector(&mut self, path: &str, selector: &Selector) {
        let length = selector.name.chars().count();
        self.check((1..=64).contains(&length), &format!("{path}/name"), "length", || {
            format!("must have 1 to 64 characters, has {length}")
        });
        for (position, predicate) in selector.when.iter().enumerate() {
            let field = format!("{path}/when/{position}");
            self.check(predicate.is_well_typed(), &field, "type", || {
                "compares unlike things: order numbers with a number, and match names and flags \
                 with eq or ne"
                    .to_owned()
            });
        }
        self.assumptions(&format!("{path}/assumptions"), &selector.assumptions);
    }
}
