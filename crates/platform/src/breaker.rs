//! Stops asking what does not answer, so that a dead neighbour costs nothing.
//!
//! Closed, everything passes. After some failures in a row it opens: nothing passes. After a while
//! one probe passes; its success closes the breaker, its failure opens it again.
//!
//! # Invariants
//!
//! - While it is open nothing passes; while it is half open at most one probe is under way.
//! - A probe that never reports (its future was dropped) gives its place back.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::health::{Check, Finding};
use crate::metrics::BREAKER_STATE;

/// When a breaker opens, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerOptions {
    /// So many failures in a row open it.
    pub failures: u32,
    /// After this time a probe passes.
    pub open_for: Duration,
}

impl Default for BreakerOptions {
    fn default() -> Self {
        Self { failures: 5, open_for: Duration::from_secs(30) }
    }
}

/// Whether requests pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerState {
    /// All pass.
    Closed,
    /// One probe may pass.
    HalfOpen,
    /// None passes.
    Open,
}

/// The rules, without a clock: `now` is the time since any fixed moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Machine {
    options: BreakerOptions,
    failures_in_a_row: u32,
    /// `Some` unless it is closed.
    opened_at: Option<Duration>,
    probing: bool,
}

impl Machine {
    fn new(options: BreakerOptions) -> Self {
        Self { options, failures_in_a_row: 0, opened_at: None, probing: false }
    }

    fn state(&self, now: Duration) -> BreakerState {
        match self.opened_at {
            None => BreakerState::Closed,
            Some(at) if now.saturating_sub(at) < self.options.open_for => BreakerState::Open,
            Some(_) => BreakerState::HalfOpen,
        }
    }

    fn may_pass(&mut self, now: Duration) -> bool {
        match self.state(now) {
            BreakerState::Closed => true,
            BreakerState::Open => false,
            BreakerState::HalfOpen => !std::mem::replace(&mut self.probing, true),
        }
    }

    fn succeeded(&mut self) {
        *self = Self::new(self.options);
    }

    fn failed(&mut self, now: Duration) {
        self.failures_in_a_row = self.failures_in_a_row.saturating_add(1);
        let was_probe = std::mem::take(&mut self.probing);
        if was_probe || self.failures_in_a_row >= self.options.failures {
            self.opened_at = Some(now);
        }
    }

    fn abandoned(&mut self) {
        self.probing = false;
    }
}

/// The breaker in front of one target. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Breaker {
    target: Arc<str>,
    machine: Arc<Mutex<Machine>>,
    origin: Instant,
}

impl Breaker {
    /// Makes a closed breaker for `target`, a short name without addresses or secrets.
    #[must_use]
    pub fn new(target: &str, options: BreakerOptions) -> Self {
        let machine = Arc::new(Mutex::new(Machine::new(options)));
        let breaker = Self { target: target.into(), machine, origin: Instant::now() };
        breaker.show();
        breaker
    }

    /// Asks whether a request may pass; what becomes of it is told to the [`Permit`].
    #[must_use]
    pub fn try_pass(&self) -> Option<Permit> {
        let passes = self.machine().may_pass(self.origin.elapsed());
        passes.then(|| Permit { breaker: self.clone(), told: false })
    }

    /// Tells whether requests pass.
    #[must_use]
    pub fn state(&self) -> BreakerState {
        self.machine().state(self.origin.elapsed())
    }

    /// Returns the name of the target.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    fn machine(&self) -> MutexGuard<'_, Machine> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn show(&self) {
        let value = match self.state() {
            BreakerState::Closed => 0.0,
            BreakerState::HalfOpen => 1.0,
            BreakerState::Open => 2.0,
        };
        metrics::gauge!(BREAKER_STATE, "target" => self.target.to_string()).set(value);
    }
}

/// A request that was let through.
#[derive(Debug)]
#[must_use = "tell the breaker how it went"]
pub struct Permit {
    breaker: Breaker,
    told: bool,
}

impl Permit {
    /// Tells that the target answered.
    pub fn succeeded(mut self) {
        self.told = true;
        let before = self.breaker.state();
        self.breaker.machine().succeeded();
        if before != BreakerState::Closed {
            tracing::info!(target_name = %self.breaker.target, "{} answers again", self.breaker.target);
        }
        self.breaker.show();
    }

    /// Tells that the target did not answer.
    pub fn failed(mut self) {
        self.told = true;
        let before = self.breaker.state();
        self.breaker.machine().failed(self.breaker.origin.elapsed());
        if before == BreakerState::Closed && self.breaker.state() == BreakerState::Open {
            tracing::warn!(
                target_name = %self.breaker.target,
                "{} does not answer and is left alone for a while", self.breaker.target
            );
        }
        self.breaker.show();
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if !self.told {
            self.breaker.machine().abandoned();
        }
    }
}

/// The breakers of the process: one for each target, however many clients it has.
static PROCESS: Breakers = Breakers::new();

/// Returns the breaker of `target` in this process, made with `options` if there is none yet.
#[must_use]
pub fn shared(target: &str, options: BreakerOptions) -> Breaker {
    PROCESS.get(target, options)
}

/// Makes the health item that shows the breakers of this process.
#[must_use]
pub fn check() -> Check {
    Check::new("circuit_breakers", || std::future::ready(PROCESS.look()))
}

/// Breakers by target.
#[derive(Debug, Default)]
pub struct Breakers {
    breakers: Mutex<BTreeMap<String, Breaker>>,
}

impl Breakers {
    /// Makes an empty list.
    #[must_use]
    pub const fn new() -> Self {
        Self { breakers: Mutex::new(BTreeMap::new()) }
    }

    /// Returns the breaker of `target`, made with `options` if there is none yet.
    #[must_use]
    pub fn get(&self, target: &str, options: BreakerOptions) -> Breaker {
        let mut breakers = self.breakers.lock().unwrap_or_else(PoisonError::into_inner);
        breakers.entry(target.to_owned()).or_insert_with(|| Breaker::new(target, options)).clone()
    }

    /// Lists targets and their states.
    #[must_use]
    pub fn states(&self) -> Vec<(String, BreakerState)> {
        let breakers = self.breakers.lock().unwrap_or_else(PoisonError::into_inner);
        breakers.values().map(|breaker| (breaker.target.to_string(), breaker.state())).collect()
    }

    /// Says which targets are left alone.
    #[must_use]
    pub fn look(&self) -> Finding {
        let states = self.states();
        let open: Vec<&str> = states
            .iter()
            .filter(|(_, state)| *state != BreakerState::Closed)
            .map(|(target, _)| target.as_str())
            .collect();
        if open.is_empty() {
            return Finding::healthy(format!("all {} targets answer", states.len()));
        }
        Finding::degraded(format!("left alone for a while: {}", open.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::health::Status;

    const OPTIONS: BreakerOptions =
        BreakerOptions { failures: 3, open_for: Duration::from_secs(10) };

    #[test]
    fn failures_in_a_row_open_it_and_a_good_probe_closes_it() {
        let mut machine = Machine::new(OPTIONS);
        let at = Duration::from_secs;
        machine.failed(at(0));
        machine.failed(at(1));
        machine.succeeded();
        machine.failed(at(2));
        machine.failed(at(3));
        assert_eq!(machine.state(at(3)), BreakerState::Closed);
        machine.failed(at(4));
        assert!(!machine.may_pass(at(13)));

        assert!(machine.may_pass(at(14)), "the probe");
        assert!(!machine.may_pass(at(14)), "only one");
        machine.failed(at(15));
        assert!(!machine.may_pass(at(24)));
        assert!(machine.may_pass(at(25)));
        machine.succeeded();
        assert!(machine.may_pass(at(25)) && machine.may_pass(at(25)));
    }

    #[tokio::test]
    async fn a_probe_that_is_given_up_lets_the_next_one_pass() {
        let options = BreakerOptions { failures: 1, open_for: Duration::ZERO };
        let breaker = Breaker::new("vendor", options);
        breaker.try_pass().unwrap().failed();
        let probe = breaker.try_pass().unwrap();
        assert!(breaker.try_pass().is_none());
        drop(probe);
        assert!(breaker.try_pass().is_some());
    }

    #[tokio::test]
    async fn health_names_the_targets_that_are_left_alone() {
        let breakers = Breakers::default();
        breakers.get("fred", OPTIONS).try_pass().unwrap().succeeded();
        let single = BreakerOptions { failures: 1, ..OPTIONS };
        breakers.get("exchange", single).try_pass().unwrap().failed();
        let finding = breakers.look();
        assert_eq!(finding.status, Status::Degraded);
        assert_eq!(finding.detail, "left alone for a while: exchange");
    }

    proptest! {
        /// Each step lets time pass, then asks to pass, and reports success, failure or nothing.
        #[test]
        fn while_open_nothing_passes_and_half_open_one(
            steps in prop::collection::vec((0_u64..15, 0_u8..4), 1..200)
        ) {
            let mut machine = Machine::new(OPTIONS);
            let (mut now, mut under_way) = (Duration::ZERO, 0_u32);
            for (seconds, action) in steps {
                now += Duration::from_secs(seconds);
                let before = machine.state(now);
                match action {
                    0 => {
                        let passed = machine.may_pass(now);
                        match before {
                            BreakerState::Open => prop_assert!(!passed),
                            BreakerState::HalfOpen => {
                                under_way += u32::from(passed);
                                prop_assert!(under_way <= 1);
                            }
                            BreakerState::Closed => prop_assert!(passed),
                        }
                    }
                    1 => { machine.succeeded(); under_way = 0; }
                    2 => { machine.failed(now); under_way = 0; }
                    _ => { machine.abandoned(); under_way = 0; }
                }
                prop_assert!(machine.opened_at.is_some() || machine.failures_in_a_row < OPTIONS.failures);
            }
        }
    }
}
