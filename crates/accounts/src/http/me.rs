//! What people do for themselves.

use axum::extract::State;
use chrono::{DateTime, Utc};
use http::StatusCode;
use platform::auth::{Caller, Credential};
use platform::http::{Json, Page, Path};
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::authenticate::failed;
use super::callers::Person;
use super::users::UserView;
use crate::Accounts;
use crate::audit::{self, Deed};
use crate::domain::ids::{SessionId, UserId};
use crate::grants;
use crate::identities::Change;
use crate::store::sessions::{self, Session};
use crate::store::users::User;

/// The caller: who they are, and what they may do with the credential they use.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MeView {
    /// The user; `grants` are those of the credential.
    #[serde(flatten)]
    user: UserView,
    /// `session` (cookie), `bearer` or `api_key`.
    #[schema(value_type = String, example = "session")]
    credential: &'static str,
    /// The session or key.
    session_id: String,
    /// What narrows the grants of an API key.
    #[serde(skip_serializing_if = "Option::is_none")]
    scopes: Option<Vec<String>>,
}

/// A change of password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordChange {
    /// The current password.
    #[schema(format = Password)]
    current_password: String,
    /// The new password.
    #[schema(format = Password, min_length = 12, max_length = 128)]
    new_password: String,
}

/// A sign-in that is still good.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LoginSessionView {
    /// Its id.
    id: String,
    /// `console` or `api`.
    client: String,
    /// From where it was opened.
    ip: String,
    /// With what program it was opened.
    user_agent: String,
    /// When it was opened.
    created_at: DateTime<Utc>,
    /// When it was last refreshed.
    last_seen_at: DateTime<Utc>,
    /// When it ends at the latest.
    expires_at: DateTime<Utc>,
    /// Whether this request belongs to it.
    current: bool,
}

impl LoginSessionView {
    fn new(session: Session, current: &str) -> Self {
        Self {
            current: session.id.as_str() == current,
            id: session.id.into(),
            client: session.client,
            ip: session.ip,
            user_agent: session.user_agent,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
            expires_at: session.expires_at,
        }
    }
}

/// Show the caller.
#[utoipa::path(get, path = "/api/auth/me", tag = "accounts",
    responses((status = 200, description = "The caller", body = MeView)))]
pub(super) async fn find_me(
    State(accounts): State<Accounts>,
    caller: Caller,
) -> Result<Json<MeView>, Problem> {
    let id: UserId = caller.user_id.parse().map_err(Problem::internal)?;
    let user = accounts.identities.of_user(&caller.tenant_id, &id).await.map_err(failed)?;
    let user = user.ok_or_else(|| Problem::not_found("user_not_found", "user"))?;
    let mut user = UserView::from(User::clone(&user));
    user.grants = grants::texts(&caller.grants);
    Ok(Json(MeView {
        user,
        credential: match caller.credential {
            Credential::Session => "session",
            Credential::Bearer => "bearer",
            Credential::ApiKey => "api_key",
        },
        session_id: caller.session_id,
        scopes: caller.scopes,
    }))
}

/// Change one's own password. All other sessions end.
#[utoipa::path(post, path = "/api/auth/password", tag = "accounts",
    request_body = PasswordChange,
    responses(
        (status = 204, description = "Changed"),
        (status = 403, description = "`person_required`", body = Problem),
        (status = 422, description = "`wrong_password`, `password_length`, `password_is_email`, \
            `password_common`, `password_unchanged`", body = Problem),
        (status = 429, description = "`too_many_attempts`", body = Problem),
        (status = 503, description = "`login_busy`", body = Problem),
    ))]
pub(super) async fn change_password(
    State(accounts): State<Accounts>,
    person: Person,
    Json(change): Json<PasswordChange>,
) -> Result<StatusCode, Problem> {
    let Person { caller, actor, id } = person;
    accounts
        .change_own_password(
            &actor,
            &id,
            &caller.session_id,
            &change.current_password,
            change.new_password,
        )
        .await?;
    accounts.announce(&Change::User(id), "password_changed").await;
    Ok(StatusCode::NO_CONTENT)
}

/// List one's own sessions, youngest first.
#[utoipa::path(get, path = "/api/auth/sessions", tag = "accounts",
    responses(
        (status = 200, description = "The sessions that are good", body = Page<LoginSessionView>),
        (status = 403, description = "`person_required`", body = Problem),
    ))]
pub(super) async fn list_sessions(
    State(accounts): State<Accounts>,
    person: Person,
) -> Result<Json<Page<LoginSessionView>>, Problem> {
    let mut tx = accounts.people.db.read().await?;
    let found = sessions::list(&mut tx, &person.id, accounts.people.now()).await?;
    let current = person.caller.session_id;
    let items = found.into_iter().map(|session| LoginSessionView::new(session, &current)).collect();
    Ok(Json(Page { items, next_cursor: None }))
}

/// End one of one's own sessions.
#[utoipa::path(delete, path = "/api/auth/sessions/{id}", tag = "accounts",
    params(("id" = String, Path, description = "The session")),
    responses(
        (status = 204, description = "Ended"),
        (status = 403, description = "`person_required`", body = Problem),
        (status = 404, description = "`session_not_found`", body = Problem),
    ))]
pub(super) async fn delete_session(
    State(accounts): State<Accounts>,
    person: Person,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let absent = || Problem::not_found("session_not_found", "session");
    let id: SessionId = id.parse().map_err(|_| absent())?;
    let now = accounts.people.now();
    let mut tx = audit::begin(&accounts.people.db).await?;
    if !sessions::revoke(&mut tx, &person.id, &id, "ended_by_user", now).await? {
        return Err(absent());
    }
    let deed = Deed { action: "session_ended", target: id.to_string(), detail: json!({}) };
    audit::record(&mut tx, now, &person.actor, deed).await?;
    tx.commit().await?;
    accounts.announce(&Change::Session(id), "ended_by_user").await;
    Ok(StatusCode::NO_CONTENT)
}
