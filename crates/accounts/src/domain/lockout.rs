//! When an account is closed to an address after wrong passwords.

use chrono::{DateTime, TimeDelta, Utc};

/// This many failures within [`WINDOW`] close the account to the address.
pub(crate) const MAX_FAILURES: usize = 5;
/// How long a failure counts.
pub(crate) const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// Returns how long the account stays closed, if it is: until fewer than [`MAX_FAILURES`] failures
/// lie within [`WINDOW`]. `failures` is in the order of time.
pub(crate) fn locked_for(failures: &[DateTime<Utc>], now: DateTime<Utc>) -> Option<TimeDelta> {
    let decisive = failures.len().checked_sub(MAX_FAILURES).and_then(|i| failures.get(i))?;
    let left = *decisive + WINDOW - now;
    (left > TimeDelta::zero()).then_some(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    #[test]
    fn the_fifth_failure_closes_until_the_first_is_15_minutes_old() {
        let failures: Vec<_> = (0..5).map(at).collect();
        assert_eq!(locked_for(&failures[..4], at(5)), None);
        assert_eq!(locked_for(&failures, at(5)), Some(TimeDelta::minutes(10)));
        assert_eq!(locked_for(&failures, at(15)), None);
    }

    #[test]
    fn old_failures_do_not_count() {
        let failures = [at(0), at(1), at(2), at(30), at(31), at(32)];
        assert_eq!(locked_for(&failures, at(33)), None);
    }
}
