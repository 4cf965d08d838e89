//! Imports a tape that is too large to wait for.

use platform::jobs::{Job, JobError, JobRun};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Credit;
use crate::domain::tape::{Mapping, Resolution, TapeError};
use crate::pools::{About, Owner};
use crate::store::pools;
use crate::tapes::ImportFailure;

/// Imports the tape of this description into a pool.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ImportTape {
    pub(crate) tape_object: String,
    pub(crate) mapping: Option<Mapping>,
    pub(crate) resolution: Resolution,
    pub(crate) reject_invalid: bool,
    pub(crate) target: Target,
}

/// Where the loans go.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Target {
    /// Into a new pool with this id.
    New {
        /// Its id.
        id: String,
        /// What people say about it.
        about: About,
    },
    /// Into a new version of a pool.
    Version {
        /// The pool.
        id: String,
        /// The version that the caller had seen.
        seen: i64,
    },
}

impl Job for ImportTape {
    const NAME: &'static str = "credit.import_tape";
    const MAX_ATTEMPTS: u32 = 3;
    type Context = Credit;

    async fn run(self, credit: Credit, run: JobRun) -> Result<Value, JobError> {
        let tape = credit.find_tape(&self.tape_object).await.map_err(job_error)?;
        let (told, stop) = (run.clone(), run.cancel_token());
        let follow = move |share: f64, progress: crate::domain::tape::Progress| {
            told.progress(share, format!("{} rows read", progress.rows));
            !stop.is_cancelled()
        };
        let imported = credit
            .import_tape(tape, self.mapping, self.resolution.clone(), follow)
            .await
            .map_err(job_error)?;
        let report = imported.report.clone();
        if report.valid == 0 || (self.reject_invalid && report.invalid > 0) {
            let message = format!(
                "{} of {} rows do not fit; correct the mapping or the tape.",
                report.invalid, report.rows
            );
            return Err(JobError::Fail { code: "invalid_rows".to_owned(), message });
        }
        let change = "Imported from a tape".to_owned();
        let kept = credit.keep_import(imported, self.tape_object, self.resolution, change).await;
        let kept = kept.map_err(|e| JobError::Retry(e.into()))?;

        let owner = Owner { tenant_id: run.tenant_id.clone(), user_id: run.owner_id.clone() };
        let mut tx = credit.db.write().await?;
        let (id, version) = match self.target {
            Target::New { id, about } => {
                if let Some(pool) = pools::find(&mut tx, &owner.tenant_id, &id).await? {
                    // An earlier try of this job has added it.
                    (pool.id, pool.version)
                } else {
                    credit.add_pool(&mut tx, id.clone(), &owner, about, kept).await?;
                    (id, 1)
                }
            }
            Target::Version { id, seen } => {
                let pool = pools::find(&mut tx, &owner.tenant_id, &id).await?;
                let pool = pool.filter(|pool| pool.version == seen).ok_or_else(changed)?;
                let about = About::of(&pool);
                let added = credit.add_version(&mut tx, &pool, &owner, about, kept).await?;
                let (pool, _) = added.ok_or_else(changed)?;
                (pool.id, pool.version)
            }
        };
        let result = json!({ "pool_id": id, "version": version, "report": report });
        run.complete(&mut tx, result.clone()).await?;
        tx.commit().await?;
        Ok(result)
    }
}

fn changed() -> JobError {
    JobError::Fail {
        code: "stale_version".to_owned(),
        message: "The pool was changed or deleted meanwhile; upload the tape again.".to_owned(),
    }
}

fn job_error(failure: ImportFailure) -> JobError {
    match failure {
        ImportFailure::Tape(TapeError::Cancelled) => JobError::Cancelled,
        ImportFailure::Tape(
            error @ (TapeError::Malformed { .. }
            | TapeError::Mapping(_)
            | TapeError::TooManyRows(_)),
        ) => JobError::Fail { code: "malformed_tape".to_owned(), message: format!("{error}.") },
        other => JobError::Retry(other.into()),
    }
}
