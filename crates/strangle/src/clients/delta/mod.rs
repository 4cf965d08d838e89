//! Delta Exchange India: one client for the built-in simulator, the demo venue and the real one.
//!
//! - [`transport`] moves bytes: over the network, or into a simulator in this process.
//! - [`rest`] asks and orders: [`Delta`] signs, counts the quota, retries what may be repeated, and
//!   says of every change whether it is confirmed, refused, not sent or unknown.
//! - [`socket`] listens: [`MarketStream`] and [`PrivateStream`] keep a connection alive and turn
//!   what arrives into one kind of event.
//! - [`wire`] reads what the exchange writes: numbers or strings, any unit of time, new fields.
//! - [`time`] is the clock all of this runs on; under the simulator it may run faster.
//!
//! # Invariants
//!
//! - The bytes that are signed are the bytes that are sent.
//! - A change is sent at most once; whatever is not a clear answer is [`Outcome::Ambiguous`].
//! - A failed look-up is an error, never "there is none".
//! - No secret, signature or key appears in a log, an error or a `Debug` text.
//!
//! Deliberately absent: decisions (they are the engine's) and memory (it is the store's).

pub mod credentials;
pub mod metrics;
pub mod rest;
pub mod socket;
pub mod time;
pub mod transport;
pub mod wire;

pub use credentials::Credentials;
pub use rest::{
    Ambiguity, Delta, DeltaOptions, NewOrder, NotSent, OrderKind, Outcome, Priority, QuotaStatus,
    ReadError, Refusal, TimeInForce, Which,
};
pub use socket::{
    Change, Channel, FeedStatus, MarketEvent, MarketStream, PrivateEvent, PrivateStream,
    ProductNews, StreamOptions, Subscription, SystemStatus,
};
pub(crate) use time::Hold;
pub use time::{VenueTime, VirtualClock};
pub use transport::{Feed, Network, NetworkOptions, Transport, TransportError};
