//! The tables: the only place with SQL.
//!
//! - [`ingest`] writes the rows of the log file, many at a time.
//! - [`tail_state`] remembers how far the log file was read.
//! - [`backend_logs`] finds and counts rows; [`summary`] counts them by name and time.
//! - [`retention`] deletes what is too old.
//! - [`frontend_logs`] keeps what browsers report.
//! - [`statement`] puts statements together from fixed parts and bound values.

pub(crate) mod backend_logs;
pub(crate) mod frontend_logs;
pub(crate) mod ingest;
pub(crate) mod retention;
pub(crate) mod statement;
pub(crate) mod summary;
pub(crate) mod tail_state;
