//! The row of a job, and the statements that return it.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::FromRow;

use crate::db::{Json, Sql};

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

impl JobState {
    /// All states.
    pub const ALL: [Self; 5] =
        [Self::Queued, Self::Running, Self::Succeeded, Self::Failed, Self::Cancelled];

    /// Returns the name of the state, as it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Tells whether a job in this state never changes again.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
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
    /// Absent from lists and events: it may be large.
    pub payload: Option<Json<Value>>,
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

/// The columns of [`JobRow`]; a macro, because statements are put together at compile time.
macro_rules! columns {
    (whole) => {
        concat!("payload, ", columns!(rest))
    };
    (light) => {
        concat!("NULL AS payload, ", columns!(rest))
    };
    (rest) => {
        "id, service, name, title, state, result, error_code, error_message, progress, message, \
         attempts, max_attempts, priority, tenant_id, owner_id, unique_key, result_url, \
         correlation_id, cancel_requested, worker, lease_until, run_at, created_at, started_at, \
         finished_at"
    };
}

/// `$1` id.
pub(super) const SELECT_ONE: &str = concat!("SELECT ", columns!(whole), " FROM jobs WHERE id = $1");

/// `$1` tenant, `$2` services, `$3` state, `$4` name, `$5` before, `$6` limit.
///
/// Two texts, because the engines unpack a JSON list in their own ways.
pub(super) const SELECT_PAGE: Sql = Sql {
    sqlite: concat!(
        "SELECT ",
        columns!(light),
        " FROM jobs WHERE tenant_id = $1 AND service IN (SELECT value FROM json_each($2)) \
         AND ($3 IS NULL OR state = $3) AND ($4 IS NULL OR name = $4) \
         AND ($5 IS NULL OR id < $5) ORDER BY id DESC LIMIT $6"
    ),
    postgres: concat!(
        "SELECT ",
        columns!(light),
        " FROM jobs WHERE tenant_id = $1 \
         AND service IN (SELECT jsonb_array_elements_text($2)) \
         AND ($3::text IS NULL OR state = $3) AND ($4::text IS NULL OR name = $4) \
         AND ($5::text IS NULL OR id < $5) ORDER BY id DESC LIMIT $6"
    ),
};

/// `$1` id, `$2` now. Changes nothing once the job has ended.
pub(super) const CANCEL: &str = concat!(
    "UPDATE jobs SET cancel_requested = TRUE, \
     state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END, \
     finished_at = CASE WHEN state = 'queued' THEN $2 ELSE finished_at END \
     WHERE id = $1 AND state IN ('queued', 'running') RETURNING ",
    columns!(light)
);

/// `$1` now, `$2` lease until, `$3` lease, `$4` names, `$5` most running jobs of one tenant.
///
/// PostgreSQL skips rows that others are looking at; SQLite has one writer. A row of which the
/// lease is over is taken again, and the fence of the worker before no longer fits.
pub(super) const CLAIM: Sql = Sql {
    sqlite: concat!(
        "UPDATE jobs SET state = 'running', worker = $3, lease_until = $2, \
         attempts = attempts + 1, started_at = COALESCE(started_at, $1) \
         WHERE id = (SELECT id FROM jobs WHERE state IN ('queued', 'running') \
         AND ((state = 'queued' AND run_at <= $1) OR (state = 'running' AND lease_until < $1 \
         AND attempts < max_attempts AND NOT cancel_requested)) \
         AND name IN (SELECT value FROM json_each($4)) \
         AND tenant_id NOT IN (SELECT tenant_id FROM jobs WHERE state = 'running' \
         AND lease_until >= $1 GROUP BY tenant_id HAVING count(*) >= $5) \
         ORDER BY priority DESC, run_at, id LIMIT 1) RETURNING ",
        columns!(whole)
    ),
    postgres: concat!(
        "UPDATE jobs SET state = 'running', worker = $3, lease_until = $2, \
         attempts = attempts + 1, started_at = COALESCE(started_at, $1) \
         WHERE id = (SELECT id FROM jobs WHERE state IN ('queued', 'running') \
         AND ((state = 'queued' AND run_at <= $1) OR (state = 'running' AND lease_until < $1 \
         AND attempts < max_attempts AND NOT cancel_requested)) \
         AND name IN (SELECT jsonb_array_elements_text($4)) \
         AND tenant_id NOT IN (SELECT tenant_id FROM jobs WHERE state = 'running' \
         AND lease_until >= $1 GROUP BY tenant_id HAVING count(*) >= $5) \
         ORDER BY priority DESC, run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING ",
        columns!(whole)
    ),
};

/// `$1` now. Ends jobs whose worker was lost and that nobody may take again.
pub(super) const REAP: Sql = Sql {
    sqlite: concat!(
        "UPDATE jobs SET state = CASE WHEN cancel_requested THEN 'cancelled' ELSE 'failed' END, \
         error_code = CASE WHEN cancel_requested THEN NULL ELSE 'worker_lost' END, \
         error_message = CASE WHEN cancel_requested THEN NULL ELSE 'Every worker that tried this \
         job stopped before it was done.' END, \
         finished_at = $1, worker = NULL, lease_until = NULL \
         WHERE id IN (SELECT id FROM jobs WHERE state = 'running' AND lease_until < $1 \
         AND (cancel_requested OR attempts >= max_attempts)) RETURNING ",
        columns!(light)
    ),
    postgres: concat!(
        "UPDATE jobs SET state = CASE WHEN cancel_requested THEN 'cancelled' ELSE 'failed' END, \
         error_code = CASE WHEN cancel_requested THEN NULL ELSE 'worker_lost' END, \
         error_message = CASE WHEN cancel_requested THEN NULL ELSE 'Every worker that tried this \
         job stopped before it was done.' END, \
         finished_at = $1, worker = NULL, lease_until = NULL \
         WHERE id IN (SELECT id FROM jobs WHERE state = 'running' AND lease_until < $1 \
         AND (cancel_requested OR attempts >= max_attempts) FOR UPDATE SKIP LOCKED) RETURNING ",
        columns!(light)
    ),
};

/// `$1` id, `$2` lease, `$3` lease until, `$4` progress, `$5` message.
pub(super) const HEARTBEAT: &str = concat!(
    "UPDATE jobs SET lease_until = $3, progress = $4, message = $5 \
     WHERE id = $1 AND worker = $2 AND state = 'running' RETURNING ",
    columns!(light)
);

/// `$1` id, `$2` lease, `$3` state, `$4` now, `$5` result, `$6` error code, `$7` error message.
pub(super) const FINISH: &str = concat!(
    "UPDATE jobs SET state = $3, finished_at = $4, result = $5, error_code = $6, \
     error_message = $7, progress = CASE WHEN $3 = 'succeeded' THEN 1 ELSE progress END, \
     worker = NULL, lease_until = NULL \
     WHERE id = $1 AND worker = $2 AND state = 'running' RETURNING ",
    columns!(light)
);

/// `$1` id, `$2` lease, `$3` run at, `$4` tries to take back, `$5` message, `$6` now.
pub(super) const REQUEUE: &str = concat!(
    "UPDATE jobs SET state = CASE WHEN cancel_requested THEN 'cancelled' ELSE 'queued' END, \
     finished_at = CASE WHEN cancel_requested THEN $6 ELSE NULL END, \
     run_at = $3, attempts = attempts - $4, message = $5, worker = NULL, lease_until = NULL \
     WHERE id = $1 AND worker = $2 AND state = 'running' RETURNING ",
    columns!(light)
);
