//! The rows of the queue.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::FromRow;

use super::Job;
use crate::clock::Clock;
use crate::db::{Db, DbError, Json, Result, Tx};
use crate::ids::Ids;

/// Enqueues, lists and cancels the jobs of one database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Queue {
    /// The service that the jobs belong to.
    pub(crate) service: &'static str,
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
}

/// Where a job stands. The last three are final.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum JobState {
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// A job to be done, and for whom.
#[derive(Debug)]
pub struct NewJob<'a, J> {
    /// The work.
    pub job: &'a J,
    /// What people read in the list: `Analyse Hartwell Prime 2024-1`.
    pub title: String,
    /// Whose data it works on.
    pub tenant_id: String,
    /// Who asked.
    pub owner_id: String,
    /// Higher goes first; 0 is normal.
    pub priority: i64,
    /// A second job with the same key is not enqueued while the first is queued or running.
    pub unique_key: Option<String>,
    /// Where the result can be read when it is done.
    pub result_url: Option<String>,
}

/// A job as it is stored.
#[derive(Debug, Clone, FromRow)]
#[expect(missing_docs, reason = "columns of the table, see the migration")]
pub struct JobRow {
    pub id: String,
    pub service: String,
    pub name: String,
    pub title: String,
    pub state: String,
    pub payload: Json<Value>,
    pub result: Option<Json<Value>>,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    pub progress: f64,
    pub message: String,
    pub attempts: i64,
    pub max_attempts: i64,
    pub priority: i64,
    pub tenant_id: String,
    pub owner_id: String,
    pub unique_key: Option<String>,
    pub result_url: Option<String>,
    pub correlation_id: String,
    pub cancel_requested: bool,
    pub worker: Option<String>,
    pub lease_until: Option<DateTime<Utc>>,
    pub run_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
}

impl Queue {
    /// Makes the queue of one service.
    #[must_use]
    pub fn new(service: &'static str, db: Db, clock: Clock, ids: Ids) -> Self {
        Self { service, db, clock, ids }
    }

    /// Enqueues a job in the caller's transaction, and returns its id: that of the job with the
    /// same unique key if one is already queued or running.
    ///
    /// # Errors
    ///
    /// Returns [`DbError`] if the row cannot be written.
    pub async fn enqueue<J: Job>(&self, tx: &mut Tx, new: NewJob<'_, J>) -> Result<String> {
        let payload = serde_json::to_value(new.job)
            .map_err(|source| DbError::Corrupt { table: "jobs", source: source.into() })?;
        let now = self.clock.now();
        let id = self.ids.with_prefix("job");
        let inserted = tx
            .query(
                "INSERT INTO jobs (id, service, name, title, state, payload, progress, message, \
                 attempts, max_attempts, priority, tenant_id, owner_id, unique_key, result_url, \
                 correlation_id, cancel_requested, run_at, created_at) VALUES \
                 ($1, $2, $3, $4, 'queued', $5, 0, '', 0, $6, $7, $8, $9, $10, $11, $12, FALSE, \
                 $13, $13) ON CONFLICT (unique_key) WHERE state IN ('queued', 'running') \
                 DO NOTHING",
            )
            .bind(id.clone())
            .bind(self.service)
            .bind(J::NAME)
            .bind(new.title)
            .bind(Json(payload))
            .bind(i64::from(J::MAX_ATTEMPTS))
            .bind(new.priority)
            .bind(new.tenant_id)
            .bind(new.owner_id)
            .bind(new.unique_key.clone())
            .bind(new.result_url)
            .bind(crate::correlation::current_correlation_id())
            .bind(now)
            .execute()
            .await?;
        if inserted == 1 {
            return Ok(id);
        }
        let (existing,) = tx
            .query("SELECT id FROM jobs WHERE unique_key = $1 AND state IN ('queued', 'running')")
            .bind(new.unique_key)
            .fetch_one::<(String,)>()
            .await?;
        Ok(existing)
    }
}
