//! The way out: closing the legs, proving that they are closed, and the end.

use chrono::TimeDelta;
use rust_decimal::Decimal;

use super::facts::{CloseEvidence, Fact, Summary};
use super::io::Act;
use super::leg::Leg;
use super::state::{SessionState, Severity};
use super::turn::Turn;
use crate::execution::{Style, Task};
use crate::exit::ExitReason;
use crate::intent::{FillType, Purpose, Side};
use crate::pnl::percent_of;

/// After this long an exit is an alarm.
const SLOW_EXIT: TimeDelta = TimeDelta::seconds(30);
/// How long the end waits for what the exchange charged.
const COMMISSION_PATIENCE: TimeDelta = TimeDelta::seconds(30);

impl Turn<'_> {
    /// Decides that the session ends. A panic and the kill switch go to market at once.
    pub(super) fn decide_exit(&mut self, reason: ExitReason, by: Option<String>) {
        if self.ledger.exit.is_none() {
            let (result, trusted) = self.result();
            let basis = self.ledger.basis.filter(|_| trusted);
            let net_pct = basis.and_then(|basis| percent_of(result.net(), basis));
            self.record(Fact::ExitDecided { reason, net_pct, by: by.clone() });
        }
        let at_once = matches!(reason, ExitReason::PanicClose | ExitReason::KillSwitch);
        if at_once && self.ledger.panic.is_none() {
            let by = by.unwrap_or_else(|| reason.as_str().to_owned());
            self.record(Fact::PanicRequested { by });
        }
        let leaves = matches!(
            self.ledger.state,
            SessionState::Live
                | SessionState::Halted
                | SessionState::Entering
                | SessionState::Unresolved
        );
        if leaves {
            self.go(SessionState::Exiting, reason.as_str());
        }
    }

    /// `exiting`: every open leg is bought back until there is proof.
    pub(super) fn leave(&mut self) {
        self.settle_expired();
        self.close_flat_legs();
        if self.ledger.legs.iter().all(Leg::is_closed) {
            self.end_of_exit();
            return;
        }
        let (decided_at, since) = match &self.ledger.exit {
            Some(exit) => (exit.at, self.ledger.panic.unwrap_or(exit.intents_before)),
            None => (self.ledger.state_since, 0),
        };
        if self.has_come(decided_at + SLOW_EXIT) {
            let message = "the exit has not come to its end after 30 s; it goes on".to_owned();
            self.alert("exit_slow", Severity::Critical, message);
        }
        for leg in 0..self.ledger.legs.len() {
            if self.ledger.legs.get(leg).is_some_and(|leg| !leg.is_closed()) {
                self.buy_back(leg, since);
            }
        }
        self.look_after_quotes();
        self.run_checks();
        if let Some(reason) = self.panic_reason() {
            self.decide_exit(reason, None);
        }
        self.follow_the_exit();
    }

    fn buy_back(&mut self, leg: usize, since: usize) {
        let net_sold = self.ledger.net_sold(leg);
        let (purpose, style) = if self.ledger.panic.is_some() {
            (Purpose::Panic, Style::Panic)
        } else {
            (Purpose::Exit, Style::Exit)
        };
        let side = if net_sold >= 0 { Side::Buy } else { Side::Sell };
        let task = Task { purpose, side, size: net_sold.abs(), style, reduce_only: true };
        let expired =
            self.ledger.legs.get(leg).is_none_or(|leg| leg.contract.expires_at() <= self.now);
        self.work(leg, Some(&task).filter(|_| net_sold != 0 && !expired), since);
    }

    /// The kill switch and a panic speed up an exit that is under way.
    fn panic_reason(&self) -> Option<ExitReason> {
        (self.world.flatten && self.ledger.panic.is_none()).then_some(ExitReason::KillSwitch)
    }

    /// Closes every leg of which it is proven that nothing is open (INV-4).
    pub(super) fn close_flat_legs(&mut self) {
        for leg in 0..self.ledger.legs.len() {
            let Some(state) = self.ledger.legs.get(leg).filter(|leg| !leg.is_closed()) else {
                continue;
            };
            let flat = self.ledger.net_sold(leg) == 0 && self.ledger.active(leg).is_none();
            if !flat {
                continue;
            }
            let evidence = match state.fills.last().map(|fill| fill.fill.fill_type) {
                None => CloseEvidence::NeverOpened,
                Some(FillType::Settlement) => CloseEvidence::Settlement,
                Some(_) => CloseEvidence::Fills,
            };
            if self.ledger.missing(leg) == 0 {
                self.record(Fact::LegClosed { leg, evidence });
            } else {
                self.want_fills();
                self.due(self.now + TimeDelta::seconds(1));
            }
        }
    }

    fn end_of_exit(&mut self) {
        let reason = match &self.ledger.exit {
            Some(exit) => exit.reason,
            None => self.reason_without_decision(),
        };
        if self.ledger.live_at.is_none() && self.ledger.intents.is_empty() {
            self.finish(reason, SessionState::EntryAborted, reason.as_str());
        } else {
            self.finish(reason, SessionState::Closed, reason.as_str());
        }
    }

    /// Ends the session, as soon as every leg is proven closed and it is known what the trades cost.
    pub(super) fn finish(&mut self, reason: ExitReason, to: SessionState, why: &str) {
        self.close_flat_legs();
        if !self.ledger.legs.iter().all(Leg::is_closed) {
            // Flat by the orders, but not all of its trades are known yet.
            self.run_checks();
            self.due(self.now + TimeDelta::seconds(1));
            return;
        }
        if !self.commissions_are_known() {
            return;
        }
        let codes: Vec<String> = self.ledger.alerts.keys().cloned().collect();
        for code in codes {
            self.record(Fact::AlertCleared { code });
        }
        if self.ledger.live_at.is_some() {
            self.observe(self.ledger.result().net());
        }
        let summary = Box::new(self.summary(reason));
        self.record(Fact::SessionClosed { summary });
        self.go(to, why);
        let symbols: Vec<_> = self.ledger.legs.iter().map(|leg| leg.contract.symbol).collect();
        if !symbols.is_empty() {
            self.act(Act::Unsubscribe { symbols });
        }
    }

    /// Says whether the exchange has told what every trade cost; asks, for a while.
    fn commissions_are_known(&mut self) -> bool {
        let last = self.ledger.uncharged().map(|fill| fill.at).max();
        let Some(last) = last else { return true };
        if self.has_come(last + COMMISSION_PATIENCE) {
            return true;
        }
        self.want_fills();
        self.due(self.now + TimeDelta::seconds(1));
        false
    }

    fn summary(&self, exit_reason: ExitReason) -> Summary {
        let legs = &self.ledger.legs;
        let result = self.ledger.result();
        let basis = self.ledger.basis;
        let units: Decimal =
            legs.iter().map(|leg| leg.contract.multiplier(leg.book.sold().size)).sum();
        Summary {
            exit_reason,
            gross: result.gross(),
            fees: result.fees,
            net: result.net(),
            net_pct: basis.and_then(|basis| percent_of(result.net(), basis)),
            basis,
            notional: self.ledger.spot_entry.and_then(|spot| spot.checked_mul(units)),
            extremes: self.ledger.trail,
            spot_entry: self.ledger.spot_entry,
            spot_exit: self.live.spot.map(|spot| spot.price),
            estimated: self.ledger.is_estimate(),
            entered_at: self.ledger.live_at,
            closed_at: self.now,
        }
    }
}
