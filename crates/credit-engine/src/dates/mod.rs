//! Dates as bond markets count them.
//!
//! | module | decides |
//! |---|---|
//! | [`calendar`], `holidays` | holidays by rule and how a date moves off them |
//! | [`day_count`] | the fraction of a year between two dates |
//! | [`payment_dates`](mod@payment_dates) | when payments fall due |
//! | [`overnight`] | an overnight rate compounded in arrears |
//! | [`settlement`] | accrued interest, principal and delay of a settled trade |
//!
//! Invariants: payment dates are counted from the anchor, never from the previous date; a function
//! that would leave the range of years 1 to 9999 answers `None` or an error, never panics.

pub mod calendar;
pub mod day_count;
mod holidays;
pub mod overnight;
pub mod payment_dates;
pub mod settlement;

use chrono::{Datelike, Months, NaiveDate};

pub use self::calendar::{BusinessDayConvention, Calendar};
pub use self::day_count::{DayCount, DayCountContext};
pub use self::payment_dates::{ScheduleRule, payment_dates};

/// Returns the date `months` after `anchor` (before it, if negative), on the same day of the month
/// or on the last day if the month is shorter. `None` if the year leaves 1 to 9999.
#[must_use]
pub fn add_months(anchor: NaiveDate, months: i32) -> Option<NaiveDate> {
    let count = Months::new(months.unsigned_abs());
    let moved = if months < 0 {
        anchor.checked_sub_months(count)
    } else {
        anchor.checked_add_months(count)
    };
    moved.filter(|date| (1..=9999).contains(&date.year()))
}

/// Returns the months from the beginning of year 0 to the month of `date`.
#[must_use]
pub fn month_number(date: NaiveDate) -> i32 {
    date.year() * 12 + date.month0().cast_signed()
}

/// Returns the last day of the month of `date`.
#[must_use]
pub fn month_end(date: NaiveDate) -> NaiveDate {
    date.with_day(u32::from(date.num_days_in_month())).unwrap_or(date)
}

/// Tells whether `date` is the last day of its month.
#[must_use]
pub fn is_month_end(date: NaiveDate) -> bool {
    date.day() == u32::from(date.num_days_in_month())
}

/// Returns the calendar days from `start` to `end`.
#[must_use]
pub fn days_between(start: NaiveDate, end: NaiveDate) -> i32 {
    end.num_days_from_ce() - start.num_days_from_ce()
}
