//! What both streams do alike: connect, wait, notice silence.

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use metrics::{counter, gauge};
use platform::tasks::Tasks;

use super::StreamOptions;
use crate::clients::delta::metrics::{WS_CONNECTED, WS_RECONNECTS};
use crate::clients::delta::rest::Delta;
use crate::clients::delta::time::VenueTime;
use crate::clients::delta::transport::{Connection, Failure, Feed, TransportError};

/// A watchdog looks at the clock at least so often.
const GLANCE: Duration = Duration::from_millis(500);

/// Why a connection ended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Ended {
    /// The other side, or the network.
    #[error("the connection ended")]
    Closed,
    /// No heartbeat came.
    #[error("no heartbeat came in time")]
    NoHeartbeat,
    /// Signing in took too long.
    #[error("signing in took too long")]
    NoSignIn,
    /// The exchange does not accept the key.
    #[error("the exchange refused the key with `{0}`")]
    Refused(String),
    /// This process stops.
    #[error("the process stops")]
    Stopping,
}

impl From<TransportError> for Ended {
    fn from(_: TransportError) -> Self {
        Self::Closed
    }
}

/// Sends a message, unless the connection does not take it for ten seconds.
pub(super) async fn send(
    connection: &mut Connection,
    time: &VenueTime,
    text: String,
) -> Result<(), TransportError> {
    let sending = connection.outgoing.send(text);
    let sent = tokio::time::timeout(time.real(Duration::from_secs(10)), sending).await;
    sent.unwrap_or(Err(TransportError::maybe_sent(Failure::Timeout)))
}

/// Waits for a message; an end is an error.
pub(super) async fn receive(connection: &mut Connection) -> Result<String, Ended> {
    match connection.incoming.next().await {
        Some(Ok(text)) => Ok(text),
        Some(Err(_)) | None => Err(Ended::Closed),
    }
}

/// A deadline of the venue's time that moves each time something is heard.
#[derive(Debug)]
pub(super) struct Watchdog {
    time: VenueTime,
    patience: Duration,
    heard_at: i64,
}

impl Watchdog {
    pub(super) fn new(time: &VenueTime, patience: Duration) -> Self {
        Self { time: time.clone(), patience, heard_at: time.ticks() }
    }

    pub(super) fn heard(&mut self) {
        self.heard_at = self.time.ticks();
    }

    /// Completes when nothing was heard for too long.
    pub(super) async fn bites(&self) {
        loop {
            let passed = u64::try_from(self.time.ticks() - self.heard_at).unwrap_or_default();
            let left = self.patience.saturating_sub(Duration::from_micros(passed));
            if left.is_zero() {
                return;
            }
            // A virtual clock may begin to run faster.
            tokio::time::sleep(self.time.real(left).min(GLANCE)).await;
        }
    }
}

/// Counts connections, and waits between them.
#[derive(Debug)]
pub(super) struct Reconnects {
    feed: Feed,
    options: StreamOptions,
    seed: String,
    failures: u32,
    generation: u64,
}

impl Reconnects {
    pub(super) fn new(feed: Feed, options: StreamOptions, delta: &Delta) -> Self {
        let seed = delta.ids().draw().to_string();
        gauge!(WS_CONNECTED, "feed" => feed.name()).set(0.0);
        Self { feed, options, seed, failures: 0, generation: 0 }
    }

    /// A connection works; returns its number, from 1.
    pub(super) fn connected(&mut self) -> u64 {
        self.generation += 1;
        if self.generation > 1 {
            counter!(WS_RECONNECTS, "feed" => self.feed.name()).increment(1);
        }
        gauge!(WS_CONNECTED, "feed" => self.feed.name()).set(1.0);
        tracing::info!(
            event = "websocket_connected",
            feed = self.feed.name(),
            generation = self.generation,
            "{} socket connected",
            self.feed.name()
        );
        self.generation
    }

    /// A connection that had worked for a while ended: the next failure is a first one.
    pub(super) fn was_good(&mut self) {
        self.failures = 0;
    }

    /// Waits before the next connection; tells whether to go on.
    pub(super) async fn wait(&mut self, delta: &Delta, tasks: &Tasks, ended: &Ended) -> bool {
        gauge!(WS_CONNECTED, "feed" => self.feed.name()).set(0.0);
        if *ended == Ended::Stopping || tasks.is_stopping() {
            return false;
        }
        self.failures = self.failures.saturating_add(1);
        let wait = match ended {
            // A key that is refused will not be accepted in a second.
            Ended::Refused(_) => self.options.backoff.max,
            _ => self.options.backoff.delay(self.failures, &self.seed),
        };
        tracing::warn!(
            event = "websocket_disconnected",
            feed = self.feed.name(),
            reason = %ended,
            wait_ms = wait.as_millis(),
            "{} socket ended: {ended}", self.feed.name()
        );
        tasks.sleep(delta.time().real(wait)).await
    }
}
