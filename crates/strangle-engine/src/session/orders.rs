//! How a leg is worked, and the only place from which an order leaves.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

use super::facts::Fact;
use super::io::{Act, Output};
use super::state::{SessionState, Severity};
use super::turn::Turn;
use crate::client_order_id::ClientOrderId;
use crate::execution::{Attempts, Rules, Step, Task, Watch, next_order, watch};
use crate::intent::{Intent, IntentPlan, IntentState, OrderKind, OrderRequest, Purpose};
use crate::risk::{self, Day, Denial, OrderCheck, check_day};

/// Since when an order must be unknown to be an alarm.
const UNKNOWN_ALARM: TimeDelta = TimeDelta::seconds(60);
/// Since when it must be unknown for the session to be unresolved.
const UNKNOWN_UNRESOLVED: TimeDelta = TimeDelta::seconds(120);
/// How soon the exchange is asked about an order that has no answer yet.
const IN_FLIGHT_CHECK: TimeDelta = TimeDelta::seconds(2);

/// How a leg stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// An order is not over.
    Busy,
    /// Nothing is left to trade.
    Done,
    /// A pause, a missing quote, or a denial that may pass.
    Waiting,
    /// No attempts are left, or a denial that will not pass.
    Exhausted,
}

impl Turn<'_> {
    /// Works a leg towards a task; without one, takes back what rests. Orders before `since` belong
    /// to something that is over.
    pub(super) fn work(&mut self, leg: usize, task: Option<&Task>, since: usize) -> Standing {
        let rules = self.rules();
        if self.watch_order(leg, task, since, &rules) {
            return Standing::Busy;
        }
        let Some(task) = task else { return Standing::Done };
        let Some(contract) = self.ledger.legs.get(leg).map(|leg| leg.contract) else {
            return Standing::Done;
        };
        let tried = self
            .ledger
            .intents
            .iter()
            .skip(since)
            .filter(|intent| intent.plan.leg == leg && intent.plan.order.side == task.side);
        let attempts = Attempts::of(tried);
        let quote = self.usable_quote(leg).copied();
        match next_order(task, &attempts, &rules, &contract, quote.as_ref(), self.now) {
            Step::Done => Standing::Done,
            Step::Exhausted => Standing::Exhausted,
            Step::Wait { until } => {
                self.due(until);
                Standing::Waiting
            }
            Step::NeedQuote => {
                self.want_quote(leg);
                self.due(self.now + TimeDelta::seconds(1));
                Standing::Waiting
            }
            Step::Send { kind } => match self.send(leg, task, kind) {
                Ok(()) => Standing::Busy,
                Err(denial) => self.denied(denial),
            },
        }
    }

    /// Looks after the order of a leg that is not over. Says whether there is one.
    fn watch_order(
        &mut self,
        leg: usize,
        task: Option<&Task>,
        since: usize,
        rules: &Rules,
    ) -> bool {
        let found = self.ledger.intents.iter().enumerate();
        let found = found.rev().find(|(_, it)| it.plan.leg == leg && !it.state.is_terminal());
        let Some((place, intent)) = found else { return false };
        let client_order_id = intent.plan.order.client_order_id.clone();
        let superseded = superseded(intent, place, task, since);
        match watch(intent, superseded, task.map(|task| task.style), rules, self.now) {
            Watch::Abandon => {
                self.record(Fact::IntentAbandoned { client_order_id });
                return false;
            }
            Watch::MarkUnknown { why } => {
                self.record(Fact::IntentUnknown { client_order_id, error: why.to_owned() });
                self.look_up(leg);
            }
            Watch::Poll { until } => {
                if let Some(until) = until {
                    self.due(until);
                }
                self.look_up(leg);
            }
            Watch::Cancel { why } => {
                let exchange_order_id = intent.exchange_order_id;
                let product_id = intent.plan.order.product_id;
                let why = why.to_owned();
                let id = client_order_id.clone();
                self.record(Fact::IntentCancelRequested { client_order_id: id, why });
                self.act(Act::Cancel { client_order_id, exchange_order_id, product_id });
                if let Some(watch) = self.live.legs.get_mut(leg) {
                    watch.look_up = super::volatile::Ask::at(self.now + TimeDelta::seconds(1));
                }
            }
        }
        true
    }

    /// Asks about the order of a leg when it is time to.
    pub(super) fn look_up(&mut self, leg: usize) {
        let Some(intent) = self.ledger.active(leg) else { return };
        let unknown_since = intent.unknown_at.filter(|_| intent.state == IntentState::Unknown);
        let (client_order_id, product_id) =
            (intent.plan.order.client_order_id.clone(), intent.plan.order.product_id);
        let since = intent.sending_at.unwrap_or(intent.planned_at);
        if let Some(unknown) = unknown_since
            && self.has_come(unknown + UNKNOWN_ALARM)
        {
            let message = format!("nobody knows what became of order {client_order_id}");
            self.alert("intent_unknown", Severity::Critical, message);
            let works = matches!(
                self.ledger.state,
                SessionState::Entering | SessionState::Live | SessionState::Halted
            );
            if works && self.has_come(unknown + UNKNOWN_UNRESOLVED) {
                self.go(SessionState::Unresolved, "intent_unknown");
                return;
            }
        }
        let Some(due_at) = self.live.legs.get(leg).map(|watch| watch.look_up.due_at()) else {
            return;
        };
        if !self.has_come(due_at) {
            return;
        }
        if let Some(watch) = self.live.legs.get_mut(leg) {
            watch.look_up.asked(self.now);
            let due_at = watch.look_up.due_at();
            self.due(due_at);
        }
        self.act(Act::LookUp { client_order_id, product_id, since });
    }

    /// Sends an order, if the gate lets it pass. Nothing else sends.
    fn send(&mut self, leg: usize, task: &Task, kind: OrderKind) -> Result<(), Denial> {
        risk::check(&self.order_check(leg, task, kind))?;

        let plan = self.plan(leg, task, kind).ok_or(Denial::LegLimit)?;
        let order = plan.order.clone();
        let client_order_id = order.client_order_id.clone();
        self.live.held_by = None;
        self.record(Fact::IntentPlanned { plan: Box::new(plan) });
        self.out.push(Output::Commit);
        self.record(Fact::IntentSending { client_order_id });
        self.act(Act::Place { order });
        if let Some(watch) = self.live.legs.get_mut(leg) {
            watch.look_up = super::volatile::Ask::at(self.now + IN_FLIGHT_CHECK);
        }
        self.due(self.now + IN_FLIGHT_CHECK);
        Ok(())
    }

    fn plan(&self, leg: usize, task: &Task, kind: OrderKind) -> Option<IntentPlan> {
        let contract = self.ledger.legs.get(leg)?.contract;
        let option = contract.kind;
        let spec = &self.ledger.spec;
        let named =
            |intent: &&Intent| intent.plan.option == option && intent.plan.purpose == task.purpose;
        let last = self.ledger.intents.iter().filter(named).map(|it| it.plan.attempt).max();
        let attempt = last.unwrap_or(0) + 1;
        let client_order_id =
            ClientOrderId::new(spec.tag, spec.number, option, task.purpose, attempt);
        let quote = self.live.legs.get(leg).and_then(|watch| watch.quotes.newest());
        Some(IntentPlan {
            leg,
            option,
            purpose: task.purpose,
            attempt,
            order: OrderRequest {
                client_order_id,
                product_id: contract.product_id,
                symbol: contract.symbol,
                side: task.side,
                size: task.size,
                kind,
                reduce_only: task.reduce_only,
            },
            reference_price: quote.map(|it| it.mid().unwrap_or(it.mark).normalize()),
            fencing_token: self.world.fencing_token,
        })
    }

    fn order_check(&self, leg: usize, task: &Task, kind: OrderKind) -> OrderCheck {
        let (world, settings) = (self.world, &self.ledger.spec.settings);
        let contract = self.ledger.legs.get(leg).map(|leg| leg.contract);
        let quote = self.live.legs.get(leg).and_then(|watch| watch.quotes.newest());
        let opens = task.purpose == Purpose::Entry;
        let first = !self.ledger.intents.iter().any(|it| it.plan.purpose == Purpose::Entry);
        let just_sent = self.ledger.intents.iter().filter(|it| it.sending_at == Some(self.now));
        let just_sent = u32::try_from(just_sent.count()).unwrap_or(u32::MAX);
        OrderCheck {
            lease_held: world.lease_held,
            trading_state: world.trading_state,
            live: self.ledger.spec.mode == super::spec::Mode::Live,
            credentials: world.credentials,
            clock_skew_ms: world.clock_skew_ms,
            book: self.ledger.book(leg),
            side: task.side,
            size: task.size,
            reduce_only: task.reduce_only,
            price: kind.price(),
            quote_age: quote.map(|quote| quote.age(self.now)),
            stale_after: settings.stale_quote(),
            mark: quote.map(|quote| quote.mark),
            max_slippage_pct: self.max_slippage_pct(),
            band: quote.and_then(|quote| quote.band),
            max_lots: world.limits.max_lots_per_leg,
            position_size_limit: contract.and_then(|contract| contract.position_size_limit),
            orders_last_minute: world.orders_last_minute.saturating_add(just_sent),
            max_orders_per_minute: world.limits.max_orders_per_minute,
            quota_left: world.quota_left,
            quota_reserve: settings.quota_reserve,
            day: if opens && first { self.day_denial() } else { None },
            margin_needed: if opens && first { self.margin_estimate() } else { None },
            available_balance: world.available_balance,
            status: world.trading_status,
        }
    }

    /// Returns what the day denies.
    pub(super) fn day_denial(&self) -> Option<Denial> {
        let day = Day {
            realized: self.world.daily_realized,
            sessions: self.world.sessions_today,
            cooldown_until: self.world.cooldown_until,
        };
        check_day(&self.world.limits, &day, self.now).err().map(|denial| denial.reason)
    }

    /// Notes what a denial means: some pass, some do not.
    fn denied(&mut self, denial: Denial) -> Standing {
        self.live.held_by = Some(denial.code().to_owned());
        let passes = matches!(
            denial,
            Denial::LeaseLost
                | Denial::StaleQuote
                | Denial::OrderRate
                | Denial::QuotaReserve
                | Denial::ClockSkew
                | Denial::LegBusy
                | Denial::TradingStatus
        );
        let message = format!("an order was held back: {}", denial.code());
        self.alert(&format!("order_held_{}", denial.code()), Severity::Warning, message);
        if passes {
            self.due(self.now + TimeDelta::seconds(1));
            Standing::Waiting
        } else {
            Standing::Exhausted
        }
    }

    /// Returns the settings that working a leg depends on.
    fn rules(&self) -> Rules {
        let settings = &self.ledger.spec.settings;
        let fields = self.ledger.profile.fields();
        Rules {
            entry_attempts: settings.entry_attempts,
            exit_attempts: settings.exit_attempts,
            retry_delay: settings.retry_delay(),
            entry_timeout: TimeDelta::milliseconds(settings.order_timeout_ms),
            exit_timeout: TimeDelta::milliseconds(settings.exit_timeout_ms),
            partial_fill_threshold: settings.partial_fill_threshold,
            policy: fields.limit_price_policy,
            fallback: fields.entry_market_fallback,
            max_slippage_pct: self.max_slippage_pct(),
        }
    }

    fn max_slippage_pct(&self) -> Decimal {
        Decimal::try_from(self.ledger.profile.fields().max_slippage_pct).unwrap_or_default()
    }

    /// Says since when a position may be compared with the ledger: nothing of the leg has moved.
    pub(super) fn untouched_since(&self, leg: usize) -> Option<DateTime<Utc>> {
        let traded = self.ledger.legs.get(leg).and_then(|leg| leg.traded_at);
        let ended = self
            .ledger
            .intents_of(leg)
            .filter(|intent| intent.filled() > 0)
            .filter_map(|intent| intent.terminal_at)
            .max();
        traded.max(ended)
    }
}

/// Says why the order of a leg is no longer wanted, if it is not.
fn superseded(
    intent: &Intent,
    place: usize,
    task: Option<&Task>,
    since: usize,
) -> Option<&'static str> {
    let Some(task) = task else { return Some("no_longer_wanted") };
    if intent.plan.order.side != task.side {
        return Some("side_changed");
    }
    (place < since).then_some("superseded")
}
