//! Which call and which put are sold.
//!
//! - [`filter`]: what makes a listed option a candidate, and the reason when it is none.
//! - [`pick`]: which candidate of a leg is taken.
//!
//! The choice is a pure function of the set of tickers: their order never matters. Both legs always
//! have the same expiry. Ties go to the tighter relative spread, then the larger open interest,
//! then the lower product number. Reading what the venue sends is deliberately absent.

pub mod filter;
pub mod pick;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rust_decimal::{Decimal, dec};
use serde::{Deserialize, Serialize};

pub use self::filter::Reason;

use crate::expiry;
use crate::instrument::{Contract, OptionKind, Symbol, TradingStatus, Underlying};
use crate::profile::{DeltaPick, PriceFallback, PriceRange, Profile, StrikeMode};
use crate::quote::Quote;

/// How many near misses a record keeps for each leg.
const NEAR_MISSES: usize = 5;

/// A listed option with its market.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its terms.
    pub contract: Contract,
    /// Its market.
    pub quote: Quote,
    /// Open interest, in contracts.
    pub open_interest: Decimal,
    /// Whether the exchange trades it.
    pub status: TradingStatus,
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Criteria {
    /// The asset.
    pub underlying: Underlying,
    /// By delta or by premium.
    pub mode: StrikeMode,
    /// The lowest |delta|.
    pub delta_low: f64,
    /// The highest |delta|.
    pub delta_high: f64,
    /// Which delta of the band.
    pub delta_pick: DeltaPick,
    /// The premiums of the call, in price mode.
    pub call_range: Option<PriceRange>,
    /// The premiums of the put, in price mode.
    pub put_range: Option<PriceRange>,
    /// What price mode does when nothing is inside.
    pub price_fallback: PriceFallback,
    /// Whether strikes in the money are refused.
    pub require_otm: bool,
    /// Contracts on each leg.
    pub quantity: i64,
    /// The widest relative spread, in percent.
    pub max_spread_pct: f64,
    /// Whether the bid must hold the quantity.
    pub require_bid_size: bool,
    /// The oldest quote that counts.
    pub stale_after: TimeDelta,
    /// The contract value the profile expects.
    pub contract_size: Option<Decimal>,
    /// The expiry, or the earliest one when it is chosen.
    pub target_expiry: NaiveDate,
    /// How many days later a chosen expiry may lie; `None` accepts the target only.
    pub slip_days: Option<u32>,
    /// Symbols in which somebody else holds a position.
    pub foreign: Vec<Symbol>,
}

impl Criteria {
    /// Returns what a profile looks for at an instant.
    #[must_use]
    pub fn of(profile: &Profile, now: DateTime<Utc>, stale_after: TimeDelta) -> Self {
        let fields = profile.fields();
        let target = expiry::target(now, fields.expiry_buffer_hours);
        Self {
            underlying: fields.underlying,
            mode: fields.strike_selection_mode,
            delta_low: fields.delta_range_low,
            delta_high: fields.delta_range_high,
            delta_pick: fields.delta_pick,
            call_range: profile.call_range(),
            put_range: profile.put_range(),
            price_fallback: fields.price_fallback,
            require_otm: fields.require_otm,
            quantity: fields.quantity,
            max_spread_pct: fields.max_spread_pct,
            require_bid_size: fields.require_bid_size,
            stale_after,
            contract_size: fields.contract_size,
            target_expiry: profile.expiry().unwrap_or(target),
            slip_days: profile.expiry().is_none().then_some(fields.max_expiry_slip_days),
            foreign: Vec::new(),
        }
    }

    /// Returns the premium range of a leg.
    #[must_use]
    pub const fn range(&self, kind: OptionKind) -> Option<PriceRange> {
        match kind {
            OptionKind::Call => self.call_range,
            OptionKind::Put => self.put_range,
        }
    }
}

/// A leg as it was chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SelectedLeg {
    /// The contract.
    pub contract: Contract,
    /// Its delta, signed.
    pub delta: Option<f64>,
    /// Whether the delta was computed here because the venue's was missing or old.
    pub delta_computed: bool,
    /// Half the sum of the best prices.
    pub mid: Option<Decimal>,
    /// The best bid.
    pub bid: Decimal,
    /// The exchange's mark.
    pub mark: Decimal,
    /// The mark's volatility, per year.
    pub iv: Option<f64>,
    /// The relative spread, in percent.
    pub spread_pct: Option<Decimal>,
    /// (strike − spot) / spot in percent, two decimals.
    pub distance_pct: Decimal,
}

/// A contract that was not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NearMiss {
    /// Its symbol.
    pub symbol: Symbol,
    /// Why not.
    pub reason: Reason,
}

/// The record of a choice, stored with the session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Selection {
    /// By delta or by premium.
    pub mode: StrikeMode,
    /// The band of |delta|.
    pub delta_band: (f64, f64),
    /// The premiums of the call, lowest and highest.
    pub call_range: Option<(Decimal, Decimal)>,
    /// The premiums of the put, lowest and highest.
    pub put_range: Option<(Decimal, Decimal)>,
    /// The expiry that was aimed at.
    pub target_expiry: NaiveDate,
    /// The expiry of both legs.
    pub expiry: NaiveDate,
    /// The index.
    pub spot: Decimal,
    /// The call.
    pub call: SelectedLeg,
    /// The put.
    pub put: SelectedLeg,
    /// What was not taken, nearest to the spot first.
    pub near_misses: Vec<NearMiss>,
}

impl Selection {
    /// Returns the leg of a kind.
    #[must_use]
    pub const fn leg(&self, kind: OptionKind) -> &SelectedLeg {
        match kind {
            OptionKind::Call => &self.call,
            OptionKind::Put => &self.put,
        }
    }

    /// Returns the premium of one unit of both legs, at the mids.
    #[must_use]
    pub fn credit(&self) -> Decimal {
        let premium = |leg: &SelectedLeg| leg.mid.unwrap_or(leg.bid);
        premium(&self.call) + premium(&self.put)
    }
}

/// Why nothing was chosen.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum NoSelection {
    /// No index price to measure distances from.
    #[error("there is no index price")]
    NoIndex,
    /// The tickers have none of this asset.
    #[error("no contract of the underlying is listed")]
    NoContractForUnderlying,
    /// No expiry in the admissible days is listed, or has both legs.
    #[error("no expiry from {target} to {slip_days} days later has a call and a put to sell")]
    NoExpiryAvailable {
        /// The earliest admissible day.
        target: NaiveDate,
        /// How many days later it may lie.
        slip_days: u32,
        /// What was nearest on the first of them.
        near_misses: Vec<NearMiss>,
    },
    /// No delta in the band.
    #[error("no {leg} has a delta inside the band")]
    NoStrikeInDeltaRange {
        /// Which leg.
        leg: OptionKind,
        /// What was nearest.
        near_misses: Vec<NearMiss>,
    },
    /// No premium in the range.
    #[error("no {leg} has a premium inside the range")]
    NoStrikeInPriceRange {
        /// Which leg.
        leg: OptionKind,
        /// What was nearest.
        near_misses: Vec<NearMiss>,
    },
    /// The exchange's contract value is not the profile's.
    #[error("the profile's contract size {profile} differs from the exchange's {exchange}")]
    ContractSizeMismatch {
        /// What the profile says.
        profile: Decimal,
        /// What the exchange says.
        exchange: Decimal,
    },
}

impl NoSelection {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoIndex => "no_index",
            Self::NoContractForUnderlying => "no_contract_for_underlying",
            Self::NoExpiryAvailable { .. } => "no_expiry_available",
            Self::NoStrikeInDeltaRange { .. } => "no_strike_in_delta_range",
            Self::NoStrikeInPriceRange { .. } => "no_strike_in_price_range",
            Self::ContractSizeMismatch { .. } => "contract_size_mismatch",
        }
    }

    /// Returns the leg that found nothing.
    #[must_use]
    pub const fn leg(&self) -> Option<OptionKind> {
        match self {
            Self::NoStrikeInDeltaRange { leg, .. } | Self::NoStrikeInPriceRange { leg, .. } => {
                Some(*leg)
            }
            _ => None,
        }
    }
}

/// Chooses the legs. An expiry that may slip is the earliest one that has both.
///
/// # Errors
///
/// Says why nothing can be sold; a missing leg is named, the call first.
pub fn select(
    criteria: &Criteria,
    spot: Decimal,
    now: DateTime<Utc>,
    candidates: &[Candidate],
) -> Result<Selection, NoSelection> {
    if spot <= Decimal::ZERO {
        return Err(NoSelection::NoIndex);
    }
    let ours = || candidates.iter().filter(|it| it.contract.underlying == criteria.underlying);
    if ours().next().is_none() {
        return Err(NoSelection::NoContractForUnderlying);
    }
    check_contract_size(criteria, ours())?;

    let listed = ours().map(|candidate| candidate.contract.expiry);
    let slip_days = criteria.slip_days.unwrap_or(0);
    let expiries = expiry::admissible(listed, criteria.target_expiry, slip_days, now);
    let mut first_failure = None;
    for expiry in expiries {
        let listed: Vec<&Candidate> = ours().filter(|it| it.contract.expiry == expiry).collect();
        match select_expiry(criteria, spot, now, expiry, &listed) {
            Ok(selection) => return Ok(selection),
            Err(failure) => first_failure = first_failure.or(Some(failure)),
        }
    }
    let target = criteria.target_expiry;
    Err(match (first_failure, criteria.slip_days) {
        (None, _) => NoSelection::NoExpiryAvailable { target, slip_days, near_misses: Vec::new() },
        (Some(NoSelection::NoStrikeInDeltaRange { near_misses, .. }), Some(slip_days)) => {
            NoSelection::NoExpiryAvailable { target, slip_days, near_misses }
        }
        (Some(failure), _) => failure,
    })
}

/// Returns (strike − spot) / spot in percent, rounded to two decimals, half to even.
#[must_use]
pub fn distance_pct(strike: Decimal, spot: Decimal) -> Decimal {
    let distance = (strike - spot).checked_div(spot).unwrap_or_default();
    (distance * dec!(100)).round_dp(2)
}

/// Returns the volatility and delta of a candidate: the venue's while they are fresh, else
/// computed from the mark's volatility, else from the volatility of the mid.
#[must_use]
pub fn delta_of(candidate: &Candidate, spot: f64, now: DateTime<Utc>) -> Option<(f64, bool)> {
    const FRESH: TimeDelta = TimeDelta::seconds(30);
    let quote = &candidate.quote;
    let venue = quote.greeks.map(|greeks| greeks.delta).filter(|delta| delta.is_finite());
    if let Some(delta) = venue
        && quote.age(now) <= FRESH
    {
        return Some((delta, false));
    }
    pick::computed_delta(candidate, spot, now).map(|delta| (delta, true))
}

fn check_contract_size<'a>(
    criteria: &Criteria,
    mut candidates: impl Iterator<Item = &'a Candidate>,
) -> Result<(), NoSelection> {
    let Some(profile) = criteria.contract_size else { return Ok(()) };
    match candidates.find(|candidate| candidate.contract.contract_value != profile) {
        None => Ok(()),
        Some(candidate) => {
            let exchange = candidate.contract.contract_value;
            Err(NoSelection::ContractSizeMismatch { profile, exchange })
        }
    }
}

fn select_expiry(
    criteria: &Criteria,
    spot: Decimal,
    now: DateTime<Utc>,
    expiry: NaiveDate,
    listed: &[&Candidate],
) -> Result<Selection, NoSelection> {
    let mut near_misses = Vec::new();
    let mut choose = |kind: OptionKind| {
        let choice = pick::choose(criteria, kind, spot, now, listed);
        let mut missed = choice.near_misses;
        missed.truncate(NEAR_MISSES);
        let Some(leg) = choice.leg else { return Err(not_found(criteria.mode, kind, missed)) };
        near_misses.extend(missed);
        Ok(leg)
    };
    let call = choose(OptionKind::Call)?;
    let put = choose(OptionKind::Put)?;
    let range = |kind| criteria.range(kind).map(|range: PriceRange| (range.low, range.high));
    Ok(Selection {
        mode: criteria.mode,
        delta_band: (criteria.delta_low, criteria.delta_high),
        call_range: range(OptionKind::Call),
        put_range: range(OptionKind::Put),
        target_expiry: criteria.target_expiry,
        expiry,
        spot,
        call,
        put,
        near_misses,
    })
}

fn not_found(mode: StrikeMode, leg: OptionKind, near_misses: Vec<NearMiss>) -> NoSelection {
    match mode {
        StrikeMode::Delta => NoSelection::NoStrikeInDeltaRange { leg, near_misses },
        StrikeMode::Price => NoSelection::NoStrikeInPriceRange { leg, near_misses },
    }
}

#[cfg(test)]
mod tests;
