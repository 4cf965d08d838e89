//! One process among many does the periodic work.
//!
//! Processes compete for a lease that lasts a few seconds. Each take-over draws a larger fencing
//! token, and every transaction of periodic work compares it ([`Leader::check`]): a process that
//! was away and does not know yet that it was replaced cannot commit.
//!
//! # Invariants
//!
//! - Fencing tokens only grow.
//! - A leader that could not renew its lease stops to lead before the lease is over.

mod election;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

pub use election::Election;

use crate::db::{DbError, Result, Sql, Tx};

/// The lease that all periodic work shares.
pub(crate) const LEASE: &str = "leader";

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

    /// Returns what changes when this process begins or ceases to lead.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Option<i64>> {
        let mut fence = self.fence.clone();
        fence.mark_unchanged();
        fence
    }

    /// Makes sure that `tx` can only commit while this process leads.
    ///
    /// With SQLite the lock of the data directory has already made sure of it. With PostgreSQL the
    /// database of `tx` knows the largest token it has seen, whichever backend elects the leader:
    /// it is locked, so that no successor can write here before `tx` ends. The server ends `tx` if
    /// it is idle for ten seconds, so that a leader that has gone silent can be succeeded.
    ///
    /// # Errors
    ///
    /// Returns [`DbError::Fenced`] if this process does not lead.
    pub async fn check(&self, tx: &mut Tx) -> Result<()> {
        let fence = self.fence().ok_or_else(fenced)?;
        if !tx.is_postgres() {
            return Ok(());
        }
        let seen: Option<(i64, String)> = tx
            .query(
                "SELECT fence, set_config('idle_in_transaction_session_timeout', '10s', TRUE) \
                 FROM leases WHERE name = $1 FOR SHARE",
            )
            .bind(LEASE)
            .fetch_optional()
            .await?;
        match seen {
            Some((seen, _)) if seen == fence => Ok(()),
            Some((seen, _)) if seen > fence => Err(fenced()),
            _ => raise(tx, fence).await,
        }
    }
}

/// Remembers a token that this database has not seen; the election was held elsewhere.
async fn raise(tx: &mut Tx, fence: i64) -> Result<()> {
    let raised: Option<(i64,)> = tx
        .query(Sql::from(
            "INSERT INTO leases (name, holder, fence, expires_at) \
             VALUES ($1, 'elsewhere', $2, CURRENT_TIMESTAMP) \
             ON CONFLICT (name) DO UPDATE SET fence = excluded.fence \
             WHERE leases.fence <= excluded.fence RETURNING fence",
        ))
        .bind(LEASE)
        .bind(fence)
        .fetch_optional()
        .await?;
    raised.map(|_| ()).ok_or_else(fenced)
}

fn fenced() -> DbError {
    DbError::Fenced(LEASE.to_owned())
}

/// How long the lease lasts, and how often it is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaderOptions {
    /// After this time without a renewal another process takes over.
    pub ttl: Duration,
    /// How often the leader renews.
    pub renew: Duration,
    /// How often the others try.
    pub retry: Duration,
}

impl Default for LeaderOptions {
    fn default() -> Self {
        Self {
            ttl: Duration::from_secs(15),
            renew: Duration::from_secs(5),
            retry: Duration::from_secs(2),
        }
    }
}
