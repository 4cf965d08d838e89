//! What a stream tells.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use strangle_engine::instrument::{Symbol, TradingStatus};

use crate::clients::delta::wire::{BookTop, Fill, OpenPosition, Order, Ticker};

/// A channel of the public socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    /// Greeks, band, open interest and best prices, every five seconds.
    Ticker,
    /// Best prices, up to ten times a second.
    Book,
    /// The mark, every two seconds.
    Mark,
    /// An index.
    Spot,
    /// Auctions and disruptions of products.
    ProductUpdates,
    /// Maintenance of the exchange.
    SystemStatus,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 6] = [
        Self::Ticker,
        Self::Book,
        Self::Mark,
        Self::Spot,
        Self::ProductUpdates,
        Self::SystemStatus,
    ];

    /// Returns the exchange's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ticker => "ticker",
            Self::Book => "ob_l1",
            Self::Mark => "mark_price",
            Self::Spot => "spot_price",
            Self::ProductUpdates => "product_updates",
            Self::SystemStatus => "system_status",
        }
    }
}

/// What is listened to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subscription {
    /// The channel.
    pub channel: Channel,
    /// A product, an index, or a chain such as `BTC-150126`; `None` for channels without symbols.
    pub symbol: Option<Symbol>,
}

impl Subscription {
    /// Listens to a channel for a symbol. The prefix of marks is added by the stream.
    #[must_use]
    pub const fn of(channel: Channel, symbol: Symbol) -> Self {
        Self { channel, symbol: Some(symbol) }
    }

    /// Listens to a channel that has no symbols.
    #[must_use]
    pub const fn to(channel: Channel) -> Self {
        Self { channel, symbol: None }
    }
}

/// What the public socket tells. `at` is the exchange's instant, `received_at` the venue's instant
/// of this process.
#[derive(Debug, Clone, PartialEq)]
pub enum MarketEvent {
    /// The socket is connected and asked for everything wanted.
    Connected {
        /// 1 for the first connection.
        generation: u64,
    },
    /// The socket is not connected; it will be.
    Disconnected,
    /// No quote came for a while although some are wanted.
    Silent,
    /// Quotes come again.
    Heard,
    /// A channel or symbol was refused.
    Refused {
        /// The exchange's name of the channel.
        channel: String,
        /// Why.
        error: String,
    },
    /// The best prices of a product.
    Book {
        /// The product.
        symbol: Symbol,
        /// The prices.
        book: BookTop,
        /// The exchange's instant.
        at: DateTime<Utc>,
        /// Ours.
        received_at: DateTime<Utc>,
    },
    /// Everything about a product.
    Ticker {
        /// What.
        ticker: Box<Ticker>,
        /// Ours.
        received_at: DateTime<Utc>,
    },
    /// The mark of a product.
    Mark {
        /// The product, without prefix.
        symbol: Symbol,
        /// The mark.
        price: Decimal,
        /// The exchange's instant.
        at: DateTime<Utc>,
        /// Ours.
        received_at: DateTime<Utc>,
    },
    /// An index.
    Spot {
        /// `.DEXBTUSD`, `.DEETHUSD`.
        index: Symbol,
        /// Its price.
        price: Decimal,
        /// The exchange's instant.
        at: DateTime<Utc>,
        /// Ours.
        received_at: DateTime<Utc>,
    },
    /// News of a product.
    Product {
        /// The product.
        symbol: Symbol,
        /// What.
        news: ProductNews,
    },
    /// News of the exchange.
    System(SystemStatus),
}

/// News of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductNews {
    /// The exchange's word: `market_disruption`, `start_auction`, `finish_auction`.
    pub event: String,
    /// Whether it is traded now, if it is said.
    pub trading_status: Option<TradingStatus>,
}

/// What the exchange is able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemStatus {
    /// Everything.
    Live,
    /// Nothing for now.
    Maintenance,
    /// Requests, but no sockets.
    ApiFallback,
    /// Everything, slowly.
    Degraded,
    /// A word not known here.
    Unknown,
}

impl SystemStatus {
    /// Reads the exchange's word.
    #[must_use]
    pub fn of(word: &str) -> Self {
        match word {
            "live" | "maintenance_finished" | "maintenance_cancelled" => Self::Live,
            "maintenance" | "maintenance_started" => Self::Maintenance,
            "api_fallback" => Self::ApiFallback,
            "degraded_mode" => Self::Degraded,
            _ => Self::Unknown,
        }
    }
}

/// What happened to an order or a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is part of a snapshot.
    Snapshot,
    /// It is new.
    Created,
    /// It changed.
    Updated,
    /// It ended.
    Deleted,
}

/// What the private socket tells.
#[derive(Debug, Clone, PartialEq)]
pub enum PrivateEvent {
    /// The socket is signed in and asked for everything. What happened before is not told: load it.
    Connected {
        /// 1 for the first connection.
        generation: u64,
    },
    /// The socket is not connected; it will be.
    Disconnected,
    /// The exchange does not accept the key; it is tried again, slowly.
    SignInRefused {
        /// The exchange's word: `invalid_signature`.
        status: String,
    },
    /// Something may be missing before this: load orders, fills and positions.
    Gap {
        /// The exchange's name of the channel.
        channel: &'static str,
    },
    /// An order.
    Order {
        /// What happened to it.
        change: Change,
        /// As it is now.
        order: Box<Order>,
    },
    /// A fill. It may be told more than once.
    Fill(Box<Fill>),
    /// A position.
    Position {
        /// What happened to it.
        change: Change,
        /// As it is now.
        position: Box<OpenPosition>,
    },
}

/// How a stream is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FeedStatus {
    /// Whether it is connected and, if private, signed in.
    pub is_connected: bool,
    /// Whether quotes are wanted and none came for a while.
    pub is_silent: bool,
    /// How many connections there have been.
    pub generation: u64,
    /// When the last message came.
    pub last_message_at: Option<DateTime<Utc>>,
}
