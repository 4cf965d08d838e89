//! The level of the cache that processes share.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use redis::{AsyncCommands as _, Script};
use tokio::time::Instant;

use super::{ErrorHook, count};
use crate::health::Finding;
use crate::ids::Ids;
use crate::metrics::CACHE_ERRORS_TOTAL;
use crate::redis::{Redis, RedisError};

/// A process that computes for longer may be doing what another one does as well.
const CLAIM_FOR: Duration = Duration::from_secs(30);
/// How often a waiting process looks.
const LOOK_EVERY: Duration = Duration::from_millis(25);
/// Keys that one step of a sweep asks for.
const SWEEP: usize = 500;

/// Reads a value and its time to live, both at one time. `KEYS[1]` key.
const FIND: &str = r"
local value = redis.call('GET', KEYS[1])
if not value then return false end
return {value, redis.call('PTTL', KEYS[1])}";

/// Gives up a claim that is still this process's. `KEYS[1]` claim, `ARGV[1]` token.
const GIVE_UP: &str = r"
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 0";

/// Redis as a cache: whatever fails is a miss.
#[derive(Clone)]
pub(super) struct Shared {
    redis: Redis,
    hook: Option<ErrorHook>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("redis", &self.redis).finish_non_exhaustive()
    }
}

/// A value, and where it comes from.
pub(super) enum Found {
    /// Another process had it, and it lives for so long.
    There(Bytes, Duration),
    /// This process computed it.
    Computed(Bytes),
}

/// What one lookup may still spend waiting for Redis.
struct Patience {
    left: Duration,
}

impl Patience {
    /// Waits for `operation` and takes the time off; `None` if it failed.
    async fn spend<T>(
        &mut self,
        shared: &Shared,
        operation: impl Future<Output = Result<T, RedisError>>,
    ) -> Option<T> {
        let begun = Instant::now();
        let answer = tokio::time::timeout(self.left, operation).await;
        self.left = self.left.saturating_sub(begun.elapsed());
        match answer {
            Ok(Ok(value)) => Some(value),
            Ok(Err(error)) => {
                shared.failed(&error);
                None
            }
            Err(_) => {
                shared.failed(&RedisError::TimedOut(begun.elapsed()));
                None
            }
        }
    }
}

impl Shared {
    pub(super) fn new(redis: Redis) -> Self {
        Self { redis, hook: None }
    }

    pub(super) fn on_error(self, hook: ErrorHook) -> Self {
        Self { hook: Some(hook), ..self }
    }

    /// Finds the value, or computes it while other processes wait for it a little.
    pub(super) async fn find_or_compute<E>(
        &self,
        key: &str,
        ttl: Duration,
        compute: impl Future<Output = Result<Bytes, E>>,
    ) -> Result<Found, E> {
        let mut patience = Patience { left: self.redis.timeout() };
        let Some(found) = patience.spend(self, self.read(key)).await else {
            return compute.await.map(Found::Computed);
        };
        if let Some((value, left)) = found {
            count("redis", true);
            return Ok(Found::There(value, left));
        }
        count("redis", false);

        let token = Ids::Random.draw().simple().to_string();
        let claimed = patience.spend(self, self.claim(key, &token)).await;
        if claimed == Some(false)
            && let Some((value, left)) = self.wait_for(key, &mut patience).await
        {
            return Ok(Found::There(value, left));
        }
        let value = compute.await;

        if let Ok(value) = &value {
            patience.spend(self, self.write(key, value, ttl)).await;
        }
        if claimed == Some(true) {
            patience.spend(self, self.give_up(key, &token)).await;
        }
        value.map(Found::Computed)
    }

    /// Finds a value and how long it lives.
    pub(super) async fn find(&self, key: &str) -> Option<(Bytes, Duration)> {
        let mut patience = Patience { left: self.redis.timeout() };
        let found = patience.spend(self, self.read(key)).await.flatten();
        count("redis", found.is_some());
        found
    }

    pub(super) async fn put(&self, key: &str, value: &Bytes, ttl: Duration) {
        let mut patience = Patience { left: self.redis.timeout() };
        patience.spend(self, self.write(key, value, ttl)).await;
    }

    pub(super) async fn remove(&self, key: &str) {
        let key = self.value_key(key);
        let mut patience = Patience { left: self.redis.timeout() };
        let removing =
            self.redis.run(|mut connection| async move { connection.unlink::<_, u64>(key).await });
        patience.spend(self, removing).await;
    }

    pub(super) async fn look(&self) -> Finding {
        self.redis.look().await
    }

    /// Removes the keys that begin with `prefix`, a few at a time, without blocking the server.
    pub(super) async fn clear(&self, prefix: &str) -> u64 {
        let pattern = format!("{}*", escaped(&self.value_key(prefix)));
        let (mut cursor, mut removed) = (0_u64, 0);
        loop {
            let pattern = pattern.clone();
            let step = self.redis.run(|mut connection| async move {
                let (next, keys): (u64, Vec<String>) = redis::cmd("SCAN")
                    .arg(cursor)
                    .arg("MATCH")
                    .arg(pattern)
                    .arg("COUNT")
                    .arg(SWEEP)
                    .query_async(&mut connection)
                    .await?;
                if keys.is_empty() {
                    return Ok((next, 0));
                }
                let unlinked: u64 = connection.unlink(keys).await?;
                Ok((next, unlinked))
            });
            match step.await {
                Ok((next, unlinked)) => {
                    removed += unlinked;
                    cursor = next;
                }
                Err(error) => {
                    self.failed(&error);
                    return removed;
                }
            }
            if cursor == 0 {
                return removed;
            }
        }
    }

    /// Looks again and again while another process computes, until half of the patience is gone.
    async fn wait_for(&self, key: &str, patience: &mut Patience) -> Option<(Bytes, Duration)> {
        let keep = patience.left / 2;
        while patience.left > keep {
            tokio::time::sleep(LOOK_EVERY).await;
            patience.left = patience.left.saturating_sub(LOOK_EVERY);
            let found = patience.spend(self, self.read(key)).await?;
            if found.is_some() {
                return found;
            }
            if !patience.spend(self, self.is_claimed(key)).await? {
                // The other process has just written the value; or it has failed, or has died.
                return patience.spend(self, self.read(key)).await?;
            }
        }
        None
    }

    async fn read(&self, key: &str) -> Result<Option<(Bytes, Duration)>, RedisError> {
        let key = self.value_key(key);
        let found: Option<(Vec<u8>, i64)> = self
            .redis
            .run(|mut connection| async move {
                Script::new(FIND).key(key).invoke_async(&mut connection).await
            })
            .await?;
        Ok(found.map(|(value, left)| {
            let left = Duration::from_millis(u64::try_from(left).unwrap_or_default());
            (value.into(), left)
        }))
    }

    async fn write(&self, key: &str, value: &Bytes, ttl: Duration) -> Result<(), RedisError> {
        let (key, value) = (self.value_key(key), value.to_vec());
        let milliseconds = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).max(1);
        self.redis
            .run(|mut connection| async move {
                connection.pset_ex::<_, _, ()>(key, value, milliseconds).await
            })
            .await
    }

    async fn claim(&self, key: &str, token: &str) -> Result<bool, RedisError> {
        let (key, token) = (self.claim_key(key), token.to_owned());
        let milliseconds = u64::try_from(CLAIM_FOR.as_millis()).unwrap_or(u64::MAX);
        let set: Option<String> = self
            .redis
            .run(|mut connection| async move {
                redis::cmd("SET")
                    .arg(key)
                    .arg(token)
                    .arg("NX")
                    .arg("PX")
                    .arg(milliseconds)
                    .query_async(&mut connection)
                    .await
            })
            .await?;
        Ok(set.is_some())
    }

    async fn is_claimed(&self, key: &str) -> Result<bool, RedisError> {
        let key = self.claim_key(key);
        self.redis.run(|mut connection| async move { connection.exists(key).await }).await
    }

    async fn give_up(&self, key: &str, token: &str) -> Result<(), RedisError> {
        let (key, token) = (self.claim_key(key), token.to_owned());
        self.redis
            .run(|mut connection| async move {
                Script::new(GIVE_UP).key(key).arg(token).invoke_async::<i64>(&mut connection).await
            })
            .await?;
        Ok(())
    }

    fn value_key(&self, key: &str) -> String {
        self.redis.key(&format!("cache:{key}"))
    }

    fn claim_key(&self, key: &str) -> String {
        self.redis.key(&format!("claim:{key}"))
    }

    fn failed(&self, error: &RedisError) {
        metrics::counter!(CACHE_ERRORS_TOTAL).increment(1);
        tracing::debug!(error = %error, "cache in redis failed");
        if let Some(hook) = &self.hook {
            hook();
        }
    }
}

/// Takes the special meaning off the characters of a pattern.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '*' | '?' | '[' | ']' | '\\' | '^') {
            out.push('\\');
        }
        out.push(character);
    }
    out
}
