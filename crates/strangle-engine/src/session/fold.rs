//! How each fact changes the ledger.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::facts::{Event, Fact};
use super::ledger::{Alert, Corrupt, ExitDecision, LastPass, Ledger};
use super::leg::{CloseRequest, Leg, RecordedFill};
use super::state::SessionState;
use crate::intent::{Fill, FillType, Intent, IntentState, Side};

impl Ledger {
    /// Takes in the next fact.
    ///
    /// # Errors
    ///
    /// Refuses a fact that does not fit.
    pub fn apply(&mut self, event: &Event) -> Result<(), Corrupt> {
        if event.seq != self.seq + 1 {
            return Err(Corrupt::OutOfSequence { last: self.seq, found: event.seq });
        }
        self.fold(event)?;
        self.seq = event.seq;
        Ok(())
    }

    fn fold(&mut self, event: &Event) -> Result<(), Corrupt> {
        let at = event.at;
        match &event.fact {
            Fact::SessionCreated { .. } => {
                return Err(Corrupt::OutOfSequence { last: self.seq, found: event.seq });
            }
            Fact::StateChanged { from, to, .. } => self.change_state(*from, *to, at),
            Fact::Selected { selection, schedule, quantity } => {
                let contracts = [selection.call.contract, selection.put.contract];
                self.legs = contracts.map(|contract| Leg::new(contract, *quantity)).to_vec();
                self.selection = Some(selection.clone());
                self.schedule = *schedule;
            }
            Fact::NotSelected { refusal } => self.refusal = Some(refusal.clone()),
            Fact::LegAdopted { contract, size, entry_price, opened_at } => {
                let mut leg = Leg::new(*contract, *size);
                leg.record(adopted(self.spec.number, &leg, *entry_price, *opened_at));
                self.legs.push(leg);
            }
            Fact::Balanced { action } => self.balance = Some((*action, self.intents.len())),
            Fact::FillRecorded { leg, fill, fee_estimate, estimated, .. } => {
                let recorded = RecordedFill {
                    fill: fill.clone(),
                    fee_estimate: *fee_estimate,
                    estimated: *estimated,
                    at,
                };
                self.leg_mut(*leg, event.seq)?.record(recorded);
                if let Some(intent) = self.intent_of_fill(fill) {
                    intent.recorded += fill.size;
                }
            }
            Fact::CommissionKnown { fill_id, commission } => {
                for leg in &mut self.legs {
                    if leg.fills.iter().any(|fill| fill.fill.fill_id == *fill_id) {
                        leg.set_commission(fill_id, *commission);
                    }
                }
                self.revise_summary();
            }
            Fact::LegCloseRequested { leg, size, limit_price, .. } => {
                let (from, intents_before) = (self.net_sold(*leg), self.intents.len());
                let until = (from - size).max(0);
                let limit_price = *limit_price;
                let request = CloseRequest { until, from, limit_price, at, intents_before };
                self.leg_mut(*leg, event.seq)?.close_request = Some(request);
            }
            Fact::LegCloseEnded { leg, .. } => {
                self.leg_mut(*leg, event.seq)?.close_request = None;
            }
            Fact::LegClosed { leg, evidence } => {
                let leg = self.leg_mut(*leg, event.seq)?;
                leg.closed = Some((*evidence, at));
                leg.close_request = None;
            }
            Fact::IntentPlanned { plan } => {
                if self.intent(&plan.order.client_order_id).is_some() {
                    return Err(Corrupt::DuplicateIntent(event.seq));
                }
                if plan.leg >= self.legs.len() {
                    return Err(Corrupt::NoSuchLeg(event.seq));
                }
                self.intents.push(Intent::new((**plan).clone(), at));
            }
            Fact::IntentSending { client_order_id }
            | Fact::IntentReported { client_order_id, .. }
            | Fact::IntentRejected { client_order_id, .. }
            | Fact::IntentUnknown { client_order_id, .. }
            | Fact::IntentCancelRequested { client_order_id, .. }
            | Fact::IntentNotAccepted { client_order_id }
            | Fact::IntentAbandoned { client_order_id } => {
                let intent = self
                    .intents
                    .iter_mut()
                    .find(|intent| intent.plan.order.client_order_id == *client_order_id)
                    .ok_or(Corrupt::NoSuchIntent(event.seq))?;
                fold_intent(intent, &event.fact, at);
            }
            fact => self.fold_rest(fact, at),
        }
        Ok(())
    }

    fn fold_rest(&mut self, fact: &Fact, at: DateTime<Utc>) {
        match fact {
            Fact::WentLive { basis, size, spot } => {
                self.live_at = Some(at);
                self.basis = Some(*basis);
                self.spot_entry = *spot;
                for leg in &mut self.legs {
                    leg.target = *size;
                }
            }
            Fact::ExtremesMoved { extremes } => self.trail = *extremes,
            Fact::ExitDecided { reason, by, .. } => {
                let intents_before = self.intents.len();
                self.exit =
                    Some(ExitDecision { reason: *reason, at, by: by.clone(), intents_before });
            }
            Fact::PanicRequested { .. } => self.panic = Some(self.intents.len()),
            Fact::ForeignPosition { symbol, size } => {
                self.foreign.retain(|(held, _)| held != symbol);
                if *size != 0 {
                    self.foreign.push((*symbol, *size));
                }
            }
            Fact::Reconciled { differences, agreed, .. } => {
                let differences = differences.clone();
                self.last_pass = Some(LastPass { at, agreed: *agreed, differences });
            }
            Fact::HandsOff { on, .. } => self.hands_off = *on,
            Fact::EntriesPaused { on, .. } => self.entries_paused = *on,
            Fact::Rescheduled { schedule } => self.schedule = *schedule,
            Fact::ProfileTightened { profile, .. } => self.profile = (**profile).clone(),
            Fact::Alert { code, severity, message } => {
                let alert = Alert { severity: *severity, message: message.clone(), since: at };
                self.alerts.insert(code.clone(), alert);
            }
            Fact::AlertCleared { code } => {
                self.alerts.remove(code);
            }
            Fact::SessionClosed { summary } => self.summary = Some(summary.clone()),
            _ => {}
        }
    }

    fn change_state(&mut self, from: SessionState, to: SessionState, at: DateTime<Utc>) {
        let pauses = |state| matches!(state, SessionState::Reconciling | SessionState::Unresolved);
        if pauses(to) {
            if !pauses(from) {
                self.resume = Some(from);
            }
        } else {
            self.resume = None;
        }
        if to == SessionState::Entering && self.entering_at.is_none() {
            self.entering_at = Some(at);
        }
        self.state = to;
        self.state_since = at;
    }

    /// Returns the order a trade belongs to.
    fn intent_of_fill(&mut self, fill: &Fill) -> Option<&mut Intent> {
        let by_name = fill.client_order_id.as_ref();
        self.intents.iter_mut().find(|intent| match by_name {
            Some(name) => intent.plan.order.client_order_id == *name,
            None => {
                fill.exchange_order_id.is_some()
                    && intent.exchange_order_id == fill.exchange_order_id
            }
        })
    }

    fn leg_mut(&mut self, leg: usize, seq: u64) -> Result<&mut Leg, Corrupt> {
        self.legs.get_mut(leg).ok_or(Corrupt::NoSuchLeg(seq))
    }
}

fn fold_intent(intent: &mut Intent, fact: &Fact, at: DateTime<Utc>) {
    match fact {
        Fact::IntentSending { .. } => {
            intent.state = IntentState::Sending;
            intent.sending_at = Some(at);
        }
        Fact::IntentReported { exchange_order_id, state, filled, average_price, .. } => {
            intent.state = *state;
            intent.exchange_order_id = Some(*exchange_order_id);
            intent.reported = intent.reported.max(*filled);
            intent.average_price = average_price.or(intent.average_price);
            intent.acked_at = intent.acked_at.or(Some(at));
            intent.unknown_at = None;
        }
        Fact::IntentRejected { code, .. } => {
            intent.state = IntentState::Rejected;
            intent.last_error = Some(code.clone());
        }
        Fact::IntentUnknown { error, .. } => {
            intent.state = IntentState::Unknown;
            intent.unknown_at = intent.unknown_at.or(Some(at));
            intent.last_error = Some(error.clone());
        }
        Fact::IntentCancelRequested { .. } => {
            intent.state = IntentState::CancelRequested;
            intent.cancel_at = Some(at);
        }
        Fact::IntentNotAccepted { .. } => intent.state = IntentState::NotAccepted,
        Fact::IntentAbandoned { .. } => intent.state = IntentState::Abandoned,
        _ => {}
    }
    intent.terminal_at =
        if intent.state.is_terminal() { intent.terminal_at.or(Some(at)) } else { None };
}

/// The sale of an adopted leg, as far as known.
fn adopted(session: u64, leg: &Leg, price: Decimal, at: DateTime<Utc>) -> RecordedFill {
    let Leg { contract, target, .. } = leg;
    RecordedFill {
        fill: Fill {
            fill_id: format!("adopted:{session}:{}", contract.symbol.as_str()),
            client_order_id: None,
            exchange_order_id: None,
            product_id: contract.product_id,
            symbol: contract.symbol,
            side: Side::Sell,
            size: *target,
            price,
            role: None,
            commission: None,
            fill_type: FillType::External,
            exchange_at: at,
        },
        fee_estimate: None,
        estimated: true,
        at,
    }
}
