//! The processes of the desk: one alone, or two that compete for the lease; and their deaths.

use std::path::Path;
use std::time::Duration;

use sqlx::Connection as _;
use tokio::time::Instant;

use super::plan::Plan;
use super::process::{Death, Desk};
use super::records::Store;

/// How processes died.
#[derive(Debug, Clone, Default)]
pub(super) struct Deaths {
    /// In virtual microseconds.
    pub(super) at: Vec<i64>,
    pub(super) killed: usize,
    /// The place that was hit.
    pub(super) point: Option<String>,
}

/// The processes of one desk.
#[derive(Debug)]
pub(super) struct Desks {
    processes: Vec<Desk>,
    /// When each is started again.
    again: Vec<Option<Instant>>,
    store: Store,
    crash_at: Option<String>,
    length: f64,
    /// When the first process is killed, whatever it is doing.
    early: Option<Instant>,
    kills: Vec<f64>,
    pauses: Vec<f64>,
    deaths: Deaths,
}

impl Desks {
    /// Starts them; the first one may die at the plan's place.
    pub(super) fn start(
        binary: &Path,
        folder: &Path,
        plan: &Plan,
        settings: &[(String, String)],
        store: &Store,
    ) -> anyhow::Result<Self> {
        let mut processes = Vec::new();
        for number in 0..plan.processes {
            let name = format!("desk-{number}");
            let crash_at = plan.crash_at.clone().filter(|_| number == 0);
            let mut desk = Desk::new(binary, folder, &name, settings.to_vec(), crash_at)?;
            desk.start()?;
            processes.push(desk);
        }
        Ok(Self {
            again: vec![None; processes.len()],
            processes,
            store: store.clone(),
            crash_at: plan.crash_at.clone(),
            length: plan.length(),
            early: plan.dies_early.map(|after| Instant::now() + Duration::from_secs_f64(after)),
            kills: plan.kills.clone(),
            pauses: plan.pauses.clone(),
            deaths: Deaths::default(),
        })
    }

    /// One that lives, else the first.
    pub(super) fn url(&self) -> String {
        let living = self.processes.iter().find(|desk| desk.pid().is_some());
        living.or(self.processes.first()).map(Desk::url).unwrap_or_default()
    }

    /// Whether one is dead and will be started again.
    pub(super) fn is_away(&self) -> bool {
        self.again.iter().any(Option::is_some)
    }

    /// Kills whose time has come, notices who is dead, and starts again who was away long enough.
    /// Returns the deaths that nobody asked for.
    pub(super) async fn look(
        &mut self,
        started: Option<Instant>,
        virtual_now: i64,
        dying: bool,
    ) -> anyhow::Result<Vec<String>> {
        let passed = started.map(|started| started.elapsed().as_secs_f64());
        let due = self
            .kills
            .first()
            .is_some_and(|part| passed.is_some_and(|passed| passed >= part * self.length));
        if due && dying && !self.is_away() {
            self.kills.remove(0);
            let victim = self.victim().await;
            if let Some(desk) = self.processes.get_mut(victim) {
                desk.kill()?;
                self.deaths.killed += 1;
            }
        }
        if self.early.is_some_and(|at| Instant::now() >= at)
            && let Some(desk) = self.processes.first_mut()
        {
            self.early = None;
            desk.kill()?;
            self.deaths.killed += 1;
        }
        let mut unasked = Vec::new();
        for (desk, again) in self.processes.iter_mut().zip(&mut self.again) {
            if let Some(death) = desk.death()? {
                self.deaths.at.push(virtual_now);
                match death {
                    Death::AtPoint => self.deaths.point.clone_from(&self.crash_at),
                    Death::Killed => {}
                    Death::Unasked(status) => unasked.push(status.to_string()),
                }
                let pause = self.pauses.pop().unwrap_or(0.2);
                *again = Some(Instant::now() + Duration::from_secs_f64(pause));
            }
            if again.is_some_and(|at| Instant::now() >= at) {
                desk.start()?;
                *again = None;
            }
        }
        Ok(unasked)
    }

    /// The one that leads.
    async fn victim(&self) -> usize {
        let Store::Postgres(url) = &self.store else { return 0 };
        let holder = holder(url).await.unwrap_or_default();
        let leads = |desk: &Desk| {
            desk.pid().is_some_and(|pid| holder.split(':').next() == Some(&pid.to_string()))
        };
        self.processes.iter().position(leads).unwrap_or(0)
    }

    /// Stops them all; returns whether they did.
    pub(super) fn stop(&mut self) -> anyhow::Result<bool> {
        let mut stopped = true;
        for desk in &mut self.processes {
            stopped &= desk.stop()?;
        }
        Ok(stopped)
    }

    /// Panics of all lives.
    pub(super) fn panics(&self) -> Vec<String> {
        self.processes.iter().flat_map(Desk::panics).collect()
    }

    /// Runs a command of the operator.
    pub(super) fn operator(&self, arguments: &[&str]) -> anyhow::Result<(bool, String)> {
        match self.processes.first() {
            Some(desk) => desk.operator(arguments),
            None => Ok((true, String::new())),
        }
    }

    pub(super) fn deaths(&self) -> Deaths {
        self.deaths.clone()
    }
}

/// Who holds the lease: `process:random`.
async fn holder(url: &str) -> anyhow::Result<String> {
    let mut connection = sqlx::PgConnection::connect(url).await?;
    let holder = sqlx::query_scalar("SELECT holder FROM leases WHERE name = 'leader'")
        .fetch_optional(&mut connection)
        .await?;
    Ok(holder.unwrap_or_default())
}
