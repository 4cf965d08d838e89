//! The exchange as its users see it: orders, money, settlement, determinism.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod desk;
mod determinism;
mod director;
mod orders;
mod settlement;
mod watching;
