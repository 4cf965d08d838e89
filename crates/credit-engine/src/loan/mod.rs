//! One loan, valid by construction.
//!
//! [`LoanTerms`] is what a caller fills in; [`Loan::new`] checks every rule at once and packs the
//! terms so that a million loans stay below 200 bytes each: what few loans have lives behind boxes.
//!
//! Invariants of a [`Loan`]: balance above 0, rates within 0..1, remaining term within 1..=term
//! within 1..=600, interest-only months below the term, amortisation months at least the remaining
//! term, every number finite.

mod kinds;
mod penalty;
mod rules;
mod terms;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;

pub use self::kinds::{
    Amortization, AssetClass, LoanStatus, MoneyRounding, PaymentFrequency, RateBasis, RateType,
    UnknownName,
};
pub use self::penalty::PrepaymentPenalty;
pub use self::rules::Violation;
pub use self::terms::{Drivers, LoanTerms, Overrides, RateStep, RateTerms, ScheduleUnit};
use crate::dates::DayCount;

/// A loan that obeys every rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Loan {
    id: Box<str>,
    balance: f64,
    original_balance: f64,
    rate: f64,
    origination_date: Option<NaiveDate>,
    first_payment_date: Option<NaiveDate>,
    maturity_date: Option<NaiveDate>,
    term_months: u16,
    remaining_months: u16,
    interest_only_months: u16,
    amortization_months: u16,
    days_delinquent: u16,
    asset_class: AssetClass,
    amortization: Amortization,
    rate_type: RateType,
    rate_basis: RateBasis,
    frequency: PaymentFrequency,
    status: LoanStatus,
    rounding: MoneyRounding,
    day_count: Option<DayCount>,
    rate_terms: Option<Box<RateTerms>>,
    repayment: Option<Box<Repayment>>,
    penalty: Option<Box<PrepaymentPenalty>>,
    overrides: Option<Box<Overrides>>,
    drivers: Option<Box<Drivers>>,
}

/// The repayment terms that few loans have.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Repayment {
    /// A stated residual, due with the last payment.
    pub balloon_payment: Option<f64>,
    /// The most by which a payment may rise at a reset.
    pub payment_cap: Option<f64>,
    /// How far unpaid interest may push the balance, as a multiple of the original balance.
    pub negative_amortization_limit: Option<f64>,
    /// Growth of the payment per year.
    pub payment_growth: f64,
    /// Years in which the payment grows.
    pub growth_years: Option<u16>,
    /// Principal per period, in money.
    pub schedule: Vec<f64>,
}

impl Loan {
    /// Checks the terms.
    ///
    /// # Errors
    ///
    /// Returns every rule that the terms break.
    pub fn new(terms: LoanTerms) -> Result<Self, Vec<Violation>> {
        let violations = rules::violations(&terms);
        if !violations.is_empty() {
            return Err(violations);
        }
        let repayment = Repayment::of(&terms);
        Ok(Self {
            balance: terms.balance,
            original_balance: terms.original_balance.unwrap_or(terms.balance),
            rate: terms.rate,
            origination_date: terms.origination_date,
            first_payment_date: terms.first_payment_date,
            maturity_date: terms.maturity_date,
            term_months: terms.term_months,
            remaining_months: terms.remaining_term_months.unwrap_or(terms.term_months),
            interest_only_months: terms.interest_only_months,
            amortization_months: terms.amortization_months.unwrap_or(0),
            days_delinquent: terms.days_delinquent,
            asset_class: terms.asset_class,
            amortization: terms.amortization,
            rate_type: terms.rate_type,
            rate_basis: terms.rate_basis,
            frequency: terms.frequency,
            status: terms.status,
            rounding: terms.rounding,
            day_count: terms.day_count,
            rate_terms: boxed_unless_default(terms.rate_terms),
            repayment: boxed_unless_default(repayment),
            penalty: boxed_unless_default(terms.prepayment_penalty),
            overrides: boxed_unless_default(terms.overrides),
            drivers: boxed_unless_default(terms.drivers),
            id: terms.id.into_boxed_str(),
        })
    }

    /// Returns the id, unique within a pool.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the asset class.
    #[must_use]
    pub const fn asset_class(&self) -> AssetClass {
        self.asset_class
    }

    /// Returns what is outstanding today.
    #[must_use]
    pub const fn balance(&self) -> f64 {
        self.balance
    }

    /// Returns what was lent.
    #[must_use]
    pub const fn original_balance(&self) -> f64 {
        self.original_balance
    }

    /// Returns the gross annual rate today.
    #[must_use]
    pub const fn rate(&self) -> f64 {
        self.rate
    }

    /// Returns how the rate moves.
    #[must_use]
    pub const fn rate_type(&self) -> RateType {
        self.rate_type
    }

    /// Returns how the annual rate becomes a rate per period.
    #[must_use]
    pub const fn rate_basis(&self) -> RateBasis {
        self.rate_basis
    }

    /// Returns the details of a rate that moves.
    #[must_use]
    pub fn rate_terms(&self) -> Option<&RateTerms> {
        self.rate_terms.as_deref()
    }

    /// Returns the months until the next reset of a floating or hybrid rate: from the stated reset
    /// date if payment dates are known, else from the age and the reset frequency. A reset date
    /// that has passed counts as the last reset.
    #[must_use]
    pub fn months_to_next_reset(&self) -> Option<u16> {
        let terms = self.rate_terms()?;
        if !matches!(self.rate_type, RateType::Floating | RateType::Hybrid) {
            return None;
        }
        let every = terms.reset_every_months.max(1);
        if let (Some(reset), Some(today)) = (terms.next_reset_date, self.accrual_start(1)) {
            let months = crate::dates::month_number(reset) - crate::dates::month_number(today);
            let passed = i32::from(every) - (-months).rem_euclid(i32::from(every));
            return u16::try_from(if months > 0 { months } else { passed }).ok();
        }
        let first = if terms.fixed_months > 0 { terms.fixed_months } else { every };
        let age = self.age_months();
        Some(if age < first { first - age } else { every - (age - first) % every })
    }

    /// Returns when the payment of the 1-based `period` from today falls due, if the first payment
    /// date or the origination date is known.
    #[must_use]
    pub fn due_date(&self, period: u16) -> Option<NaiveDate> {
        let every = i32::from(self.frequency.months());
        let paid = i32::from(self.age_months()) / every;
        let position = paid + i32::from(period) - 1;
        match (self.first_payment_date, self.origination_date) {
            (Some(first), _) => crate::dates::add_months(first, position * every),
            (None, Some(origination)) => {
                crate::dates::add_months(origination, (position + 1) * every)
            }
            (None, None) => None,
        }
    }

    /// Returns when interest of the 1-based `period` from today begins to accrue: the payment date
    /// before it, or the origination date for the very first period.
    #[must_use]
    pub fn accrual_start(&self, period: u16) -> Option<NaiveDate> {
        if period > 1 {
            return self.due_date(period - 1);
        }
        if self.age_months() < self.frequency.months() && self.origination_date.is_some() {
            return self.origination_date;
        }
        let every = i32::from(self.frequency.months());
        self.due_date(1).and_then(|due| crate::dates::add_months(due, -every))
    }

    /// Returns how principal is repaid.
    #[must_use]
    pub const fn amortization(&self) -> Amortization {
        self.amortization
    }

    /// Returns the repayment terms that few loans have.
    #[must_use]
    pub fn repayment(&self) -> Option<&Repayment> {
        self.repayment.as_deref()
    }

    /// Returns how often the borrower pays.
    #[must_use]
    pub const fn frequency(&self) -> PaymentFrequency {
        self.frequency
    }

    /// Returns the months from origination to maturity.
    #[must_use]
    pub const fn term_months(&self) -> u16 {
        self.term_months
    }

    /// Returns the months from today to maturity.
    #[must_use]
    pub const fn remaining_months(&self) -> u16 {
        self.remaining_months
    }

    /// Returns the months since origination.
    #[must_use]
    pub const fn age_months(&self) -> u16 {
        self.term_months - self.remaining_months
    }

    /// Returns the payments still due; a short last period counts as one.
    #[must_use]
    pub const fn remaining_periods(&self) -> u16 {
        self.remaining_months.div_ceil(self.frequency.months())
    }

    /// Returns the months without principal still ahead.
    #[must_use]
    pub const fn interest_only_months_left(&self) -> u16 {
        self.interest_only_months.saturating_sub(self.age_months())
    }

    /// Returns the months over which a level payment is computed, counted from today.
    #[must_use]
    pub const fn amortization_months(&self) -> u16 {
        if self.amortization_months == 0 { self.remaining_months } else { self.amortization_months }
    }

    /// Returns when the loan was made.
    #[must_use]
    pub const fn origination_date(&self) -> Option<NaiveDate> {
        self.origination_date
    }

    /// Returns the anchor of the payment dates.
    #[must_use]
    pub const fn first_payment_date(&self) -> Option<NaiveDate> {
        self.first_payment_date
    }

    /// Returns the stated maturity.
    #[must_use]
    pub const fn maturity_date(&self) -> Option<NaiveDate> {
        self.maturity_date
    }

    /// Returns what the lender says about the loan today.
    #[must_use]
    pub const fn status(&self) -> LoanStatus {
        self.status
    }

    /// Returns how late the loan is.
    #[must_use]
    pub const fn days_delinquent(&self) -> u16 {
        self.days_delinquent
    }

    /// Returns the day count if interest accrues by actual days.
    #[must_use]
    pub const fn day_count(&self) -> Option<DayCount> {
        self.day_count
    }

    /// Returns how money is rounded.
    #[must_use]
    pub const fn rounding(&self) -> MoneyRounding {
        self.rounding
    }

    /// Returns what is owed for repaying early.
    #[must_use]
    pub fn prepayment_penalty(&self) -> &PrepaymentPenalty {
        self.penalty.as_deref().unwrap_or(&PrepaymentPenalty::None)
    }

    /// Returns the assumptions that hold for this loan only.
    #[must_use]
    pub fn overrides(&self) -> Overrides {
        self.overrides.as_deref().copied().unwrap_or_default()
    }

    /// Returns the facts that drive default and severity.
    #[must_use]
    pub fn drivers(&self) -> Drivers {
        self.drivers.as_deref().copied().unwrap_or_default()
    }

    /// Returns the bytes this loan occupies, boxes included.
    #[must_use]
    pub fn resident_bytes(&self) -> usize {
        let repayment = self.repayment.as_deref().map_or(0, |repayment| {
            size_of::<Repayment>() + repayment.schedule.capacity() * size_of::<f64>()
        });
        let rate_terms = self.rate_terms.as_deref().map_or(0, |rate| {
            size_of::<RateTerms>() + rate.steps.capacity() * size_of::<RateStep>()
        });
        size_of::<Self>()
            + self.id.len()
            + repayment
            + rate_terms
            + self.penalty.as_ref().map_or(0, |_| size_of::<PrepaymentPenalty>())
            + self.overrides.as_ref().map_or(0, |_| size_of::<Overrides>())
            + self.drivers.as_ref().map_or(0, |_| size_of::<Drivers>())
    }
}

impl Repayment {
    fn of(terms: &LoanTerms) -> Self {
        let unit = match terms.schedule_unit {
            ScheduleUnit::Amount => 1.0,
            ScheduleUnit::ShareOfBalance => terms.balance,
        };
        Self {
            balloon_payment: terms.balloon_payment.filter(|balloon| *balloon > 0.0),
            payment_cap: terms.payment_cap,
            negative_amortization_limit: terms.negative_amortization_limit,
            payment_growth: terms.payment_growth.unwrap_or(0.0),
            growth_years: terms.growth_years,
            schedule: terms.schedule.iter().map(|share| share * unit).collect(),
        }
    }
}

fn boxed_unless_default<T: Default + PartialEq>(value: T) -> Option<Box<T>> {
    (value != T::default()).then(|| Box::new(value))
}
