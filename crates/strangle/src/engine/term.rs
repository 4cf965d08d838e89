//! One term of leadership: the loop that feeds the open session and does what it asks.
//!
//! # Invariants
//!
//! - One task owns the session; everything reaches it as a message, one after the other.
//! - What a step records is durable before what it asks for is begun.
//! - After a failed commit nothing of the session in memory is believed: it is loaded again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use platform::db::DbError;
use platform::leader::Leader;
use platform::tasks::Tasks;
use rust_decimal::Decimal;
use strangle_engine::instrument::{Contract, ProductId, Symbol, Underlying};
use strangle_engine::intent::{CancelOutcome, ClientOrderId, SendOutcome};
use strangle_engine::quote::{Quote, Spot};
use strangle_engine::reconcile::{LookUpAnswer, Part};
use strangle_engine::selection::Candidate;
use strangle_engine::session::{AccountView, Input, Output, Session};
use tokio::sync::{mpsc, watch};

use super::access::AccessError;
use super::announce;
use super::answers::Seen;
use super::crash::{self, CrashPlan, Point};
use super::exchange::Exchange;
use super::ledger::{Ledger, LoadError};
use super::quotes::QuoteBoard;
use super::world::Watch;
use crate::Strangle;
use crate::clients::delta::{Channel, Hold, MarketStream, PrivateStream, Subscription};
use crate::domain::runtime::Runtime;
use crate::store::pnl_points::PointRow;
use crate::store::sessions;

/// How often the switches are read and the picture is stored.
const SECOND: Duration = Duration::from_secs(1);
/// How often the queue of commands is looked at, should a notice be lost.
const LOOK_FOR_WORK: Duration = Duration::from_millis(250);
/// How often the balance and the exchange's clock are asked for, in the venue's time.
const PROBE: TimeDelta = TimeDelta::seconds(60);

/// What comes back from the exchange.
#[derive(Debug)]
pub(super) enum Answer {
    Chain(Part<Vec<Candidate>>),
    Quotes(Vec<(ProductId, Quote)>),
    Sent(ClientOrderId, Box<SendOutcome>),
    Cancelled(ClientOrderId, Box<CancelOutcome>),
    LookedUp(ClientOrderId, Box<LookUpAnswer>),
    Account(Box<AccountView>),
    Balance(Option<Decimal>),
    /// What trades of ended sessions cost, by their name.
    Charged(BTreeMap<String, Decimal>),
}

/// Why a term ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum TermError {
    /// Another process leads.
    #[error("another process leads now")]
    Replaced,
    /// The store does not take what happened.
    #[error("the store does not take what happened")]
    Db(#[from] DbError),
    /// The open session cannot be taken up.
    #[error("the open session cannot be taken up")]
    Load(#[from] LoadError),
    /// The exchange's address or the simulator cannot be used.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// The session that is open, or has just ended.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) session: Session,
    pub(super) ledger: Ledger,
}

impl Open {
    /// Returns the terms of the session's contracts.
    pub(super) fn contracts(&self) -> Vec<Contract> {
        self.session.ledger().legs.iter().map(|leg| leg.contract).collect()
    }

    /// Returns the number of the session.
    pub(super) fn number(&self) -> i64 {
        self.ledger.projection().number()
    }
}

/// A process in charge of the desk.
#[derive(Debug)]
pub(super) struct Term {
    pub(super) strangle: Strangle,
    pub(super) leader: Leader,
    pub(super) exchange: Exchange,
    pub(super) watch: Watch,
    pub(super) market: Arc<MarketStream>,
    pub(super) private: PrivateStream,
    pub(super) open: Option<Open>,
    pub(super) points: Vec<PointRow>,
    pub(super) index: Option<(Underlying, Spot)>,
    /// The newest picture that was shown, and when; the picture is taken out when it is stored.
    pub(super) shown: Option<(tokio::time::Instant, Option<Runtime>)>,
    /// The questions that are being answered.
    pub(super) answering: BTreeSet<String>,
    pub(super) seen: watch::Sender<Seen>,
    pub(super) board: QuoteBoard,
    pub(super) crash: Arc<CrashPlan>,
    pub(super) answers: mpsc::UnboundedReceiver<Answer>,
    pub(super) inbox: mpsc::UnboundedSender<Answer>,
    /// What runs for this term only.
    pub(super) tasks: Tasks,
    /// How many answers are on their way.
    pub(super) asked: usize,
    pub(super) heard: u64,
    pub(super) ticks: u64,
    pub(super) probed_at: Option<DateTime<Utc>>,
    pub(super) charges_asked_at: Option<DateTime<Utc>>,
    pub(super) outputs: Vec<Output>,
}

/// What a term begins with.
pub(super) struct Beginning {
    pub(super) strangle: Strangle,
    pub(super) leader: Leader,
    pub(super) exchange: Exchange,
    pub(super) market: Arc<MarketStream>,
    pub(super) private: PrivateStream,
    pub(super) crash: Arc<CrashPlan>,
    pub(super) tasks: Tasks,
}

impl Term {
    /// Takes up the desk: the open session, if there is one, is made from its log.
    pub(super) async fn begin(with: Beginning) -> Result<Self, TermError> {
        let Beginning { strangle, leader, exchange, market, private, crash, tasks } = with;
        let (inbox, answers) = mpsc::unbounded_channel();
        let watch = Watch::new(strangle.clone(), leader.clone(), exchange.clone());
        let (seen, _) = watch::channel(Seen {
            world: watch.last().clone(),
            market: market.status(),
            private: private.status(),
        });
        let mut term = Self {
            watch,
            strangle,
            leader,
            exchange,
            market,
            private,
            open: None,
            points: Vec::new(),
            index: None,
            shown: None,
            answering: BTreeSet::new(),
            seen,
            board: QuoteBoard::default(),
            crash,
            answers,
            inbox,
            tasks,
            asked: 0,
            heard: 0,
            ticks: 0,
            probed_at: None,
            charges_asked_at: None,
            outputs: Vec::new(),
        };
        term.load().await?;
        term.listen();
        Ok(term)
    }

    /// Works until another process leads or this one stops.
    pub(super) async fn work(mut self) -> Result<(), TermError> {
        let stop = self.strangle.tasks.stop_token();
        let mut lead = self.leader.watch();
        let fence = self.leader.fence();
        let desk = self.strangle.desk.clone();
        let market = self.market.clone();
        let mut second = tokio::time::interval(SECOND);
        second.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut work = tokio::time::interval(LOOK_FOR_WORK);
        work.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let nap = self.nap();
            tokio::select! {
                () = stop.cancelled() => return self.stop().await,
                changed = lead.changed() => {
                    if changed.is_err() || self.leader.fence() != fence {
                        return Err(TermError::Replaced);
                    }
                }
                Some(event) = self.private.next() => self.hear_private(event).await?,
                Some(answer) = self.answers.recv() => self.hear_answer(answer).await?,
                Some(event) = market.next() => self.hear_market(&event).await?,
                () = tokio::time::sleep(nap) => self.tick().await?,
                _ = second.tick() => self.every_second().await?,
                () = desk.work() => self.do_operations().await?,
                _ = work.tick() => self.do_operations().await?,
            }
        }
    }

    /// Lets a simulated market of this process wait while the desk works. Nothing that is held may
    /// wait for the exchange.
    pub(super) fn hold(&self) -> Option<Hold> {
        self.exchange.delta().time().hold()
    }

    /// Returns what the desk sees, for those who ask.
    pub(super) fn seen(&self) -> watch::Receiver<Seen> {
        self.seen.subscribe()
    }

    /// Returns the exchange's present instant.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.exchange.delta().now()
    }

    /// Tells the open session something, and does what it asks.
    pub(super) async fn tell(&mut self, input: Input<'_>) -> Result<(), TermError> {
        let now = self.now();
        let private = self.private.status();
        let Some(open) = &mut self.open else { return Ok(()) };
        let world = self.watch.world(now, private);
        let mut outputs = std::mem::take(&mut self.outputs);
        open.session.handle(now, world, input, &mut outputs);
        let done = self.carry_out(&mut outputs).await;
        self.outputs = outputs;
        done
    }

    /// Stores what was recorded and begins what was asked for, in their order.
    pub(super) async fn carry_out(&mut self, outputs: &mut Vec<Output>) -> Result<(), TermError> {
        if outputs.is_empty() {
            return Ok(());
        }
        for output in outputs.drain(..) {
            match output {
                Output::Record(event) => {
                    let Some(open) = &mut self.open else { continue };
                    open.ledger.record(event).map_err(LoadError::from)?;
                }
                Output::Commit => self.commit().await?,
                Output::Do(act) => {
                    self.commit().await?;
                    self.begin_act(act);
                }
            }
        }
        self.commit().await?;
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), TermError> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let events = match open.ledger.commit().await {
            Ok(events) => events,
            Err(error) => {
                // Nothing in memory is believed any more.
                self.open = None;
                return Err(error.into());
            }
        };
        let projection = open.ledger.projection();
        for event in &events {
            announce::event(&self.strangle, projection, event);
            for point in crash::points_of(projection, event) {
                self.crash.pass(point);
            }
        }
        Ok(())
    }

    pub(super) async fn tick(&mut self) -> Result<(), TermError> {
        let _hold = self.hold();
        let monotonic_ms = self.exchange.delta().time().ticks() / 1_000;
        let rate = u64::from(self.strangle.settings.engine.debug_sample_rate.max(1));
        if tracing::enabled!(tracing::Level::DEBUG)
            && self.ticks.is_multiple_of(rate)
            && let Some(open) = &self.open
        {
            let totals = open.session.view(self.now()).totals;
            tracing::debug!(
                event = "exit_conditions_evaluated",
                state = open.session.state().as_str(),
                net_pct = totals.net_pct,
                "one of {rate} ticks"
            );
        }
        self.ticks += 1;
        self.crash.pass(Point::MidWait);
        self.tell(Input::Tick { monotonic_ms }).await?;
        self.show_if_due();
        Ok(())
    }

    async fn every_second(&mut self) -> Result<(), TermError> {
        let _hold = self.hold();
        let now = self.now();
        let open = self.open.as_ref().map(Open::number);
        self.watch.look(now, open).await?;
        let private = self.private.status();
        self.seen.send_replace(Seen {
            world: self.watch.world(now, private).clone(),
            market: self.market.status(),
            private,
        });
        if self.probed_at.is_none_or(|at| now - at >= PROBE) {
            self.probed_at = Some(now);
            let exchange = self.exchange.clone();
            self.ask(async move {
                // Also tells the exchange's time.
                if let Err(error) = exchange.delta().refresh_quota().await {
                    tracing::debug!(error = %error, "the exchange's quota cannot be read");
                }
                Answer::Balance(exchange.available_balance().await.ok().flatten())
            });
        }
        self.ask_for_commissions().await?;
        self.go_on().await?;
        self.store_picture().await
    }

    /// Wakes when the session wants to, at the latest after a tick of the engine.
    pub(super) fn nap(&self) -> Duration {
        let tick = self.strangle.settings.engine.tick;
        let wanted = self.open.as_ref().and_then(|open| open.session.next_wake());
        let until = wanted.map_or(tick, |at| {
            (at - self.now()).to_std().unwrap_or(Duration::from_millis(1)).min(tick)
        });
        self.exchange.delta().time().real(until).max(Duration::from_millis(1))
    }

    /// Finds the product of a symbol of the session.
    pub(super) fn product_of(&self, symbol: Symbol) -> Option<ProductId> {
        let legs = &self.open.as_ref()?.session.ledger().legs;
        legs.iter().map(|leg| &leg.contract).find(|it| it.symbol == symbol).map(|it| it.product_id)
    }

    /// Returns the asset the desk looks at.
    pub(super) fn underlying(&self) -> Underlying {
        let of_session =
            self.open.as_ref().map(|open| open.session.ledger().profile.fields().underlying);
        of_session.unwrap_or(Underlying::Btc)
    }

    /// Streams what is watched, and nothing else.
    pub(super) fn listen(&self) {
        let mut wanted = BTreeSet::from([Subscription::to(Channel::SystemStatus)]);
        if let Ok(index) = Symbol::new(self.underlying().index_symbol()) {
            wanted.insert(Subscription::of(Channel::Spot, index));
        }
        for symbol in self.board.symbols() {
            for channel in [Channel::Ticker, Channel::Book, Channel::Mark, Channel::ProductUpdates]
            {
                wanted.insert(Subscription::of(channel, symbol));
            }
        }
        self.market.want(wanted);
    }

    async fn load(&mut self) -> Result<(), TermError> {
        let strangle = self.strangle.clone();
        let mut tx = strangle.db.read().await?;
        let row = sessions::find_open(&mut tx, strangle.environment(), &strangle.account).await?;
        drop(tx);
        let Some(row) = row else { return Ok(()) };
        tracing::info!(
            event = "strategy_resume",
            strategy_id = row.strategy_id,
            "session {} is taken up again",
            row.strategy_id
        );
        let (session, ledger) = Ledger::load(strangle, self.leader.clone(), row).await?;
        let open = Open { session, ledger };
        for contract in open.contracts() {
            self.board.watch(contract.symbol, contract.product_id);
        }
        self.open = Some(open);
        Ok(())
    }
}
