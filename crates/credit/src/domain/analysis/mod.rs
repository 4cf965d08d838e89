//! What a pool is worth under assumptions.
//!
//! - [`AnalysisRequest`] is what a caller asks; [`Terms`] is the same, complete and checked.
//! - [`analyze`] projects the pool and measures it.
//! - [`Outcome`] is the answer: measures, cash flows by column, parts by class.
//!
//! # Invariants
//!
//! - The outcome depends on the loans and the terms only, so it may be cached under their hash.
//! - A measure that does not exist is absent, never 0.

mod cashflows;
mod metrics;
mod request;
mod run;
mod scenarios;

pub use cashflows::{Cashflows, NAMES as CASHFLOW_COLUMNS, Row};
pub use metrics::Metrics;
pub use request::{
    AnalysisRequest, Anchor, AssumptionsBody, Calibration, CashflowFormat, GroupBy, OnInvalid,
    Terms, TermsDefaults, TimeBasis,
};
pub use run::{AnalysisError, Note, Outcome, Part, analyze, work};
pub use scenarios::{Bend, analyze_under, follows_an_index, values_under};

/// Names the arithmetic: cached and stored results of another version are not mixed with these.
pub const ENGINE_VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "-2");
