//! The rules that the tables keep, on the engine that `TEST_DATABASE_URL` names or on SQLite.

use chrono::{DateTime, TimeDelta, Utc};
use platform::db::{DbError, Exact, Json};
use serde_json::json;
use testkit::TestDb;

use super::{fee_schedules, fills, intents, operations, pnl_points, session_events, sessions};
use crate::domain::operation::Command;
use crate::store::fills::FillRow;
use crate::store::intents::IntentRow;
use crate::store::operations::OperationRow;
use crate::store::pnl_points::PointRow;
use crate::store::session_events::EventRow;
use crate::store::sessions::SessionRow;

async fn database() -> TestDb {
    let database = TestDb::create().await;
    database.db.migrate(&crate::REGISTRATION.migrations).await.unwrap();
    database
}

fn noon() -> DateTime<Utc> {
    "2026-01-15T12:00:00Z".parse().unwrap()
}

fn session(id: i64, status: &str) -> SessionRow {
    SessionRow {
        id,
        tenant_id: "default".into(),
        strategy_id: format!("delta-strangle-20260115120000-{id}"),
        environment: "sim".into(),
        account: "paper".into(),
        config_id: "config_1".into(),
        config_version: 1,
        config_snapshot: Json(json!({ "name": "Paper" })),
        mode: "paper".into(),
        state: "created".into(),
        status: status.into(),
        entry_at: None,
        exit_at: Some(noon() + TimeDelta::hours(1)),
        exit_bound: None,
        activated_at: noon(),
        deactivated_at: None,
        exit_reason: None,
        gross: None,
        fees: None,
        slippage: None,
        slippage_base: None,
        pnl_summary: None,
        session_metadata: None,
        instance_id: "test".into(),
        fencing_token: 1,
        last_seq: 0,
        updated_at: noon(),
    }
}

#[tokio::test]
async fn one_session_of_an_account_is_open() {
    let database = database().await;
    let mut tx = database.db.write().await.unwrap();
    assert_eq!(sessions::next_id(&mut tx).await.unwrap(), 1);
    assert_eq!(sessions::next_id(&mut tx).await.unwrap(), 2);
    sessions::insert(&mut tx, &session(1, "stopped")).await.unwrap();
    sessions::insert(&mut tx, &session(2, "running")).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = database.db.write().await.unwrap();
    let second = sessions::insert(&mut tx, &session(3, "running")).await;
    let named = "strategy_sessions_environment_account_key";
    assert!(matches!(&second, Err(DbError::Unique(key)) if key == named), "{second:?}");
    drop(tx);

    let mut tx = database.db.write().await.unwrap();
    let open = sessions::find_open(&mut tx, "sim", "paper").await.unwrap().unwrap();
    assert_eq!((open.id, open.exit_at), (2, Some(noon() + TimeDelta::hours(1))));
    let closed = SessionRow {
        status: "stopped".into(),
        gross: Some(Exact("1.445".parse().unwrap())),
        ..open
    };
    sessions::update(&mut tx, &closed).await.unwrap();
    assert!(sessions::find_open(&mut tx, "sim", "paper").await.unwrap().is_none());
    let last = sessions::find_last(&mut tx, "sim", "paper").await.unwrap().unwrap();
    assert_eq!(last.gross.unwrap().0.to_string(), "1.445");
}

#[tokio::test]
async fn a_fill_that_is_reported_twice_is_kept_once() {
    let database = database().await;
    let mut tx = database.db.write().await.unwrap();
    sessions::insert(&mut tx, &session(1, "running")).await.unwrap();
    let fill = FillRow {
        fill_id: "f1".into(),
        tenant_id: "default".into(),
        session_id: 1,
        leg_id: 2,
        client_order_id: None,
        order_id: Some("910001".into()),
        symbol: "C-BTC-126000-160126".into(),
        side: "sell".into(),
        price: Exact("301.85".parse().unwrap()),
        size: 10,
        role: None,
        commission: None,
        estimated_fee: None,
        index_price: None,
        fill_type: "normal".into(),
        exchange_ts: noon(),
        recorded_at: noon(),
    };
    assert!(fills::insert(&mut tx, &fill).await.unwrap());
    assert!(!fills::insert(&mut tx, &FillRow { size: 11, ..fill.clone() }).await.unwrap());
    fills::set_commission(&mut tx, "f1", Exact("0.05".parse().unwrap())).await.unwrap();

    let kept = fills::list(&mut tx, 1).await.unwrap();
    assert_eq!((kept.len(), kept[0].size), (1, 10));
    assert_eq!(kept[0].commission.unwrap().0.to_string(), "0.05");
}

#[tokio::test]
async fn an_intent_is_open_until_it_is_terminal() {
    let database = database().await;
    let mut tx = database.db.write().await.unwrap();
    sessions::insert(&mut tx, &session(1, "running")).await.unwrap();
    let planned = IntentRow {
        client_order_id: "abcdef-1-CE01".into(),
        tenant_id: "default".into(),
        session_id: 1,
        leg_id: 2,
        purpose: "entry".into(),
        attempt: 1,
        side: "sell".into(),
        size: 10,
        order_type: "limit_order".into(),
        limit_price: Some(Exact("302".parse().unwrap())),
        time_in_force: "gtc".into(),
        reduce_only: false,
        state: "planned".into(),
        planned_at: noon(),
        sending_at: None,
        acked_at: None,
        terminal_at: None,
        exchange_order_id: None,
        filled: 0,
        avg_price: None,
        last_error: None,
        fencing_token: 1,
    };
    intents::upsert(&mut tx, &planned).await.unwrap();
    let filled = IntentRow { state: "filled".into(), filled: 10, ..planned.clone() };
    intents::upsert(&mut tx, &filled).await.unwrap();
    assert_eq!(intents::list_open(&mut tx, 1).await.unwrap().len(), 1);
    intents::upsert(&mut tx, &IntentRow { terminal_at: Some(noon()), ..filled }).await.unwrap();
    assert!(intents::list_open(&mut tx, 1).await.unwrap().is_empty());
    let kept = intents::list(&mut tx, 1).await.unwrap().remove(0);
    assert_eq!((kept.state.as_str(), kept.filled, kept.attempt), ("filled", 10, 1));
}

#[tokio::test]
async fn events_are_added_once_and_never_changed() {
    let database = database().await;
    let event = EventRow {
        session_id: 1,
        seq: 1,
        tenant_id: "default".into(),
        kind: "session_created".into(),
        payload: Json(json!({ "spec": 1 })),
        at: noon(),
        fencing_token: 1,
    };
    let mut tx = database.db.write().await.unwrap();
    session_events::insert(&mut tx, &event).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = database.db.write().await.unwrap();
    assert!(matches!(session_events::insert(&mut tx, &event).await, Err(DbError::Unique(_))));
    drop(tx);
    for statement in ["UPDATE session_events SET seq = 2", "DELETE FROM session_events"] {
        let mut tx = database.db.write().await.unwrap();
        assert!(tx.query(statement).execute().await.is_err(), "{statement}");
    }
    let mut tx = database.db.read().await.unwrap();
    let kept = session_events::list(&mut tx, 1, 0, 10).await.unwrap();
    assert_eq!((kept.len(), kept[0].kind.as_str()), (1, "session_created"));
}

#[tokio::test]
async fn a_long_path_is_thinned_and_keeps_its_ends_and_extremes() {
    let database = database().await;
    let point = |second: i64, net: f64| PointRow {
        session_id: 1,
        at: noon() + TimeDelta::seconds(second),
        tenant_id: "default".into(),
        net,
        gross: net,
        fees: 0.0,
        spot: None,
    };
    let net = |second: i64| match second {
        1001 => 50.0,
        1003 => -50.0,
        _ => 0.0,
    };
    let points: Vec<_> = (0..pnl_points::MOST).map(|at| point(at, net(at))).collect();
    let mut tx = database.db.write().await.unwrap();
    pnl_points::insert_many(&mut tx, &points).await.unwrap();
    pnl_points::insert(&mut tx, &point(pnl_points::MOST, 1.0)).await.unwrap();

    let kept = pnl_points::list(&mut tx, 1).await.unwrap();
    assert!(kept.len() < 1_010, "{}", kept.len());
    assert_eq!((kept[0].at, kept[kept.len() - 1].net), (noon(), 1.0));
    let nets = || kept.iter().map(|point| point.net);
    assert_eq!((nets().fold(0.0, f64::max), nets().fold(0.0, f64::min)), (50.0, -50.0));
}

#[tokio::test]
async fn an_operation_is_to_be_done_until_it_ends() {
    let database = database().await;
    let row = OperationRow {
        id: "op_1".into(),
        tenant_id: "default".into(),
        environment: "sim".into(),
        account: "paper".into(),
        kind: "panic".into(),
        session_id: None,
        strategy_id: None,
        payload: Json(Command::Panic),
        state: "queued".into(),
        progress: String::new(),
        result: None,
        error_code: None,
        error_message: None,
        requested_by: "user_1".into(),
        correlation_id: String::new(),
        created_at: noon(),
        started_at: None,
        finished_at: None,
    };
    let mut tx = database.db.write().await.unwrap();
    operations::insert(&mut tx, &row).await.unwrap();
    operations::insert(&mut tx, &OperationRow { id: "op_2".into(), ..row }).await.unwrap();
    operations::begin(&mut tx, "op_1", "closing", noon()).await.unwrap();
    operations::succeed(&mut tx, "op_1", json!({ "closed": 2 }), noon()).await.unwrap();
    operations::fail(&mut tx, "op_1", "late", "too late", noon()).await.unwrap();

    let todo = operations::list_todo(&mut tx, "sim", "paper").await.unwrap();
    assert_eq!(todo.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["op_2"]);
    assert_eq!(todo[0].payload.0, Command::Panic);
    let done = operations::find(&mut tx, "default", "op_1").await.unwrap().unwrap();
    assert_eq!((done.state.as_str(), done.error_code), ("succeeded", None));
    assert_eq!(done.result.unwrap().0, json!({ "closed": 2 }));
}

#[tokio::test]
async fn the_schedule_in_force_is_the_newest_that_has_begun() {
    let database = database().await;
    let mut tx = database.db.read().await.unwrap();
    let found = fee_schedules::find(&mut tx, "default", noon()).await.unwrap().unwrap();
    assert_eq!(found.rates(), strangle_engine::fees::FeeRates::default());
    let before = "2024-01-01T00:00:00Z".parse().unwrap();
    assert!(fee_schedules::find(&mut tx, "default", before).await.unwrap().is_none());
}
