//! From one refresh token to the next.
//!
//! # Invariants
//!
//! - A refresh token is good once; see [`crate::domain::refresh`] for the second tab.
//! - The console also proves that its own script asks.

use platform::db::Tx;
use serde_json::json;

use crate::Accounts;
use crate::audit::{self, Actor};
use crate::domain::refresh::Verdict;
use crate::identities::Change;
use crate::metrics::REFRESHES;
use crate::secret;
use crate::sign_in::{Client, Origin, SignInError, SignedIn, deed};
use crate::store::refresh_tokens::{self, Found};
use crate::store::sessions::{self, Session};
use crate::store::users::{self, User};

/// A refresh token with all that belongs to it.
struct Family {
    found: Found,
    session: Session,
    user: User,
}

impl Accounts {
    /// Exchanges a refresh token for its successor.
    pub(crate) async fn refresh(
        &self,
        refresh_token: &str,
        csrf_token: Option<&str>,
        origin: &Origin,
    ) -> Result<SignedIn, SignInError> {
        let result = self.try_refresh(refresh_token, csrf_token, origin).await;
        let label = match &result {
            Ok(_) => "ok",
            Err(SignInError::Superseded) => "superseded",
            Err(SignInError::Reused) => "reused",
            Err(SignInError::Refresh | SignInError::Csrf) => "invalid",
            Err(_) => "failed",
        };
        metrics::counter!(REFRESHES, "result" => label).increment(1);
        result
    }

    async fn try_refresh(
        &self,
        refresh_token: &str,
        csrf_token: Option<&str>,
        origin: &Origin,
    ) -> Result<SignedIn, SignInError> {
        let now = self.people.now();
        let token_hash = secret::fingerprint(refresh_token);
        let mut tx = audit::begin(&self.people.db).await?;
        let family = self.find_family(&mut tx, &token_hash).await?;
        let expected = &family.session.csrf_token;
        let proven = csrf_token.is_some_and(|token| secret::same(token, expected));
        if origin.client == Client::Console && !proven {
            return Err(SignInError::Csrf);
        }

        let actor = Actor {
            id: family.user.id.to_string(),
            tenant_id: family.user.tenant_id.clone(),
            ip: Some(origin.ip),
        };
        match family.found.presented.verdict(now) {
            Verdict::Exchange => {}
            Verdict::Expired => return Err(SignInError::Refresh),
            Verdict::Superseded => return Err(SignInError::Superseded),
            Verdict::Reused => {
                self.revoke_family(tx, &actor, family).await?;
                return Err(SignInError::Reused);
            }
        }
        let Family { found, session, user } = family;
        if !refresh_tokens::mark_used(&mut tx, token_hash, now).await? {
            return Err(SignInError::Superseded);
        }
        sessions::touch(&mut tx, &session.id, now).await?;
        let generation = found.generation + 1;
        let detail = json!({"generation": generation});
        let deed = deed("session_refreshed", session.id.as_str(), detail);
        audit::record(&mut tx, now, &actor, deed).await?;
        let signed_in = self.issue(&mut tx, user, session, generation).await?;
        tx.commit().await?;
        Ok(signed_in)
    }

    /// Finds a token of a session that is good, of a person who is active.
    async fn find_family(&self, tx: &mut Tx, token_hash: &str) -> Result<Family, SignInError> {
        let found = refresh_tokens::find(tx, token_hash.to_owned()).await?;
        let found = found.ok_or(SignInError::Refresh)?;
        let session = sessions::find(tx, &found.session_id).await?;
        let session = session.filter(|session| self.people.now() < session.expires_at);
        let session = session.ok_or(SignInError::Refresh)?;
        let user = users::find(tx, &session.tenant_id, &session.user_id).await?;
        let user = user.filter(|user| user.is_active).ok_or(SignInError::Refresh)?;
        Ok(Family { found, session, user })
    }

    /// Ends a session of which a token was used twice.
    async fn revoke_family(
        &self,
        mut tx: Tx,
        actor: &Actor,
        family: Family,
    ) -> Result<(), SignInError> {
        let now = self.people.now();
        let Family { found, session, user } = family;
        sessions::revoke(&mut tx, &user.id, &session.id, "refresh_reused", now).await?;
        let detail = json!({"generation": found.generation});
        let deed = deed("refresh_token_reused", session.id.as_str(), detail);
        audit::record(&mut tx, now, actor, deed).await?;
        tx.commit().await?;
        tracing::warn!(session.id = %session.id, "refresh token of {} used twice", session.id);
        self.announce(&Change::Session(session.id), "refresh_reused").await;
        Ok(())
    }
}
