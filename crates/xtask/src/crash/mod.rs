//! `cargo xtask crash --seeds A..B`: kills the desk anywhere, starts it again, and has a referee
//! compare what the exchange and the desk say happened.
//!
//! | module | what |
//! |---|---|
//! | [`plan`], [`draw`] | what a seed means |
//! | [`process`], [`desks`] | the programs, and their deaths |
//! | [`api`], [`drive`] | follows a plan to its end |
//! | [`truth`], [`records`] | the two sides: the exchange's ledger, the desk's tables |
//! | [`check`] | the rules |
//! | [`faults`], [`summary`] | what was hit |
//!
//! # Invariants
//!
//! - Only programs that a run started are stopped, by their process id.
//! - The referee shares no code with the desk.
//! - A seed can be repeated with the command that its failure prints. The plan is the same; the
//!   machine's timing is not.

mod api;
mod check;
mod desks;
mod draw;
mod drive;
mod faults;
mod plan;
mod process;
mod records;
mod summary;
mod truth;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail, ensure};
use clap::Parser;
use sqlx::{AssertSqlSafe, Connection as _};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;

use check::Finding;
use drive::Run;
use plan::{Faults, Plan, Wishes};
use records::Store;
use summary::Summary;

/// Kills the desk anywhere and looks at what is left.
#[derive(Debug, Clone, Parser)]
#[command(name = "cargo xtask crash")]
struct Arguments {
    /// The seeds to run, `A..B` with both ends, or one.
    #[arg(long)]
    seeds: String,
    /// Failures of the exchange: a script as JSON, `random`, or `none`; odd seeds fail if absent.
    #[arg(long)]
    faults: Option<String>,
    /// The place at which the desk dies, `name` or `name:n`; by seed if absent.
    #[arg(long)]
    point: Option<String>,
    /// Virtual seconds in a second.
    #[arg(long)]
    speed: Option<f64>,
    /// Processes of the desk; two compete for the lease and need `--postgres`.
    #[arg(long, default_value_t = 1)]
    processes: usize,
    /// A PostgreSQL that takes a database for each seed.
    #[arg(long, env = "TEST_DATABASE_URL", hide_env_values = true)]
    postgres: Option<String>,
    /// The program to kill.
    #[arg(long)]
    bin: Option<PathBuf>,
    /// Keep the files of every run, not only of those that failed.
    #[arg(long)]
    keep: bool,
    /// Runs at one time.
    #[arg(long, default_value_t = 2)]
    at_once: usize,
}

/// Runs the seeds.
///
/// # Errors
///
/// Returns an error if the arguments are wrong or nothing can be run.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<ExitCode> {
    let name = "cargo xtask crash".to_owned();
    let arguments = Arguments::parse_from(std::iter::once(&name).chain(arguments));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut terminated = signal(SignalKind::terminate())?;
        // What is dropped here ends the programs that were started.
        tokio::select! {
            done = arguments.run() => done,
            _ = terminated.recv() => bail!("told to stop"),
            _ = tokio::signal::ctrl_c() => bail!("told to stop"),
        }
    })
}

/// One run and what it came to.
struct Report {
    plan: Plan,
    folder: PathBuf,
    result: anyhow::Result<drive::Outcome>,
    seconds: f64,
}

impl Arguments {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let seeds = seeds(&self.seeds)?;
        let binary = self.binary();
        ensure!(binary.is_file(), "{} is missing: cargo build -p server", binary.display());
        ensure!((1..=2).contains(&self.processes), "--processes is 1 or 2");
        let two = self.processes == 2;
        ensure!(!two || self.postgres.is_some(), "two processes need --postgres");
        // A lease outlives its process by some seconds.
        let speed = self.speed.unwrap_or(if two { 15.0 } else { 30.0 });
        let wishes = Wishes {
            faults: self.wanted_faults()?,
            point: self.point.clone(),
            speed,
            processes: self.processes,
        };

        let mut summary = Summary::default();
        let mut waiting = seeds.into_iter();
        let mut running = JoinSet::new();
        loop {
            while running.len() < self.at_once.max(1)
                && let Some(seed) = waiting.next()
            {
                let plan = Plan::of(seed, &wishes)?;
                let postgres = self.postgres.clone().filter(|_| two);
                running.spawn(one(binary.clone(), plan, postgres, self.keep));
            }
            let Some(report) = running.join_next().await else { break };
            let report = report?;
            summary.add(&report, &self.replay(report.plan.seed));
        }
        summary.print();
        Ok(if summary.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn binary(&self) -> PathBuf {
        if let Some(binary) = &self.bin {
            return binary.clone();
        }
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or("target".into(), PathBuf::from);
        target.join("debug/quintet")
    }

    fn wanted_faults(&self) -> anyhow::Result<Faults> {
        Ok(match self.faults.as_deref() {
            None => Faults::BySeed,
            Some("none") => Faults::Never,
            Some("random") => Faults::Random,
            Some(file) => {
                let text = std::fs::read_to_string(file).with_context(|| file.to_owned())?;
                Faults::Script(serde_json::from_str(&text).with_context(|| file.to_owned())?)
            }
        })
    }

    /// The command that runs one seed again.
    fn replay(&self, seed: u64) -> String {
        let mut command = format!("cargo xtask crash --seeds {seed}");
        let mut add = |option: &str, value: Option<String>| {
            if let Some(value) = value {
                let _ = write!(command, " --{option} {value}");
            }
        };
        add("faults", self.faults.clone());
        add("point", self.point.clone());
        add("speed", self.speed.map(|speed| speed.to_string()));
        add("processes", (self.processes > 1).then(|| self.processes.to_string()));
        add("bin", self.bin.as_ref().map(|bin| bin.display().to_string()));
        command
    }
}

/// Reads `A..B` or `A`.
fn seeds(text: &str) -> anyhow::Result<std::ops::RangeInclusive<u64>> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let number = |text: &str| {
        text.trim().parse::<u64>().with_context(|| format!("--seeds: `{text}` is no number"))
    };
    let (first, last) = (number(first)?, number(last.trim_start_matches('='))?);
    ensure!(first <= last, "--seeds: {first} is after {last}");
    Ok(first..=last)
}

/// Runs one seed in a folder of its own, which is kept if something is wrong.
async fn one(binary: PathBuf, plan: Plan, postgres: Option<String>, keep: bool) -> Report {
    let began = tokio::time::Instant::now();
    let folder = match tempfile::Builder::new().prefix("quintet-crash-").tempdir() {
        Ok(folder) => folder,
        Err(error) => {
            return Report {
                plan,
                folder: PathBuf::new(),
                result: Err(error.into()),
                seconds: 0.0,
            };
        }
    };
    let result = followed(&binary, folder.path(), &plan, postgres.as_deref()).await;
    let clean = result.as_ref().is_ok_and(|outcome| outcome.findings.is_empty());
    let path = folder.path().to_owned();
    if keep || !clean {
        let _ = folder.keep();
    }
    Report { plan, folder: path, result, seconds: began.elapsed().as_secs_f64() }
}

async fn followed(
    binary: &std::path::Path,
    folder: &std::path::Path,
    plan: &Plan,
    postgres: Option<&str>,
) -> anyhow::Result<drive::Outcome> {
    let store = match postgres {
        None => Store::Sqlite(folder.join("desk-0/strangle.db")),
        Some(url) => Store::Postgres(database(url, plan.seed).await?),
    };
    let mut outcome = Run::begin(binary, folder, plan, store.clone())?.follow().await?;
    let found: Vec<Finding> = check::check(&outcome.evidence);
    outcome.findings.extend(found);
    if let (Some(server), Store::Postgres(own), true) =
        (postgres, &store, outcome.findings.is_empty())
    {
        drop_database(server, own).await?;
    }
    Ok(outcome)
}

/// Makes an empty database for a seed.
async fn database(url: &str, seed: u64) -> anyhow::Result<String> {
    let name = format!("quintet_crash_{seed}_{}", std::process::id());
    let mut connection = sqlx::PgConnection::connect(url).await?;
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await?;
    let (server, options) = url.split_once('?').unwrap_or((url, ""));
    let (server, _) = server.rsplit_once('/').context("the address names no database")?;
    let options = if options.is_empty() { String::new() } else { format!("?{options}") };
    Ok(format!("{server}/{name}{options}"))
}

/// Drops the database of a seed that found nothing.
async fn drop_database(server: &str, own: &str) -> anyhow::Result<()> {
    let name = own.split('?').next().and_then(|url| url.rsplit('/').next()).unwrap_or_default();
    let mut connection = sqlx::PgConnection::connect(server).await?;
    let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_a_range_with_both_ends_or_one() {
        assert_eq!(seeds("3..5").unwrap(), 3..=5);
        assert_eq!(seeds("3..=5").unwrap(), 3..=5);
        assert_eq!(seeds("7").unwrap(), 7..=7);
        assert!(seeds("5..3").is_err());
        assert!(seeds("a").is_err());
    }

    #[test]
    fn a_failure_names_the_command_that_repeats_it() {
        let arguments = Arguments::parse_from([
            "crash",
            "--seeds",
            "1..9",
            "--point",
            "mid_wait:3",
            "--faults",
            "none",
        ]);

        assert_eq!(
            arguments.replay(4),
            "cargo xtask crash --seeds 4 --faults none --point mid_wait:3"
        );
    }
}
