//! What an answer of the exchange changes.
//!
//! Everything may come twice, late or out of order: knowledge only grows. A trade is recorded once,
//! by its name; an order that is over stays over, unless the exchange shows that it had it after
//! all.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

use super::facts::Fact;
use super::io::Input;
use super::state::{SessionState, Severity};
use super::turn::Turn;
use crate::fees::Estimate;
use crate::instrument::ProductId;
use crate::intent::{
    CancelOutcome, ClientOrderId, Fill, FillType, IntentState, OrderReport, Role, SendOutcome, Side,
};
use crate::quote::{Arrival, Quote, Spot};
use crate::reconcile::{FillsLook, IntentFacts, LookUpAnswer, Next, judge_intent};

/// A difference between the clocks that is reported.
const CLOCK_JUMP_MS: i64 = 2_000;
/// How long it stands.
const CLOCK_CALM: TimeDelta = TimeDelta::minutes(5);

impl Turn<'_> {
    /// Takes an input in. Says whether it was one of those that usually change nothing.
    pub(super) fn absorb(&mut self, input: Input<'_>) -> bool {
        match input {
            Input::Tick { monotonic_ms } => {
                self.absorb_tick(monotonic_ms);
                return true;
            }
            Input::Quote { product_id, quote } => {
                self.absorb_quote(product_id, quote);
                return true;
            }
            Input::Index(spot) => {
                self.absorb_index(spot);
                return true;
            }
            Input::Chain(chain) => self.absorb_chain(&chain),
            Input::Sent { client_order_id, outcome } => self.absorb_sent(client_order_id, outcome),
            Input::CancelAnswered { client_order_id, outcome } => {
                self.absorb_cancel(client_order_id, outcome);
            }
            Input::Order(report) => self.absorb_report(report),
            Input::Fill(fill) => self.absorb_fill(fill),
            Input::LookedUp { client_order_id, answer } => {
                self.absorb_look_up(client_order_id, answer);
            }
            Input::Account(view) => self.absorb_account(view),
            Input::Reconnected => self.live.next_full = self.now,
            Input::Command(command) => self.obey(command),
        }
        false
    }

    fn absorb_tick(&mut self, monotonic_ms: i64) {
        if let Some((then, wall)) = self.live.clock {
            let jump = (self.now - wall).num_milliseconds() - (monotonic_ms - then);
            if jump.abs() > CLOCK_JUMP_MS {
                let message = format!("the clock jumped by {jump} ms");
                let severity = Severity::Warning;
                self.record(Fact::Alert { code: "clock_jump".to_owned(), severity, message });
            } else if self
                .ledger
                .alerts
                .get("clock_jump")
                .is_some_and(|it| self.now - it.since > CLOCK_CALM)
            {
                self.clear_alert("clock_jump");
            }
        }
        self.live.clock = Some((monotonic_ms, self.now));
        self.live.last_tick_at = Some(self.now);
    }

    fn absorb_quote(&mut self, product_id: ProductId, quote: &Quote) {
        let index = self.live.spot.map(|spot| spot.price);
        let legs = self.ledger.legs.iter().zip(&mut self.live.legs);
        for (leg, watch) in legs.filter(|(leg, _)| leg.contract.product_id == product_id) {
            if watch.quotes.arrive(quote, index) == Arrival::Taken {
                watch.rest.asked_at = None;
            }
            debug_assert_eq!(leg.contract.product_id, product_id);
        }
    }

    fn absorb_index(&mut self, spot: Spot) {
        if spot.price <= Decimal::ZERO || self.live.spot.is_some_and(|last| last.at > spot.at) {
            return;
        }
        self.live.spot = Some(spot);
        if self.ledger.live_at.is_some() {
            let (high, low) = (&mut self.live.spot_high, &mut self.live.spot_low);
            *high = Some(high.map_or(spot.price, |high| high.max(spot.price)));
            *low = Some(low.map_or(spot.price, |low| low.min(spot.price)));
        }
    }

    fn absorb_sent(&mut self, id: &ClientOrderId, outcome: &SendOutcome) {
        let Some(intent) = self.ledger.intent(id) else { return };
        let awaited = matches!(intent.state, IntentState::Sending | IntentState::Unknown);
        let client_order_id = id.clone();
        match outcome {
            SendOutcome::Confirmed { report } => self.absorb_named_report(id, report),
            _ if !awaited || intent.acknowledged() => {}
            SendOutcome::Refused { code, message } if names_a_twin(code) => {
                // An order of this name is there: find out which.
                let error = format!("{code}: {message}");
                self.record(Fact::IntentUnknown { client_order_id, error });
                self.look_up_soon(id, TimeDelta::zero());
            }
            SendOutcome::Refused { code, message } => {
                let (code, message) = (code.clone(), message.clone());
                self.record(Fact::IntentRejected { client_order_id, code, message });
            }
            SendOutcome::NotSent { error } => {
                let (code, message) = ("not_sent".to_owned(), error.clone());
                self.record(Fact::IntentRejected { client_order_id, code, message });
            }
            SendOutcome::Ambiguous { .. } if intent.state == IntentState::Unknown => {}
            SendOutcome::Ambiguous { error } => {
                self.record(Fact::IntentUnknown { client_order_id, error: error.clone() });
                self.look_up_soon(id, TimeDelta::seconds(1));
            }
        }
    }

    fn absorb_cancel(&mut self, id: &ClientOrderId, outcome: &CancelOutcome) {
        if let CancelOutcome::Confirmed { report: Some(report) } = outcome {
            self.absorb_named_report(id, report);
        }
        // Whatever was answered, only the order itself tells how it ended.
        self.look_up_soon(id, TimeDelta::zero());
    }

    /// Takes in what the exchange says about an order.
    pub(super) fn absorb_report(&mut self, report: &OrderReport) {
        if let Some(id) = &report.client_order_id {
            self.absorb_named_report(&id.clone(), report);
            return;
        }
        let number = Some(report.exchange_order_id);
        let known = self.ledger.intents.iter().find(|intent| intent.exchange_order_id == number);
        if let Some(id) = known.map(|intent| intent.plan.order.client_order_id.clone()) {
            self.absorb_named_report(&id, report);
        }
    }

    fn absorb_named_report(&mut self, id: &ClientOrderId, report: &OrderReport) {
        let Some(intent) = self.ledger.intent(id) else { return };
        let filled = report.filled().min(intent.plan.order.size).max(intent.reported);
        let told = match report.intent_state() {
            IntentState::Open if filled > 0 => IntentState::PartiallyFilled,
            told => told,
        };
        let working = matches!(told, IntentState::Open | IntentState::PartiallyFilled);
        let state = match intent.state {
            IntentState::CancelRequested if working => IntentState::CancelRequested,
            IntentState::Filled | IntentState::Cancelled if working => intent.state,
            IntentState::Filled => IntentState::Filled,
            IntentState::Rejected | IntentState::NotAccepted | IntentState::Abandoned => {
                let message = format!("order {id} was thought absent and is {told:?}");
                self.alert("order_reappeared", Severity::Critical, message);
                told
            }
            _ => told,
        };
        let Some(intent) = self.ledger.intent(id) else { return };
        let same = intent.state == state
            && intent.reported == filled
            && intent.exchange_order_id == Some(report.exchange_order_id)
            && (report.average_price.is_none() || report.average_price == intent.average_price);
        if !same {
            self.record(Fact::IntentReported {
                client_order_id: id.clone(),
                exchange_order_id: report.exchange_order_id,
                state,
                filled,
                average_price: report.average_price,
            });
        }
    }

    /// Takes in a trade, if it is one of ours and new.
    pub(super) fn absorb_fill(&mut self, fill: &Fill) {
        if self.ledger.has_fill(&fill.fill_id) {
            self.absorb_commission(fill);
            return;
        }
        let Some(leg) = self.leg_of_fill(fill) else { return };
        let mut fill = fill.clone();
        // The list of trades names the order by its number alone.
        if fill.client_order_id.is_none() && fill.exchange_order_id.is_some() {
            let number = fill.exchange_order_id;
            let order = self.ledger.intents.iter().find(|it| it.exchange_order_id == number);
            fill.client_order_id = order.map(|it| it.plan.order.client_order_id.clone());
        }
        self.record_fill(leg, fill.clone(), false);
        self.settle_intent_by_fill(&fill);
    }

    /// Records a trade of a leg with its estimated fee.
    pub(super) fn record_fill(&mut self, leg: usize, fill: Fill, estimated: bool) {
        let Some(contract) = self.ledger.legs.get(leg).map(|leg| leg.contract) else { return };
        let index = self.live.spot.map(|spot| spot.price);
        let role = fill.role.unwrap_or(Role::Taker);
        let fees = &self.ledger.spec.settings.fees;
        let fee_estimate = match fees.estimate(&contract, index, fill.price, fill.size, role) {
            Ok(Estimate::Known(fee)) => Some(fee),
            _ => None,
        };
        self.record(Fact::FillRecorded { leg, fill, fee_estimate, index, estimated });
        if let Some(watch) = self.live.legs.get_mut(leg) {
            watch.suspicion = None;
            watch.zero_since = None;
            watch.entry = None;
        }
        self.live.next_point = self.now;
    }

    fn absorb_commission(&mut self, fill: &Fill) {
        let Some(commission) = fill.commission else { return };
        let known = self.ledger.legs.iter().flat_map(|leg| &leg.fills).any(|recorded| {
            recorded.fill.fill_id == fill.fill_id && recorded.fill.commission.is_some()
        });
        if !known {
            self.record(Fact::CommissionKnown { fill_id: fill.fill_id.clone(), commission });
        }
    }

    /// Returns the leg a trade belongs to: by its order, else because the exchange itself closed
    /// what is open. Trades of others belong to none (INV-6).
    fn leg_of_fill(&self, fill: &Fill) -> Option<usize> {
        let by_order = self.ledger.intents.iter().find(|intent| match &fill.client_order_id {
            Some(id) => intent.plan.order.client_order_id == *id,
            None => {
                fill.exchange_order_id.is_some()
                    && intent.exchange_order_id == fill.exchange_order_id
            }
        });
        if let Some(intent) = by_order {
            return Some(intent.plan.leg);
        }
        let by_exchange =
            matches!(fill.fill_type, FillType::Adl | FillType::Liquidation | FillType::Settlement);
        let leg = self
            .ledger
            .legs
            .iter()
            .position(|leg| leg.contract.product_id == fill.product_id && !leg.is_closed())?;
        let open = self.ledger.net_sold(leg);
        let opened_at = self.ledger.legs.get(leg)?.opened_at?;
        let ours = by_exchange
            && fill.side == Side::Buy
            && fill.exchange_at >= opened_at
            && (1..=open).contains(&fill.size);
        ours.then_some(leg)
    }

    /// A trade proves that the exchange has the order, and its last one that it is over.
    fn settle_intent_by_fill(&mut self, fill: &Fill) {
        let Some(exchange_order_id) = fill.exchange_order_id else { return };
        let Some(id) = &fill.client_order_id else { return };
        let Some(intent) = self.ledger.intent(id) else { return };
        let filled = intent.filled();
        let state = match intent.state {
            state if state.is_terminal() => return,
            _ if filled >= intent.plan.order.size => IntentState::Filled,
            IntentState::CancelRequested => return,
            _ => IntentState::PartiallyFilled,
        };
        if intent.state != state {
            let (client_order_id, average_price) = (id.clone(), None);
            let fact = Fact::IntentReported {
                client_order_id,
                exchange_order_id,
                state,
                filled,
                average_price,
            };
            self.record(fact);
        }
    }

    /// Takes in the answer about an order.
    pub(super) fn absorb_look_up(&mut self, id: &ClientOrderId, answer: &LookUpAnswer) {
        let Some(intent) = self.ledger.intent(id) else { return };
        let (leg, state) = (intent.plan.leg, intent.state);
        if let Some(report) = answer.report() {
            self.looked_up(leg, true, TimeDelta::seconds(1));
            self.absorb_named_report(id, report);
            return;
        }
        let facts = IntentFacts {
            state,
            acknowledged: intent.acknowledged(),
            size: intent.plan.order.size,
            since_send: intent.sending_at.map(|sent| answer.asked_at - sent),
        };
        let verdict = judge_intent(&facts, answer);
        self.looked_up(leg, verdict.next != Next::BackOff, TimeDelta::seconds(2));
        let client_order_id = id.clone();
        match verdict.intent {
            IntentState::Abandoned => self.record(Fact::IntentAbandoned { client_order_id }),
            IntentState::NotAccepted => self.record(Fact::IntentNotAccepted { client_order_id }),
            IntentState::Unknown if state == IntentState::Sending => {
                let error = answer.error().unwrap_or("not found").to_owned();
                self.record(Fact::IntentUnknown { client_order_id, error });
            }
            _ => {}
        }
        if matches!(answer.fills, FillsLook::Some { .. }) {
            self.want_fills();
        }
    }

    /// Sets when an order's next look-up may be.
    fn looked_up(&mut self, leg: usize, answered: bool, pause: TimeDelta) {
        let now = self.now;
        if let Some(watch) = self.live.legs.get_mut(leg) {
            if answered {
                watch.look_up.answered(now, pause);
            } else {
                watch.look_up.failed(now);
            }
        }
    }

    fn look_up_soon(&mut self, id: &ClientOrderId, pause: TimeDelta) {
        let next_at: DateTime<Utc> = self.now + pause;
        let leg = self.ledger.intent(id).map(|intent| intent.plan.leg);
        if let Some(watch) = leg.and_then(|leg| self.live.legs.get_mut(leg)) {
            watch.look_up = super::volatile::Ask::at(next_at);
        }
    }

    /// Says whether a quiet input can end here.
    pub(super) fn nothing_due(&mut self) -> bool {
        let world_stands = self.world.trading_state == self.live.trading_state
            && self.world.flatten == self.live.flatten;
        if self.now >= self.live.wake || !world_stands {
            return false;
        }
        match self.ledger.state {
            SessionState::Live | SessionState::Halted => match self.evaluate() {
                Some(reason) => {
                    self.decide_exit(reason, None);
                    false
                }
                None => true,
            },
            SessionState::Entering | SessionState::Exiting => false,
            _ => true,
        }
    }
}

/// Says whether a refusal means that an order of the same name exists.
fn names_a_twin(code: &str) -> bool {
    let code = code.to_ascii_lowercase();
    code.contains("client_order_id") || code.contains("duplicate")
}
