//! One run of one job: starts it, keeps its lease, tells it to stop, writes how it ended.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, oneshot, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::lease::{self, Ending, Lease, delta};
use super::worker::{Group, Shared};
use super::{JobError, JobRow, JobRun, Kind};
use crate::backoff::Backoff;
use crate::correlation::Correlation;
use crate::db::DbError;
use crate::metrics as names;

/// Progress is written this often at most.
const PROGRESS_EVERY: Duration = Duration::from_secs(1);
/// How long a job has to stop after it was cancelled; then it is dropped.
const CANCEL_GRACE: Duration = Duration::from_secs(10);
/// The same when the process stops.
const STOP_GRACE: Duration = Duration::from_secs(2);
/// How long the end of a dropped job is waited for: it may be computing without an `await`.
const DROP_GRACE: Duration = Duration::from_secs(1);
/// Waits between tries.
const RETRY: Backoff = Backoff { base: Duration::from_secs(2), max: Duration::from_mins(5) };

/// Why a run was told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    Cancelled,
    TimeLimit,
    Stopping,
    LeaseLost,
}

/// How the job's own code ended.
enum Outcome {
    Returned(Result<Value, JobError>),
    Panicked,
    Dropped,
}

/// A run in progress.
pub(super) struct Run {
    shared: Arc<Shared>,
    group: Arc<Group>,
    job: JobRow,
    lease: Lease,
    kind: Kind,
    handle: JobRun,
    progress: watch::Receiver<(f64, String)>,
    stop: Option<Stop>,
    /// Told to the job.
    cancelled: CancellationToken,
    /// Told to what polls the job.
    dropped: CancellationToken,
    drop_at: Option<Instant>,
    started: Instant,
    /// When the last renewal that succeeded was begun.
    renewed: Instant,
    written: Instant,
    /// Whether the job has reported something since.
    reported: bool,
}

impl Run {
    /// Prepares the run of a job that was taken.
    pub(super) fn new(
        shared: Arc<Shared>,
        group: Arc<Group>,
        job: JobRow,
        lease: Lease,
        kind: Kind,
        claimed: Instant,
    ) -> Self {
        let cancelled = CancellationToken::new();
        let attempt = u32::try_from(job.attempts).unwrap_or(u32::MAX);
        let (tenant, owner) = (job.tenant_id.clone(), job.owner_id.clone());
        let (handle, progress) =
            JobRun::new(job.id.clone(), tenant, owner, attempt, cancelled.clone());
        let handle = handle.under(lease.clone(), group.queue.clock.clone());
        Self {
            shared,
            group,
            job,
            lease,
            kind,
            handle,
            progress,
            stop: None,
            cancelled,
            dropped: CancellationToken::new(),
            drop_at: None,
            started: claimed,
            renewed: claimed,
            // The first report is written at once.
            written: claimed.checked_sub(PROGRESS_EVERY).unwrap_or(claimed),
            reported: false,
        }
    }

    /// Runs the job to its end. The permit is held until the job's code has really ended.
    pub(super) async fn run(mut self, permit: Option<OwnedSemaphorePermit>) {
        let running = metrics::gauge!(names::JOBS_RUNNING, "service" => self.job.service.clone());
        running.increment(1);
        self.group.queue.publish_row(&self.job);

        let outcome = self.start(permit);
        let outcome = self.watch(outcome).await;
        running.decrement(1);
        if self.stop == Some(Stop::LeaseLost) {
            tracing::warn!(
                job.id = %self.job.id,
                "job {} went to another worker, this run counts for nothing", self.job.id
            );
            return;
        }
        let ending = self.judge(outcome);
        self.write(&ending).await;
        self.group.signals.ring_work();
    }

    /// Starts the job's code in a task of its own, so that its computing does not hold up the
    /// heartbeat.
    fn start(&mut self, permit: Option<OwnedSemaphorePermit>) -> oneshot::Receiver<Outcome> {
        let (sender, receiver) = oneshot::channel();
        let payload = self.job.payload.take().map_or(Value::Null, |json| json.0);
        let job = (self.kind.runner)(payload, self.handle.clone());
        let correlation = Correlation {
            request_id: String::new(),
            correlation_id: match self.job.correlation_id.as_str() {
                "" => self.job.id.clone(),
                id => id.to_owned(),
            },
        };
        let span = tracing::info_span!(
            parent: None,
            "job",
            job.id = %self.job.id,
            job.name = %self.job.name,
            job.attempt = self.job.attempts,
            correlation_id = %correlation.correlation_id,
        );
        let dropped = self.dropped.clone();
        let work = async move {
            let outcome = tokio::select! {
                returned = AssertUnwindSafe(job).catch_unwind() => match returned {
                    Ok(result) => Outcome::Returned(result),
                    Err(panic) => {
                        tracing::error!(panic = %panic_text(&*panic), "job panicked");
                        Outcome::Panicked
                    }
                },
                () = dropped.cancelled() => Outcome::Dropped,
            };
            // Nobody waits any more for a job that was dropped too late.
            let _ = sender.send(outcome);
            drop(permit);
        };
        self.shared.tasks.spawn("job", correlation.scope(work.instrument(span)));
        receiver
    }

    /// Keeps the lease until the job's code has ended.
    async fn watch(&mut self, mut outcome: oneshot::Receiver<Outcome>) -> Outcome {
        let mut cancels = self.group.signals.cancels();
        let drained = self.shared.drained.clone();
        loop {
            let wake_at = self.wake_at();
            tokio::select! {
                biased;
                ended = &mut outcome => return ended.unwrap_or(Outcome::Dropped),
                () = tokio::time::sleep_until(wake_at) => {}
                Ok(()) = cancels.changed() => self.beat().await,
                Ok(()) = self.progress.changed() => self.reported = true,
                () = drained.cancelled(), if self.stop.is_none() => {
                    self.stop(Stop::Stopping, STOP_GRACE);
                }
            }
            self.look_at_limits();
            if Instant::now() >= self.beat_at() {
                self.beat().await;
            }
            if self.drop_at.is_some_and(|at| Instant::now() >= at) {
                self.dropped.cancel();
                let ended = tokio::time::timeout(DROP_GRACE, &mut outcome).await;
                return ended.ok().and_then(Result::ok).unwrap_or(Outcome::Dropped);
            }
        }
    }

    /// Returns when to write next: a third of the lease after the last time that it was renewed,
    /// sooner if the job has reported something, and never without a pause.
    fn beat_at(&self) -> Instant {
        let third = self.shared.options.lease / 3;
        if self.reported {
            return self.written + PROGRESS_EVERY.min(third);
        }
        (self.renewed + third).max(self.written + PROGRESS_EVERY.min(third))
    }

    /// Returns when there is something to do even if nothing happens.
    fn wake_at(&self) -> Instant {
        let mut at = self.beat_at();
        if self.stop.is_none() {
            at = at.min(self.started + self.kind.soft_limit);
        }
        self.drop_at.map_or(at, |drop_at| at.min(drop_at))
    }

    fn look_at_limits(&mut self) {
        if self.stop.is_none() && self.started.elapsed() >= self.kind.soft_limit {
            let grace = self.kind.hard_limit.saturating_sub(self.kind.soft_limit);
            self.stop(Stop::TimeLimit, grace);
        }
    }

    fn stop(&mut self, reason: Stop, grace: Duration) {
        self.stop = Some(reason);
        self.cancelled.cancel();
        self.drop_at = Some(Instant::now() + grace);
    }

    /// Renews the lease, writes the progress, and reads whether somebody cancelled the job.
    async fn beat(&mut self) {
        let begun = Instant::now();
        self.written = begun;
        self.reported = false;
        let progress = self.progress.borrow_and_update().clone();
        let queue = &self.group.queue;
        let until = queue.clock.now() + delta(self.shared.options.lease);
        let renewal = lease::renew(&queue.db, &self.lease, until, &progress);
        // A database that does not answer must not keep the run from seeing that its time is over.
        let renewal = tokio::time::timeout(self.shared.options.lease / 3, renewal).await;
        let late = || DbError::Unavailable(sqlx::Error::PoolTimedOut);
        match renewal.unwrap_or_else(|_| Err(late())) {
            Ok(Some(row)) => {
                self.renewed = begun;
                let cancel = row.cancel_requested;
                if (row.progress, &row.message) != (self.job.progress, &self.job.message) {
                    queue.publish_row(&row);
                    self.job = row;
                }
                if cancel && self.stop.is_none() {
                    self.stop(Stop::Cancelled, CANCEL_GRACE);
                }
            }
            // The job has just ended in a transaction of its own.
            Ok(None) if self.handle.has_completed() => {}
            Ok(None) => self.stop(Stop::LeaseLost, Duration::ZERO),
            Err(error) => {
                tracing::warn!(error = %error, job.id = %self.job.id, "heartbeat failed");
                if self.renewed.elapsed() >= self.shared.options.lease {
                    self.stop(Stop::LeaseLost, Duration::ZERO);
                }
            }
        }
    }

    /// Decides what the row says.
    fn judge(&self, outcome: Outcome) -> Ending {
        match (outcome, self.stop) {
            (Outcome::Returned(Ok(result)), _) => Ending::Succeeded(result),
            (Outcome::Returned(Err(JobError::Fail { code, message })), _) => {
                Ending::Failed { code, message }
            }
            (Outcome::Panicked, _) => Ending::Failed {
                code: "panicked".to_owned(),
                message: "The job stopped on an error of the program; the log has the details."
                    .to_owned(),
            },
            // Without a reason, the runtime has dropped the task and is about to stop.
            (_, Some(Stop::Stopping | Stop::LeaseLost)) | (Outcome::Dropped, None) => {
                Ending::Release
            }
            (_, Some(Stop::TimeLimit)) => Ending::Failed {
                code: "time_limit".to_owned(),
                message: format!(
                    "The job was stopped after {} seconds. Ask for less at once.",
                    self.kind.soft_limit.as_secs()
                ),
            },
            (Outcome::Returned(Err(JobError::Retry(cause))), None) => self.retry(&*cause),
            (Outcome::Returned(Err(JobError::Cancelled)), None) | (_, Some(Stop::Cancelled)) => {
                Ending::Cancelled
            }
        }
    }

    fn retry(&self, cause: &(dyn std::error::Error + Send + Sync + 'static)) -> Ending {
        let cause: &(dyn std::error::Error + 'static) = cause;
        let attempts = self.handle.attempt;
        if self.job.attempts >= self.job.max_attempts {
            tracing::error!(error = cause, job.id = %self.job.id, "job {} gave up", self.job.id);
            return Ending::Failed {
                code: "gave_up".to_owned(),
                message: format!(
                    "Something outside did not work in {attempts} tries. Try again later; the log \
                     has the details."
                ),
            };
        }
        let delay = RETRY.delay(attempts, &self.job.id);
        tracing::warn!(
            error = cause, job.id = %self.job.id, delay_ms = delay.as_millis(),
            "job {} is tried again later", self.job.id
        );
        let at = self.group.queue.clock.now() + delta(delay);
        Ending::Retry { at, message: format!("Waits for try {}", attempts.saturating_add(1)) }
    }

    /// Writes the end, several times if need be: otherwise the job runs again.
    async fn write(&self, ending: &Ending) {
        let queue = &self.group.queue;
        let again = Backoff { base: Duration::from_millis(200), max: Duration::from_secs(5) };
        for failures in 1.. {
            match lease::end(&queue.db, &self.lease, queue.clock.now(), ending).await {
                Ok(row) => return self.ended(row).await,
                Err(error) if self.renewed.elapsed() < self.shared.options.lease => {
                    tracing::warn!(error = %error, job.id = %self.job.id, "end not yet written");
                    tokio::time::sleep(again.delay(failures, &self.job.id)).await;
                }
                Err(error) => {
                    tracing::error!(
                        error = %error, job.id = %self.job.id,
                        "end of job {} could not be written, it will run again", self.job.id
                    );
                    return;
                }
            }
        }
    }

    async fn ended(&self, written: Option<JobRow>) {
        let queue = &self.group.queue;
        let row = match written {
            Some(row) => row,
            None => match queue.find(&self.job.id).await {
                Ok(Some(row)) if self.handle.has_completed() => row,
                _ => {
                    tracing::warn!(job.id = %self.job.id, "job had been taken by another worker");
                    return;
                }
            },
        };
        let state = row.state.clone();
        metrics::counter!(
            names::JOBS_TOTAL,
            "service" => row.service.clone(), "name" => row.name.clone(), "state" => state.clone()
        )
        .increment(1);
        metrics::histogram!(
            names::JOB_DURATION_SECONDS,
            "service" => row.service.clone(), "name" => row.name.clone()
        )
        .record(self.started.elapsed().as_secs_f64());
        tracing::info!(
            job.id = %row.id, job.name = %row.name, job.state = %state,
            correlation_id = %row.correlation_id,
            duration_ms = self.started.elapsed().as_millis(),
            "job {} is {state}", row.id
        );
        queue.publish_row(&row);
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
