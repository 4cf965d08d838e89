//! Credit from the outside: HTTP to the database and the object store, and back.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod access;
mod analyze;
mod cashflow;
mod cli;
mod deals;
mod deals_cli;
mod deals_desk;
mod deals_results;
mod deals_runs;
mod deals_sharing;
mod desk;
mod hostile;
mod jobs;
mod large;
mod loans;
mod pools;
mod runs;
mod simulations;
mod specialized;
mod stress;
mod structured;
mod sweep;
mod tapes;
mod tools;
