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

/// The scheduled amounts of a family.
#[derive(Debug)]
pub(super) struct Kept {
    /// Of the live part.
    shape: Shape,
    live: Flows,
    tails: Vec<Tail>,
}

/// The last months of a group.
#[derive(Debug)]
struct Tail {
    shape: Shape,
    /// Months of the live part before it.
    elapsed: u16,
    flows: Flows,
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

impl Kept {
    /// Adds up the schedules of the groups of a family; `None` if there is no group.
    pub(super) fn new(groups: &[Group], resolved: &Resolved, pool: Pool<'_>) -> Option<Self> {
        let longest = groups.iter().map(|group| group.shape.last_default(resolved)).max()?;
        let shape = Shape { remaining: longest, ..groups.first()?.shape };
        let (mut whole, mut live) = (Flows::default(), Flows::default());
        live.start(longest);
        let mut tails = Vec::with_capacity(groups.len());
        for group in groups {
            let elapsed = group.shape.last_default(resolved);
            whole.fill_due(group, pool);
            let mut flows = Flows::default();
            flows.take_after(&whole, elapsed, group.shape.remaining);
            live.take_until(&whole, elapsed, &flows);
            let shape = Shape { remaining: group.shape.remaining - elapsed, ..group.shape };
            if shape.remaining > 0 {
                tails.push(Tail { shape, elapsed, flows });
            }
        }
        live.accumulate();
        Some(Self { shape, live, tails })
    }

    /// Adds the family to a tally; `path` is a buffer.
    pub(super) fn add(
        &self,
        resolved: &Resolved,
        speeds: &Speeds,
        tally: &mut Tally,
        path: &mut Vec<f64>,
    ) {
        let live = part(self.shape, resolved, speeds, &self.live);
        if !self.tails.is_empty() {
            tally.fill_survival(&live, path);
        }
        for tail in &self.tails {
            tally.add(&survival::Group {
                elapsed: tail.elapsed,
                survival: path.get(usize::from(tail.elapsed)).copied().unwrap_or(0.0),
                last_default: 0,
                ..part(tail.shape, resolved, speeds, &tail.flows)
            });
        }
        tally.add(&live);
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
