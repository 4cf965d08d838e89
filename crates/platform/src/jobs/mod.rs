//! Work for later: a queue in SQL, in the same database as the rows that the work is about.
//!
//! A job is enqueued in the transaction that makes it necessary, so that neither exists without the
//! other. Workers take jobs by lease and renew it while they run; a job whose worker died is taken
//! again. **A job may therefore run twice, and must not mind**: it calls [`JobRun::guard`] in each
//! transaction in which it writes, and the transaction of a worker that has lost its lease fails.
//! A job that calls [`JobRun::complete`] in its last transaction has its effect exactly once.
//!
//! - [`Job`] is what a service writes: one struct for each kind of work.
//! - [`Queue`] enqueues, lists and cancels; [`Queues`] does so over all databases of the process.
//! - [`Jobs`] holds what this process can run, and [`Worker`] runs it.
//! - [`routes`] shows jobs to people.
//!
//! # Invariants
//!
//! - One run of a job holds its lease at any time; only that run changes the row.
//! - A job that has succeeded, failed or been cancelled never changes again.
//! - At most `TENANT_JOB_LIMIT` jobs of one tenant run at one time, over all processes that share a
//!   database.

mod http;
mod lease;
mod queue;
mod queues;
mod registry;
mod row;
mod run;
mod signals;
mod view;
mod worker;

use std::future::Future;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use http::{ACCESS, routes};
pub use queue::{JobFilter, NewJob, Queue, TOPIC};
pub use queues::Queues;
pub use registry::{JobRun, Jobs, Kind, Runner};
pub use row::{JobRow, JobState};
pub use view::{JobErrorView, JobView};
pub use worker::{Worker, WorkerOptions};

use crate::problem::Problem;

/// One kind of work.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// `<service>.<verb>_<thing>`; never changed once released.
    const NAME: &'static str;
    /// How often it is tried before it counts as failed.
    const MAX_ATTEMPTS: u32 = 4;
    /// After this time it is told to stop, and has failed.
    const SOFT_LIMIT: Duration = Duration::from_hours(1);
    /// After this time it is dropped at its next `await`.
    const HARD_LIMIT: Duration = Duration::from_mins(61);
    /// The service's state.
    type Context: Clone + Send + Sync + 'static;

    /// Does the work in small commits; returns the result that the job's row keeps (small JSON).
    fn run(
        self,
        app: Self::Context,
        run: JobRun,
    ) -> impl Future<Output = Result<serde_json::Value, JobError>> + Send;
}

/// Why a job did not end well.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// An outside cause; it is tried again later.
    #[error("the job must be tried again")]
    Retry(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It would end the same way every time; the text is for the user.
    #[error("{message}")]
    Fail {
        /// A stable name in `snake_case`.
        code: String,
        /// What happened and what to do.
        message: String,
    },
    /// Somebody asked for it to be cancelled, and it stopped.
    #[error("cancelled")]
    Cancelled,
}

impl From<crate::db::DbError> for JobError {
    fn from(error: crate::db::DbError) -> Self {
        Self::Retry(error.into())
    }
}

impl From<Problem> for JobError {
    fn from(problem: Problem) -> Self {
        if problem.status().is_server_error() {
            return Self::Retry(problem.message().into());
        }
        Self::Fail { code: problem.code().to_owned(), message: problem.message() }
    }
}
