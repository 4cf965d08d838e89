//! Structured deals: who gets which part of the cash of a pool, when, and why.
//!
//! | module | decides |
//! |---|---|
//! | [`model`] | what a deal consists of |
//! | [`collateral`] | what the pools of a deal pay on its payment dates |
//! | [`explain`] | why a bond got what it got on a payment date |
//! | [`price`] | what the bonds of a run are worth |
//! | [`run`] | who is paid what on every payment date |
//! | [`formula`] | reading and writing the deal's formulas |
//! | [`check`] | what can be said about a deal without running it |
//! | [`text`] | a deal as text |
//! | [`templates`] | deals to begin with |
//!
//! Invariants: a deal is data, and the same deal with the same collections gives identical bytes;
//! cash accounts are never negative; a bond's balance is never negative nor above its original
//! balance plus capitalised interest; on every date the cash that came in equals the cash that was
//! paid out plus the change of the accounts.
//!
//! Deliberately absent: projection of the collateral (the engine's), storage, transport.

#[cfg(any(test, feature = "arbitrary"))]
pub mod arbitrary;
pub mod check;
pub mod collateral;
pub mod explain;
pub mod formula;
pub mod model;
pub mod price;
pub mod run;
pub mod templates;
pub mod text;
