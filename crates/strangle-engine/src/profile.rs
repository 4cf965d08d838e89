//! What the desk is told to do: a profile.
//!
//! - [`choices`]: the words a profile chooses from.
//! - [`fields`]: the values as they are written and stored.
//! - [`check`]: what makes them a profile; every fault is found at once.
//! - [`tightening`]: which edits only reduce risk, and so are allowed while a session is open.
//!
//! A [`Profile`] is valid by construction: the only ways in are [`Profile::new`] and
//! deserialisation, which checks the same. Percentages are percent points (20 means 20 %). What
//! depends on the time of day is deliberately absent: a profile whose expiry has passed is still a
//! profile, and [`Profile::check_expiry`] says that it cannot be started.

pub mod check;
pub mod choices;
pub mod fields;
pub mod tightening;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use self::check::{FieldFault, ProfileFaults};
pub use self::choices::{
    BalancePolicy, DeltaPick, LimitPricePolicy, LimitsBasis, MarketFallback, PercentUnit,
    PriceFallback, Recurrence, StrikeMode, TrailingField, TrailingOtherField, TrailingRuleField,
};
pub use self::fields::ProfileFields;
pub use self::tightening::Loosened;

use crate::expiry;
use crate::instrument::Underlying;
use crate::schedule::LateEntry;
use crate::trailing::Plan;

/// A checked profile.
///
/// ```
/// use strangle_engine::profile::{Profile, ProfileFields};
/// let fields = ProfileFields { quantity: 0, ..ProfileFields::named("Paper BTC 10-15 delta") };
/// let faults = Profile::new(fields).unwrap_err();
/// assert_eq!(faults.0[0].pointer, "/quantity");
/// assert!(Profile::new(ProfileFields::named("Paper BTC 10-15 delta")).is_ok());
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "ProfileFields", into = "ProfileFields")]
pub struct Profile {
    fields: ProfileFields,
    trade_time: NaiveTime,
    exit_time: NaiveTime,
    expiry: Option<NaiveDate>,
    late_entry: LateEntry,
    trailing: Plan,
}

/// A closed range of prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceRange {
    /// The lowest price inside.
    pub low: Decimal,
    /// The highest price inside.
    pub high: Decimal,
}

impl Profile {
    /// Checks the fields.
    ///
    /// # Errors
    ///
    /// Returns every fault, each with the JSON pointer of its field, a stable code and what to
    /// write instead.
    pub fn new(fields: ProfileFields) -> Result<Self, ProfileFaults> {
        check::check(fields)
    }

    /// Checks that a configured expiry lies far enough ahead for a session that starts at `now`.
    ///
    /// # Errors
    ///
    /// Returns the fault `expired_expiry`.
    pub fn check_expiry(&self, now: DateTime<Utc>) -> Result<(), ProfileFaults> {
        let Some(date) = self.expiry else { return Ok(()) };
        expiry::require_open(date, now).map_err(|refusal| {
            ProfileFaults(vec![FieldFault {
                pointer: "/expiry_date",
                code: refusal.code(),
                message: refusal.to_string(),
            }])
        })
    }

    /// Returns the fields, as stored: percentages in percent points, the date as `DD-MM-YYYY`.
    #[must_use]
    pub const fn fields(&self) -> &ProfileFields {
        &self.fields
    }

    /// Returns the fields, to edit.
    #[must_use]
    pub fn into_fields(self) -> ProfileFields {
        self.fields
    }

    /// Returns the asset whose options are sold.
    #[must_use]
    pub const fn underlying(&self) -> Underlying {
        self.fields.underlying
    }

    /// Returns the time of entry, in IST.
    #[must_use]
    pub const fn trade_time(&self) -> NaiveTime {
        self.trade_time
    }

    /// Returns the time of exit, in IST.
    #[must_use]
    pub const fn exit_time(&self) -> NaiveTime {
        self.exit_time
    }

    /// Returns the configured expiry; `None` chooses one at entry.
    #[must_use]
    pub const fn expiry(&self) -> Option<NaiveDate> {
        self.expiry
    }

    /// Returns what a start after the time of entry does.
    #[must_use]
    pub const fn late_entry(&self) -> LateEntry {
        self.late_entry
    }

    /// Returns the trailing stop; one that never stops while it is disabled.
    #[must_use]
    pub const fn trailing(&self) -> &Plan {
        &self.trailing
    }

    /// Returns the contracts to sell on each leg.
    #[must_use]
    pub const fn quantity(&self) -> i64 {
        self.fields.quantity
    }

    /// Returns the profit at which the session ends, in percent; a stored 0 switches the limit off.
    #[must_use]
    pub fn max_profit_pct(&self) -> Option<f64> {
        Some(self.fields.max_profit_pct).filter(|limit| *limit > 0.0)
    }

    /// Returns the premium range of the call, in price mode.
    #[must_use]
    pub fn call_range(&self) -> Option<PriceRange> {
        let (low, high) =
            self.fields.call_option_price_min.zip(self.fields.call_option_price_max)?;
        Some(PriceRange { low, high })
    }

    /// Returns the premium range of the put, in price mode.
    #[must_use]
    pub fn put_range(&self) -> Option<PriceRange> {
        let (low, high) = self.fields.put_option_price_min.zip(self.fields.put_option_price_max)?;
        Some(PriceRange { low, high })
    }
}

impl TryFrom<ProfileFields> for Profile {
    type Error = ProfileFaults;

    fn try_from(fields: ProfileFields) -> Result<Self, ProfileFaults> {
        Self::new(fields)
    }
}

impl From<Profile> for ProfileFields {
    fn from(profile: Profile) -> Self {
        profile.fields
    }
}
