//! Moves lines from the file to the table, in batches that grow while there is much to do.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use platform::clock::Clock;
use platform::db::{Db, DbError};
use platform::ids::Ids;
use platform::tasks::Tasks;
use tokio::sync::watch;

use super::lines::Lines;
use super::reader::{MAX_CHUNK, Position, Reader, Step};
use crate::domain::entry::{self, Line};
use crate::domain::instant::Micros;
use crate::metrics;
use crate::store::ingest::Prepared;
use crate::store::tail_state;
use crate::writer::file::open_beside;

/// Bytes that a line is taken to have when a number of lines is turned into a number of bytes.
const LINE: usize = 512;
/// The longest pause after failures.
const MAX_PAUSE: Duration = Duration::from_secs(30);

/// What the service needs to know.
#[derive(Debug, Clone)]
pub(crate) struct TailSettings {
    pub(crate) log: PathBuf,
    pub(crate) poll_interval: Duration,
    /// Lines of a batch when there is little to do.
    pub(crate) batch_size: usize,
    /// Whether lines that are not JSON are stored.
    pub(crate) keep_raw: bool,
}

/// Reads the log file into the table.
pub(crate) struct BackendLogTailService {
    pub(crate) settings: TailSettings,
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) status: TailStatus,
}

/// What the service is doing, for `/health` and for live views. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct TailStatus {
    state: Arc<Mutex<State>>,
    stored: watch::Sender<u64>,
}

/// See [`TailStatus`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct State {
    pub(crate) phase: Phase,
    pub(crate) lines: u64,
    pub(crate) invalid: u64,
    /// Bytes that were not read yet at the last look.
    pub(crate) behind: u64,
    /// Between the writing and the ingestion of the newest line.
    pub(crate) lag_ms: i64,
    pub(crate) looked_at: Option<DateTime<Utc>>,
}

/// What the service is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Phase {
    /// It has not looked yet.
    #[default]
    Starting,
    /// Another process reads the file.
    Waiting,
    /// It reads.
    Reading,
    /// The last attempt failed.
    Failing,
}

impl Default for TailStatus {
    fn default() -> Self {
        Self { state: Arc::default(), stored: watch::Sender::new(0) }
    }
}

impl TailStatus {
    /// Returns what the service is doing.
    pub(crate) fn state(&self) -> State {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns a channel that changes whenever rows were stored.
    pub(crate) fn stored(&self) -> watch::Receiver<u64> {
        self.stored.subscribe()
    }

    fn update(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Why a batch failed; it is tried again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TailError {
    /// The files cannot be read.
    #[error("the log file cannot be read")]
    Io(#[from] io::Error),
    /// The rows cannot be written.
    #[error("the log rows cannot be written")]
    Db(#[from] DbError),
    /// The thread that reads ended.
    #[error("the reading thread ended")]
    Thread(#[from] tokio::task::JoinError),
}

/// A batch that was read and not yet stored.
pub(crate) struct Batch {
    pub(crate) rows: Prepared,
    pub(crate) after: Position,
    invalid: u64,
    bytes: usize,
    newest: Option<Micros>,
}

impl BackendLogTailService {
    /// Reads until the process is told to stop.
    pub(crate) async fn run(self, tasks: Tasks) {
        tracing::info!(event = "backend_log_tail_started", "BackendLogTailService started");
        let mut pause = self.settings.poll_interval;
        while !tasks.is_stopping() {
            match self.follow(&tasks).await {
                Ok(()) => pause = self.settings.poll_interval,
                Err(error) => {
                    let cause =
                        (&error as &dyn std::error::Error).source().map(ToString::to_string);
                    tracing::warn!(
                        event = "backend_log_tail_failed",
                        cause,
                        "{error}; trying again"
                    );
                    self.status.update(|state| state.phase = Phase::Failing);
                    pause = (pause * 2).min(MAX_PAUSE);
                }
            }
            tasks.sleep(pause).await;
        }
    }

    /// Takes the file, and reads it until the process is told to stop. Returns early if another
    /// process has the file.
    async fn follow(&self, tasks: &Tasks) -> Result<(), TailError> {
        let Some(source) = Claim::take(&self.settings.log, &self.ids)? else {
            self.status.update(|state| state.phase = Phase::Waiting);
            return Ok(());
        };
        let mut reader = Reader::new(&self.settings.log)?;
        let mut at = tail_state::find(&mut self.db.read().await?, &source.name).await?;
        let least = (self.settings.batch_size * LINE).clamp(64 << 10, MAX_CHUNK);
        let mut most = least;
        while !tasks.is_stopping() {
            let (back, step) = self.read(reader, at.clone(), most).await?;
            reader = back;
            match step {
                Some(Read::Batch(batch)) => {
                    most = if batch.bytes * 2 > most { (most * 2).min(MAX_CHUNK) } else { least };
                    let behind = reader.behind(Some(&batch.after));
                    at = Some(self.store(&source.name, batch, behind).await?);
                }
                Some(Read::Move(next)) => {
                    self.save(&source.name, &next).await?;
                    at = Some(next);
                }
                None => {
                    let behind = reader.behind(at.as_ref());
                    self.looked(behind, None);
                    tasks.sleep(self.settings.poll_interval).await;
                }
            }
        }
        Ok(())
    }

    /// Reads and prepares the next batch on a thread that may block.
    async fn read(
        &self,
        mut reader: Reader,
        at: Option<Position>,
        most: usize,
    ) -> Result<(Reader, Option<Read>), TailError> {
        let postgres = self.db.is_postgres();
        let (now, keep_raw) = (self.clock.now().timestamp_micros(), self.settings.keep_raw);
        let (reader, read) = tokio::task::spawn_blocking(move || {
            let read = match reader.step(at.as_ref(), most) {
                Ok(Step::Lines(lines, after)) => {
                    prepare(&lines, after, Prepared::new(postgres, now), keep_raw)
                        .map(|batch| Some(Read::Batch(batch)))
                }
                Ok(Step::Move(next)) => Ok(Some(Read::Move(next))),
                Ok(Step::Idle) => Ok(None),
                Err(e) => Err(e.into()),
            };
            (reader, read)
        })
        .await?;
        Ok((reader, read?))
    }

    /// Commits rows and position together.
    async fn store(&self, source: &str, batch: Batch, behind: u64) -> Result<Position, TailError> {
        let mut tx = self.db.write().await?;
        let rows = batch.rows.insert(&mut tx).await?;
        let now = self.clock.now();
        tail_state::save(&mut tx, source, &self.settings.log, &batch.after, now).await?;
        tx.commit().await?;

        ::metrics::counter!(metrics::ROWS).increment(rows);
        ::metrics::counter!(metrics::INVALID).increment(batch.invalid);
        self.status.update(|state| {
            state.lines += rows;
            state.invalid += batch.invalid;
        });
        self.looked(behind, batch.newest.map(|newest| now.timestamp_micros() - newest));
        self.status.stored.send_modify(|count| *count += rows);
        Ok(batch.after)
    }

    async fn save(&self, source: &str, at: &Position) -> Result<(), TailError> {
        let mut tx = self.db.write().await?;
        tail_state::save(&mut tx, source, &self.settings.log, at, self.clock.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    fn looked(&self, behind: u64, lag: Option<Micros>) {
        let now = self.clock.now();
        self.status.update(|state| {
            state.phase = Phase::Reading;
            state.behind = behind;
            state.looked_at = Some(now);
            if let Some(lag) = lag {
                state.lag_ms = lag / 1_000;
                #[expect(clippy::cast_precision_loss, reason = "a gauge is not exact")]
                ::metrics::gauge!(metrics::LAG).set(lag as f64 / 1e6);
            }
        });
    }
}

enum Read {
    Batch(Batch),
    Move(Position),
}

/// Turns lines into rows.
pub(crate) fn prepare(
    lines: &Lines,
    after: Position,
    mut rows: Prepared,
    keep_raw: bool,
) -> Result<Batch, TailError> {
    let (mut invalid, mut newest) = (0, None);
    for (offset, line) in lines.iter() {
        let entry = match entry::read(line) {
            Line::Entry(entry) => entry,
            Line::Raw(entry) => {
                invalid += 1;
                if !keep_raw {
                    continue;
                }
                entry
            }
            Line::Skip => continue,
        };
        rows.push(&entry, &lines.name(offset, line))?;
        newest = entry.logged_at.or(newest);
    }
    Ok(Batch { rows, after, invalid, bytes: lines.len(), newest })
}

/// The right to read a log file, held as long as the process lives and this value exists.
#[derive(Debug)]
pub(crate) struct Claim {
    /// Names the log file: drawn once, kept beside it.
    pub(crate) name: String,
    _file: File,
}

impl Claim {
    /// Takes the right; `None` if another process has it.
    pub(crate) fn take(log: &Path, ids: &Ids) -> io::Result<Option<Self>> {
        if let Some(folder) = log.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = open_beside(log, ".tail")?;
        match file.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => return Ok(None),
            Err(std::fs::TryLockError::Error(e)) => return Err(e),
        }
        let mut name = String::new();
        file.read_to_string(&mut name)?;
        if name.trim().is_empty() {
            name = ids.with_prefix("log");
            file.write_all(name.as_bytes())?;
            file.sync_all()?;
        }
        Ok(Some(Self { name: name.trim().to_owned(), _file: file }))
    }
}
