//! What the simulated exchange does.

mod market;
mod matching;
mod rest;

use serde_json::{Value, json};

use super::inputs::{Inputs, Refusal};

pub(super) fn answer(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    if inputs.has(&["stream"]) {
        return market::stream(inputs);
    }
    if inputs.has(&["s0", "steps"]) {
        return market::path(inputs);
    }
    if inputs.has(&["atm"]) {
        return market::smile(inputs);
    }
    if inputs.has(&["samples"]) {
        return market::settlement(inputs);
    }
    if inputs.has(&["running_average", "mean", "twap_so_far"]) {
        return market::settling(inputs);
    }
    if inputs.has(&["calls"]) {
        return rest::quota(inputs);
    }
    if inputs.has(&["script"]) {
        return rest::script(inputs);
    }
    if inputs.has(&["asks", "bids", "book"]) {
        return matching::order(inputs);
    }
    if inputs.has(&["probability", "p"]) {
        let quantile = delta_sim::normal_quantile(inputs.needed_float(&["probability", "p"])?);
        return Ok(json!({ "normal": quantile, "quantile": quantile }));
    }
    Err(Refusal::unknown_kind(inputs))
}
