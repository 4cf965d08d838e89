//! What a position means that differs from the ledger.
//!
//! A difference is acted on only when it is seen twice, at least 10 s apart, while no order of the
//! leg works and none of its trades is younger: the positions may lag, and so may the fills.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

use super::facts::{CloseEvidence, Difference, Fact};
use super::io::{AccountView, PositionReport};
use super::state::Severity;
use super::turn::Turn;
use crate::instrument::Symbol;
use crate::intent::{Fill, FillType, Side};
use crate::reconcile::{PASS_DISTANCE, PositionFacts, PositionVerdict, judge_position};

/// How long the trades of a leg without a position may be missing.
const FILLS_PATIENCE: TimeDelta = TimeDelta::minutes(5);

impl Turn<'_> {
    /// Compares every leg with the positions and returns what differs.
    pub(super) fn judge_positions(&mut self, view: &AccountView) -> Vec<Difference> {
        let Some(positions) = view.positions.known() else { return Vec::new() };
        self.note_foreign(positions);
        let mut differences = Vec::new();
        for leg in 0..self.ledger.legs.len() {
            if let Some(difference) = self.judge_leg(leg, positions, view) {
                differences.push(difference);
            }
        }
        differences
    }

    fn judge_leg(
        &mut self,
        leg: usize,
        positions: &[PositionReport],
        view: &AccountView,
    ) -> Option<Difference> {
        let state = self.ledger.legs.get(leg)?;
        let (contract, was_closed) = (state.contract, state.is_closed());
        let moving = self.ledger.active(leg).is_some()
            || self.untouched_since(leg).is_some_and(|at| view.asked_at - at < PASS_DISTANCE);
        let held = positions.iter().filter(|it| it.product_id == contract.product_id);
        let exchange: i64 = held.map(|position| position.size).sum();
        let ledger = -self.ledger.net_sold(leg);
        self.note_zero(leg, exchange, view.asked_at);
        if moving {
            return None;
        }
        let facts = PositionFacts {
            ledger,
            exchange: (!view.fills.failed()).then_some(exchange),
            own_fills_explain: 0,
            expired: contract.expires_at() <= self.now && !was_closed,
        };
        let verdict = judge_position(&facts);
        let meaning = match verdict {
            PositionVerdict::Agrees => {
                self.forget_suspicion(leg);
                self.foreign_is(contract.symbol, 0);
                return None;
            }
            PositionVerdict::Settle | PositionVerdict::Unknown => return None,
            PositionVerdict::Foreign { size } if self.is_foreign(contract.symbol, size) => {
                self.forget_suspicion(leg);
                return None;
            }
            PositionVerdict::ExternalClose { .. } => "external_close",
            PositionVerdict::Foreign { .. } => "foreign_position",
            PositionVerdict::Opposite { .. } => "opposite_position",
            PositionVerdict::ImportFills { .. } => "missing_fills",
        };
        if self.seen_twice(leg, exchange, view.asked_at) {
            self.act_on(leg, verdict, view);
        }
        let symbol = contract.symbol;
        Some(Difference { symbol, ledger, exchange, meaning: meaning.to_owned() })
    }

    /// Takes a difference into the ledger.
    fn act_on(&mut self, leg: usize, verdict: PositionVerdict, view: &AccountView) {
        self.forget_suspicion(leg);
        let Some(symbol) = self.ledger.legs.get(leg).map(|leg| leg.contract.symbol) else { return };
        let name = symbol.as_str().to_owned();
        match verdict {
            PositionVerdict::ExternalClose { closed } => {
                let message = format!("{closed} contracts of {name} were closed by somebody else");
                self.alert("external_close", Severity::Critical, message);
                self.record_external(leg, closed, view);
            }
            PositionVerdict::Opposite { size } => {
                let message = format!("{name} is long by {size}; it is sold back, only reducing");
                self.alert("opposite_position", Severity::Critical, message);
                let closed = self.ledger.net_sold(leg) + size;
                self.record_external(leg, closed, view);
            }
            PositionVerdict::Foreign { size } => self.foreign_is(symbol, size),
            _ => {}
        }
    }

    /// Records what somebody else bought back, at the prices of that trade where they are known,
    /// else at the mark. The name is derived from the event, so that a replay does not double it.
    fn record_external(&mut self, leg: usize, size: i64, view: &AccountView) {
        let Some(state) = self.ledger.legs.get(leg) else { return };
        let contract = state.contract;
        let nth = state.fills.iter().filter(|it| it.fill.fill_type == FillType::External).count();
        let known = self.foreign_price(leg, size, view);
        let mark = self.live.legs.get(leg).and_then(|watch| watch.quotes.newest());
        let mark = mark.map(|quote| quote.mark);
        let entry = state.book.sold().vwap();
        let price = known.or(mark).or(entry).unwrap_or_default();
        let fill = Fill {
            fill_id: format!(
                "external:{}:{}:{}",
                self.ledger.spec.number,
                contract.symbol.as_str(),
                nth + 1
            ),
            client_order_id: None,
            exchange_order_id: None,
            product_id: contract.product_id,
            symbol: contract.symbol,
            side: Side::Buy,
            size,
            price,
            role: None,
            commission: None,
            fill_type: FillType::External,
            exchange_at: view.asked_at,
        };
        let zero_since = self.live.legs.get(leg).and_then(|watch| watch.zero_since);
        self.record_fill(leg, fill, known.is_none());
        let flat = self.ledger.net_sold(leg) == 0;
        if let Some(first) = zero_since.filter(|_| flat) {
            let evidence = CloseEvidence::ZeroTwice { first, second: view.asked_at };
            self.record(Fact::LegClosed { leg, evidence });
        }
    }

    /// Returns the mean price of what others bought of the leg's contract since it was opened, if
    /// it is as much as is missing.
    fn foreign_price(&self, leg: usize, size: i64, view: &AccountView) -> Option<Decimal> {
        let leg = self.ledger.legs.get(leg)?;
        let opened_at = leg.opened_at?;
        let bought = view.fills.known()?.iter().filter(|fill| {
            fill.product_id == leg.contract.product_id
                && fill.side == Side::Buy
                && fill.exchange_at >= opened_at
                && !self.ledger.has_fill(&fill.fill_id)
        });
        let (mut contracts, mut value) = (0, Decimal::ZERO);
        for fill in bought {
            contracts += fill.size;
            value += fill.price.checked_mul(Decimal::from(fill.size))?;
        }
        (contracts == size).then(|| value.checked_div(Decimal::from(contracts))).flatten()
    }

    /// Notes positions of others on the asset, outside our legs.
    fn note_foreign(&mut self, positions: &[PositionReport]) {
        let ours =
            |symbol: &Symbol| self.ledger.legs.iter().any(|leg| leg.contract.symbol == *symbol);
        let gone: Vec<Symbol> = self
            .ledger
            .foreign
            .iter()
            .map(|(symbol, _)| *symbol)
            .filter(|symbol| {
                let held = |it: &&PositionReport| it.symbol == *symbol && it.size != 0;
                !ours(symbol) && !positions.iter().any(|it| held(&it))
            })
            .collect();
        let held: Vec<(Symbol, i64)> = positions
            .iter()
            .filter(|position| position.size != 0 && !ours(&position.symbol))
            .map(|position| (position.symbol, position.size))
            .collect();
        for symbol in gone {
            self.foreign_is(symbol, 0);
        }
        for (symbol, size) in held {
            self.foreign_is(symbol, size);
        }
    }

    fn is_foreign(&self, symbol: Symbol, size: i64) -> bool {
        self.ledger.foreign.contains(&(symbol, size))
    }

    /// Records what others hold in a symbol, if that is new.
    fn foreign_is(&mut self, symbol: Symbol, size: i64) {
        let before =
            self.ledger.foreign.iter().find(|(held, _)| *held == symbol).map_or(0, |held| held.1);
        if before == size {
            return;
        }
        self.record(Fact::ForeignPosition { symbol, size });
        let ours = self.ledger.legs.iter().any(|leg| leg.contract.symbol == symbol);
        if ours && size != 0 {
            let message = format!("somebody else holds {size} of {}", symbol.as_str());
            self.alert("foreign_position", Severity::Critical, message);
        } else if ours {
            self.clear_alert("foreign_position");
        }
    }

    fn seen_twice(&mut self, leg: usize, exchange: i64, at: DateTime<Utc>) -> bool {
        let Some(watch) = self.live.legs.get_mut(leg) else { return false };
        match watch.suspicion {
            Some((seen, first)) if seen == exchange => at - first >= PASS_DISTANCE,
            _ => {
                watch.suspicion = Some((exchange, at));
                false
            }
        }
    }

    fn forget_suspicion(&mut self, leg: usize) {
        if let Some(watch) = self.live.legs.get_mut(leg) {
            watch.suspicion = None;
        }
    }

    /// Notes since when the exchange shows no position; twice, 10 s apart, closes a leg whose
    /// orders are all over and whose trades do not come.
    fn note_zero(&mut self, leg: usize, exchange: i64, at: DateTime<Utc>) {
        let Some(watch) = self.live.legs.get_mut(leg) else { return };
        if exchange != 0 {
            watch.zero_since = None;
            return;
        }
        let first = *watch.zero_since.get_or_insert(at);
        let closed = self.ledger.legs.get(leg).is_none_or(super::leg::Leg::is_closed);
        let flat = self.ledger.net_sold(leg) == 0 && self.ledger.active(leg).is_none();
        let last = self.untouched_since(leg);
        let patient = last.is_some_and(|last| at - last >= FILLS_PATIENCE);
        let missing = self.ledger.missing(leg) > 0;
        if !closed && flat && missing && patient && at - first >= PASS_DISTANCE {
            let evidence = CloseEvidence::ZeroTwice { first, second: at };
            self.record(Fact::LegClosed { leg, evidence });
        }
    }
}
