//! The rules by which markets keep holidays, 1990 to 2100.
//!
//! Weekends are not holidays here; a holiday that moves off a weekend is. Single days of mourning
//! and celebration are listed by date.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::{add_months, days_between};

/// Tells whether the Federal Reserve banks close: a holiday on a Saturday is lost.
pub(super) fn is_federal_reserve_holiday(date: NaiveDate) -> bool {
    is_us_federal(date, Saturdays::Stay)
}

/// Tells whether the US government bond market closes.
pub(super) fn is_government_bond_holiday(date: NaiveDate) -> bool {
    is_us_bond_market(date) || (is_good_friday(date) && !is_payroll_friday(date))
}

/// Tells whether no SOFR is published.
pub(super) fn is_sofr_holiday(date: NaiveDate) -> bool {
    is_us_bond_market(date) || is_good_friday(date)
}

/// Tells whether the euro payment system closes.
pub(super) fn is_target_holiday(date: NaiveDate) -> bool {
    let (year, month, day) = (date.year(), date.month(), date.day());
    let since_2000 = year >= 2000
        && (matches!(days_after_easter(date), Some(-2 | 1))
            || (month, day) == (5, 1)
            || (month, day) == (12, 26));
    (month, day) == (1, 1)
        || (month, day) == (12, 25)
        || since_2000
        || ((month, day) == (12, 31) && matches!(year, 1998 | 1999 | 2001))
}

/// Tells whether London settlement closes.
pub(super) fn is_uk_holiday(date: NaiveDate) -> bool {
    const SINGLE_DAYS: [(i32, u32, u32); 11] = [
        (1995, 5, 8),
        (1999, 12, 31),
        (2002, 6, 3),
        (2002, 6, 4),
        (2011, 4, 29),
        (2012, 6, 4),
        (2012, 6, 5),
        (2020, 5, 8),
        (2022, 6, 2),
        (2022, 6, 3),
        (2022, 9, 19),
    ];
    let (year, month, day) = (date.year(), date.month(), date.day());
    let early_may_moved = matches!(year, 1995 | 2020);
    let spring_moved = matches!(year, 2002 | 2012 | 2022);
    observes_in_lieu(date, 1, 1)
        || matches!(days_after_easter(date), Some(-2 | 1))
        || (!early_may_moved && is_nth(date, 5, Weekday::Mon, 1))
        || (!spring_moved && is_nth(date, 5, Weekday::Mon, 0))
        || is_nth(date, 8, Weekday::Mon, 0)
        || is_uk_christmas(date)
        || SINGLE_DAYS.contains(&(year, month, day))
        || (year, month, day) == (2023, 5, 8)
}

/// What happens to a holiday that falls on a Saturday.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Saturdays {
    /// It is lost.
    Stay,
    /// It is kept on Friday.
    Friday,
}

/// Tells whether a holiday fixed on `month` and `day` is kept on `date`: on the day itself, on
/// Monday if it is a Sunday, on Friday if it is a Saturday and the market does so.
fn observes(date: NaiveDate, month: u32, day: u32, saturdays: Saturdays) -> bool {
    let Some(fixed) = NaiveDate::from_ymd_opt(date.year(), month, day) else { return false };
    let kept = match fixed.weekday() {
        Weekday::Sun => fixed.succ_opt(),
        Weekday::Sat if saturdays == Saturdays::Friday => fixed.pred_opt(),
        _ => Some(fixed),
    };
    kept == Some(date)
}

/// Tells whether `date` is the `nth` `weekday` of `month`; the last one if `nth` is 0.
fn is_nth(date: NaiveDate, month: u32, weekday: Weekday, nth: u32) -> bool {
    if date.month() != month || date.weekday() != weekday {
        return false;
    }
    if nth == 0 {
        return date.day() + 7 > u32::from(date.num_days_in_month());
    }
    date.day().div_ceil(7) == nth
}

fn is_us_federal(date: NaiveDate, saturdays: Saturdays) -> bool {
    let year = date.year();
    observes(date, 1, 1, Saturdays::Stay)
        || is_nth(date, 1, Weekday::Mon, 3)
        || is_nth(date, 2, Weekday::Mon, 3)
        || is_nth(date, 5, Weekday::Mon, 0)
        || (year >= 2022 && observes(date, 6, 19, saturdays))
        || observes(date, 7, 4, saturdays)
        || is_nth(date, 9, Weekday::Mon, 1)
        || is_nth(date, 10, Weekday::Mon, 2)
        || observes(date, 11, 11, Saturdays::Stay)
        || is_nth(date, 11, Weekday::Thu, 4)
        || observes(date, 12, 25, saturdays)
}

/// The bond market also closes on Friday for a Saturday holiday, and closed on single days.
fn is_us_bond_market(date: NaiveDate) -> bool {
    const SINGLE_DAYS: [(i32, u32, u32); 3] = [(2004, 6, 11), (2012, 10, 30), (2018, 12, 5)];
    is_us_federal(date, Saturdays::Friday)
        || SINGLE_DAYS.contains(&(date.year(), date.month(), date.day()))
}

fn is_good_friday(date: NaiveDate) -> bool {
    days_after_easter(date) == Some(-2)
}

/// Since 1996 the bond market only closes early on a Good Friday with payroll news, which come on
/// the first Friday of a month.
fn is_payroll_friday(date: NaiveDate) -> bool {
    date.year() >= 1996 && date.day() <= 7
}

/// A fixed holiday on a weekend is kept on the following Monday.
fn observes_in_lieu(date: NaiveDate, month: u32, day: u32) -> bool {
    let Some(fixed) = NaiveDate::from_ymd_opt(date.year(), month, day) else { return false };
    let shift = match fixed.weekday() {
        Weekday::Sat => 2,
        Weekday::Sun => 1,
        _ => 0,
    };
    fixed.checked_add_days(Days::new(shift)) == Some(date)
}

/// Christmas and Boxing Day; each that falls on a weekend moves two days on.
fn is_uk_christmas(date: NaiveDate) -> bool {
    if date.month() != 12 {
        return false;
    }
    let monday_or_tuesday = matches!(date.weekday(), Weekday::Mon | Weekday::Tue);
    matches!(date.day(), 25 | 26) || (matches!(date.day(), 27 | 28) && monday_or_tuesday)
}

/// Returns the days from Easter Sunday to `date`, if `date` is within the same year.
fn days_after_easter(date: NaiveDate) -> Option<i32> {
    easter(date.year()).map(|easter| days_between(easter, date))
}

/// Returns Easter Sunday of a year in the Gregorian calendar (Meeus, Jones and Butcher).
fn easter(year: i32) -> Option<NaiveDate> {
    let golden = year.rem_euclid(19);
    let (century, rest) = (year.div_euclid(100), year.rem_euclid(100));
    let correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - correction + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let days = epact + weekday - 7 * late + 114;
    let march = NaiveDate::from_ymd_opt(year, 3, 1)?;
    let month_start = add_months(march, days / 31 - 3)?;
    month_start.checked_add_days(Days::new(u64::from((days % 31).unsigned_abs())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_falls_on_the_published_sundays() {
        for sunday in ["1990-04-15", "2000-04-23", "2024-03-31", "2025-04-20", "2038-04-25"] {
            assert_eq!(easter(day(sunday).year()), Some(day(sunday)));
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }
}
