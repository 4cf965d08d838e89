//! The lines of one batch, each with its place in the file.

use sha2::{Digest as _, Sha256};

use super::reader::Position;
use crate::domain::entry::MAX_LINE;

/// How much of a line is looked at: enough to see that it is too long.
pub(crate) const KEPT: usize = MAX_LINE + 1;

/// Consecutive lines of one file.
#[derive(Debug)]
pub(crate) struct Lines {
    bytes: Vec<u8>,
    start: u64,
    prefix: String,
}

impl Lines {
    /// Complete lines, each with its line feed, that begin at `at`.
    pub(crate) fn new(bytes: Vec<u8>, at: &Position) -> Self {
        let prefix = format!("{}:{}:{}:", at.id.device, at.id.inode, at.generation);
        Self { bytes, start: at.offset, prefix }
    }

    /// One line without its line feed.
    pub(crate) fn one(line: Vec<u8>, at: &Position) -> Self {
        Self::new(line, at)
    }

    /// Returns the number of bytes.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Hands out each line without its line feed, and where it begins in the file.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let mut at = self.start;
        self.bytes.split_inclusive(|byte| *byte == b'\n').map(move |line| {
            let place = at;
            at += line.len() as u64;
            (place, line.strip_suffix(b"\n").unwrap_or(line))
        })
    }

    /// Names a line: SHA-256 of `device:inode:generation:offset:line`, so that equal lines are told
    /// apart and a line that is read again is recognised.
    pub(crate) fn hash(&self, place: u64, line: &[u8]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.prefix.as_bytes());
        hash.update(place.to_string().as_bytes());
        hash.update(b":");
        hash.update(line);
        hash.finalize().into()
    }
}
