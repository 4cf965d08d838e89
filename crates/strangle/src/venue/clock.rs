//! Where a virtual clock stands after a restart.

use chrono::{DateTime, Utc};

use super::journal::ClockMark;

/// Returns what a clock shows at `now` that stood at `mark`: time went on while nobody looked.
pub(super) fn resumed(mark: ClockMark, now: DateTime<Utc>) -> i64 {
    let passed = (now - mark.real).as_seconds_f64().max(0.0) * mark.speed.max(0.0) * 1e6;
    #[expect(clippy::cast_possible_truncation, reason = "casts to integers saturate")]
    let passed = passed as i64;
    mark.micros.saturating_add(passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_on_while_nobody_looks_and_never_back() {
        let at = |second| DateTime::from_timestamp(second, 0).unwrap();
        let mark = ClockMark { micros: 5_000_000, real: at(100), speed: 60.0 };

        assert_eq!(resumed(mark, at(110)), 605_000_000);
        assert_eq!(resumed(mark, at(50)), 5_000_000);
        assert_eq!(resumed(ClockMark { speed: f64::NAN, ..mark }, at(200)), 5_000_000);
    }
}
