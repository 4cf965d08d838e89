//! `quintet serve`: runs a process until it is told to stop.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use platform::settings::{Environment, PlatformSettings};
use platform::telemetry::{self, Telemetry};
use sd_notify::NotifyState;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::ServeArgs;
use crate::listen::{self, Limits};
use crate::role::ProcessRole;
use crate::services::{SERVICES, pick};
use crate::settings::{self, Loaded};
use crate::start::{Started, start};

/// Serves until SIGTERM or SIGINT.
pub(crate) fn run(args: &ServeArgs) -> Result<ExitCode> {
    let loaded = settings::load(&pick(&args.services).map_err(anyhow::Error::msg)?)?;
    let threads = match loaded.platform.threads {
        0 => std::thread::available_parallelism().map_or(2, std::num::NonZero::get),
        threads => threads,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()
        .context("the runtime cannot start")?;
    let entered = runtime.enter();
    let (log, traces) = observe(&loaded.platform)?;
    drop(entered);

    let outcome = runtime.block_on(serve(loaded, args.role));
    if let Some(traces) = traces {
        traces.shutdown();
    }
    drop(log);
    outcome
}

/// Starts the log, and the export of traces if a collector is named.
fn observe(settings: &PlatformSettings) -> Result<(logbook::writer::Guard, Option<Telemetry>)> {
    let Some(endpoint) = &settings.otlp_endpoint else {
        return Ok((logbook::writer::install(settings)?, None));
    };
    let (layer, traces) = telemetry::layer(endpoint, env!("CARGO_PKG_VERSION"))
        .context("OTEL_EXPORTER_OTLP_ENDPOINT")?;
    Ok((logbook::writer::install_with(settings, layer)?, Some(traces)))
}

async fn serve(loaded: Loaded, role: ProcessRole) -> Result<ExitCode> {
    let settings = loaded.platform.clone();
    let listener = listen::bind(&settings.host, settings.port).await.with_context(|| {
        format!("cannot listen on {}:{}; set PORT to a free one", settings.host, settings.port)
    })?;
    let address = listener.local_addr()?;
    let started = start(loaded, role, None).await?;
    greet(&started, address).await?;

    if role != ProcessRole::Api {
        started.background.start();
        load_demos(&started);
    }
    stop_on_signal(&started)?;
    // Nobody may be listening for it.
    let _ = sd_notify::notify(&[NotifyState::Ready]);
    tracing::info!(event = "serving", %address, "quintet serves on http://{address}");

    let limits = limits(&settings);
    let tasks = started.tasks.clone();
    let deadline = async {
        tasks.stopping().await;
        tokio::time::sleep(limits.grace).await;
    };
    let work = async {
        listen::serve(listener, started.router.clone(), tasks.clone(), limits).await;
        tasks.drain(limits.grace).await
    };
    let drained = tokio::select! {
        drained = work => drained,
        () = deadline => false,
    };
    if !drained {
        tracing::warn!(event = "drain_incomplete", "work was cut off after the grace period");
    }
    started.storage.close().await;
    tracing::info!(event = "stopped", drained, "quintet has stopped");
    Ok(ExitCode::SUCCESS)
}

fn limits(settings: &PlatformSettings) -> Limits {
    Limits {
        connections: settings.max_connections,
        keep_alive: Duration::from_secs(settings.keep_alive_seconds.max(1)),
        grace: Duration::from_secs(settings.shutdown_grace_seconds),
    }
}

/// Makes sure that somebody can sign in, and prints the one-time password of a first start.
async fn greet(started: &Started, address: std::net::SocketAddr) -> Result<()> {
    let admin = started.first_run.ensure_admin(&started.accounts).await.map_err(|e| anyhow!(e))?;
    if started.settings.environment == Environment::Production {
        return Ok(());
    }
    eprintln!("\n  Quintet {} on http://{address}", env!("CARGO_PKG_VERSION"));
    if let Some(admin) = admin {
        eprintln!("\n  Sign in as   {}", admin.email);
        eprintln!("  password     {}", admin.password.reveal());
        eprintln!("  It is shown once, and must be changed at the first sign-in.");
    }
    eprintln!();
    Ok(())
}

/// Fills empty services in the background, so that the first page does not wait. Of several
/// processes the leader does it, so that nothing is there twice.
fn load_demos(started: &Started) {
    if !started.settings.demo_data {
        return;
    }
    let (leader, stopping) = (started.leader.clone(), started.tasks.clone());
    let demos = started.demos.clone();
    started.tasks.spawn("demo", async move {
        while leader.fence().is_none() {
            if !stopping.sleep(Duration::from_secs(1)).await {
                return;
            }
        }
        for (service, demo) in demos {
            if let Err(error) = demo().await {
                tracing::warn!(event = "demo_failed", service, %error, "demo data is missing");
            }
        }
    });
}

fn stop_on_signal(started: &Started) -> Result<()> {
    let (mut terminate, mut interrupt) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let tasks = started.tasks.clone();
    started.tasks.spawn("signals", async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            () = tasks.stopping() => return,
        }
        let _ = sd_notify::notify(&[NotifyState::Stopping]);
        tracing::info!(event = "stopping", "told to stop: finishing what runs");
        tasks.stop();
    });
    Ok(())
}

/// `quintet demo load`: fills empty services, whatever the environment.
pub(crate) async fn load_demo(services: Vec<String>) -> Result<ExitCode> {
    let known = pick(&services).map_err(anyhow::Error::msg)?;
    let started = start(settings::load(SERVICES)?, ProcessRole::Api, None).await?;
    for (service, demo) in &started.demos {
        if known.iter().any(|s| s.name == *service) {
            demo().await.map_err(|error| anyhow!("{service}: {error}"))?;
            println!("{service}: demo data is there");
        }
    }
    started.tasks.drain(Duration::from_secs(10)).await;
    started.storage.close().await;
    Ok(ExitCode::SUCCESS)
}
