//! Verifies the credentials of every request to every service.
//!
//! One credential counts: `X-API-Key`, else `Authorization: Bearer`, else the console's cookie.
//! Nothing of a token is used before its signature has been verified; what a caller may do comes
//! from the database (at most two seconds old), never from the token.

use std::sync::Arc;

use http::request::Parts;
use http::{HeaderMap, HeaderName, header};
use platform::auth::{Authenticator, BoxFuture, Caller, Credential};
use platform::db::DbError;
use platform::problem::Problem;

use super::problems::{csrf, invalid_key, session_ended};
use crate::Accounts;
use crate::domain::cookies;
use crate::domain::ids::KeyId;
use crate::grants;
use crate::metrics::CREDENTIALS;
use crate::secret;

/// What every key starts with.
pub(super) const KEY_PREFIX: &str = "qk_";

/// Repeats the session's token, which only scripts of our origin can read.
const CSRF_HEADER: HeaderName = HeaderName::from_static("x-csrf-token");
const KEY_HEADER: HeaderName = HeaderName::from_static("x-api-key");

/// What a request shows.
#[derive(Debug, PartialEq, Eq)]
enum Presented<'a> {
    Key(&'a str),
    Bearer(&'a str),
    Cookie(&'a str),
}

impl Authenticator for Accounts {
    fn authenticate<'a>(
        &'a self,
        request: &'a Parts,
    ) -> BoxFuture<'a, Result<Option<Caller>, Problem>> {
        Box::pin(self.find_caller(request))
    }
}

impl Accounts {
    /// Finds who calls; `None` if the request carries no credentials.
    pub(crate) async fn find_caller(&self, request: &Parts) -> Result<Option<Caller>, Problem> {
        let Some(presented) = presented(&request.headers) else { return Ok(None) };
        let (label, result) = match presented {
            Presented::Key(key) => ("api_key", self.by_key(key).await),
            Presented::Bearer(token) => {
                ("bearer", self.by_token(token, Credential::Bearer).await.map(|(caller, _)| caller))
            }
            Presented::Cookie(token) => ("session", self.by_cookie(token, request).await),
        };
        let outcome = if result.is_ok() { "ok" } else { "refused" };
        metrics::counter!(CREDENTIALS, "credential" => label, "result" => outcome).increment(1);
        result.map(Some)
    }

    /// Verifies an access token; returns also the CSRF token of its session.
    async fn by_token(
        &self,
        token: &str,
        credential: Credential,
    ) -> Result<(Caller, String), Problem> {
        let now = self.people.now();
        let claims = self.keyring.verify(token, now)?;
        let identity = self.identities.of_session(&claims.sid).await.map_err(failed)?;
        let identity = identity
            .filter(|identity| identity.user_id == claims.sub && now < identity.expires_at)
            .ok_or_else(session_ended)?;
        let caller = Caller {
            user_id: identity.user_id.to_string(),
            tenant_id: identity.tenant_id.clone(),
            email: identity.email.clone(),
            grants: identity.grants.clone(),
            scopes: None,
            credential,
            session_id: claims.sid.into(),
            must_change_password: identity.must_change_password,
        };
        Ok((caller, identity.csrf_token.clone()))
    }

    /// Verifies a cookie; for what is not only read, also that our own script asks.
    async fn by_cookie(&self, token: &str, request: &Parts) -> Result<Caller, Problem> {
        let (caller, expected) = self.by_token(token, Credential::Session).await?;
        if request.method.is_safe() {
            return Ok(caller);
        }
        match csrf_token(&request.headers) {
            Some(shown) if secret::same(shown, &expected) => Ok(caller),
            _ => Err(csrf()),
        }
    }

    /// Verifies an API key: `qk_<32 hex digits>_<secret>`.
    async fn by_key(&self, text: &str) -> Result<Caller, Problem> {
        let (id, shown) = parse_key(text).ok_or_else(invalid_key)?;
        let identity = self.identities.of_key(&id).await.map_err(failed)?;
        let identity = identity.ok_or_else(invalid_key)?;
        let key = &identity.key;
        let expired = key.expires_at.is_some_and(|at| at <= self.people.now());
        if !secret::same(&secret::fingerprint(shown), &key.secret_hash) || expired {
            return Err(invalid_key());
        }
        self.identities.note_use(&identity).await;
        Ok(Caller {
            user_id: key.user_id.to_string(),
            tenant_id: key.tenant_id.clone(),
            email: identity.email.clone(),
            grants: grants::of_key(&key.grants, &identity.owner_grants),
            scopes: Some(key.scopes.clone()),
            credential: Credential::ApiKey,
            session_id: id.into(),
            must_change_password: identity.must_change_password,
        })
    }
}

/// Returns what the request repeats of its session's CSRF token.
pub(super) fn csrf_token(headers: &HeaderMap) -> Option<&str> {
    headers.get(CSRF_HEADER)?.to_str().ok()
}

/// Finds a cookie in any of the `Cookie` headers: HTTP/2 may split them.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut lines = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    lines.find_map(|line| cookies::find(line, name)).filter(|value| !value.is_empty())
}

fn presented(headers: &HeaderMap) -> Option<Presented<'_>> {
    if let Some(key) = headers.get(KEY_HEADER) {
        return Some(Presented::Key(key.to_str().unwrap_or_default()));
    }
    if let Some(text) = headers.get(header::AUTHORIZATION) {
        let (scheme, token) = text.to_str().unwrap_or_default().split_once(' ').unwrap_or_default();
        if scheme.eq_ignore_ascii_case("bearer") {
            let token = token.trim();
            let is_key = token.starts_with(KEY_PREFIX);
            return Some(if is_key { Presented::Key(token) } else { Presented::Bearer(token) });
        }
    }
    cookie(headers, cookies::SESSION).map(Presented::Cookie)
}

fn parse_key(text: &str) -> Option<(KeyId, &str)> {
    let (id, shown) = text.strip_prefix(KEY_PREFIX)?.split_once('_')?;
    Some((format!("{}_{id}", KeyId::PREFIX).parse().ok()?, shown))
}

/// A database that could not be asked; several requests may have waited for the same answer.
pub(super) fn failed(error: Arc<DbError>) -> Problem {
    match *error {
        DbError::Unavailable(_) => Problem::unavailable("database", error),
        _ => Problem::internal(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn one_credential_counts_and_basic_is_none_of_ours() {
        let all = headers(&[
            ("x-api-key", "k"),
            ("authorization", "Bearer t"),
            ("cookie", "quintet_session=c"),
        ]);
        assert_eq!(presented(&all), Some(Presented::Key("k")));
        let both = headers(&[("authorization", "bearer t"), ("cookie", "quintet_session=c")]);
        assert_eq!(presented(&both), Some(Presented::Bearer("t")));
        let split = headers(&[("cookie", "a=b"), ("cookie", "quintet_session=c")]);
        assert_eq!(presented(&split), Some(Presented::Cookie("c")));
        assert_eq!(presented(&headers(&[("authorization", "Basic dDp0")])), None);
        let key = headers(&[("authorization", "Bearer qk_x_y")]);
        assert_eq!(presented(&key), Some(Presented::Key("qk_x_y")));
    }

    #[test]
    fn the_secret_of_a_key_may_contain_underscores() {
        let id = "0a".repeat(16);
        let text = format!("qk_{id}_a_b");
        let (key, secret) = parse_key(&text).unwrap();
        assert_eq!((key.as_str(), secret), (format!("key_{id}").as_str(), "a_b"));
        assert_eq!(parse_key("qk_short_x"), None);
    }
}
