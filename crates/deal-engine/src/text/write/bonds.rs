//! Bonds.

use crate::formula::{is_word, quoted};
use crate::model::{Bond, BondKind, Coupon, InterestOnInterest};

use super::{Clauses, formula, money, rate};

pub(super) fn bond(bond: &Bond) -> String {
    let mut line =
        Clauses::new(format!("bond {} {}", quoted(&bond.name), money(bond.original_balance)));
    coupon(&bond.coupon, &mut line);
    line.option(bond.balance, |balance| format!("outstanding {}", money(balance)));
    line.option(bond.day_count, |count| count.name().to_owned());
    line.option(bond.delay_days, |days| format!("delay {days} days"));
    line.option(bond.accrues_from, |day| format!("accrues from {day}"));
    line.option(kind(&bond.kind), |kind| kind);
    line.option(bond.group.as_ref(), |group| format!("group {}", quoted(group)));
    line.option(bond.lockout_until, |day| format!("lockout until {day}"));
    line.option(bond.rate_cap.as_ref(), |cap| format!("rate cap {}", formula(cap)));
    line.flag(bond.carryover, "carryover");
    line.flag(bond.deferrable, "deferrable");
    match bond.interest_on_interest {
        InterestOnInterest::None => {}
        InterestOnInterest::OwnRate => line.add("interest on interest at own rate"),
        InterestOnInterest::Fixed { rate: fixed } => {
            line.add(&format!("interest on interest at {}", rate(fixed)));
        }
    }
    line.option(bond.maturity, |day| format!("maturity {day}"));
    line.option(bond.rating.as_ref(), |rating| format!("rated {}", quoted(rating)));
    line.finish()
}

fn coupon(coupon: &Coupon, line: &mut Clauses) {
    match coupon {
        Coupon::None => {}
        Coupon::Fixed { rate: fixed } => line.attach(&format!(" at {}", rate(*fixed))),
        Coupon::Floating { index, spread, multiplier, floor, cap } => {
            let times = multiplier.map(|multiplier| {
                format!("{} * ", crate::formula::number(multiplier, crate::formula::Numbers::Plain))
            });
            let index = if is_word(index) && !index.eq_ignore_ascii_case("formula") {
                index.clone()
            } else {
                quoted(index)
            };
            let spread = match *spread {
                0.0 => String::new(),
                spread if spread < 0.0 => format!(" - {}", rate(-spread)),
                spread => format!(" + {}", rate(spread)),
            };
            line.attach(&format!(" at {}{index}{spread}", times.unwrap_or_default()));
            line.option(*floor, |floor| format!("floor {}", rate(floor)));
            line.option(*cap, |cap| format!("cap {}", rate(cap)));
        }
        Coupon::StepUp { rate: first, steps } => {
            let steps: Vec<String> =
                steps.iter().map(|(day, step)| format!(" to {} from {day}", rate(*step))).collect();
            line.attach(&format!(" at {} stepping{}", rate(*first), steps.join(",")));
        }
        Coupon::Formula { rate } => line.attach(&format!(" at formula {}", formula(rate))),
    }
}

fn kind(kind: &BondKind) -> Option<String> {
    Some(match kind {
        BondKind::Ordinary => return None,
        BondKind::Pac { band, planned: plan } => {
            let band = band.map(|(low, high)| format!(" band {} to {}", money(low), money(high)));
            format!("pac{}{}", band.unwrap_or_default(), planned(plan))
        }
        BondKind::Tac { speed, planned: plan } => {
            let speed = speed.map(|speed| format!(" speed {}", money(speed)));
            format!("tac{}{}", speed.unwrap_or_default(), planned(plan))
        }
        BondKind::Support => "support".to_owned(),
        BondKind::ZAccrual => "z accrual".to_owned(),
        BondKind::InterestOnly { notional } => format!("interest only on {}", formula(notional)),
        BondKind::PrincipalOnly => "principal only".to_owned(),
        BondKind::Equity => "equity".to_owned(),
    })
}

fn planned(balances: &[f64]) -> String {
    if balances.is_empty() {
        return String::new();
    }
    let balances: Vec<String> = balances.iter().map(|balance| money(*balance)).collect();
    format!(" planned {}", balances.join("; "))
}
