//! Three processes on one PostgreSQL, of which some are killed.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use platform::clock::Clock;
use platform::db::Db;
use platform::ids::Ids;
use platform::jobs::{Job, JobError, JobRun, Jobs, NewJob, Queue, Worker, WorkerOptions};
use platform::leader::{Election, LeaderOptions};
use platform::schedule::{Schedule, Scheduler};
use platform::tasks::Tasks;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::support::{TestDb, schema_db, variable, wait_for};

const URL: &str = "PLATFORM_TEST_PROCESS_URL";
const SCHEMA: &str = "PLATFORM_TEST_PROCESS_SCHEMA";
const JOBS: usize = 60;

/// Counts itself in the transaction that ends it.
#[derive(Debug, Serialize, Deserialize)]
struct Count {
    number: usize,
}

impl Job for Count {
    const NAME: &'static str = "test.count";
    type Context = Db;

    async fn run(self, db: Db, run: JobRun) -> Result<Value, JobError> {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let mut tx = db.write().await?;
        add_one(&mut tx, &format!("job-{}", self.number)).await?;
        run.complete(&mut tx, json!(run.attempt)).await?;
        tx.commit().await?;
        Ok(Value::Null)
    }
}

/// Counts in the table of leases, for want of another one.
async fn add_one(tx: &mut platform::db::Tx, name: &str) -> platform::db::Result<()> {
    tx.query(
        "INSERT INTO leases (name, holder, fence, expires_at) VALUES ($1, '', 1, $2) \
         ON CONFLICT (name) DO UPDATE SET fence = leases.fence + 1",
    )
    .bind(name.to_owned())
    .bind(Clock::System.now())
    .execute()
    .await
    .map(drop)
}

/// What a process of the test does until it is killed; returns at once in an ordinary run.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_works_until_it_is_killed() {
    let (Some(url), Some(schema)) = (variable(URL), variable(SCHEMA)) else { return };
    let db = schema_db(&url, &schema);
    let tasks = Tasks::default();
    let queue = Queue::new("test", db.clone(), Clock::System, Ids::Random);
    let options = WorkerOptions { lease: Duration::from_secs(3), ..WorkerOptions::default() };
    let jobs = Jobs::default().with::<Count>(&db);
    Worker::new([(queue, jobs)], options, tasks.clone()).start();
    let quick = LeaderOptions {
        ttl: Duration::from_secs(3),
        renew: Duration::from_secs(1),
        retry: Duration::from_millis(300),
    };
    let leader = Election::Sql(db.clone(), Clock::System).start(quick, &tasks);
    let (ticking, at) = (db.clone(), leader.clone());
    let tick = Schedule {
        name: "test.tick",
        cron: "* * * * * *".to_owned(),
        run: std::sync::Arc::new(move || {
            let (db, leader) = (ticking.clone(), at.clone());
            Box::pin(async move {
                let mut tx = db.write().await?;
                leader.check(&mut tx).await?;
                add_one(&mut tx, &format!("tick-{}", leader.fence().unwrap_or(0))).await?;
                tx.commit().await?;
                Ok(())
            })
        }),
    };
    Scheduler::new([(db, tick)], leader, Clock::System, tasks.clone()).unwrap().start();
    tasks.stopping().await;
}

struct Process(Child);

impl Process {
    fn start(url: &str, schema: &str) -> Self {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "processes::a_process_works_until_it_is_killed"])
            .env(URL, url)
            .env(SCHEMA, schema)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // As `kill -9` does.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn counts(db: &Db, like: &str) -> Vec<(String, i64)> {
    let mut tx = db.read().await.unwrap();
    tx.query("SELECT name, fence FROM leases WHERE name LIKE $1 ORDER BY name")
        .bind(like.to_owned())
        .fetch_all()
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn work_goes_on_when_processes_are_killed_and_nothing_happens_twice() {
    let test = TestDb::open().await;
    let Some((url, schema)) = test.address() else {
        eprintln!("skipped: TEST_DATABASE_URL is not set");
        return;
    };
    let begun = std::time::Instant::now();
    let mut processes: Vec<Process> = (0..3).map(|_| Process::start(&url, &schema)).collect();
    let queue = Queue::new("test", test.db.clone(), Clock::System, Ids::Random);
    let mut ids = Vec::new();
    let mut tx = test.db.write().await.unwrap();
    for number in 0..JOBS {
        let new = NewJob {
            job: &Count { number },
            title: "Count".to_owned(),
            tenant_id: "default".to_owned(),
            owner_id: "user_1".to_owned(),
            priority: 0,
            unique_key: None,
            result_url: None,
        };
        ids.push(queue.enqueue(&mut tx, new).await.unwrap());
    }
    tx.commit().await.unwrap();

    // Killed in the middle of the work: the first two, of which one may lead.
    wait_for(&queue, &ids[6], "succeeded").await;
    processes.remove(0);
    wait_for(&queue, &ids[20], "succeeded").await;
    processes.remove(0);
    for id in &ids {
        wait_for(&queue, id, "succeeded").await;
    }

    let counted = counts(&test.db, "job-%").await;
    assert_eq!(counted.len(), JOBS);
    assert!(counted.iter().all(|(_, times)| *times == 1), "{counted:?}");
    // The last process leads, and ticks.
    let ticks =
        || async { counts(&test.db, "tick-%").await.iter().map(|(_, times)| *times).sum::<i64>() };
    let before = ticks().await;
    for _ in 0..300 {
        let ticked = ticks().await;
        if ticked > before + 1 {
            // Every second has one tick at most, whoever leads.
            let seconds = i64::try_from(begun.elapsed().as_secs()).unwrap();
            assert!(ticked <= seconds + 2, "{ticked} ticks in {seconds} s");
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("nobody leads any more: {:?}", counts(&test.db, "%").await);
}
