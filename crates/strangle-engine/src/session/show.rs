//! The view of a session, made from what it knows.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::facts::CloseEvidence;
use super::ledger::Ledger;
use super::leg::Leg;
use super::state::SessionState;
use super::view::{
    AlertView, AttemptView, EntryView, LegView, ReconciliationView, SessionView, SpotView, Totals,
};
use super::volatile::{LegWatch, Volatile};
use crate::intent::{Intent, IntentState, Side};
use crate::pnl::{LegResult, percent_of};
use crate::pricing::Greeks;
use crate::risk::leg_margin;
use crate::selection::distance_pct;

/// How long an ended session is in `cooldown`.
const COOLDOWN: TimeDelta = TimeDelta::seconds(60);

pub(super) fn view(ledger: &Ledger, live: &Volatile, now: DateTime<Utc>) -> SessionView {
    let cooling_down = now - ledger.state_since < COOLDOWN;
    let pairs = || ledger.legs.iter().zip(&live.legs).enumerate();
    let alerts = ledger.alerts.iter().map(|(code, alert)| AlertView {
        code: code.clone(),
        severity: alert.severity,
        message: alert.message.clone(),
        since: alert.since,
    });
    let exit_reason = ledger.exit.as_ref().map(|exit| exit.reason);
    SessionView {
        strategy_id: ledger.spec.strategy_id.clone(),
        number: ledger.spec.number,
        mode: ledger.spec.mode,
        state: ledger.state,
        resume: ledger.resume,
        status: ledger.state.status(cooling_down),
        generated_at: now,
        last_tick_at: live.last_tick_at,
        schedule: ledger.schedule,
        entry: entry(ledger, live),
        legs: pairs()
            .map(|(index, (leg, watch))| leg_view(ledger, live, index, leg, watch, now))
            .collect(),
        totals: totals(ledger, live),
        extremes: ledger.trail,
        spot: spot(ledger, live),
        greeks: greeks(ledger, live),
        margin_estimate: margin(ledger, live),
        hands_off: ledger.hands_off,
        entries_paused: ledger.entries_paused,
        reconciliation: reconciliation(ledger),
        alerts: alerts.collect(),
        exit_reason: ledger.summary.as_ref().map(|summary| summary.exit_reason).or(exit_reason),
        summary: ledger.summary.as_deref().cloned(),
        allowed_actions: allowed_actions(ledger),
    }
}

fn entry(ledger: &Ledger, live: &Volatile) -> EntryView {
    let status = match ledger.state {
        SessionState::EntryAborted => "aborted",
        SessionState::Selecting => "selecting",
        SessionState::Entering => "working",
        _ if ledger.live_at.is_some() => "done",
        _ if ledger.entering_at.is_some() => "working",
        _ => "pending",
    };
    EntryView {
        status,
        started_at: ledger.entering_at,
        completed_at: ledger.live_at,
        selection: ledger.selection.as_deref().cloned(),
        refusal: ledger.refusal.clone(),
        held_by: live.held_by.clone(),
    }
}

fn leg_view(
    ledger: &Ledger,
    live: &Volatile,
    index: usize,
    leg: &Leg,
    watch: &LegWatch,
    now: DateTime<Utc>,
) -> LegView {
    let quote = watch.quotes.newest().copied();
    let index_price = live.spot.map(|spot| spot.price);
    let mark = quote.map(|quote| quote.mark);
    let open = leg.book.position();
    let units = leg.contract.multiplier(open.abs());
    let ask = quote.and_then(|quote| quote.ask).map(|ask| ask.price);
    let (evidence, closed_at) = leg.closed.unzip();
    LegView {
        index,
        contract: leg.contract,
        status: leg_status(ledger, index, leg),
        target: leg.target,
        open,
        entry_price: leg.book.sold().vwap(),
        exit_price: leg.book.bought().vwap(),
        quote,
        quote_age_ms: watch.quotes.age(now).map(|age| age.num_milliseconds()),
        stale: watch.quotes.stale(now, ledger.spec.settings.stale_quote(), index_price),
        distance_pct: index_price.map(|spot| distance_pct(leg.contract.strike, spot)),
        realized: leg.book.realized(),
        unrealized: mark.map(|mark| leg.book.unrealized(mark)).unwrap_or_default(),
        liquidation_cost: ask.and_then(|ask| ask.checked_mul(units)),
        fees_entry: leg.book.sold().fees,
        fees_exit: leg.book.bought().fees,
        notional: index_price.and_then(|spot| spot.checked_mul(units)),
        estimated: leg.fills.iter().any(super::leg::RecordedFill::is_estimate),
        evidence,
        opened_at: leg.opened_at,
        closed_at,
        attempts: ledger.intents_of(index).map(attempt).collect(),
    }
}

fn leg_status(ledger: &Ledger, index: usize, leg: &Leg) -> &'static str {
    let active = ledger.active(index);
    match leg.closed {
        Some((CloseEvidence::Settlement, _)) => return "settled",
        Some(_) => return "closed",
        None => {}
    }
    if active.is_some_and(|intent| intent.state == IntentState::Unknown) {
        return "unresolved";
    }
    let buying = active.is_some_and(|intent| intent.plan.order.side == Side::Buy);
    match ledger.state {
        SessionState::Exiting => "closing",
        _ if buying => "closing",
        SessionState::Entering => "opening",
        _ if leg.book.position() != 0 => "open",
        _ => "planned",
    }
}

fn attempt(intent: &Intent) -> AttemptView {
    AttemptView {
        plan: intent.plan.clone(),
        state: intent.state,
        exchange_order_id: intent.exchange_order_id,
        filled: intent.filled(),
        average_price: intent.average_price,
        planned_at: intent.planned_at,
        sending_at: intent.sending_at,
        acked_at: intent.acked_at,
        terminal_at: intent.terminal_at,
        last_error: intent.last_error.clone(),
    }
}

fn totals(ledger: &Ledger, live: &Volatile) -> Totals {
    let mut result = LegResult::default();
    let mut units = Decimal::ZERO;
    for (leg, watch) in ledger.legs.iter().zip(&live.legs) {
        let mark = watch.quotes.newest().map(|quote| quote.mark);
        let entry = leg.book.sold().vwap();
        result = result.plus(&leg.book.at_mark(mark.or(entry).unwrap_or_default()));
        units += leg.contract.multiplier(leg.book.position().abs());
    }
    Totals {
        realized: result.realized,
        unrealized: result.unrealized,
        gross: result.gross(),
        fees: result.fees,
        net: result.net(),
        net_pct: ledger.basis.and_then(|basis| percent_of(result.net(), basis)),
        basis: ledger.basis,
        notional: live.spot.and_then(|spot| spot.price.checked_mul(units)),
    }
}

fn spot(ledger: &Ledger, live: &Volatile) -> SpotView {
    SpotView {
        entry: ledger.spot_entry,
        exit: ledger.summary.as_ref().and_then(|summary| summary.spot_exit),
        last: live.spot,
        high: live.spot_high,
        low: live.spot_low,
    }
}

/// The greeks of what is open: −size · contract value · Σ greeks.
fn greeks(ledger: &Ledger, live: &Volatile) -> Option<Greeks> {
    let mut total = Greeks::default();
    for (leg, watch) in ledger.legs.iter().zip(&live.legs) {
        let position = leg.book.position();
        if position == 0 {
            continue;
        }
        let units = (leg.contract.contract_value * Decimal::from(position)).to_f64()?;
        total = total.plus(watch.quotes.newest()?.greeks?.times(units));
    }
    Some(total)
}

fn margin(ledger: &Ledger, live: &Volatile) -> Option<Decimal> {
    let index = live.spot?.price;
    let mut total = Decimal::ZERO;
    for (leg, watch) in ledger.legs.iter().zip(&live.legs) {
        let size = leg.book.position().abs();
        if size > 0 {
            total += leg_margin(&leg.contract, size, index, watch.quotes.newest()?.mark);
        }
    }
    Some(total)
}

fn reconciliation(ledger: &Ledger) -> ReconciliationView {
    let unknown = ledger.intents.iter().filter(|it| it.state == IntentState::Unknown);
    ReconciliationView {
        last_at: ledger.last_pass.as_ref().map(|pass| pass.at),
        agreed: ledger.last_pass.as_ref().is_some_and(|pass| pass.agreed),
        differences: ledger.last_pass.as_ref().map(|p| p.differences.clone()).unwrap_or_default(),
        foreign: ledger.foreign.clone(),
        unknown_intents: unknown.count(),
    }
}

fn allowed_actions(ledger: &Ledger) -> Vec<&'static str> {
    if ledger.state.is_over() {
        return vec!["start", "panic"];
    }
    let mut actions = vec!["stop", "panic", "reconcile"];
    if ledger.entries_paused || ledger.hands_off {
        actions.push("resume");
    }
    if ledger.live_at.is_none() && !ledger.entries_paused {
        actions.push("pause_entries");
    }
    if matches!(ledger.state, SessionState::Live | SessionState::Halted) {
        actions.push("close_leg");
    }
    actions
}

impl Ledger {
    /// Returns how a leg stands: `planned`, `opening`, `open`, `closing`, `closed`, `settled` or
    /// `unresolved`.
    #[must_use]
    pub fn leg_status(&self, index: usize) -> &'static str {
        self.legs.get(index).map_or("planned", |leg| leg_status(self, index, leg))
    }
}
