//! What is said about a bond on a payment date.

use credit_engine::dates::DayCount;

use super::ExplainedStep;
use super::day::Day;
use super::words::{money, number, percent};
use crate::model::{Action, BondKind, Effect, Status};
use crate::run::{Note, status_name};

/// Amounts below this are not worth a sentence.
const CENT: f64 = 0.005;

/// Tells the whole story: the state of the deal, what was due, what was paid and why not more.
pub(super) fn story(day: &Day<'_>, steps: &[ExplainedStep]) -> Vec<String> {
    let mut sentences = Vec::new();
    sentences.extend(status(day));
    sentences.extend(triggers(day));
    sentences.extend(interest_due(day));
    sentences.extend(interest_paid(day, steps));
    sentences.extend(principal(day, steps));
    sentences.extend(rest(day));
    sentences.push(format!(
        "Its balance went from {} to {}.",
        money(day.now(&day.columns.begin)),
        money(day.now(&day.columns.balance))
    ));
    sentences
}

fn status(day: &Day<'_>) -> Option<String> {
    let name = status_name(day.status).replace('_', " ");
    let own = day.deal.waterfalls.iter().any(|waterfall| waterfall.status == day.status);
    let note =
        if own || day.status == Status::Called { "" } else { ", with the steps of amortizing" };
    (day.status != Status::Amortizing)
        .then(|| format!("The deal was {name}, so the waterfall of that status ran{note}."))
}

/// Names the triggers in force that change status, targets or coupons.
fn triggers(day: &Day<'_>) -> Vec<String> {
    let mut sentences = Vec::new();
    for (trigger, columns) in day.deal.triggers.iter().zip(&day.run.triggers) {
        let active = columns.active.get(day.row).copied().unwrap_or(false);
        if !active {
            continue;
        }
        let since = columns.active.iter().take(day.row + 1).rposition(|active| !active);
        let first = since.map_or(0, |row| row + 1);
        let at = |column: &[Option<f64>]| column.get(first).copied().flatten();
        let measured = at(&columns.value).zip(at(&columns.threshold));
        let measured = measured.map_or_else(String::new, |(value, threshold)| {
            format!(": it measured {} against {}", number(value), number(threshold))
        });
        let date = day.run.dates.get(first).map(ToString::to_string).unwrap_or_default();
        let effects: Vec<String> = trigger.effects.iter().filter_map(effect).collect();
        let effects = if effects.is_empty() {
            String::new()
        } else {
            format!(" It {}.", effects.join(" and "))
        };
        let name = &trigger.name;
        sentences
            .push(format!("The trigger {name:?} is in force since {date}{measured}.{effects}"));
    }
    sentences
}

fn effect(effect: &Effect) -> Option<String> {
    match effect {
        Effect::Status { status } => {
            Some(format!("sets the status to {}", status_name(*status).replace('_', " ")))
        }
        Effect::ReserveTarget { account, target } => {
            Some(format!("sets the target of {account:?} to {target}"))
        }
        Effect::Coupon { bond, rate } => Some(format!("sets the rate of {bond:?} to {rate}")),
        Effect::Activate { .. } | Effect::Steps { .. } => None,
    }
}

fn interest_due(day: &Day<'_>) -> Vec<String> {
    let columns = day.columns;
    let mut sentences = Vec::new();
    let due = day.now(&columns.interest_due);
    let overdue = day.before(&columns.interest_overdue);
    let basis = if matches!(day.bond.kind, BondKind::InterestOnly { .. }) {
        "a notional amount of "
    } else {
        ""
    };
    if due > 0.0 {
        let days = columns.accrual_days.get(day.row).copied().unwrap_or(0);
        let day_count = day.bond.day_count.unwrap_or(DayCount::Thirty360Bond).name();
        sentences.push(format!(
            "Interest of {} fell due: {basis}{} at {} for {days} days, {day_count}.",
            money(due),
            money(day.now(&columns.begin)),
            percent(day.now(&columns.rate)),
        ));
    } else {
        sentences.push("No interest fell due.".to_owned());
    }
    if overdue > CENT {
        sentences.push(format!("Interest of {} was still owed from before.", money(overdue)));
    }
    let accreted = day.now(&columns.accreted);
    if accreted > CENT && day.bond.deferrable {
        sentences.push(format!(
            "{} of interest was not paid and was added to the balance, because the bond is \
             deferrable.",
            money(accreted)
        ));
    } else if accreted > CENT {
        sentences.push(format!(
            "{} of it was added to the balance: its turn comes when the bonds before it are \
             repaid, and until then the cash repays them.",
            money(accreted)
        ));
    }
    sentences
}

fn interest_paid(day: &Day<'_>, steps: &[ExplainedStep]) -> Vec<String> {
    let owed = day.interest_owed();
    let paid = day.now(&day.columns.interest_paid);
    if owed <= CENT {
        return Vec::new();
    }
    if paid >= owed - CENT {
        return vec![format!("Interest of {} was paid in full.", money(paid))];
    }
    let mut sentences = vec![format!(
        "Only {} of interest was paid; {} is missing.",
        money(paid),
        money(owed - paid)
    )];
    sentences.extend(reason(day, steps, Cash::Interest));
    sentences
}

fn principal(day: &Day<'_>, steps: &[ExplainedStep]) -> Vec<String> {
    let columns = day.columns;
    let paid = day.now(&columns.principal);
    let left = day.now(&columns.begin) + day.now(&columns.accreted);
    if matches!(day.bond.kind, BondKind::InterestOnly { .. } | BondKind::Equity) && paid <= CENT {
        return Vec::new();
    }
    if left <= CENT && paid <= CENT {
        return vec!["It was repaid before.".to_owned()];
    }
    let mut sentences = Vec::new();
    if paid > CENT {
        sentences.push(format!("Principal of {} was paid.", money(paid)));
    } else {
        sentences.push("No principal was paid.".to_owned());
    }
    let date = day.run.dates.get(day.row);
    if let Some(until) =
        day.bond.lockout_until.filter(|until| date.is_some_and(|date| date < until))
    {
        sentences.push(format!("It gets no principal before {until}."));
    } else if !columns.planned.is_empty() {
        let planned = money(day.now(&columns.planned));
        sentences.push(format!("Its schedule plans a balance of {planned}."));
    }
    if day.now(&columns.balance) > CENT {
        sentences.extend(reason(day, steps, Cash::Principal));
    }
    sentences
}

fn rest(day: &Day<'_>) -> Vec<String> {
    let columns = day.columns;
    let mut sentences = Vec::new();
    let residual = day.now(&columns.residual);
    if residual > CENT {
        sentences.push(format!("{} of what was left went to it.", money(residual)));
    }
    let down = day.now(&columns.write_down);
    if down > CENT {
        sentences.push(format!("{} of its balance was written down.", money(down)));
    } else if down < -CENT {
        sentences.push(format!("{} of its balance was written up again.", money(-down)));
    }
    let carryover = day.now(&columns.carryover);
    if carryover > CENT {
        sentences
            .push(format!("Interest of {} above its rate cap is owed later.", money(carryover)));
    }
    sentences
}

/// What the bond can be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cash {
    Interest,
    Principal,
}

/// Says why the last step that pays the bond did not move more, and which steps before it took cash.
fn reason(day: &Day<'_>, steps: &[ExplainedStep], cash: Cash) -> Vec<String> {
    let pays = |step: &ExplainedStep| {
        let action = day.find(&step.place).map(|step| &step.action);
        step.concerns
            && match cash {
                Cash::Interest => matches!(action, Some(Action::PayInterest { .. })),
                Cash::Principal => {
                    matches!(action, Some(Action::PayPrincipal { .. } | Action::Cure { .. }))
                }
            }
    };
    let what = if cash == Cash::Interest { "interest" } else { "principal" };
    let last = steps.iter().rposition(pays);
    let Some((last, step)) = last.and_then(|last| Some((last, steps.get(last)?))) else {
        return vec![format!("No step of this waterfall pays it {what}.")];
    };
    let mut sentences = vec![format!("Step {} ({}): {}", step.place, step.text, step.sentence)];
    if matches!(step.why, Note::Short | Note::SupportedInPart) {
        let earlier = steps.iter().take(last).filter(|step| takes_cash(day, step));
        let taken: Vec<String> =
            earlier.map(|step| format!("{} by {}", money(step.paid), step.text)).collect();
        if !taken.is_empty() {
            sentences.push(format!("Before it, cash was taken: {}.", taken.join("; ")));
        }
    }
    sentences
}

fn takes_cash(day: &Day<'_>, step: &ExplainedStep) -> bool {
    let action = day.find(&step.place).map(|step| &step.action);
    let takes = matches!(
        action,
        Some(
            Action::PayFees { .. }
                | Action::PayInterest { .. }
                | Action::PayPrincipal { .. }
                | Action::PayResidual { .. }
                | Action::FillReserve { .. }
                | Action::Transfer { .. }
                | Action::Cure { .. }
                | Action::Buy { .. }
        )
    );
    takes && step.paid > CENT
}
