//! One asset: the fields it may have, how they are read, and the loan they make.
//!
//! - [`Field`] is the list of all fields of all classes.
//! - [`Record`] holds the typed values of one asset.
//! - [`build`](mod@build) checks them and makes the engine's [`Loan`](credit_engine::loan::Loan).
//!
//! # Invariants
//!
//! - A value in a [`Record`] has the type and the range of its field.
//! - Every broken rule of an asset is reported, not only the first.

mod build;
mod field;
mod record;
mod rules;

pub use build::build;
pub use field::{Field, Kind, find_choice};
pub use record::{
    Issue, Record, Value, check_number, check_whole, exact_whole, unknown_choice, whole_to_number,
};
pub use rules::tranche_warnings;
