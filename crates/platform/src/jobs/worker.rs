//! Takes jobs and runs them, as many at one time as the settings allow.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::future::select_all;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::lease::{self, Lease, delta};
use super::run::Run;
use super::signals::Signals;
use super::{JobRow, Jobs, Queue};
use crate::db::{Db, Result};
use crate::metrics as names;
use crate::settings::PlatformSettings;
use crate::tasks::Tasks;

/// How often a worker looks although nobody rang: for retries that are due and leases that are
/// over.
const POLL_EVERY: Duration = Duration::from_secs(1);
/// How often waiting jobs are counted.
const COUNT_EVERY: Duration = Duration::from_secs(15);
/// How often old jobs are removed.
const PURGE_EVERY: Duration = Duration::from_hours(1);

/// How a worker works.
#[derive(Debug, Clone, Copy)]
pub struct WorkerOptions {
    /// Jobs that run at one time in this process.
    pub concurrency: usize,
    /// After this time without a heartbeat a job goes to another worker.
    pub lease: Duration,
    /// Jobs of one tenant that run at one time.
    pub tenant_limit: usize,
    /// How long running jobs may go on when the process stops.
    pub drain: Duration,
    /// How long jobs that have ended are kept.
    pub retention: Duration,
}

impl WorkerOptions {
    /// Takes the options from the settings.
    #[must_use]
    pub fn of(settings: &PlatformSettings) -> Self {
        let grace = Duration::from_secs(settings.shutdown_grace_seconds.min(3_600));
        Self {
            concurrency: settings.worker_concurrency.max(1),
            lease: Duration::from_secs(settings.job_lease_seconds.clamp(3, 86_400)),
            tenant_limit: settings.tenant_job_limit.max(1),
            // What is left is for stopping what does not end, and for writing it down.
            drain: grace.saturating_sub(Duration::from_secs(5)),
            retention: Duration::from_secs(u64::from(settings.job_retention_days) * 86_400),
        }
    }
}

impl Default for WorkerOptions {
    fn default() -> Self {
        Self {
            concurrency: 2,
            lease: Duration::from_secs(30),
            tenant_limit: 4,
            drain: Duration::from_secs(25),
            retention: Duration::from_hours(7 * 24),
        }
    }
}

/// Takes jobs from one or several databases and runs them. Cheap to clone.
#[derive(Clone)]
pub struct Worker {
    shared: Arc<Shared>,
    groups: Arc<[Arc<Group>]>,
}

/// What all runs of a worker share.
pub(super) struct Shared {
    pub(super) options: WorkerOptions,
    pub(super) tasks: Tasks,
    /// Cancelled when running jobs have had their time after the process was told to stop.
    pub(super) drained: CancellationToken,
    permits: Arc<Semaphore>,
    name: String,
}

/// The jobs in one database.
pub(super) struct Group {
    pub(super) queue: Queue,
    pub(super) signals: Signals,
    followed: Vec<Signals>,
    jobs: Jobs,
    names: Vec<&'static str>,
    /// Whether the last look found something, or somebody rang since.
    hot: AtomicBool,
}

impl Worker {
    /// Makes a worker for these queues and what runs their jobs; queues in the same database count
    /// as one.
    #[must_use]
    pub fn new(
        queues: impl IntoIterator<Item = (Queue, Jobs)>,
        options: WorkerOptions,
        tasks: Tasks,
    ) -> Self {
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        for (queue, jobs) in queues {
            let group = groups.entry(queue.place()).or_insert_with(|| Group::empty(queue.clone()));
            group.followed.push(queue.signals);
            group.jobs = std::mem::take(&mut group.jobs).and(jobs);
            group.names = group.jobs.names().collect();
        }
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let shared = Shared {
            permits: Arc::new(Semaphore::new(options.concurrency.clamp(1, 1_024))),
            options,
            tasks,
            drained: CancellationToken::new(),
            name: format!("{}:{}", host.trim(), std::process::id()),
        };
        let groups = groups.into_values().map(Arc::new).collect();
        Self { shared: Arc::new(shared), groups }
    }

    /// Starts to take jobs, until the process is told to stop.
    pub fn start(&self) {
        let tasks = &self.shared.tasks;
        for group in self.groups.iter() {
            for signals in &group.followed {
                group.signals.follow(signals, tasks);
            }
            if let Db::Postgres(pool) = &group.queue.db {
                group.signals.listen(pool, tasks);
            }
        }
        let (taker, keeper, drainer) = (self.clone(), self.clone(), self.clone());
        tasks.spawn("job_worker", async move { taker.take_until_stopped().await });
        tasks.spawn("job_keeper", async move { keeper.keep_house().await });
        tasks.spawn("job_drain", async move { drainer.drain().await });
    }

    /// Runs what is due, one job after the other, until nothing is; returns how many ran.
    ///
    /// # Errors
    ///
    /// Returns [`crate::db::DbError`] if jobs cannot be taken.
    pub async fn run_until_idle(&self) -> Result<usize> {
        let mut count = 0;
        for group in self.groups.iter() {
            self.reap(group).await?;
            while let Some(run) = self.claim(group).await? {
                run.run(None).await;
                count += 1;
            }
        }
        Ok(count)
    }

    async fn take_until_stopped(&self) {
        let stop = self.shared.tasks.stop_token();
        let mut polled = Instant::now();
        let mut first = 0;
        loop {
            let permit = tokio::select! {
                permit = self.shared.permits.clone().acquire_owned() => permit,
                () = stop.cancelled() => return,
            };
            let Ok(permit) = permit else { return };
            if stop.is_cancelled() {
                return;
            }
            // Another database goes first each time, so that a long queue in one does not hold up
            // the others.
            first += 1;
            if self.take_one(first, permit).await {
                continue;
            }
            tokio::select! {
                () = self.rung() => {}
                () = tokio::time::sleep_until(polled + POLL_EVERY) => {
                    polled = Instant::now();
                    self.poll().await;
                }
                () = stop.cancelled() => return,
            }
        }
    }

    /// Takes one job and starts it; returns whether there was one.
    async fn take_one(&self, first: usize, permit: OwnedSemaphorePermit) -> bool {
        let groups = self.groups.iter().cycle().skip(first % self.groups.len().max(1));
        for group in groups.take(self.groups.len()) {
            if !group.hot.swap(false, Ordering::SeqCst) {
                continue;
            }
            match self.claim(group).await {
                Ok(Some(run)) => {
                    group.hot.store(true, Ordering::SeqCst);
                    self.shared.tasks.spawn("job_run", run.run(Some(permit)));
                    return true;
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(error = %error, "cannot take jobs"),
            }
        }
        false
    }

    async fn claim(&self, group: &Arc<Group>) -> Result<Option<Run>> {
        let options = &self.shared.options;
        let begun = Instant::now();
        let now = group.queue.clock.now();
        let taken = lease::claim(
            &group.queue.db,
            &group.names,
            &self.shared.name,
            now,
            options.lease,
            options.tenant_limit,
        )
        .await?;
        Ok(taken.and_then(|(job, lease)| self.prepare(group, job, lease, begun)))
    }

    fn prepare(
        &self,
        group: &Arc<Group>,
        job: JobRow,
        lease: Lease,
        begun: Instant,
    ) -> Option<Run> {
        let kind = group.jobs.kind(&job.name)?;
        Some(Run::new(self.shared.clone(), group.clone(), job, lease, kind, begun))
    }

    /// Completes when somebody says that there may be work.
    async fn rung(&self) {
        if self.groups.is_empty() {
            return std::future::pending().await;
        }
        let bells = self.groups.iter().map(|group| {
            Box::pin(async {
                group.signals.work().await;
                group.hot.store(true, Ordering::SeqCst);
            })
        });
        select_all(bells).await;
    }

    /// Looks at all databases without taking their write locks.
    async fn poll(&self) {
        for group in self.groups.iter() {
            let now = group.queue.clock.now();
            match lease::is_work_due(&group.queue.db, now).await {
                Ok(true) => {
                    if let Err(error) = self.reap(group).await {
                        tracing::warn!(error = %error, "cannot end lost jobs");
                    }
                    group.hot.store(true, Ordering::SeqCst);
                }
                Ok(false) => {}
                Err(error) => tracing::warn!(error = %error, "cannot look for jobs"),
            }
        }
    }

    /// Ends jobs whose worker was lost and that nobody may take again.
    async fn reap(&self, group: &Group) -> Result<()> {
        for job in lease::reap(&group.queue.db, group.queue.clock.now()).await? {
            tracing::error!(
                job.id = %job.id, job.name = %job.name, job.state = %job.state,
                "job {} ended because its worker was lost", job.id
            );
            group.queue.publish_row(&job);
        }
        Ok(())
    }

    /// Counts what waits, and removes what is old.
    async fn keep_house(&self) {
        let mut purged: Option<Instant> = None;
        loop {
            for group in self.groups.iter() {
                if let Ok(counts) = group.queue.count_queued().await {
                    group.show(&counts);
                }
            }
            if purged.is_none_or(|at| at.elapsed() >= PURGE_EVERY) {
                purged = Some(Instant::now());
                self.purge().await;
            }
            if !self.shared.tasks.sleep(COUNT_EVERY).await {
                return;
            }
        }
    }

    async fn purge(&self) {
        for group in self.groups.iter() {
            let before = group.queue.clock.now() - delta(self.shared.options.retention);
            loop {
                match group.queue.purge(before).await {
                    Ok(1_000) => {}
                    Ok(_) => break,
                    Err(error) => {
                        tracing::warn!(error = %error, "old jobs could not be removed");
                        break;
                    }
                }
            }
        }
    }

    /// Gives running jobs their time when the process stops, then takes them back.
    async fn drain(&self) {
        self.shared.tasks.stopping().await;
        tokio::select! {
            () = tokio::time::sleep(self.shared.options.drain) => {}
            // All permits are back: nothing runs.
            _ = self.shared.permits.acquire_many(self.permits()) => {}
        }
        self.shared.drained.cancel();
    }

    fn permits(&self) -> u32 {
        u32::try_from(self.shared.options.concurrency.clamp(1, 1_024)).unwrap_or(1)
    }
}

impl Group {
    fn empty(queue: Queue) -> Self {
        Self {
            queue,
            signals: Signals::default(),
            followed: Vec::new(),
            jobs: Jobs::default(),
            names: Vec::new(),
            hot: AtomicBool::new(true),
        }
    }

    fn show(&self, counts: &[(String, i64)]) {
        let services = self.names.iter().filter_map(|name| Some(name.split_once('.')?.0));
        let services: std::collections::BTreeSet<&str> = services.collect();
        for service in services {
            let found = counts.iter().find(|(counted, _)| counted == service);
            let waiting = found.map_or(0, |(_, count)| *count);
            let waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
            metrics::gauge!(names::JOBS_QUEUED, "service" => service.to_owned())
                .set(f64::from(waiting));
        }
    }
}
