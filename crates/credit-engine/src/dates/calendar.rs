//! Holidays by rule, 1990 to 2100, and how a date moves off them.

use chrono::{Datelike, NaiveDate, Weekday};

use super::holidays;
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
        let name = letters(value);
        let names = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
        match name.as_str() {
            "none" | "null" | "nocalendar" | "nullcalendar" => Ok(Self::None),
            "weekends" | "weekendsonly" | "weekend" => Ok(Self::Weekends),
            _ if names(&["governmentbond", "govbond", "usgovt", "treasur"]) => {
                Ok(Self::UsGovernmentBond)
            }
            _ if names(&["sofr"]) => Ok(Self::Sofr),
            _ if names(&["federalreserve", "usfed", "sifma"]) || name == "fed" => {
                Ok(Self::UsFederalReserve)
            }
            _ if name.starts_with("target") => Ok(Self::Target),
            _ if ["uk", "unitedkingdom", "london"].iter().any(|start| name.starts_with(start)) => {
                Ok(Self::UnitedKingdom)
            }
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
            Self::UsFederalReserve => holidays::is_federal_reserve_holiday(date),
            Self::UsGovernmentBond => holidays::is_government_bond_holiday(date),
            Self::Sofr => holidays::is_sofr_holiday(date),
            Self::Target => holidays::is_target_holiday(date),
            Self::UnitedKingdom => holidays::is_uk_holiday(date),
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
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

    proptest! {
        #[test]
        fn an_adjusted_date_is_a_business_day(days in 0_i32..40_000) {
            let date = date("1990-01-01") + chrono::TimeDelta::days(days.into());
            for calendar in ["US Federal Reserve", "US government bond", "SOFR", "TARGET", "UK"] {
                let calendar = Calendar::parse(calendar).unwrap();
                for convention in [
                    BusinessDayConvention::Following,
                    BusinessDayConvention::ModifiedFollowing,
                    BusinessDayConvention::Preceding,
                    BusinessDayConvention::ModifiedPreceding,
                ] {
                    let moved = calendar.adjust(date, convention);
                    prop_assert!(calendar.is_business_day(moved));
                    prop_assert!((moved - date).num_days().abs() <= 7);
                }
            }
        }

        #[test]
        fn business_days_forth_and_back_end_where_they_began(
            days in 0_i32..40_000, count in 1_i32..30,
        ) {
            let start = date("1990-01-01") + chrono::TimeDelta::days(days.into());
            let start = Calendar::Target.adjust(start, BusinessDayConvention::Following);
            let there = Calendar::Target.add_business_days(start, count);
            prop_assert_eq!(Calendar::Target.add_business_days(there, -count), start);
        }
    }

    #[test]
    fn an_unknown_calendar_is_answered_with_the_list() {
        let refused = Calendar::parse("Mars").unwrap_err();

        assert!(refused.to_string().contains("TARGET"), "{refused}");
    }
}
