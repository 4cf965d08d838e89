//! What people ask for.

use rust_decimal::Decimal;

use super::command::{Command, CommandRefused};
use super::facts::{Fact, ReconcileTrigger};
use super::ledger::Ledger;
use super::state::SessionState;
use super::turn::Turn;
use crate::exit::ExitReason;
use crate::schedule::Schedule;

/// Checks whether a command can be done now.
pub(super) fn check(ledger: &Ledger, command: &Command) -> Result<(), CommandRefused> {
    if ledger.state.is_over() {
        return Err(CommandRefused::Over);
    }
    match command {
        Command::CloseLeg { leg, size, limit_price, .. } => {
            check_close(ledger, *leg, *size, *limit_price)
        }
        Command::Tighten { profile, .. } => {
            ledger.profile.only_tightens_to(profile).map_err(CommandRefused::AddsRisk)
        }
        _ => Ok(()),
    }
}

fn check_close(
    ledger: &Ledger,
    leg: usize,
    size: Option<i64>,
    limit_price: Option<Decimal>,
) -> Result<(), CommandRefused> {
    let Some(state) = ledger.legs.get(leg) else { return Err(CommandRefused::NoSuchLeg(leg)) };
    match ledger.state {
        SessionState::Live | SessionState::Halted if ledger.exit.is_none() => {}
        SessionState::Live | SessionState::Halted | SessionState::Exiting => {
            return Err(CommandRefused::Exiting);
        }
        _ => return Err(CommandRefused::NotReady),
    }
    let open = ledger.net_sold(leg);
    if state.is_closed() || open <= 0 {
        return Err(CommandRefused::NothingOpen);
    }
    if state.close_request.is_some() {
        return Err(CommandRefused::LegBusy);
    }
    if size.is_some_and(|size| !(1..=open).contains(&size)) {
        return Err(CommandRefused::BadSize { open });
    }
    if limit_price.is_some_and(|price| price <= Decimal::ZERO) {
        return Err(CommandRefused::BadPrice);
    }
    Ok(())
}

impl Turn<'_> {
    /// Does what is asked, if it can be done.
    pub(super) fn obey(&mut self, command: &Command) {
        if check(self.ledger, command).is_err() {
            return;
        }
        match command {
            Command::Stop { flatten, by } => self.stop(*flatten, by),
            Command::Panic { by } => self.panic(by),
            Command::PauseEntries { by } => {
                self.record(Fact::EntriesPaused { on: true, by: by.clone() });
            }
            Command::Resume { by } => {
                if self.ledger.entries_paused {
                    self.record(Fact::EntriesPaused { on: false, by: by.clone() });
                }
                if self.ledger.hands_off {
                    self.record(Fact::HandsOff { on: false, by: by.clone() });
                }
            }
            Command::CloseLeg { leg, size, limit_price, by } => {
                let size = size.unwrap_or_else(|| self.ledger.net_sold(*leg));
                let (leg, limit_price, by) = (*leg, *limit_price, by.clone());
                self.record(Fact::LegCloseRequested { leg, size, limit_price, by });
            }
            Command::Tighten { profile, by } => {
                let guard = i64::from(profile.fields().expiry_guard_minutes);
                self.record(Fact::ProfileTightened { profile: profile.clone(), by: by.clone() });
                self.guard_tighter(chrono::TimeDelta::minutes(guard));
            }
            Command::Reconcile { .. } => {
                self.live.next_full = self.now;
                self.live.trigger = ReconcileTrigger::Command;
            }
        }
    }

    fn stop(&mut self, flatten: bool, by: &str) {
        let open = (0..self.ledger.legs.len())
            .any(|leg| self.ledger.net_sold(leg) != 0 || self.ledger.active(leg).is_some());
        if flatten || !open || self.ledger.state == SessionState::Entering {
            self.decide_exit(ExitReason::Manual, Some(by.to_owned()));
        } else if !self.ledger.hands_off && self.ledger.exit.is_none() {
            self.record(Fact::HandsOff { on: true, by: by.to_owned() });
        }
    }

    fn panic(&mut self, by: &str) {
        if self.ledger.state == SessionState::Unresolved {
            self.live.reconciled = true;
        }
        self.decide_exit(ExitReason::PanicClose, Some(by.to_owned()));
    }

    /// A larger guard moves the exit forward, never back.
    fn guard_tighter(&mut self, guard: chrono::TimeDelta) {
        let Some(expiry) = self.ledger.selection.as_ref().map(|it| it.expiry) else { return };
        let schedule: Schedule = self.ledger.schedule.guarded(expiry, guard);
        if schedule != self.ledger.schedule {
            self.record(Fact::Rescheduled { schedule });
        }
    }
}
