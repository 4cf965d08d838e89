//! Deletes old rows in batches, so that nobody waits long for the writer.

use chrono::{DateTime, Utc};
use platform::db::{Result, Sql, Tx};

use super::backend_logs::LogRow;
use super::statement::{Statement, Value};
use crate::domain::instant::Micros;

/// Rows of one batch.
pub(crate) const BATCH: i64 = 5_000;

/// Deletes up to [`BATCH`] rows of the log file that are strictly older than `cutoff`.
pub(crate) async fn delete_backend_older(tx: &mut Tx, cutoff: Micros) -> Result<i64> {
    deleted(
        Statement::new(
            tx,
            "DELETE FROM backend_logs WHERE id IN (SELECT id FROM backend_logs WHERE logged_at < ",
        )
        .bind(Value::Instant(cutoff))
        .then(" ORDER BY logged_at LIMIT ")
        .bind(Value::Int(BATCH))
        .then(") RETURNING 1"),
        tx,
    )
    .await
}

/// Deletes up to [`BATCH`] records of browsers that are strictly older than `cutoff`.
pub(crate) async fn delete_frontend_older(tx: &mut Tx, cutoff: Micros) -> Result<i64> {
    deleted(
        Statement::new(
            tx,
            "DELETE FROM frontend_logs WHERE id IN (SELECT id FROM frontend_logs \
             WHERE created_at < ",
        )
        .bind(Value::Instant(cutoff))
        .then(" ORDER BY created_at LIMIT ")
        .bind(Value::Int(BATCH))
        .then(") RETURNING 1"),
        tx,
    )
    .await
}

/// Lists up to [`BATCH`] rows that are strictly older than `cutoff`, those after the id `after`.
pub(crate) async fn list_older(tx: &mut Tx, cutoff: Micros, after: i64) -> Result<Vec<LogRow>> {
    Statement::new(
        tx,
        "SELECT id, logged_at, ingested_at, level, logger_name, event, message, correlation_id, \
         request_id, strategy_id, line_hash, payload FROM backend_logs WHERE id > ",
    )
    .bind(Value::Int(after))
    .then(Sql { sqlite: " AND +logged_at < ", postgres: " AND logged_at < " })
    .bind(Value::Instant(cutoff))
    .then(" ORDER BY id LIMIT ")
    .bind(Value::Int(BATCH))
    .fetch_all(tx)
    .await
}

/// Deletes these rows.
pub(crate) async fn delete_ids(tx: &mut Tx, ids: &[i64]) -> Result<u64> {
    let ids = format!("[{}]", ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(","));
    // Each engine has its own way to take a list as one value.
    tx.query(Sql {
        sqlite: "DELETE FROM backend_logs WHERE id IN (SELECT value FROM json_each($1))",
        postgres: "DELETE FROM backend_logs WHERE id IN \
                   (SELECT value::BIGINT FROM json_array_elements_text($1::JSON))",
    })
    .bind(ids)
    .execute()
    .await
}

/// Forgets log files that nobody has read since `cutoff`.
pub(crate) async fn delete_tail_states(tx: &mut Tx, cutoff: DateTime<Utc>) -> Result<u64> {
    tx.query("DELETE FROM log_tail_state WHERE updated_at < $1").bind(cutoff).execute().await
}

async fn deleted(statement: Statement, tx: &mut Tx) -> Result<i64> {
    let rows: Vec<(i32,)> = statement.fetch_all(tx).await?;
    Ok(i64::try_from(rows.len()).unwrap_or(i64::MAX))
}
