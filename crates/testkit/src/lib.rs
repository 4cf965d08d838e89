//! What integration tests of a service stand on: a running service with a database of its own, the
//! layers of the real server, a clock that stands still and ids that count.

#![expect(clippy::expect_used, reason = "a test that cannot be set up must stop")]

mod app;
mod database;

pub use app::{HeaderAuthenticator, Reply, TestApp};
pub use database::TestDb;
