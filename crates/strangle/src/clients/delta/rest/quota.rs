//! How much may still be asked of the exchange.
//!
//! The exchange grants 10,000 units in each window of five minutes. The last 500 are for exits, so
//! that looking never keeps the desk from closing.
//!
//! # Invariants
//!
//! - A call that is not an exit leaves the reserve untouched.
//! - What this process has sent is never counted as less.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use metrics::gauge;
use serde::Serialize;

use crate::clients::delta::metrics::EXCHANGE_QUOTA_USED;

/// Units in a window.
const LIMIT: u32 = 10_000;
/// Units kept for exits.
const RESERVE: u32 = 500;
/// The length of a window.
const WINDOW: TimeDelta = TimeDelta::minutes(5);
/// An exit that was told to wait tries again after this time at the latest.
const EXIT_WAIT: TimeDelta = TimeDelta::seconds(5);

/// What a call is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// Anything that can wait.
    Normal,
    /// Closing, cancelling, and looking up what that needs: may use the reserve.
    Exit,
}

/// How much is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct QuotaStatus {
    /// Units in a window.
    pub limit: u32,
    /// Units used.
    pub used: u32,
    /// Units kept for exits.
    pub reserve: u32,
    /// Seconds until the window ends.
    pub resets_in_seconds: i64,
}

impl QuotaStatus {
    /// Returns the units left for everything, the reserve included.
    #[must_use]
    pub const fn left(&self) -> u32 {
        self.limit.saturating_sub(self.used)
    }
}

/// Counts units.
#[derive(Debug, Default)]
pub(super) struct Quota {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    ends_at: Option<DateTime<Utc>>,
    used: u32,
    /// The exchange asked to wait until then, and when it did.
    blocked: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

impl Quota {
    /// Takes units, or says how long to wait for them.
    pub(super) fn take(
        &self,
        now: DateTime<Utc>,
        units: u32,
        priority: Priority,
    ) -> Result<(), Duration> {
        let mut state = self.at(now);
        if let Some((asked_at, until)) = state.blocked {
            let until = match priority {
                Priority::Normal => until,
                Priority::Exit => until.min(asked_at + EXIT_WAIT),
            };
            if now < until {
                return Err(wait(now, until));
            }
        }
        let limit = match priority {
            Priority::Normal => LIMIT - RESERVE,
            Priority::Exit => LIMIT,
        };
        let used = state.used.saturating_add(units);
        if used > limit {
            return Err(wait(now, state.ends_at.unwrap_or(now)));
        }
        state.used = used;
        drop(state);
        gauge!(EXCHANGE_QUOTA_USED).set(f64::from(used));
        Ok(())
    }

    /// Remembers that the exchange asked to wait.
    pub(super) fn block(&self, now: DateTime<Utc>, retry_in: Duration) {
        let retry_in = TimeDelta::from_std(retry_in).unwrap_or(WINDOW).min(WINDOW);
        self.at(now).blocked = Some((now, now + retry_in));
    }

    /// Takes the exchange's own count.
    ///
    /// `current_quota` is what is used. What this process has counted and the exchange has not seen
    /// yet is on its way, so the count never goes down within a window.
    pub(super) fn correct(&self, now: DateTime<Utc>, current: u32, remaining: Duration) {
        let mut state = self.at(now);
        state.used = state.used.max(current.min(LIMIT));
        if let Ok(remaining) = TimeDelta::from_std(remaining)
            && remaining <= WINDOW
        {
            state.ends_at = Some(now + remaining);
        }
        gauge!(EXCHANGE_QUOTA_USED).set(f64::from(state.used));
    }

    pub(super) fn status(&self, now: DateTime<Utc>) -> QuotaStatus {
        let state = self.at(now);
        let ends_at = state.ends_at.unwrap_or(now);
        QuotaStatus {
            limit: LIMIT,
            used: state.used,
            reserve: RESERVE,
            resets_in_seconds: (ends_at - now).num_seconds().max(0),
        }
    }

    /// Locks the state of the window that contains `now`.
    fn at(&self, now: DateTime<Utc>) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.ends_at.is_none_or(|ends_at| now >= ends_at || ends_at - now > WINDOW) {
            state.ends_at = Some(now + WINDOW);
            state.used = 0;
        }
        if state.blocked.is_some_and(|(_, until)| now >= until) {
            state.blocked = None;
        }
        state
    }
}

fn wait(now: DateTime<Utc>, until: DateTime<Utc>) -> Duration {
    (until - now).to_std().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_768_478_400 + second, 0).unwrap()
    }

    #[test]
    fn the_documented_example_counts_1950_units() {
        let quota = Quota::default();
        for (calls, units) in [(100, 3), (50, 3), (200, 5), (20, 25)] {
            for _ in 0..calls {
                quota.take(at(0), units, Priority::Normal).unwrap();
            }
        }

        let status = quota.status(at(60));

        assert_eq!((status.used, status.left(), status.resets_in_seconds), (1_950, 8_050, 240));
    }

    #[test]
    fn the_reserve_is_for_exits_and_the_next_window_is_new() {
        let quota = Quota::default();
        for _ in 0..380 {
            quota.take(at(0), 25, Priority::Normal).unwrap();
        }

        assert_eq!(quota.take(at(10), 1, Priority::Normal), Err(Duration::from_secs(290)));
        for _ in 0..100 {
            quota.take(at(10), 5, Priority::Exit).unwrap();
        }
        assert!(quota.take(at(10), 5, Priority::Exit).is_err());
        assert_eq!(quota.take(at(300), 5, Priority::Normal), Ok(()));
    }

    #[test]
    fn a_request_to_wait_is_honoured_and_exits_wait_less() {
        let quota = Quota::default();
        quota.block(at(0), Duration::from_mins(1));

        assert_eq!(quota.take(at(4), 1, Priority::Normal), Err(Duration::from_secs(56)));
        assert_eq!(quota.take(at(4), 1, Priority::Exit), Err(Duration::from_secs(1)));
        assert_eq!(quota.take(at(5), 1, Priority::Exit), Ok(()));
        assert_eq!(quota.take(at(60), 1, Priority::Normal), Ok(()));
    }

    #[test]
    fn the_exchange_may_count_more_than_we_do_but_not_less() {
        let quota = Quota::default();
        quota.take(at(0), 100, Priority::Normal).unwrap();

        let after = |current: u32| {
            quota.correct(at(1), current, Duration::from_secs(30));
            quota.status(at(1)).used
        };

        assert_eq!(after(300), 300);
        assert_eq!(after(10), 300, "the exchange has not seen everything yet");
        assert_eq!(after(90_000), 10_000);
        assert_eq!(quota.status(at(1)).resets_in_seconds, 30);
    }
}
