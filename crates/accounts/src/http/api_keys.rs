//! API keys, for their owners.

use axum::extract::State;
use axum::response::IntoResponse;
use chrono::{DateTime, TimeDelta, Utc};
use http::{StatusCode, header};
use platform::http::{Json, Page, PageQuery, Path, Query};
use platform::problem::{FieldError, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::authenticate::KEY_PREFIX;
use super::callers::SettledPerson;
use super::problems::refused_entry;
use crate::Accounts;
use crate::audit::{self, Deed};
use crate::domain::ids::KeyId;
use crate::domain::label::label;
use crate::grants;
use crate::identities::Change;
use crate::secret;
use crate::store::api_keys::{self, ApiKey};

/// How long a key is good if nothing is said.
const DEFAULT_LIFETIME: TimeDelta = TimeDelta::days(90);
/// How long a key may be good.
const LONGEST_LIFETIME: TimeDelta = TimeDelta::days(366);
/// The most keys of one person.
const MOST_KEYS: i64 = 100;

/// A key to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewApiKey {
    /// What it is for.
    #[schema(example = "nightly import", min_length = 1, max_length = 100)]
    name: String,
    /// What narrows the grants: `*`, `*:read`, `credit:write`; kinds are read, write, audit, admin.
    #[schema(example = json!(["credit:read"]), min_items = 1)]
    scopes: Vec<String>,
    /// Some of the owner's grants; absent or empty means all that the owner has at the time of use.
    #[serde(default)]
    grants: Vec<String>,
    /// At most 366 days from now; 90 days if absent.
    expires_at: Option<DateTime<Utc>>,
}

/// A key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiKeyView {
    /// `key_…`
    id: String,
    /// What it is for.
    name: String,
    /// What narrows the grants.
    scopes: Vec<String>,
    /// Some of the owner's grants; empty means all.
    grants: Vec<String>,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it stops.
    expires_at: Option<DateTime<Utc>>,
    /// When it was used last, to the minute.
    last_used_at: Option<DateTime<Utc>>,
}

impl From<ApiKey> for ApiKeyView {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id.into(),
            name: key.name,
            scopes: key.scopes,
            grants: grants::texts(&key.grants),
            created_at: key.created_at,
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
        }
    }
}

/// A key that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CreatedApiKey {
    /// Goes into `X-API-Key` or `Authorization: Bearer`; shown only here.
    #[schema(example = "qk_0123…_secret")]
    key: String,
    /// What can be seen of it later.
    api_key: ApiKeyView,
}

/// List one's own API keys.
#[utoipa::path(get, path = "/api/auth/api-keys", tag = "accounts", params(PageQuery),
    responses(
        (status = 200, description = "A page of keys", body = Page<ApiKeyView>),
        (status = 403, description = "`person_required`", body = Problem),
        (status = 422, description = "A parameter is refused", body = Problem),
    ))]
pub(super) async fn list_api_keys(
    State(accounts): State<Accounts>,
    SettledPerson(person): SettledPerson,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<ApiKeyView>>, Problem> {
    let (limit, after) = (page.limit()?, page.after::<KeyId>()?);
    let mut tx = accounts.people.db.read().await?;
    let found = api_keys::list(&mut tx, &person.id, after.as_ref(), i64::from(limit) + 1).await?;
    Ok(Json(Page::from_rows(found, limit, |key| key.id.clone(), ApiKeyView::from)))
}

/// Make an API key. Its secret is in the answer, and nowhere else.
#[utoipa::path(post, path = "/api/auth/api-keys", tag = "accounts", request_body = NewApiKey,
    responses(
        (status = 201, description = "Made", body = CreatedApiKey),
        (status = 403, description = "`person_required`", body = Problem),
        (status = 409, description = "`too_many_api_keys`", body = Problem),
        (status = 422, description = "A field is refused", body = Problem),
    ))]
pub(super) async fn create_api_key(
    State(accounts): State<Accounts>,
    SettledPerson(person): SettledPerson,
    Json(new): Json<NewApiKey>,
) -> Result<impl IntoResponse, Problem> {
    let now = accounts.people.now();
    let shown = secret::token();
    let id = accounts.people.ids.draw().simple().to_string();
    let checked = check(&new, &person.caller.grants, now)?;
    let key = ApiKey {
        id: format!("{}_{id}", KeyId::PREFIX).parse().map_err(Problem::internal)?,
        tenant_id: person.caller.tenant_id.clone(),
        user_id: person.id.clone(),
        name: checked.name,
        secret_hash: secret::fingerprint(&shown),
        scopes: checked.scopes,
        grants: checked.grants,
        created_at: now,
        expires_at: Some(checked.expires_at),
        last_used_at: None,
    };

    let mut tx = audit::begin(&accounts.people.db).await?;
    if api_keys::count(&mut tx, &person.id).await? >= MOST_KEYS {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "too_many_api_keys",
            "There are too many API keys",
        )
        .detail(format!("A user has at most {MOST_KEYS}. Delete one that is not used.")));
    }
    api_keys::insert(&mut tx, &key).await?;
    let deed = Deed {
        action: "api_key_created",
        target: key.id.as_str().to_owned(),
        detail: json!({
            "name": key.name,
            "scopes": key.scopes,
            "grants": grants::texts(&key.grants),
        }),
    };
    audit::record(&mut tx, now, &person.actor, deed).await?;
    tx.commit().await?;

    let body = CreatedApiKey { key: format!("{KEY_PREFIX}{id}_{shown}"), api_key: key.into() };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(body)))
}

/// Revoke one of one's own API keys.
#[utoipa::path(delete, path = "/api/auth/api-keys/{id}", tag = "accounts",
    params(("id" = String, Path, description = "The key")),
    responses(
        (status = 204, description = "Revoked"),
        (status = 403, description = "`person_required`", body = Problem),
        (status = 404, description = "`api_key_not_found`", body = Problem),
    ))]
pub(super) async fn delete_api_key(
    State(accounts): State<Accounts>,
    SettledPerson(person): SettledPerson,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let absent = || Problem::not_found("api_key_not_found", "API key");
    let id: KeyId = id.parse().map_err(|_| absent())?;
    let now = accounts.people.now();
    let mut tx = audit::begin(&accounts.people.db).await?;
    if !api_keys::revoke(&mut tx, &person.id, &id, now).await? {
        return Err(absent());
    }
    let deed = Deed { action: "api_key_revoked", target: id.to_string(), detail: json!({}) };
    audit::record(&mut tx, now, &person.actor, deed).await?;
    tx.commit().await?;
    accounts.announce(&Change::Key(id), "api_key_revoked").await;
    Ok(StatusCode::NO_CONTENT)
}

/// The fields of a new key that were accepted.
struct Checked {
    name: String,
    scopes: Vec<String>,
    grants: Vec<platform::auth::Grant>,
    expires_at: DateTime<Utc>,
}

/// Reads the fields of a new key; reports all that are refused.
fn check(
    new: &NewApiKey,
    owned: &[platform::auth::Grant],
    now: DateTime<Utc>,
) -> Result<Checked, Problem> {
    let mut errors = Vec::new();
    let name = label(&new.name, 100)
        .map_err(|e| errors.push(FieldError::new("/name", "invalid_name", e.to_string())));
    if new.scopes.is_empty() {
        let rule = "must name at least one scope; `*` leaves the grants as they are";
        errors.push(FieldError::new("/scopes", "missing", rule));
    }
    let scopes = grants::parse_scopes(&new.scopes)
        .map_err(|refused| errors.push(refused_entry("/scopes", "invalid_scope", refused)));
    let grants = grants::parse(&new.grants)
        .map_err(|refused| errors.push(refused_entry("/grants", "invalid_grant", refused)));
    if let Some(grant) = grants.as_ref().ok().and_then(|wanted| grants::beyond(owned, wanted)) {
        let rule = format!("contains `{grant}`, which you do not hold");
        errors.push(FieldError::new("/grants", "beyond_your_grants", rule));
    }
    // Whole microseconds: what both databases keep.
    let expires_at = new.expires_at.unwrap_or(now + DEFAULT_LIFETIME);
    let expires_at = DateTime::from_timestamp_micros(expires_at.timestamp_micros());
    let expires_at = expires_at.filter(|at| *at > now && *at <= now + LONGEST_LIFETIME);
    if expires_at.is_none() {
        let rule = "must lie in the future, at most 366 days from now";
        errors.push(FieldError::new("/expires_at", "out_of_range", rule));
    }
    match (name, scopes, grants, expires_at) {
        (Ok(name), Ok(scopes), Ok(grants), Some(expires_at)) if errors.is_empty() => {
            Ok(Checked { name, scopes, grants, expires_at })
        }
        _ => Err(Problem::invalid(errors)),
    }
}
