//! The `credit_loans` table: saved single loans.

use chrono::{DateTime, Utc};
use platform::db::{Json, Result, Tx};
use sqlx::FromRow;

use crate::domain::loans::LoanData;

/// A saved loan.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct LoanRow {
    pub(crate) id: String,
    pub(crate) owner_id: String,
    pub(crate) name: String,
    pub(crate) loan: Json<LoanData>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) version: i64,
}

/// Adds a loan.
pub(crate) async fn insert(tx: &mut Tx, tenant: &str, row: &LoanRow) -> Result<()> {
    tx.query(
        "INSERT INTO credit_loans (id, tenant_id, owner_id, name, loan, created_at, updated_at, \
         version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(row.id.clone())
    .bind(tenant.to_owned())
    .bind(row.owner_id.clone())
    .bind(row.name.clone())
    .bind(row.loan.clone())
    .bind(row.created_at)
    .bind(row.updated_at)
    .bind(row.version)
    .execute()
    .await?;
    Ok(())
}

/// Replaces a loan of this version; returns whether it was still that version.
pub(crate) async fn update(tx: &mut Tx, tenant: &str, row: &LoanRow) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE credit_loans SET name = $1, loan = $2, updated_at = $3, \
             version = version + 1 WHERE tenant_id = $4 AND id = $5 AND version = $6",
        )
        .bind(row.name.clone())
        .bind(row.loan.clone())
        .bind(row.updated_at)
        .bind(tenant.to_owned())
        .bind(row.id.clone())
        .bind(row.version)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Returns a loan.
pub(crate) async fn find(tx: &mut Tx, tenant: &str, id: &str) -> Result<Option<LoanRow>> {
    tx.query(
        "SELECT id, owner_id, name, loan, created_at, updated_at, version FROM credit_loans \
         WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant.to_owned())
    .bind(id.to_owned())
    .fetch_optional()
    .await
}

/// Lists loans, newest first, before the id `before`.
pub(crate) async fn list(
    tx: &mut Tx,
    tenant: &str,
    before: Option<String>,
    limit: u32,
) -> Result<Vec<LoanRow>> {
    tx.query(
        "SELECT id, owner_id, name, loan, created_at, updated_at, version FROM credit_loans \
         WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
    )
    .bind(tenant.to_owned())
    // An id sorts before the letter after its prefix.
    .bind(before.unwrap_or_else(|| "m".to_owned()))
    .bind(i64::from(limit))
    .fetch_all()
    .await
}

/// Removes a loan; returns whether it was there.
pub(crate) async fn delete(tx: &mut Tx, tenant: &str, id: &str) -> Result<bool> {
    let removed = tx
        .query("DELETE FROM credit_loans WHERE tenant_id = $1 AND id = $2")
        .bind(tenant.to_owned())
        .bind(id.to_owned())
        .execute()
        .await?;
    Ok(removed == 1)
}
