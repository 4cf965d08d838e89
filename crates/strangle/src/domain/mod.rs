//! What the desk shows and is asked: views, their rules, and nothing that does input or output.
//!
//! - [`runtime`]: the picture of the desk that people watch.
//! - [`actions`]: which buttons work now.
//! - [`operation`]: what the desk is told to do.
//! - [`market`]: the option chain, the preview of an entry, the preflight.
//! - [`exposure`]: the payoff of what is or would be sold.
//! - [`profile`]: profiles as the API documents them.
//! - [`session`]: a session as clients know it.
//! - [`number`]: money as JSON.
//!
//! Deliberately absent: the rules of trading (they are the engine's).

pub mod actions;
pub mod exposure;
pub mod market;
pub mod number;
pub mod operation;
pub mod profile;
pub mod runtime;
pub mod session;
