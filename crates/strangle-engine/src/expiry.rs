//! Which date the options expire on.
//!
//! Options expire at 12:00 UTC (17:30 IST) of the date in their symbol.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::instrument::expires_at;
use crate::schedule::ist_date;

/// How much time to expiry a new session needs.
pub const MIN_TIME_TO_EXPIRY: TimeDelta = TimeDelta::minutes(60);

/// The accepted ways to write a date.
const FORMATS: [&str; 4] = ["%d-%m-%Y", "%Y-%m-%d", "%d/%m/%Y", "%Y/%m/%d"];

/// An expiry that cannot be traded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpiryRefusal {
    /// No date.
    #[error("`{0}` must be a calendar date written DD-MM-YYYY")]
    Invalid(String),
    /// Past, or so near that a session makes no sense.
    #[error("{date} expires at {expires_at}, which must be at least 60 minutes ahead")]
    Expired {
        /// The date.
        date: NaiveDate,
        /// Its instant.
        expires_at: DateTime<Utc>,
    },
}

impl ExpiryRefusal {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid_expiry",
            Self::Expired { .. } => "expired_expiry",
        }
    }
}

/// Reads a date in one of the four accepted forms.
///
/// # Errors
///
/// Refuses other forms and dates that no calendar has.
///
/// ```
/// use strangle_engine::expiry::parse;
/// assert_eq!(parse("2025/10/07"), parse("07-10-2025"));
/// assert_eq!(parse("31-02-2025").unwrap_err().code(), "invalid_expiry");
/// ```
pub fn parse(text: &str) -> Result<NaiveDate, ExpiryRefusal> {
    let text = text.trim();
    let full = text.len() == 10;
    FORMATS
        .iter()
        .find_map(|format| NaiveDate::parse_from_str(text, format).ok())
        .filter(|_| full)
        .ok_or_else(|| ExpiryRefusal::Invalid(text.chars().take(40).collect()))
}

/// Writes a date the way the exchange's queries and the profiles do.
#[must_use]
pub fn normalised(date: NaiveDate) -> String {
    date.format("%d-%m-%Y").to_string()
}

/// Requires that an expiry is at least [`MIN_TIME_TO_EXPIRY`] ahead.
///
/// # Errors
///
/// Refuses one that is not.
pub fn require_open(date: NaiveDate, now: DateTime<Utc>) -> Result<(), ExpiryRefusal> {
    let expires_at = expires_at(date);
    if expires_at >= now + MIN_TIME_TO_EXPIRY {
        Ok(())
    } else {
        Err(ExpiryRefusal::Expired { date, expires_at })
    }
}

/// Reads a configured expiry and requires that it can still be traded.
///
/// # Errors
///
/// Refuses what [`parse`] and [`require_open`] refuse.
pub fn configured(text: &str, now: DateTime<Utc>) -> Result<NaiveDate, ExpiryRefusal> {
    let date = parse(text)?;
    require_open(date, now)?;
    Ok(date)
}

/// Returns the target of an automatic expiry: the IST date of now plus the buffer.
#[must_use]
pub fn target(now: DateTime<Utc>, buffer_hours: u32) -> NaiveDate {
    ist_date(now + TimeDelta::hours(buffer_hours.into()))
}

/// Returns the listed expiries that may be used, the earliest first: from the target to
/// `slip_days` later, with at least [`MIN_TIME_TO_EXPIRY`] left.
#[must_use]
pub fn admissible(
    listed: impl IntoIterator<Item = NaiveDate>,
    target: NaiveDate,
    slip_days: u32,
    now: DateTime<Utc>,
) -> Vec<NaiveDate> {
    let last = target + TimeDelta::days(slip_days.into());
    let mut dates: Vec<NaiveDate> = listed
        .into_iter()
        .filter(|date| (target..=last).contains(date) && require_open(*date, now).is_ok())
        .collect();
    dates.sort_unstable();
    dates.dedup();
    dates
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, 10, day).unwrap()
    }

    #[test]
    fn an_expiry_needs_an_hour() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();

        assert_eq!(configured("06-10-2025", at("2025-10-06T11:00:00Z")), Ok(date(6)));
        let refusal = configured("06-10-2025", at("2025-10-06T11:00:01Z")).unwrap_err();
        assert_eq!(refusal.code(), "expired_expiry");
    }

    #[test]
    fn odd_dates_are_refused() {
        for text in
            ["", "7-10-2025", "07.10.2025", "30-02-2025", "10-2025", "07-10-25", "०७-१०-२०२५"]
        {
            assert_eq!(
                parse(text).map_err(|refusal| refusal.code()),
                Err("invalid_expiry"),
                "{text}"
            );
        }
    }

    #[test]
    fn only_the_days_of_the_slip_are_admissible() {
        let now = "2025-10-06T04:00:00Z".parse().unwrap();
        let listed = [date(9), date(8), date(6), date(7), date(8)];

        assert_eq!(admissible(listed, target(now, 24), 1, now), [date(7), date(8)]);
    }
}
