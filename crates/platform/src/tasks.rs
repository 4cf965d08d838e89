//! Background tasks as a dependency, so that shutdown can wait for them.

use std::future::Future;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

/// Starts tasks, tells them to stop, and waits until they have.
#[derive(Debug, Clone, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Tasks {
    /// Starts a task. It should watch [`Tasks::stopping`] and end soon after.
    #[expect(clippy::disallowed_methods, reason = "the one place that may")]
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        let span = tracing::info_span!("task", task.name = name);
        tokio::spawn(self.tracker.track_future(task.instrument(span)));
    }

    /// Completes when the process has been told to stop.
    pub async fn stopping(&self) {
        self.stop.cancelled().await;
    }

    /// Returns a token that is cancelled when the process has been told to stop.
    #[must_use]
    pub fn stop_token(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Tells whether the process has been told to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Tells all tasks to stop.
    pub fn stop(&self) {
        self.stop.cancel();
        self.tracker.close();
    }

    /// Sleeps, unless the process is told to stop first; returns whether to go on.
    pub async fn sleep(&self, duration: Duration) -> bool {
        tokio::select! {
            () = tokio::time::sleep(duration) => true,
            () = self.stop.cancelled() => false,
        }
    }

    /// Stops all tasks and waits for them, at most `grace`; returns whether all ended.
    pub async fn drain(&self, grace: Duration) -> bool {
        self.stop();
        tokio::time::timeout(grace, self.tracker.wait()).await.is_ok()
    }
}
