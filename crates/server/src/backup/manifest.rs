//! What is in a backup.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The name of the manifest.
pub(super) const MANIFEST: &str = "manifest.json";
/// The dump of a PostgreSQL server, inside a backup.
pub(super) const POSTGRES_DUMP: &str = "postgres.dump";

/// What is in a backup.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    /// Of this format.
    pub(super) format: u32,
    /// Of the program that made it.
    pub(super) version: String,
    pub(super) created_at: DateTime<Utc>,
    /// Every file but the manifest.
    pub(super) files: Vec<Entry>,
}

/// A file of a backup.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    /// Relative to the backup, and to `DATA_DIR`.
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

impl Entry {
    /// Describes a file below `root`.
    pub(super) fn of(root: &Path, path: &Path) -> Result<Self> {
        let (bytes, sha256) =
            digest(path).with_context(|| format!("{} cannot be read", path.display()))?;
        Ok(Self { path: path.strip_prefix(root)?.to_owned(), bytes, sha256 })
    }

    /// Tells what a SQLite database is called: files that end in `.db`.
    pub(super) fn is_sqlite(&self) -> bool {
        self.path.extension().is_some_and(|extension| extension == "db")
    }
}

impl Manifest {
    /// Reads the manifest of a backup.
    pub(super) fn read(backup: &Path) -> Result<Self> {
        let text = std::fs::read(backup.join(MANIFEST)).with_context(|| {
            format!("{} is not a complete backup: it has no {MANIFEST}", backup.display())
        })?;
        let manifest: Self = serde_json::from_slice(&text).context(MANIFEST)?;
        if manifest.format != 1 {
            bail!("{MANIFEST} has format {}, this program reads 1", manifest.format);
        }
        let outside = manifest.files.iter().find(|entry| {
            entry.path.components().any(|part| !matches!(part, Component::Normal(_)))
        });
        if let Some(entry) = outside {
            bail!("{MANIFEST} names a file outside the backup: {}", entry.path.display());
        }
        Ok(manifest)
    }

    /// Tells whether the backup holds a PostgreSQL dump.
    pub(super) fn has_postgres(&self) -> bool {
        self.files.iter().any(|entry| entry.path == Path::new(POSTGRES_DUMP))
    }
}

/// Returns length and SHA-256 of a file.
pub(super) fn digest(path: &Path) -> io::Result<(u64, String)> {
    let (mut file, mut hash, mut length) = (File::open(path)?, Sha256::new(), 0_u64);
    let mut buffer = vec![0_u8; 1 << 16];
    loop {
        let read = file.read(&mut buffer)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        hash.update(bytes);
        length += read as u64;
    }
    Ok((length, hex::encode(hash.finalize())))
}

/// Lists all files below a directory, in a fixed order; none if it is not there.
pub(super) fn files_below(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut found, mut open) = (Vec::new(), vec![directory.to_owned()]);
    while let Some(directory) = open.pop() {
        let entries = match std::fs::read_dir(&directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

/// Makes a file or the entries of a directory durable.
pub(super) fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
