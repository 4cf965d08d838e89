//! What a service does periodically.
//!
//! # Invariants
//!
//! - An occurrence is begun once, by the leader: it is noted in `schedule_runs` under the leader's
//!   fence before the work begins. Work that must not be lost with the process is a job that the
//!   run enqueues.
//! - Occurrences that were missed while no process led are made up for by one run.
//! - One schedule never runs twice at one time.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use croner::Cron;
use croner::errors::CronError;
use croner::parser::{CronParser, Seconds};
use futures::FutureExt as _;
use tracing::Instrument as _;

use crate::auth::BoxFuture;
use crate::clock::Clock;
use crate::correlation::Correlation;
use crate::db::{Db, DbError, Result};
use crate::ids::Ids;
use crate::leader::Leader;
use crate::metrics::SCHEDULE_RUNS_TOTAL;
use crate::service::StartError;
use crate::tasks::Tasks;

/// How long the scheduler sleeps at most, so that it sees a clock that was set.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);
/// How long to wait after the database did not answer.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Periodic work; it runs on the elected leader only.
#[derive(Clone)]
pub struct Schedule {
    /// `<service>.<verb>_<thing>`
    pub name: &'static str,
    /// Five or six cron fields, UTC.
    pub cron: String,
    /// The work; usually it enqueues a job.
    pub run: Arc<dyn Fn() -> BoxFuture<'static, Result<(), StartError>> + Send + Sync>,
}

/// A schedule whose cron fields cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("schedule `{name}`: `{cron}` is not five or six cron fields")]
pub struct ScheduleError {
    /// Which schedule.
    pub name: &'static str,
    /// Its fields.
    pub cron: String,
    /// What is wrong with them.
    #[source]
    pub source: CronError,
}

/// Begins periodic work when it is due. Cheap to clone.
#[derive(Clone)]
pub struct Scheduler {
    entries: Arc<[Arc<Entry>]>,
    leader: Leader,
    clock: Clock,
    tasks: Tasks,
}

struct Entry {
    schedule: Schedule,
    cron: Cron,
    db: Db,
    running: AtomicBool,
    /// `None` until the stored last run was looked at under the present leadership.
    next: Mutex<Option<DateTime<Utc>>>,
}

impl Scheduler {
    /// Reads the schedules; each notes its runs in the database of its service.
    ///
    /// # Errors
    ///
    /// Returns [`ScheduleError`] for the first schedule that cannot be read.
    pub fn new(
        schedules: impl IntoIterator<Item = (Db, Schedule)>,
        leader: Leader,
        clock: Clock,
        tasks: Tasks,
    ) -> Result<Self, ScheduleError> {
        let entries = schedules.into_iter().map(|(db, schedule)| Entry::new(db, schedule));
        let entries = entries.collect::<Result<_, _>>()?;
        Ok(Self { entries, leader, clock, tasks })
    }

    /// Begins what is due from now on, until the process is told to stop.
    pub fn start(&self) {
        if self.entries.is_empty() {
            return;
        }
        let scheduler = self.clone();
        self.tasks.spawn("scheduler", async move { scheduler.go_on().await });
    }

    /// Runs what is due, one after the other, and returns the names.
    ///
    /// # Errors
    ///
    /// Returns [`DbError`] if the runs cannot be noted.
    pub async fn run_due(&self) -> Result<Vec<&'static str>> {
        let due = self.take_due().await?;
        for entry in &due {
            entry.run().await;
        }
        Ok(due.iter().map(|entry| entry.schedule.name).collect())
    }

    async fn go_on(&self) {
        let mut leadership = self.leader.watch();
        loop {
            let wait = match self.take_due().await {
                Ok(due) => {
                    for entry in due {
                        self.tasks.spawn("schedule", async move { entry.run().await });
                    }
                    self.until_next()
                }
                Err(error) => {
                    tracing::warn!(error = %error, "schedules cannot be looked at");
                    AFTER_FAILURE
                }
            };
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                Ok(()) = leadership.changed() => {
                    // Another leader may have run things meanwhile.
                    for entry in self.entries.iter() {
                        entry.set_next(None);
                    }
                }
                () = self.tasks.stopping() => return,
            }
        }
    }

    /// Notes and returns what is due; nothing unless this process leads.
    async fn take_due(&self) -> Result<Vec<Arc<Entry>>> {
        let mut due = Vec::new();
        for entry in self.entries.iter() {
            if self.leader.fence().is_none() {
                break;
            }
            let now = self.clock.now();
            if entry.next().is_some_and(|next| next > now) {
                continue;
            }
            match entry.take(&self.leader, now).await {
                Ok(true) => due.push(entry.clone()),
                Ok(false) => {}
                Err(DbError::Fenced(_)) => {
                    tracing::info!("schedules are left to the new leader");
                    break;
                }
                Err(error) if due.is_empty() => return Err(error),
                // What was noted is begun; the others are looked at again soon.
                Err(error) => {
                    tracing::warn!(error = %error, "some schedules cannot be looked at");
                    break;
                }
            }
        }
        Ok(due)
    }

    fn until_next(&self) -> Duration {
        if self.leader.fence().is_none() {
            return LONGEST_SLEEP;
        }
        let now = self.clock.now();
        let waits = self.entries.iter().map(|entry| match entry.next() {
            Some(next) => (next - now).to_std().unwrap_or_default(),
            None => AFTER_FAILURE,
        });
        waits.min().unwrap_or(LONGEST_SLEEP).min(LONGEST_SLEEP)
    }
}

impl Entry {
    fn new(db: Db, schedule: Schedule) -> Result<Arc<Self>, ScheduleError> {
        let parser = CronParser::builder().seconds(Seconds::Optional).build();
        let cron = parser.parse(&schedule.cron).map_err(|source| ScheduleError {
            name: schedule.name,
            cron: schedule.cron.clone(),
            source,
        })?;
        let (running, next) = (AtomicBool::new(false), Mutex::new(None));
        Ok(Arc::new(Self { schedule, cron, db, running, next }))
    }

    fn next(&self) -> Option<DateTime<Utc>> {
        *self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_next(&self, next: Option<DateTime<Utc>>) {
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = next;
    }

    /// Notes the latest occurrence up to `now`; returns whether it had not been noted before.
    async fn take(&self, leader: &Leader, now: DateTime<Utc>) -> Result<bool> {
        // A pattern without any occurrence (30 February) is never due.
        let next = self.cron.find_next_occurrence(&now, false).unwrap_or(DateTime::<Utc>::MAX_UTC);
        if self.running.load(Ordering::SeqCst) {
            tracing::warn!(schedule.name = self.schedule.name, "still runs, not begun again");
            self.set_next(Some(next));
            return Ok(false);
        }
        let mut tx = self.db.write().await?;
        leader.check(&mut tx).await?;
        // A schedule that is seen for the first time waits for its next occurrence.
        tx.query(
            "INSERT INTO schedule_runs (name, last_run_at) VALUES ($1, $2) \
             ON CONFLICT (name) DO NOTHING",
        )
        .bind(self.schedule.name)
        .bind(now)
        .execute()
        .await?;
        let taken = match self.cron.find_previous_occurrence(&now, true) {
            Ok(occurrence) => {
                tx.query(
                    "UPDATE schedule_runs SET last_run_at = $2 \
                     WHERE name = $1 AND last_run_at < $2",
                )
                .bind(self.schedule.name)
                .bind(occurrence)
                .execute()
                .await?
            }
            Err(_) => 0,
        };
        tx.commit().await?;
        self.set_next(Some(next));
        Ok(taken == 1)
    }

    async fn run(&self) {
        self.running.store(true, Ordering::SeqCst);
        let name = self.schedule.name;
        let correlation_id = Ids::Random.draw().to_string();
        let span =
            tracing::info_span!(parent: None, "schedule", schedule.name = name, %correlation_id);
        let correlation = Correlation { request_id: String::new(), correlation_id };
        let work = async {
            match AssertUnwindSafe((self.schedule.run)()).catch_unwind().await {
                Ok(Ok(())) => "ok",
                Ok(Err(error)) => {
                    tracing::error!(error = &*error as &dyn std::error::Error, "{name} failed");
                    "error"
                }
                Err(_) => {
                    tracing::error!("{name} panicked");
                    "error"
                }
            }
        };
        let result = correlation.scope(work.instrument(span)).await;
        metrics::counter!(SCHEDULE_RUNS_TOTAL, "name" => name, "result" => result).increment(1);
        self.running.store(false, Ordering::SeqCst);
    }
}
