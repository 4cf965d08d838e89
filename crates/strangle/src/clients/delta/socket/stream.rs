//! The public stream.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use platform::tasks::Tasks;
use tokio::sync::watch;
use tokio::time::Instant;

use super::StreamOptions;
use super::event::{FeedStatus, MarketEvent, Subscription};
use super::latest::Latest;
use super::market::MarketReader;
use super::messages::{self, Message};
use super::pulse::{Ended, Reconnects, Watchdog, receive, send};
use crate::clients::delta::rest::Delta;
use crate::clients::delta::transport::{Connection, Feed};

/// Quotes, marks, index prices and announcements. Dropping it ends the stream.
#[derive(Debug)]
pub struct MarketStream {
    wanted: watch::Sender<BTreeSet<Subscription>>,
    status: watch::Receiver<FeedStatus>,
    queue: Arc<Latest>,
}

impl MarketStream {
    /// Starts to listen; nothing is wanted at first.
    #[must_use]
    pub fn start(tasks: &Tasks, delta: &Delta, options: StreamOptions) -> Self {
        let (wanted, wants) = watch::channel(BTreeSet::new());
        let (shown, status) = watch::channel(FeedStatus::default());
        let queue = Arc::new(Latest::default());
        let worker = Worker {
            delta: delta.clone(),
            tasks: tasks.clone(),
            options,
            wants,
            shown,
            queue: queue.clone(),
            reader: MarketReader::default(),
        };
        tasks.spawn("strangle_market_stream", worker.run());
        Self { wanted, status, queue }
    }

    /// Says what is wanted from now on; the difference is subscribed and unsubscribed.
    pub fn want(&self, subscriptions: BTreeSet<Subscription>) {
        self.wanted.send_if_modified(|wanted| {
            let is_new = *wanted != subscriptions;
            *wanted = subscriptions;
            is_new
        });
    }

    /// Waits for an event; `None` when the process stops. Of each thing only the newest waits.
    pub async fn next(&self) -> Option<MarketEvent> {
        self.queue.next().await
    }

    /// Returns how the stream is.
    #[must_use]
    pub fn status(&self) -> FeedStatus {
        *self.status.borrow()
    }
}

/// What is listened to on the connection at hand, and since when nothing was heard.
struct Listening {
    held: BTreeSet<Subscription>,
    silence: Watchdog,
}

struct Worker {
    delta: Delta,
    tasks: Tasks,
    options: StreamOptions,
    wants: watch::Receiver<BTreeSet<Subscription>>,
    shown: watch::Sender<FeedStatus>,
    queue: Arc<Latest>,
    reader: MarketReader,
}

impl Worker {
    async fn run(mut self) {
        let mut reconnects = Reconnects::new(Feed::Public, self.options, &self.delta);
        loop {
            let begun = Instant::now();
            let ended = match self.serve(&mut reconnects).await {
                Ok(()) => Ended::Stopping,
                Err(ended) => ended,
            };
            if begun.elapsed() > self.delta.time().real(Duration::from_mins(1)) {
                reconnects.was_good();
            }
            if self.shown.send_replace(FeedStatus::default()).is_connected {
                self.queue.push(MarketEvent::Disconnected);
            }
            if !reconnects.wait(&self.delta, &self.tasks, &ended).await {
                return self.queue.close();
            }
        }
    }

    /// Serves one connection until it ends.
    async fn serve(&mut self, reconnects: &mut Reconnects) -> Result<(), Ended> {
        let time = self.delta.time().clone();
        let mut connection = self.delta.transport().connect(Feed::Public).await?;
        send(&mut connection, &time, messages::enable_heartbeat()).await?;
        let mut heartbeat = Watchdog::new(&time, self.options.heartbeat_timeout);
        let silence = Watchdog::new(&time, self.options.silent_after);
        let mut listening = Listening { held: BTreeSet::new(), silence };
        self.reader = MarketReader::default();
        self.wants.mark_changed();

        let generation = reconnects.connected();
        self.shown.send_modify(|status| {
            *status = FeedStatus { is_connected: true, generation, ..FeedStatus::default() };
        });
        self.queue.push(MarketEvent::Connected { generation });

        let stop = self.tasks.stop_token();
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return Err(Ended::Stopping),
                changed = self.wants.changed() => match changed {
                    Ok(()) => self.subscribe(&mut connection, &mut listening).await?,
                    // Nobody listens any more.
                    Err(_) => return Err(Ended::Stopping),
                },
                message = receive(&mut connection) => {
                    if self.hear(&message?, &mut listening) {
                        heartbeat.heard();
                    }
                }
                () = heartbeat.bites() => return Err(Ended::NoHeartbeat),
                () = listening.silence.bites() => self.be_silent(&mut listening),
            }
        }
    }

    /// Subscribes what is wanted and not held, unsubscribes what is held and not wanted.
    async fn subscribe(
        &mut self,
        connection: &mut Connection,
        listening: &mut Listening,
    ) -> Result<(), Ended> {
        let wanted = self.wants.borrow_and_update().clone();
        let dropped: BTreeSet<_> = listening.held.difference(&wanted).copied().collect();
        let added: BTreeSet<_> = wanted.difference(&listening.held).copied().collect();
        let time = self.delta.time();
        for text in [messages::ask("unsubscribe", &dropped), messages::ask("subscribe", &added)]
            .into_iter()
            .flatten()
        {
            send(connection, time, text).await?;
        }
        if !added.is_empty() {
            listening.silence.heard();
        }
        listening.held = wanted;
        Ok(())
    }

    /// Takes a message; tells whether it was a heartbeat.
    fn hear(&mut self, text: &str, listening: &mut Listening) -> bool {
        let now = self.delta.time().now();
        let (mut quotes, queue) = (false, &self.queue);
        let message = messages::read(text);
        if let Message::Channel(kind, value) = &message {
            self.reader.read(kind, value, now, |event| {
                quotes |= is_quote(&event);
                queue.push(event);
            });
        }
        if let Message::Subscriptions(refused) = &message {
            for (channel, error) in refused {
                tracing::warn!(
                    event = "websocket_subscription_refused",
                    channel,
                    error,
                    "the exchange refused channel {channel}: {error}"
                );
                let (channel, error) = (channel.clone(), error.clone());
                self.queue.push(MarketEvent::Refused { channel, error });
            }
        }
        if quotes {
            listening.silence.heard();
        }
        let was_silent = self.shown.borrow().is_silent;
        self.shown.send_modify(|status| {
            status.last_message_at = Some(now);
            status.is_silent = was_silent && !quotes;
        });
        if was_silent && quotes {
            tracing::info!(event = "websocket_quotes_recovered", "quotes come again");
            self.queue.push(MarketEvent::Heard);
        }
        message == Message::Heartbeat
    }

    fn be_silent(&self, listening: &mut Listening) {
        listening.silence.heard();
        let is_waiting = listening.held.iter().any(|held| held.symbol.is_some());
        if !is_waiting || self.shown.borrow().is_silent {
            return;
        }
        tracing::warn!(
            event = "websocket_quotes_stale",
            silent_s = self.options.silent_after.as_secs(),
            "no quote came for {} s",
            self.options.silent_after.as_secs()
        );
        self.shown.send_modify(|status| status.is_silent = true);
        self.queue.push(MarketEvent::Silent);
    }
}

fn is_quote(event: &MarketEvent) -> bool {
    matches!(
        event,
        MarketEvent::Book { .. }
            | MarketEvent::Ticker { .. }
            | MarketEvent::Mark { .. }
            | MarketEvent::Spot { .. }
    )
}
