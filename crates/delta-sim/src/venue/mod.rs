//! The exchange as its clients see it: requests and sockets around the pure core.
//!
//! | module | what |
//! |---|---|
//! | [`crate::rest`] | requests: bytes in, bytes out |
//! | [`crate::socket`] | sockets: text in, frames out |
//! | [`crate::faults`] | failures on demand |
//! | [`crate::quota`] | limits of the callers |
//!
//! A venue owns the [`Exchange`] and drives it. What changes its state is in its journal: the
//! typed commands of the core, and the fortunes of the faults. Quotas, sockets, latency and
//! candles are not: a venue that comes back has no connections and full quotas.
//! Replaying a journal sets nothing off by itself: every effect of a fault is an entry of its own.

mod candles;
mod effects;
mod options;

use serde::{Deserialize, Serialize};

use crate::config::{Config, ConfigError};
use crate::control::{Control, ControlError};
use crate::exchange::Exchange;
use crate::faults::{FaultCommand, FaultError, FaultScript, Faults};
use crate::journal::JournalEntry;
use crate::ledger::Ledger;
use crate::quota::Quotas;
use crate::socket::Sockets;
use crate::time::Micros;

pub(crate) use candles::Candles;
pub use candles::{Candle, Resolution};
pub use options::{KeyAccess, Latency, Options};

/// Time moves on in steps of at most this, so that candles see what happened.
const LONGEST_STEP: Micros = Micros::MINUTE;

/// An exchange with its interfaces.
#[derive(Debug)]
pub struct Venue {
    pub(crate) exchange: Exchange,
    pub(crate) options: Options,
    pub(crate) quotas: Quotas,
    pub(crate) faults: Faults,
    pub(crate) sockets: Sockets,
    pub(crate) candles: Candles,
    /// Requests answered, which numbers the draws of the latency.
    pub(crate) requests: u64,
    journal: Vec<VenueEntry>,
}

/// A change of a venue, as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VenueEntry {
    /// A command of the core.
    Exchange(JournalEntry),
    /// A change of the faults.
    Fault {
        /// When.
        at: Micros,
        /// What.
        command: FaultCommand,
    },
    /// A new exchange from this setup.
    Reset(Box<Config>),
}

/// The durable state of a venue.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// The snapshot of the core, which is JSON itself.
    exchange: String,
    faults: Faults,
}

impl Venue {
    /// Opens a venue.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the exchange cannot be set up so.
    pub fn new(config: Config, options: Options) -> Result<Self, ConfigError> {
        Ok(Self::around(Exchange::new(config)?, options))
    }

    fn around(exchange: Exchange, options: Options) -> Self {
        Self {
            faults: Faults::new(exchange.config().seed),
            exchange,
            options,
            quotas: Quotas::default(),
            sockets: Sockets::default(),
            candles: Candles::default(),
            requests: 0,
            journal: Vec::new(),
        }
    }

    /// The core, to look at.
    #[must_use]
    pub const fn exchange(&self) -> &Exchange {
        &self.exchange
    }

    /// The core, for typed commands; they are journaled like those of requests.
    pub const fn exchange_mut(&mut self) -> &mut Exchange {
        &mut self.exchange
    }

    /// Virtual time.
    #[must_use]
    pub fn now(&self) -> Micros {
        self.exchange.now()
    }

    /// Moves virtual time on: market, resting orders, settlement, faults, pushes of the sockets.
    pub fn advance(&mut self, to: Micros) {
        while self.now() < to {
            let step = self.next_step(to);
            self.exchange.advance(step);
            self.run_due_faults();
            self.candles.sample(&self.exchange);
            self.push_sockets();
        }
        self.run_due_faults();
        self.push_sockets();
    }

    /// The next moment at which something besides the market can happen.
    fn next_step(&self, to: Micros) -> Micros {
        let now = self.now();
        let stops = [Some(now + LONGEST_STEP), self.faults.next_due(), self.sockets.next_push(now)];
        stops.into_iter().flatten().filter(|stop| *stop > now).fold(to, Micros::min)
    }

    /// Intervenes in the market.
    ///
    /// # Errors
    ///
    /// [`ControlError`] when the command cannot be carried out.
    pub fn control(&mut self, at: Micros, control: Control) -> Result<(), ControlError> {
        self.advance(at);
        self.exchange.control(self.now(), control)?;
        self.push_sockets();
        Ok(())
    }

    /// Adds the rules of a script to the faults.
    ///
    /// # Errors
    ///
    /// [`FaultError`] when the script has a mistake.
    pub fn install_faults(&mut self, at: Micros, script: FaultScript) -> Result<(), FaultError> {
        self.advance(at);
        self.change_faults(FaultCommand::Install(script))?;
        self.run_due_faults();
        self.push_sockets();
        Ok(())
    }

    /// Takes all faults away and ends their effects.
    pub fn clear_faults(&mut self, at: Micros) {
        self.advance(at);
        self.end_effects(Micros(i64::MAX));
        let _ = self.change_faults(FaultCommand::Clear);
        self.push_sockets();
    }

    /// Starts again with a new exchange; sockets are closed.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the exchange cannot be set up so; nothing changes then.
    pub fn reset(&mut self, config: Config) -> Result<(), ConfigError> {
        let exchange = Exchange::new(config.clone())?;
        self.drain_journal();
        self.journal.push(VenueEntry::Reset(Box::new(config)));
        self.start_over(exchange);
        Ok(())
    }

    fn start_over(&mut self, exchange: Exchange) {
        let journal = std::mem::take(&mut self.journal);
        let mut sockets = std::mem::take(&mut self.sockets);
        sockets.close_all("the exchange starts again");
        *self = Self { sockets, journal, ..Self::around(exchange, self.options.clone()) };
    }

    /// Lets signatures age by one in so many virtual seconds; see [`Options::signature_second`].
    pub fn age_signatures(&mut self, virtual_seconds: u32) {
        self.options.signature_second = virtual_seconds.max(1);
    }

    /// Ground truth for an independent checker.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.exchange.ledger()
    }

    /// The changes since the last call, oldest first.
    pub fn take_journal(&mut self) -> Vec<VenueEntry> {
        self.drain_journal();
        std::mem::take(&mut self.journal)
    }

    /// Carries out an entry of the journal.
    pub fn replay(&mut self, entry: &VenueEntry) {
        match entry {
            VenueEntry::Exchange(entry) => self.exchange.replay(entry),
            VenueEntry::Fault { at, command } => {
                // A command of the journal was accepted once, so it has no mistake.
                let _ = self.faults.apply(command, *at);
            }
            VenueEntry::Reset(config) => {
                if let Ok(exchange) = Exchange::new((**config).clone()) {
                    self.start_over(exchange);
                }
            }
        }
    }

    /// The durable state.
    #[must_use]
    pub fn snapshot(&self) -> Vec<u8> {
        let exchange = String::from_utf8(self.exchange.snapshot()).unwrap_or_default();
        let kept = Kept { exchange, faults: self.faults.clone() };
        serde_json::to_vec(&kept).unwrap_or_default()
    }

    /// Brings a venue back; entries of the journal made after the snapshot come next.
    ///
    /// # Errors
    ///
    /// The error of the reader when it is not a snapshot.
    pub fn restore(snapshot: &[u8], options: Options) -> Result<Self, serde_json::Error> {
        let kept: Kept = serde_json::from_slice(snapshot)?;
        let venue = Self::around(Exchange::restore(kept.exchange.as_bytes())?, options);
        Ok(Self { faults: kept.faults, ..venue })
    }

    /// Keeps and carries out a change of the faults.
    fn change_faults(&mut self, command: FaultCommand) -> Result<(), FaultError> {
        let at = self.now();
        self.faults.apply(&command, at)?;
        self.note_fault(command);
        Ok(())
    }

    /// Keeps a change of the faults that has been made.
    fn note_fault(&mut self, command: FaultCommand) {
        let at = self.now();
        self.drain_journal();
        self.journal.push(VenueEntry::Fault { at, command });
    }

    /// Takes over what the core has noted, so that the order of the entries is that of events.
    fn drain_journal(&mut self) {
        self.journal.extend(self.exchange.take_journal().into_iter().map(VenueEntry::Exchange));
    }
}
