//! While the session is live: the result, the rules, the wishes of people.

use chrono::TimeDelta;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::facts::Fact;
use super::io::Act;
use super::orders::Standing;
use super::state::SessionState;
use super::turn::Turn;
use super::view::PnlPoint;
use crate::execution::{Style, Task};
use crate::exit::{ExitReason, Limits, Sight};
use crate::intent::{Purpose, Side};
use crate::pnl::{LegResult, percent_of};
use crate::risk::TradingState;

/// Within which time the samples of a confirmed loss must follow each other.
const CONFIRM_SECONDS: u32 = 3;
/// How long the market may be missing before its marks are no longer trusted.
const TRUST: TimeDelta = TimeDelta::seconds(60);
/// How many points a session keeps at most.
const MOST_POINTS: i32 = 1_900;
/// The shortest distance of points.
const POINT_DISTANCE: TimeDelta = TimeDelta::seconds(10);

impl Turn<'_> {
    /// `live` and `halted`.
    pub(super) fn watch(&mut self) {
        if self.ledger.exit.is_some() {
            self.go(SessionState::Exiting, "exit_decided");
            return;
        }
        self.follow_the_switch();
        self.settle_expired();
        self.close_flat_legs();
        if self.ledger.legs.iter().all(super::leg::Leg::is_closed) {
            let reason = self.reason_without_decision();
            self.finish(reason, SessionState::Closed, "nothing_open");
            return;
        }
        self.repair_turned_legs();
        self.close_by_request();
        self.look_after_quotes();
        self.run_checks();
        self.due(self.ledger.schedule.exit_at);
        if let Some(reason) = self.evaluate() {
            self.decide_exit(reason, None);
            return;
        }
        self.keep_point();
    }

    /// Takes the present result in: extremes, trailing stop, rules. Returns the rule that ends the
    /// session, if one does.
    pub(super) fn evaluate(&mut self) -> Option<ExitReason> {
        let (result, trusted) = self.result();
        let net_pct = if trusted { self.observe(result.net()) } else { None };
        let fields = self.ledger.profile.fields();
        let limits = Limits {
            max_loss_pct: Some(fields.max_loss_pct),
            max_profit_pct: self.ledger.profile.max_profit_pct(),
            leg_stop_multiple: fields.leg_stop_multiple,
            exit_at: self.ledger.schedule.exit_at,
            exit_bound: self.ledger.schedule.exit_bound,
            confirm_samples: fields.confirm_samples,
            confirm_within_seconds: CONFIRM_SECONDS,
        };
        let worst_leg_multiple = if fields.leg_stop_multiple.is_some() && trusted {
            self.worst_multiple()
        } else {
            None
        };
        let sight = Sight {
            now: self.now,
            panic: self.ledger.panic.is_some(),
            kill_switch: self.world.flatten,
            net_pct,
            worst_leg_multiple,
            trailing_level_pct: self.ledger.trail.level_pct,
        };
        let reason = limits.decide(&sight, &mut self.live.losses)?;
        let commanded = matches!(reason, ExitReason::PanicClose | ExitReason::KillSwitch);
        (commanded || !self.ledger.hands_off).then_some(reason)
    }

    /// Takes a result into the extremes and the trailing stop; returns it in percent of the basis.
    pub(super) fn observe(&mut self, net: Decimal) -> Option<f64> {
        let net_pct = percent_of(net, self.ledger.basis.unwrap_or_default())?;
        let mut trail = self.ledger.trail;
        if trail.observe(self.ledger.profile.trailing(), net, net_pct).moved {
            self.record(Fact::ExtremesMoved { extremes: trail });
        }
        Some(net_pct)
    }

    /// Goes on drawing the path while the legs are bought back: what an exit costs is a part of the
    /// result.
    pub(super) fn follow_the_exit(&mut self) {
        if self.ledger.live_at.is_none() {
            return;
        }
        let (result, trusted) = self.result();
        if trusted {
            self.observe(result.net());
        }
        self.keep_point();
    }

    /// Returns the result at the marks, and whether every mark can be trusted.
    pub(super) fn result(&self) -> (LegResult, bool) {
        let mut total = LegResult::default();
        let mut trusted = true;
        for (leg, watch) in self.ledger.legs.iter().zip(&self.live.legs) {
            let quote = watch.quotes.newest();
            let lost = watch.stale_since.is_some_and(|since| self.now - since > TRUST);
            if quote.is_none() || lost {
                trusted &= leg.book.position() == 0;
            }
            let mark = quote.map(|quote| quote.mark).unwrap_or_default();
            total = total.plus(&leg.book.at_mark(mark));
        }
        (total, trusted)
    }

    fn worst_multiple(&mut self) -> Option<f64> {
        let mut worst: Option<f64> = None;
        for (leg, watch) in self.ledger.legs.iter().zip(&mut self.live.legs) {
            if leg.book.position() >= 0 {
                continue;
            }
            if watch.entry.is_none() {
                watch.entry = leg.book.sold().vwap().and_then(|vwap| vwap.to_f64());
            }
            let mark = watch.quotes.newest().and_then(|quote| quote.mark.to_f64());
            if let Some((mark, entry)) = mark.zip(watch.entry.filter(|entry| *entry > 0.0)) {
                worst = Some(worst.map_or(mark / entry, |worst| worst.max(mark / entry)));
            }
        }
        worst
    }

    /// `live` is `halted` while the desk is halted or people do the closing.
    fn follow_the_switch(&mut self) {
        let halted = self.world.trading_state == TradingState::Halted || self.ledger.hands_off;
        match (self.ledger.state, halted) {
            (SessionState::Live, true) => {
                let why = if self.ledger.hands_off { "hands_off" } else { "kill_switch" };
                self.go(SessionState::Halted, why);
            }
            (SessionState::Halted, false) => self.go(SessionState::Live, "resumed"),
            _ => {}
        }
    }

    /// A leg that somebody has turned long is sold back, only reducing.
    pub(super) fn repair_turned_legs(&mut self) {
        for leg in 0..self.ledger.legs.len() {
            let net_sold = self.ledger.net_sold(leg);
            if net_sold < 0 {
                let task = Task {
                    purpose: Purpose::Unwind,
                    side: Side::Sell,
                    size: -net_sold,
                    style: Style::Panic,
                    reduce_only: true,
                };
                self.work(leg, Some(&task), 0);
            }
        }
    }

    /// Works what people asked to be closed.
    fn close_by_request(&mut self) {
        for leg in 0..self.ledger.legs.len() {
            let Some(state) = self.ledger.legs.get(leg).filter(|leg| !leg.is_closed()) else {
                continue;
            };
            let Some(request) = state.close_request else {
                if self.ledger.net_sold(leg) >= 0 {
                    self.work(leg, None, self.ledger.intents.len());
                }
                continue;
            };
            let net_sold = self.ledger.net_sold(leg);
            let task = Task {
                purpose: Purpose::Exit,
                side: Side::Buy,
                size: net_sold - request.until,
                style: Style::Manual { limit_price: request.limit_price },
                reduce_only: true,
            };
            let standing = self.work(leg, Some(&task), request.intents_before);
            if matches!(standing, Standing::Done | Standing::Exhausted) {
                let closed = request.from - self.ledger.net_sold(leg);
                self.record(Fact::LegCloseEnded { leg, closed });
            }
        }
    }

    /// Keeps a point of the path now and then.
    fn keep_point(&mut self) {
        if !self.has_come(self.live.next_point) {
            return;
        }
        let (result, trusted) = self.result();
        if trusted {
            let spot = self.live.spot.map(|spot| spot.price);
            let (net, gross, fees) = (result.net(), result.gross(), result.fees);
            self.act(Act::KeepPoint { point: PnlPoint { at: self.now, net, gross, fees, spot } });
        }
        let schedule = &self.ledger.schedule;
        let whole = schedule.exit_at - self.ledger.live_at.unwrap_or(schedule.entry_at);
        self.live.next_point = self.now + POINT_DISTANCE.max(whole / MOST_POINTS);
        self.due(self.live.next_point);
    }

    /// Returns why a session ended that nobody ended.
    pub(super) fn reason_without_decision(&self) -> ExitReason {
        use crate::intent::FillType;
        let last = |leg: &super::leg::Leg| leg.fills.last().map(|fill| fill.fill.fill_type);
        let ends: Vec<_> = self.ledger.legs.iter().filter_map(last).collect();
        if ends.contains(&FillType::Settlement) {
            ExitReason::Settled
        } else if ends.contains(&FillType::Normal) {
            ExitReason::Manual
        } else {
            ExitReason::ExternalClose
        }
    }
}
