//! What an operation asks of its caller.

use http::StatusCode;

use super::{Caller, Role};
use crate::problem::Problem;

/// What an operation asks of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody; credentials are not even looked at, so that broken ones do no harm.
    Public,
    /// Anybody; good credentials are recognised, and the handler decides.
    Optional,
    /// Whoever is signed in, whatever the role.
    SignedIn,
    /// This role, for the service of the table or for all services.
    Role(Role),
}

/// The operations of one service (their OpenAPI ids) and what they ask.
pub type AccessTable = &'static [(&'static str, Access)];

impl Access {
    /// Decides whether `caller` may use an operation of `service`.
    ///
    /// # Errors
    ///
    /// Returns 401 without a caller, 403 if the role or the scope of the key is missing.
    pub fn check(self, service: &str, caller: Option<&Caller>) -> Result<(), Problem> {
        let role = match self {
            Self::Public | Self::Optional => return Ok(()),
            Self::SignedIn => None,
            Self::Role(role) => Some(role),
        };
        let Some(caller) = caller else { return Err(unauthenticated()) };
        if caller.must_change_password && service != "accounts" {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "password_change_required",
                "The password must be changed first",
            )
            .detail("Set a new password with POST /api/auth/password, then sign in again."));
        }
        let Some(role) = role else { return Ok(()) };
        if caller.may(service, role) {
            return Ok(());
        }
        Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", "You may not do this").detail(
            format!("This needs the role `{role}` for {service}. An administrator can grant it."),
        ))
    }
}

/// The answer to a request without usable credentials.
#[must_use]
pub(crate) fn unauthenticated() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", "Sign in first")
        .detail("Send a session cookie, `Authorization: Bearer <token>` or `X-API-Key: <key>`.")
}
