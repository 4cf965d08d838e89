//! The table `frontend_logs`: what browsers report.

use chrono::{DateTime, Utc};
use platform::db::{Json, Result, Sql, Tx};
use sqlx::FromRow;

use super::statement::{Statement, Value};
use crate::domain::instant::{self, Micros};
use crate::domain::level::Level;

/// A record, before it is stored.
#[derive(Debug)]
pub(crate) struct NewFrontendLog {
    pub(crate) logged_at: Micros,
    pub(crate) level: Level,
    pub(crate) message: String,
    pub(crate) event: Option<String>,
    pub(crate) session_id: Option<String>,
    pub(crate) environment: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) app_version: Option<String>,
    pub(crate) user_id: Option<String>,
    pub(crate) correlation_id: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) data: Option<serde_json::Value>,
}

/// A record as it is stored.
#[derive(Debug, FromRow)]
pub(crate) struct FrontendLogRow {
    pub(crate) id: i64,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) logged_at: DateTime<Utc>,
    pub(crate) level: String,
    pub(crate) message: String,
    pub(crate) event: Option<String>,
    pub(crate) session_id: Option<String>,
    pub(crate) environment: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) app_version: Option<String>,
    pub(crate) user_id: Option<String>,
    pub(crate) correlation_id: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) data: Option<Json<serde_json::Value>>,
}

/// Which records; all conditions must hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct FrontendFilter {
    pub(crate) level: Option<Level>,
    pub(crate) event: Option<String>,
    pub(crate) session_id: Option<String>,
    pub(crate) correlation_id: Option<String>,
    pub(crate) search: Option<String>,
    pub(crate) start: Option<Micros>,
    pub(crate) end: Option<Micros>,
}

/// Stores records and returns how many.
pub(crate) async fn insert(
    tx: &mut Tx,
    tenant_id: &str,
    now: DateTime<Utc>,
    records: &[NewFrontendLog],
) -> Result<u64> {
    let postgres = tx.is_postgres();
    tx.insert_many(
        "INSERT INTO frontend_logs (tenant_id, created_at, logged_at, level, message, event, \
         session_id, environment, source, app_version, user_id, correlation_id, request_id, data) ",
        "",
        14,
        records,
        |row, record| {
            row.push(tenant_id.to_owned());
            for micros in [now.timestamp_micros(), record.logged_at] {
                // SQLite compares instants as texts, which must all have one form.
                if postgres {
                    row.push(instant::to_utc(micros));
                } else {
                    row.push(instant::text(micros));
                }
            }
            row.push(record.level.name())
                .push(record.message.clone())
                .push(record.event.clone())
                .push(record.session_id.clone())
                .push(record.environment.clone())
                .push(record.source.clone())
                .push(record.app_version.clone())
                .push(record.user_id.clone())
                .push(record.correlation_id.clone())
                .push(record.request_id.clone())
                .push(record.data.clone().map(Json));
        },
    )
    .await
}

/// Lists records, the last received first.
pub(crate) async fn list(
    tx: &mut Tx,
    tenant_id: &str,
    filter: &FrontendFilter,
    skip: i64,
    limit: i64,
) -> Result<Vec<FrontendLogRow>> {
    let statement = Statement::new(
        tx,
        "SELECT id, created_at, logged_at, level, message, event, session_id, environment, \
         source, app_version, user_id, correlation_id, request_id, data FROM frontend_logs \
         WHERE tenant_id = ",
    );
    conditions(statement, tenant_id, filter)
        .then(" ORDER BY id DESC LIMIT ")
        .bind(Value::Int(limit))
        .then(" OFFSET ")
        .bind(Value::Int(skip))
        .fetch_all(tx)
        .await
}

/// Counts records.
pub(crate) async fn count(tx: &mut Tx, tenant_id: &str, filter: &FrontendFilter) -> Result<i64> {
    let statement = Statement::new(tx, "SELECT COUNT(*) FROM frontend_logs WHERE tenant_id = ");
    conditions(statement, tenant_id, filter).fetch_count(tx).await
}

fn conditions(statement: Statement, tenant_id: &str, filter: &FrontendFilter) -> Statement {
    let mut statement = statement.bind(Value::Text(tenant_id.to_owned()));
    let level = filter.level.map(|level| level.name().to_owned());
    let equal = [
        (&level, Sql::from(" AND level = ")),
        (&filter.event, Sql::from(" AND event = ")),
        (&filter.session_id, Sql::from(" AND session_id = ")),
        (&filter.correlation_id, Sql::from(" AND correlation_id = ")),
    ];
    for (value, text) in equal {
        if let Some(value) = value {
            statement = statement.then(text).bind(Value::Text(value.clone()));
        }
    }
    if let Some(start) = filter.start {
        statement = statement.then(" AND created_at >= ").bind(Value::Instant(start));
    }
    if let Some(end) = filter.end {
        statement = statement.then(" AND created_at <= ").bind(Value::Instant(end));
    }
    if let Some(text) = &filter.search {
        let literal = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        statement = statement
            .then(Sql { sqlite: " AND message LIKE ", postgres: " AND message ILIKE " })
            .bind(Value::Text(format!("%{literal}%")))
            .then(" ESCAPE '\\'");
    }
    statement
}
