//! Who is calling, may they, and how often: decided here, before any handler.

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;

use crate::auth::{Access, Caller, Role};
use crate::http::compose::Shared;
use crate::http::{ClientIp, Networks};
use crate::problem::Problem;

/// Verifies the credentials and asks the access table; an operation without a row is refused.
pub(crate) async fn access(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    match admit(&shared, request).await {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

async fn admit(shared: &Shared, request: Request) -> Result<Request, Problem> {
    let Some(route) = request.extensions().get::<MatchedPath>() else {
        return Ok(request);
    };
    let Some(operation) = shared.operations.find(request.method(), route.as_str()) else {
        // A known route with another method: the router answers 405.
        return Ok(request);
    };
    let (mut parts, body) = request.into_parts();
    let caller = match operation.access {
        Access::Public => None,
        _ => shared.authenticator.authenticate(&parts).await?,
    };
    operation.access.check(operation.service, caller.as_ref())?;
    if operation.access == Access::Role(Role::Admin) {
        check_address(&shared.admin_networks, parts.extensions.get::<ClientIp>())?;
    }
    if let Some(caller) = caller {
        tracing::Span::current().record("user_id", caller.user_id.as_str());
        parts.extensions.insert::<Caller>(caller);
    }
    parts.extensions.insert(operation);
    Ok(Request::from_parts(parts, body))
}

/// What asks for the role of an administrator may be open to some networks only.
fn check_address(allowed: &Networks, client: Option<&ClientIp>) -> Result<(), Problem> {
    if allowed.is_empty() || client.is_some_and(|client| allowed.contains(client.0)) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        "address_not_allowed",
        "Administration is not open to this address",
    )
    .detail("Use a computer in one of the networks that the operator has named in ADMIN_NETWORKS."))
}
