//! The lines of one batch, each with its place in the file.

use sha2::{Digest as _, Sha256};

use super::reader::Position;
use crate::domain::entry::MAX_LINE;

/// How much of a line is looked at: enough to see that it is too long.
pub(crate) const KEPT: usize = MAX_LINE + 1;
/// Files of a tebibyte, eight million generations; beyond, places repeat, names do not.
const OFFSET_BITS: u32 = 40;

/// What tells a line from all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LineName {
    /// Generation and offset in one number: grows from line to line, through rotations.
    pub(crate) place: i64,
    /// SHA-256 of `device:inode:generation:offset:line`.
    pub(crate) hash: [u8; 32],
}

/// Consecutive lines of one file.
#[derive(Debug)]
pub(crate) struct Lines {
    bytes: Vec<u8>,
    start: u64,
    generation: u64,
    prefix: String,
}

impl Lines {
    /// Complete lines, each with its line feed, that begin at `at`.
    pub(crate) fn new(bytes: Vec<u8>, at: &Position) -> Self {
        let prefix = format!("{}:{}:{}:", at.id.device, at.id.inode, at.generation);
        Self { bytes, start: at.offset, generation: at.generation, prefix }
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

    /// Names the line that begins at `offset`, so that equal lines are told apart and a line that
    /// is read again is recognised.
    pub(crate) fn name(&self, offset: u64, line: &[u8]) -> LineName {
        let mut hash = Sha256::new();
        hash.update(self.prefix.as_bytes());
        hash.update(offset.to_string().as_bytes());
        hash.update(b":");
        hash.update(line);
        let place = self.generation << OFFSET_BITS | offset & ((1 << OFFSET_BITS) - 1);
        LineName { place: place.cast_signed(), hash: hash.finalize().into() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::files::FileId;
    use super::*;

    fn lines(generation: u64, offset: u64) -> Lines {
        let id = FileId { device: 1, inode: 2 };
        let at = Position { id, generation, offset, mark: Vec::new(), stored_at: 0 };
        Lines::new(b"same\nsame\n".to_vec(), &at)
    }

    fn names(lines: &Lines) -> Vec<LineName> {
        lines.iter().map(|(offset, line)| lines.name(offset, line)).collect()
    }

    #[test]
    fn places_grow_from_line_to_line_and_through_rotations() {
        let (first, next) = (names(&lines(3, 1 << 39)), names(&lines(4, 0)));
        let places: Vec<_> = first.iter().chain(&next).map(|name| name.place).collect();
        assert!(places.is_sorted_by(|a, b| a < b), "{places:?}");
    }

    #[test]
    fn equal_lines_are_told_apart_even_where_places_repeat() {
        let (first, far) = (names(&lines(0, 0)), names(&lines(0, 1 << OFFSET_BITS)));
        assert_eq!(first, names(&lines(0, 0)));
        assert_ne!(first[0].hash, first[1].hash);
        assert_eq!(first[0].place, far[0].place);
        assert_ne!(first[0].hash, far[0].hash);
    }
}
