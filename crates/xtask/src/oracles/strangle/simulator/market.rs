//! Randomness, the index, volatility and settlement.

use std::collections::VecDeque;

use delta_sim::rng::Stream;
use delta_sim::{
    Config, Control, Diffusion, Exchange, Micros, RecordedTick, Smile, Underlying,
    settling_underlying,
};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use strangle_engine::pricing::Terms;

use crate::oracles::strangle::inputs::{Inputs, Refusal};
use crate::oracles::strangle::pricing::years;

/// Draws as many as the cases print.
const DRAWS: u64 = 16;

/// Answers with the first draws of a stream, as many as a case may look at.
pub(super) fn stream(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let stream = Stream::new(seed(inputs)?, &inputs.needed_text(&["stream"])?);
    let count = inputs.integer(&["count", "draws", "n"])?.and_then(|count| count.try_into().ok());
    let draws = 0..count.unwrap_or(4).min(DRAWS * 64);
    let words: Vec<String> = draws.clone().map(|n| stream.word(n).to_string()).collect();
    let units: Vec<f64> = draws.clone().map(|n| stream.unit(n)).collect();
    let normals: Vec<f64> = draws.map(|n| stream.normal(n)).collect();
    Ok(json!({ "u64": words, "unit": units, "normal": normals }))
}

fn seed(inputs: Inputs<'_>) -> Result<u64, Refusal> {
    let text = inputs.text(&["seed"]).unwrap_or_else(|| "42".to_owned());
    text.parse().map_err(|error| Refusal::new("invalid_seed", error))
}

pub(super) fn path(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let diffusion = Diffusion {
        drift: inputs.float(&["mu", "drift"])?.unwrap_or(0.0),
        volatility: inputs.needed_float(&["sigma", "vol"])?,
        jump_rate: inputs.float(&["jump_rate", "lambda"])?.unwrap_or(0.0),
        jump_mean: inputs.float(&["jump_mean", "mu_j"])?.unwrap_or(0.0),
        jump_deviation: inputs.float(&["jump_sigma", "jump_std", "sigma_j"])?.unwrap_or(0.0),
    };
    let asset = inputs.text(&["underlying", "asset"]).unwrap_or_else(|| "BTC".to_owned());
    let steps = inputs.needed_integer(&["steps"])?;
    let steps = usize::try_from(steps).map_err(|_| Refusal::new("out_of_range", steps))?;
    let seconds = inputs.float(&["step_seconds", "dt_seconds"])?.unwrap_or(1.0);
    let start = inputs.needed_float(&["s0", "start"])?;
    let path = diffusion.path(seed(inputs)?, &asset, start, seconds, steps);
    let last = path.last().copied();
    Ok(json!({ "path": path, "last": last, "final": last }))
}

pub(super) fn smile(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let smile = Smile {
        atm: inputs.needed_float(&["atm"])?,
        skew: inputs.float(&["skew"])?.unwrap_or(0.0),
        curvature: inputs.float(&["curv", "curvature"])?.unwrap_or(0.0),
    };
    let forward = inputs.needed_float(&["forward", "spot"])?;
    let strike = inputs.needed_float(&["strike"])?;
    let years = years(inputs)?;
    let volatility = smile.at(forward, strike, years);
    let mut answer = json!({ "iv": volatility });
    if inputs.has(&["kind"]) {
        let terms = Terms { kind: inputs.kind()?, spot: forward, strike, years, volatility };
        let value = terms.valuation();
        answer["mark"] = json!(value.price);
        answer["delta"] = json!(value.greeks.delta);
    }
    Ok(answer)
}

pub(super) fn settling(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let mean = inputs.needed_float(&["running_average", "mean", "twap_so_far"])?;
    let index = inputs.needed_float(&["index", "spot"])?;
    let passed = match inputs.float(&["minutes_elapsed", "minutes_passed"])? {
        Some(minutes) => minutes / 30.0,
        None => inputs.needed_float(&["w", "weight", "passed"])?,
    };
    let underlying = settling_underlying(mean, index, passed);
    Ok(json!({ "underlying": underlying, "price": underlying }))
}

/// Lets an exchange live through the half hour before an expiry in which the index is as given, and
/// answers with what a call pays more than its strike lies below.
pub(super) fn settlement(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    /// 2026-01-15, 11:30 UTC.
    const OPENS: Micros = Micros::seconds(1_768_476_600);
    const HALF_HOUR: i64 = 1_800;

    let mut prices = Vec::new();
    for sample in inputs.list(&["samples"]).unwrap_or_default() {
        let sample = Inputs(sample);
        let seconds = match sample.float(&["minutes"])? {
            Some(minutes) => minutes * 60.0,
            None => sample.float(&["seconds"])?.unwrap_or(60.0),
        };
        let price = sample.needed_decimal(&["price"])?;
        let count = format!("{seconds:.0}").parse().unwrap_or(0);
        prices.extend(std::iter::repeat_n(price, count));
    }
    let length = i64::try_from(prices.len()).unwrap_or(i64::MAX);
    let mut ticks: VecDeque<RecordedTick> = VecDeque::new();
    for (second, price) in (HALF_HOUR - length + 1..).zip(&prices) {
        ticks.push_back(RecordedTick { at: OPENS + Micros::seconds(second), price: *price });
    }

    let refuse = |error: &dyn std::fmt::Display| Refusal::new("simulator", error);
    // What lies before the last half hour is lived through as well.
    let early = Micros::seconds((length - HALF_HOUR).max(0) + 60);
    let config = Config { start: OPENS - early, ..Config::default() };
    let mut exchange = Exchange::new(config).map_err(|error| refuse(&error))?;
    let record = Control::Recorded { underlying: Underlying::Btc, ticks: ticks.into() };
    exchange.control(OPENS - early, record).map_err(|error| refuse(&error))?;
    let expiring = exchange.products().find(|product| {
        product.expiry == OPENS + Micros::seconds(HALF_HOUR)
            && product.underlying == Underlying::Btc
            && product.kind == delta_sim::OptionKind::Call
            && prices.iter().all(|price| *price > Decimal::from(product.strike))
    });
    let expiring = expiring.map(|product| (product.id, product.strike));
    let (id, strike) = expiring.ok_or_else(|| refuse(&"no call is in the money"))?;

    exchange.advance(OPENS + Micros::seconds(HALF_HOUR + 1));
    let product = exchange.product(id).ok_or_else(|| refuse(&"the product is gone"))?;
    let payoff = product.settlement_price.ok_or_else(|| refuse(&"it was not settled"))?;
    let twap = Decimal::from(strike) + payoff;
    Ok(json!({ "twap": twap, "settlement_price": twap }))
}
