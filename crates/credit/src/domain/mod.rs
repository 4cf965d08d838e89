//! What the service decides: assets, pools, tapes, analyses. Pure: no clock, no storage, no network.
//!
//! - [`asset`]: the fields of an asset, read and checked.
//! - [`pool`]: a pool as sent, with everything that is wrong with it.
//! - [`table`]: the loans of a pool as stored.
//! - [`tape`]: from the rows of a file to the loans of a pool.
//! - [`analysis`]: what a pool is worth under assumptions.
//! - [`specialized`]: what is special about a class of assets.
//! - [`stratify`]: a pool in slices.
//! - [`export`]: outcomes as files.
//! - [`deals`]: structured deals, their runs and results.
//! - [`structured`]: the simple form of a deal.
//! - [`loans`]: single loans.
//! - [`samples`]: made-up pools.
//! - [`simulation`]: what a pool is worth when drivers are random.
//! - [`stress`]: a pool under scenarios.

pub mod analysis;
pub mod asset;
pub mod deals;
pub mod export;
pub mod loans;
pub mod pool;
pub mod samples;
pub mod simulation;
pub mod specialized;
pub mod stratify;
pub mod stress;
pub mod structured;
pub mod table;
pub mod tape;
