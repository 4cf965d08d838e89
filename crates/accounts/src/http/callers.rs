//! Callers with a property that the access table does not know, as arguments of handlers.

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderName, header};
use platform::auth::{Caller, Credential};
use platform::http::ClientIp;
use platform::http::client_ip::Secure;
use platform::problem::Problem;

use super::authenticate::cookie;
use super::problems::{password_change_required, person_required};
use crate::audit::Actor;
use crate::domain::cookies;
use crate::domain::ids::UserId;
use crate::domain::label::printable;
use crate::sign_in::{Client, Origin};

const CLIENT_HEADER: HeaderName = HeaderName::from_static("x-quintet-client");

/// A person who signed in with a password, not a key.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) caller: Caller,
    pub(super) actor: Actor,
    pub(super) id: UserId,
}

/// A person or key that has no one-time password to replace first.
#[derive(Debug)]
pub(super) struct Settled {
    pub(super) caller: Caller,
    pub(super) actor: Actor,
}

/// A person who has no one-time password to replace first.
#[derive(Debug)]
pub(super) struct SettledPerson(pub(super) Person);

/// Whoever is at the door, not signed in yet.
#[derive(Debug)]
pub(super) struct Visitor {
    pub(super) origin: Origin,
    /// Whether they came by TLS, so that cookies stay there.
    pub(super) secure: bool,
    /// The refresh token of the console.
    pub(super) refresh_cookie: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Settled {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = <Caller as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        if caller.must_change_password {
            return Err(password_change_required());
        }
        let actor = Actor {
            id: caller.user_id.clone(),
            tenant_id: caller.tenant_id.clone(),
            ip: ip(parts).map(|ip| ip.0),
        };
        Ok(Self { caller, actor })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Person {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = <Caller as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        if caller.credential == Credential::ApiKey {
            return Err(person_required());
        }
        let id = caller.user_id.parse().map_err(Problem::internal)?;
        let actor = Actor {
            id: caller.user_id.clone(),
            tenant_id: caller.tenant_id.clone(),
            ip: ip(parts).map(|ip| ip.0),
        };
        Ok(Self { caller, actor, id })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SettledPerson {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let person = Person::from_request_parts(parts, state).await?;
        if person.caller.must_change_password {
            return Err(password_change_required());
        }
        Ok(Self(person))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let ClientIp(ip) = ClientIp::from_request_parts(parts, state).await?;
        let console = parts.headers.get(CLIENT_HEADER).is_some_and(|value| value == "console");
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self {
            origin: Origin {
                client: if console { Client::Console } else { Client::Api },
                ip,
                user_agent: printable(agent.unwrap_or_default(), 200),
            },
            secure: parts.extensions.get::<Secure>().is_some_and(|secure| secure.0),
            refresh_cookie: cookie(&parts.headers, cookies::REFRESH).map(str::to_owned),
        })
    }
}

fn ip(parts: &Parts) -> Option<ClientIp> {
    parts.extensions.get::<ClientIp>().copied()
}
