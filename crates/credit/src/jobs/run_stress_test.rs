//! Computes a stress test that nobody waits for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use chrono::TimeDelta;
use platform::jobs::{Job, JobError, JobRun};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Credit;
use crate::calculator::{Budget, Failure, Loans, Subject};
use crate::store::stress_runs::{self, StressEnd, StressRunRow};
use crate::stress::parse_stress;

/// Computes the stress run of this id.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RunStressTest {
    pub(crate) run_id: String,
    /// Whether the result goes away after the time that the settings name.
    pub(crate) expires: bool,
}

impl Job for RunStressTest {
    const NAME: &'static str = "credit.run_stress_test";
    const MAX_ATTEMPTS: u32 = 4;
    type Context = Credit;

    async fn run(self, credit: Credit, run: JobRun) -> Result<Value, JobError> {
        let now = credit.clock.now();
        let mut tx = credit.db.write().await?;
        run.guard(&mut tx).await?;
        let row = stress_runs::find(&mut tx, &run.tenant_id, &self.run_id).await?;
        let started = stress_runs::start(&mut tx, &run.tenant_id, &self.run_id, now).await?;
        tx.commit().await?;
        let Some(row) = row.filter(|_| started) else {
            return Ok(json!({ "run_id": self.run_id }));
        };

        let cancelled = Arc::new(AtomicBool::new(false));
        let begun = std::time::Instant::now();
        let computing = compute(&credit, &row, &run, cancelled.clone());
        let stopped = run.cancel_token();
        let result = tokio::select! {
            biased;
            () = stopped.cancelled() => {
                cancelled.store(true, Ordering::Relaxed);
                Err(Arc::new(Failure::Cancelled))
            }
            result = computing => result,
        };
        match result {
            Ok(bytes) => {
                let seconds = begun.elapsed().as_secs_f64();
                self.succeed(&credit, &row, &run, bytes, seconds).await
            }
            Err(failure) => self.fail(&credit, &row, &run, failure).await,
        }
    }
}

async fn compute(
    credit: &Credit,
    row: &StressRunRow,
    run: &JobRun,
    cancelled: Arc<AtomicBool>,
) -> Result<Bytes, Arc<Failure>> {
    let subject = Subject {
        loans: Loans::Stored(row.loans_object.clone()),
        pool_hash: row.pool_hash.clone(),
    };
    let told = run.clone();
    let count = row.plan.0.scenarios.len();
    let budget = Budget {
        work: credit.settings.job_work,
        time: credit.settings.stress.timeout,
        progress: Some(Arc::new(move |share| {
            told.progress(share, format!("Projecting the pool under {count} scenarios"));
        })),
        cancelled,
    };
    let (terms, plan) = (&row.terms.0, &row.plan.0);
    let found = credit.stress_outcome(&row.tenant_id, &subject, terms, plan, true, budget).await;
    found.map(|(bytes, _)| bytes)
}

impl RunStressTest {
    async fn succeed(
        &self,
        credit: &Credit,
        row: &StressRunRow,
        run: &JobRun,
        bytes: Bytes,
        seconds: f64,
    ) -> Result<Value, JobError> {
        let outcome = parse_stress(&bytes).map_err(|e| JobError::Retry(e.into()))?;
        let object = credit.objects.put(bytes).await.map_err(|e| JobError::Retry(e.into()))?;
        let now = credit.clock.now();
        let kept =
            TimeDelta::from_std(credit.settings.stress.results_ttl).unwrap_or(TimeDelta::MAX);
        let end = StressEnd {
            state: "succeeded",
            report: Some(outcome.report),
            object: Some(object),
            error: None,
            execution_seconds: Some(seconds),
            now,
            expires_at: if self.expires { now.checked_add_signed(kept) } else { None },
        };
        let mut tx = credit.db.write().await?;
        stress_runs::finish(&mut tx, &row.tenant_id, &row.id, &end).await?;
        let result = json!({ "run_id": row.id });
        run.complete(&mut tx, result.clone()).await?;
        tx.commit().await?;
        Ok(result)
    }

    /// Writes how the run ended, unless it is tried again.
    async fn fail(
        &self,
        credit: &Credit,
        row: &StressRunRow,
        run: &JobRun,
        failure: Arc<Failure>,
    ) -> Result<Value, JobError> {
        let fail = |code: &str, message: String| JobError::Fail { code: code.to_owned(), message };
        let (state, code, message, error) = match &*failure {
            Failure::Cancelled => {
                ("cancelled", "cancelled", "It was cancelled.".to_owned(), JobError::Cancelled)
            }
            Failure::OutOfTime(limit) => {
                let message = format!("The stress test took longer than {} s.", limit.as_secs());
                ("timed_out", "out_of_time", message.clone(), fail("out_of_time", message))
            }
            Failure::TooExpensive { .. } | Failure::TooLarge => {
                let message = format!("{failure}.");
                ("failed", "too_expensive", message.clone(), fail("too_expensive", message))
            }
            _ if run.attempt <= credit.settings.stress.max_retries.min(Self::MAX_ATTEMPTS - 1) => {
                return Err(JobError::Retry(failure.into()));
            }
            other => {
                tracing::error!(run = row.id, "the stress test failed for the last time: {other}");
                let message = "The stress test failed; an operator can see why in the log.";
                ("failed", "internal", message.to_owned(), fail("internal", message.to_owned()))
            }
        };
        let now = credit.clock.now();
        let kept =
            TimeDelta::from_std(credit.settings.stress.results_ttl).unwrap_or(TimeDelta::MAX);
        let end = StressEnd {
            state,
            report: None,
            object: None,
            error: Some((code.to_owned(), message)),
            execution_seconds: None,
            now,
            expires_at: if self.expires { now.checked_add_signed(kept) } else { None },
        };
        let mut tx = credit.db.write().await?;
        stress_runs::finish(&mut tx, &row.tenant_id, &row.id, &end).await?;
        tx.commit().await?;
        Err(error)
    }
}
