//! Takes what browsers report.

use axum::body::Body;
use axum::extract::{Request, State};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, StatusCode, header};
use platform::auth::Caller;
use platform::http::Json;
use platform::problem::{FieldError, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use subtle::ConstantTimeEq as _;
use utoipa::ToSchema;

use super::problems;
use crate::App;
use crate::domain::entry::shorten;
use crate::domain::instant;
use crate::domain::level::Level;
use crate::domain::redact;
use crate::metrics;
use crate::store::frontend_logs::{self, NewFrontendLog};

/// The header that carries the key.
const KEY: &str = "x-log-api-key";
/// The largest body, bytes.
const MAX_BODY: usize = 256 * 1_024;
/// The longest message that is kept, in characters.
const MAX_MESSAGE: usize = 512;
/// The longest name or id that is kept, in characters.
const MAX_NAME: usize = 255;
/// The tenant of records that come with a key and without a caller.
const TENANT: &str = "default";

/// Records of a browser.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewLogBatch {
    /// The records; at most `LOG_INGEST_MAX_BATCH`.
    entries: Vec<NewLogEntry>,
}

/// One record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewLogEntry {
    /// `debug`, `info`, `warn` or `error`; `info` if absent.
    level: Option<String>,
    /// What happened; the first 512 characters are kept.
    message: String,
    /// What kind of thing happened.
    event: Option<String>,
    /// When it happened, RFC 3339.
    timestamp: Option<String>,
    /// The visit.
    session_id: Option<String>,
    /// The environment of the console.
    environment: Option<String>,
    /// The part of the console.
    source: Option<String>,
    /// The version of the console.
    app_version: Option<String>,
    /// Who was signed in.
    user_id: Option<String>,
    /// The piece of work.
    correlation_id: Option<String>,
    /// The request.
    request_id: Option<String>,
    /// Everything else.
    data: Option<Value>,
}

/// How many records were stored.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StoredBatch {
    /// How many records were stored.
    stored: u64,
}

/// Stores records of a browser.
///
/// Needs the header `X-Log-API-Key` with the key of `LOG_INGEST_API_KEY`, or a signed-in caller.
/// The body may be sent as `text/plain` by `navigator.sendBeacon`.
#[utoipa::path(
    post, path = "/api/logs/batch", operation_id = "create_log_batch", tag = "logs",
    params(("X-Log-API-Key" = Option<String>, Header, description = "The key")),
    request_body(content(
        (NewLogBatch = "application/json"),
        (String = "text/plain"),
    )),
    responses(
        (status = 202, description = "The records were stored", body = StoredBatch),
        (status = 400, description = "`malformed_json`, `batch_too_large`", body = Problem),
        (status = 401, description = "`log_key_required`", body = Problem),
        (status = 413, description = "`body_too_large`", body = Problem),
        (status = 422, description = "`validation`", body = Problem),
        (status = 429, description = "`too_many_log_records`", body = Problem),
    )
)]
#[tracing::instrument(name = "http.logbook.create_log_batch", skip_all)]
pub(super) async fn create_log_batch(
    State(app): State<App>,
    caller: Option<Caller>,
    request: Request,
) -> Result<(StatusCode, Json<StoredBatch>), Problem> {
    let sender = sender(&app, caller.as_ref(), request.headers())?;
    check_content_type(request.headers())?;
    let body = read_body(request.into_body()).await?;

    let batch = parse(&body)?;
    let limit = app.settings.ingest_max_batch;
    if batch.entries.is_empty() {
        return Err(Problem::invalid(vec![FieldError::new(
            "/entries",
            "empty",
            "must have at least one record",
        )]));
    }
    if batch.entries.len() > limit {
        return Err(problems::too_many(batch.entries.len(), limit));
    }
    let now = app.context.clock.now();
    app.limit.take(&sender, batch.entries.len(), now).map_err(problems::too_fast)?;
    let records = check(batch.entries, caller.as_ref(), now)?;

    let tenant = caller.as_ref().map_or(TENANT, |caller| &caller.tenant_id);
    let mut tx = app.context.db.write().await?;
    let stored = frontend_logs::insert(&mut tx, tenant, now, &records).await?;
    tx.commit().await?;

    ::metrics::counter!(metrics::FRONTEND).increment(stored);
    Ok((StatusCode::ACCEPTED, Json(StoredBatch { stored })))
}

/// Decides who sends: a key that is there must be good, otherwise somebody must be signed in.
fn sender(app: &App, caller: Option<&Caller>, headers: &HeaderMap) -> Result<String, Problem> {
    let given = headers.get(KEY).map(http::HeaderValue::as_bytes).filter(|key| !key.is_empty());
    match (&app.settings.ingest_key, given, caller) {
        (Some(key), Some(given), _) if bool::from(key.reveal().as_bytes().ct_eq(given)) => {
            Ok("key".to_owned())
        }
        (Some(_), Some(_), _) | (_, _, None) => Err(problems::unauthenticated()),
        (_, _, Some(caller)) => Ok(format!("user:{}", caller.user_id)),
    }
}

fn check_content_type(headers: &HeaderMap) -> Result<(), Problem> {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mime = value.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if mime.eq_ignore_ascii_case("application/json") || mime.eq_ignore_ascii_case("text/plain") {
        return Ok(());
    }
    Err(problems::unsupported())
}

async fn read_body(body: Body) -> Result<Bytes, Problem> {
    axum::body::to_bytes(body, MAX_BODY).await.map_err(|error| {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        while let Some(error) = cause {
            if error.to_string().contains("length limit") {
                return problems::too_large(MAX_BODY);
            }
            cause = error.source();
        }
        problems::malformed("the body broke off")
    })
}

fn parse(body: &[u8]) -> Result<NewLogBatch, Problem> {
    serde_json::from_slice(body).map_err(|error| {
        if error.is_data() {
            let error = FieldError::new("/entries", "wrong_type", error.to_string());
            Problem::invalid(vec![error])
        } else {
            problems::malformed(&error.to_string())
        }
    })
}

/// Turns entries into records; levels must be known, everything else is cut to size.
fn check(
    entries: Vec<NewLogEntry>,
    caller: Option<&Caller>,
    now: DateTime<Utc>,
) -> Result<Vec<NewFrontendLog>, Problem> {
    let mut refused = Vec::new();
    let mut records = Vec::with_capacity(entries.len());
    for (place, entry) in entries.into_iter().enumerate() {
        let level = match entry.level.as_deref().filter(|level| !level.is_empty()) {
            None => Level::Info,
            Some(name) => Level::of(name).unwrap_or_else(|| {
                refused.push(FieldError::new(
                    format!("/entries/{place}/level"),
                    "unknown_level",
                    "must be debug, info, warn or error",
                ));
                Level::Info
            }),
        };
        let mut data = entry.data.filter(|data| !data.is_null());
        if let Some(data) = &mut data {
            redact::clean(data);
        }
        let logged_at = entry.timestamp.as_deref().and_then(instant::parse);
        records.push(NewFrontendLog {
            logged_at: logged_at.unwrap_or_else(|| now.timestamp_micros()),
            level,
            message: shorten(entry.message.into(), MAX_MESSAGE).into_owned(),
            event: name(entry.event),
            session_id: name(entry.session_id),
            environment: name(entry.environment),
            source: name(entry.source),
            app_version: name(entry.app_version),
            // Who is signed in is known better here than in the browser.
            user_id: caller.map(|c| c.user_id.clone()).or_else(|| name(entry.user_id)),
            correlation_id: name(entry.correlation_id),
            request_id: name(entry.request_id),
            data,
        });
    }
    if refused.is_empty() { Ok(records) } else { Err(Problem::invalid(refused)) }
}

fn name(text: Option<String>) -> Option<String> {
    let text = text.filter(|text| !text.is_empty())?;
    Some(shorten(text.into(), MAX_NAME).into_owned())
}
