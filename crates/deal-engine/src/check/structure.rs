//! Limits, names, numbers, dates, and each bond by itself.

use std::collections::HashSet;

use chrono::{Datelike as _, NaiveDate};
use credit_engine::dates::{BusinessDayConvention, Calendar};

use crate::formula::vocabulary::{FUNCTIONS, KEYWORDS, WORDS, object_word};
use crate::formula::{MAX_DEPTH, MAX_NODES, size};
use crate::model::{Action, BondKind, Coupon, Deal, DealDates, FeeKind, Status};

use super::code::Code;
use super::index::Index;
use super::sites::sites;
use super::walk::{StepAt, steps};
use super::{MAX_BONDS, MAX_LIST, MAX_NAME, MAX_PARTS, MAX_STEP_DEPTH, MAX_STEPS, Report, bonds};

/// No deal is that large, and sums of larger amounts are not exact to the cent.
pub(super) const LARGEST: f64 = 1e15;

/// Refuses a deal that is too large to look at further.
pub(super) fn limits(deal: &Deal, report: &mut Report) {
    for (path, count, most) in [
        ("/bonds", deal.bonds.len(), MAX_BONDS),
        ("/pools", deal.pools.len(), MAX_PARTS),
        ("/accounts", deal.accounts.len(), MAX_PARTS),
        ("/ledgers", deal.ledgers.len(), MAX_PARTS),
        ("/fees", deal.fees.len(), MAX_PARTS),
        ("/variables", deal.variables.len(), MAX_PARTS),
        ("/triggers", deal.triggers.len(), MAX_PARTS),
        ("/tests", deal.tests.len(), MAX_PARTS),
        ("/calls", deal.calls.len(), MAX_PARTS),
        ("/waterfalls", deal.waterfalls.len(), MAX_PARTS),
    ] {
        if count > most {
            let what = path.trim_start_matches('/');
            report.add(Code::TooLarge, path, format!("{count} {what}, at most {most} are allowed"));
        }
    }
    let steps = steps(deal);
    if steps.len() > MAX_STEPS {
        let message = format!("{} steps, at most {MAX_STEPS} are allowed", steps.len());
        report.add(Code::TooLarge, "/waterfalls", message);
    }
    if let Some(deep) = steps.iter().find(|step| step.depth > MAX_STEP_DEPTH) {
        let message = format!("steps stand inside each other more than {MAX_STEP_DEPTH} deep");
        report.add(Code::TooLarge, &deep.path, message);
        return;
    }

    lists(deal, &steps, report);

    let mut nodes = 0;
    for site in sites(deal) {
        let size = size(&site.formula.0);
        nodes += size.nodes;
        if size.depth > MAX_DEPTH {
            let message = format!("the formula has more than {MAX_DEPTH} levels");
            report.add(Code::TooLarge, site.path, message);
        }
    }
    if nodes > MAX_NODES {
        let message = format!(
            "the formulas have {nodes} numbers, names and operators, at most {MAX_NODES} are allowed"
        );
        report.add(Code::TooLarge, "", message);
    }
}

fn lists(deal: &Deal, steps: &[StepAt<'_>], report: &mut Report) {
    let mut list = |path: String, count: usize| {
        if count > MAX_LIST {
            let message = format!("{count} entries, at most {MAX_LIST} are allowed");
            report.add(Code::TooLarge, path, message);
        }
    };
    for (at, bond) in deal.bonds.iter().enumerate() {
        if let Coupon::StepUp { steps, .. } = &bond.coupon {
            list(format!("/bonds/{at}/coupon/steps"), steps.len());
        }
        if let BondKind::Pac { planned, .. } | BondKind::Tac { planned, .. } = &bond.kind {
            list(format!("/bonds/{at}/kind/planned"), planned.len());
        }
    }
    for (at, trigger) in deal.triggers.iter().enumerate() {
        list(format!("/triggers/{at}/effects"), trigger.effects.len());
    }
    for (at, test) in deal.tests.iter().enumerate() {
        list(format!("/tests/{at}/bonds"), test.bonds.len());
    }
    for StepAt { path, step, .. } in steps {
        list(format!("{path}/support"), step.support.len());
        let (field, count) = match &step.action {
            Action::Collect { sources, .. } => ("sources", sources.len()),
            Action::PayFees { fees, .. } => ("fees", fees.len()),
            Action::Book { ledgers, .. } => ("ledgers", ledgers.len()),
            Action::PayInterest { bonds, .. }
            | Action::PayPrincipal { bonds, .. }
            | Action::WriteDown { bonds, .. }
            | Action::WriteUp { bonds, .. }
            | Action::Cure { bonds, .. } => ("bonds", bonds.len()),
            _ => continue,
        };
        list(format!("{path}/action/{field}"), count);
    }
}

/// Checks parts by themselves.
pub(super) fn check(deal: &Deal, index: &Index<'_>, report: &mut Report) {
    name("/name", &deal.name, report);
    if let Some(currency) = &deal.currency
        && !(currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase()))
    {
        report.add_with(
            Code::BadCurrency,
            "/currency",
            format!("{currency:?} is not an ISO 4217 code"),
            "write three capital letters, such as USD".to_owned(),
        );
    }
    names(deal, index, report);
    dates(&deal.dates, report);
    amounts(deal, report);
    bonds::check(deal, report);
    presence(deal, report);
}

fn presence(deal: &Deal, report: &mut Report) {
    if deal.bonds.is_empty() {
        report.add(Code::NoBonds, "/bonds", "the deal has no bonds");
    }
    if deal.accounts.is_empty() {
        let suggestion = "add an account for collections".to_owned();
        report.add_with(Code::NoAccounts, "/accounts", "the deal has no account", suggestion);
    }
    let mut seen = HashSet::new();
    for (at, waterfall) in deal.waterfalls.iter().enumerate() {
        if !seen.insert(waterfall.status) {
            let message = "there is another waterfall for the same status";
            report.add(Code::DuplicateWaterfall, format!("/waterfalls/{at}/status"), message);
        }
    }
    let falls_back = |waterfall: &&crate::model::Waterfall| waterfall.status == Status::Amortizing;
    if deal.waterfalls.iter().find(falls_back).is_none_or(|found| found.steps.is_empty()) {
        let message = "there is no waterfall `amortizing`, or it has no steps";
        report.add(Code::NoWaterfall, "/waterfalls", message);
    }
}

fn names(deal: &Deal, index: &Index<'_>, report: &mut Report) {
    let pools: Vec<&str> = deal.pools.iter().map(|pool| pool.name.as_str()).collect();
    let calls: Vec<&str> = deal.calls.iter().map(|call| call.name.as_str()).collect();
    for (kind, names) in [
        ("pools", &pools),
        ("accounts", &index.accounts),
        ("ledgers", &index.ledgers),
        ("fees", &index.fees),
        ("bonds", &index.bonds),
        ("variables", &index.variables),
        ("triggers", &index.triggers),
        ("tests", &index.tests),
        ("calls", &calls),
    ] {
        let mut seen = HashSet::new();
        for (at, text) in names.iter().enumerate() {
            let path = format!("/{kind}/{at}/name");
            name(&path, text, report);
            if !seen.insert(*text) {
                let message = format!("there is already one called \"{text}\" among the {kind}");
                report.add(Code::DuplicateName, path, message);
            }
        }
    }
    for (at, variable) in index.variables.iter().enumerate() {
        let is_word = WORDS.iter().any(|word| word.name == *variable)
            || FUNCTIONS.iter().any(|function| function.name == *variable)
            || KEYWORDS.contains(variable)
            || object_word(variable).is_some()
            || matches!(*variable, "table" | "variable" | "collections");
        if is_word {
            let message = format!("`{variable}` is a word of the formula language");
            let suggestion = format!("call it \"my {variable}\"");
            let path = format!("/variables/{at}/name");
            report.add_with(Code::ReservedName, path, message, suggestion);
        }
    }
    for (at, bond) in deal.bonds.iter().enumerate() {
        let Some(group) = &bond.group else { continue };
        name(&format!("/bonds/{at}/group"), group, report);
        if index.bonds.contains(&group.as_str()) {
            let message = format!("\"{group}\" is a bond, so it cannot be a group too");
            report.add(Code::DuplicateName, format!("/bonds/{at}/group"), message);
        }
    }
}

fn name(path: &str, name: &str, report: &mut Report) {
    let problem = if name.is_empty() {
        "a name is missing".to_owned()
    } else if name.chars().count() > MAX_NAME {
        format!("the name has {} characters, at most {MAX_NAME} are allowed", name.chars().count())
    } else if name.trim() != name {
        format!("{name:?} begins or ends with a space")
    } else if name.chars().any(char::is_control) {
        format!("{name:?} holds a control character")
    } else {
        return;
    };
    report.add(Code::BadName, path, problem);
}

fn dates(dates: &DealDates, report: &mut Report) {
    let mut day = |field: &str, date: Option<NaiveDate>| {
        if let Some(date) = date
            && !(1970..=2150).contains(&date.year())
        {
            let message = format!("{date} is outside the years 1970 to 2150");
            report.add(Code::BadDate, format!("/dates/{field}"), message);
        }
    };
    day("cutoff", Some(dates.cutoff));
    day("closing", Some(dates.closing));
    day("first_payment", Some(dates.first_payment));
    day("maturity", dates.maturity);
    day("revolving_until", dates.revolving_until);

    let mut order = |early: NaiveDate, late: NaiveDate, field: &str, message: &str| {
        if early >= late {
            let message = format!("{message}: {late} is not after {early}");
            report.add(Code::BadDate, format!("/dates/{field}"), message);
        }
    };
    order(
        dates.cutoff,
        dates.first_payment,
        "first_payment",
        "the first payment follows the cut-off",
    );
    order(dates.closing, dates.first_payment, "first_payment", "the first payment follows closing");
    if let Some(maturity) = dates.maturity
        && maturity < dates.first_payment
    {
        order(dates.first_payment, maturity, "maturity", "maturity follows the first payment");
    }
    if let Some(until) = dates.revolving_until {
        order(dates.closing, until, "revolving_until", "the revolving period ends after closing");
        if let Some(maturity) = dates.maturity {
            order(until, maturity, "revolving_until", "the revolving period ends before maturity");
        }
    }
    calendar(dates, report);
}

fn calendar(dates: &DealDates, report: &mut Report) {
    let convention = dates.convention.as_deref().map(BusinessDayConvention::parse);
    if let Some(Err(error)) = &convention {
        report.add(Code::UnknownCalendar, "/dates/convention", error.to_string());
    }
    let calendar = dates.calendar.as_deref().map(Calendar::parse);
    if let Some(Err(error)) = &calendar {
        report.add(Code::UnknownCalendar, "/dates/calendar", error.to_string());
    }
    if calendar.is_some() && convention.is_none() {
        report.add_with(
            Code::CalendarWithoutEffect,
            "/dates/calendar",
            "no payment date moves, because no convention says how",
            "add a convention, such as `following`".to_owned(),
        );
    }
    if convention.is_some() && calendar.is_none() {
        report.add_with(
            Code::CalendarWithoutEffect,
            "/dates/convention",
            "no payment date moves, because no calendar says which days are holidays",
            "add a calendar, such as `us_sifma`".to_owned(),
        );
    }
}

fn amounts(deal: &Deal, report: &mut Report) {
    for (at, account) in deal.accounts.iter().enumerate() {
        amount(format!("/accounts/{at}/balance"), account.balance, report);
    }
    for (at, ledger) in deal.ledgers.iter().enumerate() {
        amount(format!("/ledgers/{at}/balance"), ledger.balance, report);
    }
    for (at, fee) in deal.fees.iter().enumerate() {
        match &fee.kind {
            FeeKind::OneOff { amount: value } | FeeKind::Fixed { amount: value } => {
                amount(format!("/fees/{at}/kind/amount"), *value, report);
            }
            FeeKind::Rate { rate: value, .. } => {
                rate(format!("/fees/{at}/kind/rate"), *value, report);
            }
            FeeKind::Formula { .. } => {}
        }
        if fee.starts.is_some_and(|starts| !(1970..=2150).contains(&starts.year())) {
            let message = "the day is outside the years 1970 to 2150";
            report.add(Code::BadDate, format!("/fees/{at}/starts"), message);
        }
    }
    for (at, trigger) in deal.triggers.iter().enumerate() {
        if trigger.consecutive == 0 {
            let message = "a trigger takes at least one breach";
            report.add(Code::BadNumber, format!("/triggers/{at}/consecutive"), message);
        }
    }
    for (at, call) in deal.calls.iter().enumerate() {
        if call.first_date.is_some_and(|first| first < deal.dates.closing) {
            let message = "the deal cannot be called before closing";
            report.add(Code::BadDate, format!("/calls/{at}/first_date"), message);
        }
    }
}

/// Refuses what is not an amount of money.
pub(super) fn amount(path: String, value: f64, report: &mut Report) {
    if !(0.0..=LARGEST).contains(&value) {
        let message = if value < 0.0 {
            format!("{value} is negative")
        } else {
            format!("{value} is not an amount up to {LARGEST:e}")
        };
        report.add(Code::BadNumber, path, message);
    }
}

/// Refuses what is not an annual rate.
pub(super) fn rate(path: String, value: f64, report: &mut Report) {
    if !(-1.0..=1.0).contains(&value) {
        let suggestion = (1.0..=100.0)
            .contains(&value.abs())
            .then(|| format!("if {value} % is meant, write {value}% or {}", value / 100.0));
        let message = format!("{} % a year is not a rate", value * 100.0);
        report.add_with(Code::BadRate, path, message, suggestion);
    }
}
