//! Lines on their way to a file or pipe, and the thread that takes them there.
//!
//! Whoever logs never waits: a line is put into a queue in memory, and a thread of its own writes
//! it. The queue is limited by bytes ([`MAX_QUEUED`]: a million lines of usual length), not by
//! lines. Only if the disk is full or the reader of the pipe stands still for so long that even
//! that is not enough, further lines are counted as lost, the count is a metric, and a line says
//! so as soon as there is room again.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Memory that waiting lines may take, bytes.
const MAX_QUEUED: usize = 256 << 20;
/// Lines are written in pieces of about this size, bytes.
const CHUNK: usize = 256 << 10;
/// How long to wait before a failed write is tried again.
const RETRY: Duration = Duration::from_millis(500);

/// Takes whole lines to where they belong.
pub(crate) trait Sink: Send + 'static {
    /// Writes whole lines. After an error the same lines come again.
    fn write(&mut self, lines: &[u8]) -> io::Result<()>;
    /// Makes sure that they arrive.
    fn sync(&mut self) -> io::Result<()>;
}

/// The queue of one sink. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Queue {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    work: Condvar,
    idle: Condvar,
    dropped: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    /// Chunks of whole lines, the oldest first.
    chunks: VecDeque<Vec<u8>>,
    queued: usize,
    writing: bool,
    sleeping: bool,
    stopping: bool,
}

impl Queue {
    /// Starts the thread of a sink.
    pub(crate) fn start(name: &str, sink: impl Sink) -> io::Result<(Self, JoinHandle<()>)> {
        let queue = Self { shared: Arc::default() };
        let thread = queue.clone();
        let thread =
            std::thread::Builder::new().name(name.to_owned()).spawn(move || thread.run(sink))?;
        Ok((queue, thread))
    }

    /// Adds a line, which ends with a line feed. Never waits for the sink.
    pub(crate) fn push(&self, line: &[u8]) {
        let mut state = self.lock();
        if state.queued + line.len() > MAX_QUEUED {
            drop(state);
            self.shared.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        state.queued += line.len();
        match state.chunks.back_mut() {
            Some(chunk) if chunk.len() + line.len() <= CHUNK => chunk.extend_from_slice(line),
            _ => state.chunks.push_back(line.to_vec()),
        }
        if state.sleeping {
            state.sleeping = false;
            self.shared.work.notify_one();
        }
    }

    /// Returns how many lines were lost.
    pub(crate) fn dropped(&self) -> u64 {
        self.shared.dropped.load(Ordering::Relaxed)
    }

    /// Waits until all lines are written, at most `limit`; returns whether they are.
    pub(crate) fn flush(&self, limit: Duration) -> bool {
        let state = self.lock();
        let (state, _) = self
            .shared
            .idle
            .wait_timeout_while(state, limit, |s| s.writing || !s.chunks.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        !state.writing && state.chunks.is_empty()
    }

    /// Lets the thread end once all lines are written.
    pub(crate) fn stop(&self) {
        self.lock().stopping = true;
        self.shared.work.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, mut sink: impl Sink) {
        let mut reported = 0;
        while let Some(chunk) = self.next() {
            while let Err(error) = sink.write(&chunk) {
                // The reader of a pipe that is gone never comes back.
                if error.kind() == io::ErrorKind::BrokenPipe || self.lock().stopping {
                    break;
                }
                std::thread::sleep(RETRY);
            }
            self.done(chunk.len());
            let dropped = self.dropped();
            if dropped > reported {
                tracing::error!(lines = dropped - reported, "log lines were lost");
                reported = dropped;
            }
        }
        // There is nobody left to tell.
        let _ = sink.sync();
    }

    /// Waits for lines; `None` when there are none and will be none.
    fn next(&self) -> Option<Vec<u8>> {
        let mut state = self.lock();
        loop {
            if let Some(chunk) = state.chunks.pop_front() {
                state.writing = true;
                return Some(chunk);
            }
            if state.stopping {
                return None;
            }
            state.sleeping = true;
            state = self.shared.work.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.sleeping = false;
        }
    }

    fn done(&self, bytes: usize) {
        let mut state = self.lock();
        state.queued -= bytes;
        state.writing = false;
        if state.chunks.is_empty() {
            self.shared.idle.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Default)]
    struct Slow(Arc<Mutex<Vec<u8>>>);

    impl Sink for Slow {
        fn write(&mut self, lines: &[u8]) -> io::Result<()> {
            std::thread::sleep(Duration::from_millis(2));
            self.0.lock().unwrap().extend_from_slice(lines);
            Ok(())
        }

        fn sync(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_burst_of_a_hundred_thousand_lines_loses_none_and_keeps_their_order() {
        let sink = Slow::default();
        let (queue, thread) = Queue::start("test", sink.clone()).unwrap();
        for number in 0..100_000 {
            queue.push(format!("{number}\n").as_bytes());
        }
        assert!(queue.flush(Duration::from_secs(20)));
        queue.stop();
        thread.join().unwrap();

        let written = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
        assert!(written.lines().enumerate().all(|(n, line)| line == n.to_string()));
        assert_eq!((written.lines().count(), queue.dropped()), (100_000, 0));
    }

    #[test]
    fn a_write_that_fails_is_repeated() {
        struct Flaky(Slow, u32);
        impl Sink for Flaky {
            fn write(&mut self, lines: &[u8]) -> io::Result<()> {
                self.1 += 1;
                if self.1 == 1 {
                    Err(io::ErrorKind::StorageFull.into())
                } else {
                    self.0.write(lines)
                }
            }
            fn sync(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let sink = Slow::default();
        let (queue, _) = Queue::start("test", Flaky(sink.clone(), 0)).unwrap();
        queue.push(b"a\n");
        assert!(queue.flush(Duration::from_secs(5)));
        assert_eq!(*sink.0.lock().unwrap(), b"a\n");
    }
}
