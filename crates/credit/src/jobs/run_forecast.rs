//! Computes work on single loans that nobody waits for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use platform::db::Json;
use platform::jobs::{Job, JobError, JobRun};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Credit;
use crate::store::forecasts::{self, ForecastRow};

/// Computes the forecast of this id.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RunForecast {
    pub(crate) forecast_id: String,
}

impl Job for RunForecast {
    const NAME: &'static str = "credit.run_forecast";
    const MAX_ATTEMPTS: u32 = 3;
    type Context = Credit;

    async fn run(self, credit: Credit, run: JobRun) -> Result<Value, JobError> {
        let mut tx = credit.db.write().await?;
        run.guard(&mut tx).await?;
        let row = forecasts::find(&mut tx, &run.tenant_id, &self.forecast_id).await?;
        tx.commit().await?;
        let result = json!({ "forecast_id": self.forecast_id });
        let Some(row) = row.filter(|row| row.state == "queued") else { return Ok(result) };

        let cancelled = Arc::new(AtomicBool::new(false));
        let (stop, told, kind) = (cancelled.clone(), run.clone(), row.kind.clone());
        let (request, today) = (row.request.0.clone(), credit.clock.today());
        let compute = credit.compute_forecast;
        let computing = tokio::task::spawn_blocking(move || {
            let mut look = |share: f64| {
                told.progress(share, "Projecting the loans");
                stop.load(Ordering::Relaxed)
            };
            compute(&kind, request, today, &mut look)
        });
        let stopped = run.cancel_token();
        let made = tokio::select! {
            biased;
            () = stopped.cancelled() => {
                cancelled.store(true, Ordering::Relaxed);
                Ok(None)
            }
            made = computing => made.map_err(|e| JobError::Retry(e.into()))?,
        };
        let now = Some(credit.clock.now());
        match made {
            Ok(Some((summary, whole))) => {
                let object = credit.objects.put(Bytes::from(whole)).await;
                let object = object.map_err(|e| JobError::Retry(e.into()))?;
                let done = ForecastRow {
                    state: "succeeded".to_owned(),
                    summary: Some(Json(summary)),
                    object: Some(object),
                    finished_at: now,
                    ..row
                };
                let mut tx = credit.db.write().await?;
                forecasts::finish(&mut tx, &done).await?;
                run.complete(&mut tx, result.clone()).await?;
                tx.commit().await?;
                Ok(result)
            }
            Ok(None) => {
                let ended = ForecastRow {
                    state: "cancelled".to_owned(),
                    error_code: Some("cancelled".to_owned()),
                    error_message: Some("It was cancelled.".to_owned()),
                    finished_at: now,
                    ..row
                };
                end(&credit, &ended).await?;
                Err(JobError::Cancelled)
            }
            Err(problem) => {
                let (code, message) = (problem.code().to_owned(), problem.message());
                let ended = ForecastRow {
                    state: "failed".to_owned(),
                    error_code: Some(code.clone()),
                    error_message: Some(message.clone()),
                    finished_at: now,
                    ..row
                };
                end(&credit, &ended).await?;
                Err(JobError::Fail { code, message })
            }
        }
    }
}

async fn end(credit: &Credit, row: &ForecastRow) -> Result<(), JobError> {
    let mut tx = credit.db.write().await?;
    forecasts::finish(&mut tx, row).await?;
    tx.commit().await?;
    Ok(())
}
