//! What happened, for streams to the browser: within the process, and through Redis or PostgreSQL
//! between processes.
//!
//! # Invariants
//!
//! - Every event has a number that only grows within the process that published it, and is carried
//!   along to the other processes.
//! - Events are hints: one that is lost (a process that was away, a listener that was too slow)
//!   shows as `reset`, and the listener reads again what it shows.

mod fanout;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures::{Stream, StreamExt as _};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

pub use fanout::Fanout;

use crate::clock::Clock;
use crate::db::Db;
use crate::redis::Redis;
use crate::tasks::Tasks;

/// How many events a listener that lost its connection can catch up on.
const REMEMBERED: usize = 1_024;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Who may be interested: `jobs`, `logs`, `credit.runs`.
    pub topic: String,
    /// What kind of thing: `job_progress`.
    pub kind: String,
    /// Whose data it is about; only their streams carry it.
    pub tenant_id: String,
    /// The thing itself.
    pub data: Value,
}

/// An event with its number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Numbered {
    /// Where a listener that lost its connection goes on.
    pub id: u64,
    /// What happened.
    pub event: Event,
}

/// Publishes and subscribes. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Events {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    plain: broadcast::Sender<Event>,
    numbered: broadcast::Sender<Numbered>,
    /// What was published here, for the other processes.
    outgoing: broadcast::Sender<Numbered>,
    last_id: AtomicU64,
    remembered: Mutex<VecDeque<Numbered>>,
}

impl Default for Events {
    fn default() -> Self {
        Self {
            inner: Arc::new(Inner {
                plain: broadcast::channel(REMEMBERED).0,
                numbered: broadcast::channel(REMEMBERED).0,
                outgoing: broadcast::channel(REMEMBERED).0,
                last_id: AtomicU64::new(0),
                remembered: Mutex::default(),
            }),
        }
    }
}

impl Event {
    const RESET: &str = "reset";

    /// Tells whether it only says that events were missed.
    #[must_use]
    pub fn is_reset(&self) -> bool {
        self.topic.is_empty() && self.kind == Self::RESET
    }

    fn reset() -> Self {
        let kind = Self::RESET.to_owned();
        Self { topic: String::new(), kind, tenant_id: String::new(), data: Value::Null }
    }
}

impl Events {
    /// Makes events that other processes share: through Redis if there is one, else through `db` if
    /// that is a server, else not at all.
    #[must_use]
    pub fn connect(redis: Option<Redis>, db: &Db, tasks: &Tasks) -> Self {
        let events = Self::default();
        match (redis, db) {
            (Some(redis), _) => events.share(Fanout::Redis(redis), tasks),
            (None, Db::Postgres(pool)) => events.share(Fanout::Postgres(pool.clone()), tasks),
            (None, Db::Sqlite { .. }) => {}
        }
        events
    }

    /// Tells everybody who listens, here and in the other processes; nobody may.
    pub fn publish(&self, event: Event) {
        let numbered = Numbered { id: self.draw_id(), event };
        // An error only says that nobody listens.
        let _ = self.inner.outgoing.send(numbered.clone());
        self.deliver(numbered);
    }

    /// Listens from now on. A listener that is too slow misses the oldest events.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.inner.plain.subscribe()
    }

    /// Listens from the event after `last_seen` on, or from now on. Where events were missed, one
    /// comes that [`Event::is_reset`].
    pub fn follow(
        &self,
        last_seen: Option<u64>,
    ) -> impl Stream<Item = Numbered> + Send + Sync + use<> {
        let (missed, receiver) = {
            let remembered = self.inner.remembered.lock().unwrap_or_else(PoisonError::into_inner);
            // Subscribed under the lock, so that no event is both missed and not remembered.
            (self.missed(&remembered, last_seen), self.inner.numbered.subscribe())
        };
        let last_id = self.inner.clone();
        futures::stream::unfold((missed, receiver), move |(mut missed, mut receiver)| {
            let last_id = last_id.clone();
            async move {
                if let Some(event) = missed.pop_front() {
                    return Some((event, (missed, receiver)));
                }
                let event = match receiver.recv().await {
                    Ok(event) => event,
                    Err(RecvError::Lagged(_)) => {
                        let id = last_id.last_id.load(Ordering::SeqCst);
                        Numbered { id, event: Event::reset() }
                    }
                    Err(RecvError::Closed) => return None,
                };
                Some((event, (missed, receiver)))
            }
        })
        .fuse()
    }

    fn missed(
        &self,
        remembered: &VecDeque<Numbered>,
        last_seen: Option<u64>,
    ) -> VecDeque<Numbered> {
        let Some(last_seen) = last_seen else { return VecDeque::new() };
        if let Some(seen) = remembered.iter().position(|event| event.id == last_seen) {
            return remembered.iter().skip(seen + 1).cloned().collect();
        }
        let id = self.inner.last_id.load(Ordering::SeqCst);
        VecDeque::from([Numbered { id, event: Event::reset() }])
    }

    /// Hands an event to the listeners of this process.
    fn deliver(&self, numbered: Numbered) {
        let mut remembered = self.inner.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() == REMEMBERED {
            remembered.pop_front();
        }
        remembered.push_back(numbered.clone());
        // Errors only say that nobody listens.
        let _ = self.inner.plain.send(numbered.event.clone());
        let _ = self.inner.numbered.send(numbered);
    }

    /// Draws the microseconds since 1970, or one more than the number before: so that numbers of
    /// several processes differ, and those of one grow.
    fn draw_id(&self) -> u64 {
        let now = u64::try_from(Clock::System.now().timestamp_micros()).unwrap_or_default();
        let next = |last: u64| Some(now.max(last + 1));
        match self.inner.last_id.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next) {
            Ok(last) | Err(last) => now.max(last + 1),
        }
    }
}
