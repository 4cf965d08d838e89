//! A hosted exchange forgets nothing it has told.

use delta_sim::venue::Options;
use delta_sim::{Config, Micros};
use platform::clock::Clock;
use platform::leader::Leader;
use platform::tasks::Tasks;
use rust_decimal::Decimal;
use std::sync::Arc;
use std::time::Duration;
use strangle::clients::delta::Which;
use strangle::clients::delta::wire::OrderState;
use strangle::venue::{Embedded, Files, Host, HostOptions, Tables};
use testkit::TestApp;

use crate::rig::{Rig, Way, client, confirmed, sell};

async fn stop(tasks: &Tasks) {
    assert!(tasks.drain(Duration::from_secs(10)).await);
}

#[tokio::test]
async fn an_exchange_in_files_is_there_after_a_stop() {
    let mut rig = Rig::start(Way::InProcess).await;
    let option = rig.option().await;
    let (_, ask) = rig.touch(option.symbol).await;
    let order = sell(&option, ask * Decimal::TWO, "keep-1-CE01");
    let placed = confirmed(rig.delta.place(&order).await);
    let before = rig.host.ledger().await.unwrap();

    stop(&rig.tasks).await;
    rig.tasks = Tasks::default();
    let again = crate::rig::host(&rig.tasks, &rig.folder).await;
    let delta = client(&again, Arc::new(Embedded::new(again.clone())), "paper", "paper");

    let after = again.ledger().await.unwrap();
    assert_eq!(after.orders.len(), before.orders.len());
    assert!(after.at >= before.at, "time does not go back");
    let found = delta.find_order(&Which::Id(placed.id)).await.unwrap().unwrap();
    assert_eq!((found.state, found.size), (OrderState::Open, 10));
}

#[tokio::test]
async fn a_killed_host_has_kept_what_it_told() {
    let rig = Rig::start(Way::InProcess).await;
    let option = rig.option().await;
    let (bid, ask) = rig.touch(option.symbol).await;
    confirmed(rig.delta.place(&sell(&option, bid, "kill-1-CE01")).await);
    confirmed(rig.delta.place(&sell(&option, ask * Decimal::TWO, "kill-2-CE01")).await);
    let told = rig.host.ledger().await.unwrap();

    // What a kill leaves behind is what is in the folder at any moment after an answer.
    let copy = tempfile::tempdir().unwrap();
    std::fs::create_dir(copy.path().join("sim")).unwrap();
    for name in ["snapshot.json", "journal.jsonl"] {
        let from = rig.folder.path().join("sim").join(name);
        std::fs::copy(from, copy.path().join("sim").join(name)).unwrap();
    }
    let torn = copy.path().join("sim/journal.jsonl");
    let mut journal = std::fs::read(&torn).unwrap();
    journal.extend_from_slice(b"{\"number\":99,\"ent");
    std::fs::write(&torn, journal).unwrap();
    let tasks = Tasks::default();
    let again = crate::rig::host(&tasks, &copy).await;

    let kept = again.ledger().await.unwrap();
    assert_eq!(kept.orders.len(), told.orders.len());
    assert!(kept.fills.starts_with(&told.fills));
    stop(&tasks).await;
}

#[tokio::test]
async fn a_folder_has_one_user() {
    let rig = Rig::start(Way::InProcess).await;

    assert!(Files::open(&rig.folder.path().join("sim")).await.is_err());
}

#[tokio::test]
async fn an_exchange_in_tables_is_there_after_a_stop_and_needs_the_lease() {
    let app = TestApp::start(strangle::REGISTRATION).await;
    let db = app.context.db.clone();
    let (lead, fence) = tokio::sync::watch::channel(Some(1));
    let leader = Leader::following(fence);
    let start = |tasks: Tasks| {
        let journal = Tables::new(db.clone(), leader.clone(), "test");
        let options = HostOptions {
            options: Options::default(),
            speed: 1.0,
            ..HostOptions::new(Config::default())
        };
        async move { Host::start(&tasks, options, Box::new(journal), Clock::System).await }
    };
    let tasks = Tasks::default();
    let host = start(tasks.clone()).await.unwrap();
    let deposit = |amount: i64| delta_sim::Control::Deposit {
        user_id: delta_sim::UserId(1),
        amount: Decimal::from(amount),
    };
    host.control(deposit(500)).await.unwrap();

    lead.send_replace(None);
    assert!(host.control(deposit(7)).await.is_err(), "what cannot be kept has not happened");
    lead.send_replace(Some(1));
    tokio::time::sleep(Duration::from_millis(200)).await;
    host.step(Micros::SECOND).await.unwrap();
    let balance = host.ledger().await.unwrap().balances[0].1;
    assert_eq!(balance, Decimal::from(10_500));
    stop(&tasks).await;

    let tasks = Tasks::default();
    let host = start(tasks.clone()).await.unwrap();
    assert_eq!(host.ledger().await.unwrap().balances[0].1, Decimal::from(10_500));
    stop(&tasks).await;
}

#[tokio::test]
async fn a_reset_begins_a_new_exchange_at_its_start() {
    let rig = Rig::start(Way::InProcess).await;
    let start = Micros::at("2026-03-01T03:30:00Z".parse().unwrap());

    rig.host.reset(Config { seed: 7, start, ..Config::default() }).await.unwrap();

    let status = rig.host.status().await.unwrap();
    assert_eq!(status["seed"], 7);
    let now = rig.delta.time().now();
    assert!((now.timestamp_micros() - start.0).abs() < 60_000_000, "{now}");
    assert!(rig.delta.open_orders().await.is_ok());
}
