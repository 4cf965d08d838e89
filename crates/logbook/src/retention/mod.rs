//! `BackendLogRetentionService`: deletes rows that are too old, at start and every hour. Each
//! transaction can only commit while this process leads.

mod archive;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use platform::db::{DbError, Tx};

use crate::App;
use crate::store::retention;
use archive::ArchiveError;

const HOUR: Duration = Duration::from_hours(1);
/// How soon to look again whether this process leads, or to try again.
const SOON: Duration = Duration::from_mins(1);
/// Log files that were not read for so long are forgotten, days.
const STATE_DAYS: i64 = 365;

/// Deletes old rows while this process leads.
pub(crate) struct BackendLogRetentionService {
    pub(crate) app: App,
}

/// What one run deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Deleted {
    pub(crate) backend: u64,
    pub(crate) frontend: u64,
    pub(crate) archived: u64,
}

/// Why a run ended early; the next one goes on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RetentionError {
    /// The database failed.
    #[error("old log rows cannot be deleted")]
    Db(#[from] DbError),
    /// The archive cannot be written, so nothing is deleted.
    #[error("old log rows cannot be archived, and are kept")]
    Archive(#[from] ArchiveError),
}

impl RetentionError {
    /// Whether another process leads now.
    fn is_fenced(&self) -> bool {
        matches!(
            self,
            Self::Db(DbError::Fenced(_)) | Self::Archive(ArchiveError::Db(DbError::Fenced(_)))
        )
    }
}

impl BackendLogRetentionService {
    /// Runs until the process is told to stop.
    pub(crate) async fn run(self) {
        tracing::info!(
            event = "backend_log_retention_started",
            "BackendLogRetentionService started"
        );
        let tasks = self.app.context.tasks.clone();
        loop {
            let pause = if self.app.context.leader.fence().is_some() {
                match purge(&self.app, self.app.settings.retention_days).await {
                    Ok(deleted) if deleted != Deleted::default() => {
                        let Deleted { backend, frontend, archived } = deleted;
                        tracing::info!(
                            event = "backend_log_retention",
                            backend,
                            frontend,
                            archived,
                            "old log rows deleted"
                        );
                        HOUR
                    }
                    Ok(_) => HOUR,
                    Err(error) if error.is_fenced() => {
                        tracing::info!("old log rows are left to the new leader");
                        SOON
                    }
                    Err(error) => {
                        let cause =
                            (&error as &dyn std::error::Error).source().map(ToString::to_string);
                        tracing::error!(event = "backend_log_retention_failed", cause, "{error}");
                        SOON
                    }
                }
            } else {
                SOON
            };
            if !tasks.sleep(pause).await {
                return;
            }
        }
    }
}

/// Deletes what is strictly older than `days` days, archiving it before if that is configured; 0
/// keeps everything.
pub(crate) async fn purge(app: &App, days: i64) -> Result<Deleted, RetentionError> {
    let mut deleted = Deleted::default();
    if days <= 0 {
        return Ok(deleted);
    }
    let cutoff = app.context.clock.now() - TimeDelta::days(days);
    if let Some(folder) = &app.settings.archive_dir {
        deleted.archived = archive::archive_older(app, folder, cutoff).await?;
        deleted.backend = deleted.archived;
    } else {
        deleted.backend = repeat(app, cutoff, Table::Backend).await?;
    }
    deleted.frontend = repeat(app, cutoff, Table::Frontend).await?;

    let forgotten = app.context.clock.now() - TimeDelta::days(STATE_DAYS);
    let mut tx = begin(app).await?;
    retention::delete_tail_states(&mut tx, forgotten).await?;
    tx.commit().await?;
    ::metrics::counter!(crate::metrics::DELETED).increment(deleted.backend + deleted.frontend);
    Ok(deleted)
}

/// Begins a transaction that can only commit while this process leads.
async fn begin(app: &App) -> Result<Tx, DbError> {
    let mut tx = app.context.db.write().await?;
    app.context.leader.check(&mut tx).await?;
    Ok(tx)
}

#[derive(Clone, Copy)]
enum Table {
    Backend,
    Frontend,
}

/// Deletes batch after batch, each in its own transaction.
async fn repeat(app: &App, cutoff: DateTime<Utc>, table: Table) -> Result<u64, DbError> {
    let cutoff = cutoff.timestamp_micros();
    let mut total = 0;
    while !app.context.tasks.is_stopping() {
        let mut tx = begin(app).await?;
        let deleted = match table {
            Table::Backend => retention::delete_backend_older(&mut tx, cutoff).await?,
            Table::Frontend => retention::delete_frontend_older(&mut tx, cutoff).await?,
        };
        tx.commit().await?;
        total += deleted.cast_unsigned();
        if deleted < retention::BATCH {
            break;
        }
        // Lets whoever waits for the writer go first.
        tokio::task::yield_now().await;
    }
    Ok(total)
}

#[cfg(test)]
mod tests;
