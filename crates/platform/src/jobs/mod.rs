//! Work for later: a queue in SQL, in the same database as the rows that the work is about.
//!
//! A job is enqueued in the transaction that makes it necessary, so that neither exists without the
//! other. Workers take jobs by lease and renew it while they run; a job whose worker died is taken
//! again. **A job may therefore run twice, and must not mind.**
//!
//! - [`Job`] is what a service writes: one struct for each kind of work.
//! - [`Queue`] enqueues, lists and cancels.
//! - [`Jobs`] holds what this process can run.

mod queue;
mod registry;

use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use queue::{JobRow, JobState, NewJob, Queue};
pub use registry::{JobRun, Jobs, Runner};

use crate::problem::Problem;

/// One kind of work.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// `<service>.<verb>_<thing>`; never changed once released.
    const NAME: &'static str;
    /// How often it is tried before it counts as failed.
    const MAX_ATTEMPTS: u32 = 4;
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
