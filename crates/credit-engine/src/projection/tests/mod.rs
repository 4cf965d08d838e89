//! The projection against published tables, a plain reference and its own laws.

mod laws;
mod many;
mod published;
mod reference;
mod shapes;

use chrono::NaiveDate;

use super::{Columns, Control, GroupBy, Indices, Projection, Settings, project};
use crate::assumptions::{AssumptionSet, AssumptionSetDraft, Assumptions};
use crate::loan::{AssetClass, Loan, LoanTerms};

static UNCHANGED: Indices = Indices::unchanged();

fn settings() -> Settings<'static> {
    Settings {
        first_payment_date: NaiveDate::from_ymd_opt(2025, 1, 31).unwrap(),
        indices: &UNCHANGED,
        group_by: GroupBy::None,
        control: Control::default(),
    }
}

fn request(text: &str) -> AssumptionSet {
    set(serde_json::from_str(text).unwrap())
}

fn set(request: Assumptions) -> AssumptionSet {
    AssumptionSet::new(AssumptionSetDraft { request, ..AssumptionSetDraft::default() }).unwrap()
}

fn level(balance: f64, rate: f64, term: u16, age: u16) -> Loan {
    loan(balance, rate, term + age, |terms| terms.remaining_term_months = Some(term))
}

fn loan(balance: f64, rate: f64, term: u16, change: impl FnOnce(&mut LoanTerms)) -> Loan {
    let mut terms = LoanTerms::level("a", AssetClass::ResidentialMortgage, balance, rate, term);
    change(&mut terms);
    Loan::new(terms).unwrap()
}

fn projected(loans: &[Loan], set: &AssumptionSet) -> Projection {
    project(loans, set, &settings()).unwrap()
}

fn columns(loans: &[Loan], request_text: &str) -> Columns {
    projected(loans, &request(request_text)).pool
}

#[track_caller]
fn close(found: f64, wanted: f64, tolerance: f64) {
    assert!((found - wanted).abs() <= tolerance, "{found} is not {wanted} within {tolerance}");
}
