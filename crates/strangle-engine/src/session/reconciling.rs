//! What the exchange holds, against what the ledger says.
//!
//! At the start nothing is sent before two passes, at least 10 s apart, have found the same; a
//! session without legs and orders needs one. While it runs, positions are checked every 15 s
//! (10 s while an order works), everything every 5 min and after each gap of the private stream.

use chrono::TimeDelta;

use super::facts::{Difference, Fact, ReconcileTrigger};
use super::io::{AccountQuery, AccountView, Act};
use super::spec::Task;
use super::state::{SessionState, Severity};
use super::turn::Turn;
use super::volatile::{Ask, Pass};
use crate::exit::ExitReason;
use crate::intent::{IntentState, OrderReport};
use crate::reconcile::{OrderVerdict, PASS_DISTANCE, judge_open_order};

/// How long the exchange may answer without a result before a person must look.
const UNRESOLVED_AFTER: TimeDelta = TimeDelta::seconds(120);
/// How far before the first order fills are looked for.
const FILLS_BEFORE: TimeDelta = TimeDelta::minutes(5);
const FULL_PASS: TimeDelta = TimeDelta::minutes(5);
const POSITION_CHECK: TimeDelta = TimeDelta::seconds(15);
const WORKING_CHECK: TimeDelta = TimeDelta::seconds(10);
const QUICK_PASS: TimeDelta = TimeDelta::seconds(2);

impl Turn<'_> {
    /// Begins to find out what the exchange holds. What flattens was just told, and goes ahead.
    pub(super) fn begin_reconciling(&mut self) {
        if self.ledger.state == SessionState::Created
            && matches!(self.ledger.spec.task, Task::Flatten { .. })
            && self.live.fresh
        {
            self.live.reconciled = true;
            self.subscribe();
            self.go(SessionState::Exiting, "flatten");
            return;
        }
        let never_sent: Vec<_> = self
            .ledger
            .intents
            .iter()
            .filter(|intent| intent.state == IntentState::Planned)
            .map(|intent| intent.plan.order.client_order_id.clone())
            .collect();
        for client_order_id in never_sent {
            self.record(Fact::IntentAbandoned { client_order_id });
        }
        self.live.pass = None;
        self.live.account = Ask::at(self.now);
        self.live.trigger = ReconcileTrigger::Startup;
        self.subscribe();
        let why = if self.live.fresh { "start" } else { "restart" };
        self.go(SessionState::Reconciling, why);
    }

    /// `reconciling`: one pass after the other.
    pub(super) fn reconcile(&mut self) {
        self.subscribe();
        let due_at = self.live.account.due_at();
        if self.has_come(due_at) {
            self.ask_account(true);
        }
    }

    /// `unresolved`: goes on looking. The rules still hold: they only reduce, and a leg whose order
    /// is unknown sends nothing.
    pub(super) fn resolve(&mut self) {
        for leg in 0..self.ledger.legs.len() {
            self.look_up(leg);
        }
        self.reconcile();
        let decided = if self.ledger.live_at.is_some() {
            self.evaluate()
        } else {
            self.world.flatten.then_some(ExitReason::KillSwitch)
        };
        if let Some(reason) = decided {
            self.live.reconciled = true;
            self.decide_exit(reason, None);
        }
    }

    /// Asks for the positions before contracts are chosen.
    pub(super) fn ask_positions(&mut self) {
        let due_at = self.live.account.due_at();
        if self.has_come(due_at) {
            self.live.trigger = ReconcileTrigger::Positions;
            self.ask_account(false);
        }
    }

    /// The checks of a session that runs.
    pub(super) fn run_checks(&mut self) {
        let full = self.has_come(self.live.next_full);
        let due_at = if full && self.live.account.asked_at.is_none() {
            self.now
        } else {
            self.live.account.due_at()
        };
        if !self.has_come(due_at) {
            return;
        }
        if self.live.trigger != ReconcileTrigger::Command || !full {
            self.live.trigger =
                if full { ReconcileTrigger::Full } else { ReconcileTrigger::Positions };
        }
        self.ask_account(full);
    }

    /// Asks for trades that are known to be missing.
    pub(super) fn want_fills(&mut self) {
        let due_at = self.live.fills.due_at();
        if !self.has_come(due_at) {
            return;
        }
        self.live.fills.asked(self.now);
        self.live.last_request += 1;
        self.live.fills_request = self.live.last_request;
        let mut query = self.query(self.live.last_request);
        query.fills_since = Some(self.fills_since());
        self.act(Act::LoadAccount { query });
    }

    fn ask_account(&mut self, full: bool) {
        self.live.account.asked(self.now);
        let due_at = self.live.account.due_at();
        self.due(due_at);
        self.live.last_request += 1;
        self.live.request = self.live.last_request;

        let working = self.ledger.intents.iter().any(|intent| !intent.state.is_terminal());
        let mut query = self.query(self.live.request);
        query.positions = true;
        query.open_orders = full || working;
        let traded = !self.ledger.legs.is_empty();
        query.fills_since = (full || traded).then(|| self.fills_since());
        let asks = |it: &&crate::intent::Intent| {
            full && !it.state.is_terminal() && it.state != IntentState::Planned
        };
        query.look_up = self
            .ledger
            .intents
            .iter()
            .filter(asks)
            .map(|it| {
                let since = it.sending_at.unwrap_or(it.planned_at);
                (it.plan.order.client_order_id.clone(), it.plan.order.product_id, since)
            })
            .collect();
        let open = self.ledger.legs.iter().filter(|leg| !leg.is_closed());
        let expired = open.filter(|leg| leg.contract.expires_at() <= self.now);
        query.settlements = expired.map(|leg| leg.contract.product_id).collect();
        self.act(Act::LoadAccount { query });
    }

    fn query(&self, request: u64) -> AccountQuery {
        AccountQuery {
            request,
            underlying: self.ledger.profile.underlying(),
            open_orders: false,
            positions: false,
            fills_since: None,
            look_up: Vec::new(),
            settlements: Vec::new(),
        }
    }

    fn fills_since(&self) -> chrono::DateTime<chrono::Utc> {
        let first = self.ledger.intents.first().map(|intent| intent.planned_at);
        first.unwrap_or(self.ledger.created_at) - FILLS_BEFORE
    }

    /// Takes in what the exchange told of the account.
    pub(super) fn absorb_account(&mut self, view: &AccountView) {
        let about_fills = view.request == self.live.fills_request;
        if self.ledger.state.is_over() || !(about_fills || view.request == self.live.request) {
            return;
        }
        for fill in view.fills.known().into_iter().flatten() {
            self.absorb_fill(fill);
        }
        if about_fills {
            if view.fills.failed() {
                self.live.fills.failed(self.now);
            } else {
                self.live.fills.answered(self.now, TimeDelta::seconds(1));
            }
            return;
        }
        for (id, answer) in &view.looked_up {
            self.absorb_look_up(id, answer);
        }
        for report in view.open_orders.known().into_iter().flatten() {
            self.judge_order(report);
        }
        for settlement in view.settlements.known().into_iter().flatten() {
            self.settle(settlement);
        }
        let differences = self.judge_positions(view);
        self.judge_pass(view, differences);
    }

    /// Judges an open order of the account.
    fn judge_order(&mut self, report: &OrderReport) {
        let Some(id) = report.client_order_id.clone() else { return };
        let ours = self.ledger.spec.tag.marks(id.as_str());
        let known = self.ledger.intent(&id).is_some();
        match judge_open_order(ours, known, false) {
            OrderVerdict::Foreign => {}
            OrderVerdict::Ours => self.absorb_report(report),
            OrderVerdict::CancelFinished | OrderVerdict::CancelOrphan => {
                let message = format!("order {id} is ours by its name and nothing is known of it");
                self.alert("orphan_order", Severity::Critical, message);
                let exchange_order_id = Some(report.exchange_order_id);
                let product_id = report.product_id;
                self.act(Act::Cancel { client_order_id: id, exchange_order_id, product_id });
            }
        }
    }

    /// Decides what a pass means for the session.
    fn judge_pass(&mut self, view: &AccountView, differences: Vec<Difference>) {
        let failed = view.positions.failed()
            || view.open_orders.failed()
            || view.fills.failed()
            || view.settlements.failed();
        let establishing =
            matches!(self.ledger.state, SessionState::Reconciling | SessionState::Unresolved);
        if failed {
            self.live.account.failed(self.now);
            return;
        }
        if establishing {
            self.judge_startup(view, differences);
            return;
        }
        let working = self.ledger.intents.iter().any(|intent| !intent.state.is_terminal());
        let suspicious = self.live.legs.iter().any(|watch| watch.suspicion.is_some());
        let pause = if working || suspicious { WORKING_CHECK } else { POSITION_CHECK };
        self.live.account.answered(self.now, pause);
        self.live.positions_seen = true;
        let trigger = self.live.trigger;
        if trigger != ReconcileTrigger::Positions {
            self.live.next_full = self.now + FULL_PASS;
            self.live.trigger = ReconcileTrigger::Positions;
        }
        if trigger != ReconcileTrigger::Positions || !differences.is_empty() {
            let agreed = differences.is_empty();
            self.record(Fact::Reconciled { trigger, differences, agreed });
        }
    }

    fn judge_startup(&mut self, view: &AccountView, differences: Vec<Difference>) {
        let unsettled = self
            .ledger
            .intents
            .iter()
            .any(|intent| matches!(intent.state, IntentState::Sending | IntentState::Unknown));
        let pass = self.pass(view);
        let nothing_at_stake = self.ledger.legs.is_empty() && self.ledger.intents.is_empty();
        let same_before =
            self.live.pass.as_ref().filter(|before| {
                before.positions == pass.positions && before.working == pass.working
            });
        let agreed = !unsettled
            && differences.is_empty()
            && self.ledger_is_held(&pass)
            && (nothing_at_stake
                || same_before.is_some_and(|before| pass.at - before.at >= PASS_DISTANCE));
        if agreed {
            self.record(Fact::Reconciled {
                trigger: ReconcileTrigger::Startup,
                differences,
                agreed,
            });
            self.resume();
            return;
        }
        let kept = same_before.filter(|_| !unsettled).map_or(pass.at, |before| before.at);
        let pause = if unsettled || !differences.is_empty() {
            self.live.pass = if unsettled { None } else { Some(Pass { at: kept, ..pass }) };
            QUICK_PASS
        } else {
            self.live.pass = Some(Pass { at: kept, ..pass });
            (kept + PASS_DISTANCE - self.now).max(TimeDelta::seconds(1))
        };
        self.live.account.answered(self.now, pause);
        let reconciling = self.ledger.state == SessionState::Reconciling;
        if reconciling && self.now - self.ledger.state_since >= UNRESOLVED_AFTER {
            let message = "what the exchange holds could not be established".to_owned();
            self.alert("unresolved", Severity::Critical, message);
            self.go(SessionState::Unresolved, "passes_disagree");
        }
    }

    /// INV-5: the exchange holds what the ledger says, besides what is known to be somebody else's
    /// and what has expired.
    fn ledger_is_held(&self, pass: &Pass) -> bool {
        self.ledger.legs.iter().zip(&pass.positions).all(|(leg, (ledger, exchange))| {
            let foreign = self.ledger.foreign.iter().find(|(held, _)| *held == leg.contract.symbol);
            let foreign = foreign.map_or(0, |(_, size)| *size);
            leg.contract.expires_at() <= self.now || ledger + foreign == *exchange
        })
    }

    fn pass(&self, view: &AccountView) -> Pass {
        let held = |leg: &super::leg::Leg| {
            let positions = view.positions.known().into_iter().flatten();
            positions
                .filter(|position| position.product_id == leg.contract.product_id)
                .map(|position| position.size)
                .sum()
        };
        let legs = self.ledger.legs.iter().enumerate();
        Pass {
            at: view.asked_at,
            positions: legs.map(|(place, leg)| (-self.ledger.net_sold(place), held(leg))).collect(),
            working: self.ledger.intents.iter().filter(|it| !it.state.is_terminal()).count(),
        }
    }

    /// Goes back to what the session did before it had to look.
    fn resume(&mut self) {
        self.live.reconciled = true;
        self.live.fresh = false;
        self.live.next_full = self.now + FULL_PASS;
        self.live.account.answered(self.now, POSITION_CHECK);
        self.clear_alert("unresolved");
        self.clear_alert("intent_unknown");
        let before = self.ledger.resume.unwrap_or(SessionState::Waiting);
        let to = match before {
            SessionState::Created | SessionState::Selecting => SessionState::Waiting,
            SessionState::Entering | SessionState::Live | SessionState::Halted
                if self.ledger.exit.is_some() =>
            {
                SessionState::Exiting
            }
            before => before,
        };
        self.go(to, "reconciled");
    }

    /// Streams the markets of the legs, once per process.
    fn subscribe(&mut self) {
        if self.live.subscribed || self.ledger.legs.is_empty() {
            return;
        }
        self.live.subscribed = true;
        let symbols = self.ledger.legs.iter().map(|leg| leg.contract.symbol).collect();
        self.act(Act::Subscribe { symbols });
    }
}
