//! The tools of one step of a session.

use chrono::{DateTime, TimeDelta, Utc};

use super::facts::{Event, Fact};
use super::io::{Act, Output, World};
use super::ledger::Ledger;
use super::state::{SessionState, Severity};
use super::volatile::Volatile;
use crate::intent::{Intent, IntentState};

/// One step: what is known, what time it is, and where the answers go.
pub(super) struct Turn<'a> {
    pub(super) ledger: &'a mut Ledger,
    pub(super) live: &'a mut Volatile,
    pub(super) now: DateTime<Utc>,
    pub(super) world: &'a World,
    pub(super) out: &'a mut Vec<Output>,
}

impl Turn<'_> {
    /// Takes a fact in and gives it out. A fact that does not fit is neither.
    pub(super) fn record(&mut self, fact: Fact) {
        let event = Event { seq: self.ledger.seq + 1, at: self.now, fact };
        let fits = self.ledger.apply(&event);
        debug_assert!(fits.is_ok(), "{fits:?}: {event:?}");
        if fits.is_ok() {
            self.live.fit(self.ledger.legs.len());
            self.out.push(Output::Record(event));
        }
    }

    /// Asks for something.
    pub(super) fn act(&mut self, act: Act) {
        self.out.push(Output::Do(act));
    }

    /// Wants to be woken, at the latest then.
    pub(super) fn due(&mut self, at: DateTime<Utc>) {
        self.live.wake = self.live.wake.min(at);
    }

    /// Goes to another state.
    pub(super) fn go(&mut self, to: SessionState, why: &str) {
        let from = self.ledger.state;
        self.record(Fact::StateChanged { from, to, why: why.to_owned() });
    }

    /// Raises an alert that is not standing yet.
    pub(super) fn alert(&mut self, code: &str, severity: Severity, message: String) {
        if !self.ledger.alerts.contains_key(code) {
            self.record(Fact::Alert { code: code.to_owned(), severity, message });
        }
    }

    /// Ends an alert, if it stands.
    pub(super) fn clear_alert(&mut self, code: &str) {
        if self.ledger.alerts.contains_key(code) {
            self.record(Fact::AlertCleared { code: code.to_owned() });
        }
    }

    /// Says whether an instant has come; if not, wakes then.
    pub(super) fn has_come(&mut self, at: DateTime<Utc>) -> bool {
        if self.now >= at {
            return true;
        }
        self.due(at);
        false
    }

    /// Does what the state does, until it stays the same.
    pub(super) fn drive(&mut self) {
        /// More changes of state than any step can make.
        const MOST: usize = 12;
        for _ in 0..MOST {
            self.live.wake = DateTime::<Utc>::MAX_UTC;
            let before = (self.ledger.state, self.ledger.seq);
            self.drive_once();
            if before == (self.ledger.state, self.ledger.seq) || self.ledger.state.is_over() {
                break;
            }
        }
        self.live.trading_state = self.world.trading_state;
        self.live.flatten = self.world.flatten;
        self.due(self.now + TimeDelta::seconds(60));
    }

    fn drive_once(&mut self) {
        if self.ledger.state.is_over() {
            return;
        }
        let unknown = |it: &Intent| it.state == IntentState::Unknown;
        if !self.ledger.intents.iter().any(unknown) {
            self.clear_alert("intent_unknown");
        }
        if !self.live.reconciled && self.ledger.state != SessionState::Reconciling {
            self.begin_reconciling();
        }
        match self.ledger.state {
            SessionState::Created => self.begin_reconciling(),
            SessionState::Reconciling => self.reconcile(),
            SessionState::Waiting => self.wait(),
            SessionState::Selecting => self.choose(),
            SessionState::Entering => self.enter(),
            SessionState::Live | SessionState::Halted => self.watch(),
            SessionState::Exiting => self.leave(),
            SessionState::Unresolved => self.resolve(),
            SessionState::Closed | SessionState::EntryAborted => {}
        }
    }
}
