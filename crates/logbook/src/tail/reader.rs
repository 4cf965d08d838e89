//! Follows the log through rotations: given where the reading stands, finds what comes next.
//!
//! The reader decides nothing by what it remembers, only by the [`Position`] it is given and by the
//! files; a process that was killed goes on exactly where the last commit left it.
//!
//! - Only complete lines are read, except the last line of a file that nobody writes to any more.
//! - A file that was renamed is read to its end before the next one. While that end is looked for,
//!   the lock file of the writers is held, so that no line is on its way.
//! - A file that was truncated shows by its size, or by other bytes before the offset than those
//!   remembered in [`Position::mark`]. What was not read yet is looked for in the copies beside it
//!   (`copytruncate`); then the file is read from the start, as a new generation.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::files::{self, FileId, LogPart};
use super::lines::{self, Lines};
use crate::writer::file::open_beside;

/// How many bytes before the offset are remembered.
pub(crate) const MARK: usize = 128;
/// The most bytes of one batch; also how far a line without an end is searched for one at a time.
pub(crate) const MAX_CHUNK: usize = 4 << 20;

/// Where the reading stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) id: FileId,
    /// Counts the files and truncations that were read through.
    pub(crate) generation: u64,
    /// The first byte that was not read yet.
    pub(crate) offset: u64,
    /// The last bytes before the offset, at most [`MARK`].
    pub(crate) mark: Vec<u8>,
    /// When the position was stored, nanoseconds since 1970; finds the next file if this one is
    /// gone.
    pub(crate) stored_at: i128,
}

impl Position {
    fn start_of(id: FileId, generation: u64, stored_at: i128) -> Self {
        Self { id, generation, offset: 0, mark: Vec::new(), stored_at }
    }
}

/// What comes next.
#[derive(Debug)]
pub(crate) enum Step {
    /// Lines, and the position after them.
    Lines(Lines, Position),
    /// No lines here: go on there at once.
    Move(Position),
    /// Nothing new.
    Idle,
}

/// Reads one log.
#[derive(Debug)]
pub(crate) struct Reader {
    log: PathBuf,
    lock: File,
    open: Option<LogPart>,
}

impl Reader {
    pub(crate) fn new(log: &Path) -> io::Result<Self> {
        let lock = open_beside(log, ".lock")?;
        Ok(Self { log: log.to_owned(), lock, open: None })
    }

    /// Finds what comes after `at`, at most about `most` bytes of it. Nothing is remembered but
    /// open files.
    pub(crate) fn step(&mut self, at: Option<&Position>, most: usize) -> io::Result<Step> {
        let Some(at) = at else { return self.first() };
        let Some(part) = self.part(at)? else { return self.successor(at, None) };
        let step = match self.read(&part, at, most) {
            Ok(Some(step)) => Ok(step),
            Ok(None) => self.at_end(&part, at),
            Err(e) => Err(e),
        };
        self.open = Some(part);
        step
    }

    /// Returns how many bytes of the current file come after `at`.
    pub(crate) fn behind(&self, at: Option<&Position>) -> u64 {
        let size = std::fs::metadata(&self.log);
        match (size, at) {
            (Ok(size), Some(at)) if FileId::of(&size) == at.id => {
                size.len().saturating_sub(at.offset)
            }
            (Ok(size), _) => size.len(),
            (Err(_), _) => 0,
        }
    }

    fn first(&mut self) -> io::Result<Step> {
        let Some(part) = LogPart::open(&self.log)? else { return Ok(Step::Idle) };
        let start = Position::start_of(part.id, 0, 0);
        self.open = Some(part);
        Ok(Step::Move(start))
    }

    /// The file of the position: still open, or under the name of the log, or renamed.
    fn part(&mut self, at: &Position) -> io::Result<Option<LogPart>> {
        if let Some(part) = self.open.take().filter(|part| part.id == at.id) {
            return Ok(Some(part));
        }
        if let Some(part) = LogPart::open(&self.log)?.filter(|part| part.id == at.id) {
            return Ok(Some(part));
        }
        for file in files::rotated(&self.log)?.iter().filter(|file| file.id == at.id) {
            let part = LogPart::open(&file.path)?;
            // The number of a deleted file may have gone to another one since.
            if let Some(part) = part.filter(|part| part.id == at.id)
                && part.agrees(at.offset, &at.mark)?
            {
                return Ok(Some(part));
            }
        }
        Ok(None)
    }

    /// Reads on in the file of the position; `None` at its end.
    fn read(&self, part: &LogPart, at: &Position, most: usize) -> io::Result<Option<Step>> {
        if !part.agrees(at.offset, &at.mark)? {
            return self.truncated(part, at, most).map(Some);
        }
        let mut most = most.min(MAX_CHUNK);
        loop {
            let bytes = part.read(at.offset, most)?;
            let full = bytes.len() == most;
            if let Some(step) = lines_step(bytes, at) {
                return Ok(Some(step));
            }
            if !full {
                return Ok(None);
            }
            if most >= MAX_CHUNK {
                return Self::giant(part, at).map(Some);
            }
            most = (most * 4).min(MAX_CHUNK);
        }
    }

    /// Steps over a line longer than a batch: its beginning is kept, its end is searched for.
    fn giant(part: &LogPart, at: &Position) -> io::Result<Step> {
        let mut end = at.offset;
        loop {
            let bytes = part.read(end, MAX_CHUNK)?;
            if let Some(line_feed) = bytes.iter().position(|byte| *byte == b'\n') {
                end += line_feed as u64 + 1;
                break;
            }
            if bytes.len() < MAX_CHUNK {
                return Ok(Step::Idle);
            }
            end += bytes.len() as u64;
        }
        let beginning = part.read(at.offset, lines::KEPT)?;
        let start = end.saturating_sub(MARK as u64).max(at.offset);
        let mark = part.read(start, usize::try_from(end - start).unwrap_or(MARK))?;
        let after = Position { offset: end, mark, ..at.clone() };
        Ok(Step::Lines(Lines::one(beginning, at), after))
    }

    /// The file is not the one that was read: it was truncated, and perhaps written again.
    fn truncated(&self, part: &LogPart, at: &Position, most: usize) -> io::Result<Step> {
        for copy in files::rotated(&self.log)?.iter().rev() {
            if copy.id == part.id || copy.len <= at.offset {
                continue;
            }
            let Some(copy) = LogPart::open(&copy.path)? else { continue };
            if !at.mark.is_empty() && copy.agrees(at.offset, &at.mark)? {
                let bytes = copy.read(at.offset, most.min(MAX_CHUNK))?;
                return match lines_step(bytes, at) {
                    Some(step) => Ok(step),
                    None => Ok(rest(copy.read(at.offset, lines::KEPT)?, copy.len()?, at)),
                };
            }
        }
        tracing::info!(event = "backend_log_truncated", "log file was truncated; reading it anew");
        Ok(Step::Move(Position::start_of(at.id, at.generation + 1, at.stored_at)))
    }

    /// All complete lines were read: stays, or goes on to the next file.
    fn at_end(&self, part: &LogPart, at: &Position) -> io::Result<Step> {
        match std::fs::metadata(&self.log) {
            Ok(named) if FileId::of(&named) == part.id => return Ok(Step::Idle),
            // Renamed, and nobody has begun a new file yet.
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Step::Idle),
            Err(e) => return Err(e),
            Ok(_) => {}
        }
        self.lock.lock()?;
        let step = self.leave(part, at);
        self.lock.unlock()?;
        step
    }

    /// Nobody writes to the file any more: reads what is left, then goes on to the next one.
    fn leave(&self, part: &LogPart, at: &Position) -> io::Result<Step> {
        let bytes = part.read(at.offset, MAX_CHUNK)?;
        if let Some(step) = lines_step(bytes, at) {
            return Ok(step);
        }
        let len = part.len()?;
        if len > at.offset {
            return Ok(rest(part.read(at.offset, lines::KEPT)?, len, at));
        }
        self.successor(at, Some(part))
    }

    /// The file that was begun after the one of the position: the oldest of the renamed ones that
    /// was written later, otherwise the log itself.
    fn successor(&self, at: &Position, part: Option<&LogPart>) -> io::Result<Step> {
        let written = match part {
            Some(part) => part.modified()?,
            None => at.stored_at,
        };
        let files = files::rotated(&self.log)?;
        let own = files.iter().position(|file| part.is_some() && file.id == at.id);
        let later = match own {
            Some(own) => files.get(own + 1..).unwrap_or_default(),
            None => &files,
        };
        let next = later.iter().find(|file| own.is_some() || file.modified > written);
        let id = match (next, LogPart::open(&self.log)?) {
            (Some(file), _) => file.id,
            (None, Some(log)) => log.id,
            (None, None) => return Ok(Step::Idle),
        };
        tracing::info!(event = "backend_log_rotated", "log file was rotated; going on in the next");
        Ok(Step::Move(Position::start_of(id, at.generation + 1, at.stored_at)))
    }
}

/// The complete lines in `bytes`, if there are any.
fn lines_step(mut bytes: Vec<u8>, at: &Position) -> Option<Step> {
    let end = bytes.iter().rposition(|byte| *byte == b'\n')? + 1;
    bytes.truncate(end);
    let mark = bytes.get(end.saturating_sub(MARK)..).unwrap_or_default().to_vec();
    let after = Position { offset: at.offset + end as u64, mark, ..at.clone() };
    Some(Step::Lines(Lines::new(bytes, at), after))
}

/// The last line of a finished file, which has no end.
fn rest(beginning: Vec<u8>, len: u64, at: &Position) -> Step {
    let mark = beginning.get(beginning.len().saturating_sub(MARK)..).unwrap_or_default().to_vec();
    // The mark of a line longer than what is kept would not be at its end.
    let mark = if at.offset + beginning.len() as u64 == len { mark } else { Vec::new() };
    let after = Position { offset: len, mark, ..at.clone() };
    Step::Lines(Lines::one(beginning, at), after)
}
