//! How bytes reach the exchange.
//!
//! Two implementations: [`Network`], and the in-process one of the embedded simulator
//! (`crate::venue`). Everything above them is the same.

mod network;

use std::fmt;
use std::pin::Pin;

use bytes::Bytes;
use futures::{Sink, Stream};
use http::Method;
use platform::auth::BoxFuture;

pub use network::{Network, NetworkOptions};

/// Moves bytes to the exchange and back.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends a request as it is and returns the whole answer, whatever its status.
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>>;

    /// Opens a socket.
    fn connect(&self, feed: Feed) -> BoxFuture<'_, Result<Connection, TransportError>>;
}

/// The two kinds of sockets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Feed {
    /// Quotes, marks, index prices, announcements.
    Public,
    /// Orders, fills and positions of one account.
    Private,
}

impl Feed {
    /// Returns the name under which the feed appears in logs and metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}

/// A request, byte for byte.
#[derive(Clone)]
pub struct WireRequest {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: Method,
    /// With `/v2`, already encoded.
    pub path: String,
    /// Without `?`, already encoded; empty if there is none.
    pub query: String,
    /// Names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// Empty if there is none.
    pub body: Bytes,
}

impl fmt::Debug for WireRequest {
    /// Shows neither headers nor body: they hold the key and the signature.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({} bytes)", self.method, self.path, self.body.len())
    }
}

/// An answer, byte for byte.
#[derive(Debug, Clone)]
pub struct WireResponse {
    /// The status code.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Bytes,
}

impl WireResponse {
    /// Returns the first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Text messages in both directions. Dropping it closes the connection.
pub struct Connection {
    /// What arrives; ends when the connection does.
    pub incoming: Pin<Box<dyn Stream<Item = Result<String, TransportError>> + Send>>,
    /// What leaves.
    pub outgoing: Pin<Box<dyn Sink<String, Error = TransportError> + Send>>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connection")
    }
}

/// There is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{failure}{}", if *.may_have_left { "" } else { ", nothing was sent" })]
pub struct TransportError {
    /// Whether the exchange may have received the request.
    pub may_have_left: bool,
    /// What happened.
    pub failure: Failure,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No connection could be made.
    #[error("the exchange cannot be reached")]
    Connect,
    /// No answer in time.
    #[error("the exchange did not answer in time")]
    Timeout,
    /// The connection broke.
    #[error("the connection broke")]
    Broken,
    /// The answer is longer than anything the exchange sends.
    #[error("the answer is too long")]
    TooLong,
    /// The request cannot be sent as it is.
    #[error("the request is not valid")]
    Invalid,
}

impl TransportError {
    /// Nothing left this process.
    #[must_use]
    pub const fn not_sent(failure: Failure) -> Self {
        Self { may_have_left: false, failure }
    }

    /// The exchange may have received it.
    #[must_use]
    pub const fn maybe_sent(failure: Failure) -> Self {
        Self { may_have_left: true, failure }
    }

    /// Returns the name under which the failure appears in metrics.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.failure {
            Failure::Connect => "unreachable",
            Failure::Timeout => "timeout",
            Failure::Broken => "broken",
            Failure::TooLong => "too_long",
            Failure::Invalid => "invalid",
        }
    }
}
