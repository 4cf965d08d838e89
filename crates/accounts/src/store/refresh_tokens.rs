//! Refresh tokens, by their hashes.

use chrono::{DateTime, Utc};
use platform::db::{DbError, Tx};
use sqlx::FromRow;

use super::corrupt;
use crate::domain::ids::SessionId;
use crate::domain::refresh::Presented;

/// A refresh token as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RefreshToken {
    pub(crate) token_hash: String,
    pub(crate) tenant_id: String,
    pub(crate) session_id: SessionId,
    /// 1 for the token of the sign-in, one more for each exchange.
    pub(crate) generation: i64,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
}

/// A refresh token that somebody presents, with what decides about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) session_id: SessionId,
    pub(crate) generation: i64,
    pub(crate) presented: Presented,
}

#[derive(FromRow)]
struct FoundRow {
    session_id: String,
    generation: i64,
    expires_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
    used_successors: i64,
}

/// Inserts a new token.
pub(crate) async fn insert(tx: &mut Tx, token: RefreshToken) -> Result<(), DbError> {
    tx.query(
        "INSERT INTO auth_refresh_tokens (token_hash, tenant_id, session_id, generation, \
         created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(token.token_hash)
    .bind(token.tenant_id)
    .bind(token.session_id.to_string())
    .bind(token.generation)
    .bind(token.created_at)
    .bind(token.expires_at)
    .execute()
    .await?;
    Ok(())
}

/// Finds a token by its hash.
pub(crate) async fn find(tx: &mut Tx, token_hash: String) -> Result<Option<Found>, DbError> {
    let row = tx
        .query(
            "SELECT t.session_id, t.generation, t.expires_at, t.used_at, \
             (SELECT COUNT(*) FROM auth_refresh_tokens s WHERE s.session_id = t.session_id \
             AND s.generation > t.generation AND s.used_at IS NOT NULL) AS used_successors \
             FROM auth_refresh_tokens t WHERE t.token_hash = $1",
        )
        .bind(token_hash)
        .fetch_optional::<FoundRow>()
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Found {
        session_id: row.session_id.parse().map_err(corrupt("auth_refresh_tokens"))?,
        generation: row.generation,
        presented: Presented {
            expires_at: row.expires_at,
            used_at: row.used_at,
            successor_used: row.used_successors > 0,
        },
    }))
}

/// Marks a token as used; returns whether it was not yet.
pub(crate) async fn mark_used(
    tx: &mut Tx,
    token_hash: String,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let marked = tx
        .query(
            "UPDATE auth_refresh_tokens SET used_at = $1 \
             WHERE token_hash = $2 AND used_at IS NULL",
        )
        .bind(now)
        .bind(token_hash)
        .execute()
        .await?;
    Ok(marked == 1)
}

/// Deletes up to `limit` tokens that expired before `before`.
pub(crate) async fn delete_expired(
    tx: &mut Tx,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<u64, DbError> {
    tx.query(
        "DELETE FROM auth_refresh_tokens WHERE token_hash IN (SELECT token_hash \
         FROM auth_refresh_tokens WHERE expires_at < $1 ORDER BY token_hash LIMIT $2)",
    )
    .bind(before)
    .bind(limit)
    .execute()
    .await
}
