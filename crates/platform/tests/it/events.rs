//! Events within the process and between processes.

use std::time::Duration;

use futures::StreamExt as _;
use platform::db::Db;
use platform::events::{Event, Events, Fanout};
use platform::tasks::Tasks;
use serde_json::{Value, json};

use crate::support::{TestDb, redis};

fn event(number: i64, data: Value) -> Event {
    Event {
        topic: "test".to_owned(),
        kind: format!("kind_{number}"),
        tenant_id: "default".to_owned(),
        data,
    }
}

#[tokio::test]
async fn a_listener_that_comes_back_gets_what_it_missed() {
    let events = Events::default();
    let mut live = Box::pin(events.follow(None));
    for number in 0..3 {
        events.publish(event(number, json!(number)));
    }
    let first = live.next().await.unwrap();
    assert_eq!(first.event.kind, "kind_0");
    drop(live);

    let mut back = Box::pin(events.follow(Some(first.id)));
    let second = back.next().await.unwrap();
    let third = back.next().await.unwrap();
    assert_eq!((second.event.data, third.event.data), (json!(1), json!(2)));
    assert!(first.id < second.id && second.id < third.id);
    events.publish(event(3, json!(3)));
    assert_eq!(back.next().await.unwrap().event.data, json!(3));
}

#[tokio::test]
async fn a_listener_that_was_away_for_too_long_is_told_to_read_again() {
    let events = Events::default();
    let mut slow = Box::pin(events.follow(None));
    events.publish(event(0, json!(0)));
    let first = slow.next().await.unwrap().id;
    for number in 0..2_000 {
        events.publish(event(number, json!(number)));
    }
    assert!(slow.next().await.unwrap().event.is_reset(), "too slow");
    let mut back = Box::pin(events.follow(Some(first)));
    assert!(back.next().await.unwrap().event.is_reset(), "too late");
}

/// Publishes in one process and listens in another, both ways.
async fn reaches_the_other_process(through: impl Fn() -> Fanout) {
    let (here, there, tasks) = (Events::default(), Events::default(), Tasks::default());
    here.share(through(), &tasks);
    there.share(through(), &tasks);
    let mut arrived = Box::pin(there.follow(None));
    let mut own = Box::pin(here.follow(None));
    // Until both have connected.
    let first = loop {
        here.publish(event(1, json!({"id": "job_1"})));
        let waited = tokio::time::timeout(Duration::from_millis(100), arrived.next()).await;
        if let Ok(Some(first)) = waited {
            break first;
        }
    };
    assert_eq!(first.event.data, json!({"id": "job_1"}));
    while own.next().await.unwrap().id != first.id {}
    tokio::time::sleep(Duration::from_millis(300)).await;
    let after = here.follow(Some(first.id)).take(1).collect::<Vec<_>>();
    let echo = tokio::time::timeout(Duration::from_millis(100), after).await;
    assert!(echo.is_err(), "an event does not come back to who sent it: {echo:?}");

    let large = json!({"id": "job_2", "service": "credit", "text": "x".repeat(20_000)});
    there.publish(event(2, large));
    let second = own.next().await.unwrap();
    assert_eq!(
        (&second.event.kind, &second.event.data["id"]),
        (&"kind_2".to_owned(), &json!("job_2"))
    );
    tasks.drain(Duration::from_secs(2)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_carries_events_to_other_processes() {
    let Some(redis) = redis(Duration::from_secs(2)) else { return };
    reaches_the_other_process(|| Fanout::Redis(redis.clone())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_carries_events_to_other_processes() {
    let test = TestDb::open().await;
    let Db::Postgres(pool) = &test.db else { return };
    reaches_the_other_process(|| Fanout::Postgres(pool.clone())).await;
}
