//! Structured deals: what a caller sends, what a run computes, and what comes out as tables.
//!
//! | module | decides |
//! |---|---|
//! | `access` | who may do what |
//! | `draft`, `language` | a deal as sent, read and checked |
//! | `plan` | what a run computes, complete |
//! | `fault` | why a deal cannot be run |
//! | `compute` | projections of the pools, then the deal |
//! | `summary`, `tables`, `grid`, `compare` | results for lists, exports and comparisons |
//! | `pricing` | what bonds are worth |
//! | `diff` | what changed between two versions |
//! | `starters` | deals to begin with |
//!
//! # Invariants
//!
//! - Results depend on the plan and the loans only, so they may be cached under their hash.
//! - A deal with errors is never run.

mod access;
mod compare;
mod compute;
mod diff;
mod draft;
mod fault;
mod grid;
mod language;
mod plan;
mod pricing;
mod starters;
mod summary;
mod tables;

pub use access::{Claim, Permission};
pub use compare::{Comparison, compare};
pub use compute::{ComputeError, Results, ScenarioRun, SourceLoans, compute};
pub use diff::{Change, Line, Side, changes, lines};
pub use draft::{DealSummary, DealType, DraftError, Structure, errors, read_text};
pub use fault::RunFault;
pub use grid::{Column, Grid};
pub use language::{FaultView, FindingView};
pub use plan::{MOST_SCENARIOS, PoolSource, Representative, RunPlan, ScenarioPlan, SourceKind};
pub use pricing::prices;
pub use starters::{sample_plan, suggested_run};
pub use summary::{FirstBreach, RunSummary, ScenarioSummary};
pub use tables::Part;

/// Names the arithmetic: cached and stored results of another version are not mixed with these.
pub const DEAL_ENGINE_VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "-1");
