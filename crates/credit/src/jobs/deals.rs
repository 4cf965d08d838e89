//! Computes a run of a deal that is too large to wait for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use platform::jobs::{Job, JobError, JobRun};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Credit;
use crate::calculator::Budget;
use crate::deals::{DealFailure, decode};
use crate::domain::deals::{Results, RunSummary};
use crate::store::deal_runs::{self, DealRunEnd, DealRunRow};

/// Computes the run of this id.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RunDeal {
    pub(crate) run_id: String,
}

impl Job for RunDeal {
    const NAME: &'static str = "credit.run_deal";
    const MAX_ATTEMPTS: u32 = 3;
    type Context = Credit;

    async fn run(self, credit: Credit, run: JobRun) -> Result<Value, JobError> {
        let mut tx = credit.db.write().await?;
        run.guard(&mut tx).await?;
        let row = deal_runs::find(&mut tx, &run.tenant_id, &self.run_id).await?;
        let started = deal_runs::start(&mut tx, &run.tenant_id, &self.run_id).await?;
        tx.commit().await?;
        let Some(row) = row.filter(|_| started) else {
            return Ok(json!({ "run_id": self.run_id }));
        };

        let cancelled = Arc::new(AtomicBool::new(false));
        let watch = async {
            run.cancel_token().cancelled().await;
            cancelled.store(true, Ordering::Relaxed);
        };
        let result = tokio::select! {
            biased;
            () = watch => Err(Arc::new(DealFailure::Cancelled)),
            result = compute(&credit, &row, &run, cancelled.clone()) => result,
        };
        match result {
            Ok((bytes, seconds)) => succeed(&credit, &row, &run, bytes, seconds).await,
            Err(failure) => fail(&credit, &row, &run, failure).await,
        }
    }
}

async fn compute(
    credit: &Credit,
    row: &DealRunRow,
    run: &JobRun,
    cancelled: Arc<AtomicBool>,
) -> Result<(bytes::Bytes, f64), Arc<DealFailure>> {
    let plan = credit.fetch_plan(&row.request_object).await.map_err(Arc::new)?;
    let told = run.clone();
    let budget = Budget {
        work: credit.settings.job_work,
        time: Duration::from_hours(1),
        progress: Some(Arc::new(move |share| told.progress(share, "Running the deal"))),
        cancelled,
    };
    let begun = std::time::Instant::now();
    let (bytes, _) = credit.deal_results(&row.tenant_id, &plan, budget).await?;
    Ok((bytes, begun.elapsed().as_secs_f64()))
}

/// Writes that the run failed, unless it is worth another try.
async fn fail(
    credit: &Credit,
    row: &DealRunRow,
    run: &JobRun,
    failure: Arc<DealFailure>,
) -> Result<Value, JobError> {
    let refused = |code: &str, message: String| JobError::Fail { code: code.to_owned(), message };
    let (state, code, message, error) = match &*failure {
        DealFailure::Cancelled => {
            ("cancelled", "cancelled", "It was cancelled.".to_owned(), JobError::Cancelled)
        }
        DealFailure::OutOfTime(_) => {
            let message = "The run took longer than an hour.".to_owned();
            ("timed_out", "out_of_time", message.clone(), refused("out_of_time", message))
        }
        DealFailure::Run(fault) => {
            let day = fault.date.map(|date| format!(" on {date}")).unwrap_or_default();
            let step = fault.step.as_ref().map(|s| format!(", step {s}")).unwrap_or_default();
            let message = format!("{}{step}{day}.", fault.message);
            ("failed", "run_failed", message.clone(), refused("run_failed", message))
        }
        DealFailure::TooExpensive { .. } | DealFailure::TooLarge => {
            let message = format!("{failure}.");
            ("failed", "too_expensive", message.clone(), refused("too_expensive", message))
        }
        _ if run.attempt < RunDeal::MAX_ATTEMPTS => return Err(JobError::Retry(failure.into())),
        _ => {
            let message = "The run failed several times; an operator can see why in the log.";
            ("failed", "internal", message.to_owned(), JobError::Retry(failure.into()))
        }
    };
    let end = DealRunEnd {
        state,
        result_object: None,
        summary: None,
        error: Some((code.to_owned(), message)),
        execution_seconds: None,
        now: credit.clock.now(),
    };
    let mut tx = credit.db.write().await?;
    deal_runs::finish(&mut tx, &row.tenant_id, &row.id, &end).await?;
    tx.commit().await?;
    Err(error)
}

/// Writes the results, the bytes first.
async fn succeed(
    credit: &Credit,
    row: &DealRunRow,
    run: &JobRun,
    bytes: bytes::Bytes,
    seconds: f64,
) -> Result<Value, JobError> {
    let results: Results = decode(&bytes).map_err(|e| JobError::Retry(e.into()))?;
    let object = credit.objects.put(bytes).await.map_err(|e| JobError::Retry(e.into()))?;
    let end = DealRunEnd {
        state: "succeeded",
        result_object: Some(object),
        summary: Some(RunSummary::of(&results)),
        error: None,
        execution_seconds: Some(seconds),
        now: credit.clock.now(),
    };
    let mut tx = credit.db.write().await?;
    deal_runs::finish(&mut tx, &row.tenant_id, &row.id, &end).await?;
    let result = json!({ "run_id": row.id, "deal_id": row.deal_id });
    run.complete(&mut tx, result.clone()).await?;
    tx.commit().await?;
    Ok(result)
}
