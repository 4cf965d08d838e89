//! Strangle from the outside: HTTP to the database and back; all but `whole` without an engine.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod access;
mod analytics;
mod cli;
mod configs;
mod control;
mod desk;
mod fees;
mod live;
mod load;
mod risk;
mod sessions;
mod whole;
