//! `/metrics`, for Prometheus.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use platform::http::ClientIp;
use platform::problem::Problem;
use platform::settings::PlatformSettings;
use subtle::ConstantTimeEq as _;

use super::System;

/// Says in numbers what the process does, in the Prometheus text format.
///
/// With `METRICS_PASSWORD` it asks for HTTP basic authentication; without, only loopback may read.
#[utoipa::path(get, path = "/metrics", tag = "health", responses(
    (status = 200, description = "Prometheus text format", body = String, content_type = "text/plain"),
    (status = 401, description = "Basic authentication is missing or wrong", body = Problem),
    (status = 403, description = "Only loopback may read without a password", body = Problem),
    (status = 404, description = "ENABLE_PROMETHEUS is off", body = Problem),
))]
pub(super) async fn find_metrics(
    State(system): State<System>,
    client: ClientIp,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    check(&system.settings, client, &headers)?;
    // The gauges of health are set when somebody looks; an alert must not rest on old ones.
    system.health.look().await;
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], system.metrics.render()).into_response())
}

fn check(
    settings: &PlatformSettings,
    client: ClientIp,
    headers: &HeaderMap,
) -> Result<(), Problem> {
    if !settings.metrics_enabled {
        return Err(Problem::not_found("route_not_found", "address"));
    }
    let Some(password) = &settings.metrics_password else {
        if client.0.is_loopback() {
            return Ok(());
        }
        return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", "You may not do this")
            .detail("Set METRICS_PASSWORD to read the metrics from another machine."));
    };
    let expected = format!("{}:{}", settings.metrics_user, password.reveal());
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Basic "))
        .and_then(|value| STANDARD.decode(value.trim()).ok())
        .unwrap_or_default();
    if bool::from(given.ct_eq(expected.as_bytes())) {
        return Ok(());
    }
    Err(Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", "Sign in first")
        .detail("Send the user and password of the metrics as HTTP basic authentication."))
}
