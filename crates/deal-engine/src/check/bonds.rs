//! Each bond by itself.

use chrono::{Datelike as _, NaiveDate};

use crate::model::{Bond, BondKind, Coupon, Deal, InterestOnInterest};

use super::Report;
use super::code::Code;
use super::structure::{LARGEST, amount, rate};

pub(super) fn check(deal: &Deal, report: &mut Report) {
    let has_schedule = deal
        .bonds
        .iter()
        .any(|bond| matches!(bond.kind, BondKind::Pac { .. } | BondKind::Tac { .. }));
    for (at, bond) in deal.bonds.iter().enumerate() {
        let path = format!("/bonds/{at}");
        balances(&path, bond, report);
        coupon(&path, bond, report);
        schedule(&path, bond, report);
        days(&path, bond, deal, report);
        if bond.carryover && bond.rate_cap.is_none() {
            report.add_with(
                Code::CarryoverWithoutCap,
                format!("{path}/carryover"),
                format!(
                    "\"{}\" carries capped interest over, but its rate is not capped",
                    bond.name
                ),
                "add a rate cap, such as `pool.net_wac`".to_owned(),
            );
        }
        if bond.kind == BondKind::Support && !has_schedule {
            let message =
                format!("\"{}\" is a support bond, but no bond is a PAC or TAC", bond.name);
            report.add(Code::SupportWithoutSchedule, format!("{path}/kind"), message);
        }
    }
}

fn balances(path: &str, bond: &Bond, report: &mut Report) {
    amount(format!("{path}/original_balance"), bond.original_balance, report);
    if let Some(balance) = bond.balance {
        amount(format!("{path}/balance"), balance, report);
        let grows = bond.deferrable || bond.kind == BondKind::ZAccrual;
        if balance > bond.original_balance && !grows {
            let message =
                format!("{balance} is above the original balance {}", bond.original_balance);
            report.add(Code::BadNumber, format!("{path}/balance"), message);
        }
    }
    let may_be_zero = matches!(bond.kind, BondKind::Equity | BondKind::InterestOnly { .. });
    if bond.original_balance == 0.0 && !may_be_zero {
        let message = format!("\"{}\" has no principal", bond.name);
        let suggestion = "if it takes what is left, make it `equity`".to_owned();
        report.add_with(Code::ZeroBalance, format!("{path}/original_balance"), message, suggestion);
    }
}

fn coupon(path: &str, bond: &Bond, report: &mut Report) {
    match &bond.coupon {
        Coupon::None | Coupon::Formula { .. } => {}
        Coupon::Fixed { rate: fixed } => rate(format!("{path}/coupon/rate"), *fixed, report),
        Coupon::Floating { index, spread, multiplier, floor, cap } => {
            if index.trim().is_empty() {
                let message = "the name of the index is missing";
                report.add(Code::BadName, format!("{path}/coupon/index"), message);
            }
            rate(format!("{path}/coupon/spread"), *spread, report);
            if multiplier
                .is_some_and(|multiplier| !multiplier.is_finite() || multiplier.abs() > 100.0)
            {
                let message = "the multiplier is beyond 100";
                report.add(Code::BadNumber, format!("{path}/coupon/multiplier"), message);
            }
            for (name, bound) in [("floor", floor), ("cap", cap)] {
                if let Some(bound) = bound {
                    rate(format!("{path}/coupon/{name}"), *bound, report);
                }
            }
            if let (Some(floor), Some(cap)) = (floor, cap)
                && floor > cap
            {
                let message = format!("the floor {floor} is above the cap {cap}");
                report.add(Code::BadRate, format!("{path}/coupon/floor"), message);
            }
        }
        Coupon::StepUp { rate: first, steps } => {
            rate(format!("{path}/coupon/rate"), *first, report);
            let mut last: Option<NaiveDate> = None;
            for (number, (date, step)) in steps.iter().enumerate() {
                rate(format!("{path}/coupon/steps/{number}/1"), *step, report);
                if last.is_some_and(|last| last >= *date) {
                    let message = "the days of a stepping rate rise";
                    report.add(Code::BadDate, format!("{path}/coupon/steps/{number}/0"), message);
                }
                last = Some(*date);
            }
            if steps.is_empty() {
                let message = "a stepping rate has at least one step";
                let suggestion = "make it a fixed rate".to_owned();
                report.add_with(
                    Code::EmptyList,
                    format!("{path}/coupon/steps"),
                    message,
                    suggestion,
                );
            }
        }
    }
    if let InterestOnInterest::Fixed { rate: fixed } = bond.interest_on_interest {
        rate(format!("{path}/interest_on_interest/rate"), fixed, report);
    }
    if bond.kind == BondKind::PrincipalOnly && bond.coupon != Coupon::None {
        let message = format!("\"{}\" is principal only, but has a rate", bond.name);
        report.add(Code::WrongBond, format!("{path}/coupon"), message);
    }
}

fn schedule(path: &str, bond: &Bond, report: &mut Report) {
    let (planned, speeds, what) = match &bond.kind {
        BondKind::Pac { band, planned } => {
            (planned, band.map(|(low, high)| vec![low, high]), "a band, such as `band 100 to 300`")
        }
        BondKind::Tac { speed, planned } => {
            (planned, speed.map(|speed| vec![speed]), "a speed, such as `speed 150`")
        }
        _ => return,
    };
    let path = format!("{path}/kind");
    if planned.is_empty() && speeds.is_none() {
        let message = format!("\"{}\" has no schedule", bond.name);
        report.add_with(
            Code::BadSchedule,
            path.clone(),
            message,
            format!("give it {what}, or a plan"),
        );
    }
    if let Some(speeds) = speeds {
        let inside = speeds.iter().all(|speed| (0.0..=10_000.0).contains(speed));
        if !inside || !speeds.is_sorted() {
            let message = "speeds are from 0 to 10,000 % PSA, the lower one first";
            report.add(Code::BadSchedule, path.clone(), message);
        }
    }
    let falls = planned.is_sorted_by(|earlier, later| earlier >= later);
    let inside = planned.iter().all(|balance| (0.0..=LARGEST).contains(balance));
    if !falls || !inside || planned.first().is_some_and(|first| *first > bond.original_balance) {
        let message = "planned balances fall from at most the original balance to 0";
        report.add(Code::BadSchedule, path, message);
    }
}

fn days(path: &str, bond: &Bond, deal: &Deal, report: &mut Report) {
    for (field, day) in [
        ("accrues_from", bond.accrues_from),
        ("lockout_until", bond.lockout_until),
        ("maturity", bond.maturity),
    ] {
        if day.is_some_and(|day| !(1970..=2150).contains(&day.year())) {
            let message = "the day is outside the years 1970 to 2150";
            report.add(Code::BadDate, format!("{path}/{field}"), message);
        }
    }
    if bond.accrues_from.is_some_and(|from| from >= deal.dates.first_payment) {
        let message = "interest accrues from a day before the first payment";
        report.add(Code::BadDate, format!("{path}/accrues_from"), message);
    }
    if bond.maturity.is_some_and(|maturity| maturity < deal.dates.first_payment) {
        let message = "the bond matures before the first payment";
        report.add(Code::BadDate, format!("{path}/maturity"), message);
    }
    let end = bond.maturity.or(deal.dates.maturity);
    if let (Some(until), Some(end)) = (bond.lockout_until, end)
        && until > end
    {
        let message = format!("the lockout ends on {until}, after maturity on {end}");
        report.add(Code::BadDate, format!("{path}/lockout_until"), message);
    }
    if bond.delay_days.is_some_and(|days| days > 366) {
        let message = "the delay is longer than a year";
        report.add(Code::BadNumber, format!("{path}/delay_days"), message);
    }
}
