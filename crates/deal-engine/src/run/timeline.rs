//! When payments fall and which collections belong to them.

use chrono::{Days, NaiveDate};
use credit_engine::dates::{
    BusinessDayConvention, Calendar, ScheduleRule, add_months, days_between,
};

use super::RunError;
use crate::model::{DealDates, Frequency};

/// The most payment dates of a run: 100 years of months.
const MOST: u32 = 1_200;

/// The payment dates of a deal.
#[derive(Debug, Clone)]
pub struct Timeline {
    rule: ScheduleRule,
    calendar: Calendar,
    convention: BusinessDayConvention,
    accrue_adjusted: bool,
    lag: u16,
    maturity: NaiveDate,
}

/// One payment date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentDate {
    /// The day of payment.
    pub date: NaiveDate,
    /// The day to which interest accrues.
    pub accrual_end: NaiveDate,
    /// The last day whose collections are distributed.
    pub collection_end: NaiveDate,
}

impl Timeline {
    /// Reads the dates of a deal.
    ///
    /// # Errors
    ///
    /// Refuses unknown calendars and conventions, and a maturity before the first payment.
    pub fn new(dates: &DealDates) -> Result<Self, RunError> {
        let calendar = dates.calendar.as_deref().map(Calendar::parse).transpose();
        let calendar = calendar.map_err(RunError::UnknownConvention)?;
        let convention = dates.convention.as_deref().map(BusinessDayConvention::parse).transpose();
        let convention = convention.map_err(RunError::UnknownConvention)?;
        let last = add_months(dates.closing, 60 * 12).unwrap_or(NaiveDate::MAX);
        let timeline = Self {
            rule: ScheduleRule {
                every_months: dates.frequency.months(),
                end_of_month: dates.end_of_month,
                ..ScheduleRule::monthly(dates.first_payment)
            },
            calendar: calendar.unwrap_or(Calendar::None),
            convention: convention.unwrap_or_default(),
            accrue_adjusted: dates.accrue_adjusted,
            lag: dates.collection_lag_days,
            maturity: dates.maturity.unwrap_or(last),
        };
        let first = dates.first_payment;
        timeline.payment(0).map(|_| timeline).ok_or(RunError::NoDates { first })
    }

    /// Returns the payment date with a 0-based position; `None` after maturity.
    #[must_use]
    pub fn payment(&self, position: u32) -> Option<PaymentDate> {
        let planned = self.rule.date(position).filter(|_| position < MOST)?;
        let known = planned <= self.maturity;
        let date = self.calendar.adjust(planned, self.convention);
        let accrual_end = if self.accrue_adjusted { date } else { planned };
        let collection_end =
            planned.checked_sub_days(Days::new(self.lag.into())).unwrap_or(planned);
        known.then_some(PaymentDate { date, accrual_end, collection_end })
    }

    /// Returns the ends of the collection periods up to the one that holds `last`.
    pub(crate) fn collection_ends(&self, last: Option<NaiveDate>) -> Vec<NaiveDate> {
        let mut ends = Vec::new();
        for payment in (0..).map_while(|position| self.payment(position)) {
            ends.push(payment.collection_end);
            if last.is_none_or(|last| days_between(last, payment.collection_end) >= 0) {
                break;
            }
        }
        ends
    }
}

impl Frequency {
    /// Returns the months from one payment to the next.
    #[must_use]
    pub const fn months(self) -> u16 {
        match self {
            Self::Monthly => 1,
            Self::Quarterly => 3,
            Self::SemiAnnual => 6,
            Self::Annual => 12,
        }
    }
}
