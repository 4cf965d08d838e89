//! `quintet strangle sim-exchange`: the simulator as a server of its own.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use clap::Args;
use delta_sim::faults::FaultScript;
use delta_sim::{Config, Scenario};
use platform::clock::Clock;
use platform::tasks::Tasks;
use serde_json::Value;
use tokio::net::TcpListener;

use super::host::{Host, HostOptions, start_at};
use super::{Files, server};

/// Serves the exchange simulator over HTTP and WebSocket.
#[derive(Debug, Clone, Args)]
pub struct SimExchange {
    /// Where to listen; port 0 takes a free one. Only this machine's own addresses are allowed.
    #[arg(long, default_value = "127.0.0.1:9900")]
    listen: SocketAddr,
    /// Listen on an address that other machines can reach. Nothing protects the simulator.
    #[arg(long)]
    allow_remote: bool,
    /// Where the exchange is kept; a new one begins in an empty folder.
    #[arg(long, default_value = "data/sim-exchange")]
    data: PathBuf,
    /// The seed of a new exchange.
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// How fast its clock runs.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// The market of a new exchange: `calm`, `trend`, `crash`, `melt_up`, `chop`, `vol_spike`, `gap`
    /// or `weekend`.
    #[arg(long, default_value = "calm")]
    scenario: String,
    /// When a new exchange begins, such as 2026-01-15T03:30:00Z; now if absent.
    #[arg(long)]
    start: Option<DateTime<Utc>>,
    /// A script of faults as JSON.
    #[arg(long)]
    faults: Option<PathBuf>,
}

impl SimExchange {
    /// Serves until the process is told to stop.
    ///
    /// # Errors
    ///
    /// Returns an error in words for the operator.
    pub async fn run(self) -> anyhow::Result<()> {
        if !self.listen.ip().is_loopback() && !self.allow_remote {
            bail!(
                "{} can be reached by other machines; add --allow-remote if that is meant",
                self.listen
            );
        }
        if !(self.speed.is_finite() && self.speed > 0.0) {
            bail!("--speed must be above zero, not {}", self.speed);
        }
        let clock = Clock::System;
        let scenario: Scenario = serde_json::from_value(Value::from(self.scenario.as_str()))
            .with_context(|| format!("--scenario does not know `{}`", self.scenario))?;
        let config = Config { seed: self.seed, scenario, ..Config::default() };
        let config = start_at(config, self.start.unwrap_or_else(|| clock.now()));
        let script = self.script().await?;

        let tasks = Tasks::default();
        let files = Files::open(&self.data).await.context("the folder of --data cannot be used")?;
        let options = HostOptions { speed: self.speed, ..HostOptions::new(config) };
        let host = Host::start(&tasks, options, Box::new(files), clock).await?;
        if let Some(script) = script {
            host.clear_faults().await?;
            host.install_faults(script).await?;
        }
        let listener = TcpListener::bind(self.listen)
            .await
            .with_context(|| format!("cannot listen on {}", self.listen))?;
        let address = listener.local_addr()?;
        #[expect(clippy::print_stdout, reason = "whoever started it waits for this line")]
        {
            println!("simulator listens on http://{address}");
        }
        stop_on_signal(&tasks);
        let served = server::serve(listener, host, &tasks).await;
        tasks.drain(std::time::Duration::from_secs(10)).await;
        served.context("the simulator ended")
    }

    async fn script(&self) -> anyhow::Result<Option<FaultScript>> {
        let Some(path) = &self.faults else { return Ok(None) };
        let text = tokio::fs::read_to_string(path)
            .await
            .with_context(|| format!("{} cannot be read", path.display()))?;
        let value = serde_json::from_str(&text)
            .with_context(|| format!("{} is not JSON", path.display()))?;
        let script = FaultScript::from_json(value)
            .map_err(|error| anyhow::anyhow!("{}: {}", error.pointer, error.message))?;
        Ok(Some(script))
    }
}

/// Stops everything on Ctrl-C or when the system asks for it.
fn stop_on_signal(tasks: &Tasks) {
    let stopping = tasks.clone();
    tasks.spawn("sim_signals", async move {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
            () = stopping.stopping() => {}
        }
        stopping.stop();
    });
}
