//! How workers hear of new and cancelled jobs without asking all the time.
//!
//! Within the process a [`Signals`] is shared by a queue and its workers. Between processes
//! PostgreSQL carries the same two messages on one channel. Neither is relied upon: a worker that
//! misses a message finds the job when it next polls.

use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgListener, PgPoolOptions};
use tokio::sync::{Notify, watch};

use crate::db::{Result, Tx};
use crate::tasks::Tasks;

/// The channel of PostgreSQL's `NOTIFY`.
const CHANNEL: &str = "quintet_jobs";
/// How long to wait before listening again after a failure.
const LISTEN_AGAIN: Duration = Duration::from_secs(3);

/// Two bells: there may be work, and a running job may have been cancelled.
#[derive(Debug, Clone, Default)]
pub(crate) struct Signals {
    work: Arc<Notify>,
    cancel: Arc<watch::Sender<u64>>,
}

impl Signals {
    /// Says that there may be work.
    pub(crate) fn ring_work(&self) {
        self.work.notify_one();
    }

    /// Completes when there may be work.
    pub(crate) async fn work(&self) {
        self.work.notified().await;
    }

    /// Says that running jobs should look at their rows.
    pub(crate) fn ring_cancel(&self) {
        self.cancel.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Returns what changes whenever running jobs should look at their rows.
    pub(crate) fn cancels(&self) -> watch::Receiver<u64> {
        self.cancel.subscribe()
    }

    /// Rings these bells whenever those of `other` ring.
    pub(crate) fn follow(&self, other: &Self, tasks: &Tasks) {
        let (here, there, stop) = (self.clone(), other.clone(), tasks.stop_token());
        let mut cancels = there.cancels();
        tasks.spawn("job_signals", async move {
            loop {
                tokio::select! {
                    () = there.work() => here.ring_work(),
                    changed = cancels.changed() => match changed {
                        Ok(()) => here.ring_cancel(),
                        Err(_) => return,
                    },
                    () = stop.cancelled() => return,
                }
            }
        });
    }

    /// Rings these bells whenever another process says so, over a connection of its own.
    pub(crate) fn listen(&self, pool: &PgPool, tasks: &Tasks) {
        let (signals, stopping) = (self.clone(), tasks.clone());
        let options = (*pool.connect_options()).clone();
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .connect_lazy_with(options);
        tasks.spawn("job_listener", async move {
            let stop = stopping.stop_token();
            loop {
                let outcome = tokio::select! {
                    outcome = signals.hear(&pool) => outcome,
                    () = stop.cancelled() => return,
                };
                if let Err(error) = outcome {
                    tracing::debug!(error = %error, "not listening for jobs, polling meanwhile");
                }
                if !stopping.sleep(LISTEN_AGAIN).await {
                    return;
                }
            }
        });
    }

    async fn hear(&self, pool: &PgPool) -> sqlx::Result<()> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        // What was said before the listener was there.
        self.ring_work();
        self.ring_cancel();
        while let Some(notification) = listener.try_recv().await? {
            if notification.payload() == "cancel" {
                self.ring_cancel();
            } else {
                self.ring_work();
            }
        }
        Ok(())
    }
}

/// Says to all processes, once `tx` commits, that there may be work.
pub(crate) async fn announce_work(tx: &mut Tx) -> Result<()> {
    announce(tx, "work").await
}

/// Says to all processes, once `tx` commits, that a running job was cancelled.
pub(crate) async fn announce_cancel(tx: &mut Tx) -> Result<()> {
    announce(tx, "cancel").await
}

async fn announce(tx: &mut Tx, message: &'static str) -> Result<()> {
    if tx.is_postgres() {
        tx.query("SELECT pg_notify($1, $2)")
            .bind(CHANNEL.to_owned())
            .bind(message.to_owned())
            .execute()
            .await?;
    }
    Ok(())
}
