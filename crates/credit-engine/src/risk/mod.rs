//! Randomness, distributions and what they say about losses.
//!
//! | module | decides |
//! |---|---|
//! | [`random`] | random numbers by seed, path and position |
//! | [`distribution`] | the distributions of single variables |
//! | [`correlation`] | which correlations are possible; factors of them; the nearest possible ones |
//! | [`draws`] | correlated draws of several variables |
//! | [`sample`] | mean, spread, shape and percentiles of a sample; whether it is large enough |
//! | [`tail`] | value at risk, expected shortfall, capital |
//! | [`vasicek`] | losses of a large pool in closed form; regulatory capital |
//! | [`portfolio`] | losses loan by loan under a Gaussian copula |
//! | [`normal`], [`special`] | the normal distribution; incomplete gamma and beta functions |
//!
//! Invariants: a number depends on its seed, path and position only, so that results do not depend
//! on threads, workers or the order of the work; losses are positive numbers; the expected
//! shortfall is never below the value at risk.

pub mod correlation;
pub mod distribution;
pub mod draws;
mod eigen;
pub mod normal;
pub mod portfolio;
pub mod random;
mod rules;
pub mod sample;
pub mod special;
pub mod tail;
pub mod vasicek;

/// Returns a count as a float.
fn number(count: usize) -> f64 {
    // Beyond 2^53 entries nothing fits into memory.
    u32::try_from(count).map_or_else(|_| u64_as_float(count), f64::from)
}

#[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
const fn u64_as_float(count: usize) -> f64 {
    count as f64
}
