//! Runs a hosted exchange.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use delta_sim::socket::{Feed, Frame, SocketId};
use delta_sim::{Config, ConfigError, Micros, Venue};
use platform::clock::Clock;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::clock::resumed;
use super::host::{HostError, HostOptions, Work};
use super::journal::{ClockMark, Journal};
use crate::clients::delta::{Hold, VirtualClock};

/// Frames of a socket that wait for its client; the simulator holds more, and closes a socket whose
/// client is too slow.
const FRAMES: usize = 256;
/// Work that is done between two commits.
const BATCH: usize = 64;
/// How far the exchange goes in one piece; others have their turn between two.
const STRIDE: Micros = Micros::HOUR;
/// The host looks at its clock at most so often.
const SHORTEST_NAP: Duration = Duration::from_millis(5);
/// And at least so often.
const LONGEST_NAP: Duration = Duration::from_secs(1);
/// After so long without one a snapshot is taken, so that a restart has little to catch up.
const SNAPSHOT_AFTER: Duration = Duration::from_mins(10);

/// The exchange, and the sockets of this host.
pub(super) struct Hosted {
    pub(super) venue: Venue,
    clock: Arc<VirtualClock>,
    in_process: bool,
    sockets: HashMap<SocketId, mpsc::Sender<Frame>>,
    /// The clock was set, or the exchange was replaced: keep it as it is.
    wants_snapshot: bool,
}

impl Hosted {
    pub(super) fn connect(
        &mut self,
        at: Micros,
        feed: Feed,
        address: &str,
    ) -> Option<(SocketId, mpsc::Receiver<Frame>)> {
        let id = self.venue.connect(at, feed, address).ok()?;
        let (send, frames) = mpsc::channel(FRAMES);
        self.sockets.insert(id, send);
        Some((id, frames))
    }

    pub(super) fn forget(&mut self, id: SocketId) {
        self.venue.disconnect(id);
        self.sockets.remove(&id);
    }

    pub(super) fn reset(&mut self, config: Config) -> Result<(), ConfigError> {
        self.venue.reset(config)?;
        self.clock.restart_at(self.venue.now().0);
        self.wants_snapshot = true;
        Ok(())
    }

    pub(super) fn set_speed(&mut self, speed: f64) {
        self.clock.set_speed(speed);
        self.age_signatures();
        self.wants_snapshot = true;
    }

    /// Lets the signatures of callers in this process age by the wall clock.
    fn age_signatures(&mut self) {
        if self.in_process {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "casts to integers saturate"
            )]
            let second = self.clock.speed().ceil() as u32;
            self.venue.age_signatures(second);
        }
    }

    /// Hands frames to the clients that have room for them.
    fn pump(&mut self) {
        let mut gone = Vec::new();
        for (id, socket) in &self.sockets {
            for frame in self.venue.drain_one(*id, socket.capacity()) {
                let is_last = matches!(frame, Frame::Close { .. });
                if socket.try_send(frame).is_err() || is_last {
                    gone.push(*id);
                }
            }
            if socket.is_closed() {
                gone.push(*id);
            }
        }
        for id in gone {
            self.forget(id);
        }
    }
}

/// Opens what the journal keeps, or begins a new exchange; returns it with its clock.
pub(super) async fn open(
    options: &HostOptions,
    journal: &mut dyn Journal,
    real: &Clock,
) -> Result<(Venue, VirtualClock), HostError> {
    let Some(stored) = journal.load().await? else {
        let venue = Venue::new(options.config.clone(), options.options.clone())?;
        let micros = venue.now().0;
        let clock = ClockMark { micros, real: real.now(), speed: options.speed };
        journal.snapshot(&venue.snapshot(), clock).await?;
        return Ok((venue, VirtualClock::new(micros, options.speed)));
    };
    let mut venue = Venue::restore(&stored.state, options.options.clone())?;
    for entry in &stored.entries {
        venue.replay(entry);
    }
    let shows = resumed(stored.clock, real.now()).max(venue.now().0);
    tracing::info!(
        event = "sim_restored",
        entries = stored.entries.len(),
        behind_s = (shows - venue.now().0) / 1_000_000,
        "simulator restored"
    );
    // Nobody hears of what is replayed.
    let _ = venue.take_journal();
    Ok((venue, VirtualClock::new(shows, options.speed)))
}

/// Owns the exchange.
pub(super) struct Runner {
    hosted: Hosted,
    options: HostOptions,
    journal: Box<dyn Journal>,
    real: Clock,
    changes: usize,
    snapshot_at: tokio::time::Instant,
}

impl Runner {
    pub(super) fn new(
        venue: Venue,
        clock: Arc<VirtualClock>,
        options: HostOptions,
        journal: Box<dyn Journal>,
        real: Clock,
    ) -> Self {
        let in_process = options.in_process;
        let mut hosted =
            Hosted { venue, clock, in_process, sockets: HashMap::new(), wants_snapshot: true };
        hosted.age_signatures();
        let snapshot_at = tokio::time::Instant::now();
        Self { hosted, options, journal, real, changes: 0, snapshot_at }
    }

    /// Serves until the process stops or nobody can ask any more.
    pub(super) async fn run(mut self, mut queue: mpsc::Receiver<Work>, stop: CancellationToken) {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            let nap = self.nap();
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                received = queue.recv_many(&mut batch, BATCH) => if received == 0 { break },
                () = tokio::time::sleep(nap) => {}
            }
            if !self.turn(&mut batch, &stop).await {
                break;
            }
        }
        self.hosted.wants_snapshot = true;
        self.take_snapshot().await;
    }

    /// Catches the clock up, does the work, keeps what changed, and only then tells. Returns
    /// whether to go on.
    async fn turn(&mut self, batch: &mut Vec<Work>, stop: &CancellationToken) -> bool {
        let _hold = self.hosted.in_process.then(|| Hold::of(self.hosted.clock.clone()));
        let now = Micros(self.hosted.clock.micros());
        while self.hosted.venue.now() < now {
            let next = (self.hosted.venue.now() + STRIDE).min(now);
            self.hosted.venue.advance(next);
            tokio::task::yield_now().await;
            if stop.is_cancelled() {
                return false;
            }
        }

        let mut deliveries = Vec::with_capacity(batch.len());
        for work in batch.drain(..) {
            let at = Micros(self.hosted.clock.micros()).max(self.hosted.venue.now());
            deliveries.push(work(&mut self.hosted, at));
        }
        let shown = self.hosted.venue.now();
        if shown.0 > self.hosted.clock.micros() {
            self.hosted.clock.move_to(shown.0);
            self.hosted.wants_snapshot = true;
        }

        let is_kept = self.keep().await;
        for deliver in deliveries {
            deliver(is_kept);
        }
        if !is_kept {
            return self.begin_again(stop).await;
        }
        self.hosted.pump();
        if self.changes >= self.options.snapshot_every
            || self.snapshot_at.elapsed() > SNAPSHOT_AFTER
        {
            self.hosted.wants_snapshot = true;
        }
        self.take_snapshot().await;
        true
    }

    /// Keeps what changed; tells whether that worked.
    async fn keep(&mut self) -> bool {
        let entries = self.hosted.venue.take_journal();
        if entries.is_empty() {
            return true;
        }
        self.changes += entries.len();
        let kept = self.journal.append(&entries).await;
        if let Err(error) = &kept {
            let source = std::error::Error::source(error).map(ToString::to_string);
            tracing::error!(
                event = "sim_journal_failed",
                source = source.unwrap_or_default(),
                "the simulator could not keep {} changes: {error}",
                entries.len()
            );
        }
        kept.is_ok()
    }

    async fn take_snapshot(&mut self) {
        if !self.hosted.wants_snapshot {
            return;
        }
        let clock = &self.hosted.clock;
        let mark =
            ClockMark { micros: clock.micros(), real: self.real.now(), speed: clock.speed() };
        let state = self.hosted.venue.snapshot();
        match self.journal.snapshot(&state, mark).await {
            Ok(()) => {
                self.changes = 0;
                self.snapshot_at = tokio::time::Instant::now();
            }
            // The journal is whole without it; the next one is tried after some changes.
            Err(error) => {
                self.changes = 0;
                tracing::warn!(event = "sim_snapshot_failed", "no snapshot was taken: {error}");
            }
        }
        self.hosted.wants_snapshot = false;
    }

    /// Forgets what could not be kept. Returns whether to go on.
    async fn begin_again(&mut self, stop: &CancellationToken) -> bool {
        self.hosted.sockets.clear();
        loop {
            match open(&self.options, &mut *self.journal, &self.real).await {
                Ok((venue, _)) => {
                    self.hosted.venue = venue;
                    self.hosted.age_signatures();
                    return true;
                }
                Err(error) => {
                    tracing::error!(
                        event = "sim_restore_failed",
                        "the simulator cannot be restored: {error}"
                    );
                }
            }
            tokio::select! {
                () = stop.cancelled() => return false,
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
        }
    }

    /// How long until the market moves again.
    fn nap(&self) -> Duration {
        let tick = self.options.config.tick.0.max(1);
        let now = self.hosted.clock.micros();
        let left = u64::try_from(tick - now.rem_euclid(tick)).unwrap_or(1);
        let real = Duration::from_micros(left).div_f64(self.hosted.clock.speed());
        real.clamp(SHORTEST_NAP, LONGEST_NAP)
    }
}
