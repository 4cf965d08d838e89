//! Extractors whose failures are problem documents.
//!
//! JSON is read with the field path of the failure, a depth limit of 32 (serde's own is 128), and
//! an answer of 400 for what is not JSON against 422 for JSON of the wrong shape.

use axum::extract::rejection::{BytesRejection, FormRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::shape::is_object;
use crate::problem::Problem;

/// The deepest nesting that is read.
const MAX_DEPTH: usize = 32;

/// A JSON body, in and out.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "The body must be JSON",
            )
            .detail("Send `Content-Type: application/json`."));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|e| body_problem(&e))?;
        check_depth(&bytes)?;
        let mut deserializer = serde_json::Deserializer::from_slice(&bytes);
        match serde_path_to_error::deserialize(&mut deserializer) {
            Ok(value) => match deserializer.end() {
                Ok(()) if bytes.trim_ascii_start().starts_with(b"[") && is_object::<T>() => {
                    Err(Problem::invalid(vec![crate::problem::FieldError::new(
                        "",
                        "wrong_type",
                        "invalid type: sequence, expected an object",
                    )]))
                }
                Ok(()) => Ok(Self(value)),
                Err(e) => Err(malformed(&e.to_string())),
            },
            Err(e) if e.inner().is_data() => {
                let pointer = pointer(e.path());
                Err(Problem::invalid(vec![crate::problem::FieldError::new(
                    pointer,
                    "wrong_type",
                    e.inner().to_string(),
                )]))
            }
            Err(e) => Err(malformed(&e.inner().to_string())),
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
            Err(e) => Problem::internal(e).into_response(),
        }
    }
}

/// Parameters in the path.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(PathRejection::FailedToDeserializePathParams(e)) => {
                Err(Problem::not_found("not_found", format!("address ({e})")))
            }
            Err(e) => Err(Problem::internal(e)),
        }
    }
}

/// Parameters in the query string.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(QueryRejection::FailedToDeserializeQueryString(e)) => Err(parameter(&e)),
            Err(e) => Err(parameter(&e)),
        }
    }
}

/// A form body, for the few routes that accept one.
#[derive(Debug, Clone, Copy)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::extract::Form::from_request(request, state).await {
            Ok(axum::extract::Form(value)) => Ok(Self(value)),
            Err(FormRejection::BytesRejection(e)) => Err(body_problem(&e)),
            Err(e @ FormRejection::InvalidFormContentType(_)) => Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "The body must be a form",
            )
            .detail(e.to_string())),
            Err(e) => Err(Problem::invalid(vec![crate::problem::FieldError::new(
                "",
                "wrong_type",
                e.to_string(),
            )])),
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()) else {
        return false;
    };
    let mime = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    mime == "application/json" || (mime.starts_with("application/") && mime.ends_with("+json"))
}

fn parameter(error: &dyn std::error::Error) -> Problem {
    let message = match error.source() {
        Some(source) => source.to_string(),
        None => error.to_string(),
    };
    Problem::invalid(vec![crate::problem::FieldError::new("/query", "wrong_parameter", message)])
}

fn malformed(message: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed_json", "The body is not valid JSON")
        .detail(message.to_owned())
}

/// Tells a body that is too long from one that broke off.
pub(crate) fn body_problem(error: &BytesRejection) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            "The body is too large",
        )
        .detail("Send less at once, or use the streamed upload of this service.");
    }
    Problem::new(StatusCode::BAD_REQUEST, "body_incomplete", "The body could not be read")
}

/// Counts brackets outside strings, so that hostile nesting is refused before it is parsed.
fn check_depth(bytes: &[u8]) -> Result<(), Problem> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        match (quoted, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => quoted = !quoted,
            (false, b'{' | b'[') => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(malformed(&format!("nested deeper than {MAX_DEPTH} levels")));
                }
            }
            (false, b'}' | b']') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |pointer, segment| match segment {
        Segment::Seq { index } => format!("{pointer}/{index}"),
        Segment::Map { key } => {
            format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
        }
        Segment::Enum { variant } => format!("{pointer}/{variant}"),
        Segment::Unknown => pointer,
    })
}
