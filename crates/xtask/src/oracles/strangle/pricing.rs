//! Prices, greeks and implied volatilities.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use strangle_engine::pricing::{self, Terms, YEAR_SECONDS};

use super::inputs::{Inputs, Refusal, missing};

pub(super) fn answer(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    if inputs.float(&["rate", "r"])?.is_some_and(|rate| rate != 0.0) {
        return Err(Refusal::new("rate_not_zero", "the model has no interest"));
    }
    let mut terms = terms(inputs)?;
    terms.volatility = inputs.needed_float(&["vol", "volatility", "sigma", "iv", "mark_vol"])?;

    let value = terms.valuation();
    let greeks = value.greeks;
    Ok(json!({
        "years": terms.years, "price": value.price,
        "delta": greeks.delta, "gamma": greeks.gamma, "vega": greeks.vega, "theta": greeks.theta,
        "rho": greeks.rho,
    }))
}

pub(super) fn implied_volatility(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let terms = terms(inputs)?;
    let price = inputs.needed_float(&["price", "premium", "mid"])?;
    pricing::implied_volatility(&terms, price)
        .map(|found| json!({ "iv": found, "vol": found, "implied_vol": found }))
        .map_err(|error| Refusal::new(error.code(), error))
}

fn terms(inputs: Inputs<'_>) -> Result<Terms, Refusal> {
    Ok(Terms {
        kind: inputs.kind()?,
        spot: inputs.needed_float(&["spot", "forward", "underlying_price", "index"])?,
        strike: inputs.needed_float(&["strike", "strike_price"])?,
        years: years(inputs)?,
        volatility: 0.0,
    })
}

/// Returns the time to expiry, however it is given.
pub(super) fn years(inputs: Inputs<'_>) -> Result<f64, Refusal> {
    if let Some(years) = inputs.float(&["years", "t"])? {
        return Ok(years);
    }
    if let Some(seconds) = inputs.float(&["seconds_to_expiry", "seconds"])? {
        return Ok(seconds / YEAR_SECONDS);
    }
    let expiry = inputs.needed_instant(&["expiry", "expires_at", "expiry_date"])?;
    let as_of = match inputs.integer(&["as_of_us", "timestamp_us", "timestamp"])? {
        Some(micros) => DateTime::<Utc>::from_timestamp_micros(micros),
        None => inputs.instant(&["as_of", "now"])?,
    };
    let as_of = as_of.ok_or_else(|| missing(&["as_of_us", "seconds_to_expiry"]))?;
    Ok(pricing::years_between(as_of, expiry))
}
