//! What one loan pays without prepayments and defaults.
//!
//! | module | decides |
//! |---|---|
//! | [`annuity`] | closed forms of the level and the graduated payment |
//! | [`rate_path`] | the rate of a floating, hybrid or step loan |
//!
//! Invariants of a [`Schedule`]: the balance ends at exactly 0, principal adds up to the balance,
//! and interest is never negative. Principal is negative only where unpaid interest is capitalised.

pub mod annuity;
pub mod rate_path;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;

pub use self::annuity::{
    annuity_factor, balance_fraction, level_payment, payment_to_residual, period_rate,
};
pub use self::rate_path::{IndexPath, RatePath};
use crate::loan::{Amortization, Loan, Repayment};

/// One line of a schedule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Payment {
    /// 1-based, counted from today.
    pub period: u16,
    /// When it is due, if the loan states dates.
    pub date: Option<NaiveDate>,
    /// The annual rate of the period.
    pub rate: f64,
    /// The part that pays for the money.
    pub interest: f64,
    /// The part that pays the money back.
    pub principal: f64,
    /// What is still owed afterwards.
    pub balance: f64,
}

impl Payment {
    /// Returns interest and principal together.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.interest + self.principal
    }
}

/// What a loan pays until it is repaid.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    payments: Vec<Payment>,
}

impl Schedule {
    /// Returns the payments in order.
    #[must_use]
    pub fn payments(&self) -> &[Payment] {
        &self.payments
    }

    /// Returns the payment of the 1-based `period`.
    #[must_use]
    pub fn payment(&self, period: usize) -> Option<&Payment> {
        self.payments.get(period.checked_sub(1)?)
    }

    /// Returns the interest of every period together.
    #[must_use]
    pub fn total_interest(&self) -> f64 {
        self.payments.iter().map(|payment| payment.interest).sum()
    }

    /// Returns the principal of every period together.
    #[must_use]
    pub fn total_principal(&self) -> f64 {
        self.payments.iter().map(|payment| payment.principal).sum()
    }
}

/// Computes what `loan` pays from today on when nobody prepays or defaults.
///
/// Level payments are `B r / (1 − (1 + r)^−n)` over the remaining periods of the amortisation term
/// and recast when an interest-only period ends or the rate moves; whatever is outstanding is due
/// with the last payment.
#[must_use]
pub fn schedule(loan: &Loan, index: IndexPath<'_>) -> Schedule {
    let mut walk = Walk::new(loan, index);
    let count = loan.remaining_periods();
    let payments = (1..=count).map(|period| walk.pay(period, period == count)).collect();
    Schedule { payments }
}

/// Where a loan stands between two payments.
struct Walk<'a> {
    loan: &'a Loan,
    repayment: Repayment,
    rates: RatePath<'a>,
    /// The level payment, the first graduated payment or the linear principal, once known.
    instalment: Option<f64>,
    /// The instalment before the last rate reset, which the payment cap looks at.
    capped_from: Option<f64>,
    balance: f64,
}

impl<'a> Walk<'a> {
    fn new(loan: &'a Loan, index: IndexPath<'a>) -> Self {
        Self {
            loan,
            repayment: loan.repayment().cloned().unwrap_or_default(),
            rates: RatePath::new(loan, index),
            instalment: None,
            capped_from: None,
            balance: loan.balance(),
        }
    }

    fn pay(&mut self, period: u16, last: bool) -> Payment {
        let start_month = (period - 1) * self.loan.frequency().months();
        if self.rates.advance(start_month) {
            self.capped_from = self.instalment.take();
        }
        let rounding = self.loan.rounding();
        let interest = rounding.round(self.interest(period));
        let planned = self.planned_principal(period, start_month, interest);
        let principal = if last {
            self.balance
        } else {
            rounding.round(self.limited(planned).min(self.balance))
        };
        let paid_off = last || (self.balance - principal).abs() < 1e-9 * self.loan.balance();
        self.balance = if paid_off && principal > 0.0 {
            0.0
        } else {
            rounding.round(self.balance - principal)
        };
        let rate = self.rates.rate();
        let date = self.loan.due_date(period);
        Payment { period, date, rate, interest, principal, balance: self.balance }
    }

    fn period_rate(&self) -> f64 {
        let per_year = self.loan.frequency().per_year();
        period_rate(self.rates.rate(), per_year, self.loan.rate_basis())
    }

    fn interest(&self, period: u16) -> f64 {
        let dated = self.loan.day_count().and_then(|day_count| {
            let start = self.loan.accrual_start(period)?;
            Some(self.rates.rate() * day_count.fraction(start, self.loan.due_date(period)?))
        });
        self.balance * dated.unwrap_or_else(|| self.period_rate())
    }

    fn planned_principal(&mut self, period: u16, start_month: u16, interest: f64) -> f64 {
        if start_month < self.loan.interest_only_months_left() {
            return 0.0;
        }
        let amortization = self.loan.amortization();
        match amortization {
            Amortization::InterestOnly | Amortization::Bullet => 0.0,
            Amortization::Scheduled => {
                let position = usize::from(period - 1);
                self.repayment.schedule.get(position).copied().unwrap_or(0.0)
            }
            Amortization::Linear => self.instalment(period),
            Amortization::Level => self.instalment(period) - interest,
            Amortization::Graduated => {
                let first = self.instalment(period);
                first * self.graduation(period) - interest
            }
        }
    }

    /// Returns the instalment in force, computing it anew after a recast.
    fn instalment(&mut self, period: u16) -> f64 {
        if let Some(instalment) = self.instalment {
            return instalment;
        }
        let every = self.loan.frequency().months();
        let periods = u32::from(self.loan.amortization_months().div_ceil(every) - (period - 1));
        let residual = self.repayment.balloon_payment.unwrap_or(0.0);
        let fresh = match self.loan.amortization() {
            Amortization::Linear => (self.balance - residual) / f64::from(periods),
            Amortization::Graduated => {
                let total = self.first_graduated_payment(period, periods);
                total / self.graduation(period)
            }
            _ => payment_to_residual(self.balance, self.period_rate(), periods, residual),
        };
        let cap = self.repayment.payment_cap.zip(self.capped_from.take());
        let held = cap.map_or(fresh, |(cap, before)| fresh.min(before * (1.0 + cap)));
        let instalment = self.loan.rounding().round(held);
        self.instalment = Some(instalment);
        instalment
    }

    /// Returns the payment of `period` that, growing on its own calendar, repays the balance.
    fn first_graduated_payment(&self, period: u16, periods: u32) -> f64 {
        let discount = 1.0 / (1.0 + self.period_rate());
        let base = self.graduation(period);
        let mut weight = 1.0;
        let mut value = 0.0;
        for ahead in 0..u16::try_from(periods).unwrap_or(u16::MAX) {
            weight *= discount;
            value += weight * self.graduation(period + ahead) / base;
        }
        let residual = self.repayment.balloon_payment.unwrap_or(0.0);
        (self.balance - residual * weight) / value
    }

    fn graduation(&self, period: u16) -> f64 {
        let years = self.repayment.growth_years.map_or(u32::MAX >> 1, u32::from);
        let per_year = self.loan.frequency().per_year();
        let paid = self.loan.age_months() / self.loan.frequency().months();
        let position = u32::from(paid) + u32::from(period) - 1;
        annuity::graduation(self.repayment.payment_growth, position, years, per_year)
    }

    /// Stops unpaid interest at the stated limit and recasts afterwards, without the payment cap.
    fn limited(&mut self, principal: f64) -> f64 {
        let Some(limit) = self.repayment.negative_amortization_limit else { return principal };
        let room = (limit * self.loan.original_balance() - self.balance).max(0.0);
        if -principal < room || principal >= 0.0 {
            return principal;
        }
        self.instalment = None;
        -room
    }
}
