//! Rows of a CSV file, whatever its separator.

use std::io::Read;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::row::RowView;
use super::source::TapeError;

/// The longest row; a longer one has lost a quote.
const LONGEST_ROW: usize = 1 << 20;
/// The most columns.
pub(super) const MOST_COLUMNS: usize = 2_000;
/// Bytes that are read at one time.
const BLOCK: usize = 256 * 1024;

/// Reads rows from a stream without keeping them.
pub struct Rows<R> {
    source: R,
    parser: Reader,
    input: Vec<u8>,
    start: usize,
    end: usize,
    finished: bool,
    output: Vec<u8>,
    ends: Vec<usize>,
    read: u64,
}

impl<R> std::fmt::Debug for Rows<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("read", &self.read).finish_non_exhaustive()
    }
}

impl<R: Read> Rows<R> {
    /// Starts with a stream; the separator is taken from its first line.
    ///
    /// # Errors
    ///
    /// Returns [`TapeError`] if the stream fails or is not text.
    pub fn new(mut source: R) -> Result<Self, TapeError> {
        let mut input = vec![0; BLOCK];
        let end = fill(&mut source, &mut input)?;
        let head = input.get(..end).unwrap_or_default();
        let start = check_text(head)?;
        let first = head.get(start..).unwrap_or_default();
        let line = first.split(|b| matches!(b, b'\n' | b'\r')).next().unwrap_or_default();
        let parser = ReaderBuilder::new().delimiter(separator(line)).build();
        Ok(Self {
            source,
            parser,
            input,
            start,
            end,
            finished: end == 0,
            output: vec![0; 16 * 1024],
            ends: vec![0; 256],
            read: u64::try_from(end).unwrap_or(0),
        })
    }

    /// Bytes taken from the stream so far.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.read
    }

    /// Returns the next row, or `None` at the end.
    pub(super) fn next_row(&mut self) -> Result<Option<RowView<'_>>, TapeError> {
        let (mut written, mut cells) = (0, 0);
        loop {
            if self.start == self.end && !self.finished {
                self.start = 0;
                self.end = fill(&mut self.source, &mut self.input)?;
                self.read += u64::try_from(self.end).unwrap_or(0);
                self.finished = self.end == 0;
            }
            let input = self.input.get(self.start..self.end).unwrap_or_default();
            let output = self.output.get_mut(written..).unwrap_or_default();
            let ends = self.ends.get_mut(cells..).unwrap_or_default();
            let (result, taken, wrote, ended) = self.parser.read_record(input, output, ends);
            self.start += taken;
            written += wrote;
            cells += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => grow(&mut self.output, LONGEST_ROW, 0, || {
                    "a row is longer than 1 MiB: look for a quote that is never closed".to_owned()
                })?,
                ReadRecordResult::OutputEndsFull => grow(&mut self.ends, MOST_COLUMNS, 0, || {
                    format!("a row has more than {MOST_COLUMNS} columns")
                })?,
                ReadRecordResult::Record => {
                    return Ok(Some(RowView {
                        bytes: self.output.get(..written).unwrap_or_default(),
                        ends: self.ends.get(..cells).unwrap_or_default(),
                    }));
                }
                ReadRecordResult::End => return Ok(None),
            }
        }
    }
}

fn grow<T: Clone>(
    buffer: &mut Vec<T>,
    most: usize,
    empty: T,
    too_long: impl Fn() -> String,
) -> Result<(), TapeError> {
    if buffer.len() >= most {
        return Err(TapeError::Malformed { message: too_long() });
    }
    let length = (buffer.len() * 2).min(most);
    buffer.resize(length, empty);
    Ok(())
}

/// Reads until the buffer is full or the stream ends.
fn fill(source: &mut impl Read, buffer: &mut [u8]) -> Result<usize, TapeError> {
    let mut filled = 0;
    while let Some(room) = buffer.get_mut(filled..).filter(|room| !room.is_empty()) {
        match source.read(room) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(TapeError::Stream(e)),
        }
    }
    Ok(filled)
}

/// Skips the mark that spreadsheets put before UTF-8, and refuses what is not text.
fn check_text(head: &[u8]) -> Result<usize, TapeError> {
    let refuse = |message: &str| Err(TapeError::Malformed { message: message.to_owned() });
    if head.is_empty() {
        return refuse("the file is empty");
    }
    if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) {
        return refuse("the file is UTF-16: save it as CSV UTF-8");
    }
    if head.iter().take(8_192).any(|byte| *byte == 0) {
        return refuse("the file is not text: send CSV, Parquet or XLSX, and name its type");
    }
    Ok(if head.starts_with(&[0xEF, 0xBB, 0xBF]) { 3 } else { 0 })
}

/// The separator that occurs most in the heading.
fn separator(line: &[u8]) -> u8 {
    let count = |separator: u8| line.split(|byte| *byte == separator).count();
    let mut best = (count(b','), b',');
    for other in [b';', b'\t', b'|'] {
        if count(other) > best.0 {
            best = (count(other), other);
        }
    }
    best.1
}
