//! How many records one key or user may send in a minute.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

/// Senders that are remembered; beyond it those that have not sent for a minute are forgotten.
const MAX_SENDERS: usize = 10_000;
const MINUTE_MS: i64 = 60_000;

/// A token bucket for each sender. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct IngestLimit {
    per_minute: u32,
    senders: Arc<Mutex<HashMap<String, Bucket>>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// Records that may be sent now, in thousandths.
    left: i64,
    at: DateTime<Utc>,
}

impl IngestLimit {
    pub(crate) fn new(per_minute: u32) -> Self {
        Self { per_minute: per_minute.max(1), senders: Arc::default() }
    }

    /// Lets `records` records of a sender pass.
    ///
    /// # Errors
    ///
    /// Returns after how many seconds they may.
    pub(crate) fn take(&self, sender: &str, records: usize, now: DateTime<Utc>) -> Result<(), u64> {
        let full = i64::from(self.per_minute) * 1_000;
        let asked = i64::try_from(records).unwrap_or(i64::MAX / 1_000).saturating_mul(1_000);
        let mut senders = self.senders.lock().unwrap_or_else(PoisonError::into_inner);
        if senders.len() >= MAX_SENDERS {
            senders.retain(|_, bucket| (now - bucket.at).num_milliseconds() < MINUTE_MS);
        }
        let bucket = senders.entry(sender.to_owned()).or_insert(Bucket { left: full, at: now });
        let passed = (now - bucket.at).num_milliseconds().clamp(0, MINUTE_MS);
        bucket.left = (bucket.left + passed * full / MINUTE_MS).min(full);
        bucket.at = now;
        if asked <= bucket.left {
            bucket.left -= asked;
            return Ok(());
        }
        let missing = asked.min(full) - bucket.left;
        Err((missing * 60 / full).cast_unsigned() + 1)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_sender_may_send_so_many_records_in_a_minute_and_others_are_not_concerned() {
        let limit = IngestLimit::new(60);
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(limit.take("a", 60, now), Ok(()));
        assert_eq!(limit.take("a", 10, now), Err(11));
        assert_eq!(limit.take("b", 10, now), Ok(()));
        assert_eq!(limit.take("a", 10, now + TimeDelta::seconds(10)), Ok(()));
    }
}
