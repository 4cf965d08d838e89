//! Credit from the outside: HTTP to the database and the object store, and back.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod access;
mod analyze;
mod cli;
mod desk;
mod jobs;
mod large;
mod pools;
mod runs;
mod sweep;
mod tapes;
