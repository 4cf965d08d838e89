//! The one handle to Redis or Valkey.
//!
//! # Invariants
//!
//! - Nothing that matters lives only here: any key may vanish at any time.
//! - Opening never waits; the connection is made by the first operation, and again after it broke.
//! - An operation never takes longer than its budget, and while the server is down nearly nothing.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig, PubSub};
use redis::{Client, RedisResult};

use crate::breaker::{Breaker, BreakerOptions, BreakerState};
use crate::health::Finding;
use crate::settings::PlatformSettings;

/// After so many failures in a row the server is left alone for a while.
const BREAKER: BreakerOptions = BreakerOptions { failures: 3, open_for: Duration::from_secs(5) };

/// Why an operation did not happen.
#[derive(Debug, thiserror::Error)]
pub enum RedisError {
    /// It did not answer lately, and was not asked.
    #[error("redis is left alone for a while")]
    LeftAlone,
    /// It did not answer in time.
    #[error("redis did not answer within {0:?}")]
    TimedOut(Duration),
    /// It refused, or the connection broke.
    #[error("redis failed")]
    Failed(#[from] redis::RedisError),
}

/// A connection that mends itself. Cheap to clone.
#[derive(Clone)]
pub struct Redis {
    inner: Arc<Inner>,
}

struct Inner {
    client: Client,
    connection: ConnectionManager,
    prefix: String,
    timeout: Duration,
    breaker: Breaker,
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redis").field("prefix", &self.inner.prefix).finish_non_exhaustive()
    }
}

impl Redis {
    /// Makes the handle that the settings ask for, if they do. Needs a runtime, does not wait.
    ///
    /// # Errors
    ///
    /// Returns [`RedisError::Failed`] if the address cannot be read.
    pub fn of(settings: &PlatformSettings) -> Result<Option<Self>, RedisError> {
        let Some(url) = &settings.redis else { return Ok(None) };
        let timeout = Duration::from_secs(settings.redis_timeout_seconds.clamp(1, 60));
        Self::open(url.reveal(), &settings.redis_prefix, timeout).map(Some)
    }

    /// Makes a handle for the server at `url`; every key begins with `prefix`, and no operation
    /// takes longer than `timeout`.
    ///
    /// # Errors
    ///
    /// Returns [`RedisError::Failed`] if the address cannot be read.
    pub fn open(url: &str, prefix: &str, timeout: Duration) -> Result<Self, RedisError> {
        let client = Client::open(url)?;
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(1)
            .set_max_delay(Duration::from_millis(100))
            .set_connection_timeout(Some(timeout))
            .set_response_timeout(Some(timeout));
        let connection = ConnectionManager::new_lazy_with_config(client.clone(), config)?;
        // Not shared: the cache may have another server than the limits.
        let breaker = Breaker::new("redis", BREAKER);
        let prefix = prefix.to_owned();
        Ok(Self { inner: Arc::new(Inner { client, connection, prefix, timeout, breaker }) })
    }

    /// Does one operation within the timeout.
    ///
    /// # Errors
    ///
    /// Returns [`RedisError`] if it did not happen, or it is not known whether it did.
    pub async fn run<T, F>(
        &self,
        operation: impl FnOnce(ConnectionManager) -> F,
    ) -> Result<T, RedisError>
    where
        F: Future<Output = RedisResult<T>>,
    {
        self.run_within(self.inner.timeout, operation).await
    }

    /// Does one operation within `budget`, if that is shorter than the timeout.
    ///
    /// # Errors
    ///
    /// Returns [`RedisError`] if it did not happen, or it is not known whether it did.
    pub async fn run_within<T, F>(
        &self,
        budget: Duration,
        operation: impl FnOnce(ConnectionManager) -> F,
    ) -> Result<T, RedisError>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let permit = self.inner.breaker.try_pass().ok_or(RedisError::LeftAlone)?;
        let budget = budget.min(self.inner.timeout);
        match tokio::time::timeout(budget, operation(self.inner.connection.clone())).await {
            Ok(Ok(value)) => {
                permit.succeeded();
                Ok(value)
            }
            Ok(Err(error)) => {
                permit.failed();
                Err(error.into())
            }
            Err(_) => {
                permit.failed();
                Err(RedisError::TimedOut(budget))
            }
        }
    }

    /// Opens a connection of its own for messages.
    ///
    /// # Errors
    ///
    /// Returns [`RedisError`] if the server cannot be reached in time.
    pub async fn listen(&self) -> Result<PubSub, RedisError> {
        match tokio::time::timeout(self.inner.timeout, self.inner.client.get_async_pubsub()).await {
            Ok(pubsub) => Ok(pubsub?),
            Err(_) => Err(RedisError::TimedOut(self.inner.timeout)),
        }
    }

    /// Returns the full name of a key.
    #[must_use]
    pub fn key(&self, name: &str) -> String {
        format!("{}{name}", self.inner.prefix)
    }

    /// Returns the longest that an operation may take.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.inner.timeout
    }

    /// Tells whether the server is being left alone at the moment.
    #[must_use]
    pub fn is_left_alone(&self) -> bool {
        self.inner.breaker.state() == BreakerState::Open
    }

    /// Says whether it answers.
    pub async fn look(&self) -> Finding {
        let ping = self
            .run_within(Duration::from_secs(1), |mut connection| async move {
                redis::cmd("PING").query_async::<String>(&mut connection).await
            })
            .await;
        match ping {
            Ok(_) => Finding::healthy("Redis answers"),
            Err(error) => {
                tracing::debug!(error = %error, "cache check failed");
                Finding::degraded("Redis does not answer; results are cached in the process only")
            }
        }
    }
}
