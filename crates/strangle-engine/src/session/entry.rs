//! Before the session is live: waiting, choosing, selling both legs.

use chrono::TimeDelta;
use rust_decimal::Decimal;

use super::facts::Fact;
use super::io::Act;
use super::orders::Standing;
use super::spec::Mode;
use super::state::{SessionState, Severity};
use super::turn::Turn;
use crate::execution::pair::{BalanceAction, Pair, balance};
use crate::execution::{Style, Task};
use crate::exit::ExitReason;
use crate::instrument::OptionKind;
use crate::intent::{Purpose, Side};
use crate::profile::{BalancePolicy, LimitsBasis};
use crate::reconcile::Part;
use crate::risk::{TradingState, leg_margin};
use crate::selection::{Candidate, Criteria, NoSelection, select};

/// How often what holds an entry up is looked at again.
const HELD_PAUSE: TimeDelta = TimeDelta::seconds(1);
/// How long trades may be missing before the legs are judged without them.
const MISSING_PATIENCE: TimeDelta = TimeDelta::seconds(30);

impl Turn<'_> {
    /// `waiting`: until the time of entry, or until what holds the entry up has passed.
    pub(super) fn wait(&mut self) {
        if self.entry_is_off() {
            return;
        }
        let entry_at = self.ledger.schedule.entry_at;
        if !self.has_come(entry_at) {
            return;
        }
        if let Some(hold) = self.entry_hold() {
            self.hold(hold);
            return;
        }
        self.live.held_by = None;
        self.live.positions_seen = false;
        self.live.chain = super::volatile::Ask::at(self.now);
        self.go(SessionState::Selecting, "entry_time");
    }

    /// `selecting`: the positions of the account and the chain, then the choice.
    pub(super) fn choose(&mut self) {
        if self.entry_is_off() {
            return;
        }
        if let Some(hold) = self.entry_hold() {
            self.go(SessionState::Waiting, hold);
            return;
        }
        if !self.live.positions_seen {
            self.ask_positions();
            return;
        }
        let due_at = self.live.chain.due_at();
        if !self.has_come(due_at) {
            return;
        }
        self.live.chain.asked(self.now);
        self.due(self.now + TimeDelta::seconds(15));
        let settings = &self.ledger.spec.settings;
        let criteria = Criteria::of(&self.ledger.profile, self.now, settings.stale_quote());
        let slip_days = criteria.slip_days.unwrap_or(0);
        self.act(Act::LoadChain {
            underlying: criteria.underlying,
            from: criteria.target_expiry,
            to: criteria.target_expiry + TimeDelta::days(slip_days.into()),
        });
    }

    /// Takes the chain in and chooses.
    pub(super) fn absorb_chain(&mut self, chain: &Part<&[Candidate]>) {
        if self.ledger.state != SessionState::Selecting || !self.live.positions_seen {
            return;
        }
        let Part::Known(candidates) = *chain else {
            self.live.held_by = Some("no_market_data".to_owned());
            self.live.chain.failed(self.now);
            return;
        };
        let stale_after = self.ledger.spec.settings.stale_quote();
        let fresh = self.live.spot.filter(|spot| self.now - spot.at <= stale_after);
        let Some(spot) = fresh else {
            self.live.held_by = Some("no_index".to_owned());
            self.live.chain.answered(self.now, TimeDelta::seconds(2));
            return;
        };
        let mut criteria = Criteria::of(&self.ledger.profile, self.now, stale_after);
        criteria.foreign = self.ledger.foreign.iter().map(|(symbol, _)| *symbol).collect();
        match select(&criteria, spot.price, self.now, candidates) {
            Ok(selection) => self.selected(selection, candidates),
            Err(NoSelection::NoContractForUnderlying) if candidates.is_empty() => {
                self.live.held_by = Some("no_market_data".to_owned());
                self.live.chain.failed(self.now);
            }
            Err(refusal) => {
                let code = refusal.code();
                let message = refusal.to_string();
                self.record(Fact::NotSelected { refusal });
                self.alert(code, Severity::Warning, message);
                self.give_up(code);
            }
        }
    }

    fn selected(&mut self, selection: crate::selection::Selection, candidates: &[Candidate]) {
        let guard = i64::from(self.ledger.profile.fields().expiry_guard_minutes);
        let schedule = self.ledger.schedule.guarded(selection.expiry, TimeDelta::minutes(guard));
        if schedule.exit_at <= self.now {
            self.give_up("no_time_left");
            return;
        }
        let symbols = vec![selection.call.contract.symbol, selection.put.contract.symbol];
        let quantity = self.ledger.profile.quantity();
        let chosen = [selection.call.contract.product_id, selection.put.contract.product_id];
        self.record(Fact::Selected { selection: Box::new(selection), schedule, quantity });
        for candidate in candidates.iter().filter(|it| chosen.contains(&it.contract.product_id)) {
            let (product_id, quote) = (candidate.contract.product_id, &candidate.quote);
            self.absorb(super::io::Input::Quote { product_id, quote });
        }
        self.live.subscribed = true;
        self.act(Act::Subscribe { symbols });
        if let Some(denial) = self.begin_denial() {
            self.alert(denial, Severity::Warning, format!("no entry: {denial}"));
            self.give_up(denial);
            return;
        }
        self.go(SessionState::Entering, "selected");
    }

    /// `entering`: both legs at once, then made equal, then live or given up.
    pub(super) fn enter(&mut self) {
        let quantity = self.ledger.profile.quantity();
        let deadline = self.entry_deadline();
        let stop = self.ledger.exit.is_some()
            || self.world.trading_state != TradingState::Active
            || self.now >= deadline;
        self.due(deadline);
        if self.ledger.exit.is_some() {
            self.go(SessionState::Exiting, "exit_decided");
            return;
        }
        if self.world.flatten {
            self.decide_exit(ExitReason::KillSwitch, None);
            return;
        }
        if self.now >= self.ledger.schedule.exit_at {
            self.decide_exit(ExitReason::TimeExit, None);
            return;
        }
        match self.ledger.balance {
            None | Some((BalanceAction::KeepTrying, _)) => self.enter_both(quantity, stop),
            Some((BalanceAction::TopUp { leg, size }, since)) => {
                self.top_up(leg, size, since, stop);
            }
            Some((BalanceAction::Unwind { leg, live_size, .. }, since)) => {
                self.unwind(leg, live_size, since);
            }
            Some((BalanceAction::Live { size }, _)) => self.go_live(size),
            Some((BalanceAction::Abort, _)) => self.give_up("nothing_filled"),
        }
    }

    fn enter_both(&mut self, quantity: i64, stop: bool) {
        let mut ended = true;
        for leg in 0..self.ledger.legs.len() {
            let size = quantity - self.ledger.net_sold(leg);
            let task = Task {
                purpose: Purpose::Entry,
                side: Side::Sell,
                size,
                style: Style::Entry,
                reduce_only: false,
            };
            let standing = self.work(leg, Some(&task).filter(|_| !stop), 0);
            ended &= matches!(standing, Standing::Done | Standing::Exhausted);
        }
        if ended {
            self.balance_legs(!stop);
        }
    }

    fn top_up(&mut self, kind: OptionKind, size: i64, since: usize, stop: bool) {
        let Some(leg) = self.leg_of_kind(kind) else { return };
        let sold = self.ledger.intents.iter().skip(since).filter(|it| it.plan.leg == leg);
        let size = size - sold.map(crate::intent::Intent::filled).sum::<i64>();
        let task = Task {
            purpose: Purpose::Entry,
            side: Side::Sell,
            size,
            style: Style::TopUp,
            reduce_only: false,
        };
        let standing = self.work(leg, Some(&task).filter(|_| !stop), since);
        if matches!(standing, Standing::Done | Standing::Exhausted) {
            self.balance_legs(false);
        }
    }

    fn unwind(&mut self, kind: OptionKind, live_size: i64, since: usize) {
        let Some(leg) = self.leg_of_kind(kind) else { return };
        let task = Task {
            purpose: Purpose::Unwind,
            side: Side::Buy,
            size: self.ledger.net_sold(leg) - live_size,
            style: Style::Exit,
            reduce_only: true,
        };
        if self.work(leg, Some(&task), since) == Standing::Done && self.fills_are_in() {
            self.balance_legs(false);
        }
    }

    /// Compares the legs when both have come to their end.
    fn balance_legs(&mut self, may_top_up: bool) {
        if !self.fills_are_in() {
            return;
        }
        let filled = |kind| self.leg_of_kind(kind).map_or(0, |leg| self.ledger.net_sold(leg));
        let pair = Pair {
            call_filled: filled(OptionKind::Call),
            put_filled: filled(OptionKind::Put),
            target: self.ledger.profile.quantity(),
            retries_left: 0,
            may_top_up,
        };
        let policy: BalancePolicy = self.ledger.profile.fields().balance_policy;
        let action = balance(&pair, policy);
        self.record(Fact::Balanced { action });
    }

    /// Says whether every reported trade is recorded; asks for the others, for a while.
    pub(super) fn fills_are_in(&mut self) -> bool {
        let legs = 0..self.ledger.legs.len();
        let missing: i64 = legs.map(|leg| self.ledger.missing(leg)).sum();
        if missing == 0 {
            self.clear_alert("fills_missing");
            return true;
        }
        self.want_fills();
        let last = self.ledger.intents.iter().filter_map(|intent| intent.terminal_at).max();
        let patience = last.unwrap_or(self.now) + MISSING_PATIENCE;
        if !self.has_come(patience) {
            return false;
        }
        let message = format!("{missing} contracts are reported as traded and have no trades");
        self.alert("fills_missing", Severity::Critical, message);
        true
    }

    fn go_live(&mut self, size: i64) {
        self.clear_held_alerts();
        let basis = self.basis(size);
        let spot = self.live.spot.map(|spot| spot.price);
        self.record(Fact::WentLive { basis, size, spot });
        self.live.next_full = self.now + TimeDelta::seconds(300);
        self.go(SessionState::Live, "both_legs_open");
    }

    /// Returns what percentages refer to. Margin and equity fall back to the premium when they are
    /// not known.
    fn basis(&self, size: i64) -> Decimal {
        let premium = self.ledger.legs.iter().map(|leg| leg.book.premium_of(size)).sum();
        let wanted = match self.ledger.profile.fields().limits_basis {
            LimitsBasis::Premium => None,
            LimitsBasis::Margin => self.margin_estimate(),
            LimitsBasis::Equity => self.world.available_balance,
        };
        wanted.filter(|basis| *basis > Decimal::ZERO).unwrap_or(premium)
    }

    /// Returns the margin of both legs and their fees twice, in USD, where the index is known.
    pub(super) fn margin_estimate(&self) -> Option<Decimal> {
        let index = self.live.spot?.price;
        let quantity = self.ledger.profile.quantity();
        let mut needed = Decimal::ZERO;
        for (leg, watch) in self.ledger.legs.iter().zip(&self.live.legs) {
            let mark = watch.quotes.newest().map(|quote| quote.mark).unwrap_or_default();
            let fees = &self.ledger.spec.settings.fees;
            let role = crate::intent::Role::Taker;
            let fee = fees.estimate(&leg.contract, Some(index), mark, quantity, role);
            let fee = match fee {
                Ok(crate::fees::Estimate::Known(fee)) => fee,
                _ => Decimal::ZERO,
            };
            needed += leg_margin(&leg.contract, quantity, index, mark) + fee * Decimal::TWO;
        }
        Some(needed)
    }

    /// Ends a session in which nothing is open.
    pub(super) fn give_up(&mut self, why: &str) {
        self.live.held_by = Some(why.to_owned());
        self.finish(ExitReason::EntryAborted, SessionState::EntryAborted, why);
    }

    fn leg_of_kind(&self, kind: OptionKind) -> Option<usize> {
        self.ledger.legs.iter().position(|leg| leg.contract.kind == kind)
    }

    fn entry_deadline(&self) -> chrono::DateTime<chrono::Utc> {
        let seconds = self.ledger.profile.fields().entry_deadline_seconds;
        let begun = self.ledger.entering_at.unwrap_or(self.ledger.state_since);
        begun + TimeDelta::seconds(seconds.into())
    }

    /// Ends the session if it can no longer enter.
    fn entry_is_off(&mut self) -> bool {
        if let Some(reason) = self.ledger.exit.as_ref().map(|exit| exit.reason) {
            self.finish(reason, SessionState::EntryAborted, reason.as_str());
            return true;
        }
        let until = self.ledger.schedule.entry_until.max(self.ledger.schedule.entry_at);
        let late = self.now > until && self.now > self.ledger.schedule.entry_at;
        if late || self.now >= self.ledger.schedule.exit_at {
            self.give_up("entry_window_passed");
            return true;
        }
        self.due(until + TimeDelta::milliseconds(1));
        self.due(self.ledger.schedule.exit_at);
        false
    }

    fn hold(&mut self, hold: &str) {
        if self.live.held_by.as_deref() != Some(hold) {
            self.live.held_by = Some(hold.to_owned());
        }
        self.due(self.now + HELD_PAUSE);
    }

    /// Returns what holds the entry up and may pass.
    fn entry_hold(&self) -> Option<&'static str> {
        let world = self.world;
        if self.ledger.entries_paused {
            return Some("entries_paused");
        }
        match world.trading_state {
            TradingState::Active => {}
            TradingState::Reducing => return Some("reducing"),
            TradingState::Halted => return Some("halted"),
        }
        if !world.lease_held {
            return Some("lease_lost");
        }
        if !world.venue_up {
            return Some("venue_down");
        }
        let live = self.ledger.spec.mode == Mode::Live;
        if live && !world.credentials {
            return Some("live_credentials_missing");
        }
        if live && world.clock_skew_ms.abs() > crate::risk::gate::MAX_SKEW_MS {
            return Some("clock_skew");
        }
        None
    }

    /// Returns what forbids the entry altogether, before the first order.
    fn begin_denial(&self) -> Option<&'static str> {
        if let Some(denial) = self.day_denial() {
            return Some(denial.code());
        }
        let quantity = self.ledger.profile.quantity();
        if quantity > self.world.limits.max_lots_per_leg {
            return Some("max_lots");
        }
        let needed = self.margin_estimate();
        match needed.zip(self.world.available_balance) {
            Some((needed, available)) if needed > available => Some("insufficient_margin"),
            _ => None,
        }
    }

    fn clear_held_alerts(&mut self) {
        let held: Vec<String> = self
            .ledger
            .alerts
            .keys()
            .filter(|code| code.starts_with("order_held_"))
            .cloned()
            .collect();
        for code in held {
            self.clear_alert(&code);
        }
    }
}
