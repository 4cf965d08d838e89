//! The way to a hosted exchange.

use std::sync::Arc;

use chrono::DateTime;
use delta_sim::faults::{FaultError, FaultScript};
use delta_sim::rest::{Exchanged, Request, Response};
use delta_sim::socket::{Feed, Frame, SocketId};
use delta_sim::venue::Options;
use delta_sim::{Config, ConfigError, Control, ControlError, Ledger, Micros, Venue};
use platform::clock::Clock;
use platform::tasks::Tasks;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use super::journal::{Journal, JournalError};
use super::run::{Hosted, Runner, open};
use crate::clients::delta::{VenueTime, VirtualClock};

/// Work that waits for the exchange.
const WAITING: usize = 1_024;

/// How an exchange is hosted.
#[derive(Debug, Clone)]
pub struct HostOptions {
    /// How a new exchange is set up; one that is kept keeps its own setup.
    pub config: Config,
    /// Its interfaces.
    pub options: Options,
    /// How fast its clock runs.
    pub speed: f64,
    /// Changes after which a snapshot is taken.
    pub snapshot_every: usize,
    /// Whether the callers live in this process and share its clock. Their signatures then age by
    /// the wall clock: a machine that hesitates is no reason to refuse them, however fast the
    /// exchange's clock runs.
    pub in_process: bool,
}

impl HostOptions {
    /// Returns the usual options for a setup.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            config,
            options: Options::default(),
            speed: 1.0,
            snapshot_every: 500,
            in_process: false,
        }
    }
}

/// The exchange cannot be hosted, or is not hosted any more.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The setup makes no sense.
    #[error("the simulator cannot be set up")]
    Config(#[from] ConfigError),
    /// What is kept cannot be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The snapshot cannot be read.
    #[error("the simulator's snapshot is damaged")]
    Damaged(#[from] serde_json::Error),
    /// The host has stopped, or could not keep what was asked for.
    #[error("the simulator is not available")]
    Gone,
    /// A control is refused.
    #[error("the simulator refuses")]
    Control(#[from] ControlError),
    /// A script of faults is refused.
    #[error("the script of faults has a mistake")]
    Faults(#[from] FaultError),
}

/// What became of a request to the exchange.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// An answer, which takes so long of the exchange's time.
    Answer(Response, Micros),
    /// The connection is refused; nothing was received.
    Refused,
    /// Silence.
    Silence,
}

impl From<Exchanged> for Reply {
    fn from(exchanged: Exchanged) -> Self {
        use delta_sim::faults::Action;
        match (exchanged.deliver, exchanged.fault) {
            (Some(response), _) => Self::Answer(response, exchanged.delay),
            (None, Some(Action::ConnectRefused {})) => Self::Refused,
            (None, _) => Self::Silence,
        }
    }
}

/// One end of a socket to the exchange. Dropping it disconnects.
#[derive(Debug)]
pub struct HostSocket {
    /// The number of the connection.
    pub id: SocketId,
    /// What arrives; ends with the connection.
    pub frames: mpsc::Receiver<Frame>,
    host: Host,
}

impl HostSocket {
    /// Sends a message.
    ///
    /// # Errors
    ///
    /// Returns [`HostError::Gone`] if the host has stopped.
    pub async fn send(&self, text: String) -> Result<(), HostError> {
        let id = self.id;
        self.host.work(move |hosted, at| hosted.venue.receive(at, id, &text)).await
    }
}

impl Drop for HostSocket {
    fn drop(&mut self) {
        let id = self.id;
        let work: Work = Box::new(move |hosted, _| {
            hosted.forget(id);
            Box::new(|_| ())
        });
        // A full queue or a stopped host: the frames' receiver is gone, which is noticed as well.
        let _ = self.host.queue.try_send(work);
    }
}

/// Called when what the work changed has been kept (`true`), or not (`false`).
pub(super) type Deliver = Box<dyn FnOnce(bool) + Send>;
/// Something to be done with the exchange at an instant.
pub(super) type Work = Box<dyn FnOnce(&mut Hosted, Micros) -> Deliver + Send>;

/// A hosted exchange. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Host {
    queue: mpsc::Sender<Work>,
    clock: Arc<VirtualClock>,
}

impl Host {
    /// Opens what the journal keeps, or a new exchange, and hosts it until the process stops.
    ///
    /// # Errors
    ///
    /// Returns [`HostError`] if the setup makes no sense or what is kept cannot be read.
    pub async fn start(
        tasks: &Tasks,
        options: HostOptions,
        mut journal: Box<dyn Journal>,
        real: Clock,
    ) -> Result<Self, HostError> {
        let (venue, clock) = open(&options, &mut *journal, &real).await?;
        let clock = Arc::new(clock);
        let (queue, work) = mpsc::channel(WAITING);
        let runner = Runner::new(venue, clock.clone(), options, journal, real);
        let stop = tasks.stop_token();
        tasks.spawn("strangle_sim_host", runner.run(work, stop));
        Ok(Self { queue, clock })
    }

    /// Returns the exchange's time.
    #[must_use]
    pub fn time(&self) -> VenueTime {
        VenueTime::Shared(self.clock.clone())
    }

    /// Returns how fast the exchange's clock runs.
    #[must_use]
    pub fn speed(&self) -> f64 {
        self.clock.speed()
    }

    /// Completes when the host has stopped.
    pub async fn stopped(&self) {
        self.queue.closed().await;
    }

    /// Carries out a request.
    ///
    /// # Errors
    ///
    /// Returns [`HostError::Gone`] if the host has stopped or could not keep it.
    pub async fn request(&self, request: Request) -> Result<Reply, HostError> {
        self.work(move |hosted, at| Reply::from(hosted.venue.request(at, &request))).await
    }

    /// Opens a socket; `None` if the address has opened too many.
    ///
    /// # Errors
    ///
    /// Returns [`HostError::Gone`] if the host has stopped.
    pub async fn connect(
        &self,
        feed: Feed,
        address: String,
    ) -> Result<Option<HostSocket>, HostError> {
        let connected = self.work(move |hosted, at| hosted.connect(at, feed, &address)).await?;
        Ok(connected.map(|(id, frames)| HostSocket { id, frames, host: self.clone() }))
    }

    /// Intervenes in the market.
    ///
    /// # Errors
    ///
    /// Returns [`HostError::Control`] if the simulator refuses.
    pub async fn control(&self, control: Control) -> Result<(), HostError> {
        Ok(self.work(move |hosted, at| hosted.venue.control(at, control)).await??)
    }

    /// Adds faults.
    ///
    /// # Errors
    ///
    /// Returns [`HostError::Faults`] if the script has a mistake.
    pub async fn install_faults(&self, script: FaultScript) -> Result<(), HostError> {
        Ok(self.work(move |hosted, at| hosted.venue.install_faults(at, script)).await??)
    }

    /// Takes all faults away.
    ///
    /// # Errors
    ///
    /// Returns [`HostError::Gone`] if the host has stopped.
    pub async fn clear_faults(&self) -> Result<(), HostError> {
        self.work(|hosted, at| hosted.venue.clear_faults(at)).await
    }

    /// Starts a new exchange in place of the old one; sockets are closed.
    ///
    /// # Errors
    ///
    /// Returns [`HostError::Config`] if the setup makes no sense.
    pub async fn reset(&self, config: Config) -> Result<(), HostError> {
        Ok(self.work(move |hosted, _| hosted.reset(config)).await??)
    }

    /// Moves the exchange's clock forward by a span.
    ///
    /// # Errors
    ///
    /// Returns [`HostError::Gone`] if the host has stopped.
    pub async fn step(&self, span: Micros) -> Result<(), HostError> {
        self.work(move |hosted, at| hosted.venue.advance(at + span)).await
    }

    /// Changes how fast the exchange's clock runs.
    ///
    /// # Errors
    ///
    /// Returns [`HostError::Gone`] if the host has stopped.
    pub async fn set_speed(&self, speed: f64) -> Result<(), HostError> {
        self.work(move |hosted, _| hosted.set_speed(speed)).await
    }

    /// Returns ground truth for an independent checker.
    ///
    /// # Errors
    ///
    /// Returns [`HostError::Gone`] if the host has stopped.
    pub async fn ledger(&self) -> Result<Ledger, HostError> {
        self.work(|hosted, _| hosted.venue.ledger()).await
    }

    /// Returns what the simulator is doing.
    ///
    /// # Errors
    ///
    /// Returns [`HostError::Gone`] if the host has stopped.
    pub async fn status(&self) -> Result<Value, HostError> {
        let mut status = self.work(|hosted, _| hosted.venue.status()).await?;
        status["speed"] = Value::from(self.speed());
        Ok(status)
    }

    /// Looks at the exchange.
    ///
    /// # Errors
    ///
    /// Returns [`HostError::Gone`] if the host has stopped.
    pub async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Venue) -> T + Send + 'static,
    ) -> Result<T, HostError> {
        self.work(move |hosted, _| look(&hosted.venue)).await
    }

    /// Does something with the exchange; its result is told when what it changed has been kept.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Hosted, Micros) -> T + Send + 'static,
    ) -> Result<T, HostError> {
        let (tell, told) = oneshot::channel();
        let work: Work = Box::new(move |hosted, at| {
            let done = work(hosted, at);
            Box::new(move |is_kept| {
                if is_kept {
                    // Nobody waits any more: it happened all the same.
                    let _ = tell.send(done);
                }
            })
        });
        self.queue.send(work).await.map_err(|_| HostError::Gone)?;
        told.await.map_err(|_| HostError::Gone)
    }
}

/// Returns the setup of a new exchange that starts at an instant.
#[must_use]
pub(super) fn start_at(config: Config, start: DateTime<chrono::Utc>) -> Config {
    Config { start: Micros::at(start), ..config }
}
