//! Single loans: what one pays, is worth, and does under other assumptions.
//!
//! - [`LoanData`] is a loan with its own assumptions as a caller sends it; [`LoanCase`] is the same,
//!   checked.
//! - [`Calculation`] is what it pays and is worth; [`batch`](fn@batch) adds several up.
//! - [`sensitivity`](fn@sensitivity) moves one input at a time.
//!
//! # Invariants
//!
//! - A loan without assumptions repays as agreed: nothing prepays, nothing defaults.
//! - Everything that is wrong with a loan is reported at once, under the names that were sent.

mod batch;
mod calculate;
mod data;
mod factors;
mod sensitivity;

pub use batch::{Batch, BatchError, BatchResult, Portfolio, batch};
pub use calculate::{Calculation, LoanSummary, calculate};
pub use data::{LoanCase, LoanData, Valuing};
pub use factors::{EconomicFactors, LoanScenario, Multipliers};
pub use sensitivity::{Input, Moved, Sensitivity, SensitivityQuery, sensitivity};
