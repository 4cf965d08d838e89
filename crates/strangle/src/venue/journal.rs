//! Where a hosted exchange is kept.

use chrono::{DateTime, Utc};
use delta_sim::VenueEntry;
use platform::auth::BoxFuture;
use serde::{Deserialize, Serialize};

/// Keeps a snapshot of an exchange and what changed since.
pub trait Journal: std::fmt::Debug + Send {
    /// Reads everything; `None` if nothing was ever kept.
    fn load(&mut self) -> BoxFuture<'_, Result<Option<Stored>, JournalError>>;

    /// Keeps changes. They are durable, all of them, when it returns `Ok`.
    fn append<'a>(
        &'a mut self,
        entries: &'a [VenueEntry],
    ) -> BoxFuture<'a, Result<(), JournalError>>;

    /// Keeps a snapshot in place of everything before it.
    fn snapshot<'a>(
        &'a mut self,
        state: &'a [u8],
        clock: ClockMark,
    ) -> BoxFuture<'a, Result<(), JournalError>>;
}

/// Where the exchange's clock stood.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ClockMark {
    /// What it showed, in microseconds since 1970.
    pub micros: i64,
    /// When it showed that.
    pub real: DateTime<Utc>,
    /// How fast it ran.
    pub speed: f64,
}

/// What is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The newest snapshot.
    pub state: Vec<u8>,
    /// What changed since, oldest first.
    pub entries: Vec<VenueEntry>,
    /// The clock at the snapshot.
    pub clock: ClockMark,
}

/// It could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The database failed, or another process leads.
    #[error("the journal's tables cannot be used")]
    Db(#[from] platform::db::DbError),
    /// The files failed.
    #[error("the journal's files cannot be used")]
    Io(#[from] std::io::Error),
    /// What is kept cannot be read.
    #[error("the journal is damaged")]
    Damaged(#[from] serde_json::Error),
}
