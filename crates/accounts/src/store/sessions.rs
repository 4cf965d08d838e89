//! Sign-ins.

use chrono::{DateTime, Utc};
use platform::auth::Grant;
use platform::db::{DbError, Json, Tx};
use sqlx::FromRow;

use super::{corrupt, read_grants};
use crate::domain::ids::{SessionId, UserId};

const TABLE: &str = "auth_sessions";

/// A sign-in as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) tenant_id: String,
    pub(crate) user_id: UserId,
    pub(crate) csrf_token: String,
    pub(crate) client: String,
    pub(crate) ip: String,
    pub(crate) user_agent: String,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) last_seen_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
}

/// What a request under a session needs to know, read at once.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SessionIdentity {
    pub(crate) user_id: UserId,
    pub(crate) tenant_id: String,
    pub(crate) email: String,
    pub(crate) grants: Vec<Grant>,
    pub(crate) must_change_password: bool,
    pub(crate) csrf_token: String,
    pub(crate) expires_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct SessionRow {
    id: String,
    tenant_id: String,
    user_id: String,
    csrf_token: String,
    client: String,
    ip: String,
    user_agent: String,
    created_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct IdentityRow {
    user_id: String,
    tenant_id: String,
    email: String,
    grants: Json<Vec<String>>,
    must_change_password: bool,
    csrf_token: String,
    expires_at: DateTime<Utc>,
}

impl SessionRow {
    fn into_session(self) -> Result<Session, DbError> {
        Ok(Session {
            id: self.id.parse().map_err(corrupt(TABLE))?,
            tenant_id: self.tenant_id,
            user_id: self.user_id.parse().map_err(corrupt(TABLE))?,
            csrf_token: self.csrf_token,
            client: self.client,
            ip: self.ip,
            user_agent: self.user_agent,
            created_at: self.created_at,
            last_seen_at: self.last_seen_at,
            expires_at: self.expires_at,
        })
    }
}

/// Inserts a new session.
pub(crate) async fn insert(tx: &mut Tx, session: &Session) -> Result<(), DbError> {
    tx.query(
        "INSERT INTO auth_sessions (id, tenant_id, user_id, csrf_token, client, ip, user_agent, \
         created_at, last_seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(session.id.to_string())
    .bind(session.tenant_id.clone())
    .bind(session.user_id.to_string())
    .bind(session.csrf_token.clone())
    .bind(session.client.clone())
    .bind(session.ip.clone())
    .bind(session.user_agent.clone())
    .bind(session.created_at)
    .bind(session.last_seen_at)
    .bind(session.expires_at)
    .execute()
    .await?;
    Ok(())
}

/// Finds who a session that is not revoked speaks for, if they are active.
pub(crate) async fn find_identity(
    tx: &mut Tx,
    id: &SessionId,
) -> Result<Option<SessionIdentity>, DbError> {
    let row = tx
        .query(
            "SELECT s.user_id, s.tenant_id, u.email, u.grants, u.must_change_password, \
             s.csrf_token, s.expires_at FROM auth_sessions s JOIN users u ON u.id = s.user_id \
             WHERE s.id = $1 AND s.revoked_at IS NULL AND u.is_active",
        )
        .bind(id.to_string())
        .fetch_optional::<IdentityRow>()
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(SessionIdentity {
        user_id: row.user_id.parse().map_err(corrupt(TABLE))?,
        tenant_id: row.tenant_id,
        email: row.email,
        grants: read_grants("users", &row.grants)?,
        must_change_password: row.must_change_password,
        csrf_token: row.csrf_token,
        expires_at: row.expires_at,
    }))
}

/// Lists the sessions of a person that are good at `now`, youngest first.
pub(crate) async fn list(
    tx: &mut Tx,
    user_id: &UserId,
    now: DateTime<Utc>,
) -> Result<Vec<Session>, DbError> {
    let rows = tx
        .query(
            "SELECT id, tenant_id, user_id, csrf_token, client, ip, user_agent, created_at, \
             last_seen_at, expires_at FROM auth_sessions \
             WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2 \
             ORDER BY id DESC LIMIT 200",
        )
        .bind(user_id.to_string())
        .bind(now)
        .fetch_all::<SessionRow>()
        .await?;
    rows.into_iter().map(SessionRow::into_session).collect()
}

/// Finds a session that is not revoked.
pub(crate) async fn find(tx: &mut Tx, id: &SessionId) -> Result<Option<Session>, DbError> {
    let row = tx
        .query(
            "SELECT id, tenant_id, user_id, csrf_token, client, ip, user_agent, created_at, \
             last_seen_at, expires_at FROM auth_sessions WHERE id = $1 AND revoked_at IS NULL",
        )
        .bind(id.to_string())
        .fetch_optional::<SessionRow>()
        .await?;
    row.map(SessionRow::into_session).transpose()
}

/// Notes that a session was refreshed.
pub(crate) async fn touch(tx: &mut Tx, id: &SessionId, now: DateTime<Utc>) -> Result<(), DbError> {
    tx.query("UPDATE auth_sessions SET last_seen_at = $1 WHERE id = $2")
        .bind(now)
        .bind(id.to_string())
        .execute()
        .await?;
    Ok(())
}

/// Revokes a session of a person; returns whether it was good until now.
pub(crate) async fn revoke(
    tx: &mut Tx,
    user_id: &UserId,
    id: &SessionId,
    reason: &'static str,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let revoked = tx
        .query(
            "UPDATE auth_sessions SET revoked_at = $1, revoked_reason = $2 \
             WHERE id = $3 AND user_id = $4 AND revoked_at IS NULL",
        )
        .bind(now)
        .bind(reason)
        .bind(id.to_string())
        .bind(user_id.to_string())
        .execute()
        .await?;
    Ok(revoked == 1)
}

/// Revokes all sessions of a person but `except`; returns how many.
pub(crate) async fn revoke_all(
    tx: &mut Tx,
    user_id: &UserId,
    except: Option<&str>,
    reason: &'static str,
    now: DateTime<Utc>,
) -> Result<u64, DbError> {
    tx.query(
        "UPDATE auth_sessions SET revoked_at = $1, revoked_reason = $2 \
         WHERE user_id = $3 AND id <> $4 AND revoked_at IS NULL",
    )
    .bind(now)
    .bind(reason)
    .bind(user_id.to_string())
    .bind(except.unwrap_or_default().to_owned())
    .execute()
    .await
}

/// Deletes up to `limit` sessions that ended before `before`, with their refresh tokens.
pub(crate) async fn delete_ended(
    tx: &mut Tx,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<u64, DbError> {
    tx.query(
        "DELETE FROM auth_sessions WHERE id IN (SELECT id FROM auth_sessions \
         WHERE expires_at < $1 OR revoked_at < $1 ORDER BY id LIMIT $2)",
    )
    .bind(before)
    .bind(limit)
    .execute()
    .await
}
