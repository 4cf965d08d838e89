//! What a log line is, and what of it is kept. Pure.
//!
//! - [`scan`] checks the JSON of a line and hands out its top-level fields, borrowed.
//! - [`entry`] turns the fields into a row: level, ids, message, payload.
//! - [`redact`] knows which keys carry secrets.
//! - [`instant`], [`key`] and [`level`] are the small vocabularies.
//! - [`csv`] makes cells that a spreadsheet does not run.

pub(crate) mod csv;
pub(crate) mod entry;
pub(crate) mod instant;
pub(crate) mod key;
pub(crate) mod level;
pub(crate) mod redact;
pub(crate) mod scan;
