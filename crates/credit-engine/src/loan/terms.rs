//! The terms of a loan as a caller fills them in.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    Amortization, AssetClass, LoanStatus, MoneyRounding, PaymentFrequency, PrepaymentPenalty,
    RateBasis, RateType,
};
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
