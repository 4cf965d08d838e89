//! Holidays by rule, 1990 to 2100, and how a date moves off them.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::add_months;
use crate::loan::UnknownName;

/// Days on which a market does not settle, beside Saturdays and Sundays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Calendar {
    /// Every day is a business day, weekends too.
    None,
    /// Weekends only.
    Weekends,
    /// The Federal Reserve banks; also the SIFMA funds calendar.
    UsFederalReserve,
    /// The US government bond market.
    UsGovernmentBond,
    /// The days on which SOFR is published.
    Sofr,
    /// The euro payment system.
    Target,
    /// London settlement.
    UnitedKingdom,
    /// Weekends and the listed days.
    Custom(Vec<NaiveDate>),
    /// A holiday of any member is a holiday.
    Joint(Vec<Calendar>),
}

/// How a date that is no business day moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BusinessDayConvention {
    /// Not at all.
    #[default]
    Unadjusted,
    /// To the next business day.
    Following,
    /// To the next business day, or to the previous one if the next is in another month.
    ModifiedFollowing,
    /// To the previous business day.
    Preceding,
    /// To the previous business day, or to the next one if the previous is in another month.
    ModifiedPreceding,
}

impl BusinessDayConvention {
    /// Reads a name; case, hyphens, underscores and spaces do not matter.
    ///
    /// # Errors
    ///
    /// Returns the accepted names if there is no such convention.
    pub fn parse(value: &str) -> Result<Self, UnknownName> {
        match letters(value).as_str() {
            "unadjusted" | "none" => Ok(Self::Unadjusted),
            "following" => Ok(Self::Following),
            "modifiedfollowing" => Ok(Self::ModifiedFollowing),
            "preceding" | "previous" => Ok(Self::Preceding),
            "modifiedpreceding" => Ok(Self::ModifiedPreceding),
            _ => Err(UnknownName {
                list: "business-day convention",
                value: value.to_owned(),
                allowed: "unadjusted, following, modified_following, preceding, modified_preceding"
                    .to_owned(),
            }),
        }
    }
}

impl Calendar {
    /// Reads a name such as `US Federal Reserve`, `TARGET` or `UK settlement`; several names joined
    /// by `+` are a joint calendar.
    ///
    /// # Errors
    ///
    /// Returns the accepted names if there is no such calendar.
    pub fn parse(value: &str) -> Result<Self, UnknownName> {
        if value.contains('+') {
            let members: Result<Vec<Self>, UnknownName> =
                value.split('+').map(Self::parse).collect();
            return members.map(Self::Joint);
        }
        match letters(value).as_str() {
            "none" | "null" | "nocalendar" | "nullcalendar" => Ok(Self::None),
            "weekends" | "weekendsonly" | "weekend" => Ok(Self::Weekends),
            "usfederalreserve"
            | "federalreserve"
            | "usfed"
            | "fed"
            | "sifma"
            | "usfedsifma"
            | "usfederalreservesifma"
            | "us"
            | "unitedstates" => Ok(Self::UsFederalReserve),
            "usgovernmentbond" | "usgovernmentbonds" | "governmentbond" | "usgovt"
            | "usgovbond" => Ok(Self::UsGovernmentBond),
            "sofr" | "ussofr" => Ok(Self::Sofr),
            "target" | "target2" | "eur" | "euro" => Ok(Self::Target),
            "uk"
            | "uksettlement"
            | "unitedkingdom"
            | "unitedkingdomsettlement"
            | "london"
            | "gb" => Ok(Self::UnitedKingdom),
            _ => Err(UnknownName {
                list: "calendar",
                value: value.to_owned(),
                allowed: "none, weekends, US Federal Reserve, US government bond, SOFR, TARGET, \
                          UK settlement, or several joined by +"
                    .to_owned(),
            }),
        }
    }

    /// Tells whether the market settles on `date`.
    #[must_use]
    pub fn is_business_day(&self, date: NaiveDate) -> bool {
        match self {
            Self::None => true,
            Self::Joint(members) => members.iter().all(|member| member.is_business_day(date)),
            _ => !is_weekend(date) && !self.is_listed(date),
        }
    }

    /// Returns the holidays of `year` that do not fall on a weekend, in order.
    #[must_use]
    pub fn holidays(&self, year: i32) -> Vec<NaiveDate> {
        let first = NaiveDate::from_ymd_opt(year, 1, 1);
        first
            .into_iter()
            .flat_map(|first| first.iter_days().take_while(|day| day.year() == year))
            .filter(|day| !is_weekend(*day) && !self.is_business_day(*day))
            .collect()
    }

    /// Moves `date` to a business day as `convention` says.
    #[must_use]
    pub fn adjust(&self, date: NaiveDate, convention: BusinessDayConvention) -> NaiveDate {
        let (forward, stays_in_month) = match convention {
            BusinessDayConvention::Unadjusted => return date,
            BusinessDayConvention::Following => (true, false),
            BusinessDayConvention::ModifiedFollowing => (true, true),
            BusinessDayConvention::Preceding => (false, false),
            BusinessDayConvention::ModifiedPreceding => (false, true),
        };
        let moved = self.roll(date, forward);
        if stays_in_month && moved.month() != date.month() {
            return self.roll(date, !forward);
        }
        moved
    }

    /// Returns the date `days` business days after `date` (before it, if negative). Zero days
    /// returns `date` itself.
    #[must_use]
    pub fn add_business_days(&self, date: NaiveDate, days: i32) -> NaiveDate {
        let mut moved = date;
        for _ in 0..days.unsigned_abs() {
            moved = self.roll(step(moved, days > 0), days > 0);
        }
        moved
    }

    /// Returns the first business day on or after `date`, or on or before it. A calendar without
    /// any business day within a year leaves the date as it is.
    fn roll(&self, date: NaiveDate, forward: bool) -> NaiveDate {
        let mut moved = date;
        for _ in 0..366 {
            if self.is_business_day(moved) {
                return moved;
            }
            moved = step(moved, forward);
        }
        date
    }

    fn is_listed(&self, date: NaiveDate) -> bool {
        match self {
            Self::UsFederalReserve => is_us_federal(date, Saturdays::Stay),
            Self::UsGovernmentBond => {
                is_us_bond_market(date) || (is_good_friday(date) && !is_payroll_friday(date))
            }
            Self::Sofr => is_us_bond_market(date) || is_good_friday(date),
            Self::Target => is_target(date),
            Self::UnitedKingdom => is_uk(date),
            Self::Custom(days) => days.contains(&date),
            Self::None | Self::Weekends | Self::Joint(_) => false,
        }
    }
}

fn letters(value: &str) -> String {
    value.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

fn step(date: NaiveDate, forward: bool) -> NaiveDate {
    let next = if forward { date.succ_opt() } else { date.pred_opt() };
    next.unwrap_or(date)
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
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

fn is_target(date: NaiveDate) -> bool {
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

fn is_uk(date: NaiveDate) -> bool {
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
    easter(date.year()).map(|easter| super::days_between(easter, date))
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

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn easter_falls_on_the_published_sundays() {
        for sunday in ["1990-04-15", "2000-04-23", "2024-03-31", "2025-04-20", "2038-04-25"] {
            assert_eq!(easter(date(sunday).year()), Some(date(sunday)));
        }
    }

    #[test]
    fn modified_following_stays_in_the_month() {
        let convention = BusinessDayConvention::ModifiedFollowing;

        let moved = Calendar::Weekends.adjust(date("2024-03-31"), convention);

        assert_eq!(moved, date("2024-03-29"));
    }

    #[test]
    fn modified_preceding_stays_in_the_month() {
        let convention = BusinessDayConvention::ModifiedPreceding;

        let moved = Calendar::Weekends.adjust(date("2024-06-01"), convention);

        assert_eq!(moved, date("2024-06-03"));
    }

    #[test]
    fn a_joint_calendar_keeps_the_holidays_of_every_member() {
        let joint = Calendar::parse("US Federal Reserve + TARGET").unwrap();

        assert!(!joint.is_business_day(date("2026-05-01")));
        assert!(!joint.is_business_day(date("2026-11-26")));
        assert!(joint.is_business_day(date("2026-05-04")));
    }

    #[test]
    fn business_days_are_counted_over_holidays() {
        let calendar = Calendar::Custom(vec![date("2026-07-06")]);

        assert_eq!(calendar.add_business_days(date("2026-07-03"), 1), date("2026-07-07"));
        assert_eq!(calendar.add_business_days(date("2026-07-07"), -2), date("2026-07-02"));
    }

    #[test]
    fn an_unknown_calendar_is_answered_with_the_list() {
        let refused = Calendar::parse("Mars").unwrap_err();

        assert!(refused.to_string().contains("TARGET"), "{refused}");
    }
}
