//! Removes bytes that no row names: uploads that broke off, imports and analyses that failed.

use std::collections::HashSet;

use chrono::TimeDelta;
use platform::db::DbError;
use platform::jobs::{Job, JobError, JobRun, NewJob};
use platform::objects::ObjectError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::ImportTape;
use crate::Credit;
use crate::metrics::OBJECTS_SWEPT;
use crate::store::deal_runs;
use crate::store::objects;
use crate::tapes::ImportFailure;

/// Bytes are written before the row that names them, by this time at most. (A tape that waits for
/// its import is named by the job.)
const MARGIN: TimeDelta = TimeDelta::days(1);

/// Whose job it is: the rows of all tenants are looked at.
const TENANT: &str = "default";

/// Removes what no row names.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SweepObjects {}

impl SweepObjects {
    /// Enqueues the work, unless it waits already.
    pub(crate) async fn enqueue(credit: &Credit) -> Result<String, DbError> {
        let mut tx = credit.db.write().await?;
        let new = NewJob {
            job: &Self {},
            title: "Remove bytes that nothing refers to".to_owned(),
            tenant_id: TENANT.to_owned(),
            owner_id: "system".to_owned(),
            priority: -1,
            unique_key: Some(Self::NAME.to_owned()),
            result_url: None,
        };
        let id = credit.queue.enqueue(&mut tx, new).await?;
        tx.commit().await?;
        Ok(id)
    }
}

impl Job for SweepObjects {
    const NAME: &'static str = "credit.sweep_objects";
    type Context = Credit;

    async fn run(self, credit: Credit, run: JobRun) -> Result<Value, JobError> {
        // What is named later was written later than this, or is written again.
        let before = credit.clock.now() - MARGIN;
        let in_use = in_use(&credit, &run).await?;

        let removed = credit.objects.sweep_orphans(before, |name| in_use.contains(name)).await;
        let removed = removed.map_err(|e| JobError::Retry(e.into()))?;

        metrics::counter!(OBJECTS_SWEPT).increment(removed);
        Ok(json!({ "removed": removed }))
    }
}

/// Finds the names of all objects that a row or a waiting import refers to.
async fn in_use(credit: &Credit, run: &JobRun) -> Result<HashSet<String>, JobError> {
    let mut tx = credit.db.read().await?;
    // Imports first: one that ends meanwhile has a row when the rows are read.
    let waiting = credit.queue.list_unfinished(&mut tx, ImportTape::NAME).await?;
    let mut names: HashSet<String> = objects::list_named(&mut tx).await?.into_iter().collect();
    names.extend(deal_runs::list_objects(&mut tx).await?);
    let mut tapes: HashSet<String> = objects::list_tapes(&mut tx).await?.into_iter().collect();
    drop(tx);
    for payload in waiting {
        let import: ImportTape =
            serde_json::from_value(payload).map_err(|e| JobError::Retry(e.into()))?;
        tapes.insert(import.tape_object);
    }

    for tape in tapes {
        run.check()?;
        match credit.find_tape(&tape).await {
            Ok(found) => names.extend(found.pieces),
            Err(ImportFailure::Objects(ObjectError::Missing(_))) => {
                tracing::warn!(object = tape, "tape {tape} is named by a row and is not there");
            }
            Err(error) => return Err(JobError::Retry(error.into())),
        }
        names.insert(tape);
    }
    Ok(names)
}
