//! Survival of a group: the weights that turn scheduled amounts into actual ones.
//!
//! With `d` the share of the beginning balance that defaults and `s` the SMM (SF-16..19):
//!
//! | order | paid on schedule | prepaid, of `S_t` | new defaults | survival |
//! |---|---|---|---|---|
//! | bma | `V (1 − d)` | `V s` | `V d`, of `S_{t−1}` | `V (1 − d − s)` |
//! | default, then prepay | `V (1 − d)` | `V (1 − d) s` | `V d`, of `S_{t−1}` | `V (1 − d)(1 − s)` |
//! | prepay, then default | `V` | `V s` | `V (1 − s) d`, of `S_t` | `V (1 − s)(1 − d)` |
//!
//! In the first order `s` is cut to `1 − d`, which is the rule that borrowers cannot repay more
//! than they owe: the scheduled balance cancels out of it.

use super::flows::Flows;
use super::groups::Shape;
use super::speeds::{Defaults, Speeds};
use crate::assumptions::{Order, Resolved};
use crate::loan::PrepaymentPenalty;

/// Weights by month; entry `t − 1` belongs to period `t`. Kept between groups for its memory.
#[derive(Debug, Default)]
pub(super) struct Survival {
    /// On everything owed before the period.
    pub(super) before: Vec<f64>,
    /// On scheduled principal and interest.
    pub(super) paying: Vec<f64>,
    /// On what is owed after the period: prepaid.
    pub(super) prepaid: Vec<f64>,
    /// On what is owed after the period: could be prepaid.
    pub(super) prepayable: Vec<f64>,
    /// New defaults, of [`Survival::defaulting`].
    pub(super) defaulted: Vec<f64>,
    /// The share of new defaults that will be lost.
    pub(super) severity: Vec<f64>,
    smm: Vec<f64>,
    mdr: Vec<f64>,
}

/// What a group's survival follows from.
pub(super) struct Group<'a> {
    pub(super) shape: Shape,
    pub(super) resolved: &'a Resolved,
    pub(super) speeds: &'a Speeds,
    pub(super) flows: &'a Flows,
    /// The collateral of a loan that stands alone.
    pub(super) collateral: Option<f64>,
    /// The penalty of a loan that stands alone.
    pub(super) penalty: &'a PrepaymentPenalty,
}

impl Group<'_> {
    /// Returns the scheduled balance that new defaults are a share of, by month.
    pub(super) fn defaulting(&self) -> &[f64] {
        let skipped = usize::from(self.resolved.order == Order::PrepayThenDefault);
        self.flows.owed.get(skipped..).unwrap_or_default()
    }

    /// Returns the last month in which borrowers may default.
    fn last_default(&self) -> usize {
        usize::from(self.shape.remaining.saturating_sub(self.resolved.default_free_months))
    }
}

impl Survival {
    pub(super) fn fill(&mut self, group: &Group<'_>) {
        let months = usize::from(group.shape.remaining);
        for column in [
            &mut self.before,
            &mut self.paying,
            &mut self.prepaid,
            &mut self.prepayable,
            &mut self.defaulted,
            &mut self.severity,
            &mut self.smm,
            &mut self.mdr,
        ] {
            column.resize(months, 0.0);
        }
        self.fill_rates(group);
        group.speeds.severity.fill(
            group.shape.age,
            group.collateral,
            group.defaulting(),
            &mut self.severity,
        );
        match &group.speeds.default {
            Defaults::Rate(_) => {}
            Defaults::Loss(losses) => return self.walk_losses(group, losses),
        }
        match group.resolved.order {
            Order::Bma => self.walk(|before, mdr, smm| {
                let smm = smm.min(1.0 - mdr);
                let paying = before * (1.0 - mdr);
                let defaulted = before * mdr;
                let prepaid = before * smm;
                (paying, prepaid, before, defaulted, paying - prepaid)
            }),
            Order::DefaultThenPrepay => self.walk(|before, mdr, smm| {
                let paying = before * (1.0 - mdr);
                (paying, paying * smm, paying, before * mdr, paying * (1.0 - smm))
            }),
            Order::PrepayThenDefault => self.walk(|before, mdr, smm| {
                let left = before * (1.0 - smm);
                (before, before * smm, before, left * mdr, left * (1.0 - mdr))
            }),
        }
    }

    fn fill_rates(&mut self, group: &Group<'_>) {
        let shape = group.shape;
        group.speeds.prepayment.fill(shape.age, &mut self.smm);
        match &group.speeds.default {
            Defaults::Rate(rates) => rates.fill(shape.age, &mut self.mdr),
            Defaults::Loss(_) => self.mdr.fill(0.0),
        }
        for (month, smm) in (1..).zip(&mut self.smm) {
            if group.penalty.is_locked(shape.age.saturating_add(month)) {
                *smm = 0.0;
            }
        }
        if shape.every > 1 {
            to_due_months(shape, &mut self.smm);
            to_due_months(shape, &mut self.mdr);
        }
        self.mdr.iter_mut().skip(group.last_default()).for_each(|mdr| *mdr = 0.0);
    }

    /// Walks through the months with a rule that maps survival, MDR and SMM to paying, prepaid,
    /// prepayable, defaulted and the next survival.
    fn walk(&mut self, rule: impl Fn(f64, f64, f64) -> (f64, f64, f64, f64, f64)) {
        let mut survival = 1.0;
        let rates = self.mdr.iter().zip(&self.smm);
        let paid = self.before.iter_mut().zip(&mut self.paying);
        let prepaid = self.prepaid.iter_mut().zip(&mut self.prepayable);
        let columns = paid.zip(prepaid).zip(&mut self.defaulted);
        for ((((before, paying), (prepaid, prepayable)), defaulted), (mdr, smm)) in
            columns.zip(rates)
        {
            *before = survival;
            (*paying, *prepaid, *prepayable, *defaulted, survival) = rule(survival, *mdr, *smm);
        }
    }

    /// Walks with defaults that are given as amounts of loss, capped by the balance. The amount
    /// becomes a rate on the performing balance, month by month.
    fn walk_losses(&mut self, group: &Group<'_>, losses: &[f64]) {
        let order = group.resolved.order;
        let start = group.flows.owed.first().copied().unwrap_or(0.0);
        let mut amounts: Vec<f64> = losses.iter().map(|share| share * start).collect();
        amounts.truncate(group.last_default());
        amounts.resize(self.mdr.len(), 0.0);
        if group.shape.every > 1 {
            sum_to_due_months(group.shape, &mut amounts);
        }
        let mut survival = 1.0;
        for (month, (loss, base)) in amounts.iter().zip(group.defaulting()).enumerate() {
            let (Some(severity), Some(smm)) = (self.severity.get(month), self.smm.get(month)) else {
                return;
            };
            let left = if order == Order::PrepayThenDefault { 1.0 - smm } else { 1.0 };
            let performing = survival * left * base;
            let wanted = if *severity > 0.0 { loss / severity } else { 0.0 };
            let mdr = if wanted >= performing { f64::from(u8::from(wanted > 0.0)) } else { wanted / performing };
            let smm = if order == Order::Bma { smm.min(1.0 - mdr) } else { *smm };
            survival *= match order {
                Order::Bma => 1.0 - mdr - smm,
                Order::DefaultThenPrepay | Order::PrepayThenDefault => (1.0 - mdr) * (1.0 - smm),
            };
            if let Some(rate) = self.mdr.get_mut(month) {
                *rate = mdr;
            }
        }
        self.walk_order(order);
    }

    fn walk_order(&mut self, order: Order) {
        match order {
            Order::Bma => self.walk(bma),
            Order::DefaultThenPrepay => self.walk(default_then_prepay),
            Order::PrepayThenDefault => self.walk(prepay_then_default),
        }
    }
}
