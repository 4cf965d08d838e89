//! Class analytics of pools: at hand, or read from the stored loans and cached by their content.

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::Credit;
use crate::calculator::Failure;
use crate::domain::analysis::ENGINE_VERSION;
use crate::domain::asset::build;
use crate::domain::specialized::ClassFacts;
use crate::domain::table::read;

impl Credit {
    /// Reads the facts of stored loans.
    pub(crate) async fn class_facts(&self, object: &str) -> Result<ClassFacts, Failure> {
        let bytes = self.objects.get(object).await?;
        let read_all = move || {
            let mut facts = ClassFacts::default();
            read(&bytes, 0, usize::MAX, |_, record| {
                // What is stored was checked when it was stored.
                if let Ok(loan) = build(record, "") {
                    facts.push(record, &loan);
                }
                true
            })?;
            Ok::<_, Failure>(facts)
        };
        tokio::task::spawn_blocking(read_all).await?
    }

    /// The class analytics of stored loans.
    pub(crate) async fn class_analytics(
        &self,
        tenant: &str,
        object: &str,
        pool_hash: &str,
    ) -> Result<Map<String, Value>, std::sync::Arc<Failure>> {
        let key = format!("credit:{tenant}:class:{ENGINE_VERSION}:{pool_hash}");
        let compute = async {
            let facts = self.class_facts(object).await?;
            Ok::<_, Failure>(Bytes::from(serde_json::to_vec(&facts.analytics())?))
        };
        let ttl = self.settings.pool_cache_ttl;
        let (bytes, _) = self.cache.get_or_compute_for(&key, ttl, Box::pin(compute)).await?;
        serde_json::from_slice(&bytes).map_err(|e| std::sync::Arc::new(e.into()))
    }
}
