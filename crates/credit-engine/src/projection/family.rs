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

use super::columns;
use super::evaluate::Tally;
use super::flows::{Flows, Pool};
use super::groups::{Group, Members, Shape};
use super::speeds::Speeds;
use super::survival;
use crate::assumptions::{Advances, DefaultModel, Resolved};
use crate::loan::PrepaymentPenalty;

/// Buffers for the sums of one family, kept for the next.
#[derive(Debug, Default)]
pub(super) struct Family {
    flows: Flows,
    live: Flows,
    /// For every group, the last live month.
    last_live: Vec<u16>,
}

/// What the loans of a family share.
#[derive(Clone, Copy)]
pub(super) struct Terms<'a> {
    pub(super) resolved: &'a Resolved,
    /// For every scenario.
    pub(super) speeds: &'a [Vec<Speeds>],
    pub(super) answer: usize,
}

/// Tells whether two groups belong to one family.
pub(super) fn are_related(a: &Group, b: &Group, resolved: &Resolved) -> bool {
    let close = |group: &Group| group.shape.every == 1 && matches!(group.members, Members::Many { .. });
    let alike = (a.segment, a.shape.age) == (b.segment, b.shape.age);
    resolved.advances == Advances::None && alike && close(a) && close(b)
}

impl Family {
    /// Adds a family to the tallies of all scenarios.
    pub(super) fn add(&mut self, groups: &[Group], terms: Terms<'_>, pool: Pool<'_>, tallies: &mut [Tally]) {
        let Some(shape) = groups.iter().map(|group| group.shape).max() else { return };
        let free = match terms.resolved.default {
            DefaultModel::None => 0,
            _ => terms.resolved.default_free_months,
        };
        self.live.start(shape);
        for group in groups {
            let last_live = group.shape.remaining.saturating_sub(free);
            self.flows.fill(group, pool);
            self.live.take_live(&mut self.flows, last_live);
            ...
        }
    }
}
