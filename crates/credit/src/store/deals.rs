//! The `credit_deals` table, and who sees which row of it.

use chrono::{DateTime, Utc};
use platform::db::{Json, Result, Tx};
use sqlx::FromRow;

use crate::domain::deals::DealSummary;

/// A deal as it is stored.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct DealRow {
    pub(crate) id: String,
    pub(crate) tenant_id: String,
    pub(crate) owner_id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) deal_type: String,
    pub(crate) is_public: bool,
    pub(crate) summary: Json<DealSummary>,
    pub(crate) version: i64,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// A deal of somebody else, and what one may do with it.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct SharedRow {
    #[sqlx(flatten)]
    pub(crate) deal: DealRow,
    pub(crate) permission_level: String,
}

/// Which deals a list shows; empty texts ask for nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct DealFilter {
    /// A part of the name, in lower case.
    pub(crate) name: String,
    pub(crate) deal_type: String,
    pub(crate) is_public: Option<bool>,
    pub(crate) permission_level: String,
    /// Only deals before this id.
    pub(crate) before: Option<String>,
    pub(crate) limit: u32,
}

impl DealFilter {
    /// The pattern of the name, its wildcards taken literally.
    fn pattern(&self) -> String {
        let name = self.name.to_lowercase();
        let name = name.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        format!("%{name}%")
    }

    /// `any`, `yes` or `no`.
    const fn publicity(&self) -> &'static str {
        match self.is_public {
            None => "any",
            Some(true) => "yes",
            Some(false) => "no",
        }
    }

    fn before(&self) -> String {
        // An id sorts before the letter after its prefix.
        self.before.clone().unwrap_or_else(|| "e".to_owned())
    }
}

/// Adds a deal.
pub(crate) async fn insert(tx: &mut Tx, deal: &DealRow) -> Result<()> {
    tx.query(
        "INSERT INTO credit_deals (id, tenant_id, owner_id, name, description, deal_type, \
         is_public, summary, version, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(deal.id.clone())
    .bind(deal.tenant_id.clone())
    .bind(deal.owner_id.clone())
    .bind(deal.name.clone())
    .bind(deal.description.clone())
    .bind(deal.deal_type.clone())
    .bind(deal.is_public)
    .bind(deal.summary.clone())
    .bind(deal.version)
    .bind(deal.created_at)
    .bind(deal.updated_at)
    .execute()
    .await?;
    Ok(())
}

/// Returns a deal of any tenant, unless it was deleted; whoever asks decides who may see it.
pub(crate) async fn find(tx: &mut Tx, id: &str) -> Result<Option<DealRow>> {
    tx.query(
        "SELECT id, tenant_id, owner_id, name, description, deal_type, is_public, summary, \
         version, created_at, updated_at FROM credit_deals WHERE id = $1 AND deleted_at IS NULL",
    )
    .bind(id.to_owned())
    .fetch_optional()
    .await
}

/// Lists the public deals of all tenants, newest first.
pub(crate) async fn list_public(tx: &mut Tx, filter: &DealFilter) -> Result<Vec<DealRow>> {
    tx.query(
        "SELECT id, tenant_id, owner_id, name, description, deal_type, is_public, summary, \
         version, created_at, updated_at FROM credit_deals \
         WHERE is_public AND deleted_at IS NULL AND id < $1 AND LOWER(name) LIKE $2 ESCAPE '\\' \
         AND ($3 = '' OR deal_type = $3) ORDER BY id DESC LIMIT $4",
    )
    .bind(filter.before())
    .bind(filter.pattern())
    .bind(filter.deal_type.clone())
    .bind(i64::from(filter.limit))
    .fetch_all()
    .await
}

/// Lists the deals of one owner, newest first.
pub(crate) async fn list_own(
    tx: &mut Tx,
    tenant: &str,
    owner: &str,
    filter: &DealFilter,
) -> Result<Vec<DealRow>> {
    tx.query(
        "SELECT id, tenant_id, owner_id, name, description, deal_type, is_public, summary, \
         version, created_at, updated_at FROM credit_deals \
         WHERE tenant_id = $1 AND owner_id = $2 AND deleted_at IS NULL AND id < $3 \
         AND LOWER(name) LIKE $4 ESCAPE '\\' AND ($5 = '' OR deal_type = $5) \
         AND ($6 = 'any' OR ($6 = 'yes' AND is_public) OR ($6 = 'no' AND NOT is_public)) \
         ORDER BY id DESC LIMIT $7",
    )
    .bind(tenant.to_owned())
    .bind(owner.to_owned())
    .bind(filter.before())
    .bind(filter.pattern())
    .bind(filter.deal_type.clone())
    .bind(filter.publicity())
    .bind(i64::from(filter.limit))
    .fetch_all()
    .await
}

/// Lists the deals that others have shared with a user, newest first.
pub(crate) async fn list_shared(
    tx: &mut Tx,
    tenant: &str,
    user: &str,
    filter: &DealFilter,
) -> Result<Vec<SharedRow>> {
    tx.query(
        "SELECT d.id, d.tenant_id, d.owner_id, d.name, d.description, d.deal_type, d.is_public, \
         d.summary, d.version, d.created_at, d.updated_at, a.permission_level \
         FROM credit_deals d JOIN credit_deal_access a ON a.deal_id = d.id \
         WHERE a.tenant_id = $1 AND a.user_id = $2 AND d.tenant_id = $1 AND d.deleted_at IS NULL \
         AND d.id < $3 AND LOWER(d.name) LIKE $4 ESCAPE '\\' AND ($5 = '' OR d.deal_type = $5) \
         AND ($6 = 'any' OR ($6 = 'yes' AND d.is_public) OR ($6 = 'no' AND NOT d.is_public)) \
         AND ($7 = '' OR a.permission_level = $7) ORDER BY d.id DESC LIMIT $8",
    )
    .bind(tenant.to_owned())
    .bind(user.to_owned())
    .bind(filter.before())
    .bind(filter.pattern())
    .bind(filter.deal_type.clone())
    .bind(filter.publicity())
    .bind(filter.permission_level.clone())
    .bind(i64::from(filter.limit))
    .fetch_all()
    .await
}

/// Replaces the current version; returns whether the one the caller had seen was still current.
pub(crate) async fn update(tx: &mut Tx, deal: &DealRow, seen: i64) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE credit_deals SET name = $1, description = $2, deal_type = $3, \
             is_public = $4, summary = $5, version = $6, updated_at = $7 \
             WHERE tenant_id = $8 AND id = $9 AND version = $10 AND deleted_at IS NULL",
        )
        .bind(deal.name.clone())
        .bind(deal.description.clone())
        .bind(deal.deal_type.clone())
        .bind(deal.is_public)
        .bind(deal.summary.clone())
        .bind(deal.version)
        .bind(deal.updated_at)
        .bind(deal.tenant_id.clone())
        .bind(deal.id.clone())
        .bind(seen)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Marks a deal as deleted; returns whether the version the caller had seen was still current.
pub(crate) async fn delete(
    tx: &mut Tx,
    tenant: &str,
    id: &str,
    seen: i64,
    now: DateTime<Utc>,
) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE credit_deals SET deleted_at = $1 WHERE tenant_id = $2 AND id = $3 \
             AND version = $4 AND deleted_at IS NULL",
        )
        .bind(now)
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .bind(seen)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Tells whether there is any deal at all, deleted ones included.
pub(crate) async fn any(tx: &mut Tx) -> Result<bool> {
    let found: Option<(String,)> =
        tx.query("SELECT id FROM credit_deals LIMIT 1").fetch_optional().await?;
    Ok(found.is_some())
}
