//! Whom the desk talks to: the exchange, and nobody else.

pub mod delta;
