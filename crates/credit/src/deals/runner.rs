//! Computes runs of deals: bounded in number, time and work, and cached by what they depend on.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use bytes::Bytes;
use credit_engine::projection::Control;
use platform::objects::ObjectError;
use sha2::{Digest as _, Sha256};

use crate::Credit;
use crate::calculator::{Budget, StopOnDrop, load};
use crate::domain::analysis::ENGINE_VERSION;
use crate::domain::deals::{
    ComputeError, DEAL_ENGINE_VERSION, Results, RunFault, RunPlan, SourceKind, SourceLoans, compute,
};
use crate::domain::table::TableError;
use crate::metrics::{CACHE_HITS, CACHE_MISSES, DEAL_RUN_SECONDS, DEAL_RUNS};

/// How hard results are compressed: quick, and small enough.
const COMPRESSION: i32 = 3;

/// Why there are no results.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DealFailure {
    /// The time of the budget was up.
    #[error("the run took longer than {0:?}")]
    OutOfTime(Duration),
    /// Somebody asked for it to stop.
    #[error("the run was cancelled")]
    Cancelled,
    /// The work is more than the budget allows.
    #[error("the run needs {needed} units of work, {allowed} are allowed")]
    TooExpensive { needed: u64, allowed: u64 },
    /// The balances do not add up to a finite number.
    #[error("the balances are too large to add up")]
    TooLarge,
    /// The deal cannot be run on these collections.
    #[error("{}", .0.message)]
    Run(Box<RunFault>),
    /// Bytes could not be fetched.
    #[error("the loans or results cannot be fetched")]
    Objects(#[from] ObjectError),
    /// The loans could not be read.
    #[error("the loans cannot be read")]
    Table(#[from] TableError),
    /// Plan or results could not be written or read.
    #[error("the results cannot be read")]
    Json(#[from] serde_json::Error),
    /// Results could not be compressed or expanded.
    #[error("the results cannot be expanded")]
    Compression(#[from] std::io::Error),
    /// A thread broke, or a plan was not checked.
    #[error("the computation broke: {0}")]
    Broken(String),
}

/// Identifies a plan: equal hashes have equal results.
pub(crate) fn request_hash(plan: &RunPlan) -> Result<String, serde_json::Error> {
    let canonical = serde_json::to_vec(&(ENGINE_VERSION, DEAL_ENGINE_VERSION, plan))?;
    Ok(hex::encode(Sha256::digest(canonical)))
}

/// Writes something small and quick to read.
pub(crate) fn encode(value: &impl serde::Serialize) -> Result<Bytes, DealFailure> {
    let json = serde_json::to_vec(value)?;
    Ok(Bytes::from(zstd::encode_all(json.as_slice(), COMPRESSION)?))
}

/// Reads what [`encode`] wrote.
pub(crate) fn decode<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, DealFailure> {
    let json = zstd::decode_all(bytes)?;
    Ok(serde_json::from_slice(&json)?)
}

impl Credit {
    /// Returns the results of a plan, compressed and byte for byte as they were first computed, and
    /// whether they were in the cache. Whoever calls has decided that the caller may see them.
    pub(crate) async fn deal_results(
        &self,
        tenant: &str,
        plan: &RunPlan,
        budget: Budget,
    ) -> Result<(Bytes, bool), Arc<DealFailure>> {
        let hash = request_hash(plan).map_err(|e| Arc::new(e.into()))?;
        let key = format!("credit:{tenant}:deal_run:{ENGINE_VERSION}:{DEAL_ENGINE_VERSION}:{hash}");
        let ttl = self.settings.run_cache_ttl;
        let compute = self.compute_deal(plan.clone(), budget);
        let (bytes, hit) = self.cache.get_or_compute_for(&key, ttl, Box::pin(compute)).await?;
        let name = if hit { CACHE_HITS } else { CACHE_MISSES };
        metrics::counter!(name).increment(1);
        if hit {
            metrics::counter!(DEAL_RUNS, "result" => "cached").increment(1);
        }
        Ok((bytes, hit))
    }

    async fn compute_deal(&self, plan: RunPlan, budget: Budget) -> Result<Bytes, DealFailure> {
        let needed = plan.work();
        if needed > budget.work {
            metrics::counter!(DEAL_RUNS, "result" => "refused").increment(1);
            return Err(DealFailure::TooExpensive { needed, allowed: budget.work });
        }
        let stop = StopOnDrop(budget.cancelled.clone());
        let time = budget.time;
        let span = tracing::Span::current();
        let computing = async {
            let mut stored = Vec::with_capacity(plan.sources.len());
            for source in &plan.sources {
                stored.push(match &source.kind {
                    SourceKind::Stored { object, .. } => Some(self.objects.get(object).await?),
                    _ => None,
                });
            }
            // Closing the semaphore is not possible, so that a turn always comes.
            let turn = self.turns.clone().acquire_owned().await.ok();
            tokio::task::spawn_blocking(move || {
                let _turn = turn;
                let _entered = span.entered();
                calculate(&plan, &stored, &budget)
            })
            .await
            .map_err(|e| DealFailure::Broken(e.to_string()))?
        };
        let result = match tokio::time::timeout(time, computing).await {
            Ok(done) => {
                stop.defuse();
                done
            }
            Err(_) => Err(DealFailure::OutOfTime(time)),
        };
        let word = match &result {
            Ok(_) => "ok",
            Err(DealFailure::Run(_) | DealFailure::TooLarge) => "refused",
            Err(DealFailure::OutOfTime(_) | DealFailure::Cancelled) => "stopped",
            Err(_) => "failed",
        };
        metrics::counter!(DEAL_RUNS, "result" => word).increment(1);
        result
    }

    /// Fetches results that a row names.
    pub(crate) async fn fetch_results(&self, object: &str) -> Result<Results, DealFailure> {
        decode(&self.objects.get(object).await?)
    }

    /// Fetches the plan that a row names.
    pub(crate) async fn fetch_plan(&self, object: &str) -> Result<RunPlan, DealFailure> {
        decode(&self.objects.get(object).await?)
    }
}

fn calculate(
    plan: &RunPlan,
    stored: &[Option<Bytes>],
    budget: &Budget,
) -> Result<Bytes, DealFailure> {
    let begun = Instant::now();
    let mut loans: Vec<SourceLoans> = Vec::with_capacity(plan.sources.len());
    for (position, source) in plan.sources.iter().enumerate() {
        loans.push(match (&source.kind, stored.get(position)) {
            (SourceKind::Stored { .. }, Some(Some(bytes))) => load(bytes)?,
            (SourceKind::Representative(few), _) => {
                let made: Result<Vec<_>, _> = few.iter().map(|loan| loan.loan("")).collect();
                made.map_err(|_| DealFailure::Broken("a plan was not checked".to_owned()))?
            }
            _ => SourceLoans::new(),
        });
    }
    let results = compute_now(plan, &loans, &budget.cancelled, budget.progress.as_deref())?;
    let bytes = encode(&results)?;
    metrics::histogram!(DEAL_RUN_SECONDS).record(begun.elapsed().as_secs_f64());
    Ok(bytes)
}

/// Computes a plan in this thread.
pub(crate) fn compute_now(
    plan: &RunPlan,
    loans: &[SourceLoans],
    cancelled: &AtomicBool,
    progress: Option<&(dyn Fn(f64) + Send + Sync)>,
) -> Result<Results, DealFailure> {
    let control = Control { cancelled: Some(cancelled), progress: None };
    let silent = |_: f64| {};
    let told: &dyn Fn(f64) = match &progress {
        Some(progress) => progress,
        None => &silent,
    };
    compute(plan, loans, control, told).map_err(|error| match error {
        ComputeError::Stopped => DealFailure::Cancelled,
        ComputeError::TooLarge => DealFailure::TooLarge,
        ComputeError::Plan => DealFailure::Broken("a plan was not checked".to_owned()),
        ComputeError::Run(error) => DealFailure::Run(Box::new(RunFault::new(&error, &plan.deal))),
    })
}
