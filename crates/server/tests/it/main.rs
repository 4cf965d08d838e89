//! The binary as a whole: every operation's access, the process from start to kill, several
//! processes together, outages, backups.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must stop")]

mod access;
mod backup;
mod cluster;
mod crash;
mod drain;
mod http;
mod idempotency;
mod loans;
mod outage;
mod postgres;
mod process;
mod protocol;
mod server;
