//! Taking, keeping and giving back jobs: every change of a running job's row is here, and asks for
//! the lease under which the job runs.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::row::{CLAIM, FINISH, HEARTBEAT, JobRow, JobState, REAP, REQUEUE};
use crate::db::{Db, DbError, Json, Result, Sql, Tx};
use crate::ids::Ids;

/// Any number: serialises the workers of one database while they look for work, so that the count
/// of a tenant's running jobs holds until the job is taken.
const CLAIM_LOCK: i64 = 0x5155_494e_5445_5401;

/// One run of one job. The token is drawn anew for each run, so that a worker that takes the same
/// job again does not hold both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lease {
    pub(super) job_id: String,
    pub(super) token: String,
}

/// How a run ends.
#[derive(Debug)]
pub(super) enum Ending {
    Succeeded(Value),
    Failed {
        code: String,
        message: String,
    },
    Cancelled,
    Retry {
        at: DateTime<Utc>,
        message: String,
    },
    /// The worker stops; the try does not count.
    Release,
}

/// Takes the most urgent job of `names` that is due, unless its tenant has `tenant_limit` running.
pub(super) async fn claim(
    db: &Db,
    names: &[&'static str],
    worker: &str,
    now: DateTime<Utc>,
    lease: Duration,
    tenant_limit: usize,
) -> Result<Option<(JobRow, Lease)>> {
    let token = format!("{worker}/{}", Ids::Random.draw().simple());
    let mut tx = db.write().await?;
    if tx.is_postgres() {
        // A worker that is frozen while it holds the lock must not hold up the others.
        tx.query(
            "SELECT set_config('idle_in_transaction_session_timeout', '10s', TRUE), \
             set_config('lock_timeout', '5s', TRUE), pg_advisory_xact_lock($1)",
        )
        .bind(CLAIM_LOCK)
        .execute()
        .await?;
    }
    let found: Option<JobRow> = tx
        .query(CLAIM)
        .bind(now)
        .bind(now + delta(lease))
        .bind(token.clone())
        .bind(Json(names.to_vec()))
        .bind(i64::try_from(tenant_limit).unwrap_or(i64::MAX))
        .fetch_optional()
        .await?;
    let Some(job) = found else { return Ok(None) };
    tx.commit().await?;
    let lease = Lease { job_id: job.id.clone(), token };
    Ok(Some((job, lease)))
}

/// Tells whether [`claim`] may find something, without the write lock.
pub(super) async fn is_work_due(db: &Db, now: DateTime<Utc>) -> Result<bool> {
    let mut tx = db.read().await?;
    let due: Option<(String,)> = tx
        .query(
            "SELECT id FROM jobs WHERE state IN ('queued', 'running') AND \
             ((state = 'queued' AND run_at <= $1) OR (state = 'running' AND lease_until < $1)) \
             LIMIT 1",
        )
        .bind(now)
        .fetch_optional()
        .await?;
    Ok(due.is_some())
}

/// Ends jobs whose worker was lost and that nobody may take again.
pub(super) async fn reap(db: &Db, now: DateTime<Utc>) -> Result<Vec<JobRow>> {
    let mut tx = db.write().await?;
    let ended = tx.query(REAP).bind(now).fetch_all().await?;
    tx.commit().await?;
    Ok(ended)
}

/// Keeps the job and writes its progress; `None` if another worker has it or it has ended.
pub(super) async fn renew(
    db: &Db,
    lease: &Lease,
    until: DateTime<Utc>,
    progress: &(f64, String),
) -> Result<Option<JobRow>> {
    let mut tx = db.write().await?;
    let held = tx
        .query(HEARTBEAT)
        .bind(lease.job_id.clone())
        .bind(lease.token.clone())
        .bind(until)
        .bind(progress.0)
        .bind(progress.1.clone())
        .fetch_optional()
        .await?;
    tx.commit().await?;
    Ok(held)
}

/// Writes how the run ended; `None` if another worker has the job or it has ended.
pub(super) async fn end(
    db: &Db,
    lease: &Lease,
    now: DateTime<Utc>,
    ending: &Ending,
) -> Result<Option<JobRow>> {
    let mut tx = db.write().await?;
    let row = match ending {
        Ending::Succeeded(result) => {
            finish(&mut tx, lease, now, JobState::Succeeded, Some(result.clone()), None).await?
        }
        Ending::Failed { code, message } => {
            let error = Some((code.clone(), message.clone()));
            finish(&mut tx, lease, now, JobState::Failed, None, error).await?
        }
        Ending::Cancelled => finish(&mut tx, lease, now, JobState::Cancelled, None, None).await?,
        Ending::Retry { at, message } => requeue(&mut tx, lease, now, *at, 0, message).await?,
        Ending::Release => requeue(&mut tx, lease, now, now, 1, "").await?,
    };
    tx.commit().await?;
    Ok(row)
}

/// See [`super::JobRun::guard`].
pub(super) async fn guard(tx: &mut Tx, lease: &Lease) -> Result<()> {
    // The weakest lock that a worker looking for jobs (FOR UPDATE SKIP LOCKED) steps around, and
    // that does not hold up the heartbeat. SQLite's writer is alone anyway. The server ends the
    // transaction of a worker that has gone silent, so that the job can go to another.
    let held: Option<(String, String)> = tx
        .query(Sql {
            sqlite: "SELECT id, '' FROM jobs WHERE id = $1 AND worker = $2 AND state = 'running'",
            postgres: "SELECT id, set_config('idle_in_transaction_session_timeout', '30s', TRUE) \
                       FROM jobs WHERE id = $1 AND worker = $2 AND state = 'running' \
                       FOR KEY SHARE",
        })
        .bind(lease.job_id.clone())
        .bind(lease.token.clone())
        .fetch_optional()
        .await?;
    held.map(|_| ()).ok_or_else(|| fenced(lease))
}

/// See [`super::JobRun::complete`].
pub(super) async fn complete(
    tx: &mut Tx,
    lease: &Lease,
    now: DateTime<Utc>,
    result: Value,
) -> Result<()> {
    let row = finish(tx, lease, now, JobState::Succeeded, Some(result), None).await?;
    row.map(|_| ()).ok_or_else(|| fenced(lease))
}

async fn finish(
    tx: &mut Tx,
    lease: &Lease,
    now: DateTime<Utc>,
    state: JobState,
    result: Option<Value>,
    error: Option<(String, String)>,
) -> Result<Option<JobRow>> {
    let (code, message) = error.unzip();
    tx.query(FINISH)
        .bind(lease.job_id.clone())
        .bind(lease.token.clone())
        .bind(state.as_str())
        .bind(now)
        .bind(result.map(Json))
        .bind(code)
        .bind(message)
        .fetch_optional()
        .await
}

async fn requeue(
    tx: &mut Tx,
    lease: &Lease,
    now: DateTime<Utc>,
    run_at: DateTime<Utc>,
    tries_to_take_back: i64,
    message: &str,
) -> Result<Option<JobRow>> {
    super::signals::announce_work(tx).await?;
    tx.query(REQUEUE)
        .bind(lease.job_id.clone())
        .bind(lease.token.clone())
        .bind(run_at)
        .bind(tries_to_take_back)
        .bind(message.to_owned())
        .bind(now)
        .fetch_optional()
        .await
}

/// Returns a time span in the form that is added to instants; at most a century.
pub(super) fn delta(duration: Duration) -> TimeDelta {
    let century = TimeDelta::days(36_500);
    TimeDelta::from_std(duration).map_or(century, |delta| delta.min(century))
}

fn fenced(lease: &Lease) -> DbError {
    DbError::Fenced(lease.job_id.clone())
}
