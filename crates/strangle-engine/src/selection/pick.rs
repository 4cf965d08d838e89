//! Which candidate of a leg is taken.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::filter::{Reason, refusal};
use super::{Candidate, Criteria, NearMiss, SelectedLeg, delta_of, distance_pct};
use crate::instrument::OptionKind;
use crate::pricing::{Terms, implied_volatility, years_between};
use crate::profile::{DeltaPick, PriceFallback, StrikeMode};

/// What was found for a leg.
pub(super) struct Choice {
    pub(super) leg: Option<SelectedLeg>,
    pub(super) near_misses: Vec<NearMiss>,
}

/// A candidate that passed the filter, with all that ranks it; smaller is better.
struct Ranked<'a> {
    candidate: &'a Candidate,
    delta: Option<(f64, bool)>,
    /// Distance to the range, which is zero inside it.
    outside: Decimal,
    primary: f64,
    secondary: f64,
    spread: Decimal,
}

/// Chooses one leg.
pub(super) fn choose(
    criteria: &Criteria,
    kind: OptionKind,
    spot: Decimal,
    now: DateTime<Utc>,
    listed: &[&Candidate],
) -> Choice {
    let mut missed: Vec<(&Candidate, Reason)> = Vec::new();
    let mut ranked: Vec<Ranked<'_>> = Vec::new();
    for candidate in listed.iter().filter(|candidate| candidate.contract.kind == kind) {
        let found = match refusal(criteria, candidate, spot, now) {
            Some(reason) => Err(reason),
            None => rank(criteria, candidate, spot, now),
        };
        match found {
            Ok(rank) => ranked.push(rank),
            Err(reason) => missed.push((candidate, reason)),
        }
    }
    ranked.sort_by(better);

    let mut ranked = ranked.into_iter();
    let leg = ranked.next().map(|best| selected(&best, spot));
    missed.extend(ranked.map(|other| (other.candidate, Reason::NotBest)));
    missed.sort_by_key(|(candidate, _)| nearness(candidate, spot));
    let near_misses = missed
        .into_iter()
        .map(|(candidate, reason)| NearMiss { symbol: candidate.contract.symbol, reason })
        .collect();
    Choice { leg, near_misses }
}

/// Computes the delta from the mark's volatility, else from the volatility of the mid.
pub(super) fn computed_delta(candidate: &Candidate, spot: f64, now: DateTime<Utc>) -> Option<f64> {
    let contract = &candidate.contract;
    let terms = |volatility| {
        let strike = contract.strike.to_f64()?;
        let years = years_between(now, contract.expires_at());
        Some(Terms { kind: contract.kind, spot, strike, years, volatility })
    };
    let known = candidate.quote.mark_iv.filter(|iv| iv.is_finite() && *iv > 0.0);
    let volatility = match known {
        Some(volatility) => volatility,
        None => implied_volatility(&terms(0.0)?, candidate.quote.mid()?.to_f64()?).ok()?,
    };
    let delta = terms(volatility)?.valuation().greeks.delta;
    delta.is_finite().then_some(delta)
}

fn rank<'a>(
    criteria: &Criteria,
    candidate: &'a Candidate,
    spot: Decimal,
    now: DateTime<Utc>,
) -> Result<Ranked<'a>, Reason> {
    let delta = spot.to_f64().and_then(|spot| delta_of(candidate, spot, now));
    let spread = candidate.quote.spread_pct().unwrap_or(Decimal::MAX);
    let centre = f64::midpoint(criteria.delta_low, criteria.delta_high);
    let off_centre = delta.map_or(f64::INFINITY, |(delta, _)| (delta.abs() - centre).abs());
    match criteria.mode {
        StrikeMode::Delta => {
            let (size, _) = delta.ok_or(Reason::NoDelta)?;
            let size = size.abs();
            if !(criteria.delta_low..=criteria.delta_high).contains(&size) {
                return Err(Reason::DeltaOutsideBand);
            }
            let primary = match criteria.delta_pick {
                DeltaPick::Highest => -size,
                DeltaPick::NearestCenter => off_centre,
            };
            let outside = Decimal::ZERO;
            Ok(Ranked { candidate, delta, outside, primary, secondary: 0.0, spread })
        }
        StrikeMode::Price => {
            let range = criteria.range(candidate.contract.kind).ok_or(Reason::PriceOutsideRange)?;
            let mid = candidate.quote.mid().ok_or(Reason::PriceOutsideRange)?;
            let outside = (range.low - mid).max(mid - range.high).max(Decimal::ZERO);
            if !outside.is_zero() && criteria.price_fallback == PriceFallback::Strict {
                return Err(Reason::PriceOutsideRange);
            }
            let middle = (range.low + range.high) / Decimal::TWO;
            let primary = (mid - middle).abs().to_f64().unwrap_or(f64::INFINITY);
            Ok(Ranked { candidate, delta, outside, primary, secondary: off_centre, spread })
        }
    }
}

/// Orders candidates, the best first. The product number makes the order total.
fn better(one: &Ranked<'_>, other: &Ranked<'_>) -> Ordering {
    let number = |rank: &Ranked<'_>| rank.candidate.contract.product_id;
    one.outside
        .cmp(&other.outside)
        .then(one.primary.total_cmp(&other.primary))
        .then(one.secondary.total_cmp(&other.secondary))
        .then(one.spread.cmp(&other.spread))
        .then(other.candidate.open_interest.cmp(&one.candidate.open_interest))
        .then(number(one).cmp(&number(other)))
}

fn nearness(candidate: &Candidate, spot: Decimal) -> (Decimal, i64) {
    ((candidate.contract.strike - spot).abs(), candidate.contract.product_id.0)
}

fn selected(rank: &Ranked<'_>, spot: Decimal) -> SelectedLeg {
    let Candidate { contract, quote, .. } = rank.candidate;
    SelectedLeg {
        contract: *contract,
        delta: rank.delta.map(|(delta, _)| delta),
        delta_computed: rank.delta.is_some_and(|(_, computed)| computed),
        mid: quote.mid(),
        bid: quote.bid.map(|bid| bid.price).unwrap_or_default(),
        mark: quote.mark,
        iv: quote.mark_iv,
        spread_pct: quote.spread_pct(),
        distance_pct: distance_pct(contract.strike, spot),
    }
}
