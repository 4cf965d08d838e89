//! People.

use chrono::{DateTime, Utc};
use platform::auth::Grant;
use platform::db::{DbError, Json, Tx};
use sqlx::FromRow;

use super::{corrupt, read_grants};
use crate::domain::email::Email;
use crate::domain::ids::UserId;
use crate::grants;

const TABLE: &str = "users";

/// A person as stored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct User {
    pub(crate) id: UserId,
    pub(crate) tenant_id: String,
    pub(crate) email: Email,
    pub(crate) full_name: String,
    pub(crate) password_hash: String,
    pub(crate) grants: Vec<Grant>,
    pub(crate) is_active: bool,
    pub(crate) must_change_password: bool,
    pub(crate) version: i64,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) last_login_at: Option<DateTime<Utc>>,
}

/// Why a person was not inserted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InsertError {
    /// Somebody has this address already.
    #[error("address is taken")]
    EmailTaken,
    /// The database failed.
    #[error("cannot insert user")]
    Db(#[source] DbError),
}

#[derive(FromRow)]
struct UserRow {
    id: String,
    tenant_id: String,
    email: String,
    full_name: String,
    password_hash: String,
    grants: Json<Vec<String>>,
    is_active: bool,
    must_change_password: bool,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    last_login_at: Option<DateTime<Utc>>,
}

impl UserRow {
    fn into_user(self) -> Result<User, DbError> {
        Ok(User {
            id: self.id.parse().map_err(corrupt(TABLE))?,
            tenant_id: self.tenant_id,
            email: Email::new(&self.email).map_err(corrupt(TABLE))?,
            full_name: self.full_name,
            password_hash: self.password_hash,
            grants: read_grants(TABLE, &self.grants)?,
            is_active: self.is_active,
            must_change_password: self.must_change_password,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            last_login_at: self.last_login_at,
        })
    }
}

/// Inserts a new person.
pub(crate) async fn insert(tx: &mut Tx, user: &User) -> Result<(), InsertError> {
    let inserted = tx
        .query(
            "INSERT INTO users (id, tenant_id, email, full_name, password_hash, grants, is_admin, \
             is_active, must_change_password, version, created_at, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
             ON CONFLICT (email) DO NOTHING",
        )
        .bind(user.id.to_string())
        .bind(user.tenant_id.clone())
        .bind(user.email.to_string())
        .bind(user.full_name.clone())
        .bind(user.password_hash.clone())
        .bind(Json(grants::texts(&user.grants)))
        .bind(grants::is_admin(&user.grants))
        .bind(user.is_active)
        .bind(user.must_change_password)
        .bind(user.version)
        .bind(user.created_at)
        .bind(user.updated_at)
        .execute()
        .await
        .map_err(InsertError::Db)?;
    if inserted == 1 { Ok(()) } else { Err(InsertError::EmailTaken) }
}

/// Finds a person by id.
pub(crate) async fn find(
    tx: &mut Tx,
    tenant_id: &str,
    id: &UserId,
) -> Result<Option<User>, DbError> {
    let row = tx
        .query(
            "SELECT id, tenant_id, email, full_name, password_hash, grants, is_active, \
             must_change_password, version, created_at, updated_at, last_login_at \
             FROM users WHERE tenant_id = $1 AND id = $2",
        )
        .bind(tenant_id.to_owned())
        .bind(id.to_string())
        .fetch_optional::<UserRow>()
        .await?;
    row.map(UserRow::into_user).transpose()
}

/// Finds a person by address.
pub(crate) async fn find_by_email(tx: &mut Tx, email: &Email) -> Result<Option<User>, DbError> {
    let row = tx
        .query(
            "SELECT id, tenant_id, email, full_name, password_hash, grants, is_active, \
             must_change_password, version, created_at, updated_at, last_login_at \
             FROM users WHERE email = $1",
        )
        .bind(email.to_string())
        .fetch_optional::<UserRow>()
        .await?;
    row.map(UserRow::into_user).transpose()
}

/// Lists people in the order of their creation.
pub(crate) async fn list(
    tx: &mut Tx,
    tenant_id: &str,
    after: Option<&UserId>,
    limit: i64,
) -> Result<Vec<User>, DbError> {
    let rows = tx
        .query(
            "SELECT id, tenant_id, email, full_name, password_hash, grants, is_active, \
             must_change_password, version, created_at, updated_at, last_login_at \
             FROM users WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        )
        .bind(tenant_id.to_owned())
        .bind(after.map(ToString::to_string).unwrap_or_default())
        .bind(limit)
        .fetch_all::<UserRow>()
        .await?;
    rows.into_iter().map(UserRow::into_user).collect()
}

/// Tells whether there is anybody at all.
pub(crate) async fn any(tx: &mut Tx) -> Result<bool, DbError> {
    Ok(tx.query("SELECT id FROM users LIMIT 1").fetch_optional::<(String,)>().await?.is_some())
}

/// Counts the active administrators of everything other than `except`.
pub(crate) async fn count_other_admins(
    tx: &mut Tx,
    tenant_id: &str,
    except: &UserId,
) -> Result<i64, DbError> {
    let (count,) = tx
        .query(
            "SELECT COUNT(*) FROM users \
             WHERE tenant_id = $1 AND is_admin AND is_active AND id <> $2",
        )
        .bind(tenant_id.to_owned())
        .bind(except.to_string())
        .fetch_one::<(i64,)>()
        .await?;
    Ok(count)
}

/// Writes name, grants and state of a person who is still at `user.version`; returns whether they
/// were. The stored version is one higher afterwards.
pub(crate) async fn update(tx: &mut Tx, user: &User, now: DateTime<Utc>) -> Result<bool, DbError> {
    let updated = tx
        .query(
            "UPDATE users SET full_name = $1, grants = $2, is_admin = $3, is_active = $4, \
             version = version + 1, updated_at = $5 WHERE id = $6 AND version = $7",
        )
        .bind(user.full_name.clone())
        .bind(Json(grants::texts(&user.grants)))
        .bind(grants::is_admin(&user.grants))
        .bind(user.is_active)
        .bind(now)
        .bind(user.id.to_string())
        .bind(user.version)
        .execute()
        .await?;
    Ok(updated == 1)
}

/// Replaces the password.
pub(crate) async fn set_password(
    tx: &mut Tx,
    id: &UserId,
    password_hash: String,
    must_change: bool,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.query(
        "UPDATE users SET password_hash = $1, must_change_password = $2, \
         version = version + 1, updated_at = $3 WHERE id = $4",
    )
    .bind(password_hash)
    .bind(must_change)
    .bind(now)
    .bind(id.to_string())
    .execute()
    .await?;
    Ok(())
}

/// Notes a sign-in.
pub(crate) async fn touch_login(
    tx: &mut Tx,
    id: &UserId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.query("UPDATE users SET last_login_at = $1 WHERE id = $2")
        .bind(now)
        .bind(id.to_string())
        .execute()
        .await?;
    Ok(())
}
