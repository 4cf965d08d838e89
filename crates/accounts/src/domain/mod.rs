//! The rules of accounts: what an address, a password, a token, a lockout and a chain are.
//!
//! Pure: time, random numbers and stored state are given, never taken.

pub(crate) mod audit;
pub(crate) mod cookies;
pub(crate) mod email;
pub(crate) mod ids;
pub(crate) mod label;
pub(crate) mod lockout;
pub(crate) mod password;
pub(crate) mod refresh;
pub(crate) mod token;
