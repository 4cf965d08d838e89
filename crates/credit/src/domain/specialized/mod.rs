//! What is special about a class of assets: its mix, its coverage, its tranches.
//!
//! - [`ClassFacts`] collects what the classes look at, asset by asset; [`ClassFacts::analytics`]
//!   adds it up.
//! - [`allocate`] pays tranches from collateral in order of seniority.

mod facts;
mod tranches;

pub use facts::ClassFacts;
pub use tranches::{
    Clo, CollateralFlows, TrancheResult, TrancheScenario, TrancheTerms, allocate, analyze_clo,
};
