//! Virtual time: microseconds since 1970-01-01 UTC, never read from a clock.

use std::ops::{Add, Neg, Sub};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An instant, or a span between two instants, in microseconds.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Micros(pub i64);

impl Micros {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// One second.
    pub const SECOND: Self = Self(1_000_000);
    /// One minute.
    pub const MINUTE: Self = Self(60_000_000);
    /// One hour.
    pub const HOUR: Self = Self(3_600_000_000);
    /// One day.
    pub const DAY: Self = Self(86_400_000_000);

    /// A span of whole seconds.
    #[must_use]
    pub const fn seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// The instant of a calendar time, cut to the microsecond.
    #[must_use]
    pub fn at(instant: DateTime<Utc>) -> Self {
        Self(instant.timestamp_micros())
    }

    /// The calendar time of this instant; the epoch when it lies outside the calendar.
    #[must_use]
    pub fn instant(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// Whole seconds since the epoch, towards the past.
    #[must_use]
    pub const fn whole_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// The span as a number of seconds.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "spans of the simulator stay far below 2^53 µs")]
    pub const fn as_seconds(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// The start of the UTC day this instant lies in.
    #[must_use]
    pub const fn day_start(self) -> Self {
        Self(self.0.div_euclid(Self::DAY.0) * Self::DAY.0)
    }
}

impl Add for Micros {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Micros {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Micros {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}
