//! Computes a run that is too large to wait for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use platform::jobs::{Job, JobError, JobRun};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Credit;
use crate::calculator::{Budget, Failure, Loans, Subject, parse};
use crate::store::runs::{self, End, RunRow};

/// Computes the run of this id.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AnalyzePool {
    pub(crate) run_id: String,
}

impl Job for AnalyzePool {
    const NAME: &'static str = "credit.analyze_pool";
    const MAX_ATTEMPTS: u32 = 3;
    type Context = Credit;

    async fn run(self, credit: Credit, run: JobRun) -> Result<Value, JobError> {
        let mut tx = credit.db.write().await?;
        run.guard(&mut tx).await?;
        let row = runs::find(&mut tx, &run.tenant_id, &self.run_id).await?;
        let started = runs::start(&mut tx, &run.tenant_id, &self.run_id).await?;
        tx.commit().await?;
        let Some(row) = row.filter(|_| started) else {
            return Ok(json!({ "run_id": self.run_id }));
        };

        let cancelled = Arc::new(AtomicBool::new(false));
        let watch = watch_cancel(&run, cancelled.clone());
        let computing = compute(&credit, &row, &run, cancelled);
        let result = tokio::select! {
            biased;
            () = watch => Err(Arc::new(Failure::Cancelled)),
            result = computing => result,
        };
        finish(&credit, &row, &run, result).await
    }
}

/// Ends when the job is cancelled, having told the computation.
async fn watch_cancel(run: &JobRun, cancelled: Arc<AtomicBool>) {
    run.cancel_token().cancelled().await;
    cancelled.store(true, Ordering::Relaxed);
}

async fn compute(
    credit: &Credit,
    row: &RunRow,
    run: &JobRun,
    cancelled: Arc<AtomicBool>,
) -> Result<(bytes::Bytes, f64), Arc<Failure>> {
    let subject = Subject {
        loans: Loans::Stored(row.loans_object.clone()),
        pool_hash: row.pool_hash.clone(),
    };
    let told = run.clone();
    let budget = Budget {
        work: credit.settings.job_work,
        time: Duration::from_hours(1),
        progress: Some(Arc::new(move |share| told.progress(share, "Projecting the pool"))),
        cancelled,
    };
    let begun = std::time::Instant::now();
    let (bytes, _) = credit.outcome(&row.tenant_id, &subject, &row.terms.0, true, budget).await?;
    Ok((bytes, begun.elapsed().as_secs_f64()))
}

/// Writes how the run ended, the bytes first.
async fn finish(
    credit: &Credit,
    row: &RunRow,
    run: &JobRun,
    result: Result<(bytes::Bytes, f64), Arc<Failure>>,
) -> Result<Value, JobError> {
    let now = credit.clock.now();
    let failed = |state, code: &str, message: String| End {
        state,
        metrics: None,
        error: Some((code.to_owned(), message)),
        execution_seconds: None,
        now,
    };
    let (end, error) = match result {
        Ok((bytes, seconds)) => return succeed(credit, row, run, bytes, seconds).await,
        Err(failure) => match &*failure {
            Failure::Cancelled => (
                failed("cancelled", "cancelled", "It was cancelled.".to_owned()),
                JobError::Cancelled,
            ),
            Failure::OutOfTime(_) => {
                let message = "The analysis took longer than an hour.".to_owned();
                (
                    failed("timed_out", "out_of_time", message.clone()),
                    JobError::Fail { code: "out_of_time".to_owned(), message },
                )
            }
            Failure::TooExpensive { .. } | Failure::TooLarge => {
                let message = format!("{failure}.");
                (
                    failed("failed", "too_expensive", message.clone()),
                    JobError::Fail { code: "too_expensive".to_owned(), message },
                )
            }
            _ if run.attempt < AnalyzePool::MAX_ATTEMPTS => {
                return Err(JobError::Retry(failure.into()));
            }
            _ => {
                let message =
                    "The analysis failed several times; an operator can see why in the log.";
                (failed("failed", "internal", message.to_owned()), JobError::Retry(failure.into()))
            }
        },
    };
    let mut tx = credit.db.write().await?;
    runs::finish(&mut tx, &row.tenant_id, &row.id, &end).await?;
    tx.commit().await?;
    Err(error)
}

async fn succeed(
    credit: &Credit,
    row: &RunRow,
    run: &JobRun,
    bytes: bytes::Bytes,
    seconds: f64,
) -> Result<Value, JobError> {
    let outcome = parse(&bytes).map_err(|e| JobError::Retry(e.into()))?;
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let object = credit.objects.put(bytes).await.map_err(|e| JobError::Retry(e.into()))?;
    let end = End {
        state: "succeeded",
        metrics: outcome.metrics,
        error: None,
        execution_seconds: Some(seconds),
        now: credit.clock.now(),
    };
    let mut tx = credit.db.write().await?;
    if runs::finish(&mut tx, &row.tenant_id, &row.id, &end).await? {
        runs::insert_blob(&mut tx, &row.tenant_id, &row.id, &object, size).await?;
    }
    let result = json!({ "run_id": row.id });
    run.complete(&mut tx, result.clone()).await?;
    tx.commit().await?;
    Ok(result)
}
