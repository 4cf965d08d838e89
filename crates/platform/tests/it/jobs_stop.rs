//! How jobs end that are cancelled, take too long, or have to make room.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use platform::clock::Clock;
use platform::jobs::{Job, JobError, JobRun, Jobs, Worker, WorkerOptions};
use platform::tasks::Tasks;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::jobs::{Act, Bench, enqueue, new, options, worker};
use crate::support::{TestDb, queue, wait_for};

/// A job with limits that a test can wait for.
#[derive(Debug, Serialize, Deserialize)]
struct Hasty {
    listens: bool,
}

impl Job for Hasty {
    const NAME: &'static str = "test.hasty";
    const SOFT_LIMIT: Duration = Duration::from_millis(100);
    const HARD_LIMIT: Duration = Duration::from_millis(300);
    type Context = ();

    async fn run(self, (): (), run: JobRun) -> Result<Value, JobError> {
        if self.listens {
            run.cancel_token().cancelled().await;
            run.check()?;
        }
        std::future::pending().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_job_reports_and_can_be_cancelled() {
    let test = TestDb::open().await;
    let tasks = Tasks::default();
    let queue = queue(&test.db, &Clock::System);
    worker(&queue, &Bench::default(), options(), &tasks).start();
    let stubborn = enqueue(&queue, &test.db, Act::UntilCancelled).await;
    let waiting = enqueue(&queue, &test.db, Act::Progress).await;
    wait_for(&queue, &stubborn, "running").await;

    let begun = Instant::now();
    let told = queue.cancel(&stubborn).await.unwrap().unwrap();
    assert!(told.cancel_requested && told.state == "running");
    let row = wait_for(&queue, &stubborn, "cancelled").await;
    assert!(row.finished_at.is_some() && row.worker.is_none());
    assert!(begun.elapsed() < Duration::from_millis(1_500), "{:?}", begun.elapsed());

    let mut seen = false;
    for _ in 0..200 {
        let row = queue.find(&waiting).await.unwrap().unwrap();
        seen |= row.state == "running" && row.message == "Halfway" && row.progress > 0.4;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(seen, "progress is written while it runs");
    tasks.drain(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn a_waiting_job_is_cancelled_at_once_and_an_ended_one_never_changes() {
    let test = TestDb::open().await;
    let queue = queue(&test.db, &Clock::System);
    let waiting = enqueue(&queue, &test.db, Act::Sleep(0)).await;
    assert_eq!(queue.cancel(&waiting).await.unwrap().unwrap().state, "cancelled");
    let done = enqueue(&queue, &test.db, Act::Sleep(0)).await;
    let bench = Bench::default();
    worker(&queue, &bench, options(), &Tasks::default()).run_until_idle().await.unwrap();
    assert_eq!(bench.runs.load(Ordering::SeqCst), 1);

    let row = queue.cancel(&done).await.unwrap().unwrap();

    assert_eq!((row.state.as_str(), row.cancel_requested), ("succeeded", false));
    assert!(queue.cancel("job_unknown").await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_never_runs_more_jobs_than_its_share() {
    let test = TestDb::open().await;
    let (bench, tasks) = (Bench::default(), Tasks::default());
    for _ in 0..3 {
        let queue = queue(&test.db, &Clock::System);
        worker(&queue, &bench, WorkerOptions { tenant_limit: 2, ..options() }, &tasks).start();
    }
    let queue = queue(&test.db, &Clock::System);
    let mut ids = Vec::new();
    for _ in 0..10 {
        ids.push(enqueue(&queue, &test.db, Act::Sleep(40)).await);
    }
    for id in &ids {
        wait_for(&queue, id, "succeeded").await;
    }
    assert_eq!(bench.most.load(Ordering::SeqCst), 2);
    tasks.drain(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopping_worker_gives_its_jobs_back_at_once() {
    let test = TestDb::open().await;
    let queue = queue(&test.db, &Clock::System);
    let tasks = Tasks::default();
    worker(&queue, &Bench::default(), options(), &tasks).start();
    let short = enqueue(&queue, &test.db, Act::Sleep(250)).await;
    let long = enqueue(&queue, &test.db, Act::UntilCancelled).await;
    let deaf = enqueue(&queue, &test.db, Act::Forever).await;
    for id in [&short, &long, &deaf] {
        wait_for(&queue, id, "running").await;
    }

    assert!(tasks.drain(Duration::from_secs(8)).await, "the process can end");

    assert_eq!(queue.find(&short).await.unwrap().unwrap().state, "succeeded");
    for id in [&long, &deaf] {
        let row = queue.find(id).await.unwrap().unwrap();
        assert_eq!((row.state.as_str(), row.attempts), ("queued", 0), "the try does not count");
        assert!(row.lease_until.is_none());
    }
}

#[tokio::test]
async fn a_job_that_takes_too_long_is_told_and_then_dropped() {
    let test = TestDb::open().await;
    let queue = queue(&test.db, &Clock::System);
    let mut tx = test.db.write().await.unwrap();
    let mut ids = Vec::new();
    for listens in [true, false] {
        ids.push(queue.enqueue(&mut tx, new(&Hasty { listens }, "default")).await.unwrap());
    }
    tx.commit().await.unwrap();
    let begun = Instant::now();

    let jobs = Jobs::default().with::<Hasty>(&());
    let worker = Worker::new([(queue.clone(), jobs)], options(), Tasks::default());
    worker.run_until_idle().await.unwrap();

    assert!(begun.elapsed() < Duration::from_secs(3));
    for id in ids {
        let row = queue.find(&id).await.unwrap().unwrap();
        assert_eq!((row.state.as_str(), row.error_code.as_deref()), ("failed", Some("time_limit")));
    }
}
