//! The outermost layer: everything that leaves passes here.

use std::any::Any;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::PoisonError;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures::FutureExt as _;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use tracing::{Instrument as _, field};

use crate::correlation::{CORRELATION_ID, Correlation, REQUEST_ID};
use crate::http::client_ip;
use crate::http::compose::Shared;
use crate::metrics::{HTTP_REQUEST_DURATION_SECONDS, HTTP_REQUESTS_TOTAL};
use crate::problem::{Pending, Problem};
use crate::telemetry;

/// What the browser may load and where it may send things: from here and to here, nothing inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Headers that every response carries, unless its handler has set them.
const SECURITY: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

/// Runs a request under its ids, and finishes whatever comes back.
pub(crate) async fn context(
    State(shared): State<Shared>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let ids = Correlation::of_request(request.headers(), &shared.ids);
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    let (client, secure) = client_ip::client(&shared.proxies, peer, request.headers());
    request.extensions_mut().insert(client);
    request.extensions_mut().insert(secure);

    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().map(|route| route.as_str().to_owned());
    let operation = route.as_ref().and_then(|route| shared.operations.find(&method, route));
    let service = operation.map_or("platform", |operation| operation.service);
    let span = tracing::info_span!(
        "http",
        request_id = %ids.request_id,
        correlation_id = %ids.correlation_id,
        user_id = field::Empty,
        service,
    );

    telemetry::adopt(&span, request.headers());
    let work = AssertUnwindSafe(next.run(request)).catch_unwind();
    let outcome = ids.clone().scope(work.instrument(span.clone())).await;
    let response = outcome.unwrap_or_else(|panic| panicked(panic.as_ref()).into_response());

    let _entered = span.enter();
    let mut response = finish_problem(response, &path, &ids.request_id);
    finish_headers(response.headers_mut(), &ids, started, secure.0);
    report(&Asked { method, path, route }, service, response.status(), started);
    response
}

/// The problem of a handler that panicked.
pub(super) fn panicked(panic: &(dyn Any + Send)) -> Problem {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    Problem::internal(format!("panic: {}", text.unwrap_or("no message")))
}

/// Adds what only this layer knows to a problem, and logs its cause.
fn finish_problem(mut response: Response, path: &str, request_id: &str) -> Response {
    let Some(pending) = response.extensions_mut().remove::<Pending>() else { return response };
    let taken = pending.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(problem) = taken else { return response };
    let problem = problem.about(path, request_id);
    if let Some(source) = problem.source() {
        let causes = chain(source);
        tracing::error!(event = "request_failed", code = problem.code(), "{causes}");
    }
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    response.headers_mut().remove(header::CONTENT_LENGTH);
    // The layer that compresses has seen the body that is replaced here.
    response.headers_mut().remove(header::CONTENT_ENCODING);
    *response.body_mut() = Body::from(body);
    response
}

/// Writes an error and all that caused it in one line.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

fn finish_headers(headers: &mut HeaderMap, ids: &Correlation, started: Instant, secure: bool) {
    for (name, value) in [(REQUEST_ID, &ids.request_id), (CORRELATION_ID, &ids.correlation_id)] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    for (name, value) in SECURITY {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if secure {
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    }
    let seconds = started.elapsed().as_secs_f64();
    if let Ok(value) = HeaderValue::from_str(&format!("{seconds:.6}")) {
        headers.insert(HeaderName::from_static("x-process-time"), value);
    }
    if let Ok(value) = HeaderValue::from_str(&format!("app;dur={:.3}", seconds * 1e3)) {
        headers.entry(HeaderName::from_static("server-timing")).or_insert(value);
    }
}

/// What was asked for; `route` is `None` where nothing is served.
struct Asked {
    method: Method,
    path: String,
    route: Option<String>,
}

/// Counts the request, and logs it: reads at debug, writes at info, trouble above.
fn report(asked: &Asked, service: &str, status: StatusCode, started: Instant) {
    let Asked { method, path, route } = asked;
    let elapsed = started.elapsed();
    let labels = [
        ("service", service.to_owned()),
        ("method", method.to_string()),
        ("route", route.clone().unwrap_or_else(|| "none".to_owned())),
        ("status", status.as_u16().to_string()),
    ];
    metrics::counter!(HTTP_REQUESTS_TOTAL, &labels).increment(1);
    metrics::histogram!(HTTP_REQUEST_DURATION_SECONDS, &labels[..3]).record(elapsed.as_secs_f64());

    let duration_ms = elapsed.as_secs_f64() * 1e3;
    let status = status.as_u16();
    let place = route.as_ref().unwrap_or(path);
    macro_rules! line {
        ($level:ident) => {
            tracing::$level!(
                event = "http_request",
                method = %method, route, path, status, duration_ms,
                "{method} {place} {status} in {duration_ms:.1} ms"
            )
        };
    }
    if status >= 500 {
        line!(warn);
    } else if method.is_safe() && status < 400 && duration_ms < 500.0 {
        line!(debug);
    } else {
        line!(info);
    }
}
