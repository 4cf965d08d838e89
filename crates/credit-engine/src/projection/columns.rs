//! The numbers of a projection, one vector per column, one entry per period.

use serde::Serialize;

use crate::assumptions::RecoveryTiming;

/// What a pool pays, period by period. Amounts are in the currency of the pool.
///
/// Cash to investors is `scheduled_interest − servicing_fee + scheduled_principal + prepayment +
/// prepayment_penalty + recovery + advances`: severity counts what is lost after the servicer got
/// back its advances, so `recovery` needs no deduction of `advances_reimbursed`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Columns {
    /// Performing balance before the period.
    pub beginning_balance: Vec<f64>,
    /// Principal that performing borrowers pay on schedule; negative where interest is capitalised.
    pub scheduled_principal: Vec<f64>,
    /// Gross interest collected from performing borrowers.
    pub scheduled_interest: Vec<f64>,
    /// Principal repaid early.
    pub prepayment: Vec<f64>,
    /// Owed for repaying early.
    pub prepayment_penalty: Vec<f64>,
    /// New defaults.
    pub default: Vec<f64>,
    /// Principal recovered by liquidation, after the servicer got back its advances.
    pub recovery: Vec<f64>,
    /// Principal lost by liquidation.
    pub loss: Vec<f64>,
    /// The servicer's fee.
    pub servicing_fee: Vec<f64>,
    /// Paid by the servicer for borrowers in default.
    pub advances: Vec<f64>,
    /// Returned to the servicer out of liquidation proceeds.
    pub advances_reimbursed: Vec<f64>,
    /// Performing balance after the period.
    pub balance: Vec<f64>,
    /// Defaulted and not yet liquidated, after the period.
    pub foreclosure_balance: Vec<f64>,
    /// New defaults so far.
    pub cumulative_default: Vec<f64>,
    /// Losses so far.
    pub cumulative_loss: Vec<f64>,
    /// Annual gross rate on the beginning balance; 0 once nothing is left.
    pub wac: Vec<f64>,
    /// Prepayments as a share of what could be prepaid.
    pub smm: Vec<f64>,
    /// New defaults as a share of the beginning balance.
    pub mdr: Vec<f64>,
    /// Defaulted balance liquidated: recovery plus loss.
    pub liquidated: Vec<f64>,
    /// Scheduled principal of performing borrowers, and of defaulted ones where it is advanced
    /// (SF-18).
    pub expected_principal: Vec<f64>,
    /// Scheduled interest on performing and defaulted balances (SF-18).
    pub expected_interest: Vec<f64>,
    /// Scheduled principal on defaulted balances, advanced by the servicer.
    pub amortization_from_defaults: Vec<f64>,
    /// Scheduled interest on defaulted balances; without advances at the rate of the month of
    /// default.
    pub interest_lost: Vec<f64>,
}

impl Columns {
    /// Returns the number of periods.
    #[must_use]
    pub const fn periods(&self) -> usize {
        self.beginning_balance.len()
    }

    /// Returns the cash to investors in every period.
    #[must_use]
    pub fn cash(&self) -> Vec<f64> {
        let received = [
            &self.scheduled_principal,
            &self.scheduled_interest,
            &self.prepayment,
            &self.prepayment_penalty,
            &self.recovery,
            &self.advances,
        ];
        let mut cash: Vec<f64> = self.servicing_fee.iter().map(|fee| -fee).collect();
        for column in received {
            add(&mut cash, column);
        }
        cash
    }

    /// Returns the principal to investors in every period, advances included.
    #[must_use]
    pub fn principal(&self) -> Vec<f64> {
        let mut principal = self.scheduled_principal.clone();
        add(&mut principal, &self.prepayment);
        add(&mut principal, &self.recovery);
        add(&mut principal, &self.amortization_from_defaults);
        principal
    }
}

/// The columns that add up over loans.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Sums {
    pub(super) beginning: Vec<f64>,
    pub(super) scheduled: Vec<f64>,
    pub(super) interest: Vec<f64>,
    pub(super) prepaid: Vec<f64>,
    /// What could be prepaid.
    pub(super) prepayable: Vec<f64>,
    pub(super) penalty: Vec<f64>,
    pub(super) default: Vec<f64>,
    pub(super) recovery: Vec<f64>,
    pub(super) loss: Vec<f64>,
    pub(super) fee: Vec<f64>,
    pub(super) foreclosure: Vec<f64>,
    /// Annual interest on the beginning balance.
    pub(super) annual_interest: Vec<f64>,
    pub(super) advances: Vec<f64>,
    pub(super) reimbursed: Vec<f64>,
    pub(super) defaulted_principal: Vec<f64>,
    pub(super) defaulted_interest: Vec<f64>,
}

impl Sums {
    const COUNT: usize = 16;

    pub(super) fn zero(periods: usize) -> Self {
        let mut sums = Self::default();
        for column in sums.all_mut() {
            *column = vec![0.0; periods];
        }
        sums
    }

    pub(super) fn clear(&mut self) {
        for column in self.all_mut() {
            column.fill(0.0);
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (column, other) in self.all_mut().into_iter().zip(other.all()) {
            add(column, other);
        }
    }

    /// Adds a loan in default already: `balance` waits for liquidation, of which `lost` is lost.
    pub(super) fn add_defaulted(&mut self, balance: f64, lost: f64, timing: &RecoveryTiming) {
        let mut waiting = balance;
        let shares = timing.shares();
        let immediate = shares.first().copied().unwrap_or(0.0);
        let from_first = std::iter::once(shares.get(1).copied().unwrap_or(0.0) + immediate);
        let later = from_first.chain(shares.iter().skip(2).copied());
        for (period, share) in later.enumerate() {
            if let Some(loss) = self.loss.get_mut(period) {
                *loss += share * lost;
            }
            if let Some(recovery) = self.recovery.get_mut(period) {
                *recovery += share * (balance - lost);
            }
            waiting = (waiting - share * balance).max(0.0);
            if let Some(foreclosure) =
                self.foreclosure.get_mut(period).filter(|_| period + 2 < shares.len())
            {
                *foreclosure += waiting;
            }
        }
    }

    /// Completes the columns that follow from the sums.
    pub(super) fn finish(self) -> Columns {
        let balance = (1..=self.beginning.len())
            .map(|next| self.beginning.get(next).copied().unwrap_or(0.0))
            .collect();
        let interest_and_lost = sum_of(&self.interest, &self.defaulted_interest);
        Columns {
            wac: ratio(&self.annual_interest, &self.beginning),
            smm: ratio(&self.prepaid, &self.prepayable),
            mdr: ratio(&self.default, &self.beginning),
            cumulative_default: running(&self.default),
            cumulative_loss: running(&self.loss),
            liquidated: sum_of(&self.recovery, &self.loss),
            expected_interest: interest_and_lost,
            expected_principal: sum_of(&self.scheduled, &self.defaulted_principal),
            balance,
            beginning_balance: self.beginning,
            scheduled_principal: self.scheduled,
            scheduled_interest: self.interest,
            prepayment: self.prepaid,
            prepayment_penalty: self.penalty,
            default: self.default,
            recovery: self.recovery,
            loss: self.loss,
            servicing_fee: self.fee,
            advances: self.advances,
            advances_reimbursed: self.reimbursed,
            foreclosure_balance: self.foreclosure,
            amortization_from_defaults: self.defaulted_principal,
            interest_lost: self.defaulted_interest,
        }
    }

    fn all(&self) -> [&Vec<f64>; Self::COUNT] {
        [
            &self.beginning,
            &self.scheduled,
            &self.interest,
            &self.prepaid,
            &self.prepayable,
            &self.penalty,
            &self.default,
            &self.recovery,
            &self.loss,
            &self.fee,
            &self.foreclosure,
            &self.annual_interest,
            &self.advances,
            &self.reimbursed,
            &self.defaulted_principal,
            &self.defaulted_interest,
        ]
    }

    fn all_mut(&mut self) -> [&mut Vec<f64>; Self::COUNT] {
        [
            &mut self.beginning,
            &mut self.scheduled,
            &mut self.interest,
            &mut self.prepaid,
            &mut self.prepayable,
            &mut self.penalty,
            &mut self.default,
            &mut self.recovery,
            &mut self.loss,
            &mut self.fee,
            &mut self.foreclosure,
            &mut self.annual_interest,
            &mut self.advances,
            &mut self.reimbursed,
            &mut self.defaulted_principal,
            &mut self.defaulted_interest,
        ]
    }
}

/// Adds `other` to the beginning of `sum`.
pub(super) fn add(sum: &mut [f64], other: &[f64]) {
    for (sum, other) in sum.iter_mut().zip(other) {
        *sum += other;
    }
}

fn sum_of(left: &[f64], right: &[f64]) -> Vec<f64> {
    left.iter().zip(right).map(|(left, right)| left + right).collect()
}

fn ratio(part: &[f64], whole: &[f64]) -> Vec<f64> {
    let share = |(part, whole): (&f64, &f64)| if *whole > 0.0 { part / whole } else { 0.0 };
    part.iter().zip(whole).map(share).collect()
}

fn running(column: &[f64]) -> Vec<f64> {
    let mut total = 0.0;
    let add = |value: &f64| {
        total += value;
        total
    };
    column.iter().map(add).collect()
}
