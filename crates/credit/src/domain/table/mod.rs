//! The loans of a pool as stored: one Parquet table, and what identifies it.
//!
//! - [`TableWriter`] takes assets one by one and holds one row group at a time.
//! - [`read`] gives them back in order.
//! - [`Summary`] is what lists show about a pool.
//!
//! # Invariants
//!
//! - The content hash depends on the values of the assets and their order, not on how they are
//!   compressed.

mod columns;
mod reader;
mod summary;
mod writer;

pub use reader::{TableError, read, rows};
pub(crate) use summary::loan_to_value;
pub use summary::{ClassShare, Summary};
pub use writer::{Table, TableWriter};
