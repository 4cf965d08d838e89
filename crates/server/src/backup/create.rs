//! `quintet backup create`

use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context as _, Result};
use platform::clock::Clock;
use platform::db::Db;

use super::manifest::{Entry, MANIFEST, Manifest, POSTGRES_DUMP, files_below, sync};
use super::{objects, postgres};
use crate::cli::open_storage;

/// What a backup that is being made is called, so that nobody takes it for one.
const PARTIAL: &str = ".partial";
/// Signs sessions, if no setting does.
const KEY: &str = "signing.key";

/// Makes a backup under `output` and returns where it is.
pub(super) async fn create(output: &Path) -> Result<PathBuf> {
    let (loaded, storage) = open_storage().await?;
    let settings = &loaded.platform;
    let now = Clock::System.now();
    let name = format!("quintet-backup-{}", now.format("%Y%m%dT%H%M%SZ"));
    let partial = output.join(format!("{name}{PARTIAL}"));
    fs::create_dir_all(&partial)
        .with_context(|| format!("{} cannot be created", partial.display()))?;

    for (service, db) in &storage.services {
        snapshot(db, &partial.join(format!("{}.db", service.name))).await?;
    }
    snapshot(&storage.platform, &partial.join("platform.db")).await?;
    if let Some(url) = settings.database_url.as_ref().filter(|_| storage.platform.is_postgres()) {
        postgres::dump(url, &partial.join(POSTGRES_DUMP)).await?;
    }
    storage.close().await;

    // Objects are copied after the rows that name them: a later row's object does no harm.
    if let Some(objects) = objects::directory(settings) {
        for file in files_below(&objects)?.iter().filter(|file| objects::is_whole(file)) {
            let name = Path::new(objects::OBJECTS).join(file.strip_prefix(&objects)?);
            copy(file, &partial.join(name))?;
        }
    } else {
        eprintln!("the objects are in {} and are not in this backup", settings.artifact_root);
    }
    let key = settings.data_dir.join(KEY);
    if key.is_file() {
        copy(&key, &partial.join(KEY))?;
    }

    let mut files = Vec::new();
    for file in files_below(&partial)?.iter().filter(|file| !file.ends_with(MANIFEST)) {
        sync(file)?;
        files.push(Entry::of(&partial, file)?);
    }
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let manifest = Manifest { format: 1, version, created_at: now, files };
    let path = partial.join(MANIFEST);
    fs::write(&path, serde_json::to_vec_pretty(&manifest)?)?;
    sync(&path)?;
    sync(&partial)?;

    let complete = output.join(name);
    fs::rename(&partial, &complete)?;
    sync(output)?;
    Ok(complete)
}

/// Copies a SQLite database as it is at one instant; PostgreSQL is dumped once, elsewhere.
async fn snapshot(db: &Db, target: &Path) -> Result<()> {
    db.snapshot_sqlite(target).await.with_context(|| format!("{} failed", target.display()))
}

/// Copies a file; one that was removed meanwhile is no longer named by any row.
fn copy(file: &Path, target: &Path) -> Result<()> {
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    match fs::copy(file, target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        copied => {
            copied.with_context(|| format!("{} cannot be copied", file.display()))?;
            Ok(())
        }
    }
}

/// Removes complete backups under `output` but the newest `keep`, and what was left half made.
pub(super) fn remove_old(output: &Path, keep: usize) -> Result<()> {
    let mut complete = Vec::new();
    for entry in fs::read_dir(output)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !name.starts_with("quintet-backup-") {
            continue;
        }
        if name.ends_with(PARTIAL) {
            fs::remove_dir_all(&path)?;
        } else {
            complete.push(path);
        }
    }
    complete.sort();
    let old = complete.len().saturating_sub(keep.max(1));
    for path in complete.into_iter().take(old) {
        fs::remove_dir_all(&path)?;
        println!("removed {}", path.display());
    }
    Ok(())
}
