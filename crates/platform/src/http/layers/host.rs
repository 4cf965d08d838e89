//! Refuses requests for other hosts, so that a web page elsewhere cannot point its name at us.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};

use crate::http::client_ip::ClientIp;
use crate::http::compose::Shared;
use crate::problem::Problem;
use crate::settings::PlatformSettings;

/// The values of the Host header that are served.
#[derive(Debug, Clone)]
pub(crate) enum Hosts {
    /// Nothing was configured outside strict environments, and the address is not loopback.
    Any,
    /// These names, without port; `.example.com` also means its subdomains.
    Named(Vec<String>),
}

impl Hosts {
    /// Serves what is configured, and loopback names always.
    pub(crate) fn of(settings: &PlatformSettings) -> Self {
        let loopback_only = ["127.0.0.1", "::1", "localhost"].contains(&settings.host.as_str());
        if settings.hosts.iter().any(|host| host == "*")
            || (settings.hosts.is_empty() && !loopback_only && !settings.environment.is_strict())
        {
            return Self::Any;
        }
        let own = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned);
        Self::Named(
            settings.hosts.iter().map(|host| host.to_ascii_lowercase()).chain(own).collect(),
        )
    }

    fn serves(&self, host: &str) -> bool {
        let Self::Named(names) = self else { return true };
        let host = without_port(host).to_ascii_lowercase();
        names.iter().any(|name| {
            host == *name
                || (name.starts_with('.') && (host.ends_with(name.as_str()) || host == name[1..]))
        })
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Answers 421 to a request for another host; health probes from this machine are exempt.
pub(crate) async fn host(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let named = request
        .headers()
        .get(header::HOST)
        .and_then(|value| value.to_str().ok())
        .or_else(|| request.uri().authority().map(http::uri::Authority::as_str));
    let probe = request.uri().path().starts_with("/health")
        && request.extensions().get::<ClientIp>().is_some_and(|client| client.0.is_loopback());
    if probe || named.is_none_or(|name| shared.hosts.serves(name)) {
        return next.run(request).await;
    }
    Problem::new(StatusCode::MISDIRECTED_REQUEST, "unknown_host", "This host is not served here")
        .detail("Add the name to TRUSTED_HOSTS.")
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_compared_without_port_and_case() {
        let hosts = Hosts::Named(vec!["desk.example".into(), ".quintet.example".into()]);
        for served in ["desk.example", "DESK.example:8080", "a.quintet.example", "quintet.example"]
        {
            assert!(hosts.serves(served), "{served}");
        }
        for refused in ["evil.example", "desk.example.evil", "xquintet.example", ""] {
            assert!(!hosts.serves(refused), "{refused}");
        }
    }
}
