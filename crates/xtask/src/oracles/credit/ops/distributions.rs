//! Operations on distributions of single variables.

use credit_engine::risk::distribution::Distribution;
use serde_json::{Value, json};

use super::Request;
use crate::oracles::credit::fields::{Fields, Refusal};

/// Quantiles and moments of distributions.
pub(super) fn distributions(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let cases = inputs.get(&["distributions", "cases", "variables"]).and_then(Value::as_array);
    let single = [inputs.0.clone()];
    let shared = inputs.get(&["probabilities", "quantiles", "levels", "u"]);
    let mut found = Vec::new();
    for case in cases.map_or(single.as_slice(), Vec::as_slice) {
        let fields = Fields(case);
        let distribution = read_distribution(fields)?;
        let own = fields.get(&["quantiles", "levels", "u"]).or(shared);
        let holder = json!({ "levels": own });
        let levels = match own {
            Some(_) => Fields(&holder).numbers(&["levels"])?,
            None => Vec::new(),
        };
        let quantiles: Vec<f64> = levels.iter().map(|p| distribution.quantile(*p)).collect();
        found.push(json!({
            "mean": distribution.mean(), "std": distribution.standard_deviation(),
            "standard_deviation": distribution.standard_deviation(),
            "variance": distribution.standard_deviation().powi(2),
            "quantiles": quantiles, "values": quantiles,
        }));
    }
    let column = |name: &str| -> Vec<&Value> { found.iter().map(|one| &one[name]).collect() };
    match (found.as_slice(), cases) {
        ([single], None) => Ok(single.clone()),
        _ => Ok(json!({
            "results": found, "distributions": found, "quantiles": column("quantiles"),
            "mean": column("mean"), "std": column("std"),
        })),
    }
}

fn read_distribution(fields: Fields<'_>) -> Result<Distribution, Refusal> {
    let name = fields.text(&["type", "distribution", "name"]).unwrap_or_default();
    let inner = fields.get(&["parameters", "params"]).map_or(fields, Fields);
    let number = |names: &[&str]| inner.number(names);
    let sd = ["standard_deviation", "std", "std_dev", "sd", "sigma"];
    let distribution = match name.to_lowercase().as_str() {
        "normal" => Distribution::Normal {
            mean: number(&["mean", "mu"])?,
            standard_deviation: number(&sd)?,
        },
        "lognormal" => Distribution::Lognormal {
            log_mean: number(&["log_mean", "mu", "mean_log", "mean"])?,
            log_standard_deviation: number(&[
                "log_standard_deviation",
                "log_sd",
                "log_std",
                "sigma",
                "std",
            ])?,
        },
        "uniform" => Distribution::Uniform {
            min: number(&["min", "low", "a"])?,
            max: number(&["max", "high", "b"])?,
        },
        "triangular" => Distribution::Triangular {
            min: number(&["min", "low", "a"])?,
            mode: number(&["mode", "c", "peak"])?,
            max: number(&["max", "high", "b"])?,
        },
        "beta" => Distribution::Beta {
            alpha: number(&["alpha", "a"])?,
            beta: number(&["beta", "b"])?,
            min: inner.number_or(&["min", "low"], 0.0)?,
            max: inner.number_or(&["max", "high"], 1.0)?,
        },
        "exponential" => Distribution::Exponential {
            rate: match inner.optional(&["rate", "lambda"])? {
                Some(rate) => rate,
                None => 1.0 / number(&["mean", "scale"])?,
            },
        },
        "gamma" => Distribution::Gamma {
            shape: number(&["shape", "k", "alpha"])?,
            scale: match inner.optional(&["scale", "theta"])? {
                Some(scale) => scale,
                None => 1.0 / number(&["rate", "beta"])?,
            },
        },
        "discrete" | "custom" => Distribution::Discrete {
            values: inner.numbers(&["values"])?,
            probabilities: inner.numbers(&["probabilities", "weights"])?,
        },
        other => return Err(Refusal::new("unknown_distribution", other)),
    };
    match distribution.violations().first() {
        Some(broken) => {
            Err(Refusal::new(broken.code, format!("{}: {}", broken.path, broken.message)))
        }
        None => Ok(distribution),
    }
}
