//! How long to wait before the next try.

use std::time::Duration;

use sha2::{Digest as _, Sha256};

/// Waits that double with each try, up to a limit, and differ between those who wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The longest wait after the first failure.
    pub base: Duration,
    /// The longest wait at all.
    pub max: Duration,
}

impl Backoff {
    /// Returns the wait after failure number `failures` (1 is the first): between half and all of
    /// `base × 2^(failures − 1)`, at most `max`.
    ///
    /// `seed` names who waits, so that those who failed together do not come back together.
    #[must_use]
    pub fn delay(&self, failures: u32, seed: &str) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        let longest = self.base.saturating_mul(1 << doublings).min(self.max);
        let half = longest / 2;
        half + half.mul_f64(share(failures, seed))
    }
}

/// Returns a number in `[0, 1)` that looks random and is the same for the same arguments.
fn share(failures: u32, seed: &str) -> f64 {
    let digest = Sha256::new().chain_update(seed).chain_update(failures.to_be_bytes()).finalize();
    let sixteen_bits = digest.iter().take(2).fold(0_u16, |bits, byte| bits << 8 | u16::from(*byte));
    f64::from(sixteen_bits) / 65_536.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BACKOFF: Backoff = Backoff { base: Duration::from_secs(2), max: Duration::from_mins(5) };

    #[test]
    fn waits_double_up_to_the_limit() {
        assert!((1..=2).contains(&BACKOFF.delay(1, "a").as_secs()));
        assert!((4..=8).contains(&BACKOFF.delay(3, "a").as_secs()));
        assert!((150..=300).contains(&BACKOFF.delay(u32::MAX, "a").as_secs()));
    }

    #[test]
    fn those_who_failed_together_come_back_apart() {
        assert_ne!(BACKOFF.delay(4, "job_1"), BACKOFF.delay(4, "job_2"));
    }

    proptest! {
        #[test]
        fn a_wait_is_never_longer_than_the_limit(failures: u32, seed: String) {
            prop_assert!(BACKOFF.delay(failures, &seed) <= BACKOFF.max);
            prop_assert!(BACKOFF.delay(failures, &seed) >= BACKOFF.base / 2);
        }
    }
}
