//! The clock of a venue.
//!
//! A real venue runs on everybody's clock. The simulator may run faster: then all waits of the
//! client shrink with it, so that ten seconds stay ten seconds of the venue.
//!
//! # Invariants
//!
//! - A virtual clock never goes back, also when its speed changes; only a new exchange sets it.
//! - One that is faster than this machine's stands still while somebody holds it: a machine that
//!   hesitates for a tenth of a second must not make quotes twenty seconds old.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use platform::clock::Clock;
use tokio::time::Instant;

/// The slowest a virtual clock runs, and the fastest.
const SPEEDS: std::ops::RangeInclusive<f64> = 0.001..=100_000.0;

/// The timer is not finer than this.
const SHORTEST_SLEEP: Duration = Duration::from_millis(1);

/// Where a venue's time comes from. Cheap to clone.
#[derive(Debug, Clone)]
pub enum VenueTime {
    /// Everybody's clock.
    System(Clock),
    /// Like that of a simulator in another process.
    Virtual(Arc<VirtualClock>),
    /// That of the simulator in this process: both look at the same one.
    Shared(Arc<VirtualClock>),
}

impl VenueTime {
    /// Returns the venue's present instant, as far as this process knows it.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System(clock) => clock.now(),
            Self::Virtual(clock) | Self::Shared(clock) => instant(clock.micros()),
        }
    }

    /// Says whether the venue looks at this very clock.
    #[must_use]
    pub(super) const fn is_shared(&self) -> bool {
        matches!(self, Self::Shared(_))
    }

    /// Returns microseconds since some moment; a step of the system's clock does not show in it.
    #[must_use]
    pub(crate) fn ticks(&self) -> i64 {
        static BEGUN: OnceLock<Instant> = OnceLock::new();
        match self {
            Self::System(_) => {
                let passed = BEGUN.get_or_init(Instant::now).elapsed().as_micros();
                i64::try_from(passed).unwrap_or(i64::MAX)
            }
            Self::Virtual(clock) | Self::Shared(clock) => clock.micros(),
        }
    }

    /// Converts a duration of the venue into one of this machine.
    #[must_use]
    pub fn real(&self, duration: Duration) -> Duration {
        match self {
            Self::System(_) => duration,
            Self::Virtual(clock) | Self::Shared(clock) => duration.div_f64(clock.speed()),
        }
    }

    /// Sleeps for a duration of the venue, also if its clock stands still meanwhile.
    pub async fn sleep(&self, duration: Duration) {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        let until = self.ticks().saturating_add(micros);
        loop {
            let left = u64::try_from(until - self.ticks()).unwrap_or_default();
            if left == 0 {
                return;
            }
            let real = self.real(Duration::from_micros(left));
            tokio::time::sleep(real.max(SHORTEST_SLEEP)).await;
        }
    }

    /// Runs `work`, at most for a duration of the venue; `None` if it took longer.
    pub async fn timeout<F: Future>(&self, duration: Duration, work: F) -> Option<F::Output> {
        tokio::select! {
            biased;
            done = work => Some(done),
            () = self.sleep(duration) => None,
        }
    }

    /// Lets a fast clock of this process stand still until the answer is dropped: while the machine
    /// is at work, the market waits. A clock that is not shared, or no faster than this machine's,
    /// goes on.
    pub(crate) fn hold(&self) -> Option<Hold> {
        match self {
            Self::Shared(clock) => Some(Hold::of(clock.clone())),
            Self::System(_) | Self::Virtual(_) => None,
        }
    }
}

/// Work during which a fast clock stands still.
#[derive(Debug)]
pub(crate) struct Hold(Arc<VirtualClock>);

impl Hold {
    /// Begins the work.
    pub(crate) fn of(clock: Arc<VirtualClock>) -> Self {
        clock.change_holds(|holds| holds + 1);
        Self(clock)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.change_holds(|holds| holds.saturating_sub(1));
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
    holds: u32,
}

impl Anchor {
    fn micros(&self) -> i64 {
        if self.holds > 0 && self.speed > 1.0 {
            return self.micros;
        }
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
        let anchor = Anchor { real: Instant::now(), micros, speed: sane(speed), holds: 0 };
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
        let micros = anchor.micros();
        *anchor = Anchor { real: Instant::now(), micros, speed: sane(speed), ..*anchor };
    }

    /// Moves the clock forward to `micros`; does nothing if it is past that.
    pub fn move_to(&self, micros: i64) {
        let mut anchor = self.anchor();
        let micros = anchor.micros().max(micros);
        *anchor = Anchor { real: Instant::now(), micros, ..*anchor };
    }

    /// Sets the clock, also back: for a new exchange in place of the old one.
    pub fn restart_at(&self, micros: i64) {
        let mut anchor = self.anchor();
        *anchor = Anchor { real: Instant::now(), micros, ..*anchor };
    }

    fn change_holds(&self, change: impl Fn(u32) -> u32) {
        let mut anchor = self.anchor();
        let (micros, holds) = (anchor.micros(), change(anchor.holds));
        *anchor = Anchor { real: Instant::now(), micros, holds, ..*anchor };
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

    #[tokio::test(start_paused = true)]
    async fn a_fast_clock_waits_for_the_machine_and_a_slow_one_does_not() {
        for (speed, held_for) in [(200.0, 0), (1.0, 5_000_000)] {
            let time = VenueTime::Shared(Arc::new(VirtualClock::new(0, speed)));
            let hold = (time.hold(), time.hold());
            let before = time.ticks();
            tokio::time::sleep(Duration::from_secs(5)).await;
            drop(hold.0);
            assert_eq!(time.ticks() - before, held_for, "{speed}");

            drop(hold.1);
            let asleep = time.ticks();
            time.sleep(Duration::from_mins(1)).await;
            assert!((60_000_000..61_000_000).contains(&(time.ticks() - asleep)), "{speed}");
        }
        assert!(VenueTime::Virtual(Arc::new(VirtualClock::new(0, 200.0))).hold().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_is_waited_for_as_long_as_the_clock_runs() {
        let time = VenueTime::Shared(Arc::new(VirtualClock::new(0, 200.0)));
        let hold = time.hold();
        let late = async {
            tokio::time::sleep(Duration::from_secs(3)).await;
            drop(hold);
            7
        };
        assert_eq!(time.timeout(Duration::from_secs(10), late).await, Some(7));
        let never = std::future::pending::<()>();
        assert_eq!(time.timeout(Duration::from_secs(10), never).await, None);
    }

    #[test]
    fn a_speed_that_makes_no_sense_is_replaced() {
        for (given, used) in [(f64::NAN, 1.0), (0.0, 0.001), (-4.0, 0.001), (1e9, 100_000.0)] {
            let clock = VirtualClock::new(0, given);
            assert!((clock.speed() - used).abs() < f64::EPSILON, "{given}");
        }
    }
}
