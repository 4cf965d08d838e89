//! What the service decides: assets, pools, tapes, analyses. Pure: no clock, no storage, no network.
//!
//! - [`asset`]: the fields of an asset, read and checked.
//! - [`pool`]: a pool as sent, with everything that is wrong with it.
//! - [`table`]: the loans of a pool as stored.
//! - [`tape`]: from the rows of a file to the loans of a pool.
//! - [`analysis`]: what a pool is worth under assumptions.
//! - [`stratify`]: a pool in slices.
//! - [`export`]: outcomes as files.
//! - [`samples`]: made-up pools.

pub mod analysis;
pub mod asset;
pub mod export;
pub mod pool;
pub mod samples;
pub mod stratify;
pub mod table;
pub mod tape;
