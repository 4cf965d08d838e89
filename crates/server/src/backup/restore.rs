//! `quintet backup restore`
//!
//! 1. All files are copied to `DATA_DIR/.restoring` and checked.
//! 2. `DATA_DIR/.restoring/COMMIT` is written: from here on the restore goes forward only.
//! 3. Old files move to `DATA_DIR/replaced-<time>`, new ones into their place.
//!
//! Each step can be repeated, so a restore that was killed is finished at the next start.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use platform::clock::Clock;
use platform::data_dir::DataDirLock;

use super::manifest::{MANIFEST, Manifest, POSTGRES_DUMP, files_below, sync};
use super::objects::{self, OBJECTS};
use super::{postgres, verify};
use crate::services::SERVICES;
use crate::settings;
use crate::storage::create_private_directory;

const STAGE: &str = ".restoring";
const COMMIT: &str = "COMMIT";

/// Puts a backup in place.
pub(super) async fn restore(backup: &Path, force: bool) -> Result<()> {
    let manifest = Manifest::read(backup)?;
    let problems = verify::verify(backup).await?;
    if let Some(first) = problems.first() {
        bail!("{} has {} problems, nothing was changed; {first}", backup.display(), problems.len());
    }
    let loaded = settings::load(SERVICES)?;
    let data = &loaded.platform.data_dir;
    create_private_directory(data)?;
    let _lock = DataDirLock::acquire(data)?;
    finish_interrupted(data)?;

    let occupied = manifest.files.iter().find(|entry| data.join(&entry.path).exists());
    if let Some(entry) = occupied.filter(|_| !force) {
        bail!(
            "{} is there already; --force replaces it and keeps the old files",
            data.join(&entry.path).display()
        );
    }
    if manifest.has_postgres() {
        let url = loaded.platform.database_url.as_ref();
        let url = url.filter(|url| url.reveal().starts_with("postgres"));
        let url = url.context("the backup holds a PostgreSQL dump: set DATABASE_URL")?;
        if !force && !postgres::is_empty(url).await? {
            bail!("the database that DATABASE_URL names is not empty; --force replaces it");
        }
        postgres::restore(url, &backup.join(POSTGRES_DUMP)).await?;
    }
    let objects = objects::directory(&loaded.platform);
    let objects = objects.filter(|directory| *directory != data.join(OBJECTS));
    if let Some(directory) = &objects {
        bring_objects(backup, directory, &manifest)?;
    }
    stage(backup, data, &manifest, objects.is_some())?;
    finish_interrupted(data)
}

/// Copies objects to where `ARTIFACT_ROOT` says. They are named by what they hold: one that is there
/// already is the same, and one that no row names does no harm.
fn bring_objects(backup: &Path, directory: &Path, manifest: &Manifest) -> Result<()> {
    for entry in manifest.files.iter().filter(|entry| objects::is_object(&entry.path)) {
        let target = directory.join(entry.path.strip_prefix(OBJECTS)?);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::copy(backup.join(&entry.path), &target)?;
        sync(&target)?;
    }
    Ok(())
}

fn stage(backup: &Path, data: &Path, manifest: &Manifest, without_objects: bool) -> Result<()> {
    let stage = data.join(STAGE);
    for entry in &manifest.files {
        let elsewhere = entry.path == Path::new(POSTGRES_DUMP)
            || (without_objects && objects::is_object(&entry.path));
        if elsewhere {
            continue;
        }
        let target = stage.join(&entry.path);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::copy(backup.join(&entry.path), &target)?;
        sync(&target)?;
    }
    let stamp = Clock::System.now().format("%Y%m%dT%H%M%SZ").to_string();
    let commit = stage.join(COMMIT);
    fs::write(&commit, stamp)?;
    sync(&commit)?;
    sync(&stage)?;
    Ok(())
}

/// Completes a restore that was killed after its commit, and forgets one that was killed before.
pub(crate) fn finish_interrupted(data: &Path) -> Result<()> {
    let stage = data.join(STAGE);
    if !stage.is_dir() {
        return Ok(());
    }
    let Ok(stamp) = fs::read_to_string(stage.join(COMMIT)) else {
        fs::remove_dir_all(&stage)?;
        return Ok(());
    };
    let replaced = data.join(format!("replaced-{}", stamp.trim()));
    for file in files_below(&stage)? {
        let name = file.strip_prefix(&stage)?;
        if name == Path::new(COMMIT) || name == Path::new(MANIFEST) {
            continue;
        }
        let target = data.join(name);
        for old in with_journals(&target) {
            if old.exists() {
                let kept = replaced.join(old.strip_prefix(data)?);
                if let Some(parent) = kept.parent() {
                    fs::create_dir_all(parent)?;
                }
                fs::rename(&old, &kept)?;
            }
        }
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::rename(&file, &target)?;
    }
    sync(data)?;
    fs::remove_dir_all(&stage)?;
    Ok(())
}

/// A SQLite file, and the journals that belong to the old one and must not be played into the new.
fn with_journals(file: &Path) -> Vec<std::path::PathBuf> {
    let beside = |suffix: &str| {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        name.into()
    };
    vec![beside("-wal"), beside("-shm"), file.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restore_killed_before_its_commit_never_happened() {
        let data = tempfile::tempdir().unwrap();
        fs::create_dir_all(data.path().join(STAGE)).unwrap();
        fs::write(data.path().join(STAGE).join("credit.db"), "new").unwrap();
        fs::write(data.path().join("credit.db"), "old").unwrap();

        finish_interrupted(data.path()).unwrap();

        assert_eq!(fs::read_to_string(data.path().join("credit.db")).unwrap(), "old");
        assert!(!data.path().join(STAGE).exists());
    }

    #[test]
    fn a_restore_killed_after_its_commit_is_finished_at_the_next_start() {
        let data = tempfile::tempdir().unwrap();
        fs::create_dir_all(data.path().join(STAGE)).unwrap();
        fs::write(data.path().join(STAGE).join("credit.db"), "new").unwrap();
        fs::write(data.path().join(STAGE).join(COMMIT), "20260115T120000Z").unwrap();
        fs::write(data.path().join("credit.db"), "old").unwrap();
        fs::write(data.path().join("credit.db-wal"), "old journal").unwrap();
        fs::write(data.path().join("accounts.db"), "moved before the kill").unwrap();

        finish_interrupted(data.path()).unwrap();

        assert_eq!(fs::read_to_string(data.path().join("credit.db")).unwrap(), "new");
        assert!(!data.path().join("credit.db-wal").exists() && !data.path().join(STAGE).exists());
        let kept = data.path().join("replaced-20260115T120000Z/credit.db");
        assert_eq!(fs::read_to_string(kept).unwrap(), "old");
    }
}
