//! The cash flows of a level-pay pool without defaults (SF-4).

use crate::amortization::balance_fraction;
use crate::speeds::SpeedUnit;

/// A pool of equal level-payment mortgages that passes payments through.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PassThrough {
    /// Outstanding today.
    pub balance: f64,
    /// Gross annual coupon of the loans.
    pub gross_coupon: f64,
    /// Annual coupon that investors receive.
    pub net_coupon: f64,
    /// Remaining months.
    pub term: u16,
    /// Months since origination.
    pub age: u16,
}

/// One month of a pass-through.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PassThroughMonth {
    /// 1-based.
    pub month: u32,
    /// Outstanding at the start.
    pub beginning_balance: f64,
    /// Scheduled principal.
    pub scheduled_principal: f64,
    /// Prepaid principal.
    pub prepayment: f64,
    /// Interest that borrowers pay.
    pub gross_interest: f64,
    /// Interest that investors receive.
    pub net_interest: f64,
    /// Outstanding at the end.
    pub ending_balance: f64,
}

impl PassThroughMonth {
    /// Returns the principal that investors receive.
    #[must_use]
    pub fn principal(&self) -> f64 {
        self.scheduled_principal + self.prepayment
    }

    /// Returns all that investors receive.
    #[must_use]
    pub fn cash_flow(&self) -> f64 {
        self.net_interest + self.principal()
    }

    /// Returns what the servicer keeps.
    #[must_use]
    pub fn servicing_fee(&self) -> f64 {
        self.gross_interest - self.net_interest
    }
}

impl PassThrough {
    /// Projects the pool at a constant speed of some unit.
    #[must_use]
    pub fn project(&self, unit: SpeedUnit, speed: f64) -> Vec<PassThroughMonth> {
        self.project_with(|loan_month| unit.to_smm(speed, loan_month))
    }

    /// Projects the pool with the share that prepays in each loan month. The balance is survival
    /// times schedule, so that no rounding builds up over months.
    #[must_use]
    pub fn project_with(&self, smm: impl Fn(u32) -> f64) -> Vec<PassThroughMonth> {
        let rate = self.gross_coupon / 12.0;
        let mut months = Vec::new();
        let mut survival = 1.0;
        let mut scheduled_before = 1.0;
        let term = u32::from(self.term);
        for month in 1..=term {
            let scheduled = balance_fraction(rate, term, term - month);
            let beginning_balance = self.balance * survival * scheduled_before;
            let prepaid = smm(u32::from(self.age) + month).clamp(0.0, 1.0);
            let after_schedule = self.balance * survival * scheduled;
            survival *= 1.0 - prepaid;
            months.push(PassThroughMonth {
                month,
                beginning_balance,
                scheduled_principal: beginning_balance - after_schedule,
                prepayment: after_schedule * prepaid,
                gross_interest: beginning_balance * rate,
                net_interest: beginning_balance * self.net_coupon / 12.0,
                ending_balance: self.balance * survival * scheduled,
            });
            scheduled_before = scheduled;
        }
        months
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn principal_adds_up_to_the_balance() {
        let pool = PassThrough {
            balance: 400e6,
            gross_coupon: 0.08125,
            net_coupon: 0.075,
            term: 357,
            age: 3,
        };

        let months = pool.project(SpeedUnit::Psa, 165.0);

        let repaid: f64 = months.iter().map(PassThroughMonth::principal).sum();
        assert!((repaid - 400e6).abs() < 1e-3);
        assert!(months.last().unwrap().ending_balance.abs() < 1e-9);
    }
}
