//! Defaults while the servicer advances: loans in foreclosure keep amortising or accruing.
//!
//! The severity counts what is lost after the servicer got back its advances, so recovery is
//! `ADB − LOSS` as in SF-18, and reimbursements come out of the proceeds above it.

use super::columns::Sums;
use super::survival::{Group, Survival};
use crate::assumptions::{Order, RecoveryTiming};

/// New defaults of one month, waiting for liquidation.
#[derive(Debug, Clone, Copy)]
struct Cohort {
    /// As a weight on the scheduled balance.
    weight: f64,
    /// In money.
    balance: f64,
    severity: f64,
    /// Interest per unit of balance that fell due before the cohort stopped paying.
    paid_until: f64,
}

/// Adds liquidation with advances of principal and interest (SF-18):
///
/// `ADB = Σ h_k w_{i−k} S_{i−1}`, `LOSS = min(severity × NEWDEF, ADB)`, `RECOVERY = ADB − LOSS`,
/// `AMDEF = (NEWDEF + F − ADB)(1 − a)`, `F' = NEWDEF + F − ADB − AMDEF`, where `w` is the default
/// as a weight on the scheduled balance `S`, so that `F = D S` with `D' = D + w − Σ h_k w_{i−k}`.
pub(super) fn principal_and_interest(sums: &mut Sums, survival: &Survival, group: &Group<'_>) {
    let flows = group.flows;
    let timing = &group.resolved.recovery_timing;
    let interest_due = running(flows.interest.iter().copied());
    let cohorts = cohorts(survival, group, &interest_due);
    let pays_first = group.resolved.order == Order::PrepayThenDefault;
    let mut waiting = 0.0;
    for month in 0..cohorts.len() + usize::from(timing.longest()) {
        let at = |column: &[f64]| column.get(month).copied().unwrap_or(0.0);
        let fallen_due = interest_due.get(month).or(interest_due.last()).copied().unwrap_or(0.0);
        let weight = cohorts.get(month).map_or(0.0, |cohort| cohort.weight);
        let (before, after) = (at(&flows.owed), at(&flows.after));
        let mut sold = 0.0;
        for (lag, share, old) in liquidated(&cohorts, timing, month) {
            let owed = if lag == 0 && pays_first { after } else { before };
            let amortized = share * old.weight * owed;
            let loss = (share * old.severity * old.balance).min(amortized);
            let principal = (share * old.balance - amortized)
                .min(share * (1.0 - old.severity) * old.balance)
                .max(0.0);
            let interest = share * old.weight * (fallen_due - old.paid_until).max(0.0);
            add_at(&mut sums.loss, month, loss);
            add_at(&mut sums.recovery, month, amortized - loss);
            add_at(&mut sums.reimbursed, month, principal + interest);
            sold += if lag == 0 && pays_first { 0.0 } else { share * old.weight };
        }
        let defaulted = if pays_first { 0.0 } else { weight };
        let late = waiting + defaulted;
        let unpaid = late * at(&flows.interest);
        let amortized = (late - sold).max(0.0) * at(flows.principal());
        add_at(&mut sums.defaulted_interest, month, unpaid);
        add_at(&mut sums.defaulted_principal, month, amortized);
        add_at(&mut sums.advances, month, unpaid + amortized);
        let at_once = if pays_first {
            weight * (1.0 - timing.shares().first().copied().unwrap_or(0.0))
        } else {
            0.0
        };
        waiting = (late - sold).max(0.0) + at_once;
        add_at(&mut sums.foreclosure, month, waiting * after);
    }
}

/// Adds liquidation with advances of interest only. A cohort's advances stop when they reach its
/// expected recovery, `(1 − severity) × NEWDEF`.
pub(super) fn interest(sums: &mut Sums, survival: &Survival, group: &Group<'_>) {
    let flows = group.flows;
    let timing = &group.resolved.recovery_timing;
    let rates = flows.interest.iter().zip(&flows.owed);
    let rate = |(interest, owed): (&f64, &f64)| if *owed > 0.0 { interest / owed } else { 0.0 };
    let rate_due = running(rates.map(rate));
    let cohorts = cohorts(survival, group, &rate_due);
    let months = cohorts.len();
    for month in 0..months + usize::from(timing.longest()) {
        let due = |month: usize| rate_due.get(month.min(months - 1)).copied().unwrap_or(0.0);
        let mut waiting = 1.0;
        for (lag, share) in timing.shares().iter().enumerate() {
            let cohort = month.checked_sub(lag).and_then(|position| cohorts.get(position));
            if let Some(cohort) = cohort {
                let so_far = (due(month) - cohort.paid_until).max(0.0);
                let earlier = month.checked_sub(1).map_or(0.0, due) - cohort.paid_until;
                let most = 1.0 - cohort.severity;
                let advanced = so_far.min(most) - earlier.max(0.0).min(most);
                let lost = share * cohort.severity * cohort.balance;
                let unpaid = waiting * cohort.balance * (so_far - earlier.max(0.0));
                add_at(&mut sums.defaulted_interest, month, unpaid);
                add_at(&mut sums.advances, month, waiting * cohort.balance * advanced);
                add_at(&mut sums.reimbursed, month, share * cohort.balance * so_far.min(most));
                add_at(&mut sums.loss, month, lost);
                add_at(&mut sums.recovery, month, share * cohort.balance - lost);
            }
            waiting = (waiting - share).max(0.0);
            if let Some(cohort) = cohort.filter(|_| lag < usize::from(timing.longest())) {
                add_at(&mut sums.foreclosure, month, waiting * cohort.balance);
            }
        }
    }
}

/// Returns the new defaults by month. `due` is the interest per unit that fell due until the end of
/// each month; whoever defaults after paying has paid that of his own month.
fn cohorts(survival: &Survival, group: &Group<'_>, due: &[f64]) -> Vec<Cohort> {
    let pays_first = group.resolved.order == Order::PrepayThenDefault;
    let mut before = 0.0;
    let mut cohorts = Vec::with_capacity(due.len());
    let defaults = survival.defaulted.iter().zip(&survival.severity).zip(group.defaulting());
    for (((weight, severity), owed), due) in defaults.zip(due) {
        let paid_until = if pays_first { *due } else { before };
        let balance = weight * owed;
        cohorts.push(Cohort { weight: *weight, balance, severity: *severity, paid_until });
        before = *due;
    }
    cohorts
}

/// Returns what is liquidated in `month`: lag, share and cohort.
fn liquidated<'a>(
    cohorts: &'a [Cohort],
    timing: &'a RecoveryTiming,
    month: usize,
) -> impl Iterator<Item = (usize, f64, &'a Cohort)> {
    timing.shares().iter().enumerate().filter_map(move |(lag, share)| {
        let cohort = cohorts.get(month.checked_sub(lag)?)?;
        (*share > 0.0).then_some((lag, *share, cohort))
    })
}

fn running(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut total = 0.0;
    let add = |value: f64| {
        total += value;
        total
    };
    values.map(add).collect()
}

fn add_at(column: &mut [f64], month: usize, amount: f64) {
    if let Some(sum) = column.get_mut(month) {
        *sum += amount;
    }
}
