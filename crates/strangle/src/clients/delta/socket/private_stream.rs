//! The private stream.

use std::time::Duration;

use metrics::counter;
use platform::tasks::Tasks;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::StreamOptions;
use super::event::{FeedStatus, PrivateEvent};
use super::messages::{self, Message};
use super::private::{CHANNELS, PrivateReader, Reading};
use super::pulse::{Ended, Reconnects, Watchdog, receive, send};
use crate::clients::delta::metrics::WS_DROPPED;
use crate::clients::delta::rest::Delta;
use crate::clients::delta::transport::{Connection, Feed};

/// Events that wait for a slow reader; after that the socket waits.
const WAITING: usize = 1_024;

/// Orders, fills and positions of the account. Dropping it ends the stream.
#[derive(Debug)]
pub struct PrivateStream {
    events: mpsc::Receiver<PrivateEvent>,
    status: watch::Receiver<FeedStatus>,
}

impl PrivateStream {
    /// Starts to listen.
    #[must_use]
    pub fn start(tasks: &Tasks, delta: &Delta, options: StreamOptions) -> Self {
        let (tell, events) = mpsc::channel(WAITING);
        let (shown, status) = watch::channel(FeedStatus::default());
        let worker = Worker {
            delta: delta.clone(),
            tasks: tasks.clone(),
            options,
            tell,
            shown,
            reader: PrivateReader::default(),
        };
        tasks.spawn("strangle_private_stream", worker.run());
        Self { events, status }
    }

    /// Waits for an event; `None` when the process stops. No event is left out.
    pub async fn next(&mut self) -> Option<PrivateEvent> {
        self.events.recv().await
    }

    /// Returns how the stream is.
    #[must_use]
    pub fn status(&self) -> FeedStatus {
        *self.status.borrow()
    }
}

struct Worker {
    delta: Delta,
    tasks: Tasks,
    options: StreamOptions,
    tell: mpsc::Sender<PrivateEvent>,
    shown: watch::Sender<FeedStatus>,
    reader: PrivateReader,
}

impl Worker {
    async fn run(mut self) {
        let mut reconnects = Reconnects::new(Feed::Private, self.options, &self.delta);
        loop {
            let begun = Instant::now();
            let ended = match self.serve(&mut reconnects).await {
                Ok(()) => Ended::Stopping,
                Err(ended) => ended,
            };
            if begun.elapsed() > self.delta.time().real(Duration::from_mins(1)) {
                reconnects.was_good();
            }
            let told = self.tell_the_end(&ended).await;
            if told.is_err() || !reconnects.wait(&self.delta, &self.tasks, &ended).await {
                return;
            }
        }
    }

    async fn tell_the_end(&self, ended: &Ended) -> Result<(), Ended> {
        let was_connected = self.shown.send_replace(FeedStatus::default()).is_connected;
        if let Ended::Refused(status) = ended {
            self.tell(PrivateEvent::SignInRefused { status: status.clone() }).await?;
        }
        if was_connected {
            self.tell(PrivateEvent::Disconnected).await?;
        }
        Ok(())
    }

    /// Serves one connection until it ends.
    async fn serve(&mut self, reconnects: &mut Reconnects) -> Result<(), Ended> {
        let time = self.delta.time().clone();
        let mut connection = self.delta.transport().connect(Feed::Private).await?;
        let signing_in = self.sign_in(&mut connection);
        let signed_in = time.timeout(self.options.sign_in_timeout, signing_in).await;
        signed_in.unwrap_or(Err(Ended::NoSignIn))?;

        send(&mut connection, &time, messages::enable_heartbeat()).await?;
        let mut heartbeat = Watchdog::new(&time, self.options.heartbeat_timeout);
        send(&mut connection, &time, messages::ask_all("subscribe", &CHANNELS)).await?;
        self.reader = PrivateReader::default();

        let generation = reconnects.connected();
        self.shown.send_modify(|status| {
            *status = FeedStatus { is_connected: true, generation, ..FeedStatus::default() };
        });
        self.tell(PrivateEvent::Connected { generation }).await?;

        let (stop, listener) = (self.tasks.stop_token(), self.tell.clone());
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return Err(Ended::Stopping),
                () = listener.closed() => return Err(Ended::Stopping),
                message = receive(&mut connection) => {
                    if self.hear(&message?, &mut connection).await? {
                        heartbeat.heard();
                    }
                }
                () = heartbeat.bites() => return Err(Ended::NoHeartbeat),
            }
        }
    }

    /// Signs in, a second time if the first signature was too old.
    async fn sign_in(&self, connection: &mut Connection) -> Result<(), Ended> {
        let delta = &self.delta;
        let Some(credentials) = delta.credentials() else {
            return Err(Ended::Refused("no_credentials".to_owned()));
        };
        let mut is_second = false;
        loop {
            let text = messages::sign_in(credentials, delta.now().timestamp());
            send(connection, delta.time(), text).await?;
            let (is_accepted, status) = loop {
                if let Message::SignedIn(is_accepted, status) =
                    messages::read(&receive(connection).await?)
                {
                    break (is_accepted, status);
                }
            };
            if is_accepted {
                return Ok(());
            }
            if is_second || status != "request_expired" {
                return Err(Ended::Refused(status));
            }
            is_second = true;
            // Any answer tells the exchange's time.
            let _ = delta.refresh_quota().await;
        }
    }

    /// Takes a message; tells whether it was a heartbeat.
    async fn hear(&mut self, text: &str, connection: &mut Connection) -> Result<bool, Ended> {
        let now = self.delta.time().now();
        self.shown.send_modify(|status| status.last_message_at = Some(now));
        match messages::read(text) {
            Message::Heartbeat => return Ok(true),
            Message::Channel(kind, value) => {
                if let Some(reading) = self.reader.read(&kind, &value) {
                    self.pass_on(reading, connection).await?;
                }
            }
            Message::Subscriptions(refused) => {
                for (channel, error) in refused {
                    tracing::error!(
                        event = "websocket_subscription_refused",
                        channel,
                        error,
                        "the exchange refused private channel {channel}: {error}"
                    );
                }
            }
            Message::SignedIn(false, status) => return Err(Ended::Refused(status)),
            Message::SignedIn(true, _) => {}
            Message::Other => dropped("unreadable"),
        }
        Ok(false)
    }

    /// Tells what was read; after a gap the channel is asked for again, which brings a snapshot.
    async fn pass_on(
        &mut self,
        reading: Reading,
        connection: &mut Connection,
    ) -> Result<(), Ended> {
        if reading.is_old {
            dropped("old");
        }
        if let Some(channel) = reading.gap {
            tracing::warn!(event = "websocket_gap", channel, "messages of {channel} are missing");
            dropped("gap");
            let time = self.delta.time();
            for verb in ["unsubscribe", "subscribe"] {
                send(connection, time, messages::ask_all(verb, &[channel])).await?;
            }
            self.reader.restart(channel);
            self.tell(PrivateEvent::Gap { channel }).await?;
        }
        for event in reading.events {
            self.tell(event).await?;
        }
        Ok(())
    }

    async fn tell(&self, event: PrivateEvent) -> Result<(), Ended> {
        self.tell.send(event).await.map_err(|_| Ended::Stopping)
    }
}

fn dropped(reason: &'static str) {
    counter!(WS_DROPPED, "feed" => "private", "reason" => reason).increment(1);
}
