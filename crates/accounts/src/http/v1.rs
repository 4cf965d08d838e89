//! Signing in under `/api/v1`, for programs: tokens travel in bodies, not in cookies.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use http::request::Parts;
use platform::auth::Caller;
use platform::http::{Form, Json};
use platform::problem::Problem;

use super::callers::Visitor;
use super::login::{Body, LoginCredentials, RefreshRequest, SessionTokens, answer};
use super::me::MeView;
use super::{login, me};
use crate::Accounts;
use crate::sign_in::Client;

/// Sign in with a password, in the form of OAuth 2.
#[utoipa::path(post, path = "/api/v1/auth/token", tag = "accounts",
    request_body(content = LoginCredentials, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "Signed in", body = SessionTokens),
        (status = 401, description = "`wrong_credentials`", body = Problem),
        (status = 403, description = "`user_inactive`", body = Problem),
        (status = 422, description = "A field is missing", body = Problem),
        (status = 429, description = "`too_many_attempts`", body = Problem),
        (status = 503, description = "`login_busy`", body = Problem),
    ))]
pub(super) async fn issue_token(
    State(accounts): State<Accounts>,
    mut visitor: Visitor,
    Form(credentials): Form<LoginCredentials>,
) -> Result<Response, Problem> {
    credentials.check_grant_type()?;
    visitor.origin.client = Client::Api;
    let LoginCredentials { username, password, .. } = credentials;
    let signed_in = accounts.sign_in(&username, &password, &visitor.origin).await?;
    Ok(answer(&accounts, &visitor, signed_in))
}

/// Exchange a refresh token for fresh tokens, as `POST /api/auth/refresh` does.
#[utoipa::path(post, path = "/api/v1/auth/refresh", tag = "accounts",
    request_body = Option<RefreshRequest>,
    responses(
        (status = 200, description = "Fresh tokens", body = SessionTokens),
        (status = 401, description = "`invalid_refresh_token`, `refresh_token_reused`",
            body = Problem),
        (status = 403, description = "`csrf`", body = Problem),
        (status = 409, description = "`refresh_superseded`", body = Problem),
    ))]
pub(super) async fn refresh_session_v1(
    accounts: State<Accounts>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Body<RefreshRequest>,
) -> Result<Response, Problem> {
    login::refresh_session(accounts, visitor, headers, body).await
}

/// Sign out, as `POST /api/auth/logout` does.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "accounts",
    request_body = Option<RefreshRequest>,
    responses(
        (status = 204, description = "Signed out, or never signed in"),
        (status = 403, description = "`csrf`", body = Problem),
    ))]
pub(super) async fn logout_v1(
    accounts: State<Accounts>,
    visitor: Visitor,
    parts: Parts,
    body: Body<RefreshRequest>,
) -> Result<Response, Problem> {
    login::logout(accounts, visitor, parts, body).await
}

/// Show the caller, as `GET /api/auth/me` does.
#[utoipa::path(get, path = "/api/v1/auth/users/me", tag = "accounts",
    responses((status = 200, description = "The caller", body = MeView)))]
pub(super) async fn find_me_v1(
    accounts: State<Accounts>,
    caller: Caller,
) -> Result<Json<MeView>, Problem> {
    me::find_me(accounts, caller).await
}
