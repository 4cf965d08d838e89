//! A simulated derivatives exchange: pure, seeded, on a virtual clock.
//!
//! Nothing here reads a clock, a random source or the network. The state is a function of the
//! setup, the commands and the virtual time; two runs with the same of these are equal byte for
//! byte, at any speed and after any restart.
//!
//! | module | what |
//! |---|---|
//! | [`Exchange`] | the typed core: market, orders, money, settlement, journal, ledger |
//! | [`Venue`] | the core behind its byte-level interface, with failures on demand |
//! | [`rest`] | requests and answers of the HTTP interface |
//! | [`socket`] | sessions of the public and the private socket |
//! | [`faults`] | what can go wrong, by script or by chance |
//! | [`quota`] | how much a caller may ask |
//! | [`matching`] | how an order meets a book |
//! | [`rng`] | named streams of random numbers |
//!
//! The core in modules of its own: `market` (indices), `vol` (smile and mark), `listing`
//! (products), `book` (synthetic books), `fees` (commission and margin), `exchange` (the state
//! machine). Books and marks are computed when somebody looks, from draws that belong to a time,
//! so what nobody watches costs nothing and looking changes nothing.
//!
//! Deliberately absent: portfolio margin, stop orders, automatic liquidation, a fee at settlement.
//!
//! ```
//! use delta_sim::{Config, Exchange, Micros, NewOrder, OrderType, Side, TimeInForce, UserId};
//!
//! let mut exchange = Exchange::new(Config::default()).unwrap();
//! let call = exchange.product_by_symbol("C-BTC-104000-160126").unwrap().id;
//! let order = NewOrder {
//!     product_id: call,
//!     side: Side::Sell,
//!     size: 10,
//!     order_type: OrderType::MarketOrder,
//!     limit_price: None,
//!     time_in_force: TimeInForce::Ioc,
//!     post_only: false,
//!     reduce_only: false,
//!     client_order_id: None,
//! };
//! let order = exchange.place(exchange.now() + Micros::MINUTE, UserId(1), order).unwrap();
//! assert_eq!(order.filled_size(), 10);
//! assert_eq!(exchange.ledger().verify(), Ok(()));
//! ```

mod account;
mod bits;
mod book;
mod config;
mod control;
mod event;
mod exchange;
pub mod faults;
mod fees;
mod journal;
mod ledger;
mod listing;
mod market;
pub mod matching;
mod order;
mod product;
pub mod quota;
mod quote;
mod refusal;
pub mod rest;
pub mod rng;
mod script;
pub mod socket;
mod time;
pub mod venue;
mod vol;

pub use account::{
    Fill, FillSource, FillType, Position, PositionStep, Role, Transaction, TransactionType,
    WalletView,
};
pub use config::{Account, Config, ConfigError, DuplicatePolicy};
pub use control::{Control, ControlError, Distortion, RecordedTick, Scenario, SystemStatus};
pub use event::{Event, EventKind, OrderAction, ProductChange};
pub use exchange::Exchange;
pub use fees::{commission, initial_margin, liquidation_price};
pub use journal::{Command, JournalEntry};
pub use ledger::{Ledger, LedgerError};
pub use market::{Diffusion, SettlementWindow};
pub use order::{
    CancelFilter, CancelReason, NewOrder, Order, OrderEdit, OrderId, OrderRef, OrderState,
    OrderType, Origin, Side, TimeInForce, UserId,
};
pub use product::{
    OptionKind, Product, ProductId, ProductState, Symbol, Terms, TradingStatus, Underlying,
};
pub use quote::{Depth, Greeks, Level, PriceBand, Quote, Ticker};
pub use refusal::Refusal;
pub use rng::normal_quantile;
pub use script::{Move, ScriptError};
pub use time::Micros;
pub use venue::{Venue, VenueEntry};
pub use vol::{Smile, settling_underlying};
