//! The person or program behind a request.

use std::fmt;
use std::str::FromStr;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::unauthenticated;
use crate::problem::Problem;

/// What a person may do, for all services or for one.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Looks.
    Viewer,
    /// Works: analyst, trader, contributor, engineer.
    Operator,
    /// Also approves what operators propose.
    Approver,
    /// Looks, and reads the audit trail.
    Auditor,
    /// Everything, users included.
    Admin,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 5] =
        [Self::Viewer, Self::Operator, Self::Approver, Self::Auditor, Self::Admin];

    /// Tells whether a holder of this role may do what `needed` may do.
    #[must_use]
    pub fn includes(self, needed: Self) -> bool {
        match self {
            Self::Admin => true,
            Self::Approver => matches!(needed, Self::Approver | Self::Operator | Self::Viewer),
            Self::Operator => matches!(needed, Self::Operator | Self::Viewer),
            Self::Auditor => matches!(needed, Self::Auditor | Self::Viewer),
            Self::Viewer => needed == Self::Viewer,
        }
    }

    /// The kind of scope that an API key needs for this role.
    #[must_use]
    pub fn scope(self) -> &'static str {
        match self {
            Self::Viewer => "read",
            Self::Operator | Self::Approver => "write",
            Self::Auditor => "audit",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Approver => "approver",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
        })
    }
}

impl FromStr for Role {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|role| role.to_string() == text)
            .ok_or("must be viewer, operator, approver, auditor or admin")
    }
}

/// A role, for all services or for one: `admin`, `credit:operator`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grant {
    /// `None` means all services.
    pub service: Option<String>,
    /// The role.
    pub role: Role,
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.service {
            Some(service) => write!(f, "{service}:{}", self.role),
            None => write!(f, "{}", self.role),
        }
    }
}

impl FromStr for Grant {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("", _)) => Err("must be a role or <service>:<role>"),
            Some((service, role)) => {
                Ok(Self { service: Some(service.to_owned()), role: role.parse()? })
            }
            None => Ok(Self { service: None, role: text.parse()? }),
        }
    }
}

/// How the caller proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// A cookie of the console.
    Session,
    /// An access token in the `Authorization` header.
    Bearer,
    /// An API key.
    ApiKey,
}

/// The person or program behind a request. Handlers take it as an argument.
#[derive(Debug, Clone)]
pub struct Caller {
    /// `user_…`
    pub user_id: String,
    /// Whose data they work on; part of every stored row and of every cache key.
    pub tenant_id: String,
    /// How they are addressed.
    pub email: String,
    /// What they may do.
    pub grants: Vec<Grant>,
    /// Narrows the grants of an API key: `credit:read`, `credit:write`, `*:read`, `*`.
    pub scopes: Option<Vec<String>>,
    /// How they proved who they are.
    pub credential: Credential,
    /// Names the session or key, for logout and audit.
    pub session_id: String,
    /// Whether they may only set a new password.
    pub must_change_password: bool,
}

impl Caller {
    /// Tells whether they may act in this role in this service.
    #[must_use]
    pub fn may(&self, service: &str, role: Role) -> bool {
        let granted = self.grants.iter().any(|grant| {
            grant.service.as_deref().is_none_or(|s| s == service) && grant.role.includes(role)
        });
        granted && self.scopes.as_ref().is_none_or(|s| allows(s, service, role.scope()))
    }

    /// Tells whether they administer this service.
    #[must_use]
    pub fn is_admin(&self, service: &str) -> bool {
        self.may(service, Role::Admin)
    }
}

fn allows(scopes: &[String], service: &str, kind: &str) -> bool {
    scopes.iter().any(|scope| match scope.split_once(':') {
        Some((s, k)) => {
            (s == "*" || s == service)
                && (k == "*" || k == kind || (k == "write" && kind == "read"))
        }
        None => scope == "*",
    })
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(unauthenticated)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Problem> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(grants: &[&str], scopes: Option<&[&str]>) -> Caller {
        Caller {
            user_id: "user_1".into(),
            tenant_id: "default".into(),
            email: "a@b.c".into(),
            grants: grants.iter().map(|g| g.parse().unwrap()).collect(),
            scopes: scopes.map(|s| s.iter().map(|s| (*s).to_owned()).collect()),
            credential: Credential::ApiKey,
            session_id: "key_1".into(),
            must_change_password: false,
        }
    }

    #[test]
    fn a_grant_for_one_service_says_nothing_about_another() {
        let caller = caller(&["credit:operator"], None);
        assert!(caller.may("credit", Role::Viewer) && caller.may("credit", Role::Operator));
        assert!(!caller.may("credit", Role::Approver) && !caller.may("levels", Role::Viewer));
    }

    #[test]
    fn a_scope_narrows_a_key_but_never_widens_it() {
        let reader = caller(&["admin"], Some(&["credit:read"]));
        assert!(reader.may("credit", Role::Viewer) && !reader.may("credit", Role::Operator));
        assert!(!reader.may("levels", Role::Viewer));
        assert!(!caller(&["viewer"], Some(&["*"])).may("credit", Role::Operator));
    }

    #[test]
    fn an_auditor_does_not_operate_and_an_operator_does_not_audit() {
        assert!(!Role::Auditor.includes(Role::Operator) && !Role::Approver.includes(Role::Auditor));
    }
}
