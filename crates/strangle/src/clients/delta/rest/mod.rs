//! Asks the exchange and orders from it.
//!
//! - [`Delta`] is the client; `market`, `orders` and `account` hold its calls.
//! - `call` signs and sends one attempt; `outcome` says what became of it.
//! - `quota` and `clock` are what all calls share.
//!
//! # Invariants
//!
//! - Looking is tried up to three times, a change once.
//! - A list is returned whole or not at all.

mod account;
mod call;
mod clock;
mod market;
mod orders;
mod outcome;
mod quota;
mod trace;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use platform::backoff::Backoff;
use platform::breaker::{self, Breaker, BreakerOptions, BreakerState};
use platform::ids::Ids;

pub use orders::{NewOrder, OrderKind, TimeInForce, Which};
pub use outcome::{Ambiguity, NotSent, Outcome, ReadError, Refusal};
pub use quota::{Priority, QuotaStatus};

use self::clock::ServerClock;
use self::quota::Quota;
use super::credentials::Credentials;
use super::time::VenueTime;
use super::transport::Transport;

/// How the client asks.
#[derive(Debug, Clone)]
pub struct DeltaOptions {
    /// A short name for logs and the health page: `delta-sim`, `delta-prod`. Clients of one name
    /// share a breaker.
    pub name: String,
    /// How often a look is tried.
    pub tries: u32,
    /// Waits between tries.
    pub backoff: Backoff,
    /// When the exchange is left alone.
    pub breaker: BreakerOptions,
    /// Whether the debug log shows bodies, masked.
    pub verbose: bool,
    /// How many bytes of a body it shows.
    pub max_shown_bytes: usize,
}

impl DeltaOptions {
    /// Returns the usual options for a venue.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            tries: 3,
            // Half of it is chance: 0.2 s to 0.4 s at first.
            backoff: Backoff { base: Duration::from_millis(400), max: Duration::from_secs(2) },
            breaker: BreakerOptions { failures: 5, open_for: Duration::from_secs(15) },
            verbose: false,
            max_shown_bytes: 2_048,
        }
    }
}

/// The exchange. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Delta {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    transport: Arc<dyn Transport>,
    time: VenueTime,
    ids: Ids,
    credentials: Option<Credentials>,
    options: DeltaOptions,
    clock: ServerClock,
    quota: Quota,
    breaker: Breaker,
}

impl Delta {
    /// Makes a client. Without credentials only public calls work.
    #[must_use]
    pub fn new(
        transport: Arc<dyn Transport>,
        time: VenueTime,
        ids: Ids,
        credentials: Option<Credentials>,
        mut options: DeltaOptions,
    ) -> Self {
        options.breaker.open_for = time.real(options.breaker.open_for);
        let breaker = breaker::shared(&options.name, options.breaker);
        let (clock, quota) = (ServerClock::default(), Quota::default());
        let inner = Inner { transport, time, ids, credentials, options, clock, quota, breaker };
        Self { inner: Arc::new(inner) }
    }

    /// Returns the exchange's present instant, as far as it is known, in whole microseconds.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let now = self.inner.time.now() + self.clock_skew().unwrap_or_default();
        now.trunc_subsecs(6)
    }

    /// Returns the exchange's clock minus ours; `None` before the first answer.
    #[must_use]
    pub fn clock_skew(&self) -> Option<TimeDelta> {
        self.inner.clock.skew(self.inner.time.is_shared())
    }

    /// Returns how much of the quota is used.
    #[must_use]
    pub fn quota(&self) -> QuotaStatus {
        self.inner.quota.status(self.inner.time.now())
    }

    /// Tells whether the exchange is asked, or left alone for a while.
    #[must_use]
    pub fn breaker_state(&self) -> BreakerState {
        self.inner.breaker.state()
    }

    /// Tells whether the client can sign.
    #[must_use]
    pub fn has_credentials(&self) -> bool {
        self.inner.credentials.is_some()
    }

    /// Returns the clock that waits of this venue run on.
    #[must_use]
    pub fn time(&self) -> &VenueTime {
        &self.inner.time
    }

    pub(in crate::clients::delta) fn transport(&self) -> &dyn Transport {
        &*self.inner.transport
    }

    pub(in crate::clients::delta) fn credentials(&self) -> Option<&Credentials> {
        self.inner.credentials.as_ref()
    }

    pub(in crate::clients::delta) fn ids(&self) -> &Ids {
        &self.inner.ids
    }
}
