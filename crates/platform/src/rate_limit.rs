//! How many requests a caller may send.
//!
//! A token bucket for each key: it holds `burst` tokens, a request takes one, and `per_minute` come
//! back each minute. Tokens come back in steps of a whole second, so that no more than `burst`
//! requests pass within the first second, however they are spread.
//!
//! Several processes share their buckets in Redis. While Redis does not answer, either each process
//! counts for itself or requests are refused, as the settings say.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use redis::Script;

use crate::clock::Clock;
use crate::problem::Problem;
use crate::redis::{Redis, RedisError};
use crate::settings::PlatformSettings;

/// Parts of a token: small enough that any rate per minute adds whole parts each second.
const PARTS: u64 = 60;
/// Callers that one process remembers; the least used are forgotten first.
const MAX_BUCKETS: u64 = 100_000;
/// How long Redis may take; a request waits for it.
const PATIENCE: Duration = Duration::from_millis(500);

/// The same rule as [`Bucket::take`], by the clock of Redis. `KEYS[1]` bucket; `ARGV[1]` most
/// parts, `ARGV[2]` parts that come back each second, `ARGV[3]` parts of one token. Returns whether
/// the request passes, and the parts left.
const TAKE: &str = r"
local most, back, one = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local kept = redis.call('HMGET', KEYS[1], 'parts', 'since')
local parts, since = tonumber(kept[1] or most), tonumber(kept[2] or now)
local seconds = math.floor(math.max(now - since, 0) / 1000)
parts = math.min(most, parts + seconds * back)
since = since + seconds * 1000
if parts == most then since = now end
local passes = 0
if parts >= one then passes = 1; parts = parts - one end
redis.call('HSET', KEYS[1], 'parts', parts, 'since', string.format('%.0f', since))
redis.call('EXPIRE', KEYS[1], math.ceil((most - parts) / back) + 2)
return {passes, parts}";

/// A bucket's size and how fast it fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Requests that come back each minute, at least 1.
    pub per_minute: u32,
    /// Requests that may come at once, at least 1.
    pub burst: u32,
}

/// Whether a request passes, and what its answer's headers say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Whether it passes.
    pub allowed: bool,
    /// Requests that may come at once.
    pub limit: u32,
    /// Requests that may still come now.
    pub remaining: u32,
    /// Seconds until the bucket is full.
    pub reset_seconds: u64,
    /// Seconds until the next request may pass; 0 if one may now.
    pub retry_after: u64,
}

/// Redis does not answer, and the settings say that requests are refused then.
#[derive(Debug, thiserror::Error)]
#[error("the rate limit cannot be checked")]
pub struct RateLimitError(#[from] RedisError);

impl From<RateLimitError> for Problem {
    fn from(error: RateLimitError) -> Self {
        Self::unavailable("rate limit", error)
    }
}

/// Counts requests by key. Cheap to clone.
#[derive(Clone)]
pub struct RateLimiter {
    enabled: bool,
    limit: Limit,
    fail_open: bool,
    redis: Option<Redis>,
    buckets: moka::future::Cache<String, Arc<Mutex<Bucket>>>,
    clock: Clock,
}

impl RateLimiter {
    /// Makes the limiter that the settings ask for; with Redis, processes count together.
    #[must_use]
    pub fn of(settings: &PlatformSettings, redis: Option<Redis>, clock: Clock) -> Self {
        let limit =
            Limit { per_minute: settings.rate_limit_per_minute, burst: settings.rate_limit_burst };
        let enabled = settings.rate_limit_enabled;
        let fail_open = settings.rate_limit_fail_open;
        Self { enabled, fail_open, redis, ..Self::in_process(limit, clock) }
    }

    /// Makes a limiter that counts in this process only.
    #[must_use]
    pub fn in_process(limit: Limit, clock: Clock) -> Self {
        // Forgetting a bucket that would be full again changes nothing.
        let fill = Duration::from_secs(limit.parts().seconds_to_fill(0) + 2);
        let buckets = moka::future::Cache::builder()
            .max_capacity(MAX_BUCKETS)
            .time_to_idle(fill.max(Duration::from_mins(10)))
            .build();
        Self { enabled: true, limit, fail_open: true, redis: None, buckets, clock }
    }

    /// Counts a request of `key` (`user:…`, `key:…`, `ip:…`) against the common limit.
    ///
    /// # Errors
    ///
    /// Returns [`RateLimitError`] if Redis does not answer and requests are refused then.
    pub async fn check(&self, key: &str) -> Result<Decision, RateLimitError> {
        self.check_against(key, self.limit).await
    }

    /// Counts a request of `key` against a limit of its own; the key says which.
    ///
    /// # Errors
    ///
    /// Returns [`RateLimitError`] if Redis does not answer and requests are refused then.
    pub async fn check_against(&self, key: &str, limit: Limit) -> Result<Decision, RateLimitError> {
        let parts = limit.parts();
        if !self.enabled {
            return Ok(parts.decide(true, parts.most));
        }
        match &self.redis {
            None => Ok(self.take_here(key, parts).await),
            Some(redis) => match take_in_redis(redis, key, parts).await {
                Ok(decision) => Ok(decision),
                Err(error) if self.fail_open => {
                    tracing::debug!(error = %error, "requests are counted in this process only");
                    Ok(self.take_here(key, parts).await)
                }
                Err(error) => Err(error.into()),
            },
        }
    }

    async fn take_here(&self, key: &str, parts: Parts) -> Decision {
        let now = self.clock.now().timestamp_millis();
        let full = async { Arc::new(Mutex::new(Bucket { parts: parts.most, since: now })) };
        let bucket = self.buckets.entry_by_ref(key).or_insert_with(full).await.into_value();
        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let passes = bucket.take(now, parts);
        parts.decide(passes, bucket.parts)
    }
}

async fn take_in_redis(redis: &Redis, key: &str, parts: Parts) -> Result<Decision, RedisError> {
    let key = redis.key(&format!("limit:{key}"));
    let (passes, left): (u64, u64) = redis
        .run_within(PATIENCE, |mut connection| async move {
            let script = Script::new(TAKE);
            let mut call = script.key(key);
            call.arg(parts.most).arg(parts.back).arg(PARTS);
            call.invoke_async(&mut connection).await
        })
        .await?;
    Ok(parts.decide(passes == 1, left))
}

impl Limit {
    fn parts(self) -> Parts {
        let burst = self.burst.max(1);
        Parts {
            burst,
            most: u64::from(burst) * PARTS,
            // Per minute in tokens is per second in sixtieths of a token.
            back: u64::from(self.per_minute.max(1)),
        }
    }
}

/// A limit in parts of a token.
#[derive(Debug, Clone, Copy)]
struct Parts {
    burst: u32,
    most: u64,
    /// Parts that come back each second.
    back: u64,
}

impl Parts {
    fn seconds_to_fill(self, left: u64) -> u64 {
        self.most.saturating_sub(left).div_ceil(self.back)
    }

    fn decide(self, allowed: bool, left: u64) -> Decision {
        Decision {
            allowed,
            limit: self.burst,
            remaining: u32::try_from(left / PARTS).unwrap_or(u32::MAX),
            reset_seconds: self.seconds_to_fill(left),
            retry_after: PARTS.saturating_sub(left).div_ceil(self.back),
        }
    }
}

/// What a key has left, and since when the next second counts (milliseconds since 1970).
#[derive(Debug, Clone, Copy)]
struct Bucket {
    parts: u64,
    since: i64,
}

impl Bucket {
    /// Takes one token if there is one.
    fn take(&mut self, now: i64, parts: Parts) -> bool {
        let seconds = (now.saturating_sub(self.since)).max(0) / 1_000;
        let back = parts.back.saturating_mul(u64::try_from(seconds).unwrap_or_default());
        self.parts = self.parts.saturating_add(back).min(parts.most);
        self.since = self.since.saturating_add(seconds.saturating_mul(1_000));
        if self.parts == parts.most {
            self.since = now;
        }
        let passes = self.parts >= PARTS;
        if passes {
            self.parts -= PARTS;
        }
        passes
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use proptest::prelude::*;

    use super::*;

    const LIMIT: Limit = Limit { per_minute: 100, burst: 150 };

    fn limiter() -> (RateLimiter, Clock) {
        let clock = Clock::fixed(DateTime::UNIX_EPOCH + TimeDelta::days(20_000));
        (RateLimiter::in_process(LIMIT, clock.clone()), clock)
    }

    #[tokio::test]
    async fn of_151_requests_in_one_second_150_pass() {
        let (limiter, clock) = limiter();
        let mut passed = 0;
        for _ in 0..151 {
            passed += u32::from(limiter.check("user:1").await.unwrap().allowed);
            clock.advance(TimeDelta::milliseconds(6));
        }
        assert_eq!(passed, 150);
        assert!(limiter.check("user:2").await.unwrap().allowed, "others are not concerned");
    }

    #[tokio::test]
    async fn the_answer_says_what_is_left_and_when_to_come_back() {
        let (limiter, clock) = limiter();
        let first = limiter.check("a").await.unwrap();
        let expected = Decision {
            allowed: true,
            limit: 150,
            remaining: 149,
            reset_seconds: 1,
            retry_after: 0,
        };
        assert_eq!(first, expected);
        let mut last = first;
        for _ in 0..150 {
            last = limiter.check("a").await.unwrap();
        }
        let expected = Decision {
            allowed: false,
            limit: 150,
            remaining: 0,
            reset_seconds: 90,
            retry_after: 1,
        };
        assert_eq!(last, expected);

        clock.advance(TimeDelta::seconds(6));
        let mut passed = 0;
        while limiter.check("a").await.unwrap().allowed {
            passed += 1;
        }
        assert_eq!(passed, 10, "a tenth of a minute's 100");
    }

    #[tokio::test]
    async fn a_limit_that_is_switched_off_lets_everything_pass() {
        let (limiter, _) = limiter();
        let off = RateLimiter { enabled: false, ..limiter };
        for _ in 0..1_000 {
            assert!(off.check("a").await.unwrap().allowed);
        }
    }

    proptest! {
        #[test]
        fn no_more_pass_than_the_burst_and_what_came_back(
            per_minute in 1_u32..5_000,
            burst in 1_u32..500,
            pauses in prop::collection::vec(0_i64..3_000, 1..400),
        ) {
            let parts = Limit { per_minute, burst }.parts();
            let mut bucket = Bucket { parts: parts.most, since: 0 };
            let (mut now, mut passed) = (0, 0_u64);
            for pause in pauses {
                now += pause;
                passed += u64::from(bucket.take(now, parts));
                let back = u64::from(per_minute) * u64::try_from(now).unwrap() / 60_000;
                prop_assert!(passed <= u64::from(burst) + back);
                prop_assert!(bucket.parts <= parts.most);
            }
        }

        #[test]
        fn who_waits_as_long_as_told_passes(per_minute in 1_u32..5_000, burst in 1_u32..50) {
            let parts = Limit { per_minute, burst }.parts();
            let mut bucket = Bucket { parts: parts.most, since: 0 };
            while bucket.take(0, parts) {}
            let wait = parts.decide(false, bucket.parts).retry_after;
            prop_assert!(bucket.take(i64::try_from(wait).unwrap() * 1_000, parts));
        }
    }
}
