//! Where steps stand.

use crate::model::{Action, Deal, Effect, Step};

/// A step of a deal.
#[derive(Debug, Clone)]
pub(crate) struct StepAt<'d> {
    pub(crate) path: String,
    pub(crate) step: &'d Step,
    /// The waterfall it belongs to; `None` if a trigger runs it.
    pub(crate) waterfall: Option<usize>,
    /// Whether it is inside an `if`, or has a condition of its own.
    pub(crate) conditional: bool,
    /// How many steps it is inside of.
    pub(crate) depth: usize,
}

/// Every step of a deal, in the order in which they stand, an `if` before what is inside.
pub(crate) fn steps(deal: &Deal) -> Vec<StepAt<'_>> {
    let mut found = Vec::new();
    for at in 0..deal.waterfalls.len() {
        found.extend(waterfall(deal, at));
    }
    for (at, trigger) in deal.triggers.iter().enumerate() {
        for (number, effect) in trigger.effects.iter().enumerate() {
            if let Effect::Steps { steps } = effect {
                collect(steps, &format!("/triggers/{at}/effects/{number}/steps"), None, &mut found);
            }
        }
    }
    found
}

/// The steps of one waterfall.
pub(crate) fn waterfall(deal: &Deal, at: usize) -> Vec<StepAt<'_>> {
    let mut found = Vec::new();
    if let Some(waterfall) = deal.waterfalls.get(at) {
        collect(&waterfall.steps, &format!("/waterfalls/{at}/steps"), Some(at), &mut found);
    }
    found
}

/// Goes into `if` with a list of its own instead of by recursion, so that no deal exhausts the stack.
fn collect<'d>(
    steps: &'d [Step],
    path: &str,
    waterfall: Option<usize>,
    found: &mut Vec<StepAt<'d>>,
) {
    let mut waiting: Vec<StepAt<'d>> = Vec::new();
    let queue = |waiting: &mut Vec<StepAt<'d>>,
                 steps: &'d [Step],
                 path: &str,
                 depth: usize,
                 inside: bool| {
        for (at, step) in steps.iter().enumerate().rev() {
            waiting.push(StepAt {
                path: format!("{path}/{at}"),
                step,
                waterfall,
                conditional: inside || step.when.is_some(),
                depth,
            });
        }
    };
    queue(&mut waiting, steps, path, 0, waterfall.is_none());
    while let Some(next) = waiting.pop() {
        if let Action::If { then, otherwise, .. } = &next.step.action {
            let depth = next.depth + 1;
            queue(&mut waiting, otherwise, &format!("{}/action/otherwise", next.path), depth, true);
            queue(&mut waiting, then, &format!("{}/action/then", next.path), depth, true);
        }
        found.push(next);
    }
}
