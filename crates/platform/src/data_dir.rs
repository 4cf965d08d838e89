//! The data directory belongs to one process.
//!
//! SQLite allows several processes, but leases, caches and the log would not: the lock is what makes
//! one process alone with its files the leader.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The file that is locked; it is never removed, because another process may be waiting for it.
const LOCK_FILE: &str = ".lock";

/// Why the directory cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// Another process has it.
    #[error(
        "data directory `{}` is in use by process {holder}; stop it, or set another DATA_DIR",
        .path.display()
    )]
    InUse {
        /// The directory.
        path: PathBuf,
        /// What the other process wrote into the file.
        holder: String,
    },
    /// It cannot be read or written.
    #[error("data directory `{}` cannot be locked", .path.display())]
    NotUsable {
        /// The directory.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
}

/// Holds the directory until it is dropped, or until the process ends in whatever way.
#[derive(Debug)]
pub struct DataDirLock {
    _file: File,
}

impl DataDirLock {
    /// Takes the directory, which is created if it is missing.
    ///
    /// # Errors
    ///
    /// Returns [`DataDirError::InUse`] if another process has it.
    pub fn acquire(path: &Path) -> Result<Self, DataDirError> {
        let not_usable = |source| DataDirError::NotUsable { path: path.to_owned(), source };
        std::fs::create_dir_all(path).map_err(not_usable)?;
        let name = path.join(LOCK_FILE);
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&name)
            .map_err(not_usable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = std::fs::read_to_string(&name).unwrap_or_default();
                let holder = holder.trim().to_owned();
                return Err(DataDirError::InUse { path: path.to_owned(), holder });
            }
            Err(TryLockError::Error(source)) => return Err(not_usable(source)),
        }
        file.set_len(0).map_err(not_usable)?;
        writeln!(file, "{}", std::process::id()).map_err(not_usable)?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_has_one_process_until_it_lets_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let lock = DataDirLock::acquire(&path).unwrap();

        let refused = DataDirLock::acquire(&path).unwrap_err();
        let holder = std::process::id().to_string();
        assert!(matches!(&refused, DataDirError::InUse { holder: h, .. } if *h == holder));

        drop(lock);
        DataDirLock::acquire(&path).unwrap();
    }

    #[test]
    fn a_directory_that_cannot_be_made_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let refused = DataDirLock::acquire(&file.path().join("data")).unwrap_err();
        assert!(matches!(refused, DataDirError::NotUsable { .. }));
    }
}
