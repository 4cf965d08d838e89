//! Panic: closes everything of this desk, with a session and without one.

use chrono::TimeDelta;
use serde_json::json;
use strangle_engine::client_order_id::Tag;
use strangle_engine::instrument::Underlying;
use strangle_engine::profile::Profile;
use strangle_engine::reconcile::Part;
use strangle_engine::schedule::{ExitBound, Schedule};
use strangle_engine::session::desk::{Account, FlattenPlan, flatten_plan};
use strangle_engine::session::{
    AccountQuery, AccountView, Command as SessionCommand, SessionSpec, Task,
};

use super::ledger::LoadError;
use super::operations::{Progress, ended};
use super::projection::Identity;
use super::term::{Term, TermError};
use crate::desk::Refusal;
use crate::store::sessions;

/// How far back this desk's trades are looked for: no option of it lives longer.
const LOOK_BACK: TimeDelta = TimeDelta::days(45);

impl Term {
    /// Closes everything of this desk: the open session's legs, or what its rows still show.
    pub(super) async fn panic(&mut self, by: &str) -> Result<Progress, TermError> {
        if self.open.as_ref().is_some_and(|open| !open.session.state().is_over()) {
            let panic = SessionCommand::Panic { by: by.to_owned() };
            return Ok(ended(self.command(&panic).await?));
        }
        let plan = match self.flatten_plan().await? {
            Ok(plan) => plan,
            Err(refusal) => return Ok(Progress::Refused(refusal)),
        };
        for cancel in plan.cancels {
            self.begin_act(cancel);
        }
        if !plan.unknown_products.is_empty() {
            tracing::error!(
                event = "strategy_panic_unknown",
                products = ?plan.unknown_products,
                "this desk holds products that the exchange does not list any more"
            );
        }
        if plan.holdings.is_empty() {
            tracing::info!(event = "strategy_panic_noop", by, "nothing of this desk is open");
            return Ok(Progress::Done(json!({ "closed": 0 })));
        }
        let strangle = self.strangle.clone();
        let Some((profile, identity)) = self.last_profile().await? else {
            return Ok(Progress::Refused(Refusal::new(
                "no_profile",
                "this desk has never had a session; close the position on the exchange",
            )));
        };
        let mut tx = strangle.db.write().await?;
        let number = sessions::next_id(&mut tx).await?;
        tx.commit().await?;
        let now = self.now();
        let spec = SessionSpec {
            number: number.unsigned_abs(),
            strategy_id: format!("delta-strangle-{}-{number}", now.format("%Y%m%d%H%M%S")),
            tag: Tag::of(&strangle.settings.instance),
            mode: self.mode(),
            task: Task::Flatten { holdings: plan.holdings },
            profile,
            settings: super::engine_settings(&strangle.settings),
            schedule: Schedule {
                entry_at: now,
                entry_until: now,
                exit_at: now + TimeDelta::days(1),
                exit_bound: ExitBound::TimeExit,
            },
        };
        self.open(identity, spec).await?;
        Ok(Progress::Done(json!({ "closing": true })))
    }

    /// Asks the exchange what this desk's orders have left behind.
    async fn flatten_plan(&self) -> Result<Result<FlattenPlan, Refusal>, TermError> {
        let contracts = self.exchange.products().await.map(|products| {
            let contracts =
                products.iter().filter_map(crate::clients::delta::wire::Product::contract);
            contracts.collect::<Vec<_>>()
        });
        let Ok(contracts) = contracts else { return Ok(Err(unavailable())) };
        let mut account = AccountView::empty(0, self.now());
        for underlying in Underlying::ALL {
            let query = AccountQuery {
                request: 0,
                underlying,
                open_orders: underlying == Underlying::Btc,
                positions: true,
                fills_since: (underlying == Underlying::Btc).then(|| self.now() - LOOK_BACK),
                look_up: Vec::new(),
                settlements: Vec::new(),
            };
            let seen = self.exchange.account(&query, &contracts).await;
            if seen.positions.failed() || seen.open_orders.failed() || seen.fills.failed() {
                return Ok(Err(unavailable()));
            }
            if underlying == Underlying::Btc {
                account = seen;
            } else if let (Part::Known(all), Part::Known(more)) =
                (&mut account.positions, seen.positions)
            {
                all.extend(more);
            }
        }
        let nothing = Vec::new();
        let seen = Account {
            open_orders: account.open_orders.known().unwrap_or(&nothing),
            fills: account.fills.known().map_or(&[], Vec::as_slice),
            positions: account.positions.known().map_or(&[], Vec::as_slice),
            contracts: &contracts,
        };
        Ok(Ok(flatten_plan(Tag::of(&self.strangle.settings.instance), &seen)))
    }

    /// Returns the profile of the last session, and whose it was.
    async fn last_profile(&self) -> Result<Option<(Profile, Identity)>, TermError> {
        let strangle = &self.strangle;
        let mut tx = strangle.db.read().await?;
        let last = sessions::find_last(&mut tx, strangle.environment(), &strangle.account).await?;
        drop(tx);
        let Some(last) = last else { return Ok(None) };
        let identity = self.identity(&last.config_id, last.config_version);
        let profile = serde_json::from_value(last.config_snapshot.0)
            .map_err(|source| LoadError::Unreadable { session: last.id, seq: 0, source })?;
        Ok(Some((profile, identity)))
    }
}

fn unavailable() -> Refusal {
    Refusal::new("exchange_unavailable", "the exchange does not say what is open; try again")
}
