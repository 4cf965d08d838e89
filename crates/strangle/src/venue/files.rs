//! A journal in a folder: a snapshot, and a line for each change since.

use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use delta_sim::VenueEntry;
use platform::auth::BoxFuture;
use serde::{Deserialize, Serialize};
use tokio::fs::{self, File, OpenOptions};
use tokio::io::AsyncWriteExt as _;

use super::journal::{ClockMark, Journal, JournalError, Stored};

const SNAPSHOT: &str = "snapshot.json";
const JOURNAL: &str = "journal.jsonl";
const LOCK: &str = "lock";

/// Keeps an exchange in a folder that no other process uses.
#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
    /// Held as long as this lives.
    _lock: std::fs::File,
    journal: Option<File>,
    /// The number of the last line.
    last: u64,
}

/// The first line of a snapshot; the state follows.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    /// Lines up to this number are in the state.
    last: u64,
    clock: ClockMark,
}

/// A line of the journal.
#[derive(Debug, Serialize, Deserialize)]
struct Line<E> {
    number: u64,
    entry: E,
}

impl Files {
    /// Opens a folder, which is made if it is missing.
    ///
    /// # Errors
    ///
    /// Returns an error if the folder cannot be written or another process uses it.
    pub async fn open(folder: &Path) -> Result<Self, JournalError> {
        fs::create_dir_all(folder).await?;
        let path = folder.join(LOCK);
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(path).await?;
        let lock = lock.into_std().await;
        lock.try_lock().map_err(|_| {
            Error::new(ErrorKind::WouldBlock, "another process uses the simulator's folder")
        })?;
        Ok(Self { folder: folder.to_owned(), _lock: lock, journal: None, last: 0 })
    }

    async fn read(&mut self) -> Result<Option<Stored>, JournalError> {
        self.journal = None;
        let snapshot = match fs::read(self.folder.join(SNAPSHOT)).await {
            Ok(snapshot) => snapshot,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let end = snapshot.iter().position(|byte| *byte == b'\n').unwrap_or(snapshot.len());
        let (head, state) = snapshot.split_at_checked(end).unwrap_or_default();
        let head: Head = serde_json::from_slice(head)?;
        let state = state.get(1..).unwrap_or_default().to_vec();

        let path = self.folder.join(JOURNAL);
        let lines = fs::read(&path).await.or_else(|error| match error.kind() {
            ErrorKind::NotFound => Ok(Vec::new()),
            _ => Err(error),
        })?;
        // A line without an end was being written when the process ended: nobody was told.
        let whole = lines.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let mut entries = Vec::new();
        self.last = head.last;
        for line in lines.get(..whole).unwrap_or_default().split(|byte| *byte == b'\n') {
            if line.is_empty() {
                continue;
            }
            let line: Line<VenueEntry> = serde_json::from_slice(line)?;
            if line.number > head.last {
                self.last = line.number;
                entries.push(line.entry);
            }
        }
        if whole < lines.len() {
            let journal = OpenOptions::new().write(true).open(&path).await?;
            journal.set_len(u64::try_from(whole).unwrap_or(u64::MAX)).await?;
            journal.sync_all().await?;
        }
        Ok(Some(Stored { state, entries, clock: head.clock }))
    }

    async fn write(&mut self, entries: &[VenueEntry]) -> Result<(), JournalError> {
        let mut text = Vec::new();
        let mut number = self.last;
        for entry in entries {
            number += 1;
            serde_json::to_writer(&mut text, &Line { number, entry })?;
            text.push(b'\n');
        }
        let mut journal = match self.journal.take() {
            Some(journal) => journal,
            None => self.reopen().await?,
        };
        journal.write_all(&text).await?;
        journal.flush().await?;
        journal.sync_data().await?;
        self.journal = Some(journal);
        self.last = number;
        Ok(())
    }

    async fn reopen(&self) -> Result<File, Error> {
        let path = self.folder.join(JOURNAL);
        let journal = OpenOptions::new().create(true).append(true).open(path).await?;
        File::open(&self.folder).await?.sync_all().await?;
        Ok(journal)
    }

    /// Writes a new file in place of the old one, then empties the journal. A process that ends in
    /// between leaves lines that are in the snapshot already; they are known by their numbers.
    async fn replace(&mut self, state: &[u8], clock: ClockMark) -> Result<(), JournalError> {
        let mut text = serde_json::to_vec(&Head { last: self.last, clock })?;
        text.push(b'\n');
        text.extend_from_slice(state);
        let new = self.folder.join("snapshot.new");
        let mut file = File::create(&new).await?;
        file.write_all(&text).await?;
        file.flush().await?;
        file.sync_all().await?;
        fs::rename(&new, self.folder.join(SNAPSHOT)).await?;
        File::open(&self.folder).await?.sync_all().await?;

        self.journal = None;
        let journal = self.reopen().await?;
        journal.set_len(0).await?;
        self.journal = Some(journal);
        Ok(())
    }
}

impl Journal for Files {
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
