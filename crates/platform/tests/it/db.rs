//! The door to SQL: what both engines keep, and how they say no.

use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use platform::db::{Db, DbError, Durability, Exact, Json, PLATFORM, PoolLimits, Sql};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use sqlx::FromRow;

use crate::support::{TestDb, noon};

#[derive(Debug, PartialEq, FromRow)]
struct Everything {
    name: String,
    number: i64,
    at: chrono::DateTime<chrono::Utc>,
    day: NaiveDate,
    amount: Exact,
    tree: Json<Value>,
    share: f64,
    yes: bool,
    bytes: Vec<u8>,
    missing: Option<String>,
}

async fn with_table() -> TestDb {
    let test = TestDb::open().await;
    let mut tx = test.db.write().await.unwrap();
    tx.query(Sql {
        sqlite: "CREATE TABLE everything (name TEXT PRIMARY KEY, number BIGINT, at TEXT, day TEXT, \
                 amount TEXT, tree TEXT, share DOUBLE PRECISION, yes BOOLEAN, bytes BLOB, \
                 missing TEXT)",
        postgres: "CREATE TABLE everything (name TEXT CONSTRAINT everything_name_key UNIQUE, \
                   number BIGINT, at TIMESTAMPTZ, day DATE, amount NUMERIC, tree JSONB, \
                   share DOUBLE PRECISION, yes BOOLEAN, bytes BYTEA, missing TEXT)",
    })
    .execute()
    .await
    .unwrap();
    tx.commit().await.unwrap();
    test
}

const HEAD: &str =
    "INSERT INTO everything (name, number, at, day, amount, tree, share, yes, bytes, missing)";

fn sample(name: &str) -> Everything {
    Everything {
        name: name.to_owned(),
        number: i64::MIN,
        at: noon() + TimeDelta::microseconds(123_456),
        day: NaiveDate::from_ymd_opt(2024, 2, 29).unwrap(),
        amount: Exact("79228162514264337593543950335".parse::<Decimal>().unwrap()),
        tree: Json(json!({"b": [1, 2.5, null], "a": "ü"})),
        share: 0.1 + 0.2,
        yes: true,
        bytes: vec![0, 255, 10],
        missing: None,
    }
}

async fn insert(db: &Db, rows: &[Everything]) -> Result<u64, DbError> {
    let mut tx = db.write().await?;
    let count = tx
        .insert_many(HEAD, "", 10, rows, |row, value| {
            row.push(value.name.clone())
                .push(value.number)
                .push(value.at)
                .push(value.day)
                .push(value.amount)
                .push(value.tree.clone())
                .push(value.share)
                .push(value.yes)
                .push(value.bytes.clone())
                .push(value.missing.clone());
        })
        .await?;
    tx.commit().await?;
    Ok(count)
}

#[tokio::test]
async fn every_kind_of_value_comes_back_as_it_was() {
    let test = with_table().await;
    insert(&test.db, &[sample("a")]).await.unwrap();
    let mut tx = test.db.read().await.unwrap();
    let row: Everything = tx
        .query(
            "SELECT name, number, at, day, amount, tree, share, yes, bytes, missing \
             FROM everything WHERE at = $1 AND day = $2",
        )
        .bind(sample("a").at)
        .bind(sample("a").day)
        .fetch_one()
        .await
        .unwrap();
    assert_eq!(row, sample("a"));
}

#[tokio::test]
async fn more_rows_than_one_statement_holds_are_inserted() {
    let test = with_table().await;
    let rows: Vec<Everything> = (0..7_000).map(|number| sample(&number.to_string())).collect();
    assert_eq!(insert(&test.db, &rows).await.unwrap(), 7_000);
}

#[tokio::test]
async fn a_duplicate_names_its_constraint_alike_in_both_engines() {
    let test = with_table().await;
    insert(&test.db, &[sample("a")]).await.unwrap();
    let error = insert(&test.db, &[sample("b"), sample("a")]).await.unwrap_err();
    assert!(matches!(&error, DbError::Unique(key) if key == "everything_name_key"), "{error:?}");
    let mut tx = test.db.read().await.unwrap();
    let (count,): (i64,) = tx.query("SELECT count(*) FROM everything").fetch_one().await.unwrap();
    assert_eq!(count, 1, "nothing of a transaction that was not committed");
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_wait_for_each_other_and_lose_nothing() {
    let test = with_table().await;
    insert(&test.db, &[Everything { number: 0, ..sample("count") }]).await.unwrap();
    let adders = (0..40).map(|_| async {
        let mut tx = test.db.write().await.unwrap();
        let (number,): (i64,) = tx
            .query(Sql {
                sqlite: "SELECT number FROM everything",
                postgres: "SELECT number FROM everything FOR UPDATE",
            })
            .fetch_one()
            .await
            .unwrap();
        tx.query("UPDATE everything SET number = $1").bind(number + 1).execute().await.unwrap();
        tx.commit().await.unwrap();
    });
    futures::future::join_all(adders).await;
    let mut tx = test.db.read().await.unwrap();
    let (number,): (i64,) = tx.query("SELECT number FROM everything").fetch_one().await.unwrap();
    assert_eq!(number, 40);
}

#[tokio::test]
async fn migrations_run_once_and_know_what_is_missing() {
    let test = TestDb::open().await;
    assert!(PLATFORM.pending(&test.db).await.unwrap().is_empty());
    test.db.migrate(&PLATFORM).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.db");
    let new = Db::open_sqlite(&path, Durability::Full, PoolLimits::default()).await.unwrap();
    let pending = PLATFORM.pending(&new).await.unwrap();
    assert_eq!((pending[0].owner, pending[0].version), ("platform", 1));
}

#[test]
fn both_engines_have_the_same_migrations() {
    let names = |migrator: &'static sqlx::migrate::Migrator| -> Vec<(i64, String)> {
        migrator.iter().map(|m| (m.version, m.description.to_string())).collect()
    };
    assert_eq!(names(PLATFORM.sqlite), names(PLATFORM.postgres));
}

#[tokio::test]
async fn a_server_that_is_away_is_said_to_be_unavailable() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let options = format!("postgres://nobody@127.0.0.1:{port}/none").parse().unwrap();
    let limits = PoolLimits { connections: 2, acquire_timeout: Duration::from_millis(500) };
    let db = Db::lazy_postgres(options, limits);
    assert!(matches!(db.ping().await, Err(DbError::Unavailable(_))));
}

#[tokio::test]
async fn a_transaction_in_which_nothing_happens_is_ended_after_a_minute() {
    let test = TestDb::open().await;
    if !test.db.is_postgres() {
        return;
    }
    let show = "SELECT current_setting('idle_in_transaction_session_timeout')";
    let mut tx = test.db.write().await.unwrap();
    assert_eq!(tx.query(show).fetch_one::<(String,)>().await.unwrap().0, "1min");

    let shorter = "SELECT set_config('idle_in_transaction_session_timeout', '100ms', TRUE)";
    tx.query(shorter).execute().await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;

    let ended = tx.query("SELECT 1").execute().await;
    assert!(matches!(ended, Err(DbError::Unavailable(_))), "{ended:?}");
    assert!(test.db.ping().await.is_ok(), "the next caller gets another connection");
}
