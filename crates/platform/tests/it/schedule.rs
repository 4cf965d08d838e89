//! Periodic work.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use platform::clock::Clock;
use platform::db::Db;
use platform::leader::Leader;
use platform::schedule::{Schedule, Scheduler};
use platform::tasks::Tasks;
use tokio::sync::watch;

use crate::support::{TestDb, eventually, noon};

fn counting(name: &'static str, cron: &str, count: &Arc<AtomicUsize>) -> Schedule {
    let count = count.clone();
    Schedule {
        name,
        cron: cron.to_owned(),
        run: Arc::new(move || {
            let count = count.clone();
            Box::pin(async move {
                count.fetch_add(1, Ordering::SeqCst);
                Ok(())
            })
        }),
    }
}

fn scheduler(
    db: &Db,
    schedules: Vec<Schedule>,
    leader: &Leader,
    clock: &Clock,
    tasks: &Tasks,
) -> Scheduler {
    let schedules = schedules.into_iter().map(|schedule| (db.clone(), schedule));
    Scheduler::new(schedules, leader.clone(), clock.clone(), tasks.clone()).unwrap()
}

#[tokio::test]
async fn work_runs_when_it_is_due_and_once() {
    let test = TestDb::open().await;
    let clock = Clock::fixed(noon());
    let count = Arc::default();
    let hourly = counting("test.hourly", "0 * * * *", &count);
    let daily = counting("test.daily", "30 2 * * *", &count);
    let scheduler =
        scheduler(&test.db, vec![hourly, daily], &Leader::alone(), &clock, &Tasks::default());

    assert!(scheduler.run_due().await.unwrap().is_empty(), "not when it is seen first");
    clock.advance(TimeDelta::minutes(59));
    assert!(scheduler.run_due().await.unwrap().is_empty());
    clock.advance(TimeDelta::minutes(1));
    assert_eq!(scheduler.run_due().await.unwrap(), ["test.hourly"]);
    assert!(scheduler.run_due().await.unwrap().is_empty());
    clock.advance(TimeDelta::hours(13));
    assert_eq!(scheduler.run_due().await.unwrap(), ["test.hourly"]);
    clock.advance(TimeDelta::minutes(30));
    assert_eq!(scheduler.run_due().await.unwrap(), ["test.daily"]);
    assert_eq!(count.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn what_was_missed_while_nobody_led_is_made_up_for_by_one_run() {
    let test = TestDb::open().await;
    let clock = Clock::fixed(noon());
    let count = Arc::default();
    let make = |clock: &Clock| {
        let schedules = vec![counting("test.hourly", "0 * * * *", &count)];
        scheduler(&test.db, schedules, &Leader::alone(), clock, &Tasks::default())
    };
    make(&clock).run_due().await.unwrap();

    clock.advance(TimeDelta::days(3));
    let restarted = make(&clock);
    assert_eq!(restarted.run_due().await.unwrap(), ["test.hourly"]);
    assert!(restarted.run_due().await.unwrap().is_empty());
    assert!(make(&clock).run_due().await.unwrap().is_empty(), "and not by every process");
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_schedulers_begin_each_occurrence_once() {
    let test = TestDb::open().await;
    let clock = Clock::fixed(noon());
    let count: Arc<AtomicUsize> = Arc::default();
    let tasks = Tasks::default();
    let schedulers: Vec<Scheduler> = (0..8)
        .map(|_| {
            let schedules = vec![counting("test.hourly", "0 * * * *", &count)];
            scheduler(&test.db, schedules, &Leader::alone(), &clock, &tasks)
        })
        .collect();
    for scheduler in &schedulers {
        scheduler.run_due().await.unwrap();
    }
    for _ in 0..3 {
        clock.advance(TimeDelta::hours(1));
        let all = schedulers.iter().map(Scheduler::run_due);
        futures::future::try_join_all(all).await.unwrap();
    }
    assert_eq!(count.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn only_the_leader_runs_anything_and_a_replaced_one_nothing() {
    let test = TestDb::open().await;
    let clock = Clock::fixed(noon());
    let count = Arc::default();
    let (sender, receiver) = watch::channel(None);
    let leader = Leader::following(receiver);
    let hourly = vec![counting("test.hourly", "0 * * * *", &count)];
    let scheduler = scheduler(&test.db, hourly, &leader, &clock, &Tasks::default());
    clock.advance(TimeDelta::hours(1));
    assert!(scheduler.run_due().await.unwrap().is_empty());

    sender.send_replace(Some(5));
    scheduler.run_due().await.unwrap();
    clock.advance(TimeDelta::hours(1));
    assert_eq!(scheduler.run_due().await.unwrap(), ["test.hourly"]);

    if test.db.is_postgres() {
        let (_other, receiver) = watch::channel(Some(6));
        let mut tx = test.db.write().await.unwrap();
        Leader::following(receiver).check(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        clock.advance(TimeDelta::hours(1));
        assert!(scheduler.run_due().await.unwrap().is_empty(), "it does not know, but is fenced");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_started_scheduler_goes_on_after_failures_and_panics() {
    let test = TestDb::open().await;
    let count: Arc<AtomicUsize> = Arc::default();
    let (failing, panicking) = (Arc::clone(&count), Arc::clone(&count));
    let schedule = |name, run: platform_run::Run| Schedule {
        name,
        cron: "* * * * * *".to_owned(),
        run: Arc::new(run),
    };
    let fails = schedule(
        "test.fails",
        Box::new(move || {
            failing.fetch_add(1, Ordering::SeqCst);
            Box::pin(std::future::ready(Err("the vendor is away".into())))
        }),
    );
    let panics = schedule(
        "test.panics",
        Box::new(move || {
            panicking.fetch_add(1, Ordering::SeqCst);
            Box::pin(async { panic!("a mistake of the programmer") })
        }),
    );
    let tasks = Tasks::default();
    scheduler(&test.db, vec![fails, panics], &Leader::alone(), &Clock::System, &tasks).start();

    eventually("both run twice", async || count.load(Ordering::SeqCst) >= 4).await;
    assert!(tasks.drain(Duration::from_secs(2)).await);
}

/// The type of what a schedule runs.
mod platform_run {
    use platform::auth::BoxFuture;
    use platform::service::StartError;

    pub(super) type Run = Box<dyn Fn() -> BoxFuture<'static, Result<(), StartError>> + Send + Sync>;
}

#[tokio::test]
async fn fields_that_cannot_be_read_are_refused_at_start() {
    let test = TestDb::open().await;
    let schedule = counting("test.bad", "every day", &Arc::default());
    let refused = Scheduler::new(
        [(test.db.clone(), schedule)],
        Leader::alone(),
        Clock::System,
        Tasks::default(),
    );
    let error = refused.err().unwrap().to_string();
    assert_eq!(error, "schedule `test.bad`: `every day` is not five or six cron fields");
}
