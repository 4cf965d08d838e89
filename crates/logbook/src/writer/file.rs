//! A log file that several processes append to and that may be rotated under them.
//!
//! # Invariants
//!
//! - Lines are appended with `O_APPEND`, whole lines in one `write`, so that those of several
//!   processes do not mix.
//! - A writer looks whether the file still has its name, and writes, while it shares the lock file
//!   `<log file>.lock`. Whoever holds that lock alone therefore knows that no line is on its way
//!   into a file that was renamed. Rotation by this process takes it, and so does the reader of the
//!   log before it leaves a renamed file.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// Where and when to rotate.
#[derive(Debug, Clone)]
pub(crate) struct Rotation {
    /// The log file.
    pub(crate) path: PathBuf,
    /// The size at which the file is renamed, bytes; 0 leaves that to the host.
    pub(crate) max_bytes: u64,
    /// How many renamed files are kept.
    pub(crate) keep: u32,
}

/// The open log file.
#[derive(Debug)]
pub(crate) struct LogFile {
    rotation: Rotation,
    lock: File,
    file: File,
    /// Bytes of the lines at hand that an interrupted attempt has already written.
    written: usize,
}

impl LogFile {
    /// Opens the file, which is created with its directory if it is missing.
    pub(crate) fn open(rotation: Rotation) -> io::Result<Self> {
        if let Some(folder) = rotation.path.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)?;
        }
        let lock = open_beside(&rotation.path, ".lock")?;
        let file = append(&rotation.path)?;
        Ok(Self { rotation, lock, file, written: 0 })
    }

    /// Appends whole lines. After an error the same lines must be given again: it goes on where it
    /// was interrupted.
    pub(crate) fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        self.lock.lock_shared()?;
        let written = self.append_to_named(lines);
        self.lock.unlock()?;
        if written? {
            self.rotate()?;
        }
        Ok(())
    }

    /// Writes to the file that has the name now, and tells whether it is full.
    fn append_to_named(&mut self, lines: &[u8]) -> io::Result<bool> {
        if !same_file(&self.file, &self.rotation.path)? {
            self.file = append(&self.rotation.path)?;
            // A line that was interrupted stays behind in part, and is written again in full.
            let before = lines.get(..self.written).unwrap_or_default();
            self.written = before.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        }
        while let Some(rest) = lines.get(self.written..).filter(|rest| !rest.is_empty()) {
            match self.file.write(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(bytes) => self.written += bytes,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        self.written = 0;
        let limit = self.rotation.max_bytes;
        Ok(limit > 0 && self.file.metadata()?.len() >= limit)
    }

    /// Renames the file and its predecessors: `.1` is the newest. Another process may have been
    /// faster.
    fn rotate(&mut self) -> io::Result<()> {
        self.lock.lock()?;
        let rotated = self.rotate_locked();
        self.lock.unlock()?;
        rotated
    }

    fn rotate_locked(&mut self) -> io::Result<()> {
        let Rotation { path, max_bytes, keep } = &self.rotation;
        if same_file(&self.file, path)? && self.file.metadata()?.len() >= *max_bytes {
            for number in (1..=*keep).rev() {
                let from = beside(path, &format!(".{number}"));
                let to = beside(path, &format!(".{}", number + 1));
                match std::fs::rename(&from, &to) {
                    Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
                    _ => {}
                }
            }
            std::fs::rename(path, beside(path, ".1"))?;
            match std::fs::remove_file(beside(path, &format!(".{}", keep + 1))) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
                _ => {}
            }
        }
        self.file = append(path)?;
        Ok(())
    }

    /// Waits until the disk has the lines.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }
}

/// Opens the file `<path><suffix>`, which is never removed.
pub(crate) fn open_beside(path: &Path, suffix: &str) -> io::Result<File> {
    let path = beside(path, suffix);
    OpenOptions::new().read(true).append(true).create(true).mode(0o640).open(path)
}

/// Makes the path `<path><suffix>`.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

fn append(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o640).open(path)
}

/// Tells whether `file` is still the one that `path` names.
fn same_file(file: &File, path: &Path) -> io::Result<bool> {
    let ours = file.metadata()?;
    match std::fs::metadata(path) {
        Ok(named) => Ok((named.dev(), named.ino()) == (ours.dev(), ours.ino())),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(e),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rotation(folder: &Path, max_bytes: u64) -> Rotation {
        Rotation { path: folder.join("logs/b.log"), max_bytes, keep: 2 }
    }

    #[test]
    fn the_file_is_renamed_when_it_is_full_and_only_so_many_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = LogFile::open(rotation(folder.path(), 4)).unwrap();
        for line in ["a1\n", "a2\n", "b1\n", "b2\n", "c1\n", "c2\n", "d\n"] {
            file.write(line.as_bytes()).unwrap();
        }
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(read("logs/b.log"), "d\n");
        assert_eq!(read("logs/b.log.1"), "c1\nc2\n");
        assert_eq!(read("logs/b.log.2"), "b1\nb2\n");
        assert!(!folder.path().join("logs/b.log.3").exists());
    }

    #[test]
    fn a_file_renamed_by_the_host_is_left_and_a_truncated_one_continued() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = LogFile::open(rotation(folder.path(), 0)).unwrap();
        let path = folder.path().join("logs/b.log");
        file.write(b"a\n").unwrap();
        std::fs::rename(&path, folder.path().join("old")).unwrap();
        file.write(b"b\n").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "b\n");

        std::fs::write(&path, "").unwrap();
        file.write(b"c\n").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "c\n");
    }
}
