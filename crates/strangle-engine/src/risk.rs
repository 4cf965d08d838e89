//! What may be sent: the gate every order passes, and what a session may begin.
//!
//! The checks run in a fixed order and the first that fails is the reason. Orders that only reduce
//! a position pass everything but the lease, the invariants of the leg and the rate reserve: a
//! desk that may not open must still be able to close.

pub mod gate;
pub mod margin;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use self::gate::{Book, Denial, OrderCheck, check};
pub use self::margin::{initial_margin_rate_pct, leg_margin};

use crate::schedule::next_ist_midnight;

/// The switch of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TradingState {
    /// Everything is allowed.
    #[default]
    Active,
    /// Nothing that adds exposure.
    Reducing,
    /// Only orders that reduce.
    Halted,
}

impl TradingState {
    /// Returns the name, as stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Reducing => "reducing",
            Self::Halted => "halted",
        }
    }
}

/// The account's own limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccountLimits {
    /// The loss of a day (IST) after which nothing new begins, in USD; absent is off.
    pub max_daily_loss: Option<Decimal>,
    /// The sessions of a day (IST); absent is off.
    pub max_sessions_per_day: Option<u32>,
    /// The orders of 60 s.
    pub max_orders_per_minute: u32,
    /// The contracts of a leg.
    pub max_lots_per_leg: i64,
}

impl Default for AccountLimits {
    fn default() -> Self {
        Self {
            max_daily_loss: None,
            max_sessions_per_day: Some(3),
            max_orders_per_minute: 60,
            max_lots_per_leg: 500,
        }
    }
}

/// What the day has seen so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// The net result of the sessions closed today, in USD.
    pub realized: Decimal,
    /// The sessions that entered today.
    pub sessions: u32,
    /// No entry before this, after a streak of losses.
    pub cooldown_until: Option<DateTime<Utc>>,
}

/// Why no session may enter now, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayDenial {
    /// The reason.
    pub reason: Denial,
    /// When it is over.
    pub until: DateTime<Utc>,
}

/// Checks the limits of the day. A loss equal to the limit reaches it.
///
/// # Errors
///
/// Says which limit is reached and when the next day begins.
///
/// ```
/// use rust_decimal::dec;
/// use strangle_engine::risk::{AccountLimits, Day, Denial, check_day};
/// let limits = AccountLimits { max_daily_loss: Some(dec!(50)), ..AccountLimits::default() };
/// let day = Day { realized: dec!(-51), sessions: 0, cooldown_until: None };
/// let now = "2025-10-06T05:00:00Z".parse().unwrap();
/// let denial = check_day(&limits, &day, now).unwrap_err();
/// assert_eq!(denial.reason, Denial::DailyLossLimit);
/// assert_eq!(denial.until.to_rfc3339(), "2025-10-06T18:30:00+00:00");
/// ```
pub fn check_day(limits: &AccountLimits, day: &Day, now: DateTime<Utc>) -> Result<(), DayDenial> {
    let until = next_ist_midnight(now);
    if limits.max_daily_loss.is_some_and(|limit| -day.realized >= limit) {
        return Err(DayDenial { reason: Denial::DailyLossLimit, until });
    }
    if limits.max_sessions_per_day.is_some_and(|limit| day.sessions >= limit) {
        return Err(DayDenial { reason: Denial::SessionsPerDay, until });
    }
    match day.cooldown_until {
        Some(until) if until > now => Err(DayDenial { reason: Denial::LossStreakCooldown, until }),
        _ => Ok(()),
    }
}

/// Checks that the exchange's contract is as large as the profile says.
///
/// # Errors
///
/// Refuses a difference.
pub fn check_contract_size(profile: Option<Decimal>, exchange: Decimal) -> Result<(), Denial> {
    match profile {
        Some(size) if size != exchange => Err(Denial::ContractSizeMismatch),
        _ => Ok(()),
    }
}

/// Checks that live trading has credentials. There is no silent substitute for them.
///
/// # Errors
///
/// Refuses live trading without.
pub fn check_credentials(live: bool, credentials: bool) -> Result<(), Denial> {
    if live && !credentials { Err(Denial::LiveCredentialsMissing) } else { Ok(()) }
}
