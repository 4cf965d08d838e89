//! The exchange over the network.

use std::time::Duration;

use bytes::BytesMut;
use futures::{SinkExt as _, StreamExt as _, future};
use platform::auth::BoxFuture;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message, protocol::WebSocketConfig};

use super::{Connection, Failure, Feed, Transport, TransportError, WireRequest, WireResponse};

/// The longest answer that is read.
const MAX_BODY: usize = 32 * 1024 * 1024;
/// The longest message of a socket that is read.
const MAX_MESSAGE: usize = 4 * 1024 * 1024;

/// Where the exchange is, and how long to wait for it.
#[derive(Debug, Clone)]
pub struct NetworkOptions {
    /// `https://api.india.delta.exchange`; no path, no slash at the end.
    pub rest_url: String,
    /// `wss://public-socket.india.delta.exchange`
    pub public_url: String,
    /// `wss://socket.india.delta.exchange`
    pub private_url: String,
    /// How long making a connection may take.
    pub connect_timeout: Duration,
    /// How long a request may take, connection included.
    pub request_timeout: Duration,
}

impl NetworkOptions {
    /// Returns options with the usual timeouts: 3 s to connect, 10 s for a request.
    #[must_use]
    pub fn new(rest_url: &str, public_url: &str, private_url: &str) -> Self {
        Self {
            rest_url: rest_url.trim_end_matches('/').to_owned(),
            public_url: public_url.to_owned(),
            private_url: private_url.to_owned(),
            connect_timeout: Duration::from_secs(3),
            request_timeout: Duration::from_secs(10),
        }
    }
}

/// Sends over TCP and TLS. Redirects are not followed, and nothing is ever sent twice.
#[derive(Debug, Clone)]
pub struct Network {
    options: NetworkOptions,
    client: reqwest::Client,
}

impl Network {
    /// Makes a transport.
    ///
    /// # Errors
    ///
    /// Returns [`Failure::Invalid`] if the TLS library cannot be initialised.
    pub fn new(options: NetworkOptions) -> Result<Self, TransportError> {
        let client = reqwest::Client::builder()
            .timeout(options.request_timeout)
            .connect_timeout(options.connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .build()
            .map_err(|_| TransportError::not_sent(Failure::Invalid))?;
        Ok(Self { options, client })
    }

    async fn ask(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        let built = self.build(request).map_err(|_| TransportError::not_sent(Failure::Invalid))?;
        let mut answer = self.client.execute(built).await.map_err(|error| refine(&error))?;

        let status = answer.status().as_u16();
        let headers = answer.headers().iter().filter_map(|(name, value)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        });
        let headers = headers.collect();
        let mut body = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| refine(&error))? {
            if body.len() + chunk.len() > MAX_BODY {
                return Err(TransportError::maybe_sent(Failure::TooLong));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(WireResponse { status, headers, body: body.freeze() })
    }

    /// The address is put together as text, so that path and query are the bytes that were signed.
    fn build(&self, request: WireRequest) -> Result<reqwest::Request, reqwest::Error> {
        let mut url = format!("{}{}", self.options.rest_url, request.path);
        if !request.query.is_empty() {
            url.push('?');
            url.push_str(&request.query);
        }
        let mut builder = self.client.request(request.method, url);
        for (name, value) in request.headers {
            builder = builder.header(name, value);
        }
        if !request.body.is_empty() {
            builder = builder.body(request.body);
        }
        builder.build()
    }

    async fn open(&self, feed: Feed) -> Result<Connection, TransportError> {
        let url = match feed {
            Feed::Public => &self.options.public_url,
            Feed::Private => &self.options.private_url,
        };
        let config = WebSocketConfig::default()
            .max_message_size(Some(MAX_MESSAGE))
            .max_frame_size(Some(MAX_MESSAGE));
        // The handshake is two round trips after the connection; it has the time of a request.
        let opening =
            tokio_tungstenite::connect_async_with_config(url.as_str(), Some(config), true);
        let (socket, _) = tokio::time::timeout(self.options.request_timeout, opening)
            .await
            .map_err(|_| TransportError::not_sent(Failure::Timeout))?
            .map_err(|_| TransportError::not_sent(Failure::Connect))?;

        let (outgoing, incoming) = socket.split();
        let incoming = incoming.filter_map(|message| future::ready(text_of(message)));
        let outgoing = outgoing
            .sink_map_err(|_: SocketError| TransportError::maybe_sent(Failure::Broken))
            .with(|text: String| future::ready(Ok(Message::text(text))));
        Ok(Connection { incoming: Box::pin(incoming), outgoing: Box::pin(outgoing) })
    }
}

impl Transport for Network {
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>> {
        Box::pin(self.ask(request))
    }

    fn connect(&self, feed: Feed) -> BoxFuture<'_, Result<Connection, TransportError>> {
        Box::pin(self.open(feed))
    }
}

/// Says what an error means; only an error before the connection stood proves that nothing left.
fn refine(error: &reqwest::Error) -> TransportError {
    if error.is_builder() {
        return TransportError::not_sent(Failure::Invalid);
    }
    let failure = if error.is_timeout() { Failure::Timeout } else { Failure::Broken };
    if error.is_connect() {
        let failure = if error.is_timeout() { Failure::Timeout } else { Failure::Connect };
        return TransportError::not_sent(failure);
    }
    TransportError::maybe_sent(failure)
}

/// Text, and bytes that are text, are messages; pings are answered below.
fn text_of(message: Result<Message, SocketError>) -> Option<Result<String, TransportError>> {
    match message {
        Ok(Message::Text(text)) => Some(Ok(text.to_string())),
        Ok(Message::Binary(bytes)) => String::from_utf8(bytes.into()).ok().map(Ok),
        Ok(_) => None,
        Err(_) => Some(Err(TransportError::maybe_sent(Failure::Broken))),
    }
}
