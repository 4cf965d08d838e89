//! Writes that may be repeated: a second request with the same `Idempotency-Key` gets the first
//! answer, for 24 hours.
//!
//! The row is written before the handler runs and completed after it. A process that dies between
//! leaves a row without an answer; it counts for [`CLAIM`], then the request may run again. Answers
//! above [`MAX_STORED`], answers that show a secret (`Cache-Control: no-store`) and failures of ours
//! are not kept.

use std::panic::AssertUnwindSafe;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt as _;
use http::{HeaderName, HeaderValue, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use tokio::sync::oneshot;
use tracing::{Instrument as _, Span};

use super::context::panicked;
use crate::auth::Caller;
use crate::correlation::Correlation;
use crate::db::{DbError, Json};
use crate::http::compose::Shared;
use crate::http::operations::Operation;
use crate::problem::Problem;

const HEADER: &str = "idempotency-key";
const CLAIM: TimeDelta = TimeDelta::minutes(5);
const MAX_STORED: usize = 1 << 20;
const MAX_COMPARED: usize = 64 << 20;

/// The headers of an answer that are kept with it.
const KEPT: [HeaderName; 4] =
    [header::CONTENT_TYPE, header::LOCATION, header::ETAG, header::CONTENT_DISPOSITION];

/// Answers a repeated write with its first answer.
pub(crate) async fn idempotency(
    State(shared): State<Shared>,
    request: Request,
    next: Next,
) -> Response {
    let Some((key, caller)) = applies(&request) else { return next.run(request).await };
    if key.is_empty() || key.len() > 255 {
        return Problem::new(
            StatusCode::BAD_REQUEST,
            "malformed_idempotency_key",
            "The key is bad",
        )
        .detail("Idempotency-Key must have 1 to 255 characters.")
        .into_response();
    }
    match run(&shared, &key, &caller, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

/// Only writes of known callers have a key that means anything.
fn applies(request: &Request) -> Option<(String, Caller)> {
    if request.method().is_safe() {
        return None;
    }
    let key = request.headers().get(HEADER)?.to_str().unwrap_or_default().to_owned();
    let caller = request.extensions().get::<Caller>()?.clone();
    Some((key, caller))
}

async fn run(
    shared: &Shared,
    key: &str,
    caller: &Caller,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (method, path) = (request.method().clone(), request.uri().to_string());
    let scope = digest(&[&caller.tenant_id, &caller.user_id, method.as_str(), &path, key]);
    let (request, fingerprint) = fingerprint(request).await?;

    if let Some(stored) = claim(shared, &scope, &fingerprint).await? {
        return replay(stored, &fingerprint);
    }
    finish(shared, scope, request, next).await
}

/// Runs the handler to its end and keeps its answer, even if the client goes away meanwhile: a
/// claim must not be left behind by a connection that broke.
async fn finish(
    shared: &Shared,
    scope: String,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (answer, answered) = oneshot::channel();
    let worker = shared.clone();
    let work = async move {
        let outcome = AssertUnwindSafe(next.run(request)).catch_unwind().await;
        let outcome = match outcome {
            Ok(response) => remember(&worker, &scope, response).await,
            Err(panic) => {
                forget(&worker, &scope).await.map_err(Problem::from).and(Err(panicked(&*panic)))
            }
        };
        // The client may have gone away; the answer waits for its next try.
        let _ = answer.send(outcome);
    };
    let work = Correlation::current().scope(work.instrument(Span::current()));
    shared.tasks.spawn("keyed_request", work);
    answered.await.map_err(Problem::internal)?
}

/// Hashes the body of a request; that of a stream is known by its length only.
async fn fingerprint(request: Request) -> Result<(Request, String), Problem> {
    let streamed =
        request.extensions().get::<Operation>().is_some_and(|operation| operation.streamed);
    if streamed {
        let length = request.headers().get(header::CONTENT_LENGTH).map(HeaderValue::as_bytes);
        let hash = hex::encode(Sha256::digest(length.unwrap_or_default()));
        return Ok((request, hash));
    }
    let (parts, body) = request.into_parts();
    let bytes = Limited::new(body, MAX_COMPARED).collect().await.map_err(|_| {
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "The body is too large")
    })?;
    let bytes = bytes.to_bytes();
    let hash = hex::encode(Sha256::digest(&bytes));
    Ok((Request::from_parts(parts, Body::from(bytes)), hash))
}

#[derive(sqlx::FromRow)]
struct Stored {
    request_hash: String,
    status: Option<i64>,
    headers: Option<Json<Map<String, Value>>>,
    body: Option<Vec<u8>>,
    created_at: DateTime<Utc>,
}

/// Writes the row of a first request; returns the row of an earlier one.
async fn claim(shared: &Shared, scope: &str, fingerprint: &str) -> Result<Option<Stored>, DbError> {
    let now = shared.clock.now();
    let mut tx = shared.db.write().await?;
    tx.query(
        "DELETE FROM idempotency_keys WHERE created_at < $1 \
         OR (status IS NULL AND scope = $2 AND created_at < $3)",
    )
    .bind(now - TimeDelta::hours(24))
    .bind(scope.to_owned())
    .bind(now - CLAIM)
    .execute()
    .await?;
    let inserted = tx
        .query(
            "INSERT INTO idempotency_keys (scope, request_hash, created_at) VALUES ($1, $2, $3) \
             ON CONFLICT (scope) DO NOTHING",
        )
        .bind(scope.to_owned())
        .bind(fingerprint.to_owned())
        .bind(now)
        .execute()
        .await?;
    let earlier = if inserted == 1 {
        None
    } else {
        tx.query(
            "SELECT request_hash, status, headers, body, created_at FROM idempotency_keys \
             WHERE scope = $1",
        )
        .bind(scope.to_owned())
        .fetch_optional::<Stored>()
        .await?
    };
    tx.commit().await?;
    Ok(earlier)
}

fn replay(stored: Stored, fingerprint: &str) -> Result<Response, Problem> {
    if stored.request_hash != fingerprint {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "idempotency_key_reused",
            "The key was used for another request",
        )
        .detail("Use a new Idempotency-Key for a new request."));
    }
    let Some(status) = stored.status.and_then(|s| u16::try_from(s).ok()) else {
        let since = stored.created_at.format("%H:%M:%S");
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "idempotency_in_progress",
            "The first request is still running",
        )
        .detail(format!("It runs since {since} UTC. Repeat this request in a moment."))
        .retry_after(1));
    };
    let mut response = Response::new(Body::from(stored.body.unwrap_or_default()));
    *response.status_mut() = StatusCode::from_u16(status).map_err(Problem::internal)?;
    for (name, value) in stored.headers.map(|json| json.0).unwrap_or_default() {
        let value = value.as_str().and_then(|text| HeaderValue::from_str(text).ok());
        if let (Ok(name), Some(value)) = (HeaderName::try_from(name), value) {
            response.headers_mut().insert(name, value);
        }
    }
    let replayed = HeaderName::from_static("idempotent-replayed");
    response.headers_mut().insert(replayed, HeaderValue::from_static("true"));
    Ok(response)
}

/// Completes the row with the answer, or removes it if the answer is not kept.
async fn remember(shared: &Shared, scope: &str, response: Response) -> Result<Response, Problem> {
    if response.status().is_server_error() || is_secret(&response) || !is_small(&response) {
        forget(shared, scope).await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let bytes: Bytes = body.collect().await.map_err(Problem::internal)?.to_bytes();
    let kept: Map<String, Value> = KEPT
        .iter()
        .filter_map(|name| {
            let value = parts.headers.get(name)?.to_str().ok()?;
            Some((name.as_str().to_owned(), Value::from(value)))
        })
        .collect();
    let mut tx = shared.db.write().await?;
    tx.query("UPDATE idempotency_keys SET status = $1, headers = $2, body = $3 WHERE scope = $4")
        .bind(i64::from(parts.status.as_u16()))
        .bind(Json(kept))
        .bind(bytes.to_vec())
        .bind(scope.to_owned())
        .execute()
        .await?;
    tx.commit().await?;
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

/// Tells whether the handler itself said that the answer must not be kept: it shows a secret once.
fn is_secret(response: &Response) -> bool {
    response.headers().get(header::CACHE_CONTROL).is_some_and(|value| value == "no-store")
}

/// Tells whether the whole answer is in memory and small enough to keep.
fn is_small(response: &Response) -> bool {
    use http_body::Body as _;
    response.body().size_hint().exact().is_some_and(|size| size <= MAX_STORED as u64)
}

async fn forget(shared: &Shared, scope: &str) -> Result<(), DbError> {
    let mut tx = shared.db.write().await?;
    tx.query("DELETE FROM idempotency_keys WHERE scope = $1")
        .bind(scope.to_owned())
        .execute()
        .await?;
    tx.commit().await
}

fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hex::encode(hash.finalize())
}
