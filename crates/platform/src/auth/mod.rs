//! Who is calling, and may they: the words that every service uses.
//!
//! How a caller is verified is the business of the `accounts` crate, which implements
//! [`Authenticator`]. What an operation asks of its caller stands in the service's access table,
//! one row an operation; an operation without a row does not start.

mod access;
mod caller;

use std::future::Future;
use std::pin::Pin;

pub use access::{Access, AccessTable};
pub use caller::{Caller, Credential, Grant, Role};

use crate::problem::Problem;

/// A future that a trait object returns.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Turns the credentials of a request into a [`Caller`].
pub trait Authenticator: Send + Sync + 'static {
    /// Returns `None` if the request carries no credentials.
    ///
    /// # Errors
    ///
    /// Returns a problem with status 401 or 403 if the credentials are not good.
    fn authenticate<'a>(
        &'a self,
        request: &'a http::request::Parts,
    ) -> BoxFuture<'a, Result<Option<Caller>, Problem>>;
}
