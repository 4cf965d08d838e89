//! Groups that differ in their remaining term only.
//!
//! Loans of one age survive alike until the last months before their maturity, in which nobody
//! defaults. So a family shares one live part, over which scheduled flows of all terms are added
//! up, and every group keeps a short tail of its own:
//!
//! ```text
//! period   1 ............ c | c+1 ... n      of a group with n months, the last n − c default-free
//!          live, V of the age | tail, V continues from V_c by prepayment only
//! ```
//!
//! Going backwards, the balance of a group enters the live part at its `c` as the sum of its tail;
//! every term is positive and nothing cancels.

use super::evaluate::Tally;
use super::flows::{Flows, Pool};
use super::groups::{Group, Members, Shape};
use super::speeds::Speeds;
use super::survival;
use crate::assumptions::{Advances, Resolved};
use crate::loan::PrepaymentPenalty;

/// Buffers for the sums of one family, kept for the next.
#[derive(Debug, Default)]
pub(super) struct Family {
    flows: Flows,
    live: Flows,
    tails: Vec<Flows>,
    /// Survival at the beginning of every month of the live part, and at its end.
    survival: Vec<f64>,
}

/// Tells whether groups of one segment belong to one family.
pub(super) fn are_related(a: &Group, b: &Group, resolved: &Resolved) -> bool {
    let may_share =
        |group: &Group| group.shape.every == 1 && matches!(group.members, Members::Many { .. });
    resolved.advances == Advances::None
        && a.shape.age == b.shape.age
        && may_share(a)
        && may_share(b)
}

impl Family {
    /// Adds up the flows of the groups of a family.
    pub(super) fn fill(&mut self, groups: &[Group], resolved: &Resolved, pool: Pool<'_>) {
        let longest = groups.iter().map(|group| group.shape.last_default(resolved)).max();
        self.live.start(longest.unwrap_or(0));
        self.tails.resize_with(self.tails.len().max(groups.len()), Flows::default);
        for (group, tail) in groups.iter().zip(&mut self.tails) {
            self.flows.fill_due(group, pool);
            let live = group.shape.last_default(resolved);
            tail.take_after(&self.flows, live, group.shape.remaining);
            self.live.take_until(&self.flows, live, tail);
        }
        self.live.accumulate();
    }

    /// Adds the family to the tally of a scenario.
    pub(super) fn add_to(
        &mut self,
        tally: &mut Tally,
        groups: &[Group],
        resolved: &Resolved,
        speeds: &Speeds,
    ) {
        let Some(first) = groups.first() else { return };
        let part = |shape, flows, elapsed, survival, last_default| survival::Group {
            shape,
            resolved,
            speeds,
            flows,
            collateral: None,
            penalty: &PrepaymentPenalty::None,
            elapsed,
            survival,
            last_default,
        };
        let longest = self.live.months();
        let shape = Shape { remaining: longest, ..first.shape };
        tally.add(&part(shape, &self.live, 0, 1.0, longest));
        tally.copy_survival(&mut self.survival);
        for (group, tail) in groups.iter().zip(&self.tails) {
            let live = group.shape.last_default(resolved);
            let survival = self.survival.get(usize::from(live)).copied().unwrap_or(0.0);
            let shape = Shape { remaining: tail.months(), ..group.shape };
            tally.add(&part(shape, tail, live, survival, 0));
        }
    }
}
