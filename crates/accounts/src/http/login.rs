//! Signing in, staying in, signing out.

use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use platform::http::{Form, Json};
use platform::problem::{FieldError, Problem};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::authenticate::csrf_token;
use super::callers::Visitor;
use super::users::UserView;
use crate::Accounts;
use crate::audit::{self, Actor, Deed};
use crate::domain::cookies;
use crate::domain::ids::{SessionId, UserId};
use crate::identities::Change;
use crate::secret;
use crate::sign_in::{Client, SignedIn};
use crate::store::{refresh_tokens, sessions};

/// A user name and a password.
#[derive(Deserialize, ToSchema)]
pub(super) struct LoginCredentials {
    /// The e-mail address.
    #[serde(alias = "email")]
    #[schema(example = "ada@example.com")]
    pub(super) username: String,
    /// The password.
    #[schema(format = Password)]
    pub(super) password: String,
    /// `password`, if it is sent at all.
    grant_type: Option<String>,
}

/// A refresh token, for clients without cookies.
#[derive(Deserialize, ToSchema)]
pub(super) struct RefreshRequest {
    /// The refresh token received last.
    refresh_token: Option<String>,
}

/// A session with its fresh tokens.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionTokens {
    /// Goes into `Authorization: Bearer`; absent for the console, which has it as a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<String>,
    /// Always `bearer`.
    #[schema(value_type = String, example = "bearer")]
    token_type: &'static str,
    /// Seconds until the access token expires.
    expires_in: i64,
    /// Good for one exchange; absent for the console, which has it as a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    /// Goes into `X-CSRF-Token` when cookies are used.
    csrf_token: String,
    /// Who signed in.
    user: UserView,
    /// Whether a new password must be set before anything else.
    must_change_password: bool,
}

/// A body in JSON, as a form, or none at all.
pub(super) struct Body<T>(pub(super) Option<T>);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        use axum::body::HttpBody as _;
        if request.body().size_hint().exact() == Some(0) {
            return Ok(Self(None));
        }
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
        let is_form = kind.is_some_and(|kind| {
            kind.trim_start().to_ascii_lowercase().starts_with("application/x-www-form-urlencoded")
        });
        if is_form {
            return Form::from_request(request, state).await.map(|Form(body)| Self(Some(body)));
        }
        Json::from_request(request, state).await.map(|Json(body)| Self(body))
    }
}

/// Sign in with a password.
///
/// The console sends `X-Quintet-Client: console` and gets its tokens as cookies; others get them in
/// the body. Five wrong passwords within 15 minutes close an account to an address.
#[utoipa::path(post, path = "/api/auth/login", tag = "accounts",
    request_body(content(
        (LoginCredentials = "application/json"),
        (LoginCredentials = "application/x-www-form-urlencoded"),
    )),
    responses(
        (status = 200, description = "Signed in", body = SessionTokens),
        (status = 401, description = "`wrong_credentials`", body = Problem),
        (status = 403, description = "`user_inactive`", body = Problem),
        (status = 422, description = "A field is missing", body = Problem),
        (status = 429, description = "`too_many_attempts`", body = Problem),
        (status = 503, description = "`login_busy`", body = Problem),
    ))]
pub(super) async fn login(
    State(accounts): State<Accounts>,
    visitor: Visitor,
    Body(credentials): Body<LoginCredentials>,
) -> Result<Response, Problem> {
    let credentials = credentials.ok_or_else(missing_body)?;
    credentials.check_grant_type()?;
    let LoginCredentials { username, password, .. } = credentials;
    let signed_in = accounts.sign_in(&username, &password, &visitor.origin).await?;
    Ok(answer(&accounts, &visitor, signed_in))
}

/// Exchange a refresh token for fresh tokens.
///
/// A refresh token is good once. Within ten seconds a second exchange gets 409 and nothing else
/// (another tab was faster); later it counts as theft and ends the session. The console sends no
/// body, but its cookie and `X-CSRF-Token`.
#[utoipa::path(post, path = "/api/auth/refresh", tag = "accounts",
    request_body = Option<RefreshRequest>,
    responses(
        (status = 200, description = "Fresh tokens", body = SessionTokens),
        (status = 401, description = "`invalid_refresh_token`, `refresh_token_reused`",
            body = Problem),
        (status = 403, description = "`csrf`", body = Problem),
        (status = 409, description = "`refresh_superseded`: another tab was faster", body = Problem),
    ))]
pub(super) async fn refresh_session(
    State(accounts): State<Accounts>,
    mut visitor: Visitor,
    headers: HeaderMap,
    Body(body): Body<RefreshRequest>,
) -> Result<Response, Problem> {
    let sent = body.and_then(|body| body.refresh_token);
    visitor.origin.client = if sent.is_some() { Client::Api } else { Client::Console };
    let token = sent.or_else(|| visitor.refresh_cookie.clone()).unwrap_or_default();
    let signed_in = accounts.refresh(&token, csrf_token(&headers), &visitor.origin).await?;
    Ok(answer(&accounts, &visitor, signed_in))
}

/// Sign out: end this session, whether its access token is still good or only its refresh token.
#[utoipa::path(post, path = "/api/auth/logout", tag = "accounts",
    request_body = Option<RefreshRequest>,
    responses(
        (status = 204, description = "Signed out, or never signed in"),
        (status = 403, description = "`csrf`", body = Problem),
    ))]
pub(super) async fn logout(
    State(accounts): State<Accounts>,
    visitor: Visitor,
    parts: Parts,
    Body(body): Body<RefreshRequest>,
) -> Result<Response, Problem> {
    let refresh_token = body.and_then(|b| b.refresh_token).or(visitor.refresh_cookie.clone());
    let session = match accounts.find_caller(&parts).await {
        Ok(Some(caller)) => caller.user_id.parse().ok().zip(caller.session_id.parse().ok()),
        Err(problem) if problem.code() == "csrf" || problem.status().is_server_error() => {
            return Err(problem);
        }
        Ok(None) | Err(_) => None,
    };
    accounts.end_session(session, refresh_token, &visitor).await?;

    let mut response = StatusCode::NO_CONTENT.into_response();
    for name in [cookies::SESSION, cookies::REFRESH, cookies::CSRF] {
        set_cookie(response.headers_mut(), &cookies::set(name, "", 0, visitor.secure));
    }
    Ok(response)
}

impl Accounts {
    /// Ends a session, known by itself or by one of its refresh tokens.
    async fn end_session(
        &self,
        session: Option<(UserId, SessionId)>,
        refresh_token: Option<String>,
        visitor: &Visitor,
    ) -> Result<(), Problem> {
        if session.is_none() && refresh_token.is_none() {
            return Ok(());
        }
        let mut tx = audit::begin(&self.people.db).await?;
        let session = match (session, refresh_token) {
            (Some(known), _) => Some(known),
            (None, Some(token)) => {
                let found = refresh_tokens::find(&mut tx, secret::fingerprint(&token)).await?;
                match found {
                    Some(found) => sessions::find(&mut tx, &found.session_id)
                        .await?
                        .map(|session| (session.user_id, session.id)),
                    None => None,
                }
            }
            (None, None) => None,
        };
        let Some((user_id, session_id)) = session else { return Ok(()) };
        let now = self.people.now();
        if !sessions::revoke(&mut tx, &user_id, &session_id, "logout", now).await? {
            return Ok(());
        }
        let actor = Actor {
            id: user_id.to_string(),
            tenant_id: crate::TENANT.to_owned(),
            ip: Some(visitor.origin.ip),
        };
        let deed = Deed { action: "logout", target: session_id.to_string(), detail: json!({}) };
        audit::record(&mut tx, now, &actor, deed).await?;
        tx.commit().await?;
        self.announce(&Change::Session(session_id), "logout").await;
        Ok(())
    }
}

impl LoginCredentials {
    pub(super) fn check_grant_type(&self) -> Result<(), Problem> {
        match self.grant_type.as_deref() {
            None | Some("" | "password") => Ok(()),
            Some(_) => Err(Problem::invalid(vec![FieldError::new(
                "/grant_type",
                "unsupported_grant_type",
                "must be `password`; refresh tokens go to POST /api/auth/refresh",
            )])),
        }
    }
}

fn missing_body() -> Problem {
    Problem::invalid(vec![
        FieldError::new("/username", "missing", "is missing"),
        FieldError::new("/password", "missing", "is missing"),
    ])
}

/// Hands over the tokens: to the console as cookies, to others in the body.
pub(super) fn answer(accounts: &Accounts, visitor: &Visitor, signed_in: SignedIn) -> Response {
    let SignedIn { user, session, access_token, refresh_token, refresh_expires_at } = signed_in;
    let expires_in = accounts.settings.access_lifetime.num_seconds();
    let console = visitor.origin.client == Client::Console;
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if console {
        let left = seconds_until(refresh_expires_at, accounts.people.now());
        for (name, value, lifetime) in [
            (cookies::SESSION, access_token.as_str(), expires_in),
            (cookies::REFRESH, refresh_token.as_str(), left),
            (cookies::CSRF, session.csrf_token.as_str(), left),
        ] {
            set_cookie(&mut headers, &cookies::set(name, value, lifetime, visitor.secure));
        }
    }
    let body = SessionTokens {
        access_token: (!console).then_some(access_token),
        token_type: "bearer",
        expires_in,
        refresh_token: (!console).then_some(refresh_token),
        csrf_token: session.csrf_token,
        must_change_password: user.must_change_password,
        user: user.into(),
    };
    (headers, Json(body)).into_response()
}

fn seconds_until(instant: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    (instant - now).num_seconds()
}

fn set_cookie(headers: &mut HeaderMap, cookie: &str) {
    // Tokens are base64 and digits: such a value always fits into a header.
    if let Ok(value) = HeaderValue::from_str(cookie) {
        headers.append(header::SET_COOKIE, value);
    }
}
