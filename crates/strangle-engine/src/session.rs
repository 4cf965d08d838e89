//! One session, from its start to the moment it is flat: the heart of the desk.
//!
//! A [`Session`] is a state machine without input and output of its own. The driver tells it what
//! happened ([`Input`]) and at what time; it answers with facts to keep and acts to do
//! ([`Output`]). It is event sourced: its durable part, the [`Ledger`], is the fold of its facts.
//! Quotes and timers are volatile; a session that was replayed finds out anew what the exchange
//! holds (`reconciling`) before it sends anything.
//!
//! | module | decides |
//! |---|---|
//! | [`spec`], [`facts`], [`io`], [`command`], [`state`], [`view`] | the words: what goes in and out |
//! | [`ledger`], [`leg`], [`slippage`], `fold` | what the facts add up to |
//! | `volatile`, `turn` | what is not kept, and the tools of one step |
//! | `absorb` | what an answer of the exchange changes |
//! | `orders` | how a leg is worked, and the only place from which an order leaves |
//! | `entry`, `watching`, `leaving`, `settling` | what each state does |
//! | `reconciling`, `differences` | what the exchange holds against the ledger |
//! | `quality` | whether the market's pictures can be trusted |
//! | `obey` | what people ask for |
//! | [`desk`] | panic without a session |
//!
//! # Contract with the driver
//!
//! - Outputs are in order. Records are committed before the act that follows them begins; a
//!   [`Output::Commit`] between records separates two transactions. An order leaves only as
//!   `Record(intent_planned)`, `Commit`, `Record(intent_sending)`, `Do(Place)` (INV-1).
//! - [`Session::handle`] has already taken in what it gives out. If a commit fails the driver drops
//!   the session and replays it from the store.
//! - An order is signed once, within a second of its act, and never sent again: the proof of its
//!   absence counts from there.
//! - The lease's fencing token is checked in every transaction; without the lease nothing leaves.
//! - The driver calls `handle` with [`Input::Tick`] at [`Session::next_wake`] and about every
//!   second. An act that is never answered is asked again.
//! - Same facts and same inputs give the same outputs, on every machine.
//!
//! # Invariants
//!
//! INV-2 and INV-3 are checked by [`crate::risk::check`] before each order; INV-4 by `leaving`;
//! INV-5 and INV-6 by `reconciling`. INV-10 holds because every figure is computed from the fills.
//! A property test runs random exchanges with random crashes against them.

pub mod command;
pub mod desk;
pub mod facts;
pub mod io;
pub mod ledger;
pub mod leg;
pub mod slippage;
pub mod spec;
pub mod state;
pub mod view;

mod absorb;
mod differences;
mod entry;
mod fold;
mod leaving;
mod obey;
mod orders;
mod quality;
mod reconciling;
mod settling;
mod show;
mod turn;
mod volatile;
mod watching;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

pub use self::facts::{CloseEvidence, Difference, Event, Fact, ReconcileTrigger, Summary};
pub use self::io::{
    AccountQuery, AccountView, Act, Command, CommandRefused, Input, Output, PositionReport,
    Settlement, World,
};
pub use self::ledger::{Alert, Corrupt, ExitDecision, LastPass, Ledger};
pub use self::leg::{CloseRequest, Leg, RecordedFill};
pub use self::slippage::Slippage;
pub use self::spec::{EngineSettings, Holding, Mode, SessionSpec, Task};
pub use self::state::{SessionState, Severity};
pub use self::view::{
    AlertView, AttemptView, EntryView, LegView, PnlPoint, ReconciliationView, SessionView,
    SpotView, Totals,
};

use self::turn::Turn;
use self::volatile::Volatile;
use crate::exit::ExitReason;

/// One session.
#[derive(Debug, Clone)]
pub struct Session {
    ledger: Ledger,
    live: Volatile,
}

impl Session {
    /// Gives birth to a session and returns the facts of it. A session that flattens holdings
    /// begins with its legs adopted and panic decided.
    #[must_use]
    pub fn create(spec: SessionSpec, now: DateTime<Utc>) -> (Self, Vec<Output>) {
        let task = spec.task.clone();
        let ledger = Ledger::born(spec.clone(), now);
        let event = Event { seq: 1, at: now, fact: Fact::SessionCreated { spec: Box::new(spec) } };
        let mut out = vec![Output::Record(event)];
        let mut session = Self { live: Volatile::new(now, true), ledger };
        if let Task::Flatten { holdings } = task {
            let world = World::calm();
            let mut turn = session.turn(now, &world, &mut out);
            for Holding { contract, size, entry_price, opened_at } in holdings {
                turn.record(Fact::LegAdopted { contract, size, entry_price, opened_at });
            }
            let by = Some("panic".to_owned());
            turn.record(Fact::ExitDecided { reason: ExitReason::PanicClose, net_pct: None, by });
            turn.record(Fact::PanicRequested { by: "panic".to_owned() });
        }
        session.live.fit(session.ledger.legs.len());
        (session, out)
    }

    /// Folds the facts of a session, the oldest first. What it does next is to reconcile.
    ///
    /// # Errors
    ///
    /// Refuses facts that do not fit together.
    pub fn replay(events: impl IntoIterator<Item = Event>) -> Result<Self, Corrupt> {
        let mut events = events.into_iter();
        let first = events.next().ok_or(Corrupt::NoBeginning)?;
        let mut ledger = Ledger::begin(&first)?;
        let mut last_at = first.at;
        for event in events {
            ledger.apply(&event)?;
            last_at = event.at;
        }
        let mut live = Volatile::new(last_at, false);
        live.fit(ledger.legs.len());
        Ok(Self { ledger, live })
    }

    /// Takes in what happened and appends what follows.
    pub fn handle(
        &mut self,
        now: DateTime<Utc>,
        world: &World,
        input: Input<'_>,
        out: &mut Vec<Output>,
    ) {
        let now = now.max(self.live.now);
        self.live.now = now;
        if self.ledger.state.is_over() {
            return;
        }
        let mut turn = self.turn(now, world, out);
        let quiet = turn.absorb(input);
        if quiet && turn.nothing_due() {
            return;
        }
        turn.drive();
    }

    /// Checks whether a command can be done now. [`Session::handle`] ignores one that cannot.
    ///
    /// # Errors
    ///
    /// Says why it cannot.
    pub fn check(&self, command: &Command) -> Result<(), CommandRefused> {
        obey::check(&self.ledger, command)
    }

    /// Returns when something is due without anything else happening; `None` when it is over.
    #[must_use]
    pub fn next_wake(&self) -> Option<DateTime<Utc>> {
        (!self.ledger.state.is_over()).then_some(self.live.wake)
    }

    /// Returns the durable part.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Returns where the session is.
    #[must_use]
    pub const fn state(&self) -> SessionState {
        self.ledger.state
    }

    /// Says whether the session knows what the exchange holds: a process is ready when its session
    /// is.
    #[must_use]
    pub const fn is_ready(&self) -> bool {
        self.live.reconciled
            && !matches!(self.ledger.state, SessionState::Created | SessionState::Reconciling)
    }

    /// Returns everything a snapshot needs.
    #[must_use]
    pub fn view(&self, now: DateTime<Utc>) -> SessionView {
        show::view(&self.ledger, &self.live, now)
    }

    fn turn<'a>(
        &'a mut self,
        now: DateTime<Utc>,
        world: &'a World,
        out: &'a mut Vec<Output>,
    ) -> Turn<'a> {
        Turn { ledger: &mut self.ledger, live: &mut self.live, now, world, out }
    }
}
