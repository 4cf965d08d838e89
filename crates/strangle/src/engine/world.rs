//! What the account and this process say at a moment: what every decision also depends on.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};
use platform::breaker::BreakerState;
use platform::db::Result;
use platform::leader::Leader;
use rust_decimal::Decimal;
use strangle_engine::instrument::TradingStatus;
use strangle_engine::risk::{AccountLimits, TradingState};
use strangle_engine::schedule::next_ist_midnight;
use strangle_engine::session::World;

use super::exchange::Exchange;
use crate::Strangle;
use crate::clients::delta::{FeedStatus, SystemStatus};
use crate::store::day::{self, ClosedRow};

/// How many losses in a row stop entries for a while.
const LOSS_STREAK: usize = 3;
/// For how long they do.
const LOSS_STREAK_COOLDOWN: TimeDelta = TimeDelta::hours(1);

/// Keeps the [`World`] of the desk.
#[derive(Debug)]
pub(super) struct Watch {
    strangle: Strangle,
    leader: Leader,
    exchange: Exchange,
    sent: VecDeque<DateTime<Utc>>,
    /// What the exchange last said about itself.
    pub(super) system: SystemStatus,
    /// Whether the key was refused.
    pub(super) refused: bool,
    stopping: bool,
    world: World,
}

impl Watch {
    /// Begins with nothing known: no entry is possible until the first [`Watch::look`].
    pub(super) fn new(strangle: Strangle, leader: Leader, exchange: Exchange) -> Self {
        let mut world = World::calm();
        world.lease_held = false;
        world.trading_state = TradingState::Halted;
        world.available_balance = None;
        Self {
            strangle,
            leader,
            exchange,
            sent: VecDeque::new(),
            system: SystemStatus::Live,
            refused: false,
            stopping: false,
            world,
        }
    }

    /// Returns the world as it was last seen, with what may have changed since.
    pub(super) fn world(&mut self, now: DateTime<Utc>, private: FeedStatus) -> &World {
        while self.sent.front().is_some_and(|at| now - *at >= TimeDelta::minutes(1)) {
            self.sent.pop_front();
        }
        let delta = self.exchange.delta();
        let fence = self.leader.fence();
        self.world.lease_held = fence.is_some() && !self.stopping;
        self.world.fencing_token = fence.unwrap_or_default();
        self.world.credentials = delta.has_credentials() && !self.refused;
        self.world.venue_up =
            delta.breaker_state() != BreakerState::Open && self.system != SystemStatus::Maintenance;
        self.world.private_feed_up = private.is_connected;
        self.world.clock_skew_ms = delta.clock_skew().map_or(0, |skew| skew.num_milliseconds());
        self.world.orders_last_minute = u32::try_from(self.sent.len()).unwrap_or(u32::MAX);
        self.world.quota_left = delta.quota().left();
        &self.world
    }

    /// Returns the world as it was last seen.
    pub(super) const fn last(&self) -> &World {
        &self.world
    }

    /// Lets nothing leave from now on.
    pub(super) const fn stop(&mut self) {
        self.stopping = true;
    }

    /// Notes that an order leaves.
    pub(super) fn order_sent(&mut self, at: DateTime<Utc>) {
        self.sent.push_back(at);
    }

    /// Notes whether the exchange trades the session's contracts.
    pub(super) const fn trading_status(&mut self, status: TradingStatus) {
        self.world.trading_status = status;
    }

    /// Notes what may be blocked as margin.
    pub(super) fn balance(&mut self, available: Option<Decimal>) {
        self.world.available_balance = available;
    }

    /// Reads the switches and the day from the store.
    pub(super) async fn look(
        &mut self,
        now: DateTime<Utc>,
        open_session: Option<i64>,
    ) -> Result<()> {
        let strangle = &self.strangle;
        let mut tx = strangle.db.read().await?;
        let switch = strangle.trading_state(&mut tx).await?;
        let limits = strangle.limits(&mut tx).await?;
        let midnight = next_ist_midnight(now) - TimeDelta::days(1);
        let closed =
            day::closed_since(&mut tx, strangle.environment(), &strangle.account, midnight).await?;
        let begun = day::entered_since(
            &mut tx,
            strangle.environment(),
            &strangle.account,
            midnight,
            open_session,
        )
        .await?;
        drop(tx);

        self.world.trading_state = match switch.state {
            "active" => TradingState::Active,
            "reducing" => TradingState::Reducing,
            _ => TradingState::Halted,
        };
        self.world.flatten = switch.flatten;
        self.world.limits = AccountLimits {
            max_daily_loss: limits.max_daily_loss.map(|exact| exact.0),
            max_sessions_per_day: limit(limits.max_sessions_per_day),
            max_orders_per_minute: u32::try_from(limits.max_orders_per_minute).unwrap_or(0),
            max_lots_per_leg: limits.max_lots_per_leg,
        };
        self.world.daily_realized = closed.iter().map(ClosedRow::net).sum();
        self.world.sessions_today = u32::try_from(begun).unwrap_or(u32::MAX);
        let streak =
            closed.iter().rev().take_while(|session| session.net() < Decimal::ZERO).count();
        self.world.cooldown_until = closed
            .last()
            .filter(|_| streak >= LOSS_STREAK)
            .map(|last| last.closed_at + LOSS_STREAK_COOLDOWN);
        Ok(())
    }
}

/// 0 is no limit.
fn limit(value: i64) -> Option<u32> {
    u32::try_from(value).ok().filter(|value| *value > 0)
}
