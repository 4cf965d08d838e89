//! From scheduled flows and survival to the columns of a projection.

use super::advances;
use super::columns::Sums;
use super::flows::Flows;
use super::survival::{Group, Survival};
use crate::assumptions::{Advances, RecoveryTiming};
use crate::loan::PrepaymentPenalty;

/// Columns of groups that share their assumptions, before liquidation.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) sums: Sums,
    /// New defaults that will be lost.
    lost: Vec<f64>,
    /// Monthly interest on new defaults.
    unpaid: Vec<f64>,
    /// Whether new defaults wait for [`Tally::liquidate`].
    is_pending: bool,
    survival: Survival,
}

impl Tally {
    pub(super) fn new(periods: usize) -> Self {
        Self {
            sums: Sums::zero(periods),
            lost: vec![0.0; periods],
            unpaid: vec![0.0; periods],
            is_pending: false,
            survival: Survival::default(),
        }
    }

    pub(super) fn clear(&mut self) {
        self.sums.clear();
        self.lost.fill(0.0);
        self.unpaid.fill(0.0);
        self.is_pending = false;
    }

    /// Adds a group of loans.
    pub(super) fn add(&mut self, group: &Group<'_>) {
        self.survival.fill(group);
        let Self { sums, survival, .. } = self;
        let Flows { interest, owed, after, annual_interest, .. } = group.flows;
        let elapsed = usize::from(group.elapsed);
        let add = |sum: &mut Vec<f64>, weight: &[f64], amount: &[f64]| {
            add_product(sum.get_mut(elapsed..).unwrap_or_default(), weight, amount);
        };
        add(&mut sums.beginning, &survival.before, owed);
        add(&mut sums.scheduled, &survival.paying, group.flows.principal());
        add(&mut sums.interest, &survival.paying, interest);
        add(&mut sums.prepaid, &survival.prepaid, after);
        add(&mut sums.prepayable, &survival.prepayable, after);
        add(&mut sums.annual_interest, &survival.before, annual_interest);
        self.add_fee(group);
        self.add_penalty(group);
        if group.last_default > 0 {
            self.add_defaults(group);
        }
    }

    /// Fills `path` with survival at the beginning of every month of a group, and at its end.
    pub(super) fn fill_survival(&mut self, group: &Group<'_>, path: &mut Vec<f64>) {
        self.survival.fill(group);
        path.clear();
        path.extend_from_slice(&self.survival.before);
        path.push(self.survival.end);
    }

    /// Liquidates the new defaults of the groups added so far, without advances:
    /// in period `t` the share `h_k` of what defaulted in `t − k`.
    pub(super) fn liquidate(&mut self, timing: &RecoveryTiming) {
        if !std::mem::take(&mut self.is_pending) {
            return;
        }
        let Self { sums, lost, unpaid, .. } = self;
        let mut waiting = 1.0;
        for (lag, share) in timing.shares().iter().enumerate() {
            add_later(&mut sums.defaulted_interest, unpaid, lag, waiting);
            if *share > 0.0 {
                add_later(&mut sums.loss, lost, lag, *share);
                add_later(&mut sums.recovery, &sums.default, lag, *share);
                add_later(&mut sums.recovery, lost, lag, -share);
                waiting = (waiting - share).max(0.0);
            }
            if lag + 1 < timing.shares().len() {
                add_later(&mut sums.foreclosure, &sums.default, lag, waiting);
            }
        }
        for recovery in &mut sums.recovery {
            *recovery = recovery.max(0.0);
        }
    }

    fn add_fee(&mut self, group: &Group<'_>) {
        let fee = group.resolved.servicing_fee;
        if fee <= 0.0 {
            return;
        }
        for (due, since) in group.shape.due_months() {
            let month = usize::from(due - 1);
            let paying = self.survival.paying.get(month).zip(group.flows.owed.get(month));
            let sum = self.sums.fee.get_mut(usize::from(group.elapsed) + month);
            if let (Some(sum), Some((paying, owed))) = (sum, paying) {
                *sum += paying * owed * fee * f64::from(since) / 12.0;
            }
        }
    }

    fn add_penalty(&mut self, group: &Group<'_>) {
        let penalty = group.penalty;
        if matches!(penalty, PrepaymentPenalty::None | PrepaymentPenalty::Lockout { .. }) {
            return;
        }
        let Flows { interest, after, .. } = group.flows;
        let principal = group.flows.principal();
        let shape = group.shape;
        let due: Vec<usize> = shape.due_months().map(|(due, _)| usize::from(due)).collect();
        let payments: Vec<f64> = due
            .iter()
            .filter_map(|month| Some(principal.get(month - 1)? + interest.get(month - 1)?))
            .collect();
        for (position, (month, _)) in shape.due_months().enumerate() {
            let prepaid = self.survival.prepaid.get(usize::from(month - 1));
            let (Some(prepaid), Some(left)) = (prepaid, after.get(usize::from(month - 1))) else {
                return;
            };
            let remaining = payments.get(position + 1..).unwrap_or_default();
            let loan_month = shape.age.saturating_add(month);
            let owed = penalty.make_whole(loan_month, *left, remaining, 12 / shape.every);
            if let Some(sum) = self.sums.penalty.get_mut(usize::from(month - 1)) {
                *sum += prepaid * owed;
            }
        }
    }

    fn add_defaults(&mut self, group: &Group<'_>) {
        // New defaults occur in the first part of a family only, at the beginning.
        let defaulting = group.defaulting();
        let survival = &self.survival;
        add_product(&mut self.sums.default, &survival.defaulted, defaulting);
        match group.resolved.advances {
            Advances::None => {
                self.is_pending = true;
                let parts = survival.defaulted.iter().zip(&survival.severity).zip(defaulting);
                for (lost, ((defaulted, severity), owed)) in self.lost.iter_mut().zip(parts) {
                    *lost += defaulted * owed * severity;
                }
                let parts = survival.defaulted.iter().zip(&group.flows.annual_interest);
                for (unpaid, (defaulted, annual)) in self.unpaid.iter_mut().zip(parts) {
                    *unpaid += defaulted * annual / 12.0;
                }
            }
            Advances::Interest => advances::interest(&mut self.sums, survival, group),
            Advances::PrincipalAndInterest => {
                advances::principal_and_interest(&mut self.sums, survival, group);
            }
        }
    }
}

fn add_product(sum: &mut [f64], weight: &[f64], amount: &[f64]) {
    for (sum, (weight, amount)) in sum.iter_mut().zip(weight.iter().zip(amount)) {
        *sum += weight * amount;
    }
}

/// Adds `share` of every entry `lag` entries later.
fn add_later(sum: &mut [f64], amount: &[f64], lag: usize, share: f64) {
    for (sum, amount) in sum.iter_mut().skip(lag).zip(amount) {
        *sum += share * amount;
    }
}
