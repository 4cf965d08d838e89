//! The exchange client against the simulator: the same tests in this process and over the network.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod faults;
mod hosting;
mod load;
mod orders;
mod rig;
mod sockets;
