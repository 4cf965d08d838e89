//! What this process can run, and what a running job is given.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::lease::{self, Lease};
use super::{Job, JobError};
use crate::auth::BoxFuture;
use crate::clock::Clock;
use crate::db::{DbError, Tx};

/// Runs one kind of job from its stored payload.
pub type Runner =
    Arc<dyn Fn(Value, JobRun) -> BoxFuture<'static, Result<Value, JobError>> + Send + Sync>;

/// One kind of job that this process can run.
#[derive(Clone)]
pub struct Kind {
    /// Runs it.
    pub runner: Runner,
    /// After this time it is told to stop.
    pub soft_limit: Duration,
    /// After this time it is dropped.
    pub hard_limit: Duration,
}

/// The kinds of jobs that this process can run.
#[derive(Clone, Default)]
pub struct Jobs {
    kinds: BTreeMap<&'static str, Kind>,
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
        let kind = Kind { runner, soft_limit: J::SOFT_LIMIT, hard_limit: J::HARD_LIMIT };
        self.kinds.insert(J::NAME, kind);
        self
    }

    /// Adds all kinds of `other`.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.kinds.extend(other.kinds);
        self
    }

    /// Returns what runs the jobs of this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Runner> {
        self.kinds.get(name).map(|kind| kind.runner.clone())
    }

    /// Returns how the jobs of this name are run, and for how long.
    #[must_use]
    pub fn kind(&self, name: &str) -> Option<Kind> {
        self.kinds.get(name).cloned()
    }

    /// Lists the names.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.kinds.keys().copied()
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
    held: Option<Held>,
}

/// The lease under which a worker runs the job.
#[derive(Debug, Clone)]
struct Held {
    lease: Lease,
    clock: Clock,
    completed: Arc<AtomicBool>,
}

impl JobRun {
    /// Makes the handle of a job that runs outside a worker, and what sees its progress: there is
    /// no lease then, and nothing to guard.
    #[must_use]
    pub fn new(
        id: String,
        tenant_id: String,
        owner_id: String,
        attempt: u32,
        cancelled: CancellationToken,
    ) -> (Self, watch::Receiver<(f64, String)>) {
        let (progress, watched) = watch::channel((0.0, String::new()));
        (Self { id, tenant_id, owner_id, attempt, cancelled, progress, held: None }, watched)
    }

    /// Binds the run to the lease of its worker.
    pub(super) fn under(self, lease: Lease, clock: Clock) -> Self {
        Self { held: Some(Held { lease, clock, completed: Arc::default() }), ..self }
    }

    /// Reports how far it is, 0 to 1, and what it does, in the user's words.
    pub fn progress(&self, share: f64, message: impl Into<String>) {
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        self.progress.send_replace((share, message.into()));
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

    /// Makes sure that `tx`, in the database of the queue, can only commit while this run holds the
    /// job: until it ends, no other worker can take the job.
    ///
    /// # Errors
    ///
    /// Returns [`DbError::Fenced`] if the job was taken by another worker or has ended.
    pub async fn guard(&self, tx: &mut Tx) -> Result<(), DbError> {
        match &self.held {
            Some(held) => lease::guard(tx, &held.lease).await,
            None => Ok(()),
        }
    }

    /// Ends the job well in `tx`, together with what else `tx` writes: neither is there without
    /// the other. The job returns right after the commit; what it returns is not stored any more.
    ///
    /// # Errors
    ///
    /// Returns [`DbError::Fenced`] if the job was taken by another worker or has ended.
    pub async fn complete(&self, tx: &mut Tx, result: Value) -> Result<(), DbError> {
        let Some(held) = &self.held else { return Ok(()) };
        lease::complete(tx, &held.lease, held.clock.now(), result).await?;
        held.completed.store(true, Ordering::SeqCst);
        Ok(())
    }

    /// Tells whether [`JobRun::complete`] was called; its transaction may still have failed.
    pub(super) fn has_completed(&self) -> bool {
        self.held.as_ref().is_some_and(|held| held.completed.load(Ordering::SeqCst))
    }
}
