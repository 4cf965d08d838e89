//! What a profile would sell now, and the option chain it would choose from.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rust_decimal::Decimal;
use strangle_engine::fees::{Estimate, FeeRates};
use strangle_engine::instrument::{OptionKind, TradingStatus, Underlying};
use strangle_engine::intent::Role;
use strangle_engine::payoff::{Market, SoldOption, Strangle as Position};
use strangle_engine::pricing::years_between;
use strangle_engine::profile::Profile;
use strangle_engine::risk::leg_margin;
use strangle_engine::schedule::{Schedule, Times};
use strangle_engine::selection::{
    Candidate, Criteria, NearMiss as Missed, SelectedLeg, Selection, delta_of, distance_pct, select,
};

use super::exchange::Exchange;
use super::snapshot;
use crate::clients::delta::ReadError;
use crate::desk::Refusal;
use crate::domain::exposure::{Basis, of_strangle};
use crate::domain::market::{Chain, ChainOption, ChainRow, EntryPreview, NearMiss, Warning};
use crate::domain::number::{exact, number, rounded};

/// Shows the options of one expiry.
pub(super) async fn chain(
    exchange: &Exchange,
    underlying: Underlying,
    expiry: Option<NaiveDate>,
) -> Result<Chain, Refusal> {
    let expiries = exchange.expiries(underlying).await.map_err(|error| no_market(&error))?;
    let Some(expiry) = expiry.or_else(|| expiries.first().copied()) else {
        return Err(Refusal::new("no_market_data", "the exchange lists no options now"));
    };
    if !expiries.contains(&expiry) {
        return Err(Refusal::new(
            "expiry_not_listed",
            format!("the exchange lists no {underlying} options that expire on {expiry}"),
        ));
    }
    let candidates =
        exchange.candidates(underlying, expiry, expiry).await.map_err(|error| no_market(&error))?;
    let now = exchange.delta().now();
    let spot = exchange.index(underlying).await.map_err(|error| no_market(&error))?;
    let mut rows = BTreeMap::<Decimal, ChainRow>::new();
    for candidate in &candidates {
        let strike = candidate.contract.strike;
        let row = rows.entry(strike).or_insert_with(|| ChainRow {
            strike: number(strike),
            distance_pct: spot.map(|spot| number(distance_pct(strike, spot))),
            call: None,
            put: None,
        });
        let option = Some(chain_option(candidate, now));
        match candidate.contract.kind {
            OptionKind::Call => row.call = option,
            OptionKind::Put => row.put = option,
        }
    }
    Ok(Chain {
        underlying: underlying.as_str().to_owned(),
        expiry,
        expiries: expiries.into_iter().collect(),
        spot: spot.map(number),
        generated_at: now,
        rows: rows.into_values().collect(),
    })
}

/// Chooses as an entry would at this moment.
pub(super) async fn preview(
    exchange: &Exchange,
    profile: &Profile,
    fees: FeeRates,
    stale_after: TimeDelta,
) -> Result<EntryPreview, Refusal> {
    let fields = profile.fields();
    let now = exchange.delta().now();
    let criteria = Criteria::of(profile, now, stale_after);
    let last = criteria.target_expiry + chrono::Days::new(criteria.slip_days.unwrap_or(0).into());
    let candidates = exchange
        .candidates(fields.underlying, criteria.target_expiry, last)
        .await
        .map_err(|error| no_market(&error))?;
    let spot = exchange.index(fields.underlying).await.map_err(|error| no_market(&error))?;
    let Some(spot) = spot else {
        return Err(Refusal::new("no_market_data", "the exchange shows no index price now"));
    };
    let selection = select(&criteria, spot, now, &candidates)
        .map_err(|refusal| Refusal::new(refusal.code(), refusal.to_string()))?;
    let schedule = Schedule::plan(&Times::of(profile), now)
        .map_err(|refusal| Refusal::new("no_window", refusal.to_string()))?
        .guarded(selection.expiry, TimeDelta::minutes(fields.expiry_guard_minutes.into()));
    Ok(show(profile, &selection, &schedule, fees, &candidates, now))
}

fn show(
    profile: &Profile,
    selection: &Selection,
    schedule: &Schedule,
    rates: FeeRates,
    candidates: &[Candidate],
    now: DateTime<Utc>,
) -> EntryPreview {
    let fields = profile.fields();
    let (call, put) = (&selection.call, &selection.put);
    let quantity = fields.quantity;
    let units = call.contract.multiplier(quantity);
    let position = Position { call: sold(call), put: sold(put), units: number(units) };
    let expires_at = call.contract.expires_at();
    let market = call.iv.zip(put.iv).map(|(call_volatility, put_volatility)| Market {
        spot: number(selection.spot),
        years: years_between(now, expires_at),
        call_volatility,
        put_volatility,
    });
    let premium = selection.credit() * units;
    let fees: Decimal =
        [call, put].into_iter().filter_map(|leg| fee(leg, selection.spot, quantity, rates)).sum();
    let margin: Decimal = [call, put]
        .into_iter()
        .map(|leg| leg_margin(&leg.contract, quantity, selection.spot, leg.mark))
        .sum();
    let break_evens = position.break_evens();
    EntryPreview {
        generated_at: now,
        underlying: fields.underlying.as_str().to_owned(),
        spot: number(selection.spot),
        expiry: expires_at,
        entry_at: schedule.entry_at,
        exit_at: schedule.exit_at,
        exit_bound: super::rows::word(&schedule.exit_bound),
        contracts: vec![snapshot::selected(call), snapshot::selected(put)],
        quantity,
        contract_value: number(call.contract.contract_value),
        credit: number(selection.credit()),
        premium: number(premium),
        premium_exact: exact(premium),
        break_even_low: rounded(break_evens.lower),
        break_even_high: rounded(break_evens.upper),
        probability_of_profit: market
            .map(|market| rounded(position.probability_of_profit(&market))),
        max_profit: number(premium),
        greeks: market.map(|market| snapshot::greeks(position.greeks(&market))),
        margin: Some(number(margin)),
        fees: number(fees),
        fees_exact: exact(fees),
        exposure: of_strangle(
            &position,
            Basis::Entry,
            number(selection.spot),
            Some(fields.max_loss_pct),
            None,
        ),
        warnings: warnings(profile, selection, premium, fees),
        near_misses: selection
            .near_misses
            .iter()
            .map(|miss| near_miss(miss, candidates, selection.spot, now))
            .collect(),
    }
}

fn sold(leg: &SelectedLeg) -> SoldOption {
    SoldOption { strike: number(leg.contract.strike), premium: number(leg.mid.unwrap_or(leg.bid)) }
}

fn fee(leg: &SelectedLeg, spot: Decimal, quantity: i64, rates: FeeRates) -> Option<Decimal> {
    match rates.estimate(&leg.contract, Some(spot), leg.bid, quantity, Role::Taker) {
        Ok(Estimate::Known(fee)) => Some(fee),
        Ok(Estimate::Unknown) | Err(_) => None,
    }
}

fn warnings(
    profile: &Profile,
    selection: &Selection,
    premium: Decimal,
    fees: Decimal,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |code: &str, message: String| {
        warnings.push(Warning { code: code.to_owned(), message });
    };
    // Entry and exit both cost; the exit about the same as the entry.
    if premium > Decimal::ZERO && fees * Decimal::TWO > premium / Decimal::TEN {
        warn("fees_high", "entry and exit fees take more than a tenth of the premium".to_owned());
    }
    for leg in [&selection.call, &selection.put] {
        if leg.spread_pct.is_some_and(|spread| spread > Decimal::from(20)) {
            warn("spread_wide", format!("{} trades with a spread above 20 %", leg.contract.symbol));
        }
        if leg.delta_computed {
            warn(
                "delta_computed",
                format!("the exchange shows no fresh greeks of {}", leg.contract.symbol),
            );
        }
    }
    if selection.expiry != selection.target_expiry {
        warn(
            "expiry_slipped",
            format!("{} is not listed; {} is taken", selection.target_expiry, selection.expiry),
        );
    }
    if profile.fields().max_loss_pct > 100.0 {
        warn("loss_limit_wide", "the loss limit is more than the premium collected".to_owned());
    }
    warnings
}

fn near_miss(
    miss: &Missed,
    candidates: &[Candidate],
    spot: Decimal,
    now: DateTime<Utc>,
) -> NearMiss {
    let candidate = candidates.iter().find(|one| one.contract.symbol == miss.symbol);
    NearMiss {
        symbol: miss.symbol.as_str().to_owned(),
        reason: super::rows::word(&miss.reason),
        delta: candidate
            .and_then(|candidate| delta_of(candidate, number(spot), now))
            .map(|(delta, _)| rounded(delta)),
        mid: candidate.and_then(|candidate| candidate.quote.mid()).map(number),
    }
}

fn chain_option(candidate: &Candidate, now: DateTime<Utc>) -> ChainOption {
    let quote = &candidate.quote;
    ChainOption {
        symbol: candidate.contract.symbol.as_str().to_owned(),
        product_id: candidate.contract.product_id.0,
        bid: quote.bid.map(|level| number(level.price)),
        ask: quote.ask.map(|level| number(level.price)),
        bid_size: quote.bid.map(|level| number(Decimal::from(level.size))),
        ask_size: quote.ask.map(|level| number(Decimal::from(level.size))),
        mark: Some(number(quote.mark)),
        iv: quote.mark_iv.map(rounded),
        open_interest: Some(number(candidate.open_interest)),
        greeks: quote.greeks.map(snapshot::greeks),
        quote_age_ms: Some(quote.age(now).num_milliseconds()),
        operational: candidate.status == TradingStatus::Operational,
    }
}

fn no_market(error: &ReadError) -> Refusal {
    Refusal::new("no_market_data", format!("the exchange does not show its market: {error}"))
}
