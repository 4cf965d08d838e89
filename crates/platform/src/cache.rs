//! Results that can be computed again: in the process, and in Redis when there is one.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

/// Finds results by key; whoever comes first computes, the others wait. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Cache {
    memory: moka::future::Cache<String, Bytes>,
}

impl Cache {
    /// Makes a cache in the process.
    #[must_use]
    pub fn in_process(max_bytes: u64, ttl: Duration) -> Self {
        let memory = moka::future::Cache::builder()
            .max_capacity(max_bytes)
            .weigher(|key: &String, value: &Bytes| {
                u32::try_from(key.len() + value.len()).unwrap_or(u32::MAX)
            })
            .time_to_live(ttl)
            .support_invalidation_closures()
            .build();
        Self { memory }
    }

    /// Returns the value of `key`, computing it once however many ask; and whether it was there.
    ///
    /// The key starts with the service and the tenant: `credit:default:analyze:<sha-256>`.
    ///
    /// # Errors
    ///
    /// Returns the error of `compute`; nothing is kept then.
    pub async fn get_or_compute<E: Send + Sync + 'static>(
        &self,
        key: &str,
        compute: impl Future<Output = Result<Bytes, E>>,
    ) -> Result<(Bytes, bool), Arc<E>> {
        let entry = self.memory.entry_by_ref(key).or_try_insert_with(compute).await?;
        let fresh = entry.is_fresh();
        Ok((entry.into_value(), !fresh))
    }
}
