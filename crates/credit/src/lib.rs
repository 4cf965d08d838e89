//! Credit: pool cash flows.

pub mod domain;
