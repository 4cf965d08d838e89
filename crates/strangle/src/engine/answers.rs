//! Answers what people ask the desk.

use chrono::TimeDelta;
use platform::auth::BoxFuture;
use serde::Serialize;
use serde_json::Value;
use strangle_engine::fees::FeeRates;
use strangle_engine::session::World;
use tokio::sync::watch;

use super::access::Simulator;
use super::exchange::Exchange;
use super::{preflight, preview};
use crate::Strangle;
use crate::clients::delta::FeedStatus;
use crate::desk::{LiveDesk, Refusal};
use crate::domain::operation::Command;

/// What the desk last saw.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) world: World,
    pub(super) market: FeedStatus,
    pub(super) private: FeedStatus,
}

/// The desk of this process, as others ask it.
#[derive(Debug, Clone)]
pub(super) struct Answers {
    strangle: Strangle,
    exchange: Exchange,
    sim: Option<Simulator>,
    seen: watch::Receiver<Seen>,
}

impl Answers {
    /// Answers from what the desk sees.
    pub(super) fn new(
        strangle: Strangle,
        exchange: Exchange,
        sim: Option<Simulator>,
        seen: watch::Receiver<Seen>,
    ) -> Self {
        Self { strangle, exchange, sim, seen }
    }

    async fn say(self, question: Command) -> Result<Value, Refusal> {
        match question {
            Command::Chain(chain) => {
                let shown = preview::chain(&self.exchange, chain.underlying, chain.expiry).await?;
                json(&shown)
            }
            Command::Preview(profile) => {
                let stale = TimeDelta::from_std(self.strangle.settings.engine.stale_quote)
                    .unwrap_or(TimeDelta::seconds(15));
                let fees = FeeRates::default();
                json(&preview::preview(&self.exchange, &profile, fees, stale).await?)
            }
            Command::Preflight => {
                let seen = self.seen.borrow().clone();
                let (market, private) = (seen.market, seen.private);
                json(
                    &preflight::preflight(
                        &self.strangle,
                        &self.exchange,
                        &seen.world,
                        market,
                        private,
                    )
                    .await,
                )
            }
            Command::SimStatus => json(&self.simulator()?.status().await?),
            Command::SimControl(control) => {
                self.simulator()?.control(control).await?;
                json(&self.simulator()?.status().await?)
            }
            other => Err(Refusal::new(
                "no_question",
                format!("`{}` is a command, not a question", other.kind()),
            )),
        }
    }

    fn simulator(&self) -> Result<&Simulator, Refusal> {
        self.sim.as_ref().ok_or_else(|| {
            Refusal::new("no_simulator", "this desk does not trade on the simulator")
        })
    }
}

impl LiveDesk for Answers {
    fn answer(&self, question: Command) -> BoxFuture<'static, Result<Value, Refusal>> {
        Box::pin(self.clone().say(question))
    }
}

fn json(answer: &impl Serialize) -> Result<Value, Refusal> {
    serde_json::to_value(answer)
        .map_err(|error| Refusal::new("unreadable_answer", error.to_string()))
}
