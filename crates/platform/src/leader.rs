//! One process among many does the periodic work.

use std::sync::Arc;

use tokio::sync::watch;

/// Tells whether this process leads. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Leader {
    fence: watch::Receiver<Option<i64>>,
    _keep: Option<Arc<watch::Sender<Option<i64>>>>,
}

impl Leader {
    /// Makes a leader whose fencing token `fence` follows; `None` while another process leads.
    #[must_use]
    pub fn following(fence: watch::Receiver<Option<i64>>) -> Self {
        Self { fence, _keep: None }
    }

    /// Makes a leader that always leads: one process alone with its files.
    #[must_use]
    pub fn alone() -> Self {
        let (sender, fence) = watch::channel(Some(1));
        Self { fence, _keep: Some(Arc::new(sender)) }
    }

    /// Returns the fencing token while this process leads.
    #[must_use]
    pub fn fence(&self) -> Option<i64> {
        *self.fence.borrow()
    }
}
