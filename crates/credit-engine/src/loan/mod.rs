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
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use self::kinds::{
    Amortization, AssetClass, LoanStatus, MoneyRounding, PaymentFrequency, RateBasis, RateType,
    UnknownName,
};
pub use self::penalty::PrepaymentPenalty;
pub use self::rules::Violation;
use crate::dates::DayCount;
use crate::speeds::coupon::RateRounding;

/// The terms of a loan as a caller states them, unchecked.
#[derive(Debug, Clone, PartialEq)]
pub struct LoanTerms {
    /// Unique within its pool, 1 to 64 characters.
    pub id: String,
    /// The class, which selects default assumptions.
    pub asset_class: AssetClass,
    /// Outstanding today.
    pub balance: f64,
    /// Lent at origination; the balance if not stated.
    pub original_balance: Option<f64>,
    /// The gross annual rate today.
    pub rate: f64,
    /// How the rate moves.
    pub rate_type: RateType,
    /// Details of a rate that moves.
    pub rate_terms: RateTerms,
    /// How the annual rate becomes a rate per period.
    pub rate_basis: RateBasis,
    /// Months from origination to maturity.
    pub term_months: u16,
    /// Months from today to maturity; the term if not stated.
    pub remaining_term_months: Option<u16>,
    /// When the loan was made.
    pub origination_date: Option<NaiveDate>,
    /// When the first payment was or is due: the anchor of every later one.
    pub first_payment_date: Option<NaiveDate>,
    /// When the loan ends.
    pub maturity_date: Option<NaiveDate>,
    /// How often the borrower pays.
    pub frequency: PaymentFrequency,
    /// What the lender says about the loan today.
    pub status: LoanStatus,
    /// How late it is.
    pub days_delinquent: u16,
    /// Set if interest accrues by actual days instead of equal periods.
    pub day_count: Option<DayCount>,
    /// How principal is repaid.
    pub amortization: Amortization,
    /// Months without principal, counted from origination.
    pub interest_only_months: u16,
    /// Months over which the payment is computed, counted from today, if longer than the term.
    pub amortization_months: Option<u16>,
    /// A stated residual, due with the last payment.
    pub balloon_payment: Option<f64>,
    /// The most by which a payment may rise at a reset, 0.075 for 7.5 %.
    pub payment_cap: Option<f64>,
    /// How far unpaid interest may push the balance, as a multiple of the original balance.
    pub negative_amortization_limit: Option<f64>,
    /// Growth of the payment per year of a graduated loan.
    pub payment_growth: Option<f64>,
    /// Years in which the payment grows; every year if not stated.
    pub growth_years: Option<u16>,
    /// Principal per period of a scheduled loan.
    pub schedule: Vec<f64>,
    /// What [`LoanTerms::schedule`] holds.
    pub schedule_unit: ScheduleUnit,
    /// What is owed for repaying early.
    pub prepayment_penalty: PrepaymentPenalty,
    /// How money is rounded.
    pub rounding: MoneyRounding,
    /// Assumptions that hold for this loan only.
    pub overrides: Overrides,
    /// Facts that drive default and severity.
    pub drivers: Drivers,
}

impl LoanTerms {
    /// Returns the terms of a fixed-rate, level-payment, monthly loan that is current.
    #[must_use]
    pub fn level(
        id: &str,
        asset_class: AssetClass,
        balance: f64,
        rate: f64,
        term_months: u16,
    ) -> Self {
        Self {
            id: id.to_owned(),
            asset_class,
            balance,
            original_balance: None,
            rate,
            rate_type: RateType::Fixed,
            rate_terms: RateTerms::default(),
            rate_basis: RateBasis::Nominal,
            term_months,
            remaining_term_months: None,
            origination_date: None,
            first_payment_date: None,
            maturity_date: None,
            frequency: PaymentFrequency::Monthly,
            status: LoanStatus::Current,
            days_delinquent: 0,
            day_count: None,
            amortization: Amortization::Level,
            interest_only_months: 0,
            amortization_months: None,
            balloon_payment: None,
            payment_cap: None,
            negative_amortization_limit: None,
            payment_growth: None,
            growth_years: None,
            schedule: Vec::new(),
            schedule_unit: ScheduleUnit::Amount,
            prepayment_penalty: PrepaymentPenalty::None,
            rounding: MoneyRounding::None,
            overrides: Overrides::default(),
            drivers: Drivers::default(),
        }
    }
}

/// How a floating, hybrid or step rate moves. Months count from origination.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RateTerms {
    /// The name of the index.
    pub index: Option<String>,
    /// Added to the index.
    pub margin: f64,
    /// Months from one reset to the next.
    pub reset_every_months: u16,
    /// Months at the initial rate; the first reset follows them.
    pub fixed_months: u16,
    /// The next reset, if it does not follow from origination and `fixed_months`.
    pub next_reset_date: Option<NaiveDate>,
    /// Business days between the fixing and the reset.
    pub lookback_days: u16,
    /// The most by which the rate moves at one reset.
    pub periodic_cap: Option<f64>,
    /// The most by which it moves at the first reset, if that differs.
    pub first_periodic_cap: Option<f64>,
    /// The highest rate ever.
    pub lifetime_cap: Option<f64>,
    /// The lowest rate ever.
    pub lifetime_floor: Option<f64>,
    /// The lowest value of the index that counts.
    pub index_floor: Option<f64>,
    /// How index plus margin is rounded.
    pub rounding: RateRounding,
    /// The later rates of a step loan.
    pub steps: Vec<RateStep>,
}

/// A rate that begins after some months from origination.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RateStep {
    /// Full months at earlier rates.
    pub after_months: u16,
    /// The annual rate from then on.
    pub rate: f64,
}

/// What the vector of a scheduled loan holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScheduleUnit {
    /// Amounts of principal.
    #[default]
    Amount,
    /// Shares of today's balance.
    ShareOfBalance,
}

/// Assumptions that hold for one loan and outrank all others. Speeds are annual.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Overrides {
    /// The CPR.
    pub prepayment_speed: Option<f64>,
    /// The CDR.
    pub default_probability: Option<f64>,
    /// One minus the severity.
    pub recovery_rate: Option<f64>,
    /// Months from default to recovery.
    pub recovery_lag_months: Option<u16>,
}

/// Facts about borrower and collateral that drive default and severity.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Drivers {
    /// The credit score, 300 to 850.
    pub fico_score: Option<u16>,
    /// Loan to value, 0.8 for 80 %.
    pub ltv_ratio: Option<f64>,
    /// Debt to income, 0.35 for 35 %.
    pub debt_to_income: Option<f64>,
    /// Net operating income over debt service.
    pub dscr: Option<f64>,
    /// Whether anything secures the loan.
    pub is_secured: Option<bool>,
    /// What the collateral is worth today.
    pub collateral_value: Option<f64>,
}

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
    /// date if payment dates are known, else from the age and the reset frequency.
    #[must_use]
    pub fn months_to_next_reset(&self) -> Option<u16> {
        let terms = self.rate_terms()?;
        if !matches!(self.rate_type, RateType::Floating | RateType::Hybrid) {
            return None;
        }
        if let (Some(reset), Some(today)) = (terms.next_reset_date, self.accrual_start(1)) {
            let months = crate::dates::month_number(reset) - crate::dates::month_number(today);
            return u16::try_from(months).ok();
        }
        let every = terms.reset_every_months.max(1);
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
