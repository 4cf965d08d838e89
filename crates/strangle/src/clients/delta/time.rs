//! The clock of a venue.
//!
//! A real venue runs on everybody's clock. The simulator may run faster: then all waits of the
//! client shrink with it, so that ten seconds stay ten seconds of the venue.
//!
//! # Invariants
//!
//! - A virtual clock never goes back, also when its speed changes; only a new exchange sets it.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use platform::clock::Clock;
use tokio::time::Instant;

/// The slowest a virtual clock runs, and the fastest.
const SPEEDS: std::ops::RangeInclusive<f64> = 0.001..=100_000.0;

/// Where a venue's time comes from. Cheap to clone.
#[derive(Debug, Clone)]
pub enum VenueTime {
    /// Everybody's clock.
    System(Clock),
    /// The simulator's.
    Virtual(Arc<VirtualClock>),
}

impl VenueTime {
    /// Returns the venue's present instant, as far as this process knows it.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System(clock) => clock.now(),
            Self::Virtual(clock) => instant(clock.micros()),
        }
    }

    /// Returns microseconds since some moment; a step of the system's clock does not show in it.
    #[must_use]
    pub(super) fn ticks(&self) -> i64 {
        static BEGUN: OnceLock<Instant> = OnceLock::new();
        match self {
            Self::System(_) => {
                let passed = BEGUN.get_or_init(Instant::now).elapsed().as_micros();
                i64::try_from(passed).unwrap_or(i64::MAX)
            }
            Self::Virtual(clock) => clock.micros(),
        }
    }

    /// Converts a duration of the venue into one of this machine.
    #[must_use]
    pub fn real(&self, duration: Duration) -> Duration {
        match self {
            Self::System(_) => duration,
            Self::Virtual(clock) => duration.div_f64(clock.speed()),
        }
    }

    /// Sleeps for a duration of the venue.
    pub async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(self.real(duration)).await;
    }

    /// Runs `work`, at most for a duration of the venue; `None` if it took longer.
    pub async fn timeout<F: Future>(&self, duration: Duration, work: F) -> Option<F::Output> {
        tokio::time::timeout(self.real(duration), work).await.ok()
    }
}

/// A clock that runs at a multiple of this machine's.
#[derive(Debug)]
pub struct VirtualClock {
    anchor: Mutex<Anchor>,
}

#[derive(Debug, Clone, Copy)]
struct Anchor {
    real: Instant,
    micros: i64,
    speed: f64,
}

impl Anchor {
    fn micros(&self) -> i64 {
        #[expect(clippy::cast_possible_truncation, reason = "casts to integers saturate")]
        let passed = (self.real.elapsed().as_secs_f64() * self.speed * 1e6) as i64;
        self.micros.saturating_add(passed)
    }
}

impl VirtualClock {
    /// Starts a clock that shows `micros` now and runs `speed` times as fast as this machine's;
    /// speeds are kept within 0.001 and 100,000.
    #[must_use]
    pub fn new(micros: i64, speed: f64) -> Self {
        let anchor = Anchor { real: Instant::now(), micros, speed: sane(speed) };
        Self { anchor: Mutex::new(anchor) }
    }

    /// Returns the microseconds since 1970 that the clock shows.
    #[must_use]
    pub fn micros(&self) -> i64 {
        self.anchor().micros()
    }

    /// Returns how fast it runs.
    #[must_use]
    pub fn speed(&self) -> f64 {
        self.anchor().speed
    }

    /// Changes how fast it runs from now on.
    pub fn set_speed(&self, speed: f64) {
        let mut anchor = self.anchor();
        *anchor = Anchor { real: Instant::now(), micros: anchor.micros(), speed: sane(speed) };
    }

    /// Moves the clock forward to `micros`; does nothing if it is past that.
    pub fn move_to(&self, micros: i64) {
        let mut anchor = self.anchor();
        let micros = anchor.micros().max(micros);
        *anchor = Anchor { real: Instant::now(), micros, speed: anchor.speed };
    }

    /// Sets the clock, also back: for a new exchange in place of the old one.
    pub fn restart_at(&self, micros: i64) {
        let mut anchor = self.anchor();
        *anchor = Anchor { real: Instant::now(), micros, speed: anchor.speed };
    }

    fn anchor(&self) -> MutexGuard<'_, Anchor> {
        self.anchor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn sane(speed: f64) -> f64 {
    if speed.is_finite() { speed.clamp(*SPEEDS.start(), *SPEEDS.end()) } else { 1.0 }
}

fn instant(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_virtual_clock_runs_at_its_speed_and_never_back() {
        let clock = Arc::new(VirtualClock::new(1_000_000, 60.0));
        let time = VenueTime::Virtual(clock.clone());

        time.sleep(Duration::from_mins(1)).await;
        let at_sixty = clock.micros();
        clock.set_speed(1.0);
        clock.move_to(0);

        assert!((60_900_000..61_200_000).contains(&at_sixty), "{at_sixty}");
        assert!(clock.micros() >= at_sixty);
        assert_eq!(time.real(Duration::from_secs(5)), Duration::from_secs(5));
    }

    #[test]
    fn a_speed_that_makes_no_sense_is_replaced() {
        for (given, used) in [(f64::NAN, 1.0), (0.0, 0.001), (-4.0, 0.001), (1e9, 100_000.0)] {
            let clock = VirtualClock::new(0, given);
            assert!((clock.speed() - used).abs() < f64::EPSILON, "{given}");
        }
    }
}
