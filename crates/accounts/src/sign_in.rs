//! From a password to a session.
//!
//! # Invariants
//!
//! - An unknown user and a wrong password get the same answer after the same work.
//! - Whether somebody is locked out is decided again, under the lock, after the password was
//!   checked: however many guess at once, five wrong answers are all they get.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use platform::db::{DbError, Tx};
use platform::http::ClientIp;
use serde_json::json;

use crate::Accounts;
use crate::audit::{self, Actor, Deed};
use crate::domain::email::Email;
use crate::domain::ids::{IdError, SessionId, UserId};
use crate::domain::lockout::{WINDOW, locked_for};
use crate::domain::token::TokenError;
use crate::metrics::LOGINS;
use crate::passwords::PasswordsError;
use crate::people::PeopleError;
use crate::secret;
use crate::store::login_failures;
use crate::store::refresh_tokens::{self, RefreshToken};
use crate::store::sessions::{self, Session};
use crate::store::users::{self, User};

/// What kind of program asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Client {
    /// The console; its tokens travel in cookies.
    Console,
    /// Any other; its tokens travel in bodies.
    Api,
}

/// From where somebody asks.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) client: Client,
    pub(crate) ip: IpAddr,
    pub(crate) user_agent: String,
}

/// A session that was opened or continued, with its fresh tokens.
#[derive(Debug)]
pub(crate) struct SignedIn {
    pub(crate) user: User,
    pub(crate) session: Session,
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
    pub(crate) refresh_expires_at: DateTime<Utc>,
}

/// Why somebody did not get in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SignInError {
    /// The user is unknown or the password is wrong; nobody learns which.
    #[error("user name or password is wrong")]
    Wrong,
    /// Too many wrong passwords; closed for this long.
    #[error("locked for {0}")]
    Locked(TimeDelta),
    /// The password is right, but the person may not come in.
    #[error("user is not active")]
    Inactive,
    /// The refresh token is unknown, expired or its session has ended.
    #[error("refresh token is not good")]
    Refresh,
    /// The refresh token has just been exchanged, probably by another tab.
    #[error("refresh token was exchanged a moment ago")]
    Superseded,
    /// The refresh token was used before; its family is revoked now.
    #[error("refresh token was used twice")]
    Reused,
    /// The token that the console repeats is missing or wrong.
    #[error("csrf token is missing or wrong")]
    Csrf,
    /// The hash could not be computed.
    #[error("cannot check password")]
    Passwords(#[from] PasswordsError),
    /// The token could not be signed.
    #[error("cannot issue token")]
    Token(#[from] TokenError),
    /// The source of ids is broken.
    #[error("cannot draw an id")]
    Id(#[from] IdError),
    /// The database failed.
    #[error("database failed")]
    Db(#[from] DbError),
}

/// Why one's own password was not replaced.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PasswordChangeError {
    /// Too many wrong ones, or the database failed.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The current or the new password was refused.
    #[error(transparent)]
    People(#[from] PeopleError),
}

impl Accounts {
    /// Opens a session for whoever knows the password.
    pub(crate) async fn sign_in(
        &self,
        username: &str,
        password: &str,
        origin: &Origin,
    ) -> Result<SignedIn, SignInError> {
        let result = self.try_sign_in(username, password, origin).await;
        let label = match &result {
            Ok(_) => "ok",
            Err(SignInError::Wrong) => "wrong",
            Err(SignInError::Locked(_)) => "locked",
            Err(SignInError::Inactive) => "inactive",
            Err(SignInError::Passwords(PasswordsError::Busy)) => "busy",
            Err(_) => "failed",
        };
        metrics::counter!(LOGINS, "result" => label).increment(1);
        result
    }

    async fn try_sign_in(
        &self,
        username: &str,
        password: &str,
        origin: &Origin,
    ) -> Result<SignedIn, SignInError> {
        let account = secret::fingerprint(&username.trim().to_lowercase());
        let ip = ClientIp(origin.ip).source();
        let turn = self.people.passwords.turn().await?;

        let mut tx = self.people.db.read().await?;
        self.refuse_locked(&mut tx, &account, &ip).await?;
        let user = match Email::new(username) {
            Ok(email) => users::find_by_email(&mut tx, &email).await?,
            Err(_) => None,
        };
        drop(tx);

        let stored = user.as_ref().map(|user| user.password_hash.as_str());
        let right = self.people.passwords.verify(&turn, password, stored).await?;
        drop(turn);

        let mut tx = audit::begin(&self.people.db).await?;
        let failures = self.refuse_locked(&mut tx, &account, &ip).await?;
        let actor = Actor::anonymous(origin.ip);
        let Some(user) = user.as_ref().filter(|_| right) else {
            let known = user.as_ref().map(|user| &user.id);
            self.note_failure(&mut tx, &account, &actor, known, failures + 1).await?;
            tx.commit().await?;
            return Err(SignInError::Wrong);
        };
        // Read again under the lock: the password may have been reset, or the person deactivated.
        let current = users::find(&mut tx, &user.tenant_id, &user.id).await?;
        let Some(mut user) = current.filter(|u| u.password_hash == user.password_hash) else {
            return Err(SignInError::Wrong);
        };
        if !user.is_active {
            let deed = deed("login_refused", user.id.as_str(), json!({"reason": "inactive"}));
            audit::record(&mut tx, self.people.now(), &actor, deed).await?;
            tx.commit().await?;
            return Err(SignInError::Inactive);
        }
        login_failures::clear(&mut tx, &account, &ip).await?;
        user.last_login_at = Some(self.people.now());
        let signed_in = self.open_session(&mut tx, user, origin).await?;
        tx.commit().await?;
        Ok(signed_in)
    }

    /// Refuses an account that is locked; returns how many failures count now.
    async fn refuse_locked(
        &self,
        tx: &mut Tx,
        account: &str,
        ip: &str,
    ) -> Result<usize, SignInError> {
        let now = self.people.now();
        let failures = login_failures::list(tx, account, ip, now - WINDOW).await?;
        match locked_for(&failures, now) {
            Some(time) => Err(SignInError::Locked(time)),
            None => Ok(failures.len()),
        }
    }

    async fn note_failure(
        &self,
        tx: &mut Tx,
        account: &str,
        actor: &Actor,
        user: Option<&UserId>,
        failures: usize,
    ) -> Result<(), DbError> {
        let now = self.people.now();
        let ip = actor.ip.map(|ip| ClientIp(ip).source()).unwrap_or_default();
        let id = self.people.ids.with_prefix("failure");
        login_failures::insert(tx, id, account, &ip, now).await?;
        // What was typed as the name of an unknown user is often a password: it is not kept.
        let target = user.map(ToString::to_string).unwrap_or_default();
        let deed = deed("login_failed", &target, json!({"failures": failures}));
        audit::record(tx, now, actor, deed).await?;
        Ok(())
    }

    async fn open_session(
        &self,
        tx: &mut Tx,
        user: User,
        origin: &Origin,
    ) -> Result<SignedIn, SignInError> {
        let now = self.people.now();
        let session = Session {
            id: self.people.ids.with_prefix(SessionId::PREFIX).parse()?,
            tenant_id: user.tenant_id.clone(),
            user_id: user.id.clone(),
            csrf_token: secret::token(),
            client: match origin.client {
                Client::Console => "console".to_owned(),
                Client::Api => "api".to_owned(),
            },
            ip: origin.ip.to_string(),
            user_agent: origin.user_agent.clone(),
            created_at: now,
            last_seen_at: now,
            expires_at: now + self.settings.session_lifetime,
        };
        users::touch_login(tx, &user.id, now).await?;
        sessions::insert(tx, &session).await?;
        let actor = Actor {
            id: user.id.to_string(),
            tenant_id: user.tenant_id.clone(),
            ip: Some(origin.ip),
        };
        let detail = json!({"client": session.client, "user_agent": session.user_agent});
        audit::record(tx, now, &actor, deed("login", session.id.as_str(), detail)).await?;
        self.issue(tx, user, session, 1).await
    }

    /// Issues the tokens of the given generation for a session.
    pub(crate) async fn issue(
        &self,
        tx: &mut Tx,
        user: User,
        session: Session,
        generation: i64,
    ) -> Result<SignedIn, SignInError> {
        let now = self.people.now();
        let refresh_token = secret::token();
        let refresh_expires_at = (now + self.settings.refresh_lifetime).min(session.expires_at);
        let stored = RefreshToken {
            token_hash: secret::fingerprint(&refresh_token),
            tenant_id: session.tenant_id.clone(),
            session_id: session.id.clone(),
            generation,
            created_at: now,
            expires_at: refresh_expires_at,
        };
        refresh_tokens::insert(tx, stored).await?;
        let access_token = self.keyring.issue(
            &user.id,
            &session.id,
            self.people.ids.draw().simple().to_string(),
            now,
            self.settings.access_lifetime,
        )?;
        Ok(SignedIn { user, session, access_token, refresh_token, refresh_expires_at })
    }
}

impl Accounts {
    /// Replaces one's own password. Whoever sits at a session that is not theirs gets as few guesses
    /// at the current one as at the door.
    pub(crate) async fn change_own_password(
        &self,
        actor: &Actor,
        id: &UserId,
        session_id: &str,
        current: &str,
        new: String,
    ) -> Result<(), PasswordChangeError> {
        let account = secret::fingerprint(id.as_str());
        let ip = actor.ip.map(|ip| ClientIp(ip).source()).unwrap_or_default();
        let mut tx = self.people.db.read().await.map_err(SignInError::Db)?;
        self.refuse_locked(&mut tx, &account, &ip).await?;
        drop(tx);

        let changed = self.people.change_password(actor, id, current, new, session_id).await;
        if matches!(changed, Err(PeopleError::WrongPassword)) {
            let mut tx = audit::begin(&self.people.db).await.map_err(SignInError::Db)?;
            let failures = self.refuse_locked(&mut tx, &account, &ip).await?;
            self.note_failure(&mut tx, &account, actor, Some(id), failures + 1)
                .await
                .map_err(SignInError::Db)?;
            tx.commit().await.map_err(SignInError::Db)?;
        }
        Ok(changed?)
    }
}

/// Writes a deed.
pub(crate) fn deed(action: &'static str, target: &str, detail: serde_json::Value) -> Deed {
    Deed { action, target: target.to_owned(), detail }
}
