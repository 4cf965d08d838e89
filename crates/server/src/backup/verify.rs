//! `quintet backup verify`

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Result;
use platform::db::Db;

use super::manifest::{MANIFEST, Manifest, POSTGRES_DUMP, digest, files_below};
use super::postgres;

/// Returns everything that is wrong with a backup, one line each.
pub(super) async fn verify(backup: &Path) -> Result<Vec<String>> {
    let manifest = Manifest::read(backup)?;
    let mut problems = Vec::new();
    let mut known: BTreeSet<PathBuf> = BTreeSet::new();
    for entry in &manifest.files {
        let path = backup.join(&entry.path);
        let name = entry.path.display();
        known.insert(path.clone());
        match digest(&path) {
            Err(error) => problems.push(format!("{name}: cannot be read: {error}")),
            Ok((bytes, _)) if bytes != entry.bytes => {
                problems.push(format!("{name}: has {bytes} bytes, should have {}", entry.bytes));
            }
            Ok((_, sha256)) if sha256 != entry.sha256 => {
                problems.push(format!("{name}: does not match its checksum"));
            }
            Ok(_) if entry.is_sqlite() => {
                if let Err(error) = Db::check_sqlite(&path).await {
                    problems.push(format!("{name}: not a sound database: {error}"));
                }
            }
            Ok(_) if entry.path == Path::new(POSTGRES_DUMP) => {
                if let Err(error) = postgres::check(&path).await {
                    problems.push(format!("{name}: {error}"));
                }
            }
            Ok(_) => {}
        }
    }
    for file in files_below(backup)? {
        if !known.contains(&file) && !file.ends_with(MANIFEST) {
            problems.push(format!("{}: is not in {MANIFEST}", file.display()));
        }
    }
    Ok(problems)
}
