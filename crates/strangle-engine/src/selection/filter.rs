//! What makes a listed option a candidate.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Candidate, Criteria};
use crate::instrument::{OptionKind, TradingStatus};

/// Why an option is not sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The exchange does not trade it.
    NotOperational,
    /// Somebody else on the account holds it.
    ForeignPosition,
    /// The prices are none, or crossed.
    BadQuote,
    /// Nobody bids.
    NoBid,
    /// It is in or at the money.
    InTheMoney,
    /// The quote is too old.
    StaleQuote,
    /// Bid and ask are too far apart.
    SpreadTooWide,
    /// The bid is smaller than the order.
    BidTooSmall,
    /// The order is larger than the exchange's position limit.
    PositionLimit,
    /// The delta is outside the band.
    DeltaOutsideBand,
    /// No delta is known.
    NoDelta,
    /// The premium is outside the range.
    PriceOutsideRange,
    /// Another candidate is better.
    NotBest,
}

/// Returns why an option cannot be sold, whatever its delta or premium.
pub(super) fn refusal(
    criteria: &Criteria,
    candidate: &Candidate,
    spot: Decimal,
    now: DateTime<Utc>,
) -> Option<Reason> {
    let Candidate { contract, quote, status, .. } = candidate;
    if *status != TradingStatus::Operational {
        return Some(Reason::NotOperational);
    }
    if criteria.foreign.contains(&contract.symbol) {
        return Some(Reason::ForeignPosition);
    }
    let Some(bid) = quote.bid.filter(|bid| bid.price > Decimal::ZERO) else {
        return Some(Reason::NoBid);
    };
    if quote.check().is_err() {
        return Some(Reason::BadQuote);
    }
    let out_of_the_money = match contract.kind {
        OptionKind::Call => contract.strike > spot,
        OptionKind::Put => contract.strike < spot,
    };
    if criteria.require_otm && !out_of_the_money {
        return Some(Reason::InTheMoney);
    }
    if quote.age(now) > criteria.stale_after {
        return Some(Reason::StaleQuote);
    }
    if quote.spread_pct().is_some_and(|spread| wider(spread, criteria.max_spread_pct)) {
        return Some(Reason::SpreadTooWide);
    }
    if criteria.require_bid_size && bid.size < criteria.quantity {
        return Some(Reason::BidTooSmall);
    }
    if contract.position_size_limit.is_some_and(|limit| criteria.quantity > limit) {
        return Some(Reason::PositionLimit);
    }
    None
}

fn wider(spread: Decimal, limit_pct: f64) -> bool {
    Decimal::try_from(limit_pct).is_ok_and(|limit| spread > limit)
}
