//! Simulations: thousands of projections of one pool under random drivers.
//!
//! - [`SimulationRequest`] is what a caller asks; [`Plan`] is the same, complete and checked.
//! - [`Sensitivity`] turns economic factors into [`Drivers`] of speeds and rates.
//! - [`Model`] runs paths: every one of them projects the pool.
//! - [`Block`] is what some paths gave, as it is kept between the parts of a job.
//! - [`Report`] is the answer: distributions, tails, percentiles by period, convergence.
//!
//! # Invariants
//!
//! - A path depends on loans, plan and its number only, so results do not depend on blocks,
//!   threads or workers.
//! - With every variable at its base, a path is the plain analysis.

mod block;
mod drivers;
mod model;
mod path;
mod plan;
mod report;
mod request;

pub use block::{Block, BlockError};
pub use drivers::{Drivers, FACTORS, Sensitivity, default_sensitivity};
pub use model::{Model, ModelError, Subject, work};
pub use path::{FAN_SERIES, PathRow};
pub use plan::{Modifiers, Plan, Repair};
pub use report::{ChosenPath, Fan, Measure, Report, VariableReport, report};
pub use request::{SimulationRequest, VariableBody};

/// The most paths of a simulation.
pub const MOST_PATHS: u32 = 100_000;
/// The most draws that are handed out without projections.
pub const MOST_DRAWS: u32 = 10_000;
