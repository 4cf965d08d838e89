//! The tables of accounts. Each function takes the caller's transaction; only this module has SQL.

pub(crate) mod api_keys;
pub(crate) mod audit;
pub(crate) mod login_failures;
pub(crate) mod refresh_tokens;
pub(crate) mod sessions;
pub(crate) mod users;

use platform::auth::Grant;
use platform::db::DbError;

use crate::grants;

/// Reads stored grants.
fn read_grants(table: &'static str, texts: &[String]) -> Result<Vec<Grant>, DbError> {
    grants::parse(texts)
        .map_err(|refused| DbError::Corrupt { table, source: refused.reason.into() })
}

/// Wraps the domain's refusal of a stored value.
fn corrupt<E: std::error::Error + Send + Sync + 'static>(
    table: &'static str,
) -> impl Fn(E) -> DbError {
    move |source| DbError::Corrupt { table, source: source.into() }
}
