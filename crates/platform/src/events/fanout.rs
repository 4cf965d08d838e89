//! Carries events between processes.
//!
//! Redis is used where there is one, else PostgreSQL, of which a message holds 8000 bytes: a larger
//! event arrives elsewhere without its data, except for its `id` and `service`.

use std::time::Duration;

use futures::StreamExt as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::PgPool;
use sqlx::postgres::{PgListener, PgPoolOptions};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use uuid::Uuid;

use super::{Event, Events, Numbered};
use crate::ids::Ids;
use crate::redis::{Redis, RedisError};
use crate::tasks::Tasks;

/// The channel, below the prefix of Redis or as it is in PostgreSQL.
const CHANNEL: &str = "quintet_events";
/// How long to wait before connecting again.
const CONNECT_AGAIN: Duration = Duration::from_secs(2);
/// The longest message that PostgreSQL carries, with room to spare.
const MAX_NOTIFY_BYTES: usize = 7_900;

/// What carries events between processes.
#[derive(Debug, Clone)]
pub enum Fanout {
    /// Messages of Redis.
    Redis(Redis),
    /// `NOTIFY` of PostgreSQL.
    Postgres(PgPool),
}

/// An event on its way, and who sent it.
#[derive(Debug, Serialize, Deserialize)]
struct Letter {
    origin: Uuid,
    numbered: Numbered,
}

/// Why the line broke.
#[derive(Debug, thiserror::Error)]
enum LineError {
    #[error("redis line broke")]
    Redis(#[from] RedisError),
    #[error("redis refused")]
    Refused(#[from] redis::RedisError),
    #[error("postgresql line broke")]
    Postgres(#[from] sqlx::Error),
}

impl Events {
    /// Shares events with the other processes from now on, until the process is told to stop.
    pub fn share(&self, through: Fanout, tasks: &Tasks) {
        let origin = Ids::Random.draw();
        let outgoing = self.inner.outgoing.subscribe();
        let (sender, stop) = (through.clone(), tasks.stop_token());
        tasks.spawn("events_out", async move {
            tokio::select! {
                () = sender.send_all(origin, outgoing) => {}
                () = stop.cancelled() => {}
            }
        });
        let (events, stopping) = (self.clone(), tasks.clone());
        tasks.spawn("events_in", async move {
            let stop = stopping.stop_token();
            loop {
                let broke = tokio::select! {
                    broke = through.receive_all(origin, &events) => broke,
                    () = stop.cancelled() => return,
                };
                if let Err(error) = broke {
                    tracing::debug!(error = %error, "events of other processes do not arrive");
                }
                if !stopping.sleep(CONNECT_AGAIN).await {
                    return;
                }
            }
        });
    }
}

impl Fanout {
    async fn send_all(&self, origin: Uuid, mut outgoing: broadcast::Receiver<Numbered>) {
        loop {
            let numbered = match outgoing.recv().await {
                Ok(numbered) => numbered,
                Err(RecvError::Lagged(count)) => {
                    tracing::warn!(count, "events were not sent to other processes");
                    continue;
                }
                Err(RecvError::Closed) => return,
            };
            if let Err(error) = self.send(&Letter { origin, numbered }).await {
                tracing::debug!(error = %error, "event was not sent to other processes");
            }
        }
    }

    async fn send(&self, letter: &Letter) -> Result<(), LineError> {
        let text = serde_json::to_string(letter).unwrap_or_default();
        match self {
            Self::Redis(redis) => {
                let channel = redis.key(CHANNEL);
                redis
                    .run(|mut connection| async move {
                        redis::cmd("PUBLISH")
                            .arg(channel)
                            .arg(text)
                            .query_async::<()>(&mut connection)
                            .await
                    })
                    .await?;
            }
            Self::Postgres(pool) => {
                let text = if text.len() > MAX_NOTIFY_BYTES { shortened(letter) } else { text };
                sqlx::query("SELECT pg_notify($1, $2)")
                    .bind(CHANNEL)
                    .bind(text)
                    .execute(pool)
                    .await?;
            }
        }
        Ok(())
    }

    /// Hands over what other processes send, until the line breaks.
    async fn receive_all(&self, origin: Uuid, events: &Events) -> Result<(), LineError> {
        match self {
            Self::Redis(redis) => {
                let mut line = redis.listen().await?;
                line.subscribe(redis.key(CHANNEL)).await?;
                let mut messages = line.into_on_message();
                while let Some(message) = messages.next().await {
                    hand_over(&message.get_payload::<String>()?, origin, events);
                }
            }
            Self::Postgres(pool) => {
                let options = (*pool.connect_options()).clone();
                let own = PgPoolOptions::new().max_connections(1).connect_lazy_with(options);
                let mut line = PgListener::connect_with(&own).await?;
                line.listen(CHANNEL).await?;
                while let Some(message) = line.try_recv().await? {
                    hand_over(message.payload(), origin, events);
                }
            }
        }
        Ok(())
    }
}

/// Delivers a letter of another process; what cannot be read comes from another version.
fn hand_over(text: &str, origin: Uuid, events: &Events) {
    match serde_json::from_str::<Letter>(text) {
        Ok(letter) if letter.origin != origin => events.deliver(letter.numbered),
        Ok(_) => {}
        Err(error) => tracing::debug!(error = %error, "event of another process is not readable"),
    }
}

fn shortened(letter: &Letter) -> String {
    let full = &letter.numbered.event;
    let keep = |name: &str| full.data.get(name).cloned().unwrap_or(Value::Null);
    let event = Event {
        topic: full.topic.clone(),
        kind: full.kind.clone(),
        tenant_id: full.tenant_id.clone(),
        data: json!({"id": keep("id"), "service": keep("service"), "shortened": true}),
    };
    let numbered = Numbered { id: letter.numbered.id, event };
    serde_json::to_string(&Letter { origin: letter.origin, numbered }).unwrap_or_default()
}
