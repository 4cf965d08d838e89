//! How often a caller may ask: a token bucket for each caller, or for each address.

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::auth::Caller;
use crate::http::client_ip::ClientIp;
use crate::http::compose::Shared;
use crate::metrics::RATE_LIMITED_TOTAL;
use crate::problem::Problem;
use crate::rate_limit::Decision;

/// Answers 429 to a caller that asks too often; probes and the console's files are not counted.
pub(crate) async fn limit(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let Some(limiter) = shared.limiter.as_ref().filter(|_| counts(&request)) else {
        return next.run(request).await;
    };
    let decision = match limiter.check(&key(&request)).await {
        Ok(decision) => decision,
        Err(error) => return Problem::from(error).into_response(),
    };
    let mut response = if decision.allowed {
        next.run(request).await
    } else {
        metrics::counter!(RATE_LIMITED_TOTAL).increment(1);
        refusal(&decision).into_response()
    };
    describe(response.headers_mut(), &decision);
    response
}

fn counts(request: &Request) -> bool {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    route.is_some_and(|route| !route.starts_with("/health") && route != "/metrics")
}

fn key(request: &Request) -> String {
    if let Some(caller) = request.extensions().get::<Caller>() {
        return format!("caller:{}:{}", caller.tenant_id, caller.user_id);
    }
    let client = request.extensions().get::<ClientIp>();
    let source = client.map_or_else(|| "none".to_owned(), |client| client.source());
    format!("address:{source}")
}

fn refusal(decision: &Decision) -> Problem {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "Too many requests")
        .detail(format!(
            "{} requests may come at once. Try again in {} s.",
            decision.limit, decision.retry_after
        ))
        .retry_after(decision.retry_after.max(1))
}

/// The header names of the draft standard, and the older ones that clients still read.
fn describe(headers: &mut HeaderMap, decision: &Decision) {
    let values = [
        (["ratelimit-limit", "x-rate-limit-limit"], u64::from(decision.limit)),
        (["ratelimit-remaining", "x-rate-limit-remaining"], u64::from(decision.remaining)),
        (["ratelimit-reset", "x-rate-limit-reset"], decision.reset_seconds),
    ];
    for (names, value) in values {
        for name in names {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        }
    }
}
