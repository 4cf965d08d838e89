//! Which strikes are sold.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use strangle_engine::instrument::{
    Contract, ParsedSymbol, ProductId, ProductKind, Symbol, TradingStatus, Underlying, expires_at,
};
use strangle_engine::pricing::Greeks;
use strangle_engine::profile::{DeltaPick, PriceFallback, PriceRange, StrikeMode};
use strangle_engine::quote::{Level, Quote, Source};
use strangle_engine::selection::{Candidate, Criteria, select};

use super::inputs::{Inputs, Refusal, decimal_of, missing};

pub(super) fn answer(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let config = inputs.inner(&["config", "profile"]).unwrap_or(inputs);
    let criteria = criteria(config)?;
    let earlier = expires_at(criteria.target_expiry) - TimeDelta::hours(24);
    let now = inputs.instant(&["now", "as_of"])?.unwrap_or(earlier);
    let spot = inputs.needed_decimal(&["spot", "index"])?;
    let mut candidates = Vec::new();
    for ticker in inputs.list(&["tickers", "chain"]).unwrap_or_default() {
        candidates.extend(candidate(Inputs(ticker), now)?);
    }

    match select(&criteria, spot, now, &candidates) {
        Ok(selection) => Ok(json!({
            "call": selection.call.contract.symbol, "put": selection.put.contract.symbol,
            "expiry": selection.expiry,
            "ce_distance_pct": selection.call.distance_pct,
            "pe_distance_pct": selection.put.distance_pct,
            "ce_delta": selection.call.delta, "pe_delta": selection.put.delta,
            "ce_mid": selection.call.mid, "pe_mid": selection.put.mid,
            "credit": selection.credit(),
        })),
        Err(error) => Ok(json!({ "error": error.code(), "leg": error.leg(), "status": 422 })),
    }
}

fn criteria(config: Inputs<'_>) -> Result<Criteria, Refusal> {
    let underlying: Underlying = config
        .text(&["underlying"])
        .unwrap_or_else(|| "BTC".to_owned())
        .parse()
        .map_err(|error| Refusal::new("unknown_underlying", error))?;
    let mode = match config.text(&["mode", "strike_selection_mode"]).as_deref() {
        None | Some("delta") => StrikeMode::Delta,
        Some("price") => StrikeMode::Price,
        Some(other) => return Err(Refusal::new("unknown_mode", other)),
    };
    let delta_pick = match config.text(&["delta_pick"]).as_deref() {
        Some("nearest_center") => DeltaPick::NearestCenter,
        _ => DeltaPick::Highest,
    };
    let price_fallback = match config.text(&["price_fallback"]).as_deref() {
        Some("nearest") => PriceFallback::Nearest,
        _ => PriceFallback::Strict,
    };
    let slip = config.integer(&["max_expiry_slip_days"])?.unwrap_or(1);
    let seconds = config.integer(&["stale_quote_seconds"])?.unwrap_or(15);
    let target = config.date(&["target_expiry", "expiry", "expiry_date"])?;
    Ok(Criteria {
        underlying,
        mode,
        delta_low: config.float(&["delta_range_low", "delta_low"])?.unwrap_or(0.10),
        delta_high: config.float(&["delta_range_high", "delta_high"])?.unwrap_or(0.15),
        delta_pick,
        call_range: range(config, "call")?,
        put_range: range(config, "put")?,
        price_fallback,
        require_otm: config.flag(&["otm_required", "require_otm"]).unwrap_or(true),
        quantity: config.integer(&["quantity"])?.unwrap_or(1),
        max_spread_pct: config.float(&["max_spread_pct"])?.unwrap_or(40.0),
        require_bid_size: config.flag(&["require_bid_size"]).unwrap_or(false),
        stale_after: TimeDelta::seconds(seconds),
        contract_size: config.decimal(&["contract_size"])?,
        target_expiry: target.ok_or_else(|| missing(&["target_expiry"]))?,
        slip_days: u32::try_from(slip).ok(),
        foreign: Vec::new(),
    })
}

fn range(config: Inputs<'_>, leg: &str) -> Result<Option<PriceRange>, Refusal> {
    let own = [format!("{leg}_price_range"), format!("{leg}_range")];
    let bounds = config.list(&[&own[0], &own[1]]).unwrap_or_default();
    if let [low, high] = bounds {
        return Ok(decimal_of(low)
            .zip(decimal_of(high))
            .map(|(low, high)| PriceRange { low, high }));
    }
    let low = config.decimal(&[&format!("{leg}_option_price_min"), &format!("{leg}_price_min")])?;
    let high =
        config.decimal(&[&format!("{leg}_option_price_max"), &format!("{leg}_price_max")])?;
    Ok(low.zip(high).map(|(low, high)| PriceRange { low, high }))
}

/// Reads a ticker; one that is no option of ours gives nothing.
fn candidate(ticker: Inputs<'_>, now: DateTime<Utc>) -> Result<Option<Candidate>, Refusal> {
    let text = ticker.needed_text(&["symbol"])?;
    let Ok(parsed) = ParsedSymbol::parse(&text) else { return Ok(None) };
    let ProductKind::Option { kind, strike, expiry } = parsed.product else { return Ok(None) };
    let asset = ticker.text(&["underlying_asset_symbol"]);
    let asset = asset.as_deref().unwrap_or(parsed.asset);
    let Ok(underlying) = asset.parse::<Underlying>() else { return Ok(None) };
    let symbol = Symbol::new(&text).map_err(|error| Refusal::new("invalid_symbol", error))?;
    let contract = Contract {
        symbol,
        product_id: ProductId(ticker.needed_integer(&["product_id", "id"])?),
        underlying,
        kind,
        strike: ticker.decimal(&["strike_price", "strike"])?.unwrap_or(strike),
        expiry: ticker.date(&["expiry"])?.unwrap_or(expiry),
        contract_value: ticker.decimal(&["contract_value"])?.unwrap_or_else(|| Decimal::new(1, 3)),
        tick_size: ticker.decimal(&["tick_size"])?.unwrap_or_else(|| Decimal::new(1, 1)),
        position_size_limit: ticker.integer(&["position_size_limit"])?,
        taker_rate: None,
        maker_rate: None,
        margin: None,
    };
    let status = ticker.text(&["product_trading_status", "trading_status"]);
    let status = status.map_or(TradingStatus::Operational, |word| TradingStatus::of(&word));
    Ok(Some(Candidate {
        contract,
        quote: quote(ticker, now)?,
        open_interest: ticker.decimal(&["oi_contracts", "open_interest"])?.unwrap_or_default(),
        status,
    }))
}

fn quote(ticker: Inputs<'_>, now: DateTime<Utc>) -> Result<Quote, Refusal> {
    let quotes = ticker.inner(&["quotes"]).unwrap_or(ticker);
    let level = |price: &str, size: &str| {
        let size = quotes.integer(&[size])?.unwrap_or(0);
        Ok::<_, Refusal>(quotes.decimal(&[price])?.map(|price| Level { price, size }))
    };
    let age = ticker.float(&["quote_age_seconds", "age_seconds"])?.unwrap_or(0.0);
    let micros = format!("{:.0}", age * 1e6).parse().unwrap_or(0);
    let exchange_at = now - TimeDelta::microseconds(micros);
    let delta = ticker.inner(&["greeks"]).map(|greeks| greeks.float(&["delta"])).transpose()?;
    let greeks = delta.flatten().map(|delta| Greeks { delta, ..Greeks::default() });
    Ok(Quote {
        bid: level("best_bid", "bid_size")?,
        ask: level("best_ask", "ask_size")?,
        mark: ticker.decimal(&["mark_price"])?.unwrap_or_default(),
        last: None,
        mark_iv: quotes.float(&["mark_iv"])?.or(ticker.float(&["mark_vol"])?),
        greeks,
        band: None,
        exchange_at,
        received_at: exchange_at,
        source: Source::Stream,
    })
}
