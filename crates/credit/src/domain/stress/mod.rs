//! What a pool is worth when markets and borrowers behave otherwise.
//!
//! - [`StressScenario`] is one such behaviour: it comes with the engine, is sent along, or was saved.
//! - [`run`](fn@run) analyses a pool under several of them, [`Report`] compares the results.
//! - [`Report::to_html`] and [`Report::to_csv`] write the comparison for people.
//!
//! # Invariants
//!
//! - `base` is always there, comes first, and equals the analysis without scenarios bit for bit.
//! - A name that nobody knows is refused, never skipped.

mod charts;
mod csv;
pub mod html;
mod report;
mod run;
mod scenario;

pub use report::{Bar, End, Report, ReportFormat, Row};
pub use run::{Options, ScenarioOutcome, StressOutcome, passes, run};
pub use scenario::{
    CustomScenario, FactorsBody, Kind, ScenarioNames, SpeedsBody, StressScenario, known, select,
};
