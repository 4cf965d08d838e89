//! `BackendLogTailService`: reads the log file into the table `backend_logs`.
//!
//! - [`reader`] finds the next lines through rotations, from a position alone.
//! - [`service`] writes them and the new position in one transaction, again and again.
//!
//! # Invariants
//!
//! - A line is stored exactly once, whenever the process is killed: rows and position are committed
//!   together.
//! - One process at a time reads a log file: it holds the lock on `<log file>.tail`, which the
//!   system releases when the process ends. The file also holds the name of the log, so that two
//!   hosts with equal paths and device numbers are told apart in a shared database.
//! - What this module logs is not stored (`domain/entry.rs`), so that reading does not make lines.

pub(crate) mod files;
pub(crate) mod lines;
pub(crate) mod reader;
pub(crate) mod service;

#[cfg(test)]
mod tests;
