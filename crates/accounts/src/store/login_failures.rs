//! Wrong passwords, counted in SQL so that all processes agree.

use chrono::{DateTime, Utc};
use platform::db::{DbError, Tx};

/// Notes a failure.
pub(crate) async fn insert(
    tx: &mut Tx,
    id: String,
    account: &str,
    ip: &str,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.query(
        "INSERT INTO auth_login_failures (id, tenant_id, account, ip, failed_at) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id)
    .bind(crate::TENANT)
    .bind(account.to_owned())
    .bind(ip.to_owned())
    .bind(now)
    .execute()
    .await?;
    Ok(())
}

/// Lists the instants of the failures after `since`, oldest first.
pub(crate) async fn list(
    tx: &mut Tx,
    account: &str,
    ip: &str,
    since: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>, DbError> {
    let rows = tx
        .query(
            "SELECT failed_at FROM auth_login_failures \
             WHERE account = $1 AND ip = $2 AND failed_at > $3 ORDER BY failed_at LIMIT 100",
        )
        .bind(account.to_owned())
        .bind(ip.to_owned())
        .bind(since)
        .fetch_all::<(DateTime<Utc>,)>()
        .await?;
    Ok(rows.into_iter().map(|(at,)| at).collect())
}

/// Forgets the failures of an account from an address, after a right password.
pub(crate) async fn clear(tx: &mut Tx, account: &str, ip: &str) -> Result<(), DbError> {
    tx.query("DELETE FROM auth_login_failures WHERE account = $1 AND ip = $2")
        .bind(account.to_owned())
        .bind(ip.to_owned())
        .execute()
        .await?;
    Ok(())
}

/// Deletes up to `limit` failures before `before`.
pub(crate) async fn delete_old(
    tx: &mut Tx,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<u64, DbError> {
    tx.query(
        "DELETE FROM auth_login_failures WHERE id IN (SELECT id FROM auth_login_failures \
         WHERE failed_at < $1 ORDER BY id LIMIT $2)",
    )
    .bind(before)
    .bind(limit)
    .execute()
    .await
}
