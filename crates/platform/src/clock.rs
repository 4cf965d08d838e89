//! Time as a dependency, so that tests can own it.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, SubsecRound, TimeDelta, Utc};

/// A source of the current instant, in whole microseconds: what PostgreSQL keeps.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// Reads the operating system's clock.
    #[default]
    System,
    /// Stands still until a test moves it.
    Fixed(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// Returns a clock that stands at `instant`.
    #[must_use]
    pub fn fixed(instant: DateTime<Utc>) -> Self {
        Self::Fixed(Arc::new(Mutex::new(instant)))
    }

    /// Returns the current instant.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that may")]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now().trunc_subsecs(6),
            Self::Fixed(instant) => *instant.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Returns the current date in UTC.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now().date_naive()
    }

    /// Moves a fixed clock forward; does nothing to the system clock.
    pub fn advance(&self, by: TimeDelta) {
        if let Self::Fixed(instant) = self {
            *instant.lock().unwrap_or_else(PoisonError::into_inner) += by;
        }
    }
}
