//! The rules of a desk that sells a call and a put every day: pure, on any clock.
//!
//! Nothing here waits, draws or looks at a clock: every rule is given the state, the moment and
//! what has been seen, and answers with facts to be kept and acts to be done. The same inputs give
//! the same answers on every machine.
//!
//! | modules | decide |
//! |---|---|
//! | [`instrument`], [`tick`], [`client_order_id`], [`signing`] | how the exchange names, prices and trusts |
//! | [`pricing`], [`payoff`] | what options are worth, and what a strangle makes of it |
//! | [`fees`], [`pnl`], [`trailing`], [`exit`] | what is won, what is kept, and when to leave |
//! | [`profile`], [`schedule`], [`expiry`], [`quote`], [`selection`] | what is sold, and when |
//! | [`risk`], [`intent`], [`execution`], [`reconcile`] | what may be sent, and what became of it |
//! | [`session`] | one day of the desk, as a fold of facts |
//! | [`analytics`], [`kpi`], [`export`] | how the desk has done |
//!
//! # Invariants
//!
//! - Money, prices and fees are decimals; volatilities, greeks and percentages are floats.
//! - Options expire at 12:00 UTC; times of day are IST, which is UTC+05:30 all year.
//! - Fees are subtracted once. Every result can be computed again from the fills.
//! - What runs with every tick ([`pnl`], [`trailing`], [`exit`]) allocates nothing.
//!
//! # Absent
//!
//! - Sockets, tables, clocks and threads: they are the business of the service.

pub mod analytics;
pub mod client_order_id;
pub mod execution;
pub mod exit;
pub mod expiry;
pub mod export;
pub mod fees;
pub mod instrument;
pub mod intent;
pub mod kpi;
pub mod payoff;
pub mod pnl;
pub mod pricing;
pub mod profile;
pub mod quote;
pub mod reconcile;
pub mod risk;
pub mod schedule;
pub mod selection;
pub mod session;
pub mod signing;
pub mod tick;
pub mod trailing;
