//! A driver for tests: commits, acts, delivers, crashes, and checks the invariants all the time.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::{Decimal, dec};

use super::dice::{Dice, Faults};
use super::venue::{CALL, PUT, Push, Venue};
use crate::client_order_id::{ClientOrderId, Tag};
use crate::exit::ExitReason;
use crate::intent::{CancelOutcome, OrderRequest, SendOutcome, Side};
use crate::profile::{Profile, ProfileFields};
use crate::quote::Spot;
use crate::reconcile::{LookUpAnswer, Part};
use crate::schedule::{Schedule, Times};
use crate::session::{
    AccountQuery, AccountView, Act, Command, EngineSettings, Event, Fact, Input, Mode, Output,
    Session, SessionSpec, SessionState, Settlement, Task, World,
};

pub(super) const STEP: TimeDelta = TimeDelta::milliseconds(500);

/// Something on its way.
#[derive(Debug, Clone)]
enum Mail {
    /// An order to the exchange, and whether its answer is lost.
    Order(OrderRequest, bool),
    Cancel(ClientOrderId, bool),
    Sent(ClientOrderId, SendOutcome),
    Cancelled(ClientOrderId, CancelOutcome),
    LookedUp(ClientOrderId, Box<LookUpAnswer>),
    Account(Box<AccountView>),
    Chain,
    Push(Push),
}

/// A process with a session, a store and an exchange.
pub(super) struct Desk {
    pub(super) now: DateTime<Utc>,
    pub(super) session: Session,
    pub(super) venue: Venue,
    pub(super) world: World,
    pub(super) log: Vec<Event>,
    pub(super) acts: Vec<Act>,
    pub(super) dice: Dice,
    /// The chance of a crash at each output, in 10,000.
    pub(super) crash: u64,
    pub(super) crashes: usize,
    pub(super) quotes: bool,
    pub(super) spot: Decimal,
    mail: Vec<(DateTime<Utc>, Mail)>,
    out: Vec<Output>,
}

pub(super) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(super) fn fields() -> ProfileFields {
    ProfileFields {
        quantity: 10,
        exit_time_ist: "09:40".to_owned(),
        ..ProfileFields::named("test")
    }
}

pub(super) fn spec(fields: ProfileFields, now: DateTime<Utc>) -> SessionSpec {
    let profile = Profile::new(fields).unwrap();
    let schedule = Schedule::plan(&Times::of(&profile), now).unwrap();
    SessionSpec {
        number: 7,
        strategy_id: "delta-strangle-20251006035930-1".to_owned(),
        tag: Tag::of("test"),
        mode: Mode::Paper,
        task: Task::Strangle,
        profile,
        settings: EngineSettings::default(),
        schedule,
    }
}

impl Desk {
    pub(super) fn start(seed: u64, faults: Faults, fields: ProfileFields) -> Self {
        let now = at("2025-10-06T03:59:30Z");
        Self::with(seed, faults, spec(fields, now), now)
    }

    pub(super) fn with(seed: u64, faults: Faults, spec: SessionSpec, now: DateTime<Utc>) -> Self {
        let venue = Venue::new(seed, faults, spec.tag, now);
        let (session, out) = Session::create(spec, now);
        let mut desk = Self {
            now,
            session,
            venue,
            world: World::calm(),
            log: Vec::new(),
            acts: Vec::new(),
            dice: Dice::new(seed ^ 0x5555),
            crash: 0,
            crashes: 0,
            quotes: true,
            spot: dec!(123500),
            mail: Vec::new(),
            out,
        };
        desk.perform();
        desk
    }

    pub(super) fn state(&self) -> SessionState {
        self.session.state()
    }

    /// Lets time pass until a condition holds; fails after a limit.
    pub(super) fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        for _ in 0..20_000 {
            if holds(self) {
                return;
            }
            self.step();
        }
        panic!("never {what}; state {:?}, log {:#?}", self.state(), self.tail(30));
    }

    pub(super) fn until_state(&mut self, state: SessionState) {
        self.until(state.as_str(), |desk| desk.state() == state);
    }

    pub(super) fn run(&mut self, seconds: i64) {
        let end = self.now + TimeDelta::seconds(seconds);
        while self.now < end {
            self.step();
        }
    }

    pub(super) fn tail(&self, count: usize) -> Vec<String> {
        let skipped = self.log.len().saturating_sub(count);
        self.log
            .iter()
            .skip(skipped)
            .map(|event| format!("{} {:?}", event.at, event.fact))
            .collect()
    }

    pub(super) fn command(&mut self, command: &Command) {
        self.input(Input::Command(command));
    }

    /// One step of time.
    pub(super) fn step(&mut self) {
        self.now += STEP;
        self.venue.pass(self.now);
        for push in std::mem::take(&mut self.venue.pushes) {
            let delay = self.dice.between(0, 900);
            self.post(delay, Mail::Push(push.clone()));
            if self.dice.chance(5) {
                self.post(delay + 700, Mail::Push(push));
            }
        }
        let (due, rest) = std::mem::take(&mut self.mail)
            .into_iter()
            .partition(|(at, _): &(DateTime<Utc>, Mail)| *at <= self.now);
        self.mail = rest;
        let mut due: Vec<(DateTime<Utc>, Mail)> = due;
        due.sort_by_key(|(at, _)| *at);
        for (_, mail) in due {
            self.deliver(mail);
        }
        if self.quotes {
            let spot = Spot { price: self.spot, at: self.now };
            self.input(Input::Index(spot));
            for product_id in [CALL, PUT] {
                let quote = self.venue.quote(product_id);
                self.input(Input::Quote { product_id, quote: &quote });
            }
        }
        let monotonic_ms = self.now.timestamp_millis();
        self.input(Input::Tick { monotonic_ms });
    }

    fn deliver(&mut self, mail: Mail) {
        match mail {
            Mail::Order(order, lost) => {
                let id = order.client_order_id.clone();
                let outcome = match self.venue.place(&order) {
                    Ok(report) => SendOutcome::Confirmed { report },
                    Err(code) => SendOutcome::Refused { code, message: String::new() },
                };
                if !lost {
                    let delay = self.dice.between(10, 400);
                    self.post(delay, Mail::Sent(id, outcome));
                }
            }
            Mail::Cancel(id, lost) => {
                let outcome = self.venue.cancel(&id);
                if !lost {
                    let delay = self.dice.between(10, 400);
                    self.post(delay, Mail::Cancelled(id, outcome));
                }
            }
            Mail::Sent(id, outcome) => {
                self.input(Input::Sent { client_order_id: &id, outcome: &outcome });
            }
            Mail::Cancelled(id, outcome) => {
                self.input(Input::CancelAnswered { client_order_id: &id, outcome: &outcome });
            }
            Mail::LookedUp(id, answer) => {
                self.input(Input::LookedUp { client_order_id: &id, answer: &answer });
            }
            Mail::Account(view) => self.input(Input::Account(&view)),
            Mail::Chain => {
                let chain = self.venue.chain();
                self.input(Input::Chain(Part::Known(&chain)));
            }
            Mail::Push(Push::Order(report)) => self.input(Input::Order(&report)),
            Mail::Push(Push::Fill(fill)) => self.input(Input::Fill(&fill)),
        }
    }

    pub(super) fn input(&mut self, input: Input<'_>) {
        self.session.handle(self.now, &self.world, input, &mut self.out);
        self.perform();
        self.check();
    }

    /// Commits and acts, and sometimes dies in between.
    fn perform(&mut self) {
        let mut pending: Vec<Event> = Vec::new();
        for output in std::mem::take(&mut self.out) {
            if self.crash > 0 && self.dice.next() % 10_000 < self.crash {
                self.restart();
                return;
            }
            match output {
                Output::Record(event) => pending.push(event),
                Output::Commit => self.commit(&mut pending),
                Output::Do(act) => {
                    self.commit(&mut pending);
                    self.act(act);
                }
            }
        }
        self.commit(&mut pending);
    }

    fn commit(&mut self, pending: &mut Vec<Event>) {
        for event in pending.drain(..) {
            self.check_event(&event);
            self.log.push(event);
        }
    }

    /// The process dies: what was on its way to us is lost, what has left has left.
    pub(super) fn restart(&mut self) {
        self.crashes += 1;
        self.mail.retain(|(_, mail)| matches!(mail, Mail::Order(..) | Mail::Cancel(..)));
        for (_, mail) in &mut self.mail {
            if let Mail::Order(_, lost) | Mail::Cancel(_, lost) = mail {
                *lost = true;
            }
        }
        self.venue.pushes.clear();
        self.session = Session::replay(self.log.iter().cloned()).expect("the log folds");
        self.now += TimeDelta::milliseconds(self.dice.between(100, 5_000));
    }

    fn act(&mut self, act: Act) {
        self.acts.push(act.clone());
        let delay = self.dice.between(10, 400);
        let faults = self.venue.faults;
        match act {
            Act::Place { order } => {
                self.check_place(&order);
                let id = order.client_order_id.clone();
                let timeout = SendOutcome::Ambiguous { error: "timeout".to_owned() };
                if self.dice.chance(faults.lose_request) {
                    self.post(10_000, Mail::Sent(id, timeout));
                } else if self.dice.chance(faults.lose_answer) {
                    // It may still reach the exchange until its signature is too old.
                    let late = self.dice.between(10, 4_400);
                    self.post(late, Mail::Order(order, true));
                    self.post(10_000, Mail::Sent(id, timeout));
                } else {
                    self.post(delay, Mail::Order(order, false));
                }
            }
            Act::Cancel { client_order_id: id, .. } => {
                let lost = self.dice.chance(faults.lose_answer);
                if self.dice.chance(faults.lose_request) {
                    let error = "timeout".to_owned();
                    let timeout = CancelOutcome::Ambiguous { error };
                    self.post(10_000, Mail::Cancelled(id, timeout));
                } else {
                    self.post(delay, Mail::Cancel(id, lost));
                }
            }
            Act::LookUp { client_order_id: id, .. } => {
                let answer = self.venue.look_up(&id);
                if !self.dice.chance(faults.look_up_fails / 2) {
                    self.post(delay, Mail::LookedUp(id, Box::new(answer)));
                }
            }
            Act::LoadAccount { query } => {
                let view = self.account(&query);
                if !self.dice.chance(faults.look_up_fails / 2) {
                    self.post(delay, Mail::Account(Box::new(view)));
                }
            }
            Act::LoadChain { .. } => self.post(delay, Mail::Chain),
            _ => {}
        }
    }

    fn account(&mut self, query: &AccountQuery) -> AccountView {
        let mut view = AccountView::empty(query.request, self.now);
        let fails = self.venue.faults.look_up_fails;
        let broken = || Part::Unavailable("503".to_owned());
        if query.positions {
            let known = Part::Known(self.venue.position_reports());
            let fails = self.venue.positions_fail || self.dice.chance(fails);
            view.positions = if fails { broken() } else { known };
        }
        if query.open_orders {
            view.open_orders = Part::Known(self.venue.open_orders());
        }
        if query.fills_since.is_some() {
            let known = Part::Known(self.venue.visible_fills());
            view.fills =
                if self.dice.chance(fails) { Part::Unavailable("503".to_owned()) } else { known };
        }
        for (id, ..) in &query.look_up {
            let answer = self.venue.look_up(id);
            view.looked_up.push((id.clone(), answer));
        }
        let settled = query.settlements.iter().filter_map(|product_id| {
            let price = *self.venue.settled.get(product_id)?;
            Some(Settlement { product_id: *product_id, price, at: self.now })
        });
        view.settlements = Part::Known(settled.collect());
        view
    }

    fn post(&mut self, delay_ms: i64, mail: Mail) {
        self.mail.push((self.now + TimeDelta::milliseconds(delay_ms), mail));
    }

    pub(super) fn acts_of(&self, is: impl Fn(&Act) -> bool) -> usize {
        self.acts.iter().filter(|act| is(act)).count()
    }

    pub(super) fn alerted(&self, code: &str) -> bool {
        self.log.iter().any(|event| match &event.fact {
            Fact::Alert { code: found, .. } => found == code,
            _ => false,
        })
    }

    pub(super) fn reason(&self) -> Option<ExitReason> {
        self.session.ledger().summary.as_ref().map(|summary| summary.exit_reason)
    }

    pub(super) fn live(faults: Faults, fields: ProfileFields) -> Self {
        let mut desk = Self::start(1, faults, fields);
        desk.until_state(SessionState::Live);
        desk
    }

    pub(super) fn until_over(&mut self) {
        self.until("over", |desk| desk.session.state().is_over());
    }

    pub(super) fn facts(&self, kind: &str) -> Vec<&Fact> {
        self.log.iter().map(|event| &event.fact).filter(|fact| fact.kind() == kind).collect()
    }

    pub(super) fn placed(&self, side: Side) -> Vec<&OrderRequest> {
        let orders = self.acts.iter().filter_map(|act| match act {
            Act::Place { order } if order.side == side => Some(order),
            _ => None,
        });
        orders.collect()
    }
}
