//! A journal in the service's database.

use delta_sim::VenueEntry;
use platform::auth::BoxFuture;
use platform::db::{Db, Json};
use platform::leader::Leader;

use super::journal::{ClockMark, Journal, JournalError, Stored};
use crate::store::sim::{self, SnapshotRow};

/// Keeps an exchange in the tables `sim_snapshots` and `sim_journal`. Only the process that leads
/// can write.
#[derive(Debug)]
pub struct Tables {
    db: Db,
    leader: Leader,
    /// Names the exchange among others.
    venue: String,
    /// The number of the last row.
    last: i64,
}

impl Tables {
    /// Keeps the exchange of this name.
    #[must_use]
    pub fn new(db: Db, leader: Leader, venue: &str) -> Self {
        Self { db, leader, venue: venue.to_owned(), last: 0 }
    }

    async fn read(&mut self) -> Result<Option<Stored>, JournalError> {
        let mut tx = self.db.read().await?;
        let Some(snapshot) = sim::find_snapshot(&mut tx, &self.venue).await? else {
            return Ok(None);
        };
        let rows = sim::list_entries(&mut tx, &self.venue, snapshot.last).await?;
        drop(tx);
        self.last = snapshot.last;
        let mut entries = Vec::with_capacity(rows.len());
        for (number, entry) in rows {
            self.last = number;
            entries.push(serde_json::from_value(entry.0)?);
        }
        let clock = ClockMark {
            micros: snapshot.clock_micros,
            real: snapshot.clock_at,
            speed: snapshot.clock_speed,
        };
        Ok(Some(Stored { state: snapshot.state, entries, clock }))
    }

    async fn write(&mut self, entries: &[VenueEntry]) -> Result<(), JournalError> {
        let mut rows = Vec::with_capacity(entries.len());
        let mut number = self.last;
        for entry in entries {
            number += 1;
            rows.push((number, Json(serde_json::to_value(entry)?)));
        }
        let mut tx = self.db.write().await?;
        self.leader.check(&mut tx).await?;
        sim::insert_entries(&mut tx, &self.venue, &rows).await?;
        tx.commit().await?;
        self.last = number;
        Ok(())
    }

    async fn replace(&mut self, state: &[u8], clock: ClockMark) -> Result<(), JournalError> {
        let row = SnapshotRow {
            last: self.last,
            state: state.to_vec(),
            clock_micros: clock.micros,
            clock_at: clock.real,
            clock_speed: clock.speed,
        };
        let mut tx = self.db.write().await?;
        self.leader.check(&mut tx).await?;
        sim::replace_snapshot(&mut tx, &self.venue, &row).await?;
        tx.commit().await?;
        Ok(())
    }
}

impl Journal for Tables {
    fn load(&mut self) -> BoxFuture<'_, Result<Option<Stored>, JournalError>> {
        Box::pin(self.read())
    }

    fn append<'a>(
        &'a mut self,
        entries: &'a [VenueEntry],
    ) -> BoxFuture<'a, Result<(), JournalError>> {
        Box::pin(self.write(entries))
    }

    fn snapshot<'a>(
        &'a mut self,
        state: &'a [u8],
        clock: ClockMark,
    ) -> BoxFuture<'a, Result<(), JournalError>> {
        Box::pin(self.replace(state, clock))
    }
}
