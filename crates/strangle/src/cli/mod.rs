//! `quintet strangle …`: for the operator.
//!
//! - [`state`] looks at the desk and stops it.
//! - [`rebuild`] makes the rows of sessions again from their events and compares.
//! - [`market`] listens to quotes and sells by hand, without the desk.

mod market;
mod rebuild;
mod state;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Subcommand;
use platform::clock::Clock;
use platform::db::Db;
use platform::events::Events;
use platform::ids::Ids;
use platform::settings::Env;
use platform::tasks::Tasks;

pub use market::{Quotes, Sell};
pub use rebuild::Rebuild;
pub use state::Kill;

use crate::Strangle;
use crate::desk::Desk;
use crate::settings::Settings;
pub use crate::venue::SimExchange;

/// What can be done.
#[derive(Debug, Clone, Subcommand)]
pub enum StrangleCommand {
    /// Says whether the settings are good and what the desk is doing.
    Check,
    /// Serves the desk alone; the same as `quintet serve --services strangle`.
    Run,
    /// Stops trading, also without a session and without a server; it survives a restart.
    Kill(Kill),
    /// Shows the prices of the open legs.
    Report,
    /// Makes the rows of sessions again from their events, and compares.
    Rebuild(Rebuild),
    /// Serves the exchange simulator.
    SimExchange(SimExchange),
    /// Listens to quotes and prints the newest.
    Quotes(Quotes),
    /// Sells an option by hand. The desk shows it as foreign and never touches it.
    Sell(Sell),
}

/// What a command works on.
#[derive(Debug, Clone)]
pub struct Target {
    /// The desk's rows, for the commands that need them.
    pub db: Option<Db>,
    /// Where the file `KILL` lies.
    pub data_dir: PathBuf,
    /// Where time comes from.
    pub clock: Clock,
    /// Where ids come from.
    pub ids: Ids,
}

impl StrangleCommand {
    /// Tells whether the command reads or writes rows.
    #[must_use]
    pub fn needs_database(&self) -> bool {
        match self {
            Self::Check | Self::Report | Self::Rebuild(_) | Self::Quotes(_) | Self::Sell(_) => true,
            Self::Kill(kill) => !kill.only_file(),
            Self::Run | Self::SimExchange(_) => false,
        }
    }
}

/// Runs a command.
///
/// # Errors
///
/// Returns what went wrong, in words for the operator.
pub async fn run(
    command: StrangleCommand,
    env: Env,
    target: Target,
    out: &mut (impl std::io::Write + Send),
) -> anyhow::Result<ExitCode> {
    match command {
        StrangleCommand::Check => state::check(&app(env, target)?, out).await,
        StrangleCommand::Kill(kill) if kill.only_file() => kill.by_file(&target.data_dir, out),
        StrangleCommand::Kill(kill) => kill.run(&app(env, target)?, out).await,
        StrangleCommand::Report => state::report(&app(env, target)?, out).await,
        StrangleCommand::Rebuild(rebuild) => rebuild.run(&app(env, target)?, out).await,
        StrangleCommand::Quotes(quotes) => quotes.run(app(env, target)?, out).await,
        StrangleCommand::Sell(sell) => sell.run(app(env, target)?, out).await,
        StrangleCommand::SimExchange(exchange) => {
            exchange.run().await?;
            Ok(ExitCode::SUCCESS)
        }
        StrangleCommand::Run => {
            anyhow::bail!("start it with `quintet serve --services strangle`")
        }
    }
}

fn settings(mut env: Env) -> anyhow::Result<Settings> {
    let settings = Settings::read(&mut env);
    env.finish()?;
    Ok(settings)
}

/// The desk, without an engine.
fn app(env: Env, target: Target) -> anyhow::Result<Strangle> {
    let settings = settings(env)?;
    let db = target.db.context("this command needs the database")?;
    Ok(desk(settings, db, target.data_dir, target.clock, target.ids))
}

fn desk(settings: Settings, db: Db, data_dir: PathBuf, clock: Clock, ids: Ids) -> Strangle {
    Strangle {
        db,
        clock,
        ids,
        tasks: Tasks::default(),
        events: Events::default(),
        account: settings.account().into(),
        settings: Arc::new(settings),
        data_dir: data_dir.into(),
        desk: Desk::default(),
    }
}
