//! What happened, for streams to the browser: within the process, and through Redis between
//! processes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::broadcast;

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

/// Publishes and subscribes. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Events {
    local: Arc<broadcast::Sender<Event>>,
}

impl Default for Events {
    fn default() -> Self {
        Self { local: Arc::new(broadcast::channel(1_024).0) }
    }
}

impl Events {
    /// Tells everybody who listens; nobody may.
    pub fn publish(&self, event: Event) {
        // An error only says that nobody listens.
        let _ = self.local.send(event);
    }

    /// Listens from now on. A listener that is too slow misses the oldest events.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.local.subscribe()
    }
}
