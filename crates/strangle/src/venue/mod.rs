//! Hosts the exchange simulator.
//!
//! - [`Host`] owns a `delta_sim::Venue`, moves its clock, keeps its journal and answers.
//! - [`Journal`] is where it is kept: [`Tables`] in the service's database, [`Files`] in a folder.
//! - [`Embedded`] is the transport into a host of this process.
//! - [`server`] puts a host behind HTTP and WebSocket; [`SimExchange`] is its command line.
//!
//! # Invariants
//!
//! - What a client is told has been kept: the journal is committed before any answer or frame that
//!   follows from it is delivered.
//! - What cannot be kept has not happened: the host forgets it and starts again from the journal.
//! - The exchange's time never goes back, also across restarts; only a reset sets it.
//!
//! Deliberately absent: rules of the exchange (they are the simulator's).

mod clock;
mod command;
mod embedded;
mod files;
mod host;
mod journal;
mod run;
pub mod server;
mod tables;

pub use command::SimExchange;
pub use embedded::Embedded;
pub use files::Files;
pub use host::{Host, HostError, HostOptions, HostSocket, Reply};
pub use journal::{ClockMark, Journal, JournalError, Stored};
pub use tables::Tables;
