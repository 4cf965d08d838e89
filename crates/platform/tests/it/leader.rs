//! Who leads, and what a former leader cannot do any more.

use std::time::Duration;

use chrono::TimeDelta;
use platform::clock::Clock;
use platform::db::{Db, DbError};
use platform::leader::{Election, Leader, LeaderOptions};
use platform::tasks::Tasks;
use tokio::sync::watch;

use crate::support::{TestDb, eventually, noon, redis};

const QUICK: LeaderOptions = LeaderOptions {
    ttl: Duration::from_millis(1_500),
    renew: Duration::from_millis(300),
    retry: Duration::from_millis(100),
};

async fn leads(leader: &Leader) -> i64 {
    eventually("somebody leads", async || leader.fence().is_some()).await;
    leader.fence().unwrap()
}

async fn check(leader: &Leader, db: &Db) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    leader.check(&mut tx).await?;
    tx.commit().await
}

/// A leader that does not hear of its replacement, as after a long pause of its process.
fn frozen(fence: i64) -> (Leader, watch::Sender<Option<i64>>) {
    let (sender, receiver) = watch::channel(Some(fence));
    (Leader::following(receiver), sender)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_several_leads_and_another_takes_over_when_it_stops() {
    let test = TestDb::open().await;
    let mut processes: Vec<(Tasks, Leader)> = (0..3)
        .map(|_| {
            let tasks = Tasks::default();
            let election = Election::Sql(test.db.clone(), Clock::System);
            let leader = election.start(QUICK, &tasks);
            (tasks, leader)
        })
        .collect();
    eventually("one leads", async || processes.iter().any(|(_, l)| l.fence().is_some())).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let leading: Vec<usize> =
        (0..3).filter(|index| processes[*index].1.fence().is_some()).collect();
    assert_eq!(leading.len(), 1, "and only one, although several renewals have passed");
    let (tasks, old) = processes.remove(leading[0]);
    let first = old.fence().unwrap();

    assert!(tasks.drain(Duration::from_secs(2)).await);
    assert_eq!(old.fence(), None);

    eventually("another leads", async || processes.iter().any(|(_, l)| l.fence().is_some())).await;
    let next = processes.iter().find_map(|(_, leader)| leader.fence()).unwrap();
    assert!(next > first, "the token grows: {first}, {next}");
    for (tasks, _) in processes {
        tasks.drain(Duration::from_secs(2)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_that_is_not_renewed_goes_to_another_and_the_old_leader_cannot_commit() {
    let test = TestDb::open().await;
    let clock = Clock::fixed(noon());
    let (first_tasks, second_tasks) = (Tasks::default(), Tasks::default());
    let once = LeaderOptions { renew: Duration::from_mins(1), ..QUICK };
    let first = Election::Sql(test.db.clone(), clock.clone()).start(once, &first_tasks);
    let fence = leads(&first).await;
    let (paused, _sender) = frozen(fence);
    check(&paused, &test.db).await.unwrap();
    let second = Election::Sql(test.db.clone(), clock.clone()).start(QUICK, &second_tasks);
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(second.fence(), None, "the lease is not over");

    clock.advance(TimeDelta::seconds(2));

    assert_eq!(leads(&second).await, fence + 1);
    check(&second, &test.db).await.unwrap();
    if test.db.is_postgres() {
        assert!(matches!(check(&paused, &test.db).await, Err(DbError::Fenced(_))));
    }
    second_tasks.drain(Duration::from_secs(2)).await;
    first_tasks.drain(Duration::from_secs(2)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_cannot_renew_stops_before_its_lease_is_over() {
    let test = TestDb::open().await;
    let tasks = Tasks::default();
    let leader = Election::Sql(test.db.clone(), Clock::System).start(QUICK, &tasks);
    leads(&leader).await;

    test.db.close().await;
    let begun = std::time::Instant::now();
    eventually("it stops", async || leader.fence().is_none()).await;

    assert!(begun.elapsed() < QUICK.ttl, "{:?}", begun.elapsed());
    tasks.drain(Duration::from_secs(2)).await;
}

#[tokio::test]
async fn who_does_not_lead_cannot_pass_the_check() {
    let test = TestDb::open().await;
    let (sender, receiver) = watch::channel(None);
    let nobody = Leader::following(receiver);
    assert!(matches!(check(&nobody, &test.db).await, Err(DbError::Fenced(_))));
    drop(sender);
    check(&Leader::alone(), &test.db).await.unwrap();
}

#[tokio::test]
async fn a_database_that_did_not_hold_the_election_remembers_the_largest_token() {
    let test = TestDb::open().await;
    if !test.db.is_postgres() {
        return;
    }
    let ((old, _a), (new, _b)) = (frozen(1_700_000_000_001), frozen(1_700_000_000_002));
    check(&old, &test.db).await.unwrap();
    check(&old, &test.db).await.unwrap();
    check(&new, &test.db).await.unwrap();
    assert!(matches!(check(&old, &test.db).await, Err(DbError::Fenced(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_elects_one_leader_and_its_tokens_grow() {
    let Some(redis) = redis(Duration::from_secs(2)) else { return };
    let (first_tasks, second_tasks) = (Tasks::default(), Tasks::default());
    let first = Election::Redis(redis.clone()).start(QUICK, &first_tasks);
    let fence = leads(&first).await;
    let second = Election::Redis(redis.clone()).start(QUICK, &second_tasks);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!((first.fence(), second.fence()), (Some(fence), None));

    first_tasks.drain(Duration::from_secs(2)).await;

    assert!(leads(&second).await > fence);
    second_tasks.drain(Duration::from_secs(2)).await;
}
