//! People, for their administrators.

use axum::extract::State;
use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use http::{HeaderName, StatusCode, header};
use platform::http::etag::{IfMatch, etag};
use platform::http::{Json, Page, PageQuery, Path, Query};
use platform::problem::{FieldError, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::callers::Settled;
use super::problems::{refused_entry, refused_password};
use crate::Accounts;
use crate::domain::email::Email;
use crate::domain::ids::UserId;
use crate::domain::label::optional_label;
use crate::domain::password::NewPassword;
use crate::grants;
use crate::identities;
use crate::people::{Change, NewPerson};
use crate::store::users::{self, User};

/// The longest full name, in characters.
const LONGEST_NAME: usize = 200;

/// The answer holds a secret: nobody on the way keeps it.
const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

/// A person who can sign in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UserView {
    /// `user_…`
    pub(super) id: String,
    /// The name to sign in with.
    email: String,
    /// How they are called.
    full_name: String,
    /// Roles for all services (`viewer`) or one (`credit:operator`).
    pub(super) grants: Vec<String>,
    /// Whether they can sign in.
    is_active: bool,
    /// Whether they must set a new password before anything else.
    must_change_password: bool,
    /// Also the `ETag`.
    version: i64,
    /// When they were added.
    created_at: DateTime<Utc>,
    /// When they were changed last.
    updated_at: DateTime<Utc>,
    /// When they signed in last.
    last_login_at: Option<DateTime<Utc>>,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self {
            id: user.id.into(),
            email: user.email.to_string(),
            full_name: user.full_name,
            grants: grants::texts(&user.grants),
            is_active: user.is_active,
            must_change_password: user.must_change_password,
            version: user.version,
            created_at: user.created_at,
            updated_at: user.updated_at,
            last_login_at: user.last_login_at,
        }
    }
}

/// A person to be invited.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewUser {
    /// The name to sign in with.
    #[schema(example = "ada@example.com", max_length = 254)]
    email: String,
    /// How they are called.
    #[serde(default)]
    #[schema(max_length = 200)]
    full_name: String,
    /// Roles for all services or one; `viewer` if absent.
    grants: Option<Vec<String>>,
}

/// A person to be added with a password that the administrator has chosen.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserRegistration {
    /// The name to sign in with.
    #[schema(example = "ada@example.com", max_length = 254)]
    email: String,
    /// How they are called.
    #[serde(default)]
    #[schema(max_length = 200)]
    full_name: String,
    /// Roles for all services or one; `viewer` if absent.
    grants: Option<Vec<String>>,
    /// To be changed at the first sign-in.
    #[schema(format = Password, min_length = 12, max_length = 128)]
    password: String,
}

/// An invited person and the password to give to them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InvitedUser {
    /// The person.
    user: UserView,
    /// Shown only here; good for one sign-in, at which a new one must be set.
    one_time_password: String,
}

/// What changes; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserUpdate {
    /// How they are called.
    #[schema(max_length = 200)]
    full_name: Option<String>,
    /// All their grants.
    grants: Option<Vec<String>>,
    /// `false` ends their sessions and stops their keys.
    is_active: Option<bool>,
}

/// A password that was reset.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OneTimePassword {
    /// Shown only here; good for one sign-in, at which a new one must be set.
    one_time_password: String,
}

/// List the users, in the order in which they were added.
#[utoipa::path(get, path = "/api/users", tag = "accounts", params(PageQuery),
    responses(
        (status = 200, description = "A page of users", body = Page<UserView>),
        (status = 422, description = "A parameter is refused", body = Problem),
    ))]
pub(super) async fn list_users(
    State(accounts): State<Accounts>,
    settled: Settled,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<UserView>>, Problem> {
    let (limit, after) = (page.limit()?, page.after::<UserId>()?);
    let mut tx = accounts.people.db.read().await?;
    let tenant_id = &settled.caller.tenant_id;
    let found = users::list(&mut tx, tenant_id, after.as_ref(), i64::from(limit) + 1).await?;
    Ok(Json(Page::from_rows(found, limit, |user| user.id.clone(), UserView::from)))
}

/// Invite a user. Their one-time password is in the answer, and nowhere else.
#[utoipa::path(post, path = "/api/users", tag = "accounts", request_body = NewUser,
    responses(
        (status = 201, description = "Invited", body = InvitedUser),
        (status = 403, description = "`beyond_your_grants`", body = Problem),
        (status = 409, description = "`email_taken`", body = Problem),
        (status = 422, description = "A field is refused", body = Problem),
        (status = 503, description = "`login_busy`", body = Problem),
    ))]
pub(super) async fn create_user(
    State(accounts): State<Accounts>,
    settled: Settled,
    Json(new): Json<NewUser>,
) -> Result<impl IntoResponse, Problem> {
    let person = new_person(&new.email, &new.full_name, new.grants)?;
    let held = grants::transferable(&settled.caller);
    let (user, one_time) = accounts.people.add(&settled.actor, held, person).await?;

    let location = [(header::LOCATION, format!("/api/users/{}", user.id))];
    let etag = etag(user.version);
    let one_time_password = one_time.unwrap_or_default();
    let body = InvitedUser { user: user.into(), one_time_password };
    Ok((StatusCode::CREATED, location, etag, NO_STORE, Json(body)))
}

/// Add a user with a password that they must change at the first sign-in.
#[utoipa::path(post, path = "/api/auth/register", tag = "accounts", request_body = UserRegistration,
    responses(
        (status = 201, description = "Added", body = UserView),
        (status = 403, description = "`beyond_your_grants`", body = Problem),
        (status = 409, description = "`email_taken`", body = Problem),
        (status = 422, description = "A field is refused", body = Problem),
        (status = 503, description = "`login_busy`", body = Problem),
    ))]
pub(super) async fn register_user(
    State(accounts): State<Accounts>,
    settled: Settled,
    Json(new): Json<UserRegistration>,
) -> Result<impl IntoResponse, Problem> {
    let mut person = new_person(&new.email, &new.full_name, new.grants)?;
    let password = NewPassword::new(new.password, &person.email)
        .map_err(|rule| refused_password("/password", &rule))?;
    person.password = Some(password);
    let held = grants::transferable(&settled.caller);
    let (user, _) = accounts.people.add(&settled.actor, held, person).await?;

    let location = [(header::LOCATION, format!("/api/users/{}", user.id))];
    Ok((StatusCode::CREATED, location, etag(user.version), Json(UserView::from(user))))
}

/// Show a user.
#[utoipa::path(get, path = "/api/users/{id}", tag = "accounts",
    params(("id" = String, Path, description = "The user")),
    responses(
        (status = 200, description = "The user", body = UserView),
        (status = 404, description = "`user_not_found`", body = Problem),
    ))]
pub(super) async fn find_user(
    State(accounts): State<Accounts>,
    settled: Settled,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let id = parse_id(&id)?;
    let mut tx = accounts.people.db.read().await?;
    let user = users::find(&mut tx, &settled.caller.tenant_id, &id).await?;
    let user = user.ok_or_else(absent)?;
    Ok((etag(user.version), Json(UserView::from(user))))
}

/// Change name, grants or state of a user.
#[utoipa::path(patch, path = "/api/users/{id}", tag = "accounts", request_body = UserUpdate,
    params(("id" = String, Path, description = "The user")),
    responses(
        (status = 200, description = "Changed", body = UserView),
        (status = 403, description = "`beyond_your_grants`", body = Problem),
        (status = 404, description = "`user_not_found`", body = Problem),
        (status = 409, description = "`last_admin`", body = Problem),
        (status = 412, description = "`stale_version`", body = Problem),
        (status = 422, description = "A field is refused", body = Problem),
    ))]
pub(super) async fn update_user(
    State(accounts): State<Accounts>,
    settled: Settled,
    Path(id): Path<String>,
    if_match: IfMatch,
    Json(update): Json<UserUpdate>,
) -> Result<impl IntoResponse, Problem> {
    let id = parse_id(&id)?;
    let change = change(update)?;
    let held = grants::transferable(&settled.caller);
    let user = accounts.people.change(&settled.actor, held, &id, if_match.0, change).await?;
    accounts.announce(&identities::Change::User(id), "user_changed").await;
    Ok((etag(user.version), Json(UserView::from(user))))
}

/// Deactivate a user: they cannot sign in, their sessions end, their keys stop. The row stays, for
/// the audit trail; `PATCH {"is_active": true}` brings them back.
#[utoipa::path(delete, path = "/api/users/{id}", tag = "accounts",
    params(("id" = String, Path, description = "The user")),
    responses(
        (status = 204, description = "Deactivated"),
        (status = 403, description = "`beyond_your_grants`", body = Problem),
        (status = 404, description = "`user_not_found`", body = Problem),
        (status = 409, description = "`last_admin`", body = Problem),
        (status = 412, description = "`stale_version`", body = Problem),
    ))]
pub(super) async fn delete_user(
    State(accounts): State<Accounts>,
    settled: Settled,
    Path(id): Path<String>,
    if_match: IfMatch,
) -> Result<StatusCode, Problem> {
    let id = parse_id(&id)?;
    let change = Change { is_active: Some(false), ..Change::default() };
    let held = grants::transferable(&settled.caller);
    accounts.people.change(&settled.actor, held, &id, if_match.0, change).await?;
    accounts.announce(&identities::Change::User(id), "user_deactivated").await;
    Ok(StatusCode::NO_CONTENT)
}

/// Reset the password of a user. The new one is in the answer, and nowhere else; all their sessions
/// end.
#[utoipa::path(post, path = "/api/users/{id}/password", tag = "accounts",
    params(("id" = String, Path, description = "The user")),
    responses(
        (status = 200, description = "Reset", body = OneTimePassword),
        (status = 403, description = "`beyond_your_grants`", body = Problem),
        (status = 404, description = "`user_not_found`", body = Problem),
        (status = 503, description = "`login_busy`", body = Problem),
    ))]
pub(super) async fn reset_user_password(
    State(accounts): State<Accounts>,
    settled: Settled,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let id = parse_id(&id)?;
    let held = grants::transferable(&settled.caller);
    let one_time_password = accounts.people.reset_password(&settled.actor, held, &id, None).await?;
    accounts.announce(&identities::Change::User(id), "password_reset").await;
    Ok((NO_STORE, Json(OneTimePassword { one_time_password })))
}

fn absent() -> Problem {
    Problem::not_found("user_not_found", "user")
}

fn parse_id(text: &str) -> Result<UserId, Problem> {
    text.parse().map_err(|_| absent())
}

/// Reads the fields of a new person; reports all that are refused.
fn new_person(
    email: &str,
    full_name: &str,
    wanted: Option<Vec<String>>,
) -> Result<NewPerson, Problem> {
    let wanted = wanted.unwrap_or_else(|| vec!["viewer".to_owned()]);
    let mut errors = Vec::new();
    let email = Email::new(email)
        .map_err(|e| errors.push(FieldError::new("/email", "invalid_email", e.to_string())));
    let full_name = optional_label(full_name, LONGEST_NAME)
        .map_err(|e| errors.push(FieldError::new("/full_name", "invalid_name", e.to_string())));
    let grants = grants::parse(&wanted)
        .map_err(|refused| errors.push(refused_entry("/grants", "invalid_grant", refused)));
    match (email, full_name, grants) {
        (Ok(email), Ok(full_name), Ok(grants)) => {
            Ok(NewPerson { email, full_name, grants, password: None })
        }
        _ => Err(Problem::invalid(errors)),
    }
}

/// Reads the fields of a change; reports all that are refused.
fn change(update: UserUpdate) -> Result<Change, Problem> {
    let mut errors = Vec::new();
    let full_name = update.full_name.map(|name| {
        optional_label(&name, LONGEST_NAME)
            .map_err(|e| errors.push(FieldError::new("/full_name", "invalid_name", e.to_string())))
    });
    let full_name = full_name.and_then(Result::ok);
    let grants = update.grants.map(|wanted| {
        grants::parse(&wanted)
            .map_err(|refused| errors.push(refused_entry("/grants", "invalid_grant", refused)))
    });
    let grants = grants.and_then(Result::ok);
    if errors.is_empty() {
        Ok(Change { full_name, grants, is_active: update.is_active })
    } else {
        Err(Problem::invalid(errors))
    }
}
