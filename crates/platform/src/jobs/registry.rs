//! What this process can run, and what a running job is given.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Job, JobError};
use crate::auth::BoxFuture;

/// Runs one kind of job from its stored payload.
pub type Runner =
    Arc<dyn Fn(Value, JobRun) -> BoxFuture<'static, Result<Value, JobError>> + Send + Sync>;

/// The kinds of jobs that this process can run.
#[derive(Clone, Default)]
pub struct Jobs {
    runners: BTreeMap<&'static str, Runner>,
}

impl Jobs {
    /// Adds a kind of job with the state it runs on.
    #[must_use]
    pub fn with<J: Job>(mut self, app: &J::Context) -> Self {
        let app = app.clone();
        let runner: Runner = Arc::new(move |payload, run| {
            let app = app.clone();
            Box::pin(async move {
                let job: J = serde_json::from_value(payload).map_err(|e| JobError::Fail {
                    code: "unreadable_payload".to_owned(),
                    message: format!("The stored job cannot be read: {e}."),
                })?;
                job.run(app, run).await
            })
        });
        self.runners.insert(J::NAME, runner);
        self
    }

    /// Returns what runs the jobs of this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Runner> {
        self.runners.get(name).cloned()
    }

    /// Lists the names.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.runners.keys().copied()
    }
}

/// What a running job is given: who it is for, how to report, when to stop.
#[derive(Debug, Clone)]
pub struct JobRun {
    /// The row's id.
    pub id: String,
    /// Whose data it works on.
    pub tenant_id: String,
    /// Who asked.
    pub owner_id: String,
    /// 1 for the first try.
    pub attempt: u32,
    cancelled: CancellationToken,
    progress: watch::Sender<(f64, String)>,
}

impl JobRun {
    /// Makes the handle that the worker gives to a job, and what the worker watches.
    #[must_use]
    pub fn new(
        id: String,
        tenant_id: String,
        owner_id: String,
        attempt: u32,
        cancelled: CancellationToken,
    ) -> (Self, watch::Receiver<(f64, String)>) {
        let (progress, watched) = watch::channel((0.0, String::new()));
        (Self { id, tenant_id, owner_id, attempt, cancelled, progress }, watched)
    }

    /// Reports how far it is, 0 to 1, and what it does, in the user's words.
    pub fn progress(&self, share: f64, message: impl Into<String>) {
        self.progress.send_replace((share.clamp(0.0, 1.0), message.into()));
    }

    /// Tells whether it should stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.is_cancelled()
    }

    /// Returns the token that is cancelled when it should stop.
    #[must_use]
    pub fn cancel_token(&self) -> CancellationToken {
        self.cancelled.clone()
    }

    /// Stops a job that should stop.
    ///
    /// # Errors
    ///
    /// Returns [`JobError::Cancelled`] if it should.
    pub fn check(&self) -> Result<(), JobError> {
        if self.is_cancelled() { Err(JobError::Cancelled) } else { Ok(()) }
    }
}
