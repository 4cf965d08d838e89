//! The refusals of this crate.

use http::StatusCode;
use platform::problem::Problem;

use crate::writer::LevelError;

/// Neither a good key nor a signed-in caller.
pub(super) fn unauthenticated() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "log_key_required", "A key or a sign-in is needed")
        .detail("Send the header X-Log-API-Key with the key of LOG_INGEST_API_KEY, or sign in.")
}

/// The body is longer than this route takes.
pub(super) fn too_large(limit: usize) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "The body is too large")
        .detail(format!("Send at most {limit} bytes at once; split the batch."))
}

/// The body is not JSON.
pub(super) fn malformed(cause: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed_json", "The body is not valid JSON")
        .detail(cause.to_owned())
}

/// The body is neither JSON nor plain text.
pub(super) fn unsupported() -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported_media_type",
        "The body must be JSON",
    )
    .detail("Send `Content-Type: application/json`, or `text/plain` from navigator.sendBeacon.")
}

/// The batch has more records than allowed.
pub(super) fn too_many(count: usize, limit: usize) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "batch_too_large", "The batch has too many records")
        .detail(format!("It has {count} records; send at most {limit} at once."))
}

/// The caller has sent too many records.
pub(super) fn too_fast(seconds: u64) -> Problem {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_log_records", "Too many log records")
        .detail(format!("Try again in {seconds} s, with fewer records."))
        .retry_after(seconds)
}

impl From<LevelError> for Problem {
    fn from(error: LevelError) -> Self {
        match error {
            LevelError::Unreadable(_) => Self::invalid(vec![platform::problem::FieldError::new(
                "/level",
                "unknown_level",
                error.to_string(),
            )]),
            LevelError::NotInstalled => {
                Self::new(StatusCode::CONFLICT, "log_not_started", "This process writes no log")
                    .detail("The level can be changed in a process that the server started.")
            }
        }
    }
}
