//! The byte-level interfaces of the simulated exchange, used as a client uses them.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must stop")]

mod fault_effects;
mod fault_requests;
mod fault_sockets;
mod fixtures;
mod fuzz;
mod limits;
mod orders;
mod rest;
mod sim;
mod sockets;
mod support;
