//! The audit chain and its end.

use chrono::{DateTime, Utc};
use platform::db::{DbError, Json, Sql, Tx};
use serde_json::Value;
use sqlx::FromRow;

use crate::domain::audit::{Entry, Walk};

/// An entry with its place in the chain's arithmetic.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Link {
    pub(crate) entry: Entry,
    pub(crate) prev_hash: String,
    pub(crate) hash: String,
}

/// Which entries to list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub(crate) actor_id: Option<String>,
    pub(crate) action: Option<String>,
    pub(crate) target: Option<String>,
}

#[derive(FromRow)]
struct LinkRow {
    seq: i64,
    recorded_at: DateTime<Utc>,
    tenant_id: String,
    actor_id: String,
    action: String,
    target: String,
    detail: Json<Value>,
    ip: String,
    request_id: String,
    correlation_id: String,
    prev_hash: String,
    hash: String,
}

impl From<LinkRow> for Link {
    fn from(row: LinkRow) -> Self {
        Self {
            entry: Entry {
                seq: row.seq,
                recorded_at: row.recorded_at,
                tenant_id: row.tenant_id,
                actor_id: row.actor_id,
                action: row.action,
                target: row.target,
                detail: row.detail.0,
                ip: row.ip,
                request_id: row.request_id,
                correlation_id: row.correlation_id,
            },
            prev_hash: row.prev_hash,
            hash: row.hash,
        }
    }
}

/// Reads the end of the chain and locks it until the transaction ends.
pub(crate) async fn lock(tx: &mut Tx) -> Result<Walk, DbError> {
    // SQLite locked the whole file when the transaction began, and knows no FOR UPDATE.
    let sql = Sql {
        sqlite: "SELECT last_seq, last_hash FROM audit_head WHERE id = 1",
        postgres: "SELECT last_seq, last_hash FROM audit_head WHERE id = 1 FOR UPDATE",
    };
    let (seq, hash) = tx.query(sql).fetch_one::<(i64, String)>().await?;
    Ok(Walk { seq, hash })
}

/// Reads the end of the chain without a lock.
pub(crate) async fn end(tx: &mut Tx) -> Result<Walk, DbError> {
    let (seq, hash) = tx
        .query("SELECT last_seq, last_hash FROM audit_head WHERE id = 1")
        .fetch_one::<(i64, String)>()
        .await?;
    Ok(Walk { seq, hash })
}

/// Appends an entry after the one with `prev_hash`; the caller holds the lock.
pub(crate) async fn append(tx: &mut Tx, prev_hash: &str, entry: Entry) -> Result<(), DbError> {
    let (seq, hash) = (entry.seq, entry.hash_after(prev_hash));
    tx.query(
        "INSERT INTO audit_entries (seq, recorded_at, tenant_id, actor_id, action, target, \
         detail, ip, request_id, correlation_id, prev_hash, hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(seq)
    .bind(entry.recorded_at)
    .bind(entry.tenant_id)
    .bind(entry.actor_id)
    .bind(entry.action)
    .bind(entry.target)
    .bind(Json(entry.detail))
    .bind(entry.ip)
    .bind(entry.request_id)
    .bind(entry.correlation_id)
    .bind(prev_hash.to_owned())
    .bind(hash.clone())
    .execute()
    .await?;
    tx.query("UPDATE audit_head SET last_seq = $1, last_hash = $2 WHERE id = 1")
        .bind(seq)
        .bind(hash)
        .execute()
        .await?;
    Ok(())
}

/// Lists entries of a tenant before the place `before`, youngest first.
pub(crate) async fn list(
    tx: &mut Tx,
    tenant_id: &str,
    filter: Filter,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Link>, DbError> {
    let rows = tx
        .query(
            "SELECT seq, recorded_at, tenant_id, actor_id, action, target, detail, ip, \
             request_id, correlation_id, prev_hash, hash FROM audit_entries \
             WHERE tenant_id = $1 AND seq < $2 AND ($3 = '' OR actor_id = $3) \
             AND ($4 = '' OR action = $4) AND ($5 = '' OR target = $5) \
             ORDER BY seq DESC LIMIT $6",
        )
        .bind(tenant_id.to_owned())
        .bind(before.unwrap_or(i64::MAX))
        .bind(filter.actor_id.unwrap_or_default())
        .bind(filter.action.unwrap_or_default())
        .bind(filter.target.unwrap_or_default())
        .bind(limit)
        .fetch_all::<LinkRow>()
        .await?;
    Ok(rows.into_iter().map(Link::from).collect())
}

/// Lists entries of all tenants after the place `after`, in the order of the chain.
pub(crate) async fn list_after(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<Link>, DbError> {
    let rows = tx
        .query(
            "SELECT seq, recorded_at, tenant_id, actor_id, action, target, detail, ip, \
             request_id, correlation_id, prev_hash, hash FROM audit_entries \
             WHERE seq > $1 ORDER BY seq LIMIT $2",
        )
        .bind(after)
        .bind(limit)
        .fetch_all::<LinkRow>()
        .await?;
    Ok(rows.into_iter().map(Link::from).collect())
}
