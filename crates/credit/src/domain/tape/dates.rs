//! Dates as tapes write them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a column writes dates. A month without a day means its first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum DateFormat {
    /// 2025-03-31
    #[serde(rename = "YYYY-MM-DD")]
    Iso,
    /// 03/31/2025, also with hyphens
    #[serde(rename = "MM/DD/YYYY")]
    MonthDayYear,
    /// 31/03/2025, also with hyphens
    #[serde(rename = "DD/MM/YYYY")]
    DayMonthYear,
    /// 03/2025, also with a hyphen
    #[serde(rename = "MM/YYYY")]
    MonthYear,
    /// 2025-03, also with a slash
    #[serde(rename = "YYYY-MM")]
    YearMonth,
    /// 20250331
    #[serde(rename = "YYYYMMDD")]
    Digits,
    /// 202503
    #[serde(rename = "YYYYMM")]
    YearMonthDigits,
    /// 032025
    #[serde(rename = "MMYYYY")]
    MonthYearDigits,
    /// Mar-2025, also with a two-digit year
    #[serde(rename = "MON-YYYY")]
    MonthName,
}

impl DateFormat {
    /// Every format, in the order in which they are tried.
    pub const ALL: [Self; 9] = [
        Self::Iso,
        Self::MonthDayYear,
        Self::DayMonthYear,
        Self::MonthYear,
        Self::YearMonth,
        Self::Digits,
        Self::YearMonthDigits,
        Self::MonthYearDigits,
        Self::MonthName,
    ];

    /// The name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Iso => "YYYY-MM-DD",
            Self::MonthDayYear => "MM/DD/YYYY",
            Self::DayMonthYear => "DD/MM/YYYY",
            Self::MonthYear => "MM/YYYY",
            Self::YearMonth => "YYYY-MM",
            Self::Digits => "YYYYMMDD",
            Self::YearMonthDigits => "YYYYMM",
            Self::MonthYearDigits => "MMYYYY",
            Self::MonthName => "MON-YYYY",
        }
    }

    /// Reads a date.
    #[must_use]
    pub fn parse(self, text: &str) -> Option<NaiveDate> {
        // A time of day after an ISO date is ignored.
        let text = match self {
            Self::Iso => text.split(['T', ' ']).next().unwrap_or(text),
            _ => text,
        };
        let mut parts = text.split(['-', '/', '.']);
        let mut next = || parts.next();
        let (year, month, day) = match self {
            Self::Iso => (year(next()?)?, small(next()?)?, small(next()?)?),
            Self::MonthDayYear => {
                let (month, day) = (small(next()?)?, small(next()?)?);
                (year(next()?)?, month, day)
            }
            Self::DayMonthYear => {
                let (day, month) = (small(next()?)?, small(next()?)?);
                (year(next()?)?, month, day)
            }
            Self::MonthYear => {
                let month = small(next()?)?;
                (year(next()?)?, month, 1)
            }
            Self::YearMonth => (year(next()?)?, small(next()?)?, 1),
            Self::Digits => {
                let text = digits(next()?, 8)?;
                (year(text.get(..4)?)?, small(text.get(4..6)?)?, small(text.get(6..)?)?)
            }
            Self::YearMonthDigits => {
                let text = digits(next()?, 6)?;
                (year(text.get(..4)?)?, small(text.get(4..)?)?, 1)
            }
            Self::MonthYearDigits => {
                let text = digits(next()?, 6)?;
                (year(text.get(2..)?)?, small(text.get(..2)?)?, 1)
            }
            Self::MonthName => {
                let month = month_name(next()?)?;
                (short_year(next()?)?, month, 1)
            }
        };
        if next().is_some() {
            return None;
        }
        NaiveDate::from_ymd_opt(year, month, day)
    }
}

fn year(text: &str) -> Option<i32> {
    let year: i32 = digits(text, 4)?.parse().ok()?;
    (1900..=2200).contains(&year).then_some(year)
}

fn short_year(text: &str) -> Option<i32> {
    if text.len() == 2 {
        let year: i32 = digits(text, 2)?.parse().ok()?;
        return Some(if year < 70 { 2000 + year } else { 1900 + year });
    }
    year(text)
}

fn small(text: &str) -> Option<u32> {
    let fits = matches!(text.len(), 1 | 2) && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

fn digits(text: &str, count: usize) -> Option<&str> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then_some(text)
}

fn month_name(text: &str) -> Option<u32> {
    const NAMES: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let start = text.get(..3)?;
    (1..).zip(NAMES).find(|(_, name)| start.eq_ignore_ascii_case(name)).map(|(month, _)| month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_reads_its_own() {
        for (format, text, date) in [
            (DateFormat::Iso, "2025-03-31", "2025-03-31"),
            (DateFormat::Iso, "2025-03-31T00:00:00", "2025-03-31"),
            (DateFormat::MonthDayYear, "03-31-2025", "2025-03-31"),
            (DateFormat::MonthDayYear, "3/1/2025", "2025-03-01"),
            (DateFormat::DayMonthYear, "31/03/2025", "2025-03-31"),
            (DateFormat::MonthYear, "08/2019", "2019-08-01"),
            (DateFormat::YearMonth, "2019-08", "2019-08-01"),
            (DateFormat::Digits, "20190831", "2019-08-31"),
            (DateFormat::YearMonthDigits, "201908", "2019-08-01"),
            (DateFormat::MonthYearDigits, "082019", "2019-08-01"),
            (DateFormat::MonthName, "Dec-2015", "2015-12-01"),
        ] {
            assert_eq!(format.parse(text), date.parse().ok(), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_date_is_refused() {
        for text in [
            "",
            "13/2025",
            "2025-02-30",
            "--",
            "1/2/3/4",
            "0x/2025",
            "é/2025",
            "99999999999999999999",
        ] {
            for format in DateFormat::ALL {
                assert_eq!(format.parse(text), None, "{text} as {}", format.name());
            }
        }
    }
}
