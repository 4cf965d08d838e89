//! A job as people and programs see it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::row::{JobRow, JobState};
use crate::db::{DbError, Result};

/// A job: how far it is, and how it ended.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct JobView {
    /// `job_…`
    pub id: String,
    /// The service that it belongs to.
    pub service: String,
    /// What kind of work it is.
    #[schema(example = "credit.run_simulation")]
    pub name: String,
    /// What it does, in words.
    pub title: String,
    /// Where it stands.
    pub state: JobState,
    /// How far it is, 0 to 1.
    pub progress: f64,
    /// What it does at the moment.
    pub message: String,
    /// When it was enqueued.
    pub created_at: DateTime<Utc>,
    /// When it was first taken by a worker.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// How often it was tried.
    pub attempts: i64,
    /// Why it failed, if it did.
    pub error: Option<JobErrorView>,
    /// Where the result can be read.
    pub result_url: Option<String>,
    /// What it returned, if it succeeded.
    pub result: Option<Value>,
    /// Whether somebody asked for it to be cancelled.
    pub cancel_requested: bool,
}

/// Why a job failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct JobErrorView {
    /// A stable name in `snake_case`.
    pub code: String,
    /// What happened and what to do.
    pub message: String,
}

impl JobView {
    /// Shows a row.
    ///
    /// # Errors
    ///
    /// Returns [`DbError::Corrupt`] if the state is none that this program knows.
    pub fn of(row: JobRow) -> Result<Self> {
        let state = row.state()?;
        let message = row.error_message;
        let error = row.error_code.map(|code| {
            let message = message.unwrap_or_default();
            JobErrorView { code, message }
        });
        Ok(Self {
            id: row.id,
            service: row.service,
            name: row.name,
            title: row.title,
            state,
            progress: row.progress,
            message: row.message,
            created_at: row.created_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
            attempts: row.attempts,
            error,
            result_url: row.result_url,
            result: row.result.map(|json| json.0),
            cancel_requested: row.cancel_requested,
        })
    }
}

impl JobRow {
    /// Returns where the job stands.
    ///
    /// # Errors
    ///
    /// Returns [`DbError::Corrupt`] if the state is none that this program knows.
    pub fn state(&self) -> Result<JobState> {
        JobState::ALL.into_iter().find(|state| state.as_str() == self.state).ok_or_else(|| {
            DbError::Corrupt {
                table: "jobs",
                source: format!("unknown state `{}`", self.state).into(),
            }
        })
    }
}
