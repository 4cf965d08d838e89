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
    whole: Flows,
    tail: Flows,
    live: Flows,
    /// For every scenario: survival at the beginning of every month of the live part, and at its
    /// end.
    survival: Vec<Vec<f64>>,
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
    /// Adds the groups of a family to the tallies of all scenarios, each with its speeds.
    pub(super) fn add(
        &mut self,
        groups: &[Group],
        resolved: &Resolved,
        pool: Pool<'_>,
        scenarios: &mut [(&mut Tally, &Speeds)],
    ) {
        let longest = groups.iter().map(|group| group.shape.last_default(resolved)).max();
        let (Some(first), Some(longest)) = (groups.first(), longest) else { return };
        let shape = Shape { remaining: longest, ..first.shape };
        self.live.start(longest);
        self.survival.resize(scenarios.len(), Vec::new());
        for ((tally, speeds), path) in scenarios.iter_mut().zip(&mut self.survival) {
            tally.fill_survival(&part(shape, resolved, speeds, &self.live), path);
        }

        for group in groups {
            let live = group.shape.last_default(resolved);
            self.whole.fill_due(group, pool);
            self.tail.take_after(&self.whole, live, group.shape.remaining);
            self.live.take_until(&self.whole, live, &self.tail);
            let shape = Shape { remaining: group.shape.remaining - live, ..group.shape };
            for ((tally, speeds), path) in scenarios.iter_mut().zip(&self.survival) {
                tally.add(&survival::Group {
                    elapsed: live,
                    survival: path.get(usize::from(live)).copied().unwrap_or(0.0),
                    last_default: 0,
                    ..part(shape, resolved, speeds, &self.tail)
                });
            }
        }

        self.live.accumulate();
        for (tally, speeds) in scenarios {
            tally.add(&part(shape, resolved, speeds, &self.live));
        }
    }
}

/// Describes the live part of a family.
fn part<'a>(
    shape: Shape,
    resolved: &'a Resolved,
    speeds: &'a Speeds,
    flows: &'a Flows,
) -> survival::Group<'a> {
    survival::Group {
        shape,
        resolved,
        speeds,
        flows,
        collateral: None,
        penalty: &PrepaymentPenalty::None,
        elapsed: 0,
        survival: 1.0,
        last_default: shape.remaining,
    }
}
