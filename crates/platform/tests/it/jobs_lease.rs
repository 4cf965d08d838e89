//! What happens when a worker loses its job to another.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use platform::clock::Clock;
use platform::db::{Db, DbError};
use platform::jobs::{Job, JobError, JobRun, Jobs, NewJob, Queue, Worker, WorkerOptions};
use platform::tasks::Tasks;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::{Notify, mpsc};

use crate::support::{TestDb, noon, queue, wait_for};

/// Writes into the table of leases, for want of another table, when it is told to.
#[derive(Clone)]
struct Desk {
    db: Db,
    go_on: Arc<Notify>,
    started: mpsc::UnboundedSender<u32>,
    written: mpsc::UnboundedSender<Result<(), DbError>>,
    through: Through,
}

#[derive(Clone, Copy)]
enum Through {
    Guard,
    Complete,
    /// Holds the job first, and completes it in the same transaction when it is told to.
    GuardAndComplete,
}

#[derive(Debug, Serialize, Deserialize)]
struct Write {}

impl Job for Write {
    const NAME: &'static str = "test.write";
    const MAX_ATTEMPTS: u32 = 2;
    type Context = Desk;

    async fn run(self, desk: Desk, run: JobRun) -> Result<Value, JobError> {
        if !matches!(desk.through, Through::GuardAndComplete) {
            desk.started.send(run.attempt).unwrap();
            desk.go_on.notified().await;
        }
        let outcome = write(&desk, &run).await;
        let failed = outcome.is_err();
        desk.written.send(outcome).unwrap();
        if failed { Err(JobError::Retry("fenced".into())) } else { Ok(json!("returned")) }
    }
}

async fn write(desk: &Desk, run: &JobRun) -> Result<(), DbError> {
    let mut tx = desk.db.write().await?;
    match desk.through {
        Through::Guard => run.guard(&mut tx).await?,
        Through::Complete => run.complete(&mut tx, json!("completed")).await?,
        Through::GuardAndComplete => {
            run.guard(&mut tx).await?;
            desk.started.send(run.attempt).unwrap();
            desk.go_on.notified().await;
            run.complete(&mut tx, json!("completed")).await?;
        }
    }
    tx.query("INSERT INTO leases (name, holder, fence, expires_at) VALUES ($1, 'x', $2, $3)")
        .bind(format!("written-{}", run.attempt))
        .bind(i64::from(run.attempt))
        .bind(noon())
        .execute()
        .await?;
    tx.commit().await
}

struct Office {
    test: TestDb,
    clock: Clock,
    queue: Queue,
    started: mpsc::UnboundedReceiver<u32>,
    written: mpsc::UnboundedReceiver<Result<(), DbError>>,
    desk: Desk,
}

impl Office {
    async fn open(through: Through) -> Self {
        let test = TestDb::open().await;
        let clock = Clock::fixed(noon());
        let queue = queue(&test.db, &clock);
        let (started_in, started) = mpsc::unbounded_channel();
        let (written_in, written) = mpsc::unbounded_channel();
        let go_on = Arc::new(Notify::new());
        let db = test.db.clone();
        let desk = Desk { db, go_on, started: started_in, written: written_in, through };
        Self { test, clock, queue, started, written, desk }
    }

    /// Makes a worker as another process would: with a queue and a signal of its own.
    fn worker(&self, go_on: &Arc<Notify>, tasks: &Tasks) -> Worker {
        let desk = Desk { go_on: go_on.clone(), ..self.desk.clone() };
        let jobs = Jobs::default().with::<Write>(&desk);
        let lease = Duration::from_mins(1);
        let options = WorkerOptions { lease, ..WorkerOptions::default() };
        Worker::new([(queue(&self.test.db, &self.clock), jobs)], options, tasks.clone())
    }

    async fn enqueue(&self) -> String {
        let mut tx = self.test.db.write().await.unwrap();
        let new = NewJob {
            job: &Write {},
            title: "Write".to_owned(),
            tenant_id: "default".to_owned(),
            owner_id: "user_1".to_owned(),
            priority: 0,
            unique_key: None,
            result_url: None,
        };
        let id = self.queue.enqueue(&mut tx, new).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn writings(&self) -> Vec<i64> {
        let mut tx = self.test.db.read().await.unwrap();
        let rows: Vec<(i64,)> =
            tx.query("SELECT fence FROM leases ORDER BY fence").fetch_all().await.unwrap();
        rows.into_iter().map(|(fence,)| fence).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_lost_its_lease_cannot_commit() {
    let mut office = Office::open(Through::Guard).await;
    let (tasks, slow, quick) = (Tasks::default(), Arc::default(), Arc::default());
    let (slow_worker, quick_worker) = (office.worker(&slow, &tasks), office.worker(&quick, &tasks));
    let id = office.enqueue().await;
    let slow_run = tasks.clone();
    slow_run.spawn("slow", async move { slow_worker.run_until_idle().await.map(drop).unwrap() });
    assert_eq!(office.started.recv().await, Some(1));

    office.clock.advance(TimeDelta::seconds(61));
    slow_run.spawn("quick", async move { quick_worker.run_until_idle().await.map(drop).unwrap() });
    assert_eq!(office.started.recv().await, Some(2));
    slow.notify_one();
    let lost = office.written.recv().await.unwrap();
    assert!(matches!(lost, Err(DbError::Fenced(job)) if job == id));
    quick.notify_one();
    office.written.recv().await.unwrap().unwrap();

    let row = wait_for(&office.queue, &id, "succeeded").await;
    assert_eq!((row.attempts, office.writings().await), (2, vec![2]));
    tasks.drain(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_cannot_be_taken_while_a_guarded_transaction_is_open() {
    let mut office = Office::open(Through::GuardAndComplete).await;
    let (tasks, go_on, never) = (Tasks::default(), Arc::default(), Arc::default());
    let (worker, other) = (office.worker(&go_on, &tasks), office.worker(&never, &tasks));
    let id = office.enqueue().await;
    tasks.spawn("run", async move { worker.run_until_idle().await.map(drop).unwrap() });
    assert_eq!(office.started.recv().await, Some(1));
    let holder = office.queue.find(&id).await.unwrap().unwrap().worker;
    assert!(holder.is_some());

    // The lease is over by the clock, but the transaction holds the job.
    office.clock.advance(TimeDelta::seconds(61));
    let (found, mut finding) = mpsc::unbounded_channel();
    tasks.spawn("other", async move {
        found.send(other.run_until_idle().await.unwrap()).unwrap();
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(office.queue.find(&id).await.unwrap().unwrap().worker, holder);
    go_on.notify_one();

    office.written.recv().await.unwrap().unwrap();
    assert_eq!(finding.recv().await, Some(0), "the other worker had nothing to do");
    let row = wait_for(&office.queue, &id, "succeeded").await;
    assert_eq!((row.attempts, office.writings().await), (1, vec![1]));
    tasks.drain(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_completes_in_its_last_transaction_has_its_effect_once() {
    let mut office = Office::open(Through::Complete).await;
    let (tasks, go_on) = (Tasks::default(), Arc::default());
    let worker = office.worker(&go_on, &tasks);
    let id = office.enqueue().await;
    go_on.notify_one();

    assert_eq!(worker.run_until_idle().await.unwrap(), 1);

    office.written.recv().await.unwrap().unwrap();
    let row = office.queue.find(&id).await.unwrap().unwrap();
    assert_eq!(row.state, "succeeded");
    assert_eq!(row.result.unwrap().0, json!("completed"));
    office.clock.advance(TimeDelta::days(1));
    assert_eq!(worker.run_until_idle().await.unwrap(), 0, "it never runs again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_takes_its_workers_with_it_ends_as_lost() {
    let mut office = Office::open(Through::Guard).await;
    let (tasks, never) = (Tasks::default(), Arc::default());
    let id = office.enqueue().await;
    for attempt in 1..=2 {
        let worker = office.worker(&never, &tasks);
        tasks.spawn("lost", async move { worker.run_until_idle().await.map(drop).unwrap() });
        assert_eq!(office.started.recv().await, Some(attempt));
        office.clock.advance(TimeDelta::seconds(61));
    }

    let ran = office.worker(&never, &tasks).run_until_idle().await.unwrap();

    assert_eq!(ran, 0);
    let row = office.queue.find(&id).await.unwrap().unwrap();
    assert_eq!((row.state.as_str(), row.error_code.as_deref()), ("failed", Some("worker_lost")));
}
