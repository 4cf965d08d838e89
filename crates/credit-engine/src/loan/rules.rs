//! The rules a loan must obey, each with a path, a code and a message that says what to send.

use super::{Amortization, LoanTerms, PrepaymentPenalty, RateType};

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Violation {
    /// The field, as a JSON pointer relative to the loan.
    pub path: String,
    /// A stable name of the rule.
    pub code: &'static str,
    /// What is wrong and how to correct it.
    pub message: String,
}

/// Collects broken rules.
#[derive(Debug, Default)]
pub(super) struct Violations(pub(super) Vec<Violation>);

impl Violations {
    fn add(&mut self, path: &str, code: &'static str, message: String) {
        self.0.push(Violation { path: path.to_owned(), code, message });
    }

    fn check(
        &mut self,
        holds: bool,
        path: &str,
        code: &'static str,
        message: impl FnOnce() -> String,
    ) {
        if !holds {
            self.add(path, code, message());
        }
    }

    /// A rate between 0 and 1; a larger one was probably meant as per cent.
    fn rate(&mut self, path: &str, value: f64) {
        if !value.is_finite() || value < 0.0 {
            self.add(path, "out_of_range", format!("must be between 0 and 1, was {value}"));
        } else if value > 1.0 {
            let hint = value / 100.0;
            let message =
                format!("must be a decimal between 0 and 1, was {value}: send {hint} for {value}%");
            self.add(path, "rate_unit", message);
        }
    }

    fn optional_rate(&mut self, path: &str, value: Option<f64>) {
        if let Some(value) = value {
            self.rate(path, value);
        }
    }

    fn amount(&mut self, path: &str, value: Option<f64>) {
        if let Some(value) = value {
            let message = || format!("must be a finite amount of 0 or more, was {value}");
            self.check(value.is_finite() && value >= 0.0, path, "out_of_range", message);
        }
    }
}

/// Returns every broken rule of `terms`.
pub(super) fn violations(terms: &LoanTerms) -> Vec<Violation> {
    let mut found = Violations::default();
    identity(&mut found, terms);
    amounts(&mut found, terms);
    months(&mut found, terms);
    dates(&mut found, terms);
    rates(&mut found, terms);
    repayment(&mut found, terms);
    overrides(&mut found, terms);
    drivers(&mut found, terms);
    found.0
}

fn identity(found: &mut Violations, terms: &LoanTerms) {
    let length = terms.id.chars().count();
    let message = || format!("must have 1 to 64 characters, has {length}");
    found.check((1..=64).contains(&length), "/id", "length", message);
}

fn amounts(found: &mut Violations, terms: &LoanTerms) {
    let balance = terms.balance;
    let message = || format!("must be a finite amount above 0, was {balance}");
    found.check(balance.is_finite() && balance > 0.0, "/balance", "out_of_range", message);

    if let Some(original) = terms.original_balance {
        let message = || format!("must be a finite amount above 0, was {original}");
        found.check(
            original.is_finite() && original > 0.0,
            "/original_balance",
            "out_of_range",
            message,
        );
    }
    if let Some(balloon) = terms.balloon_payment {
        found.amount("/balloon_payment", Some(balloon));
        let message = || format!("must not exceed the balance {balance}, was {balloon}");
        found.check(
            balloon <= balance || balloon.is_nan(),
            "/balloon_payment",
            "balloon_above_balance",
            message,
        );
    }
}

fn months(found: &mut Violations, terms: &LoanTerms) {
    let term = terms.term_months;
    let message = || format!("must be between 1 and 600, was {term}");
    found.check((1..=600).contains(&term), "/term_months", "out_of_range", message);

    let remaining = terms.remaining_term_months.unwrap_or(term);
    let message = || format!("must be between 1 and term_months ({term}), was {remaining}");
    found.check(
        remaining >= 1 && remaining <= term,
        "/remaining_term_months",
        "remaining_above_term",
        message,
    );
    let interest_only = terms.interest_only_months;
    let message = || format!("must be less than term_months ({term}), was {interest_only}");
    found.check(
        interest_only == 0 || interest_only < term,
        "/interest_only_period_months",
        "interest_only_above_term",
        message,
    );
    if let Some(amortization) = terms.amortization_months {
        let message = || {
            format!(
                "must be at least the remaining term ({remaining}) and at most 1200, was {amortization}"
            )
        };
        found.check(
            (remaining..=1200).contains(&amortization),
            "/amortization_months",
            "amortization_below_term",
            message,
        );
    }
}

fn dates(found: &mut Violations, terms: &LoanTerms) {
    if let (Some(origination), Some(first)) = (terms.origination_date, terms.first_payment_date) {
        let message = || format!("must be after the origination date {origination}, was {first}");
        found.check(first > origination, "/first_payment_date", "date_order", message);
    }
    let Some(maturity) = terms.maturity_date else { return };
    let start = match (terms.origination_date, terms.first_payment_date) {
        (Some(origination), _) => crate::dates::month_number(origination),
        (None, Some(first)) => {
            crate::dates::month_number(first) - i32::from(terms.frequency.months())
        }
        (None, None) => return,
    };
    let stated = crate::dates::month_number(maturity) - start;
    let term = i32::from(terms.term_months);
    let message = || {
        format!(
            "is {stated} months after the start but term_months is {term}: send a maturity date \
         within one month of the term, or leave it out"
        )
    };
    found.check((stated - term).abs() <= 1, "/maturity_date", "maturity_disagrees", message);
}

fn rates(found: &mut Violations, terms: &LoanTerms) {
    found.rate("/rate", terms.rate);
    let rate = &terms.rate_terms;
    found.optional_rate("/periodic_cap", rate.periodic_cap);
    found.optional_rate("/first_periodic_cap", rate.first_periodic_cap);
    found.optional_rate("/lifetime_cap", rate.lifetime_cap);
    found.optional_rate("/lifetime_floor", rate.lifetime_floor);
    let message = || format!("must be between -1 and 1, was {}: send 0.02 for 2%", rate.margin);
    found.check(rate.margin.abs() <= 1.0, "/spread", "rate_unit", message);
    if let Some(floor) = rate.index_floor {
        let message = || format!("must be between -1 and 1, was {floor}: send 0.005 for 0.5%");
        found.check(floor.abs() <= 1.0, "/index_floor", "rate_unit", message);
    }
    if let (Some(floor), Some(cap)) = (rate.lifetime_floor, rate.lifetime_cap) {
        let message = || format!("must not be above lifetime_cap ({cap}), was {floor}");
        found.check(floor <= cap, "/lifetime_floor", "floor_above_cap", message);
    }
    let floats = matches!(terms.rate_type, RateType::Floating | RateType::Hybrid);
    if floats {
        let message = || "must be between 1 and 600 for a floating or hybrid rate".to_owned();
        let reset = rate.reset_every_months;
        found.check((1..=600).contains(&reset), "/reset_frequency_months", "missing", message);
    }
    if terms.rate_type == RateType::Hybrid {
        let message = || format!("must be between 1 and 600, was {}", rate.fixed_months);
        found.check((1..=600).contains(&rate.fixed_months), "/fixed_months", "missing", message);
    }
    steps(found, terms);
}

fn steps(found: &mut Violations, terms: &LoanTerms) {
    let steps = &terms.rate_terms.steps;
    if terms.rate_type == RateType::Step {
        let message = || "must name at least one later rate for a step loan".to_owned();
        found.check(!steps.is_empty(), "/steps", "missing", message);
    }
    for (position, step) in steps.iter().enumerate() {
        found.rate(&format!("/steps/{position}/rate"), step.rate);
    }
    let rising =
        steps.iter().zip(steps.iter().skip(1)).all(|(a, b)| a.after_months < b.after_months);
    let message = || "must be in rising order of months, each month once".to_owned();
    found.check(rising, "/steps", "order", message);
}

fn repayment(found: &mut Violations, terms: &LoanTerms) {
    if terms.amortization == Amortization::Scheduled {
        let message = || "must hold at least one amount for a scheduled loan".to_owned();
        found.check(!terms.schedule.is_empty(), "/schedule", "empty_vector", message);
        for (position, amount) in terms.schedule.iter().enumerate() {
            found.amount(&format!("/schedule/{position}"), Some(*amount));
        }
    }
    if let Some(growth) = terms.payment_growth {
        let message =
            || format!("must be between -0.5 and 0.5 a year, was {growth}: send 0.03 for 3%");
        found.check(growth.abs() <= 0.5, "/payment_growth", "rate_unit", message);
    }
    found.optional_rate("/payment_cap", terms.payment_cap);
    if let Some(limit) = terms.negative_amortization_limit {
        let message = || format!("must be between 1 and 2 times the original balance, was {limit}");
        found.check(
            (1.0..=2.0).contains(&limit),
            "/negative_amortization_limit",
            "out_of_range",
            message,
        );
    }
    penalty(found, &terms.prepayment_penalty);
}

fn penalty(found: &mut Violations, penalty: &PrepaymentPenalty) {
    match penalty {
        PrepaymentPenalty::None | PrepaymentPenalty::Lockout { .. } => {}
        PrepaymentPenalty::Fixed { share, .. } => found.rate("/prepayment_penalty/share", *share),
        PrepaymentPenalty::StepDown { shares } => {
            let message = || "must hold at least one share".to_owned();
            found.check(!shares.is_empty(), "/prepayment_penalty/shares", "empty_vector", message);
            for (position, share) in shares.iter().enumerate() {
                found.rate(&format!("/prepayment_penalty/shares/{position}"), *share);
            }
        }
        PrepaymentPenalty::YieldMaintenance { matching_rate, .. } => {
            found.rate("/prepayment_penalty/matching_rate", *matching_rate);
        }
    }
}

fn overrides(found: &mut Violations, terms: &LoanTerms) {
    let overrides = &terms.overrides;
    found.optional_rate("/prepayment_speed", overrides.prepayment_speed);
    found.optional_rate("/default_probability", overrides.default_probability);
    found.optional_rate("/recovery_rate", overrides.recovery_rate);
    if let Some(lag) = overrides.recovery_lag_months {
        let message = || format!("must be between 0 and 600, was {lag}");
        found.check(lag <= 600, "/recovery_lag_months", "out_of_range", message);
    }
}

fn drivers(found: &mut Violations, terms: &LoanTerms) {
    let drivers = &terms.drivers;
    if let Some(score) = drivers.fico_score {
        let message = || format!("must be between 300 and 850, was {score}");
        found.check((300..=850).contains(&score), "/fico_score", "out_of_range", message);
    }
    if let Some(ratio) = drivers.ltv_ratio {
        let hint = ratio / 100.0;
        let message =
            || format!("must be between 0 and 1.5, was {ratio}: send {hint} for {ratio}%");
        found.check((0.0..=1.5).contains(&ratio), "/ltv_ratio", "rate_unit", message);
    }
    found.optional_rate("/debt_to_income", drivers.debt_to_income);
    if let Some(dscr) = drivers.dscr {
        let message = || format!("must be above 0, was {dscr}");
        found.check(dscr.is_finite() && dscr > 0.0, "/dscr", "out_of_range", message);
    }
    found.amount("/property_value", drivers.collateral_value);
}
