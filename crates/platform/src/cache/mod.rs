//! Results that can be computed again: in the process, and in Redis when there is one.
//!
//! Whoever asks first computes; everybody else in the process waits for the same result, and other
//! processes wait a little for it. A key starts with the service and the tenant:
//! `credit:default:analyze:<sha-256>`.
//!
//! # Invariants
//!
//! - A failure of Redis is a miss, never an error; all operations of Redis for one lookup together
//!   take no longer than `REDIS_TIMEOUT`, and nearly nothing while it is known to be down.
//! - Every key has a time to live.
//! - Failures are not kept.

mod shared;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use moka::Expiry;

use crate::health::{Check, Finding};
use crate::metrics::CACHE_REQUESTS_TOTAL;
use crate::redis::Redis;
use crate::settings::PlatformSettings;
use shared::{Found, Shared};

/// Finds results by key; whoever comes first computes, the others wait. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Cache {
    memory: moka::future::Cache<String, Entry>,
    shared: Option<Shared>,
    ttl: Duration,
    enabled: bool,
}

/// Told each time that Redis failed.
pub type ErrorHook = Arc<dyn Fn() + Send + Sync>;

#[derive(Debug, Clone)]
struct Entry {
    value: Bytes,
    ttl: Duration,
}

struct TimeToLive;

impl Expiry<String, Entry> for TimeToLive {
    fn expire_after_create(&self, _: &String, entry: &Entry, _: Instant) -> Option<Duration> {
        Some(entry.ttl)
    }

    fn expire_after_update(
        &self,
        _: &String,
        entry: &Entry,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(entry.ttl)
    }
}

impl Cache {
    /// Makes a cache in the process.
    #[must_use]
    pub fn in_process(max_bytes: u64, ttl: Duration) -> Self {
        let memory = moka::future::Cache::builder()
            .max_capacity(max_bytes)
            .weigher(|key: &String, entry: &Entry| {
                u32::try_from(key.len() + entry.value.len()).unwrap_or(u32::MAX)
            })
            .expire_after(TimeToLive)
            .support_invalidation_closures()
            .build();
        Self { memory, shared: None, ttl, enabled: true }
    }

    /// Makes a cache that keeps nothing: everything is computed.
    #[must_use]
    pub fn disabled() -> Self {
        Self { enabled: false, ..Self::in_process(0, Duration::from_secs(1)) }
    }

    /// Makes the cache that the settings ask for.
    #[must_use]
    pub fn from_settings(settings: &PlatformSettings, redis: Option<Redis>) -> Self {
        if !settings.cache_enabled {
            return Self::disabled();
        }
        let ttl = Duration::from_secs(settings.cache_ttl_seconds.max(1));
        let cache = Self::in_process(settings.cache_max_bytes, ttl);
        match redis {
            Some(redis) => cache.with_redis(redis),
            None => cache,
        }
    }

    /// Shares results with other processes through Redis.
    #[must_use]
    pub fn with_redis(self, redis: Redis) -> Self {
        Self { shared: Some(Shared::new(redis)), ..self }
    }

    /// Tells `hook` each time that Redis failed, for a service that counts it under its own name.
    #[must_use]
    pub fn on_error(mut self, hook: ErrorHook) -> Self {
        self.shared = self.shared.map(|shared| shared.on_error(hook));
        self
    }

    /// Returns the value of `key`, computing it once however many ask; and whether it was there.
    ///
    /// # Errors
    ///
    /// Returns the error of `compute`; nothing is kept then.
    pub async fn get_or_compute<E: Send + Sync + 'static>(
        &self,
        key: &str,
        compute: impl Future<Output = Result<Bytes, E>>,
    ) -> Result<(Bytes, bool), Arc<E>> {
        self.get_or_compute_for(key, self.ttl, compute).await
    }

    /// Does what [`Cache::get_or_compute`] does, and keeps the value for `ttl`.
    ///
    /// # Errors
    ///
    /// Returns the error of `compute`; nothing is kept then.
    pub async fn get_or_compute_for<E: Send + Sync + 'static>(
        &self,
        key: &str,
        ttl: Duration,
        compute: impl Future<Output = Result<Bytes, E>>,
    ) -> Result<(Bytes, bool), Arc<E>> {
        if !self.enabled {
            return Ok((compute.await.map_err(Arc::new)?, false));
        }
        let was_shared = AtomicBool::new(false);
        let find_or_compute = async {
            count("memory", false);
            let Some(shared) = &self.shared else {
                return Ok(Entry { value: compute.await?, ttl });
            };
            match shared.find_or_compute(key, ttl, compute).await? {
                Found::There(value, left) => {
                    was_shared.store(true, Ordering::Relaxed);
                    Ok(Entry { value, ttl: left.min(ttl) })
                }
                Found::Computed(value) => Ok(Entry { value, ttl }),
            }
        };
        let entry = self.memory.entry_by_ref(key).or_try_insert_with(find_or_compute).await?;
        let was_here = !entry.is_fresh();
        if was_here {
            count("memory", true);
        }
        Ok((entry.into_value().value, was_here || was_shared.load(Ordering::Relaxed)))
    }

    /// Returns the value of `key` if it is there.
    pub async fn get(&self, key: &str) -> Option<Bytes> {
        if !self.enabled {
            return None;
        }
        if let Some(entry) = self.memory.get(key).await {
            count("memory", true);
            return Some(entry.value);
        }
        count("memory", false);
        let (found, left) = self.shared.as_ref()?.find(key).await?;
        let entry = Entry { value: found.clone(), ttl: left.min(self.ttl) };
        self.memory.insert(key.to_owned(), entry).await;
        Some(found)
    }

    /// Keeps a value for `ttl`, in place of the one before.
    pub async fn put(&self, key: &str, value: Bytes, ttl: Duration) {
        if !self.enabled {
            return;
        }
        if let Some(shared) = &self.shared {
            shared.put(key, &value, ttl).await;
        }
        self.memory.insert(key.to_owned(), Entry { value, ttl }).await;
    }

    /// Forgets one key.
    pub async fn remove(&self, key: &str) {
        self.memory.invalidate(key).await;
        if let Some(shared) = &self.shared {
            shared.remove(key).await;
        }
    }

    /// Forgets all keys that begin with `prefix`; returns how many it found in Redis.
    ///
    /// Other processes keep what they have in memory until it is over.
    pub async fn clear(&self, prefix: &str) -> u64 {
        let owned = prefix.to_owned();
        // An error says that closures are not supported, which they are.
        let _ = self.memory.invalidate_entries_if(move |key, _| key.starts_with(&owned));
        self.memory.run_pending_tasks().await;
        match &self.shared {
            Some(shared) => shared.clear(prefix).await,
            None => 0,
        }
    }

    /// Makes the health item: without Redis everything works, with less.
    #[must_use]
    pub fn check(&self) -> Check {
        let shared = self.shared.clone();
        Check::new("cache", move || {
            let shared = shared.clone();
            async move {
                match &shared {
                    Some(shared) => shared.look().await,
                    None => Finding::healthy("results are cached in the process"),
                }
            }
        })
    }

    /// Returns how many entries and bytes the process keeps.
    pub async fn size(&self) -> (u64, u64) {
        self.memory.run_pending_tasks().await;
        (self.memory.entry_count(), self.memory.weighted_size())
    }
}

fn count(level: &'static str, hit: bool) {
    let result = if hit { "hit" } else { "miss" };
    metrics::counter!(CACHE_REQUESTS_TOTAL, "level" => level, "result" => result).increment(1);
}
