//! When a session enters and leaves.
//!
//! Times of day are IST, which is UTC+05:30 all year. The exit of a day is the first exit time
//! strictly after its entry, which may be on the next day; a window opened yesterday counts while
//! it is open. Entry and exit are decided once, at the start, and stored: an exit that has passed
//! means "exit now" and never rolls forward.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::instrument::expires_at;
use crate::profile::Profile;

/// How long after its time an entry that was waited for may still happen under `skip`.
const GRACE: TimeDelta = TimeDelta::minutes(5);

/// Returns the offset of Indian Standard Time.
#[must_use]
pub fn ist() -> FixedOffset {
    const SECONDS: i32 = 5 * 3_600 + 30 * 60;
    FixedOffset::east_opt(SECONDS).unwrap_or_else(|| chrono::Offset::fix(&Utc))
}

/// Returns the IST date of an instant.
#[must_use]
pub fn ist_date(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&ist()).date_naive()
}

/// Returns the instant of a time of day in IST.
#[must_use]
pub fn at_ist(date: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    let wall = date.and_time(time).and_utc();
    wall - TimeDelta::seconds(i64::from(ist().local_minus_utc()))
}

/// Returns the first IST midnight after an instant, which is when daily limits begin anew.
#[must_use]
pub fn next_ist_midnight(at: DateTime<Utc>) -> DateTime<Utc> {
    let tomorrow = ist_date(at).checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
    at_ist(tomorrow, NaiveTime::MIN)
}

/// Reads a time of day `HH:MM`.
#[must_use]
pub fn parse_time(text: &str) -> Option<NaiveTime> {
    let (hours, minutes) = text.split_once(':')?;
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !two_digits(hours) || !two_digits(minutes) {
        return None;
    }
    NaiveTime::from_hms_opt(hours.parse().ok()?, minutes.parse().ok()?, 0)
}

/// What a start after the time of entry does, while the exit is still ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum LateEntry {
    /// Enters at once.
    Immediate,
    /// Enters at once up to this many minutes after the time of entry, else on the next day.
    Window(u32),
    /// Enters on the next day.
    Skip,
}

/// A text that is no late entry policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` must be `immediate`, `skip` or `window:N` with N from 1 to 1440 minutes")]
pub struct InvalidLateEntry(String);

impl FromStr for LateEntry {
    type Err = InvalidLateEntry;

    fn from_str(text: &str) -> Result<Self, InvalidLateEntry> {
        let minutes = text.strip_prefix("window:").map(str::parse::<u32>);
        match (text, minutes) {
            ("immediate", _) => Ok(Self::Immediate),
            ("skip", _) => Ok(Self::Skip),
            (_, Some(Ok(minutes @ 1..=1440))) => Ok(Self::Window(minutes)),
            _ => Err(InvalidLateEntry(text.to_owned())),
        }
    }
}

impl fmt::Display for LateEntry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Immediate => formatter.write_str("immediate"),
            Self::Window(minutes) => write!(formatter, "window:{minutes}"),
            Self::Skip => formatter.write_str("skip"),
        }
    }
}

impl TryFrom<String> for LateEntry {
    type Error = InvalidLateEntry;

    fn try_from(text: String) -> Result<Self, InvalidLateEntry> {
        text.parse()
    }
}

impl From<LateEntry> for String {
    fn from(policy: LateEntry) -> Self {
        policy.to_string()
    }
}

/// What set the exit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExitBound {
    /// The time of exit.
    #[default]
    TimeExit,
    /// The guard before expiry, which comes first.
    ExpiryGuard,
}

/// The daily times of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// The time of entry, in IST.
    pub trade: NaiveTime,
    /// The time of exit, in IST.
    pub exit: NaiveTime,
    /// What a late start does.
    pub late_entry: LateEntry,
    /// The expiry, if it is known beforehand.
    pub expiry: Option<NaiveDate>,
    /// How long before expiry the session ends.
    pub expiry_guard: TimeDelta,
}

impl Times {
    /// Returns the times of a profile.
    #[must_use]
    pub fn of(profile: &Profile) -> Self {
        Self {
            trade: profile.trade_time(),
            exit: profile.exit_time(),
            late_entry: profile.late_entry(),
            expiry: profile.expiry(),
            expiry_guard: TimeDelta::minutes(profile.fields().expiry_guard_minutes.into()),
        }
    }
}

/// When one session enters and leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// When it enters.
    pub entry_at: DateTime<Utc>,
    /// The last moment at which it may still enter when something held it up.
    pub entry_until: DateTime<Utc>,
    /// When it leaves.
    pub exit_at: DateTime<Utc>,
    /// What set the exit.
    pub exit_bound: ExitBound,
}

/// A start that no entry can follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the expiry {expiry} leaves no time: its guard begins before the entry at {entry_at}")]
pub struct NoWindow {
    /// The configured expiry.
    pub expiry: NaiveDate,
    /// The entry that would follow.
    pub entry_at: DateTime<Utc>,
}

impl Schedule {
    /// Decides the schedule of a session that is started at `now`.
    ///
    /// # Errors
    ///
    /// Refuses a configured expiry whose guard begins before the entry.
    pub fn plan(times: &Times, now: DateTime<Utc>) -> Result<Self, NoWindow> {
        let (entry_at, planned_exit, opened) = next_entry(times, now);
        let schedule = Self {
            entry_at,
            entry_until: match times.late_entry {
                LateEntry::Immediate => planned_exit,
                LateEntry::Window(minutes) => opened + TimeDelta::minutes(minutes.into()),
                LateEntry::Skip => opened + GRACE,
            },
            exit_at: planned_exit,
            exit_bound: ExitBound::TimeExit,
        };
        let Some(expiry) = times.expiry else { return Ok(schedule) };

        let guarded = schedule.guarded(expiry, times.expiry_guard);
        if guarded.exit_at <= entry_at {
            return Err(NoWindow { expiry, entry_at });
        }
        Ok(guarded)
    }

    /// Returns the schedule with the exit no later than the guard before an expiry.
    #[must_use]
    pub fn guarded(self, expiry: NaiveDate, guard: TimeDelta) -> Self {
        let guard_at = expires_at(expiry) - guard;
        if guard_at >= self.exit_at {
            return self;
        }
        let entry_until = self.entry_until.min(guard_at);
        Self { exit_at: guard_at, exit_bound: ExitBound::ExpiryGuard, entry_until, ..self }
    }
}

/// Returns the next entry, its exit, and when its window opened.
fn next_entry(times: &Times, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>, DateTime<Utc>) {
    let today = ist_date(now);
    let yesterday = today.checked_sub_days(Days::new(1)).unwrap_or(today);
    let tomorrow = today.checked_add_days(Days::new(1)).unwrap_or(today);
    for day in [yesterday, today] {
        let (opened, closes) = window(times, day);
        if now < opened {
            return (opened, closes, opened);
        }
        if now < closes && may_enter_late(times.late_entry, opened, now) {
            return (now, closes, opened);
        }
    }
    let (opened, closes) = window(times, tomorrow);
    (opened, closes, opened)
}

/// Returns the entry of a day and the first exit time strictly after it.
fn window(times: &Times, day: NaiveDate) -> (DateTime<Utc>, DateTime<Utc>) {
    let opened = at_ist(day, times.trade);
    let same_day = at_ist(day, times.exit);
    let closes = if same_day > opened { same_day } else { same_day + TimeDelta::days(1) };
    (opened, closes)
}

fn may_enter_late(policy: LateEntry, opened: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    match policy {
        LateEntry::Immediate => true,
        LateEntry::Window(minutes) => now <= opened + TimeDelta::minutes(minutes.into()),
        LateEntry::Skip => now <= opened,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn times(trade: &str, exit: &str, late_entry: LateEntry) -> Times {
        let (trade, exit) = (parse_time(trade).unwrap(), parse_time(exit).unwrap());
        let expiry_guard = TimeDelta::minutes(35);
        Times { trade, exit, late_entry, expiry: None, expiry_guard }
    }

    #[test]
    fn a_start_finds_its_window() {
        let immediate = LateEntry::Immediate;
        for (trade, exit, policy, now, entry, leave) in [
            // before the entry
            (
                "09:30",
                "15:20",
                immediate,
                "2025-10-06T03:00:00Z",
                "2025-10-06T04:00:00Z",
                "2025-10-06T09:50:00Z",
            ),
            // exactly at the entry
            (
                "09:30",
                "15:20",
                LateEntry::Skip,
                "2025-10-06T04:00:00Z",
                "2025-10-06T04:00:00Z",
                "2025-10-06T09:50:00Z",
            ),
            // late
            (
                "09:30",
                "15:20",
                immediate,
                "2025-10-06T05:15:00Z",
                "2025-10-06T05:15:00Z",
                "2025-10-06T09:50:00Z",
            ),
            (
                "09:30",
                "15:20",
                LateEntry::Skip,
                "2025-10-06T05:15:00Z",
                "2025-10-07T04:00:00Z",
                "2025-10-07T09:50:00Z",
            ),
            (
                "09:30",
                "15:20",
                LateEntry::Window(75),
                "2025-10-06T05:15:00Z",
                "2025-10-06T05:15:00Z",
                "2025-10-06T09:50:00Z",
            ),
            (
                "09:30",
                "15:20",
                LateEntry::Window(74),
                "2025-10-06T05:15:00Z",
                "2025-10-07T04:00:00Z",
                "2025-10-07T09:50:00Z",
            ),
            // at and after the exit
            (
                "09:30",
                "15:20",
                immediate,
                "2025-10-06T09:50:00Z",
                "2025-10-07T04:00:00Z",
                "2025-10-07T09:50:00Z",
            ),
            // over midnight IST: opened yesterday, still open
            (
                "22:00",
                "02:00",
                immediate,
                "2025-10-06T19:00:00Z",
                "2025-10-06T19:00:00Z",
                "2025-10-06T20:30:00Z",
            ),
            (
                "22:00",
                "02:00",
                LateEntry::Skip,
                "2025-10-06T19:00:00Z",
                "2025-10-07T16:30:00Z",
                "2025-10-07T20:30:00Z",
            ),
            (
                "22:00",
                "02:00",
                immediate,
                "2025-10-06T21:00:00Z",
                "2025-10-07T16:30:00Z",
                "2025-10-07T20:30:00Z",
            ),
            // year end
            (
                "09:30",
                "15:20",
                immediate,
                "2025-12-31T10:00:00Z",
                "2026-01-01T04:00:00Z",
                "2026-01-01T09:50:00Z",
            ),
        ] {
            let schedule = Schedule::plan(&times(trade, exit, policy), at(now)).unwrap();
            let found = (schedule.entry_at, schedule.exit_at, schedule.exit_bound);
            assert_eq!(found, (at(entry), at(leave), ExitBound::TimeExit), "{trade} {exit} {now}");
        }
    }

    #[test]
    fn a_guard_that_begins_before_the_entry_leaves_no_window() {
        let mut times = times("17:00", "17:20", LateEntry::Immediate);
        times.expiry = NaiveDate::from_ymd_opt(2025, 10, 6);

        let refused = Schedule::plan(&times, at("2025-10-06T03:00:00Z")).unwrap_err();

        assert_eq!(refused.entry_at, at("2025-10-06T11:30:00Z"));
    }

    #[test]
    fn the_day_begins_at_ist_midnight() {
        assert_eq!(next_ist_midnight(at("2025-10-06T18:29:59Z")), at("2025-10-06T18:30:00Z"));
        assert_eq!(next_ist_midnight(at("2025-10-06T18:30:00Z")), at("2025-10-07T18:30:00Z"));
    }
}
