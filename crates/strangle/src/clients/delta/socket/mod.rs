//! Listens to the exchange.
//!
//! - [`MarketStream`] keeps a public socket alive and yields quotes, marks, index prices and
//!   announcements; of each symbol only the newest waits.
//! - [`PrivateStream`] keeps a private socket alive and yields orders, fills and positions; nothing
//!   is left out, and where something may be missing it says so with a [`PrivateEvent::Gap`].
//! - `messages` writes what is sent and reads what arrives; `market` and `private` read channels.
//! - `sequence`, `latest` and `pulse` are the parts: numbering, the queue, the watchdog.
//!
//! # Invariants
//!
//! - What is subscribed is what is wanted: what is dropped is unsubscribed.
//! - A quote older than the one before it, and one that cannot be, is dropped and counted.
//! - After each connection, and after each gap, a snapshot is asked for.

mod event;
mod latest;
mod market;
mod messages;
mod private;
mod private_stream;
mod pulse;
mod sequence;
mod stream;

use std::time::Duration;

use platform::backoff::Backoff;

pub use event::{
    Change, Channel, FeedStatus, MarketEvent, PrivateEvent, ProductNews, Subscription, SystemStatus,
};
pub use private_stream::PrivateStream;
pub use stream::MarketStream;

/// How a stream behaves. Durations are the venue's.
#[derive(Debug, Clone, Copy)]
pub struct StreamOptions {
    /// Waits between connections; half of each is chance.
    pub backoff: Backoff,
    /// A connection without a heartbeat for so long is given up.
    pub heartbeat_timeout: Duration,
    /// How long signing in may take.
    pub sign_in_timeout: Duration,
    /// After so long without a quote the stream says that it is silent.
    pub silent_after: Duration,
}

impl Default for StreamOptions {
    fn default() -> Self {
        Self {
            backoff: Backoff { base: Duration::from_secs(2), max: Duration::from_secs(30) },
            heartbeat_timeout: Duration::from_secs(35),
            sign_in_timeout: Duration::from_secs(10),
            silent_after: Duration::from_mins(1),
        }
    }
}
