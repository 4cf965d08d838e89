//! The engine of the desk: runs the open session on the one process that leads.
//!
//! - [`term`] is the loop of one term of leadership; `operations` and `pictures` are parts of it.
//! - [`ledger`] stores facts and the rows that [`projection`] makes of them.
//! - [`exchange`] does what a session asks; `convert` and `quotes` translate.
//! - `commissions` makes ended sessions exact when what they paid is told late.
//! - [`world`] keeps what decisions depend on besides the session.
//! - `answers`, `preview` and `preflight` answer questions; `snapshot` and `announce` show.
//! - [`crash`] are the places at which a test can end the process.
//!
//! # Invariants
//!
//! - An order leaves only after its intent is stored in state `sending`, under a lease that holds.
//! - What the exchange has not said is not known: a failed look is never "flat" or "absent".

pub(crate) mod access;
mod acts;
mod announce;
mod answers;
mod commissions;
mod convert;
mod crash;
mod exchange;
mod hearing;
pub(crate) mod ledger;
mod legs;
mod operations;
mod panic;
mod pictures;
mod preflight;
mod preview;
pub(crate) mod projection;
mod pulse;
mod quotes;
mod rows;
mod shutdown;
mod snapshot;
mod term;
mod world;

use std::sync::Arc;
use std::time::Duration;

use platform::backoff::Backoff;
use platform::leader::Leader;
use platform::tasks::Tasks;
use strangle_engine::session::EngineSettings;

pub(crate) use crash::CrashPlan;
pub(crate) use pulse::Pulse;

use self::access::Access;
use self::answers::Answers;
use self::exchange::Exchange;
use self::term::{Beginning, Term, TermError};
use crate::Strangle;
use crate::clients::delta::{MarketStream, PrivateStream, StreamOptions};
use crate::settings::Settings;

/// Waits between two attempts to take the desk up.
const AGAIN: Backoff = Backoff { base: Duration::from_secs(1), max: Duration::from_secs(30) };

/// How long what serves a term may take to end.
const LAST_WORK: Duration = Duration::from_secs(5);

/// Runs the desk whenever this process leads.
pub(crate) fn start(strangle: &Strangle, leader: Leader) {
    let strangle = strangle.clone();
    let tasks = strangle.tasks.clone();
    tasks.spawn("strangle_engine", async move {
        let mut lead = leader.watch();
        let mut failures = 0;
        while !strangle.tasks.is_stopping() {
            if leader.fence().is_none() {
                tokio::select! {
                    changed = lead.changed() => if changed.is_err() { return },
                    () = strangle.tasks.stopping() => return,
                }
                continue;
            }
            match Box::pin(lead_desk(&strangle, &leader)).await {
                Ok(()) => return,
                Err(TermError::Replaced) => failures = 0,
                Err(error) => {
                    failures += 1;
                    tracing::error!(
                        event = "engine_cycle_failed",
                        error = &error as &dyn std::error::Error,
                        "the desk stopped and is taken up again"
                    );
                    if !strangle.tasks.sleep(AGAIN.delay(failures, "strangle")).await {
                        return;
                    }
                }
            }
        }
    });
}

/// Leads the desk for one term.
async fn lead_desk(strangle: &Strangle, leader: &Leader) -> Result<(), TermError> {
    // What serves this term ends with it: a simulator that another process leads must not write.
    let tasks = Tasks::default();
    let ended = Box::pin(lead_with(strangle, leader, &tasks)).await;
    strangle.desk.engage(None);
    strangle.desk.pulse().rest();
    tasks.drain(LAST_WORK).await;
    ended
}

async fn lead_with(strangle: &Strangle, leader: &Leader, tasks: &Tasks) -> Result<(), TermError> {
    let venue = Access::open(strangle, leader, tasks).await?;
    let crash = strangle.settings.crash.clone();
    let exchange = Exchange::new(venue.delta.clone(), crash.clone());
    let silent_after = strangle.settings.engine.silence_warning;
    let options = StreamOptions { silent_after, ..StreamOptions::default() };
    let market = Arc::new(MarketStream::start(tasks, &venue.delta, options));
    let private = PrivateStream::start(tasks, &venue.delta, options);
    let beginning = Beginning {
        strangle: strangle.clone(),
        leader: leader.clone(),
        exchange: exchange.clone(),
        market,
        private,
        crash,
        tasks: tasks.clone(),
    };
    let term = Term::begin(beginning).await?;
    let answers = Answers::new(strangle.clone(), exchange, venue.simulator, term.seen());
    strangle.desk.engage(Some(Arc::new(answers)));
    Box::pin(term.work()).await
}

/// Returns what the rules of a new session depend on.
fn engine_settings(settings: &Settings) -> EngineSettings {
    let millis = |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    let usual = EngineSettings::default();
    EngineSettings {
        entry_attempts: settings.orders.retry_attempts,
        retry_delay_ms: millis(settings.orders.retry_delay),
        partial_fill_threshold: crate::domain::number::number(
            settings.orders.partial_fill_threshold,
        ),
        order_timeout_ms: millis(settings.orders.timeout),
        stale_quote_ms: millis(settings.engine.stale_quote),
        silence_warning_ms: millis(settings.engine.silence_warning),
        ..usual
    }
}
