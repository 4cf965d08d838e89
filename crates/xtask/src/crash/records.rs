//! What the desk says happened: its tables, read with SQL of its own.
//!
//! Every row is read as one JSON text, so that one reader serves SQLite and PostgreSQL.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use super::truth::Side;

/// Where the tables are.
#[derive(Debug, Clone)]
pub(super) enum Store {
    Sqlite(PathBuf),
    Postgres(String),
}

/// Everything the checks read.
#[derive(Debug, Clone, Default)]
pub(super) struct Records {
    pub(super) sessions: Vec<Session>,
    pub(super) legs: Vec<Leg>,
    pub(super) intents: Vec<Intent>,
    pub(super) fills: Vec<FillRow>,
    /// In the order of session and number.
    pub(super) events: Vec<Event>,
    /// The paths of the results, in the order of session and time.
    pub(super) points: Vec<Point>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Session {
    pub(super) id: i64,
    pub(super) mode: String,
    pub(super) state: String,
    pub(super) exit_at: Option<DateTime<Utc>>,
    pub(super) exit_reason: Option<String>,
    pub(super) gross: Option<Decimal>,
    pub(super) fees: Option<Decimal>,
    pub(super) pnl_summary: Option<Value>,
}

impl Session {
    pub(super) fn is_over(&self) -> bool {
        matches!(self.state.as_str(), "closed" | "entry_aborted")
    }

    /// Whether its result says that something in it is an estimate.
    pub(super) fn is_estimated(&self) -> bool {
        self.pnl_summary.as_ref().is_some_and(|summary| summary["estimated"] == true)
    }
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Leg {
    pub(super) id: i64,
    pub(super) session_id: i64,
    pub(super) symbol: String,
    pub(super) contract_value: Decimal,
    pub(super) target_qty: i64,
    pub(super) open_qty: i64,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Intent {
    pub(super) client_order_id: String,
    pub(super) leg_id: i64,
    pub(super) side: Side,
    pub(super) size: i64,
    pub(super) order_type: String,
    pub(super) limit_price: Option<Decimal>,
    pub(super) time_in_force: String,
    #[serde(deserialize_with = "truth_value")]
    pub(super) reduce_only: bool,
    pub(super) state: String,
    pub(super) sending_at: Option<DateTime<Utc>>,
    pub(super) filled: i64,
    pub(super) fencing_token: i64,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct FillRow {
    pub(super) fill_id: String,
    pub(super) session_id: i64,
    pub(super) leg_id: i64,
    pub(super) client_order_id: Option<String>,
    pub(super) symbol: String,
    pub(super) side: Side,
    pub(super) price: Decimal,
    pub(super) size: i64,
    pub(super) commission: Option<Decimal>,
    pub(super) estimated_fee: Option<Decimal>,
    pub(super) fill_type: String,
}

/// What a session had won at a moment.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Point {
    pub(super) session_id: i64,
    pub(super) at: DateTime<Utc>,
    pub(super) net: f64,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Event {
    pub(super) session_id: i64,
    pub(super) seq: i64,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) payload: Value,
    pub(super) at: DateTime<Utc>,
    pub(super) fencing_token: i64,
}

impl Event {
    /// A text of its payload.
    pub(super) fn text(&self, pointer: &str) -> &str {
        self.payload.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }
}

impl Records {
    /// The events of a session, oldest first.
    pub(super) fn events_of(&self, session: i64) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |event| event.session_id == session)
    }

    pub(super) fn leg(&self, id: i64) -> Option<&Leg> {
        self.legs.iter().find(|leg| leg.id == id)
    }

    /// Reads the tables; nothing is written.
    pub(super) async fn read(store: &Store) -> anyhow::Result<Self> {
        let mut source = Source::open(store).await?;
        Ok(Self {
            sessions: source.rows(&SESSIONS).await?,
            legs: source.rows(&LEGS).await?,
            intents: source.rows(&INTENTS).await?,
            fills: source.rows(&FILLS).await?,
            events: source.rows(&EVENTS).await?,
            points: source.rows(&POINTS).await?,
        })
    }
}

/// A table: its columns, those of them that are JSON, and the order of its rows.
struct Table {
    name: &'static str,
    columns: &'static [&'static str],
    json: &'static [&'static str],
    order: &'static str,
}

const SESSIONS: Table = Table {
    name: "strategy_sessions",
    columns: &["id", "mode", "state", "exit_at", "exit_reason", "gross", "fees"],
    json: &["pnl_summary"],
    order: "id",
};
const LEGS: Table = Table {
    name: "legs",
    columns: &["id", "session_id", "symbol", "contract_value", "target_qty", "open_qty"],
    json: &[],
    order: "id",
};
const INTENTS: Table = Table {
    name: "order_intents",
    columns: &[
        "client_order_id",
        "leg_id",
        "side",
        "size",
        "order_type",
        "limit_price",
        "time_in_force",
        "reduce_only",
        "state",
        "sending_at",
        "filled",
        "fencing_token",
    ],
    json: &[],
    order: "planned_at, client_order_id",
};
const FILLS: Table = Table {
    name: "fills",
    columns: &[
        "fill_id",
        "session_id",
        "leg_id",
        "client_order_id",
        "symbol",
        "side",
        "price",
        "size",
        "commission",
        "estimated_fee",
        "fill_type",
    ],
    json: &[],
    order: "exchange_ts, fill_id",
};
const EVENTS: Table = Table {
    name: "session_events",
    columns: &["session_id", "seq", "type", "at", "fencing_token"],
    json: &["payload"],
    order: "session_id, seq",
};

const POINTS: Table = Table {
    name: "pnl_points",
    columns: &["session_id", "at", "net"],
    json: &[],
    order: "session_id, at",
};

enum Source {
    Sqlite(sqlx::SqliteConnection),
    Postgres(sqlx::PgConnection),
}

impl Source {
    async fn open(store: &Store) -> anyhow::Result<Self> {
        Ok(match store {
            Store::Sqlite(file) => Self::Sqlite(open_file(file).await?),
            Store::Postgres(url) => Self::Postgres(
                sqlx::PgConnection::connect(url).await.context("the database does not answer")?,
            ),
        })
    }

    async fn rows<T: DeserializeOwned>(&mut self, table: &Table) -> anyhow::Result<Vec<T>> {
        let Table { name, order, .. } = table;
        let texts: Vec<String> = match self {
            Self::Sqlite(connection) => {
                let plain = table.columns.iter().map(|column| format!("'{column}', {column}"));
                let json = table.json.iter().map(|column| format!("'{column}', json({column})"));
                let members = plain.chain(json).collect::<Vec<_>>().join(", ");
                let sql = format!("SELECT json_object({members}) FROM {name} ORDER BY {order}");
                sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(connection).await
            }
            Self::Postgres(connection) => {
                let sql = format!("SELECT to_jsonb(t)::text FROM {name} t ORDER BY {order}");
                sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(connection).await
            }
        }
        .with_context(|| format!("{name} cannot be read"))?;
        let parsed = texts.iter().map(|text| serde_json::from_str(text));
        parsed.collect::<Result<_, _>>().with_context(|| format!("a row of {name} cannot be read"))
    }
}

async fn open_file(file: &Path) -> anyhow::Result<sqlx::SqliteConnection> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    options.connect().await.with_context(|| format!("{} cannot be opened", file.display()))
}

/// SQLite has no truth values: 0 and 1.
fn truth_value<'de, D: serde::Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    match Value::deserialize(from)? {
        Value::Bool(is) => Ok(is),
        Value::Number(number) => Ok(number.as_i64() != Some(0)),
        other => Err(serde::de::Error::custom(format!("{other} is not a truth value"))),
    }
}
