//! Runs a simulation that nobody waits for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use platform::jobs::{Job, JobError, JobRun};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Credit;
use crate::domain::simulation::Report;
use crate::simulations::summary;
use crate::store::simulations::{self, SimulationEnd, SimulationRow};

/// Runs the simulation of this id.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RunSimulation {
    pub(crate) simulation_id: String,
}

impl Job for RunSimulation {
    const NAME: &'static str = "credit.run_simulation";
    const MAX_ATTEMPTS: u32 = 4;
    type Context = Credit;

    async fn run(self, credit: Credit, run: JobRun) -> Result<Value, JobError> {
        let (tenant, id) = (&run.tenant_id, &self.simulation_id);
        let mut tx = credit.db.write().await?;
        run.guard(&mut tx).await?;
        let row = simulations::find(&mut tx, tenant, id).await?;
        let started = simulations::start(&mut tx, tenant, id, credit.clock.now()).await?;
        tx.commit().await?;
        let Some(row) = row.filter(|_| started) else {
            return Ok(json!({ "simulation_id": id }));
        };

        let cancelled = Arc::new(AtomicBool::new(false));
        let begun = std::time::Instant::now();
        let stopped = run.cancel_token();
        let computing = credit.run_blocks(&row, &run, &cancelled);
        let result = tokio::select! {
            biased;
            () = stopped.cancelled() => {
                cancelled.store(true, Ordering::Relaxed);
                Err(JobError::Cancelled)
            }
            result = computing => result.map_err(JobError::from),
        };
        match result {
            Ok(report) => succeed(&credit, &row, &run, report, begun.elapsed().as_secs_f64()).await,
            Err(error) => fail(&credit, &row, &run, error).await,
        }
    }
}

async fn succeed(
    credit: &Credit,
    row: &SimulationRow,
    run: &JobRun,
    report: Report,
    seconds: f64,
) -> Result<Value, JobError> {
    let bytes = serde_json::to_vec(&report).map_err(|e| JobError::Retry(e.into()))?;
    let object = credit.objects.put(Bytes::from(bytes)).await;
    let end = SimulationEnd {
        state: "completed",
        summary: Some(summary(&report)),
        object: Some(object.map_err(|e| JobError::Retry(e.into()))?),
        error: None,
        execution_seconds: Some(seconds),
        now: credit.clock.now(),
    };
    let mut tx = credit.db.write().await?;
    if simulations::finish(&mut tx, &row.tenant_id, &row.id, &end).await? {
        simulations::delete_blocks(&mut tx, &row.tenant_id, &row.id).await?;
    }
    let result = json!({ "simulation_id": row.id });
    run.complete(&mut tx, result.clone()).await?;
    tx.commit().await?;
    Ok(result)
}

/// Writes how the simulation ended, unless it is tried again.
async fn fail(
    credit: &Credit,
    row: &SimulationRow,
    run: &JobRun,
    error: JobError,
) -> Result<Value, JobError> {
    let (state, why) = match &error {
        JobError::Cancelled => {
            ("canceled", ("cancelled".to_owned(), "It was cancelled.".to_owned()))
        }
        JobError::Fail { code, message } => ("failed", (code.clone(), message.clone())),
        JobError::Retry(_) if run.attempt < RunSimulation::MAX_ATTEMPTS => return Err(error),
        JobError::Retry(_) => {
            let message =
                "The simulation failed several times; an operator can see why in the log.";
            ("failed", ("internal".to_owned(), message.to_owned()))
        }
    };
    let end = SimulationEnd {
        state,
        summary: None,
        object: None,
        error: Some(why),
        execution_seconds: None,
        now: credit.clock.now(),
    };
    let mut tx = credit.db.write().await?;
    simulations::finish(&mut tx, &row.tenant_id, &row.id, &end).await?;
    tx.commit().await?;
    Err(error)
}
