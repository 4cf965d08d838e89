//! The transport into a hosted exchange of this process.

use std::time::Duration;

use delta_sim::rest::Request;
use delta_sim::socket::{Feed as SimFeed, Frame};
use futures::{SinkExt as _, sink, stream};
use platform::auth::BoxFuture;
use tokio::sync::mpsc;

use super::host::{Host, HostError, HostSocket, Reply};
use crate::clients::delta::transport::{
    Connection, Failure, Feed, Transport, TransportError, WireRequest, WireResponse,
};

/// How long an answer may take, of the exchange's time, and at least of this machine's.
const TIMEOUT: Duration = Duration::from_secs(10);
const SHORTEST_TIMEOUT: Duration = Duration::from_millis(500);
/// Where the calls of this process come from.
const ADDRESS: &str = "in-process";

/// Sends to a host in this process: no network, the same bytes.
#[derive(Debug, Clone)]
pub struct Embedded {
    host: Host,
}

impl Embedded {
    /// Makes a transport.
    #[must_use]
    pub fn new(host: Host) -> Self {
        Self { host }
    }

    async fn ask(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        let headers = request.headers.into_iter();
        let request = Request {
            method: request.method.as_str().to_owned(),
            path: request.path,
            query: request.query,
            headers: headers.map(|(name, value)| (name.to_owned(), value)).collect(),
            body: request.body.to_vec(),
            address: ADDRESS.to_owned(),
        };
        let hold = self.host.time().hold();
        let reply = self.host.request(request).await;
        drop(hold);
        match reply {
            Ok(Reply::Answer(response, delay)) => {
                let delay = Duration::from_micros(u64::try_from(delay.0).unwrap_or_default());
                if delay > TIMEOUT {
                    return Err(self.time_out().await);
                }
                self.host.time().sleep(delay).await;
                let headers = response.headers.into_iter();
                Ok(WireResponse {
                    status: response.status,
                    headers: headers.map(|(name, value)| (name.to_lowercase(), value)).collect(),
                    body: response.body.into(),
                })
            }
            Ok(Reply::Refused) => Err(TransportError::not_sent(Failure::Connect)),
            Ok(Reply::Silence) => Err(self.time_out().await),
            // It may have happened before the host stopped.
            Err(_) => Err(TransportError::maybe_sent(Failure::Broken)),
        }
    }

    async fn time_out(&self) -> TransportError {
        tokio::time::sleep(self.host.time().real(TIMEOUT).max(SHORTEST_TIMEOUT)).await;
        TransportError::maybe_sent(Failure::Timeout)
    }

    async fn open(&self, feed: Feed) -> Result<Connection, TransportError> {
        let feed = match feed {
            Feed::Public => SimFeed::Public,
            Feed::Private => SimFeed::Private,
        };
        let socket = self.host.connect(feed, ADDRESS.to_owned()).await;
        let Ok(Some(socket)) = socket else {
            return Err(TransportError::not_sent(Failure::Connect));
        };
        Ok(connection(socket))
    }
}

impl Transport for Embedded {
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>> {
        Box::pin(self.ask(request))
    }

    fn connect(&self, feed: Feed) -> BoxFuture<'_, Result<Connection, TransportError>> {
        Box::pin(self.open(feed))
    }
}

/// Both directions belong to one socket, which lives as long as the sending half.
fn connection(mut socket: HostSocket) -> Connection {
    let (_, nothing) = mpsc::channel(1);
    let frames = std::mem::replace(&mut socket.frames, nothing);
    let incoming = stream::unfold(frames, |mut frames| async move {
        match frames.recv().await? {
            Frame::Text(text) => Some((Ok(text), frames)),
            Frame::Close { .. } => None,
        }
    });
    let outgoing = sink::unfold(socket, |socket, text: String| async move {
        socket.send(text).await?;
        Ok::<_, HostError>(socket)
    });
    let outgoing = outgoing.sink_map_err(|_| TransportError::maybe_sent(Failure::Broken));
    Connection { incoming: Box::pin(incoming), outgoing: Box::pin(outgoing) }
}
