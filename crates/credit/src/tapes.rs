//! Uploaded tapes: kept in pieces, so that none is ever in memory whole, and imported from there.

use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use bytes::{Buf as _, Bytes, BytesMut};
use futures::{Stream, StreamExt as _};
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};
use platform::objects::{ObjectError, Objects};
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;

use crate::Credit;
use crate::domain::tape::{
    Format, Imported, Mapping, Preview, Progress, Resolution, Source, TapeError, import, preview,
};
use crate::metrics::{TAPE_ROWS, TAPE_SECONDS};

/// The size of a piece.
const PIECE: usize = 4 * 1024 * 1024;
/// What a preview keeps of a CSV file.
const PREVIEWED_TEXT: usize = 2 * 1024 * 1024;
/// The largest other file that is previewed.
const PREVIEWED_FILE: usize = 64 * 1024 * 1024;

/// What an uploaded tape consists of; kept as an object itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tape {
    pub(crate) file_name: String,
    pub(crate) format: Format,
    pub(crate) size: u64,
    /// Names of the pieces; all but the last have the same size.
    pub(crate) pieces: Vec<String>,
}

/// Why an upload was not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UploadError {
    /// More bytes than are taken.
    #[error("the upload is larger than {0} bytes")]
    TooLarge(u64),
    /// The client went away.
    #[error("the upload broke off")]
    BrokeOff,
    /// The bytes could not be kept.
    #[error(transparent)]
    Objects(#[from] ObjectError),
}

/// Why a tape could not be previewed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PreviewFailure {
    /// The bytes did not arrive, or were too many.
    #[error(transparent)]
    Upload(#[from] UploadError),
    /// The file cannot be used.
    #[error(transparent)]
    Import(#[from] ImportFailure),
}

/// Why a stored tape was not imported.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImportFailure {
    /// The file, or what was said about it, cannot be used.
    #[error(transparent)]
    Tape(#[from] TapeError),
    /// The pieces could not be fetched.
    #[error(transparent)]
    Objects(#[from] ObjectError),
    /// The list of pieces is damaged.
    #[error("the tape's description cannot be read")]
    Damaged(#[from] serde_json::Error),
    /// A thread broke.
    #[error("the import broke")]
    Broken(#[from] tokio::task::JoinError),
}

impl Credit {
    /// Keeps the bytes of a tape while they arrive; returns the tape and the name of its
    /// description.
    pub(crate) async fn keep_tape<E>(
        &self,
        file_name: String,
        format: Format,
        body: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<(Tape, String), UploadError> {
        let mut body = std::pin::pin!(body);
        let mut tape = Tape { file_name, format, size: 0, pieces: Vec::new() };
        let mut piece = BytesMut::with_capacity(PIECE);
        while let Some(bytes) = body.next().await {
            let mut bytes = bytes.map_err(|_| UploadError::BrokeOff)?;
            tape.size += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            if tape.size > self.max_upload_bytes {
                return Err(UploadError::TooLarge(self.max_upload_bytes));
            }
            while bytes.has_remaining() {
                let room = (PIECE - piece.len()).min(bytes.len());
                piece.extend_from_slice(&bytes.split_to(room));
                if piece.len() == PIECE {
                    tape.pieces.push(self.objects.put(piece.split().freeze()).await?);
                }
            }
        }
        if !piece.is_empty() {
            tape.pieces.push(self.objects.put(piece.freeze()).await?);
        }
        let description = serde_json::to_vec(&tape).unwrap_or_default();
        let object = self.objects.put(Bytes::from(description)).await?;
        Ok((tape, object))
    }

    /// Returns a stored tape by the name of its description.
    pub(crate) async fn find_tape(&self, object: &str) -> Result<Tape, ImportFailure> {
        let bytes = self.objects.get(object).await?;
        Ok(serde_json::from_slice(&bytes)?)
    }

    /// Reads the beginning of a tape and proposes a mapping; keeps nothing. What follows the
    /// beginning is taken and thrown away, so that the client can end its upload.
    pub(crate) async fn preview_tape<E>(
        &self,
        format: Format,
        body: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<Preview, PreviewFailure> {
        let mut body = std::pin::pin!(body);
        let most = if format == Format::Csv { PREVIEWED_TEXT } else { PREVIEWED_FILE };
        let (mut begin, mut size) = (BytesMut::new(), 0_u64);
        while let Some(bytes) = body.next().await {
            let bytes = bytes.map_err(|_| UploadError::BrokeOff)?;
            size += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            if size > self.max_upload_bytes {
                return Err(UploadError::TooLarge(self.max_upload_bytes).into());
            }
            let room = (most - begin.len()).min(bytes.len());
            begin.extend_from_slice(bytes.get(..room).unwrap_or_default());
        }
        let whole = u64::try_from(begin.len()).is_ok_and(|length| length == size);
        if format != Format::Csv && !whole {
            let limit = u64::try_from(most).unwrap_or(u64::MAX);
            return Err(UploadError::TooLarge(limit).into());
        }
        let begin = begin.freeze();
        let read = tokio::task::spawn_blocking(move || preview(&begin, format)).await;
        Ok(read.map_err(ImportFailure::from)?.map_err(ImportFailure::from)?)
    }

    /// Imports a stored tape; `follow` is told the share that is done and the rows, and may cancel.
    pub(crate) async fn import_tape(
        &self,
        tape: Tape,
        mapping: Option<Mapping>,
        resolution: Resolution,
        follow: impl Fn(f64, Progress) -> bool + Send + 'static,
    ) -> Result<Imported, ImportFailure> {
        let (format, size, most_rows) = (tape.format, tape.size, self.settings.tape_rows);
        let source = self.source(tape);
        // Closing the semaphore is not possible, so that a turn always comes.
        let turn = self.turns.clone().acquire_owned().await.ok();
        let importing = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let begun = Instant::now();
            let mut told = |progress: Progress| follow(done(progress.bytes, size), progress);
            let imported = import(&source, format, mapping, resolution, most_rows, &mut told);
            metrics::histogram!(TAPE_SECONDS).record(begun.elapsed().as_secs_f64());
            imported
        });
        let imported = importing.await??;
        let report = &imported.report;
        for (result, rows) in
            [("valid", report.valid), ("invalid", report.invalid), ("closed", report.closed)]
        {
            metrics::counter!(TAPE_ROWS, "result" => result).increment(rows);
        }
        Ok(imported)
    }

    fn source(&self, tape: Tape) -> Pieces {
        Pieces {
            tape: Arc::new(tape),
            objects: self.objects.clone(),
            runtime: Handle::current(),
            last: Arc::default(),
        }
    }
}

fn done(bytes: u64, size: u64) -> f64 {
    let kilobytes = |bytes: u64| f64::from(u32::try_from(bytes / 1_024).unwrap_or(u32::MAX));
    if size < 1_024 { 0.0 } else { (kilobytes(bytes) / kilobytes(size)).min(1.0) }
}

/// A piece that was fetched, and its position.
type Fetched = Arc<Mutex<Option<(usize, Bytes)>>>;

/// A stored tape as a file; used from blocking threads only.
#[derive(Debug, Clone)]
pub(crate) struct Pieces {
    tape: Arc<Tape>,
    objects: Objects,
    runtime: Handle,
    /// The piece that was read last.
    last: Fetched,
}

impl Pieces {
    fn piece(&self, position: usize) -> std::io::Result<Bytes> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, bytes)) = last.as_ref().filter(|(known, _)| *known == position) {
            debug_assert_eq!(*known, position);
            return Ok(bytes.clone());
        }
        let Some(name) = self.tape.pieces.get(position) else { return Ok(Bytes::new()) };
        let bytes = self.runtime.block_on(self.objects.get(name)).map_err(std::io::Error::other)?;
        *last = Some((position, bytes.clone()));
        Ok(bytes)
    }

    /// The bytes from `start` to the end of its piece; empty at the end of the tape.
    fn from(&self, start: u64) -> std::io::Result<Bytes> {
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let piece = self.piece(start / PIECE)?;
        let within = (start % PIECE).min(piece.len());
        Ok(piece.slice(within..))
    }
}

impl Length for Pieces {
    fn len(&self) -> u64 {
        self.tape.size
    }
}

impl ChunkReader for Pieces {
    type T = PieceStream;

    fn get_read(&self, start: u64) -> parquet::errors::Result<PieceStream> {
        Ok(PieceStream { pieces: self.clone(), at: start, piece: Bytes::new() })
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        let too_long =
            u64::try_from(length).map_or(true, |l| start.saturating_add(l) > self.tape.size);
        if too_long {
            return Err(ParquetError::EOF("the file ends before it should".to_owned()));
        }
        let first = self.from(start)?;
        if first.len() >= length {
            return Ok(first.slice(..length));
        }
        let mut bytes = Vec::with_capacity(length);
        self.get_read(start)?
            .take(u64::try_from(length).unwrap_or(u64::MAX))
            .read_to_end(&mut bytes)?;
        Ok(Bytes::from(bytes))
    }
}

impl Source for Pieces {
    fn stream(&self) -> std::io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(PieceStream { pieces: self.clone(), at: 0, piece: Bytes::new() }))
    }
}

/// A stored tape as a stream.
#[derive(Debug)]
pub(crate) struct PieceStream {
    pieces: Pieces,
    at: u64,
    piece: Bytes,
}

impl Read for PieceStream {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.piece.is_empty() {
            self.piece = self.pieces.from(self.at)?;
        }
        let count = buffer.len().min(self.piece.len());
        let Some(target) = buffer.get_mut(..count) else { return Ok(0) };
        self.piece.copy_to_slice(target);
        self.at += u64::try_from(count).unwrap_or(0);
        Ok(count)
    }
}
