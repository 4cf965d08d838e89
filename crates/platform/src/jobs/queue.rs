//! Enqueues, lists and cancels.

use serde_json::{Value, json};
use sqlx::PgPool;

use super::row::{JobRow, JobState};
use super::signals::{Signals, announce_cancel, announce_work};
use super::{Job, JobView};
use crate::clock::Clock;
use crate::db::{Db, DbError, Json, Result, Sql, Tx};
use crate::events::{Event, Events};
use crate::ids::Ids;

/// The topic of the events about jobs.
pub const TOPIC: &str = "jobs";

/// Enqueues, lists and cancels the jobs of one database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Queue {
    /// The service that the jobs belong to.
    pub(crate) service: &'static str,
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) signals: Signals,
    pub(crate) events: Events,
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

/// Which jobs a list shows.
#[derive(Debug, Clone, Default)]
pub struct JobFilter {
    /// Whose data they work on.
    pub tenant_id: String,
    /// The services they may belong to.
    pub services: Vec<String>,
    /// `None` means every state.
    pub state: Option<JobState>,
    /// `None` means every kind.
    pub name: Option<String>,
    /// Only older ones than the job of this id.
    pub before: Option<String>,
}

impl Queue {
    /// Makes the queue of one service.
    #[must_use]
    pub fn new(service: &'static str, db: Db, clock: Clock, ids: Ids) -> Self {
        let (signals, events) = (Signals::default(), Events::default());
        Self { service, db, clock, ids, signals, events }
    }

    /// Publishes what happens to jobs on `events`, topic [`TOPIC`].
    #[must_use]
    pub fn with_events(self, events: Events) -> Self {
        Self { events, ..self }
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
        let event = json!({"id": id, "service": self.service, "name": J::NAME, "title": new.title});
        let tenant_id = new.tenant_id.clone();
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
        if inserted == 0 {
            return find_by_unique_key(tx, new.unique_key).await;
        }

        announce_work(tx).await?;
        // With SQLite the worker waits for the one writer connection, that is for this commit.
        self.signals.ring_work();
        self.publish("job_queued", tenant_id, event);
        Ok(id)
    }

    /// Returns the job of this id, whoever it belongs to.
    ///
    /// # Errors
    ///
    /// Returns [`DbError`] if the rows cannot be read.
    pub async fn find(&self, id: &str) -> Result<Option<JobRow>> {
        let mut tx = self.db.read().await?;
        tx.query(super::row::SELECT_ONE).bind(id.to_owned()).fetch_optional().await
    }

    /// Lists jobs, newest first.
    ///
    /// # Errors
    ///
    /// Returns [`DbError`] if the rows cannot be read.
    pub async fn list(&self, filter: &JobFilter, limit: u32) -> Result<Vec<JobRow>> {
        let mut tx = self.db.read().await?;
        tx.query(super::row::SELECT_PAGE)
            .bind(filter.tenant_id.clone())
            .bind(Json(filter.services.clone()))
            .bind(filter.state.map(JobState::as_str))
            .bind(filter.name.clone())
            .bind(filter.before.clone())
            .bind(i64::from(limit))
            .fetch_all()
            .await
    }

    /// Returns the payloads of this service's jobs of one name that are queued or running.
    ///
    /// # Errors
    ///
    /// Returns [`DbError`] if the rows cannot be read.
    pub async fn list_unfinished(&self, tx: &mut Tx, name: &str) -> Result<Vec<Value>> {
        let rows: Vec<(Json<Value>,)> = tx
            .query(
                "SELECT payload FROM jobs WHERE service = $1 AND name = $2 \
                 AND state IN ('queued', 'running')",
            )
            .bind(self.service)
            .bind(name.to_owned())
            .fetch_all()
            .await?;
        Ok(rows.into_iter().map(|(payload,)| payload.0).collect())
    }

    /// Cancels a job: at once if it is queued; a running one is told to stop. Returns the job as it
    /// is then; one that has ended stays as it is.
    ///
    /// # Errors
    ///
    /// Returns [`DbError`] if the row cannot be written.
    pub async fn cancel(&self, id: &str) -> Result<Option<JobRow>> {
        let mut tx = self.db.write().await?;
        let changed: Option<JobRow> = tx
            .query(super::row::CANCEL)
            .bind(id.to_owned())
            .bind(self.clock.now())
            .fetch_optional()
            .await?;
        let Some(job) = changed else {
            drop(tx);
            return self.find(id).await;
        };
        announce_cancel(&mut tx).await?;
        tx.commit().await?;

        self.signals.ring_cancel();
        self.publish_row(&job);
        Ok(Some(job))
    }

    /// Removes up to 1000 jobs that ended before `instant`, and returns how many.
    ///
    /// # Errors
    ///
    /// Returns [`DbError`] if the rows cannot be written.
    pub async fn purge(&self, instant: chrono::DateTime<chrono::Utc>) -> Result<u64> {
        let mut tx = self.db.write().await?;
        let removed = tx
            .query(
                "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE finished_at < $1 \
                 ORDER BY id LIMIT 1000)",
            )
            .bind(instant)
            .execute()
            .await?;
        tx.commit().await?;
        Ok(removed)
    }

    /// Counts the jobs that wait, for each service.
    ///
    /// # Errors
    ///
    /// Returns [`DbError`] if the rows cannot be read.
    pub async fn count_queued(&self) -> Result<Vec<(String, i64)>> {
        let mut tx = self.db.read().await?;
        tx.query("SELECT service, count(*) FROM jobs WHERE state = 'queued' GROUP BY service")
            .fetch_all()
            .await
    }

    /// Tells listeners how a job is now.
    pub(crate) fn publish_row(&self, job: &JobRow) {
        let Ok(view) = JobView::of(job.clone()) else { return };
        let kind = match view.state {
            JobState::Queued => "job_queued",
            JobState::Running => "job_progress",
            JobState::Succeeded => "job_succeeded",
            JobState::Failed => "job_failed",
            JobState::Cancelled => "job_cancelled",
        };
        if let Ok(data) = serde_json::to_value(view) {
            self.publish(kind, job.tenant_id.clone(), data);
        }
    }

    fn publish(&self, kind: &str, tenant_id: String, data: Value) {
        let (topic, kind) = (TOPIC.to_owned(), kind.to_owned());
        self.events.publish(Event { topic, kind, tenant_id, data });
    }

    /// Returns what is the same for queues in the same database, and differs otherwise.
    pub(crate) fn place(&self) -> String {
        match &self.db {
            Db::Sqlite { writer, .. } => {
                format!("sqlite:{}", writer.connect_options().get_filename().display())
            }
            Db::Postgres(pool) => place_of_pool(pool),
        }
    }
}

fn place_of_pool(pool: &PgPool) -> String {
    let at = pool.connect_options();
    format!(
        "postgres://{}:{}/{}?{}",
        at.get_host(),
        at.get_port(),
        at.get_database().unwrap_or_default(),
        at.get_options().unwrap_or_default(),
    )
}

async fn find_by_unique_key(tx: &mut Tx, unique_key: Option<String>) -> Result<String> {
    let (existing,) = tx
        .query(Sql::from(
            "SELECT id FROM jobs WHERE unique_key = $1 AND state IN ('queued', 'running')",
        ))
        .bind(unique_key)
        .fetch_one::<(String,)>()
        .await?;
    Ok(existing)
}
