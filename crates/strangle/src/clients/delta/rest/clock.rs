//! The exchange's clock, learnt from its answers.
//!
//! A `Date` header says the second in which an answer was written. That second and the instants of
//! sending and receiving bound the difference of the clocks; the bounds of several answers are
//! intersected, so that the error is far below a second after a few.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use metrics::gauge;

use crate::clients::delta::metrics::CLOCK_SKEW;

/// Bounds older than this are forgotten: clocks drift.
const FORGET_AFTER: TimeDelta = TimeDelta::minutes(10);

/// What is known of the exchange's clock.
#[derive(Debug, Default)]
pub(super) struct ServerClock {
    bounds: Mutex<Option<Bounds>>,
}

/// The exchange's clock minus ours lies between these.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    low: TimeDelta,
    high: TimeDelta,
    since: DateTime<Utc>,
}

impl Bounds {
    fn middle(&self) -> TimeDelta {
        self.low + (self.high - self.low) / 2
    }
}

impl ServerClock {
    /// Learns from an answer with this `Date`.
    pub(super) fn observe(&self, date: &str, sent: DateTime<Utc>, received: DateTime<Utc>) {
        let Ok(date) = DateTime::parse_from_rfc2822(date) else { return };
        let date = date.to_utc();
        // It was written at or after `date`, before `date` + 1 s, and between the two of ours.
        let low = date - received;
        let high = date + TimeDelta::seconds(1) - sent;
        if high < low {
            return;
        }
        let new = Bounds { low, high, since: received };
        let mut bounds = self.bounds.lock().unwrap_or_else(PoisonError::into_inner);
        let joined = bounds.filter(|known| received - known.since < FORGET_AFTER).map(|known| {
            Bounds { low: known.low.max(low), high: known.high.min(high), since: known.since }
        });
        // Bounds that contradict each other mean that a clock was moved: the newest are right.
        let known = joined.filter(|joined| joined.low <= joined.high).unwrap_or(new);
        *bounds = Some(known);
        drop(bounds);
        gauge!(CLOCK_SKEW).set(known.middle().as_seconds_f64());
    }

    /// Forgets everything, so that the next answer alone counts.
    pub(super) fn forget(&self) {
        *self.bounds.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Returns the exchange's clock minus ours; `None` if it is not known. Where both look at one
    /// clock, what they may be apart is only how long an answer took: it counts if it cannot be
    /// nothing.
    pub(super) fn skew(&self, is_shared: bool) -> Option<TimeDelta> {
        let bounds = *self.bounds.lock().unwrap_or_else(PoisonError::into_inner);
        bounds.map(|bounds| {
            let zero = TimeDelta::zero();
            if is_shared && bounds.low <= zero && zero <= bounds.high {
                zero
            } else {
                bounds.middle()
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn observe(clock: &ServerClock, sent_ms: i64, answer_ms: i64, received_ms: i64, skew_ms: i64) {
        let at = |ms: i64| DateTime::from_timestamp_millis(1_768_478_400_000 + ms).unwrap();
        let date = at(answer_ms + skew_ms).format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        clock.observe(&date, at(sent_ms), at(received_ms));
    }

    proptest! {
        #[test]
        fn the_true_skew_is_always_within_a_second(
            skew in -100_000_i64..100_000,
            trips in prop::collection::vec((0_i64..60_000, 1_i64..400, 1_i64..400), 1..30),
        ) {
            let clock = ServerClock::default();
            let mut now = 0;
            for (pause, there, back) in trips {
                now += pause;
                observe(&clock, now, now + there, now + there + back, skew);
            }
            let error = clock.skew(false).unwrap().num_milliseconds() - skew;
            prop_assert!(error.abs() <= 900, "{error}");
        }
    }

    #[test]
    fn many_answers_tell_more_than_one() {
        let clock = ServerClock::default();
        for trip in 0..40 {
            let sent = trip * 1_037;
            observe(&clock, sent, sent + 5, sent + 10, 2_500);
        }
        let error = clock.skew(false).unwrap().num_milliseconds() - 2_500;
        assert!(error.abs() <= 60, "{error} ms");
    }

    #[test]
    fn a_clock_that_both_share_is_wrong_only_if_no_answer_explains_it() {
        let clock = ServerClock::default();
        observe(&clock, 0, 200, 300_000, 0);
        assert!(clock.skew(false).unwrap() < TimeDelta::seconds(-100), "the answer took minutes");
        assert_eq!(clock.skew(true), Some(TimeDelta::zero()));

        observe(&clock, 301_000, 301_005, 301_010, 10_000);
        assert!(clock.skew(true).unwrap() > TimeDelta::seconds(8));
    }

    #[test]
    fn a_moved_clock_is_noticed_and_nonsense_is_not() {
        let clock = ServerClock::default();
        observe(&clock, 0, 5, 10, 0);
        observe(&clock, 1_000, 1_005, 1_010, 30_000);
        clock.observe("yesterday", DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH);

        assert!((29_000..31_000).contains(&clock.skew(false).unwrap().num_milliseconds()));
        clock.forget();
        assert_eq!(clock.skew(false), None);
    }
}
