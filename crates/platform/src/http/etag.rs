//! Versions of rows as `ETag` and `If-Match`.

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode, header};

use crate::problem::Problem;

/// The header that carries a row's version.
#[must_use]
pub fn etag(version: i64) -> [(HeaderName, HeaderValue); 1] {
    let value = HeaderValue::from_str(&format!("\"{version}\""))
        .unwrap_or_else(|_| HeaderValue::from_static("\"0\""));
    [(header::ETAG, value)]
}

/// The version that the caller has seen, from `If-Match`; `None` if they do not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub Option<i64>);

impl IfMatch {
    /// Compares with the version in the store.
    ///
    /// # Errors
    ///
    /// Returns 412 with the current version if the caller has seen another.
    pub fn check(self, current: i64) -> Result<(), Problem> {
        match self.0 {
            Some(seen) if seen != current => Err(stale(current)),
            _ => Ok(()),
        }
    }
}

/// The answer to an update of a version that is no longer the current one.
#[must_use]
pub fn stale(current: i64) -> Problem {
    Problem::new(StatusCode::PRECONDITION_FAILED, "stale_version", "It was changed meanwhile")
        .detail(format!("The current version is {current}. Read it again and repeat your change."))
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        let version = text.trim_start_matches("W/").trim_matches('"').parse().map_err(|_| {
            Problem::new(StatusCode::BAD_REQUEST, "malformed_if_match", "If-Match cannot be read")
                .detail("Send the ETag of the version you have seen, for example `\"3\"`.")
        })?;
        Ok(Self(Some(version)))
    }
}
