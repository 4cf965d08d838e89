//! Translates between HTTP and accounts, and verifies the credentials of every request.

mod access;
mod api_keys;
mod audit;
mod authenticate;
mod callers;
mod login;
mod me;
mod problems;
mod users;
mod v1;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use access::ACCESS;

use crate::Accounts;

/// Lists the operations.
pub(crate) fn routes(accounts: &Accounts) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(login::login))
        .routes(routes!(login::refresh_session))
        .routes(routes!(login::logout))
        .routes(routes!(me::find_me))
        .routes(routes!(v1::issue_token))
        .routes(routes!(v1::refresh_session_v1))
        .routes(routes!(v1::logout_v1))
        .routes(routes!(v1::find_me_v1))
        .routes(routes!(me::change_password))
        .routes(routes!(me::list_sessions))
        .routes(routes!(me::delete_session))
        .routes(routes!(api_keys::list_api_keys, api_keys::create_api_key))
        .routes(routes!(api_keys::delete_api_key))
        .routes(routes!(users::register_user))
        .routes(routes!(users::list_users, users::create_user))
        .routes(routes!(users::find_user, users::update_user, users::delete_user))
        .routes(routes!(users::reset_user_password))
        .routes(routes!(audit::list_audit_entries))
        .routes(routes!(audit::verify_audit_chain))
        .with_state(accounts.clone())
}
