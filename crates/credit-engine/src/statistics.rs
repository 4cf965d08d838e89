//! Weighted averages of a pool.
