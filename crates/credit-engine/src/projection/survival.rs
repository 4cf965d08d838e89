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
    /// New defaults, of the balance that may default.
    pub(super) defaulted: Vec<f64>,
    /// The share of new defaults that will be lost.
    pub(super) severity: Vec<f64>,
    /// After the last month.
    pub(super) end: f64,
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
    /// Periods before the first month of the flows.
    pub(super) elapsed: u16,
    /// What survived until then.
    pub(super) survival: f64,
    /// The last month of the flows in which borrowers may default.
    pub(super) last_default: u16,
}

impl Group<'_> {
    /// Returns the scheduled balance that new defaults are a share of, by month.
    pub(super) fn defaulting(&self) -> &[f64] {
        match self.resolved.order {
            Order::Bma | Order::DefaultThenPrepay => &self.flows.owed,
            Order::PrepayThenDefault => &self.flows.after,
        }
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
            (group.shape.age, group.elapsed),
            group.collateral,
            group.defaulting(),
            &mut self.severity,
        );
        if let Defaults::Loss(losses) = &group.speeds.default {
            self.fill_mdr_from_losses(group, losses);
        }
        match group.resolved.order {
            Order::Bma => self.walk(group.survival, bma),
            Order::DefaultThenPrepay => self.walk(group.survival, default_then_prepay),
            Order::PrepayThenDefault => self.walk(group.survival, prepay_then_default),
        }
    }

    fn fill_rates(&mut self, group: &Group<'_>) {
        let shape = group.shape;
        group.speeds.prepayment.fill(shape.age, group.elapsed, &mut self.smm);
        match &group.speeds.default {
            Defaults::Rate(rates) => rates.fill(shape.age, group.elapsed, &mut self.mdr),
            Defaults::Loss(_) => self.mdr.fill(0.0),
        }
        let lockable = matches!(group.penalty, PrepaymentPenalty::Lockout { .. });
        for (month, smm) in (1..).zip(&mut self.smm).take_while(|_| lockable) {
            if group.penalty.is_locked(shape.age.saturating_add(month)) {
                *smm = 0.0;
            }
        }
        if shape.every > 1 {
            to_due_months(shape, &mut self.smm);
            to_due_months(shape, &mut self.mdr);
        }
        self.mdr.iter_mut().skip(usize::from(group.last_default)).for_each(|mdr| *mdr = 0.0);
    }

    /// Walks through the months with the rule of an order. Only survival is carried from month to
    /// month, so that everything else can be done for several months at a time.
    fn walk(&mut self, start: f64, rule: impl Fn(f64, f64) -> Step) {
        let mut survival = start;
        let rates = self.mdr.iter().zip(&self.smm);
        for (before, (mdr, smm)) in self.before.iter_mut().zip(rates) {
            *before = survival;
            survival *= rule(*mdr, *smm).survival;
        }
        self.end = survival;
        let rates = self.mdr.iter().zip(&self.smm);
        let paid = self.before.iter().zip(&mut self.paying);
        let prepaid = self.prepaid.iter_mut().zip(&mut self.prepayable);
        let columns = paid.zip(prepaid).zip(&mut self.defaulted);
        for ((((before, paying), (prepaid, prepayable)), defaulted), (mdr, smm)) in
            columns.zip(rates)
        {
            let step = rule(*mdr, *smm);
            *paying = before * step.paying;
            *prepaid = before * step.prepaid;
            *prepayable = before * step.prepayable;
            *defaulted = before * step.defaulted;
        }
    }

    /// Turns losses, as shares of the first balance, into default rates capped by what performs.
    fn fill_mdr_from_losses(&mut self, group: &Group<'_>, losses: &[f64]) {
        let start = group.flows.owed.first().copied().unwrap_or(0.0);
        let mut amounts: Vec<f64> = losses.iter().map(|share| share * start).collect();
        amounts.resize(self.mdr.len(), 0.0);
        if group.shape.every > 1 {
            on_due_months(group.shape, &mut amounts, 0.0, |sum, amount| sum + amount);
        }
        amounts.iter_mut().skip(usize::from(group.last_default)).for_each(|amount| *amount = 0.0);

        let (rule, prepays_first): (fn(f64, f64) -> Step, bool) = match group.resolved.order {
            Order::Bma => (bma, false),
            Order::DefaultThenPrepay => (default_then_prepay, false),
            Order::PrepayThenDefault => (prepay_then_default, true),
        };
        let mut survival = 1.0;
        let speeds = self.severity.iter().zip(&self.smm);
        let wanted = amounts.iter().zip(group.defaulting());
        for ((mdr, (severity, smm)), (loss, owed)) in self.mdr.iter_mut().zip(speeds).zip(wanted) {
            let left = if prepays_first { survival * (1.0 - smm) } else { survival };
            *mdr = share_defaulting(*loss, *severity, left * owed);
            survival *= rule(*mdr, *smm).survival;
        }
    }
}

/// What one period does to each unit that survived until it.
struct Step {
    paying: f64,
    prepaid: f64,
    prepayable: f64,
    defaulted: f64,
    survival: f64,
}

#[inline]
fn bma(mdr: f64, smm: f64) -> Step {
    let paying = 1.0 - mdr;
    let prepaid = smm.min(paying);
    Step { paying, prepaid, prepayable: 1.0, defaulted: mdr, survival: paying - prepaid }
}

#[inline]
fn default_then_prepay(mdr: f64, smm: f64) -> Step {
    let paying = 1.0 - mdr;
    let prepaid = paying * smm;
    Step { paying, prepaid, prepayable: paying, defaulted: mdr, survival: paying - prepaid }
}

#[inline]
fn prepay_then_default(mdr: f64, smm: f64) -> Step {
    let left = 1.0 - smm;
    let defaulted = left * mdr;
    Step { paying: 1.0, prepaid: smm, prepayable: 1.0, defaulted, survival: left - defaulted }
}

/// Returns the share of `performing` that must default for `loss` to follow.
fn share_defaulting(loss: f64, severity: f64, performing: f64) -> f64 {
    if loss <= 0.0 || severity <= 0.0 {
        return 0.0;
    }
    let wanted = loss / severity;
    if wanted < performing { wanted / performing } else { 1.0 }
}

/// Turns monthly rates into rates per payment interval, due with the payment.
fn to_due_months(shape: Shape, rates: &mut [f64]) {
    let complement = |values: &mut [f64]| values.iter_mut().for_each(|value| *value = 1.0 - *value);
    complement(rates);
    on_due_months(shape, rates, 1.0, |product, left| product * left);
    complement(rates);
}

/// Combines the values of the months of every payment interval in the month of the payment, and
/// leaves `neutral` in the other months.
fn on_due_months(shape: Shape, values: &mut [f64], neutral: f64, combine: fn(f64, f64) -> f64) {
    for (due, since) in shape.due_months() {
        let interval = usize::from(due - since)..usize::from(due);
        let Some(months) = values.get_mut(interval) else { return };
        let combined = months.iter().fold(neutral, |sum, value| combine(sum, *value));
        months.fill(neutral);
        if let Some(last) = months.last_mut() {
            *last = combined;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarterly_rate_is_compounded_from_months_also_over_a_short_last_interval() {
        let shape = Shape { age: 0, remaining: 7, every: 3 };
        let mut rates = [0.1; 7];

        to_due_months(shape, &mut rates);

        let wanted = [0.0, 0.0, 0.271, 0.0, 0.0, 0.271, 0.1];
        for (found, wanted) in rates.iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-12, "{rates:?}");
        }
    }

    #[test]
    fn no_order_repays_more_than_there_is() {
        for rule in [bma, default_then_prepay, prepay_then_default] {
            for (mdr, smm) in
                [(0.0, 0.0), (1.0, 1.0), (0.7, 0.6), (0.3, 0.7), (1.0, 0.0), (0.0, 1.0)]
            {
                let step = rule(mdr, smm);
                let all = step.prepaid + step.defaulted + step.survival;
                assert!((all - 1.0).abs() < 1e-15, "{mdr} {smm} {all}");
                assert!(step.survival >= 0.0 && step.prepaid >= 0.0);
            }
        }
    }

    #[test]
    fn losses_beyond_the_balance_default_everything() {
        let shares = [(10.0, 0.5), (100.0, 0.5), (10.0, 0.0), (0.0, 0.5)]
            .map(|(loss, severity)| share_defaulting(loss, severity, 100.0))
            .to_vec();

        assert_eq!(shares, [0.2, 1.0, 0.0, 0.0]);
    }
}
