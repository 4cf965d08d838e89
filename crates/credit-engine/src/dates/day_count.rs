//! The fraction of a year between two dates, by market convention.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{add_months, days_between, is_month_end};
use crate::loan::UnknownName;

/// A day-count convention: ISDA 2006 definitions section 4.16, and SF-43 for the BMA variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DayCount {
    /// Actual days over 360.
    #[serde(rename = "ACT/360")]
    Act360,
    /// Actual days over 365.
    #[serde(rename = "ACT/365F")]
    Act365Fixed,
    /// Actual days over the length of the calendar years they fall in.
    #[serde(rename = "ACT/ACT ISDA")]
    ActActIsda,
    /// Actual days over the length of the coupon periods they fall in.
    #[serde(rename = "ACT/ACT ICMA")]
    ActActIcma,
    /// 30/360 bond basis: a start on the 31st counts as the 30th, then an end on the 31st too.
    #[serde(rename = "30/360")]
    Thirty360Bond,
    /// 30/360 with the month-end rule for February.
    #[serde(rename = "30/360 US")]
    Thirty360Us,
    /// Both ends on the 31st count as the 30th.
    #[serde(rename = "30E/360")]
    ThirtyE360,
    /// Every month end counts as the 30th, except a termination date in February.
    #[serde(rename = "30E/360 ISDA")]
    ThirtyE360Isda,
    /// 30/360 of SF-43: a start on the last day of February counts as the 30th; never below 0.
    #[serde(rename = "30/360 BMA")]
    Thirty360Bma,
}

/// What some conventions need beside the two dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DayCountContext {
    /// The regular coupon period the accrual belongs to (ACT/ACT ICMA).
    pub reference: Option<(NaiveDate, NaiveDate)>,
    /// Coupons per year (ACT/ACT ICMA).
    pub per_year: Option<u16>,
    /// The termination date (30E/360 ISDA).
    pub termination: Option<NaiveDate>,
}

impl DayCount {
    /// Every convention.
    pub const ALL: [Self; 9] = [
        Self::Act360,
        Self::Act365Fixed,
        Self::ActActIsda,
        Self::ActActIcma,
        Self::Thirty360Bond,
        Self::Thirty360Us,
        Self::ThirtyE360,
        Self::ThirtyE360Isda,
        Self::Thirty360Bma,
    ];

    /// Returns the name used in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Act360 => "ACT/360",
            Self::Act365Fixed => "ACT/365F",
            Self::ActActIsda => "ACT/ACT ISDA",
            Self::ActActIcma => "ACT/ACT ICMA",
            Self::Thirty360Bond => "30/360",
            Self::Thirty360Us => "30/360 US",
            Self::ThirtyE360 => "30E/360",
            Self::ThirtyE360Isda => "30E/360 ISDA",
            Self::Thirty360Bma => "30/360 BMA",
        }
    }

    /// Reads a name; case, punctuation and explanations after the name do not matter, so that
    /// `Actual/360`, `act_360` and `30/360 US (SIA)` are understood.
    ///
    /// # Errors
    ///
    /// Returns the accepted names if there is no such convention.
    pub fn parse(value: &str) -> Result<Self, UnknownName> {
        let letters: String =
            value.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        let letters = letters.replace("actual", "act").replace("thirty", "30");
        let rest = |prefix: &str| letters.strip_prefix(prefix).map(str::to_owned);
        let found = if let Some(rest) = rest("30e360") {
            Some(if rest.contains("isda") { Self::ThirtyE360Isda } else { Self::ThirtyE360 })
        } else if let Some(rest) = rest("30360") {
            thirty_360(&rest)
        } else if rest("act360").is_some() {
            Some(Self::Act360)
        } else if rest("act365").is_some_and(|rest| !rest.starts_with('l')) {
            Some(Self::Act365Fixed)
        } else {
            rest("actact").and_then(|rest| act_act(&rest))
        };
        found.ok_or_else(|| UnknownName {
            list: "day count",
            value: value.to_owned(),
            allowed: Self::ALL.map(Self::name).join(", "),
        })
    }

    /// Returns the fraction of a year from `start` to `end`; negative if `end` comes first, except
    /// for 30/360 BMA, which is never negative.
    ///
    /// # Examples
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use credit_engine::dates::DayCount;
    ///
    /// let date = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).ok_or("no date");
    /// let days = DayCount::ThirtyE360.fraction(date(2007, 2, 28)?, date(2007, 3, 31)?) * 360.0;
    /// assert_eq!(days.round(), 32.0);
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn fraction(self, start: NaiveDate, end: NaiveDate) -> f64 {
        self.fraction_in(start, end, DayCountContext::default())
    }

    /// Returns the fraction of a year from `start` to `end` for the conventions that need to know
    /// the coupon period or the termination date. ACT/ACT ICMA without a reference period takes
    /// `start..end` for one regular period, or for a year if the frequency is unknown as well.
    #[must_use]
    pub fn fraction_in(self, start: NaiveDate, end: NaiveDate, context: DayCountContext) -> f64 {
        match self {
            Self::Act360 => f64::from(days_between(start, end)) / 360.0,
            Self::Act365Fixed => f64::from(days_between(start, end)) / 365.0,
            Self::ActActIsda if end < start => -act_act_isda(end, start),
            Self::ActActIsda => act_act_isda(start, end),
            Self::ActActIcma if end < start => -act_act_icma(end, start, context),
            Self::ActActIcma => act_act_icma(start, end, context),
            _ => f64::from(self.thirty_days(start, end, context.termination)) / 360.0,
        }
    }

    /// Returns the days from `start` to `end` as this convention counts them: 30-day months for the
    /// 30/360 family, calendar days otherwise.
    #[must_use]
    pub fn days(self, start: NaiveDate, end: NaiveDate) -> i32 {
        match self {
            Self::Act360 | Self::Act365Fixed | Self::ActActIsda | Self::ActActIcma => {
                days_between(start, end)
            }
            _ => self.thirty_days(start, end, None),
        }
    }

    fn thirty_days(self, start: NaiveDate, end: NaiveDate, termination: Option<NaiveDate>) -> i32 {
        let (mut first, mut last) = (start.day(), end.day());
        let february = |date: NaiveDate| date.month() == 2 && is_month_end(date);
        match self {
            Self::ThirtyE360 => {
                first = first.min(30);
                last = last.min(30);
            }
            Self::ThirtyE360Isda => {
                first = if is_month_end(start) { 30 } else { first };
                let stays = february(end) && termination == Some(end);
                last = if is_month_end(end) && !stays { 30 } else { last };
            }
            _ => {
                if self != Self::Thirty360Bond && february(start) {
                    first = 30;
                    if self == Self::Thirty360Us && february(end) {
                        last = 30;
                    }
                }
                first = first.min(30);
                if last == 31 && first == 30 {
                    last = 30;
                }
            }
        }
        let months = super::month_number(end) - super::month_number(start);
        let days = 30 * months + last.cast_signed() - first.cast_signed();
        if self == Self::Thirty360Bma { days.max(0) } else { days }
    }
}

fn thirty_360(rest: &str) -> Option<DayCount> {
    let rest = rest.trim_start_matches("isda");
    if rest.is_empty() || rest.starts_with("bond") {
        return Some(DayCount::Thirty360Bond);
    }
    if rest.starts_with("us") || rest.starts_with("nasd") || rest.starts_with("sia") {
        return Some(DayCount::Thirty360Us);
    }
    if rest.starts_with("bma") || rest.starts_with("psa") || rest.starts_with("sifma") {
        return Some(DayCount::Thirty360Bma);
    }
    rest.starts_with("euro").then_some(DayCount::ThirtyE360)
}

fn act_act(rest: &str) -> Option<DayCount> {
    if rest.is_empty() || rest.starts_with("isda") {
        return Some(DayCount::ActActIsda);
    }
    let regular = ["icma", "isma", "bond"].iter().any(|name| rest.starts_with(name));
    regular.then_some(DayCount::ActActIcma)
}

fn act_act_isda(start: NaiveDate, end: NaiveDate) -> f64 {
    let length = |date: NaiveDate| if date.leap_year() { 366.0 } else { 365.0 };
    if start.year() == end.year() {
        return f64::from(days_between(start, end)) / length(start);
    }
    let rest_of_first = f64::from(1 + days_in_year(start) - start.ordinal().cast_signed());
    let start_of_last = f64::from(end.ordinal0().cast_signed());
    f64::from(end.year() - start.year() - 1)
        + rest_of_first / length(start)
        + start_of_last / length(end)
}

fn days_in_year(date: NaiveDate) -> i32 {
    if date.leap_year() { 366 } else { 365 }
}

/// Sums, over the regular coupon periods that `start..end` touches, the share of each period over
/// the coupons per year. The periods continue the reference period on both sides.
fn act_act_icma(start: NaiveDate, end: NaiveDate, context: DayCountContext) -> f64 {
    let (from, to) = context.reference.unwrap_or((start, end));
    let length = days_between(from, to);
    if length <= 0 || start >= end {
        return 0.0;
    }
    let per_year = f64::from(context.per_year.filter(|count| *count > 0).unwrap_or_else(|| {
        let years = f64::from(length) / 365.0;
        [12_u16, 4, 2, 1]
            .into_iter()
            .find(|count| (years * f64::from(*count) - 1.0).abs() < 0.2)
            .unwrap_or(1)
    }));
    let months = [12, 6, 4, 3, 2, 1]
        .into_iter()
        .find(|months| (f64::from(*months) * per_year - 12.0).abs() < 0.5)
        .unwrap_or(12);

    let share = |period_start: NaiveDate, period_end: NaiveDate| {
        let days = days_between(start.max(period_start), end.min(period_end)).max(0);
        f64::from(days) / f64::from(days_between(period_start, period_end).max(1)) / per_year
    };
    let mut total = share(from, to);
    for (anchor, step) in [(from, -months), (to, months)] {
        let mut edge = anchor;
        for count in 1..=4800 {
            let inside = if step < 0 { edge > start } else { edge < end };
            let Some(next) = add_months(anchor, step * count).filter(|_| inside) else { break };
            total += share(edge.min(next), edge.max(next));
            edge = next;
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn names_are_understood_with_their_explanations() {
        let names = [
            ("30/360 (ISDA bond basis)", DayCount::Thirty360Bond),
            ("30/360 US (SIA, Feb-EOM rule)", DayCount::Thirty360Us),
            ("30/360 BMA (SF-43)", DayCount::Thirty360Bma),
            ("30E/360", DayCount::ThirtyE360),
            ("30E/360 (ISDA)", DayCount::ThirtyE360Isda),
            ("Actual/360", DayCount::Act360),
            ("act_365_fixed", DayCount::Act365Fixed),
            ("ACT/ACT", DayCount::ActActIsda),
            ("Actual/Actual (ISMA)", DayCount::ActActIcma),
        ];
        for (name, expected) in names {
            assert_eq!(DayCount::parse(name), Ok(expected), "{name}");
        }
        assert!(DayCount::parse("ACT/365L").is_err());
    }

    #[test]
    fn every_name_is_read_back() {
        for convention in DayCount::ALL {
            assert_eq!(DayCount::parse(convention.name()), Ok(convention));
        }
    }

    #[test]
    fn a_long_first_coupon_counts_both_regular_periods() {
        let context = DayCountContext {
            reference: Some((date("2003-01-15"), date("2003-07-15"))),
            per_year: Some(2),
            termination: None,
        };

        let fraction =
            DayCount::ActActIcma.fraction_in(date("2002-08-15"), date("2003-07-15"), context);

        let expected = 153.0 / 184.0 / 2.0 + 0.5;
        assert!((fraction - expected).abs() < 1e-12, "{fraction}");
    }

    #[test]
    fn a_termination_in_february_keeps_its_day() {
        let termination =
            DayCountContext { termination: Some(date("2008-02-29")), ..DayCountContext::default() };
        let (start, end) = (date("2007-08-31"), date("2008-02-29"));

        let at_the_end = DayCount::ThirtyE360Isda.fraction_in(start, end, termination) * 360.0;
        let before = DayCount::ThirtyE360Isda.fraction(start, end) * 360.0;

        assert!((at_the_end - 179.0).abs() < 1e-9 && (before - 180.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn actual_days_add_up_over_any_split(start in 0_i64..20_000, a in 0_i64..900, b in 0_i64..900) {
            let day = |days: i64| date("1990-01-01") + chrono::TimeDelta::days(days);
            let (from, middle, to) = (day(start), day(start + a), day(start + a + b));
            for convention in [DayCount::Act360, DayCount::Act365Fixed, DayCount::ActActIsda] {
                let whole = convention.fraction(from, to);
                let parts = convention.fraction(from, middle) + convention.fraction(middle, to);
                prop_assert!((whole - parts).abs() < 1e-12);
            }
        }

        #[test]
        fn a_year_is_a_year_in_every_thirty_day_count(start in 0_i64..20_000) {
            let from = date("1990-01-01") + chrono::TimeDelta::days(start);
            let to = add_months(from, 12).unwrap();
            for convention in [DayCount::Thirty360Bond, DayCount::ThirtyE360] {
                let fraction = convention.fraction(from, to);
                prop_assert!((fraction - 1.0).abs() <= 1.0 / 360.0 + 1e-12);
            }
        }
    }

    #[test]
    fn the_bma_count_is_never_negative() {
        let days = DayCount::Thirty360Bma.days(date("2024-03-31"), date("2024-03-01"));

        assert_eq!(days, 0);
    }
}
