//! Runs stress tests: bounded like analyses, cached by what they depend on, and timed, so that the
//! next one can be promised.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use credit_engine::loan::Loan;
use credit_engine::projection::Control;
use platform::clock::Clock;
use platform::rate_limit::{Limit, RateLimitError, RateLimiter};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::Credit;
use crate::calculator::{Budget, Failure, Subject};
use crate::domain::analysis::{ENGINE_VERSION, Terms, work};
use crate::domain::stress::{Options, StressOutcome, StressScenario, passes, run};
use crate::metrics::{CACHE_HITS, CACHE_MISSES, LOAN_MONTHS, STRESS_SECONDS, STRESS_TESTS};
use crate::settings::StressSettings;

/// What is run, beside pool and terms.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// The scenarios, `base` first.
    pub(crate) scenarios: Vec<StressScenario>,
    /// What is computed.
    pub(crate) options: Options,
    /// Threads; all of the machine if absent.
    pub(crate) threads: Option<usize>,
    /// Whether the answer carries the comparison.
    pub(crate) report: bool,
}

/// How fast stress tests were, loan-months a second; 0 before the first.
#[derive(Debug, Default)]
pub(crate) struct Pace(AtomicU64);

/// What is assumed before anything was measured: a slow machine.
const UNKNOWN_PACE: f64 = 50_000_000.0;

impl Pace {
    /// Notes a measurement; the newest counts a third.
    fn note(&self, loan_months: u64, seconds: f64) {
        let measured = number(loan_months) / seconds.max(1e-6);
        let known = f64::from_bits(self.0.load(Ordering::Relaxed));
        let mixed = if known > 0.0 { known + (measured - known) / 3.0 } else { measured };
        self.0.store(mixed.to_bits(), Ordering::Relaxed);
    }

    /// When something of this size that begins at `now` ends.
    pub(crate) fn end_of(&self, loan_months: u64, now: DateTime<Utc>) -> DateTime<Utc> {
        let known = f64::from_bits(self.0.load(Ordering::Relaxed));
        let pace = if known > 0.0 { known } else { UNKNOWN_PACE };
        let seconds = (number(loan_months) / pace).clamp(1.0, 86_400.0).ceil();
        #[expect(clippy::cast_possible_truncation, reason = "between 1 and 86,400")]
        let whole = seconds as i64;
        now + TimeDelta::seconds(whole)
    }
}

/// Counts the stress tests of every user.
#[derive(Clone)]
pub(crate) struct Limiter(Option<RateLimiter>);

impl std::fmt::Debug for Limiter {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Limiter").field("counts", &self.0.is_some()).finish()
    }
}

impl Limiter {
    /// Counts unless the settings say otherwise.
    pub(crate) fn new(settings: &StressSettings, enabled: bool, clock: &Clock) -> Self {
        let limit = Limit { per_minute: settings.per_minute, burst: settings.per_minute };
        let counts = enabled && limit.per_minute > 0;
        Self(counts.then(|| RateLimiter::in_process(limit, clock.clone())))
    }

    /// Counts a stress test; returns the seconds to wait if it comes too early.
    pub(crate) async fn check(&self, user_id: &str) -> Result<Option<u64>, RateLimitError> {
        let Some(limiter) = &self.0 else { return Ok(None) };
        let decision = limiter.check(user_id).await?;
        Ok((!decision.allowed).then_some(decision.retry_after))
    }
}

fn number(value: u64) -> f64 {
    u32::try_from(value / 1_000).map_or(f64::from(u32::MAX), f64::from) * 1_000.0
        + f64::from(u32::try_from(value % 1_000).unwrap_or(0))
}

/// Identifies a stress test: equal hashes have equal results.
pub(crate) fn stress_hash(
    subject: &Subject,
    terms: &Terms,
    plan: &Plan,
) -> Result<String, serde_json::Error> {
    let plan = (&plan.scenarios, plan.options);
    let canonical = serde_json::to_vec(&(ENGINE_VERSION, &subject.pool_hash, terms, plan))?;
    Ok(hex::encode(Sha256::digest(canonical)))
}

impl Credit {
    /// Returns the outcome as it was first computed, byte for byte, and whether it was in the cache.
    pub(crate) async fn stress_outcome(
        &self,
        tenant: &str,
        subject: &Subject,
        terms: &Terms,
        plan: &Plan,
        use_cache: bool,
        budget: Budget,
    ) -> Result<(Bytes, bool), Arc<Failure>> {
        let hash = stress_hash(subject, terms, plan).map_err(|e| Arc::new(e.into()))?;
        let key = format!("credit:{tenant}:stress:{ENGINE_VERSION}:{hash}");
        let (pace, allowed) = (self.pace.clone(), budget.work);
        let (terms, plan) = (terms.clone(), plan.clone());
        let compute = self.with_loans(subject.loans.clone(), budget, move |loans, control| {
            let threads = plan.threads;
            in_threads(threads, || compute(loans, &terms, &plan, allowed, control, &pace))
        });
        let settings = &self.settings.stress;
        let (bytes, hit) = if use_cache && settings.features.caching {
            self.cache.get_or_compute_for(&key, settings.cache_ttl, Box::pin(compute)).await?
        } else {
            (compute.await.map_err(Arc::new)?, false)
        };
        metrics::counter!(if hit { CACHE_HITS } else { CACHE_MISSES }).increment(1);
        Ok((bytes, hit))
    }
}

/// Runs something on a number of threads of its own; results do not depend on the number.
fn in_threads<T: Send>(threads: Option<usize>, run: impl FnOnce() -> T + Send) -> T {
    let made = threads.map(|count| rayon::ThreadPoolBuilder::new().num_threads(count).build());
    match made {
        Some(Ok(pool)) => pool.install(run),
        // Without threads of its own it takes those of everybody.
        Some(Err(_)) | None => run(),
    }
}

fn compute(
    loans: &[Loan],
    terms: &Terms,
    plan: &Plan,
    allowed: u64,
    control: Control<'_>,
    pace: &Pace,
) -> Result<Bytes, Failure> {
    let begun = Instant::now();
    let needed = stress_work(loans, terms, plan);
    if needed > allowed {
        return Err(Failure::TooExpensive { needed, allowed });
    }
    let outcome = run(loans, terms, &plan.scenarios, plan.options, control)?;
    let seconds = begun.elapsed().as_secs_f64();
    pace.note(needed, seconds);
    metrics::histogram!(STRESS_SECONDS).record(seconds);
    metrics::counter!(STRESS_TESTS).increment(1);
    metrics::counter!(LOAN_MONTHS).increment(needed);
    Ok(Bytes::from(serde_json::to_vec(&outcome)?))
}

/// The work of a stress test in loan-months.
fn stress_work(loans: &[Loan], terms: &Terms, plan: &Plan) -> u64 {
    let passes = passes(loans, &plan.scenarios, plan.options);
    work(loans, terms).saturating_mul(passes)
}

/// Reads an outcome that was computed before.
pub(crate) fn parse_stress(bytes: &Bytes) -> Result<StressOutcome, Failure> {
    Ok(serde_json::from_slice(bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_promised_from_what_was_measured() {
        let pace = Pace::default();
        let now: DateTime<Utc> = "2026-01-15T12:00:00Z".parse().unwrap();
        assert_eq!(pace.end_of(500_000_000, now), now + TimeDelta::seconds(10));

        pace.note(200_000_000, 1.0);

        assert_eq!(pace.end_of(2_000_000_000, now), now + TimeDelta::seconds(10));
        assert_eq!(pace.end_of(1, now), now + TimeDelta::seconds(1));
    }

    #[test]
    fn threads_of_its_own_change_no_result() {
        let sum = || (0..1_000_u64).sum::<u64>();

        assert_eq!(in_threads(Some(1), sum), in_threads(None, sum));
    }
}
