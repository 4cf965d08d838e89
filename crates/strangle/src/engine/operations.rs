//! Does what people asked the desk to do.
//!
//! # Invariants
//!
//! - A command is done at least once and its row says how it ended; doing it twice changes nothing.

use serde_json::{Value, json};
use strangle_engine::client_order_id::Tag;
use strangle_engine::schedule::{Schedule, Times};
use strangle_engine::session::{
    Command as SessionCommand, CommandRefused, Input, Mode, Output, Session, SessionSpec, Task,
};

use super::ledger::{Ledger, LoadError};
use super::projection::Identity;
use super::term::{Open, Term, TermError};
use crate::desk::{QUESTION_AGE, Refusal, topics};
use crate::domain::operation::{Command, StartOrder, StopMode};
use crate::settings::Venue;
use crate::store::legs::leg_id;
use crate::store::operations::{self, OperationRow};
use crate::store::sessions;

/// How an operation goes on.
pub(super) enum Progress {
    Done(Value),
    Refused(Refusal),
    /// It is looked at again.
    Waits(&'static str),
}

impl Term {
    /// Does what waits, oldest first.
    pub(super) async fn do_operations(&mut self) -> Result<(), TermError> {
        let strangle = self.strangle.clone();
        let mut tx = strangle.db.read().await?;
        let todo =
            operations::list_todo(&mut tx, strangle.environment(), &strangle.account).await?;
        drop(tx);
        for row in todo {
            if row.payload.0.is_question() {
                self.answer_row(row);
                continue;
            }
            let progress = self.do_operation(&row).await?;
            self.note(&row, progress).await?;
        }
        Ok(())
    }

    async fn do_operation(&mut self, row: &OperationRow) -> Result<Progress, TermError> {
        let by = row.requested_by.as_str();
        match &row.payload.0 {
            Command::Start(order) => self.start(order).await,
            Command::Restart { stop_mode, start } => {
                if self.is_open_other_than(start.session_id) {
                    let stop = stop_command(*stop_mode, by);
                    return Ok(match self.command(&stop).await? {
                        Ok(()) | Err(CommandRefused::Exiting | CommandRefused::NotReady) => {
                            Progress::Waits("the open session ends")
                        }
                        Err(refused) => Progress::Refused(refusal(&refused)),
                    });
                }
                self.start(start).await
            }
            Command::Stop { stop_mode } => {
                let stop = stop_command(*stop_mode, by);
                Ok(ended(self.command(&stop).await?))
            }
            Command::Panic => self.panic(by).await,
            Command::CloseLeg(order) => {
                let Some(leg) = self.leg_index(order.leg_id) else {
                    return Ok(Progress::Refused(Refusal::new(
                        "not_running",
                        "the leg does not belong to the open session",
                    )));
                };
                let close = SessionCommand::CloseLeg {
                    leg,
                    size: order.size,
                    limit_price: order.limit_price,
                    by: by.to_owned(),
                };
                Ok(ended(self.command(&close).await?))
            }
            Command::Reconcile => {
                let reconcile = SessionCommand::Reconcile { by: by.to_owned() };
                Ok(ended(self.command(&reconcile).await?))
            }
            Command::Tighten(profile) => {
                let tighten =
                    SessionCommand::Tighten { profile: profile.clone(), by: by.to_owned() };
                Ok(ended(self.command(&tighten).await?))
            }
            // The switch itself is a row that is read before each order.
            Command::PauseEntries | Command::Resume => Ok(Progress::Done(json!({}))),
            Command::SimControl(_)
            | Command::Chain(_)
            | Command::Preview(_)
            | Command::Preflight
            | Command::SimStatus => {
                self.answer_row(row.clone());
                Ok(Progress::Waits("is being answered"))
            }
        }
    }

    /// Gives a command to the open session.
    pub(super) async fn command(
        &mut self,
        command: &SessionCommand,
    ) -> Result<Result<(), CommandRefused>, TermError> {
        let now = self.now();
        let private = self.private.status();
        let Some(open) = &mut self.open else { return Ok(Err(CommandRefused::Over)) };
        if let Err(refused) = open.session.check(command) {
            return Ok(Err(refused));
        }
        let world = self.watch.world(now, private);
        let mut outputs = Vec::new();
        open.session.handle(now, world, Input::Command(command), &mut outputs);
        self.carry_out(&mut outputs).await?;
        Ok(Ok(()))
    }

    async fn start(&mut self, order: &StartOrder) -> Result<Progress, TermError> {
        let started = json!({ "strategy_id": order.strategy_id, "session_id": order.session_id });
        if let Some(open) = self.open.as_ref().filter(|open| !open.session.state().is_over()) {
            return Ok(if open.number() == order.session_id {
                Progress::Done(started)
            } else {
                Progress::Refused(Refusal::new(
                    "already_running",
                    format!(
                        "`{}` is open; stop or restart it",
                        open.session.ledger().spec.strategy_id
                    ),
                ))
            });
        }
        let mut tx = self.strangle.db.read().await?;
        let known = sessions::find(&mut tx, self.strangle.tenant(), order.session_id).await?;
        drop(tx);
        if known.is_some() {
            // It was opened, and has even ended, before its row could say so.
            return Ok(Progress::Done(started));
        }
        let schedule = match Schedule::plan(&Times::of(&order.profile), self.now()) {
            Ok(schedule) => schedule,
            Err(error) => {
                return Ok(Progress::Refused(Refusal::new("no_window", error.to_string())));
            }
        };
        let identity = self.identity(&order.config_id, order.config_version);
        let spec = SessionSpec {
            number: order.session_id.unsigned_abs(),
            strategy_id: order.strategy_id.clone(),
            tag: Tag::of(&self.strangle.settings.instance),
            mode: self.mode(),
            task: Task::Strangle,
            profile: order.profile.clone(),
            settings: super::engine_settings(&self.strangle.settings),
            schedule,
        };
        self.open(identity, spec).await?;
        Ok(Progress::Done(started))
    }

    /// Opens a session and stores its birth.
    pub(super) async fn open(
        &mut self,
        identity: Identity,
        spec: SessionSpec,
    ) -> Result<(), TermError> {
        let now = self.now();
        let (session, outputs) = Session::create(spec, now);
        let mut events = Vec::new();
        let mut rest = Vec::new();
        for output in outputs {
            match output {
                Output::Record(event) if rest.is_empty() => {
                    events.push(event);
                }
                other => rest.push(other),
            }
        }
        let ledger = Ledger::begin(self.strangle.clone(), self.leader.clone(), identity, events)
            .map_err(LoadError::from)?;
        self.open = Some(Open { session, ledger });
        rest.push(Output::Commit);
        self.carry_out(&mut rest).await?;
        self.listen();
        if let Some((_, spot)) = self.index.filter(|(of, _)| *of == self.underlying()) {
            self.tell(Input::Index(spot)).await?;
        }
        self.tell(Input::Reconnected).await
    }

    /// Says whose a new session is.
    pub(super) fn identity(&self, config_id: &str, config_version: i64) -> Identity {
        Identity {
            tenant_id: self.strangle.tenant().to_owned(),
            environment: self.strangle.environment().to_owned(),
            account: self.strangle.account.to_string(),
            config_id: config_id.to_owned(),
            config_version,
            instance_id: self.strangle.settings.instance.clone(),
        }
    }

    /// Says where the orders of a new session go.
    pub(super) fn mode(&self) -> Mode {
        match self.strangle.settings.venue.venue {
            Venue::Sim => Mode::Paper,
            Venue::Testnet => Mode::Testnet,
            Venue::Prod => Mode::Live,
        }
    }

    fn is_open_other_than(&self, session: i64) -> bool {
        self.open
            .as_ref()
            .is_some_and(|open| !open.session.state().is_over() && open.number() != session)
    }

    fn leg_index(&self, leg: i64) -> Option<usize> {
        let open = self.open.as_ref()?;
        (0..open.session.ledger().legs.len()).find(|index| leg_id(open.number(), *index) == leg)
    }

    /// Answers a question in the background, through its row.
    fn answer_row(&mut self, row: OperationRow) {
        let strangle = self.strangle.clone();
        let is_old = strangle.clock.now() - row.created_at > QUESTION_AGE;
        let Some(engine) = strangle.desk.live().filter(|_| !is_old) else {
            return self.drop_row(row);
        };
        if !self.answering.insert(row.id.clone()) {
            return;
        }
        self.strangle.tasks.spawn("strangle_answer", async move {
            let answer = engine.answer(row.payload.0.clone()).await;
            let progress = match answer {
                Ok(value) => Progress::Done(value),
                Err(refusal) => Progress::Refused(refusal),
            };
            if let Err(error) = finish(&strangle, &row, progress).await {
                tracing::warn!(error = %error, "an answer could not be stored");
            }
        });
    }

    fn drop_row(&mut self, row: OperationRow) {
        let strangle = self.strangle.clone();
        self.strangle.tasks.spawn("strangle_drop", async move {
            let refusal = Refusal::new("too_late", "nobody answered in time");
            if let Err(error) = finish(&strangle, &row, Progress::Refused(refusal)).await {
                tracing::warn!(error = %error, "an old question could not be dropped");
            }
        });
    }

    async fn note(&mut self, row: &OperationRow, progress: Progress) -> Result<(), TermError> {
        if let Progress::Waits(why) = &progress
            && row.progress == *why
        {
            return Ok(());
        }
        Ok(finish(&self.strangle, row, progress).await?)
    }
}

async fn finish(
    strangle: &crate::Strangle,
    row: &OperationRow,
    progress: Progress,
) -> Result<(), platform::db::DbError> {
    let now = strangle.clock.now();
    let mut tx = strangle.db.write().await?;
    match progress {
        Progress::Done(result) => operations::succeed(&mut tx, &row.id, result, now).await?,
        Progress::Refused(refusal) => {
            operations::fail(&mut tx, &row.id, &refusal.code, &refusal.message, now).await?;
        }
        Progress::Waits(why) => operations::begin(&mut tx, &row.id, why, now).await?,
    }
    tx.commit().await?;
    strangle.tell(topics::OPERATIONS, "changed", &row.tenant_id, json!({ "id": row.id }));
    Ok(())
}

fn stop_command(mode: StopMode, by: &str) -> SessionCommand {
    SessionCommand::Stop { flatten: mode == StopMode::Flatten, by: by.to_owned() }
}

pub(super) fn ended(done: Result<(), CommandRefused>) -> Progress {
    match done {
        Ok(()) => Progress::Done(json!({})),
        Err(refused) => Progress::Refused(refusal(&refused)),
    }
}

fn refusal(refused: &CommandRefused) -> Refusal {
    Refusal::new(refused.code(), refused.to_string())
}
