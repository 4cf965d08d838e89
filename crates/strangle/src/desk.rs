//! The line between those who ask (HTTP, the command line) and the one process that trades.
//!
//! Where both are in one process a question is answered at once; else it goes through a row of
//! `trading_operations`, and the answer comes back the same way. Commands always go through rows,
//! so that none is lost with a process.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::TimeDelta;
use platform::auth::BoxFuture;
use platform::correlation::current_correlation_id;
use platform::db::DbError;
use platform::events::Event;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::Strangle;
use crate::domain::operation::Command;
use crate::engine::Pulse;
use crate::store::operations::{self, OperationRow};

/// Where events of the desk are told. `data` always has `id`, the number of the session or the name
/// of the operation, because only that survives a long way.
pub(crate) mod topics {
    /// A new snapshot: kind `runtime`.
    pub(crate) const RUNTIME: &str = "strangle.runtime";
    /// What a session records: kinds `order`, `fill`, `risk`, `spot`, `log`.
    pub(crate) const SESSION: &str = "strangle.session";
    /// Operations: kinds `queued`, `changed`.
    pub(crate) const OPERATIONS: &str = "strangle.operations";
}

/// How long a question waits for the process that trades.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often a waiting question looks at its row.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// A question that is older was asked by somebody who is gone.
pub(crate) const QUESTION_AGE: TimeDelta = TimeDelta::seconds(10);

/// Why the desk does not do or say something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Refusal {
    /// A stable name such as `no_market_data`.
    pub(crate) code: String,
    /// What happened, and what to do.
    pub(crate) message: String,
}

impl Refusal {
    /// Says why not.
    pub(crate) fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
    }

    fn nobody() -> Self {
        Self::new("no_engine", "no process runs the desk now; start one with --role all or worker")
    }
}

/// What the engine of this process answers.
pub(crate) trait LiveDesk: Send + Sync + 'static {
    /// Answers a question ([`Command::is_question`]) or changes the simulator; the answer is the
    /// JSON of a type of `domain::market`.
    fn answer(&self, question: Command) -> BoxFuture<'static, Result<Value, Refusal>>;
}

/// The engine of this process, if there is one. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Desk {
    live: Arc<RwLock<Option<Arc<dyn LiveDesk>>>>,
    pulse: Arc<Pulse>,
    work: Arc<Notify>,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("live", &self.live().is_some()).finish()
    }
}

impl Desk {
    /// Puts this process's engine in charge, or takes it out of charge.
    pub(crate) fn engage(&self, engine: Option<Arc<dyn LiveDesk>>) {
        *self.live.write().unwrap_or_else(PoisonError::into_inner) = engine;
    }

    /// Completes when a row was queued in this process; others are found by looking.
    pub(crate) async fn work(&self) {
        self.work.notified().await;
    }

    /// Returns how the engine of this process is.
    pub(crate) fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    pub(crate) fn live(&self) -> Option<Arc<dyn LiveDesk>> {
        self.live.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AskError {
    /// The desk says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The rows cannot be written or read.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The answer is of another shape: another version of this program answers.
    #[error("the desk's answer cannot be read")]
    Unreadable(#[from] serde_json::Error),
}

impl Strangle {
    /// Tells the process that trades that rows wait for it.
    pub(crate) fn announce(&self, tenant: &str, operation: &str) {
        self.desk.work.notify_one();
        self.tell(topics::OPERATIONS, "queued", tenant, json!({ "id": operation }));
    }

    /// Tells everybody who listens.
    pub(crate) fn tell(&self, topic: &str, kind: &str, tenant: &str, data: Value) {
        self.events.publish(Event {
            topic: topic.to_owned(),
            kind: kind.to_owned(),
            tenant_id: tenant.to_owned(),
            data,
        });
    }

    /// Asks the desk, wherever it is.
    pub(crate) async fn ask<A: DeserializeOwned>(
        &self,
        tenant: &str,
        who: &str,
        question: Command,
    ) -> Result<A, AskError> {
        let answer = match self.desk.live() {
            Some(engine) => engine.answer(question).await?,
            None => self.ask_by_row(tenant, who, question).await?,
        };
        Ok(serde_json::from_value(answer)?)
    }

    async fn ask_by_row(
        &self,
        tenant: &str,
        who: &str,
        question: Command,
    ) -> Result<Value, AskError> {
        let row = self.operation(tenant, who, question);
        let mut tx = self.db.write().await?;
        operations::insert(&mut tx, &row).await?;
        tx.commit().await?;
        self.announce(tenant, &row.id);

        let begun = tokio::time::Instant::now();
        while begun.elapsed() < PATIENCE {
            tokio::time::sleep(LOOK_AGAIN).await;
            let mut tx = self.db.read().await?;
            let found = operations::find(&mut tx, tenant, &row.id).await?;
            drop(tx);
            let Some(found) = found.filter(|found| found.finished_at.is_some()) else { continue };
            self.forget(tenant, &row.id).await?;
            return match (found.result, found.error_code) {
                (Some(result), None) => Ok(result.0),
                (_, code) => Err(AskError::Refused(Refusal::new(
                    code.unwrap_or_else(|| "failed".to_owned()),
                    found.error_message.unwrap_or_default(),
                ))),
            };
        }
        self.forget(tenant, &row.id).await?;
        Err(AskError::Refused(Refusal::nobody()))
    }

    async fn forget(&self, tenant: &str, id: &str) -> Result<(), DbError> {
        let mut tx = self.db.write().await?;
        operations::delete(&mut tx, tenant, id).await?;
        tx.commit().await
    }

    /// Makes the row of a command.
    pub(crate) fn operation(&self, tenant: &str, who: &str, command: Command) -> OperationRow {
        let start = command.start();
        OperationRow {
            id: self.ids.with_prefix("op"),
            tenant_id: tenant.to_owned(),
            environment: self.settings.venue.venue.name().to_owned(),
            account: self.account.to_string(),
            kind: command.kind().to_owned(),
            session_id: start.map(|start| start.session_id),
            strategy_id: start.map(|start| start.strategy_id.clone()),
            payload: platform::db::Json(command),
            state: "queued".to_owned(),
            progress: "waits for the desk".to_owned(),
            result: None,
            error_code: None,
            error_message: None,
            requested_by: who.to_owned(),
            correlation_id: current_correlation_id(),
            created_at: self.clock.now(),
            started_at: None,
            finished_at: None,
        }
    }
}
