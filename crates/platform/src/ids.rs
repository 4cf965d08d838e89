//! Identifiers as a dependency, for the same reason as time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

/// A source of UUIDv7 numbers: unique, and sorted by the time they were drawn.
#[derive(Debug, Clone, Default)]
pub enum Ids {
    /// Draws from the clock and the operating system's random numbers.
    #[default]
    Random,
    /// Counts up from one, so that tests can pin whole answers.
    Counting(Arc<AtomicU64>),
}

impl Ids {
    /// Returns a source that counts up from one.
    #[must_use]
    pub fn counting() -> Self {
        Self::Counting(Arc::default())
    }

    /// Draws the next number.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that may")]
    pub fn draw(&self) -> Uuid {
        match self {
            Self::Random => Uuid::now_v7(),
            Self::Counting(count) => Uuid::from_u128(
                0x0000_0000_0000_7000_8000_0000_0000_0000
                    | u128::from(count.fetch_add(1, Ordering::Relaxed) + 1),
            ),
        }
    }

    /// Draws an id of the form `<prefix>_<32 hex digits>`.
    #[must_use]
    pub fn with_prefix(&self, prefix: &str) -> String {
        format!("{prefix}_{}", self.draw().simple())
    }
}
