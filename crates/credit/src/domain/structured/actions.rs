//! Actions of the simple form as steps of a waterfall.

use deal_engine::model::{
    Action, Allocation, Expr, Formula, InterestPart, PrincipalAllocation, Source, Step,
};

use super::{ActionConfig, Amount, INTEREST, Names, PRINCIPAL, WaterfallConfig};
use crate::domain::asset::Issue;

/// What amounts can be, besides numbers.
const AMOUNTS: &str =
    "Interest, InterestShortfall, OutstandingPrincipal, ProRataShare, Residual or a number";

/// The steps of one side of the trigger.
pub(super) fn steps(
    config: &WaterfallConfig,
    names: &Names,
    side: &str,
    issues: &mut Vec<Issue>,
) -> Vec<Step> {
    let collect = |sources: Vec<Source>, into: &str| {
        step(Action::Collect { sources, pool: None, share: None, into: into.to_owned() })
    };
    let mut steps = vec![
        collect(vec![Source::Interest, Source::Penalty], INTEREST),
        collect(vec![Source::Principal, Source::Prepayment, Source::Recovery], PRINCIPAL),
    ];
    let mut shared: Option<String> = None;
    for (i, action) in config.actions.iter().enumerate() {
        let field = format!("/waterfall_config/actions/{i}");
        let both = action.trigger.is_none();
        match action.trigger.as_deref() {
            None | Some("BeforeTrigger" | "AfterTrigger") => {}
            Some(other) => {
                let message = format!("`{other}` is not known: send BeforeTrigger or AfterTrigger");
                issues.push(Issue::new(format!("{field}/trigger"), "unknown_value", message));
            }
        }
        let translated = translate_action(action, names, &field, issues);
        if !both && action.trigger.as_deref() != Some(side) {
            continue;
        }
        let Some(mut made) = translated else { continue };
        // Neighbours that share principal are one step.
        let sharing = is_shared(&made.action).then(|| action.source.clone());
        if sharing.is_some() && sharing == shared {
            if let (Some(last), Action::PayPrincipal { bonds: more, .. }) =
                (steps.last_mut(), &made.action)
                && let Action::PayPrincipal { bonds, .. } = &mut last.action
            {
                bonds.extend(more.iter().cloned());
            }
            continue;
        }
        shared = sharing;
        made.label.clone_from(&action.tag);
        steps.push(made);
    }
    steps
}

const fn is_shared(action: &Action) -> bool {
    matches!(action, Action::PayPrincipal { allocation: PrincipalAllocation::ProRata, .. })
}

const fn step(action: Action) -> Step {
    Step { label: None, when: None, action, limit: None, keep: None, support: Vec::new() }
}

fn translate_action(
    action: &ActionConfig,
    names: &Names,
    field: &str,
    issues: &mut Vec<Issue>,
) -> Option<Step> {
    let before = issues.len();
    if !names.accounts.contains(&action.source) {
        let accounts: Vec<&str> = names.accounts.iter().map(String::as_str).collect();
        let message = format!("`{}` is no source: send {}", action.source, accounts.join(", "));
        issues.push(Issue::new(format!("{field}/source"), "unknown_source", message));
    }
    let to_account = names.accounts.contains(&action.target);
    if !to_account && !names.bonds.contains(&action.target) {
        let message = format!("`{}` is no target: send {}", action.target, names.all());
        issues.push(Issue::new(format!("{field}/target"), "unknown_target", message));
    } else if action.target == action.source {
        let message = format!("`{}` is the source too", action.target);
        issues.push(Issue::new(format!("{field}/target"), "same_account", message));
    }
    let (from, bonds) = (action.source.clone(), vec![action.target.clone()]);
    let principal =
        |allocation| Action::PayPrincipal { bonds: bonds.clone(), allocation, from: from.clone() };
    let interest = |part| Action::PayInterest {
        bonds: bonds.clone(),
        part,
        allocation: Allocation::Sequential,
        from: from.clone(),
    };
    let (word, number) = match &action.amount {
        None => (String::new(), None),
        Some(Amount::Number(number)) => (String::new(), Some(*number)),
        Some(Amount::Word(word)) => match word.trim().parse::<f64>() {
            Ok(number) => (String::new(), Some(number)),
            Err(_) => (word.trim().to_owned(), None),
        },
    };
    let transfer = Action::Transfer { from: from.clone(), into: action.target.clone() };
    let found = match (to_account, word.as_str(), number) {
        (true, "" | "All" | "Remaining", _) => Some(transfer),
        (false, "Interest", _) => Some(interest(InterestPart::Current)),
        (false, "InterestShortfall", _) => Some(interest(InterestPart::Overdue)),
        (false, "OutstandingPrincipal", _) | (false, "", Some(_)) => {
            Some(principal(PrincipalAllocation::Sequential))
        }
        (false, "ProRataShare", _) => Some(principal(PrincipalAllocation::ProRata)),
        (false, "Residual" | "All" | "Remaining", _) => {
            Some(Action::PayResidual { bond: action.target.clone(), from: from.clone() })
        }
        _ => None,
    };
    let bad_number = number.is_some_and(|number| !number.is_finite() || number < 0.0);
    if found.is_none() || bad_number {
        let shown = if word.is_empty() { number.unwrap_or(0.0).to_string() } else { word };
        let kinds = if to_account { "All or a number" } else { AMOUNTS };
        let message = format!("`{shown}` is no amount for `{}`: send {kinds}", action.target);
        issues.push(Issue::new(format!("{field}/amount"), "unknown_amount", message));
    }
    if issues.len() > before {
        return None;
    }
    let mut made = step(found?);
    made.limit = number.map(|number| Formula(Expr::Number(number)));
    Some(made)
}
