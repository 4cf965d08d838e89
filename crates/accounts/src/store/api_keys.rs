//! API keys, by the hashes of their secrets.

use chrono::{DateTime, Utc};
use platform::auth::Grant;
use platform::db::{DbError, Json, Tx};
use sqlx::FromRow;

use super::{corrupt, read_grants};
use crate::domain::ids::{KeyId, UserId};
use crate::grants;

const TABLE: &str = "auth_api_keys";

/// A key as stored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ApiKey {
    pub(crate) id: KeyId,
    pub(crate) tenant_id: String,
    pub(crate) user_id: UserId,
    pub(crate) name: String,
    pub(crate) secret_hash: String,
    pub(crate) scopes: Vec<String>,
    /// Empty means all that the owner has.
    pub(crate) grants: Vec<Grant>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) expires_at: Option<DateTime<Utc>>,
    pub(crate) last_used_at: Option<DateTime<Utc>>,
}

/// A key that is not revoked and its owner, who is active.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KeyIdentity {
    pub(crate) key: ApiKey,
    pub(crate) email: String,
    pub(crate) owner_grants: Vec<Grant>,
    pub(crate) must_change_password: bool,
}

#[derive(FromRow)]
struct KeyRow {
    id: String,
    tenant_id: String,
    user_id: String,
    name: String,
    secret_hash: String,
    scopes: Json<Vec<String>>,
    grants: Json<Vec<String>>,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
}

#[derive(FromRow)]
struct IdentityRow {
    #[sqlx(flatten)]
    key: KeyRow,
    email: String,
    owner_grants: Json<Vec<String>>,
    must_change_password: bool,
}

impl KeyRow {
    fn into_key(self) -> Result<ApiKey, DbError> {
        Ok(ApiKey {
            id: self.id.parse().map_err(corrupt(TABLE))?,
            tenant_id: self.tenant_id,
            user_id: self.user_id.parse().map_err(corrupt(TABLE))?,
            name: self.name,
            secret_hash: self.secret_hash,
            scopes: self.scopes.0,
            grants: read_grants(TABLE, &self.grants)?,
            created_at: self.created_at,
            expires_at: self.expires_at,
            last_used_at: self.last_used_at,
        })
    }
}

/// Inserts a new key.
pub(crate) async fn insert(tx: &mut Tx, key: &ApiKey) -> Result<(), DbError> {
    tx.query(
        "INSERT INTO auth_api_keys (id, tenant_id, user_id, name, secret_hash, scopes, grants, \
         created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(key.id.to_string())
    .bind(key.tenant_id.clone())
    .bind(key.user_id.to_string())
    .bind(key.name.clone())
    .bind(key.secret_hash.clone())
    .bind(Json(key.scopes.clone()))
    .bind(Json(grants::texts(&key.grants)))
    .bind(key.created_at)
    .bind(key.expires_at)
    .execute()
    .await?;
    Ok(())
}

/// Finds a key that is not revoked with its owner, if they are active.
pub(crate) async fn find_identity(tx: &mut Tx, id: &KeyId) -> Result<Option<KeyIdentity>, DbError> {
    let row = tx
        .query(
            "SELECT k.id, k.tenant_id, k.user_id, k.name, k.secret_hash, k.scopes, k.grants, \
             k.created_at, k.expires_at, k.last_used_at, u.email, u.grants AS owner_grants, \
             u.must_change_password FROM auth_api_keys k JOIN users u ON u.id = k.user_id \
             WHERE k.id = $1 AND k.revoked_at IS NULL AND u.is_active",
        )
        .bind(id.to_string())
        .fetch_optional::<IdentityRow>()
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(KeyIdentity {
        owner_grants: read_grants("users", &row.owner_grants)?,
        key: row.key.into_key()?,
        email: row.email,
        must_change_password: row.must_change_password,
    }))
}

/// Lists the keys of a person that are not revoked.
pub(crate) async fn list(
    tx: &mut Tx,
    user_id: &UserId,
    after: Option<&KeyId>,
    limit: i64,
) -> Result<Vec<ApiKey>, DbError> {
    let rows = tx
        .query(
            "SELECT id, tenant_id, user_id, name, secret_hash, scopes, grants, created_at, \
             expires_at, last_used_at FROM auth_api_keys \
             WHERE user_id = $1 AND revoked_at IS NULL AND id > $2 ORDER BY id LIMIT $3",
        )
        .bind(user_id.to_string())
        .bind(after.map(ToString::to_string).unwrap_or_default())
        .bind(limit)
        .fetch_all::<KeyRow>()
        .await?;
    rows.into_iter().map(KeyRow::into_key).collect()
}

/// Counts the keys of a person that are not revoked.
pub(crate) async fn count(tx: &mut Tx, user_id: &UserId) -> Result<i64, DbError> {
    let (count,) = tx
        .query("SELECT COUNT(*) FROM auth_api_keys WHERE user_id = $1 AND revoked_at IS NULL")
        .bind(user_id.to_string())
        .fetch_one::<(i64,)>()
        .await?;
    Ok(count)
}

/// Revokes a key of a person; returns whether it was good until now.
pub(crate) async fn revoke(
    tx: &mut Tx,
    user_id: &UserId,
    id: &KeyId,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let revoked = tx
        .query(
            "UPDATE auth_api_keys SET revoked_at = $1 \
             WHERE id = $2 AND user_id = $3 AND revoked_at IS NULL",
        )
        .bind(now)
        .bind(id.to_string())
        .bind(user_id.to_string())
        .execute()
        .await?;
    Ok(revoked == 1)
}

/// Notes that a key was used at `now`, unless that was noted after `before`.
pub(crate) async fn touch(
    tx: &mut Tx,
    id: &KeyId,
    now: DateTime<Utc>,
    before: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.query(
        "UPDATE auth_api_keys SET last_used_at = $1 \
         WHERE id = $2 AND (last_used_at IS NULL OR last_used_at <= $3)",
    )
    .bind(now)
    .bind(id.to_string())
    .bind(before)
    .execute()
    .await?;
    Ok(())
}
