//! The composition root: the only crate that knows all services. [`services`] lists them, [`start`]
//! puts them together, [`serve`] runs them; the other modules are the operator's commands.

mod backup;
pub mod cli;
mod doctor;
mod generate;
mod http;
mod listen;
mod metrics;
mod role;
mod serve;
mod services;
mod settings;
pub mod start;
mod storage;
