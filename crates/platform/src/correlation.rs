//! The ids that tie the log lines of one piece of work together.

use http::HeaderMap;

use crate::ids::Ids;

/// `X-Request-ID`: names one request.
pub const REQUEST_ID: &str = "x-request-id";
/// `X-Correlation-ID`: names one piece of work across requests, jobs and services.
pub const CORRELATION_ID: &str = "x-correlation-id";

/// The ids of the work at hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Correlation {
    /// Empty outside a request.
    pub request_id: String,
    /// Never empty inside a request or a job.
    pub correlation_id: String,
}

tokio::task_local! {
    static CURRENT: Correlation;
}

impl Correlation {
    /// Takes the ids of a request from its headers, or draws them.
    #[must_use]
    pub fn of_request(headers: &HeaderMap, ids: &Ids) -> Self {
        let taken = |name| headers.get(name).and_then(|v| v.to_str().ok()).filter(|t| is_id(t));
        let request_id = taken(REQUEST_ID).map_or_else(|| ids.draw().to_string(), str::to_owned);
        let correlation_id =
            taken(CORRELATION_ID).map_or_else(|| request_id.clone(), str::to_owned);
        Self { request_id, correlation_id }
    }

    /// Runs `work` under these ids.
    pub async fn scope<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }

    /// Returns the ids of the work at hand; empty outside any.
    #[must_use]
    pub fn current() -> Self {
        CURRENT.try_with(Clone::clone).unwrap_or_default()
    }
}

/// Returns the correlation id of the work at hand; empty outside any.
#[must_use]
pub fn current_correlation_id() -> String {
    Correlation::current().correlation_id
}

/// 8 to 128 characters of `[A-Za-z0-9._-]`: what is safe in a header, a log line and a file name.
fn is_id(text: &str) -> bool {
    (8..=128).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}
