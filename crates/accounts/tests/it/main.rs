//! Accounts from the outside: through HTTP and the command line, down to the database.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod api_keys;
mod audit;
mod cli;
mod desk;
mod first_run;
mod login;
mod me;
mod refresh;
mod users;
