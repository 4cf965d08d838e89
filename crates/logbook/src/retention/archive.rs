//! Rows as compressed JSON lines with a checksum, before they are deleted.
//!
//! A file is named after its first and last row. It is complete before the first of its rows is
//! deleted; a process that is killed between writes the same rows once more, never none.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use platform::db::DbError;
use sha2::{Digest as _, Sha256};

use crate::App;
use crate::http::views::LogRowView;
use crate::store::backend_logs::LogRow;
use crate::store::retention;

/// Rows of one file.
const ROWS_PER_FILE: usize = 100_000;

/// Why the archive cannot be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArchiveError {
    /// The files cannot be written.
    #[error("the archive directory cannot be written")]
    Io(#[from] io::Error),
    /// The rows cannot be read or deleted.
    #[error("the log rows cannot be read or deleted")]
    Db(#[from] DbError),
    /// The thread that compresses ended.
    #[error("the compressing thread ended")]
    Thread(#[from] tokio::task::JoinError),
}

/// Archives and deletes the rows that are strictly older than `cutoff`; returns how many.
pub(crate) async fn archive_older(
    app: &App,
    folder: &Path,
    cutoff: DateTime<Utc>,
) -> Result<u64, ArchiveError> {
    let mut total = 0;
    while !app.context.tasks.is_stopping() {
        let ids = archive_file(app, folder, cutoff.timestamp_micros()).await?;
        if ids.is_empty() {
            break;
        }
        for batch in ids.chunks(usize::try_from(retention::BATCH).unwrap_or(1)) {
            let mut tx = super::begin(app).await?;
            retention::delete_ids(&mut tx, batch).await?;
            tx.commit().await?;
        }
        total += ids.len() as u64;
    }
    Ok(total)
}

/// Writes one file, and returns the ids of its rows.
async fn archive_file(app: &App, folder: &Path, cutoff: i64) -> Result<Vec<i64>, ArchiveError> {
    let mut ids: Vec<i64> = Vec::new();
    let mut part = None;
    while ids.len() < ROWS_PER_FILE {
        let mut tx = app.context.db.read().await?;
        let after = ids.last().copied().unwrap_or(0);
        let rows = retention::list_older(&mut tx, cutoff, after).await?;
        drop(tx);
        if rows.is_empty() {
            break;
        }
        ids.extend(rows.iter().map(|row| row.id));
        let (folder, open) = (folder.to_owned(), part.take());
        let written = tokio::task::spawn_blocking(move || write_rows(&folder, open, rows)).await?;
        part = Some(written?);
    }
    if let (Some(part), Some(first), Some(last)) = (part, ids.first(), ids.last()) {
        let name = format!("backend-logs-{first:012}-{last:012}.jsonl.gz");
        let folder = folder.to_owned();
        tokio::task::spawn_blocking(move || part.finish(&folder, &name)).await??;
    }
    Ok(ids)
}

fn write_rows(folder: &Path, part: Option<Part>, rows: Vec<LogRow>) -> io::Result<Part> {
    let mut part = match part {
        Some(part) => part,
        None => Part::create(folder)?,
    };
    for row in rows {
        serde_json::to_writer(&mut part.out, &LogRowView::from(row))?;
        part.out.write_all(b"\n")?;
    }
    Ok(part)
}

/// A file that is not complete yet.
struct Part {
    path: PathBuf,
    out: GzEncoder<Hashed>,
}

/// Writes to a file and hashes what it writes.
struct Hashed {
    file: File,
    hash: Sha256,
}

impl io::Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Part {
    fn create(folder: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let path = folder.join("backend-logs.tmp");
        let file = Hashed { file: File::create(&path)?, hash: Sha256::new() };
        Ok(Self { path, out: GzEncoder::new(file, Compression::default()) })
    }

    /// Gives the file its name, and writes the checksum beside it in the form of `sha256sum`.
    fn finish(self, folder: &Path, name: &str) -> io::Result<()> {
        let Hashed { file, hash } = self.out.finish()?;
        file.sync_all()?;
        let sum = format!("{}  {name}\n", hex::encode(hash.finalize()));
        let mut sums = File::create(folder.join(format!("{name}.sha256")))?;
        sums.write_all(sum.as_bytes())?;
        sums.sync_all()?;
        std::fs::rename(&self.path, folder.join(name))?;
        File::open(folder)?.sync_all()
    }
}
