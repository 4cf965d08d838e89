//! The files that have had the name of the log: which one follows which.

use std::cmp::Reverse;
use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

/// What the system calls a file, whatever its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileId {
    pub(crate) device: u64,
    pub(crate) inode: u64,
}

impl FileId {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self { device: metadata.dev(), inode: metadata.ino() }
    }
}

/// An open file of the log.
#[derive(Debug)]
pub(crate) struct LogPart {
    pub(crate) file: File,
    pub(crate) id: FileId,
}

impl LogPart {
    /// Opens a file; `None` if there is none.
    pub(crate) fn open(path: &Path) -> io::Result<Option<Self>> {
        let file = match File::open(path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        let metadata = file.metadata()?;
        Ok(metadata.is_file().then(|| Self { file, id: FileId::of(&metadata) }))
    }

    pub(crate) fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// Returns when the file was last written, nanoseconds since 1970.
    pub(crate) fn modified(&self) -> io::Result<i128> {
        let metadata = self.file.metadata()?;
        Ok(nanoseconds(&metadata))
    }

    /// Reads up to `most` bytes from `offset`.
    pub(crate) fn read(&self, offset: u64, most: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; most];
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.file.read_at(rest, offset + filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        bytes.truncate(filled);
        Ok(bytes)
    }

    /// Tells whether the bytes before `offset` are those of `mark`.
    pub(crate) fn agrees(&self, offset: u64, mark: &[u8]) -> io::Result<bool> {
        let Some(start) = offset.checked_sub(mark.len() as u64) else { return Ok(false) };
        Ok(self.len()? >= offset && self.read(start, mark.len())? == mark)
    }
}

fn nanoseconds(metadata: &Metadata) -> i128 {
    i128::from(metadata.mtime()) * 1_000_000_000 + i128::from(metadata.mtime_nsec())
}

/// A file that once had the name of the log and was renamed, or that is a copy of it.
#[derive(Debug)]
pub(crate) struct Rotated {
    pub(crate) path: PathBuf,
    pub(crate) id: FileId,
    pub(crate) modified: i128,
    pub(crate) len: u64,
    number: u64,
}

/// Lists the renamed files beside the log, the oldest first. Compressed ones cannot be read.
pub(crate) fn rotated(log: &Path) -> io::Result<Vec<Rotated>> {
    let folder = match log.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut found = Vec::new();
    let Some(name) = log.file_name() else { return Ok(found) };
    let entries = match std::fs::read_dir(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(found),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let Some(number) = number_of(name, &entry.file_name()) else { continue };
        // A file may be renamed again while the folder is listed.
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_file() {
            let (id, modified) = (FileId::of(&metadata), nanoseconds(&metadata));
            found.push(Rotated { path: entry.path(), id, modified, len: metadata.len(), number });
        }
    }
    found.sort_by_key(|file| (file.modified, Reverse(file.number)));
    Ok(found)
}

/// The number or date at the end of `backend.log.3`, `backend.log-20260115`, `backend.log.2026-01`;
/// 0 if it is not a plain number.
fn number_of(log: &OsStr, name: &OsStr) -> Option<u64> {
    let rest = name.to_str()?.strip_prefix(log.to_str()?)?.strip_prefix(['.', '-'])?;
    let first = rest.bytes().next()?;
    let unreadable = [".gz", ".zst", ".xz", ".bz2", ".tmp"].iter().any(|end| rest.ends_with(end));
    (first.is_ascii_digit() && !unreadable).then(|| rest.parse().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_that_were_the_log_are_found() {
        let number = |name: &str| number_of(OsStr::new("b.log"), OsStr::new(name));
        assert_eq!(number("b.log.12"), Some(12));
        assert_eq!(number("b.log-20260115"), Some(20_260_115));
        assert_eq!(number("b.log.2026-01-15"), Some(0));
        for name in ["b.log", "b.log.lock", "b.log.tail", "b.log.1.gz", "c.log.1", "b.log.1.tmp"] {
            assert_eq!(number(name), None, "{name}");
        }
    }

    #[test]
    fn older_files_come_first() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("b.log");
        for name in ["b.log.2", "b.log.10", "b.log.1"] {
            std::fs::write(folder.path().join(name), name).unwrap();
            let file = File::options().write(true).open(folder.path().join(name)).unwrap();
            file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
        }
        let names: Vec<_> = rotated(&log)
            .unwrap()
            .iter()
            .map(|file| file.path.file_name().unwrap().to_str().unwrap().to_owned())
            .collect();
        assert_eq!(names, ["b.log.10", "b.log.2", "b.log.1"]);
    }
}
