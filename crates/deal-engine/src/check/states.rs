//! Triggers and statuses.

use crate::model::{Action, Deal, Effect, Moment, ObjectKind, Status};

use super::Report;
use super::code::Code;
use super::flow::Mentioned;
use super::walk::{StepAt, steps};

pub(super) fn check(deal: &Deal, report: &mut Report) {
    let steps = steps(deal);
    triggers(deal, &steps, report);
    statuses(deal, &steps, report);
}

fn triggers(deal: &Deal, steps: &[StepAt<'_>], report: &mut Report) {
    let live = live(deal);
    let mentioned = Mentioned::of(deal);
    for (at, trigger) in deal.triggers.iter().enumerate() {
        let path = format!("/triggers/{at}");
        let name = &trigger.name;
        if live.get(at) == Some(&false) {
            report.add_with(
                Code::NeverActivated,
                format!("{path}/dormant"),
                format!(
                    "\"{name}\" is dormant and no other trigger activates it, so it never fires"
                ),
                "remove `dormant`, or let another trigger activate it".to_owned(),
            );
        }
        let tested = steps.iter().any(|found| {
            matches!(&found.step.action, Action::TestTrigger { trigger } if trigger == name)
        });
        if trigger.at == Moment::InStep && !tested {
            report.add_with(
                Code::NeverTested,
                format!("{path}/at"),
                format!("\"{name}\" is tested in a step, and no step tests it"),
                format!("add a step `test trigger \"{name}\"`"),
            );
        }
        if trigger.effects.is_empty() && !mentioned.has(ObjectKind::Trigger, name) {
            let message = format!("\"{name}\" has no effect and no formula looks at it");
            report.add(Code::NoEffect, format!("{path}/effects"), message);
        }
    }
}

/// Which triggers are tested from the beginning or activated by such a one, perhaps through others.
fn live(deal: &Deal) -> Vec<bool> {
    let mut live: Vec<bool> = deal.triggers.iter().map(|trigger| !trigger.dormant).collect();
    for _ in 0..deal.triggers.len() {
        let activated: Vec<&str> = deal
            .triggers
            .iter()
            .zip(&live)
            .filter(|(_, live)| **live)
            .flat_map(|(trigger, _)| &trigger.effects)
            .filter_map(|effect| match effect {
                Effect::Activate { trigger } => Some(trigger.as_str()),
                _ => None,
            })
            .collect();
        let before = live.clone();
        for (live, trigger) in live.iter_mut().zip(&deal.triggers) {
            *live = *live || activated.contains(&trigger.name.as_str());
        }
        if live == before {
            break;
        }
    }
    live
}

fn statuses(deal: &Deal, steps: &[StepAt<'_>], report: &mut Report) {
    let mut set: Vec<(Status, String)> = Vec::new();
    if deal.dates.revolving_until.is_some() {
        set.push((Status::Revolving, "/dates/revolving_until".to_owned()));
    }
    for (at, trigger) in deal.triggers.iter().enumerate() {
        for (number, effect) in trigger.effects.iter().enumerate() {
            if let Effect::Status { status } = effect {
                set.push((*status, format!("/triggers/{at}/effects/{number}/status")));
            }
        }
    }
    for StepAt { path, step, .. } in steps {
        if let Action::SetStatus { status } = &step.action {
            set.push((*status, format!("{path}/action/status")));
        }
    }

    for (status, path) in &set {
        let own = deal.waterfalls.iter().any(|waterfall| waterfall.status == *status);
        if !own && *status != Status::Amortizing {
            let message = format!(
                "there is no waterfall `{}`; that of `amortizing` is used",
                status_words(*status)
            );
            report.add(Code::StatusWithoutWaterfall, path, message);
        }
    }
    for (at, waterfall) in deal.waterfalls.iter().enumerate() {
        let status = waterfall.status;
        let reached = status == Status::Amortizing
            || (status == Status::Called && !deal.calls.is_empty())
            || set.iter().any(|(set, _)| *set == status);
        if !reached {
            let message = format!("nothing sets the status `{}`", status_words(status));
            report.add(Code::UnreachableWaterfall, format!("/waterfalls/{at}"), message);
        }
    }

    let revolving = deal.waterfalls.iter().position(|found| found.status == Status::Revolving);
    if let (Some(at), true) = (revolving, deal.dates.revolving_until.is_some()) {
        let buys = steps.iter().any(|found| {
            found.waterfall == Some(at) && matches!(found.step.action, Action::Buy { .. })
        });
        if !buys {
            let message = "the revolving waterfall buys no assets";
            report.add(Code::RevolvingWithoutPurchase, format!("/waterfalls/{at}"), message);
        }
    }
}

/// The status as it is written in the text form.
pub(crate) const fn status_words(status: Status) -> &'static str {
    match status {
        Status::Revolving => "revolving",
        Status::Amortizing => "amortizing",
        Status::EarlyAmortization => "early amortization",
        Status::Accelerated => "accelerated",
        Status::Defaulted => "defaulted",
        Status::Called => "called",
    }
}
