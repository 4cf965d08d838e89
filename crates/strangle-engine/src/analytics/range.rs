//! Which sessions are looked at.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use serde::{Deserialize, Serialize};

/// A stretch of time, both ends included. An absent start is the beginning of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    start: Option<DateTime<Utc>>,
    end: DateTime<Utc>,
}

impl Range {
    /// Returns the stretch between two instants, whichever comes first.
    #[must_use]
    pub fn new(start: Option<DateTime<Utc>>, end: DateTime<Utc>) -> Self {
        match start {
            Some(start) if start > end => Self { start: Some(end), end: start },
            _ => Self { start, end },
        }
    }

    /// Returns the first instant.
    #[must_use]
    pub const fn start(&self) -> Option<DateTime<Utc>> {
        self.start
    }

    /// Returns the last instant.
    #[must_use]
    pub const fn end(&self) -> DateTime<Utc> {
        self.end
    }

    /// Says whether an instant lies inside.
    #[must_use]
    pub fn contains(&self, at: DateTime<Utc>) -> bool {
        self.start.is_none_or(|start| start <= at) && at <= self.end
    }
}

/// A range by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Preset {
    /// The last 7 days.
    #[serde(rename = "7d")]
    SevenDays,
    /// The last 30 days.
    #[serde(rename = "30d")]
    ThirtyDays,
    /// The last 90 days.
    #[serde(rename = "90d")]
    NinetyDays,
    /// Since the year began.
    #[serde(rename = "ytd", alias = "YTD")]
    YearToDate,
    /// Everything.
    #[serde(rename = "all")]
    All,
}

impl Preset {
    /// Reads a name, in any case.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "7d" => Some(Self::SevenDays),
            "30d" => Some(Self::ThirtyDays),
            "90d" => Some(Self::NinetyDays),
            "ytd" => Some(Self::YearToDate),
            "all" => Some(Self::All),
            _ => None,
        }
    }

    /// Returns the name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SevenDays => "7d",
            Self::ThirtyDays => "30d",
            Self::NinetyDays => "90d",
            Self::YearToDate => "YTD",
            Self::All => "all",
        }
    }

    /// Returns the range that ends now; years begin in `zone`.
    #[must_use]
    pub fn range<Zone: TimeZone>(self, now: DateTime<Utc>, zone: &Zone) -> Range {
        let before = |days| now - TimeDelta::days(days);
        let start = match self {
            Self::SevenDays => Some(before(7)),
            Self::ThirtyDays => Some(before(30)),
            Self::NinetyDays => Some(before(90)),
            Self::YearToDate => {
                let year = now.with_timezone(zone).year();
                let day = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
                let midnight = zone.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest();
                midnight.map(|midnight| midnight.with_timezone(&Utc))
            }
            Self::All => None,
        };
        Range { start, end: now }
    }
}

/// How old the newest fact may be while a session is live.
pub const STALE_AFTER: TimeDelta = TimeDelta::minutes(5);

/// Whether an answer is up to date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The range reaches the present, a session is live, and nothing has been heard of it for more
    /// than five minutes.
    pub is_stale: bool,
    /// The newest fact.
    pub latest_timestamp: Option<DateTime<Utc>>,
    /// A sentence for people; empty if all is well.
    pub message: String,
}

impl Status {
    /// Returns the state of an answer for `range`.
    #[must_use]
    pub fn of(
        range: &Range,
        latest_timestamp: Option<DateTime<Utc>>,
        session_is_live: bool,
        now: DateTime<Utc>,
    ) -> Self {
        let silence = latest_timestamp.map(|latest| now - latest);
        let silent = silence.is_none_or(|silence| silence > STALE_AFTER);
        let is_stale = session_is_live && range.end >= now && silent;
        let message = match (is_stale, silence) {
            (false, _) => String::new(),
            (true, None) => "A session is live and nothing has been recorded yet.".to_owned(),
            (true, Some(silence)) => format!(
                "A session is live and nothing has been recorded for {} minutes.",
                silence.num_minutes()
            ),
        };
        Self { is_stale, latest_timestamp, message }
    }
}
