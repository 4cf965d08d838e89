//! What is done to people: by an administrator over HTTP, by an operator on the command line, and on
//! the first start.

use chrono::{DateTime, Utc};
use platform::auth::Grant;
use platform::clock::Clock;
use platform::db::{Db, DbError, Tx};
use platform::ids::Ids;
use serde_json::json;

use crate::audit::{self, Actor, Deed};
use crate::domain::email::Email;
use crate::domain::ids::{IdError, UserId};
use crate::domain::password::{NewPassword, PasswordError};
use crate::grants;
use crate::passwords::{Passwords, PasswordsError};
use crate::secret;
use crate::store::sessions;
use crate::store::users::{self, InsertError, User};

/// Where people are kept, and what it takes to change them. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct People {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) passwords: Passwords,
}

/// A person to be added.
#[derive(Debug, Clone)]
pub(crate) struct NewPerson {
    pub(crate) email: Email,
    pub(crate) full_name: String,
    pub(crate) grants: Vec<Grant>,
    /// Without one, a password that is good for one sign-in is drawn.
    pub(crate) password: Option<NewPassword>,
}

/// What changes in a person; `None` leaves it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Change {
    pub(crate) full_name: Option<String>,
    pub(crate) grants: Option<Vec<Grant>>,
    pub(crate) is_active: Option<bool>,
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PeopleError {
    /// Somebody has this address already.
    #[error("address is taken")]
    EmailTaken,
    /// There is nobody with this id.
    #[error("no such user")]
    NotFound,
    /// They were changed meanwhile.
    #[error("version {0} is the current one")]
    Stale(i64),
    /// Nobody could administer accounts afterwards.
    #[error("the last active administrator stays")]
    LastAdmin,
    /// Whoever asks does not hold this grant.
    #[error("grant {0} is beyond those of the caller")]
    Beyond(Grant),
    /// The current password is wrong.
    #[error("the current password is wrong")]
    WrongPassword,
    /// The new password is the current one.
    #[error("the new password is the current one")]
    SamePassword,
    /// The new password is refused.
    #[error("the password is refused")]
    Refused(#[source] PasswordError),
    /// The hash could not be computed.
    #[error("cannot hash password")]
    Passwords(#[from] PasswordsError),
    /// The source of ids is broken.
    #[error("cannot draw an id")]
    Id(#[from] IdError),
    /// The database failed.
    #[error("database failed")]
    Db(#[from] DbError),
}

impl From<InsertError> for PeopleError {
    fn from(error: InsertError) -> Self {
        match error {
            InsertError::EmailTaken => Self::EmailTaken,
            InsertError::Db(source) => Self::Db(source),
        }
    }
}

impl People {
    /// Adds a person; returns them and their one-time password, if one was drawn.
    ///
    /// `held` are the grants that may be handed on.
    pub(crate) async fn add(
        &self,
        actor: &Actor,
        held: &[Grant],
        new: NewPerson,
    ) -> Result<(User, Option<String>), PeopleError> {
        refuse_beyond(held, &new.grants)?;
        let (user, one_time) = self.prepare(&actor.tenant_id, new).await?;
        let mut tx = audit::begin(&self.db).await?;
        self.insert(&mut tx, actor, &user).await?;
        tx.commit().await?;
        Ok((user, one_time))
    }

    /// Makes the row of a person; the hash is computed here, outside any transaction.
    pub(crate) async fn prepare(
        &self,
        tenant_id: &str,
        new: NewPerson,
    ) -> Result<(User, Option<String>), PeopleError> {
        let given = new.password.as_ref().map(|password| password.reveal().to_owned());
        let one_time = given.is_none().then(secret::one_time_password);
        let password = given.or_else(|| one_time.clone()).unwrap_or_default();
        let turn = self.passwords.turn().await?;
        let password_hash = self.passwords.hash(&turn, &password).await?;
        let now = self.clock.now();
        let user = User {
            id: self.ids.with_prefix(UserId::PREFIX).parse()?,
            tenant_id: tenant_id.to_owned(),
            email: new.email,
            full_name: new.full_name,
            password_hash,
            grants: new.grants,
            is_active: true,
            must_change_password: true,
            version: 1,
            created_at: now,
            updated_at: now,
            last_login_at: None,
        };
        Ok((user, one_time))
    }

    /// Inserts a prepared person and records it.
    pub(crate) async fn insert(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        user: &User,
    ) -> Result<(), PeopleError> {
        users::insert(tx, user).await?;
        let deed = Deed {
            action: "user_created",
            target: user.id.to_string(),
            detail: json!({"email": user.email.as_str(), "grants": grants::texts(&user.grants)}),
        };
        audit::record(tx, user.created_at, actor, deed).await?;
        Ok(())
    }

    /// Changes a person. `seen` is the version that the caller has seen, if they say so.
    pub(crate) async fn change(
        &self,
        actor: &Actor,
        held: &[Grant],
        id: &UserId,
        seen: Option<i64>,
        change: Change,
    ) -> Result<User, PeopleError> {
        let mut tx = audit::begin(&self.db).await?;
        let user = self.find_within(&mut tx, actor, held, id).await?;
        if seen.is_some_and(|seen| seen != user.version) {
            return Err(PeopleError::Stale(user.version));
        }
        let mut changed = user.clone();
        if let Some(full_name) = change.full_name {
            changed.full_name = full_name;
        }
        if let Some(wanted) = change.grants {
            refuse_beyond(held, &wanted)?;
            changed.grants = wanted;
        }
        if let Some(is_active) = change.is_active {
            changed.is_active = is_active;
        }
        if changed == user {
            return Ok(user);
        }
        keep_an_admin(&mut tx, &user, &changed).await?;

        let now = self.clock.now();
        if !users::update(&mut tx, &changed, now).await? {
            return Err(PeopleError::Stale(user.version));
        }
        if !changed.is_active {
            sessions::revoke_all(&mut tx, id, None, "user_deactivated", now).await?;
        }
        let deed = Deed {
            action: "user_changed",
            target: id.to_string(),
            detail: difference(&user, &changed),
        };
        audit::record(&mut tx, now, actor, deed).await?;
        tx.commit().await?;
        Ok(User { version: user.version + 1, updated_at: now, ..changed })
    }

    /// Replaces the password of a person by one that is good for one sign-in, and ends all their
    /// sessions; returns it.
    pub(crate) async fn reset_password(
        &self,
        actor: &Actor,
        held: &[Grant],
        id: &UserId,
        chosen: Option<String>,
    ) -> Result<String, PeopleError> {
        let (password, hash) = {
            let turn = self.passwords.turn().await?;
            let password = chosen.unwrap_or_else(secret::one_time_password);
            let hash = self.passwords.hash(&turn, &password).await?;
            (password, hash)
        };
        let mut tx = audit::begin(&self.db).await?;
        self.find_within(&mut tx, actor, held, id).await?;
        let now = self.clock.now();
        users::set_password(&mut tx, id, hash, true, now).await?;
        let ended = sessions::revoke_all(&mut tx, id, None, "password_reset", now).await?;
        let deed = Deed {
            action: "password_reset",
            target: id.to_string(),
            detail: json!({"sessions_ended": ended}),
        };
        audit::record(&mut tx, now, actor, deed).await?;
        tx.commit().await?;
        Ok(password)
    }

    /// Replaces the password of a person who knows the current one, and ends their other sessions.
    pub(crate) async fn change_password(
        &self,
        actor: &Actor,
        id: &UserId,
        current: &str,
        new: String,
        session_id: &str,
    ) -> Result<(), PeopleError> {
        let mut tx = self.db.read().await?;
        let user =
            users::find(&mut tx, &actor.tenant_id, id).await?.ok_or(PeopleError::NotFound)?;
        drop(tx);
        let new = NewPassword::new(new, &user.email).map_err(PeopleError::Refused)?;
        let turn = self.passwords.turn().await?;
        if !self.passwords.verify(&turn, current, Some(&user.password_hash)).await? {
            return Err(PeopleError::WrongPassword);
        }
        if secret::same(current, new.reveal()) {
            return Err(PeopleError::SamePassword);
        }
        let hash = self.passwords.hash(&turn, new.reveal()).await?;
        drop(turn);

        let mut tx = audit::begin(&self.db).await?;
        let stored = users::find(&mut tx, &actor.tenant_id, id).await?;
        let stored = stored.ok_or(PeopleError::NotFound)?;
        if stored.password_hash != user.password_hash {
            return Err(PeopleError::WrongPassword);
        }
        let now = self.clock.now();
        users::set_password(&mut tx, id, hash, false, now).await?;
        let ended =
            sessions::revoke_all(&mut tx, id, Some(session_id), "password_changed", now).await?;
        let deed = Deed {
            action: "password_changed",
            target: id.to_string(),
            detail: json!({"sessions_ended": ended}),
        };
        audit::record(&mut tx, now, actor, deed).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Finds a person whose grants the caller could hand on: nobody acts on those above them.
    async fn find_within(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        held: &[Grant],
        id: &UserId,
    ) -> Result<User, PeopleError> {
        let user = users::find(tx, &actor.tenant_id, id).await?.ok_or(PeopleError::NotFound)?;
        refuse_beyond(held, &user.grants)?;
        Ok(user)
    }

    /// Returns the current instant.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}

fn refuse_beyond(held: &[Grant], wanted: &[Grant]) -> Result<(), PeopleError> {
    match grants::beyond(held, wanted) {
        Some(grant) => Err(PeopleError::Beyond(grant.clone())),
        None => Ok(()),
    }
}

/// Refuses a change after which no active administrator is left. The caller holds the lock of
/// [`audit::begin`], so that two changes cannot each rely on the other's administrator.
async fn keep_an_admin(tx: &mut Tx, before: &User, after: &User) -> Result<(), PeopleError> {
    let is_one = |user: &User| user.is_active && grants::is_admin(&user.grants);
    if !is_one(before) || is_one(after) {
        return Ok(());
    }
    match users::count_other_admins(tx, &before.tenant_id, &before.id).await? {
        0 => Err(PeopleError::LastAdmin),
        _ => Ok(()),
    }
}

/// Says what changed, before and after.
fn difference(before: &User, after: &User) -> serde_json::Value {
    let mut detail = serde_json::Map::new();
    if before.full_name != after.full_name {
        detail.insert("full_name".into(), json!([before.full_name, after.full_name]));
    }
    if before.grants != after.grants {
        let change = json!([grants::texts(&before.grants), grants::texts(&after.grants)]);
        detail.insert("grants".into(), change);
    }
    if before.is_active != after.is_active {
        detail.insert("is_active".into(), json!([before.is_active, after.is_active]));
    }
    detail.into()
}
