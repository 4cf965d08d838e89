//! The writing side: JSON lines to the log file, and JSON or text to standard output.
//!
//! The server calls [`install`] first thing and keeps the [`Guard`] until the end.
//!
//! - `line` writes the text, `layer` collects what goes into it.
//! - `queue` carries lines to a thread, so that nobody waits for a disk.
//! - `file` survives rotation, by this process, by another, and by the host.
//!
//! # Invariants
//!
//! - A line is one JSON object and ends with a line feed, whatever the message contains.
//! - Values of keys such as `password` or `token` are never written.
//! - No thread that serves requests waits for the disk or for standard output.

pub(crate) mod file;
mod layer;
mod level;
mod line;
mod queue;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::{OnceLock, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use platform::clock::Clock;
use platform::settings::{LogFormat, PlatformSettings};
use tracing::Subscriber;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer, Registry};

use file::{LogFile, Rotation};
use layer::{LineLayer, Outlets};
pub use level::{LevelError, set_level};
use queue::{Queue, Sink};

/// How long the end of the process waits for lines on their way.
const FLUSH_LIMIT: Duration = Duration::from_secs(5);

/// The queues of this process, for the panic hook and for [`flush`].
static QUEUES: RwLock<Vec<Queue>> = RwLock::new(Vec::new());

/// Why logging could not be started.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// The log file cannot be written.
    #[error("log file `{path}` cannot be opened for writing; set LOG_FILE to a writable path")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A thread could not be started.
    #[error("the thread that writes the log cannot be started")]
    Thread(#[source] io::Error),
    /// `LOG_LEVEL` cannot be read.
    #[error(transparent)]
    Level(#[from] LevelError),
    /// Logging was already started.
    #[error("logging was already started in this process")]
    Twice,
}

/// Keeps logging alive. Dropping it writes what is on its way and ends the threads.
#[derive(Debug)]
#[must_use = "dropping the guard ends logging"]
pub struct Guard {
    running: Vec<(Queue, JoinHandle<()>)>,
}

impl Guard {
    /// Changes which lines are written, from now on and for this process.
    ///
    /// # Errors
    ///
    /// Returns [`LevelError`] if the directives cannot be read.
    pub fn set_level(&self, directives: &str) -> Result<(), LevelError> {
        set_level(directives)
    }

    /// Waits until all lines are written, at most five seconds; returns whether they are.
    #[must_use]
    pub fn flush(&self) -> bool {
        self.running.iter().all(|(queue, _)| queue.flush(FLUSH_LIMIT))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        QUEUES.write().unwrap_or_else(PoisonError::into_inner).clear();
        for (queue, thread) in self.running.drain(..) {
            let flushed = queue.flush(FLUSH_LIMIT);
            queue.stop();
            if flushed {
                // A thread that panicked has already said so.
                let _ = thread.join();
            }
        }
    }
}

/// Starts logging for the whole process, and logs panics from now on.
///
/// # Errors
///
/// Returns [`InstallError`] if the log file cannot be written or `LOG_LEVEL` cannot be read.
pub fn install(settings: &PlatformSettings) -> Result<Guard, InstallError> {
    install_with(settings, tracing_subscriber::layer::Identity::new())
}

/// Like [`install`], with a further layer, for example one that exports spans.
///
/// # Errors
///
/// See [`install`].
pub fn install_with<L>(settings: &PlatformSettings, further: L) -> Result<Guard, InstallError>
where
    L: Layer<Registry> + Send + Sync,
{
    let (lines, guard) = layer(settings)?;
    let filter = level::filter(&settings.log_level)?;
    let subscriber = tracing_subscriber::registry().with(further).with(filter).with(lines);
    subscriber.try_init().map_err(|_| InstallError::Twice)?;
    log_panics();
    Ok(guard)
}

/// Makes the layer that writes lines, without a filter, for programs with their own subscriber.
///
/// # Errors
///
/// Returns [`InstallError`] if the log file cannot be written.
pub fn layer<S>(
    settings: &PlatformSettings,
) -> Result<(impl Layer<S> + Send + Sync + use<S>, Guard), InstallError>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let mut running = Vec::new();
    let mut file = None;
    if settings.log_file_enabled {
        let path = PathBuf::from(&settings.log_file);
        let rotation = Rotation {
            path: path.clone(),
            max_bytes: settings.log_file_max_bytes,
            keep: u32::try_from(settings.log_file_keep).unwrap_or(u32::MAX).max(1),
        };
        let sink = LogFile::open(rotation).map_err(|source| InstallError::File { path, source })?;
        let started = Queue::start("log-file", sink).map_err(InstallError::Thread)?;
        file = Some(started.0.clone());
        running.push(started);
    }
    let stdout = Queue::start("log-stdout", Stdout).map_err(InstallError::Thread)?;
    let outlets = Outlets {
        file,
        stdout: Some(stdout.0.clone()),
        stdout_json: settings.log_format == LogFormat::Json,
    };
    running.push(stdout);
    *QUEUES.write().unwrap_or_else(PoisonError::into_inner) =
        running.iter().map(|(queue, _)| queue.clone()).collect();
    Ok((LineLayer { outlets, clock: Clock::System }, Guard { running }))
}

/// Waits until all lines of this process are written, at most five seconds. For the last moment
/// before `std::process::exit`, which drops no guard.
pub fn flush() {
    let queues = QUEUES.read().unwrap_or_else(PoisonError::into_inner).clone();
    for queue in queues {
        queue.flush(FLUSH_LIMIT);
    }
}

/// Returns how many lines were lost since the start; see the module `queue`.
pub(crate) fn dropped_lines() -> u64 {
    QUEUES.read().unwrap_or_else(PoisonError::into_inner).iter().map(Queue::dropped).sum()
}

/// Writes panics as lines before whatever happened to them until now.
fn log_panics() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let payload = panic.payload();
            let text = payload
                .downcast_ref::<&str>()
                .map(|text| (*text).to_owned())
                .or_else(|| payload.downcast_ref::<String>().cloned())
                .unwrap_or_default();
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(event = "panic", place, "panic: {text}");
            flush();
            before(panic);
        }));
    });
}

impl Sink for LogFile {
    fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        Self::write(self, lines)?;
        let lines = lines.split_inclusive(|byte| *byte == b'\n').count();
        metrics::counter!(crate::metrics::WRITTEN).increment(lines as u64);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Self::sync(self)
    }
}

/// Standard output.
struct Stdout;

impl Sink for Stdout {
    fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(lines)?;
        out.flush()
    }

    fn sync(&mut self) -> io::Result<()> {
        io::stdout().flush()
    }
}

#[cfg(test)]
mod tests;
