//! The `credit_deal_access` table: who besides the owner may do what with a deal.

use chrono::{DateTime, Utc};
use platform::db::{Result, Tx};
use sqlx::FromRow;

/// One grant.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct AccessRow {
    pub(crate) user_id: String,
    /// `read`, `edit` or `admin`.
    pub(crate) permission_level: String,
    pub(crate) granted_by: String,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// Adds a grant, or changes the level of the one there is.
pub(crate) async fn upsert(
    tx: &mut Tx,
    tenant: &str,
    deal_id: &str,
    grant: &AccessRow,
) -> Result<()> {
    tx.query(
        "INSERT INTO credit_deal_access (deal_id, user_id, tenant_id, permission_level, \
         granted_by, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (deal_id, user_id) DO UPDATE SET \
         permission_level = excluded.permission_level, granted_by = excluded.granted_by, \
         updated_at = excluded.updated_at",
    )
    .bind(deal_id.to_owned())
    .bind(grant.user_id.clone())
    .bind(tenant.to_owned())
    .bind(grant.permission_level.clone())
    .bind(grant.granted_by.clone())
    .bind(grant.created_at)
    .bind(grant.updated_at)
    .execute()
    .await?;
    Ok(())
}

/// Returns what a user was granted.
pub(crate) async fn find(
    tx: &mut Tx,
    tenant: &str,
    deal_id: &str,
    user: &str,
) -> Result<Option<AccessRow>> {
    tx.query(
        "SELECT user_id, permission_level, granted_by, created_at, updated_at \
         FROM credit_deal_access WHERE tenant_id = $1 AND deal_id = $2 AND user_id = $3",
    )
    .bind(tenant.to_owned())
    .bind(deal_id.to_owned())
    .bind(user.to_owned())
    .fetch_optional()
    .await
}

/// Lists the grants of a deal by user.
pub(crate) async fn list(tx: &mut Tx, tenant: &str, deal_id: &str) -> Result<Vec<AccessRow>> {
    tx.query(
        "SELECT user_id, permission_level, granted_by, created_at, updated_at \
         FROM credit_deal_access WHERE tenant_id = $1 AND deal_id = $2 ORDER BY user_id LIMIT 1000",
    )
    .bind(tenant.to_owned())
    .bind(deal_id.to_owned())
    .fetch_all()
    .await
}

/// Counts the grants of a deal.
pub(crate) async fn count(tx: &mut Tx, tenant: &str, deal_id: &str) -> Result<i64> {
    let (count,): (i64,) = tx
        .query("SELECT COUNT(*) FROM credit_deal_access WHERE tenant_id = $1 AND deal_id = $2")
        .bind(tenant.to_owned())
        .bind(deal_id.to_owned())
        .fetch_one()
        .await?;
    Ok(count)
}

/// Removes a grant; returns whether it was there.
pub(crate) async fn delete(tx: &mut Tx, tenant: &str, deal_id: &str, user: &str) -> Result<bool> {
    let removed = tx
        .query(
            "DELETE FROM credit_deal_access WHERE tenant_id = $1 AND deal_id = $2 AND user_id = $3",
        )
        .bind(tenant.to_owned())
        .bind(deal_id.to_owned())
        .bind(user.to_owned())
        .execute()
        .await?;
    Ok(removed == 1)
}
