//! What the exchange writes, read tolerantly.
//!
//! Numbers may come as numbers or strings, instants as microseconds, milliseconds, seconds or
//! ISO-8601, and unknown fields are ignored. The fields that matter are required; a quote that is
//! not a number, not positive or crossed is rejected and counted.

mod account;
mod book;
mod envelope;
mod fields;
mod order;
mod product;
mod ticker;

#[cfg(test)]
mod tests;

pub use account::{Balance, OpenPosition, Profile};
pub use book::{BookTop, BookTopError, Depth, Level};
pub use envelope::{Envelope, Fault, Page};
pub use fields::{Fields, Unreadable, instant_of};
pub(in crate::clients::delta) use fields::{decimal_of, float_of};
pub(in crate::clients::delta) use order::symbol as symbol_of;
pub use order::{Fill, FillKind, Order, OrderState, Role, Side};
pub use product::{ContractType, Product, ProductState};
pub use strangle_engine::instrument::TradingStatus;
pub use ticker::{Greeks, PriceBand, Ticker};
