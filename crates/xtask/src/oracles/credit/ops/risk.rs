//! Operations on samples, distributions and correlations.

use credit_engine::risk::correlation::{Correlation, CorrelationError, from_pairs, nearest};
use credit_engine::risk::portfolio::{Exposure, Horizon, losses};
use credit_engine::risk::sample::{downside_deviation, percentile, sorted, summary};
use credit_engine::risk::tail::{capital, order_statistics, quantile_interval, tail};
use credit_engine::risk::vasicek::{Exposure as Regulated, LargePool};
use credit_engine::speeds::roll_rates::RollRates;
use serde_json::{Map, Value, json};

use super::Request;
use crate::oracles::credit::fields::{Fields, Refusal};

/// Value at risk, shortfall and moments of a sample of results or losses.
pub(super) fn var_es(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let given = inputs.get(&["losses", "loss_sample"]).is_some();
    let sample =
        inputs.numbers(&["pnl", "losses", "loss_sample", "values", "sample", "returns"])?;
    let lost: Vec<f64> =
        if given { sample.clone() } else { sample.iter().map(|value| -value).collect() };
    let rising = sorted(&lost);
    let confidence = inputs.number_or(&["confidence", "ci_confidence", "ci_level"], 0.95)?;
    let levels = match inputs.get(&["levels", "level", "confidence_levels", "probabilities"]) {
        Some(_) => inputs.numbers(&["levels", "level", "confidence_levels", "probabilities"])?,
        None => vec![0.95, 0.99],
    };
    let (mut var, mut shortfall, mut economic) = (Vec::new(), Vec::new(), Vec::new());
    let (mut intervals, mut ranks) = (Vec::new(), Vec::new());
    for level in levels.iter().copied() {
        let found = tail(&rising, level).ok_or_else(empty)?;
        let need = capital(&lost, level).ok_or_else(empty)?;
        var.push(found.value_at_risk);
        shortfall.push(found.expected_shortfall);
        economic.push(need.economic_capital);
        intervals.push(quantile_interval(&rising, level, confidence));
        ranks.push(order_statistics(rising.len(), level, confidence));
    }
    let shape = summary(&sample).ok_or_else(empty)?;
    let need = capital(&lost, 0.99).ok_or_else(empty)?;
    let mut answer = moments(&shape, &sample);
    answer.extend(object(json!({
        "var": var, "value_at_risk": var,
        "expected_shortfall": shortfall, "es": shortfall, "cvar": shortfall,
        "economic_capital": economic,
        "expected_loss": need.expected_loss, "el": need.expected_loss,
        "unexpected_loss": need.unexpected_loss, "ul": need.unexpected_loss,
        "confidence_intervals": intervals, "var_confidence_interval": intervals.first(),
        "confidence_interval": intervals.first(), "ci": intervals.first(),
        "order_statistics": ranks, "ranks": ranks.first(),
        "lower": intervals.first().and_then(|ends| ends.map(|[low, _]| low)),
        "upper": intervals.first().and_then(|ends| ends.map(|[_, high]| high)),
    })));
    Ok(Value::Object(answer))
}

/// Percentiles and moments of a sample.
pub(super) fn statistics(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let sample = inputs.numbers(&["values", "sample", "pnl", "losses", "data"])?;
    let rising = sorted(&sample);
    let shape = summary(&sample).ok_or_else(empty)?;
    let mut answer = moments(&shape, &sample);
    let names = ["percentiles", "levels", "probabilities", "quantiles", "p", "q"];
    if inputs.get(&names).is_some() {
        let levels = inputs.numbers(&names)?;
        let per_cent = levels.iter().any(|level| *level > 1.0);
        let fraction = |level: &f64| if per_cent { level / 100.0 } else { *level };
        let found: Vec<Option<f64>> =
            levels.iter().map(|level| percentile(&rising, fraction(level))).collect();
        for name in ["percentiles", "quantiles", "values"] {
            answer.insert(name.to_owned(), json!(found));
        }
    }
    Ok(Value::Object(answer))
}

fn moments(shape: &credit_engine::risk::sample::Summary, sample: &[f64]) -> Map<String, Value> {
    object(json!({
        "count": shape.count, "mean": shape.mean, "median": shape.median,
        "std_sample": shape.standard_deviation, "std": shape.standard_deviation,
        "standard_deviation": shape.standard_deviation,
        "min": shape.min, "max": shape.max,
        "skewness_g1": shape.skewness, "skewness": shape.skewness,
        "excess_kurtosis_g2": shape.excess_kurtosis, "excess_kurtosis": shape.excess_kurtosis,
        "standard_error": shape.standard_error,
        "batch_standard_error": shape.batch_standard_error, "converged": shape.converged,
        "downside_deviation_mar0": downside_deviation(sample, 0.0),
        "downside_deviation": downside_deviation(sample, 0.0),
    }))
}

fn large_pool(inputs: Fields<'_>) -> Result<LargePool, Refusal> {
    Ok(LargePool {
        pd: inputs.number(&["pd", "default_probability"])?,
        asset_correlation: inputs.number(&["asset_correlation", "rho", "correlation"])?,
        lgd: inputs.number_or(&["lgd", "loss_given_default"], 1.0)?,
    })
}

/// Quantiles of a large pool.
pub(super) fn vasicek(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let pool = large_pool(inputs)?;
    let levels = inputs.numbers(&["quantiles", "levels", "quantile", "level"])?;
    let rates: Vec<f64> = levels.iter().map(|level| pool.default_rate_quantile(*level)).collect();
    let lost: Vec<f64> = levels.iter().map(|level| pool.loss_quantile(*level)).collect();
    let expected = pool.pd * pool.lgd;
    let economic: Vec<f64> = lost.iter().map(|loss| loss - expected).collect();
    Ok(json!({
        "default_rate_quantiles": rates, "default_rates": rates,
        "loss_quantiles": lost, "losses": lost, "var": lost,
        "expected_loss": expected, "economic_capital": economic, "unexpected_loss": economic,
    }))
}

/// Expected losses of tranches of a large pool.
pub(super) fn tranche_expected_loss(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let pool = large_pool(inputs)?;
    let of = |tranche: Fields<'_>| -> Result<f64, Refusal> {
        let attachment = tranche.number(&["attachment", "attach", "lower", "a"])?;
        let detachment = tranche.number(&["detachment", "detach", "upper", "d"])?;
        if detachment <= attachment {
            return Err(Refusal::new("bad_tranche", "the detachment is not above the attachment"));
        }
        Ok(pool.tranche_expected_loss(attachment, detachment))
    };
    let found = match inputs.get(&["tranches"]) {
        Some(_) => {
            let tranches = inputs.list(&["tranches"])?;
            tranches.iter().map(|tranche| pair_or_object(tranche, of)).collect::<Result<_, _>>()?
        }
        None => vec![of(inputs)?],
    };
    let found: Vec<f64> = found;
    Ok(json!({
        "expected_loss": found, "tranche_expected_loss": found, "expected_losses": found,
        "tranches": found, "portfolio_expected_loss": pool.pd * pool.lgd,
        "pool_expected_loss": pool.pd * pool.lgd,
    }))
}

fn pair_or_object(
    tranche: &Value,
    of: impl Fn(Fields<'_>) -> Result<f64, Refusal>,
) -> Result<f64, Refusal> {
    match tranche.as_array().map(Vec::as_slice) {
        Some([low, high]) => of(Fields(&json!({ "attachment": low, "detachment": high }))),
        _ => of(Fields(tranche)),
    }
}

/// Regulatory capital.
pub(super) fn irb_capital(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let (mut k, mut weights, mut correlations) = (Vec::new(), Vec::new(), Vec::new());
    let cases = inputs.get(&["cases", "exposures"]).and_then(Value::as_array);
    let single = [inputs.0.clone()];
    for case in cases.map_or(single.as_slice(), Vec::as_slice) {
        let case = Fields(case);
        let class = ["exposure_class", "asset_class", "exposure", "class", "exposure_type"];
        let class = match case.text(&class).unwrap_or("corporate") {
            "corporate" | "bank" | "sovereign" => Regulated::Corporate,
            "residential_mortgage" | "mortgage" | "retail_mortgage" => {
                Regulated::ResidentialMortgage
            }
            "qualifying_revolving" | "revolving" | "qrre" | "retail_revolving" => {
                Regulated::QualifyingRevolving
            }
            "other_retail" | "retail" | "retail_other" => Regulated::OtherRetail,
            other => return Err(Refusal::new("unknown_class", other)),
        };
        let pd = case.number(&["pd"])?;
        let lgd = case.number(&["lgd"])?;
        let years = case.number_or(&["maturity", "maturity_years", "m"], 2.5)?;
        let capital = class.capital(pd, lgd, years);
        k.push(capital);
        weights.push(12.5 * capital);
        correlations.push(class.correlation(pd));
    }
    let one_or_all = |values: &[f64]| match (values, cases) {
        ([single], None) => json!(single),
        _ => json!(values),
    };
    Ok(json!({
        "k": one_or_all(&k), "capital": one_or_all(&k), "capital_requirement": one_or_all(&k),
        "risk_weight": one_or_all(&weights), "correlation": one_or_all(&correlations),
        "asset_correlation": one_or_all(&correlations), "r": one_or_all(&correlations),
    }))
}

fn matrix(inputs: Fields<'_>) -> Result<Vec<Vec<f64>>, Refusal> {
    if let Some(pairs) = inputs.get(&["pairs", "correlations"]).and_then(Value::as_object) {
        let names = inputs.list(&["order", "names", "variables"])?;
        let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
        let pairs = pairs.iter().filter_map(|(pair, value)| Some((pair.as_str(), value.as_f64()?)));
        return from_pairs(&names, pairs).map_err(|error| refusal(&error));
    }
    let mut rows = Vec::new();
    for row in
        inputs.list(&["matrix", "correlation_matrix", "monthly_matrix", "transition_matrix"])?
    {
        let holder = json!({ "row": row });
        rows.push(Fields(&holder).numbers(&["row"])?);
    }
    Ok(rows)
}

fn refusal(error: &CorrelationError) -> Refusal {
    let code = match error {
        CorrelationError::Impossible(_) => "not_positive_semidefinite",
        CorrelationError::Symmetry { .. } => "not_symmetric",
        _ => "bad_matrix",
    };
    Refusal::new(code, error)
}

/// The lower triangular factor.
pub(super) fn cholesky(request: &Request<'_>) -> Result<Value, Refusal> {
    let matrix = matrix(request.inputs)?;
    let found = Correlation::new(matrix).map_err(|error| refusal(&error))?;
    let lower = found.cholesky();
    Ok(json!({
        "lower": lower, "cholesky": lower, "l": lower,
        "min_eigenvalue": found.smallest_eigenvalue(), "positive_semidefinite": true,
        "is_psd": true,
    }))
}

/// The nearest correlation matrix.
pub(super) fn nearest_correlation(request: &Request<'_>) -> Result<Value, Refusal> {
    let matrix = matrix(request.inputs)?;
    let before = match Correlation::new(matrix.clone()) {
        Ok(possible) => possible.smallest_eigenvalue(),
        Err(CorrelationError::Impossible(value)) => value,
        Err(error) => return Err(refusal(&error)),
    };
    let found = nearest(&matrix).map_err(|error| refusal(&error))?;
    let rows = found.correlation.rows();
    Ok(json!({
        "matrix": rows, "nearest": rows, "nearest_correlation": rows, "repaired": rows,
        "result": rows, "correlation": rows,
        "distance": found.distance, "frobenius_distance": found.distance,
        "frobenius_norm": found.distance,
        "min_eigenvalue": found.correlation.smallest_eigenvalue(),
        "min_eigenvalue_before": before, "input_min_eigenvalue": before,
        "is_psd": before >= -1e-10, "lower": found.correlation.cholesky(),
    }))
}

/// Powers of a transition matrix.
pub(super) fn transition_matrix(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let rows = matrix(inputs)?;
    let months = inputs.month_count(&["months", "periods", "steps", "horizon", "years"])?;
    let rates = RollRates::new(rows).map_err(|error| Refusal::new("bad_matrix", error))?;
    let after = |start: &[f64]| {
        let path = rates.project(start, months);
        path.map(|path| path.last().cloned().unwrap_or_else(|| start.to_vec()))
            .map_err(|error| Refusal::new("bad_start", error))
    };
    let mut power = Vec::new();
    for state in 0..rates.buckets() {
        let start: Vec<f64> =
            (0..rates.buckets()).map(|other| if other == state { 1.0 } else { 0.0 }).collect();
        power.push(after(&start)?);
    }
    let defaulted: Vec<Option<f64>> = power.iter().map(|row| row.last().copied()).collect();
    let mut answer = object(json!({
        "power": power, "matrix": power, "matrix_power": power, "pd_by_state": defaulted,
        "cumulative_pd": defaulted, "cumulative_default": defaulted, "pd": defaulted,
    }));
    answer.insert(format!("pd_{months}m_by_state"), json!(defaulted));
    if inputs.get(&["start", "initial"]).is_some() {
        let distribution = after(&inputs.numbers(&["start", "initial"])?)?;
        answer.insert("defaulted".to_owned(), json!(distribution.last()));
        answer.insert("distribution".to_owned(), json!(distribution));
        answer.insert("final".to_owned(), json!(distribution));
    }
    Ok(Value::Object(answer))
}

/// Losses of like loans, simulated.
pub(super) fn portfolio(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let pool = large_pool(inputs)?;
    let count = inputs.count_or(&["loans", "n_loans", "count"], 500)?;
    let paths = u64::from(inputs.count_or(&["paths", "simulations", "n_paths"], 20_000)?);
    let seed = u64::from(inputs.count_or(&["seed"], 1)?);
    let loan = Exposure {
        balance: 1.0 / f64::from(count.max(1)),
        annual_pd: pool.pd,
        lgd: pool.lgd,
        loadings: vec![pool.asset_correlation.sqrt()],
        lgd_sensitivity: 0.0,
    };
    let horizon = Horizon { seed, years: inputs.number_or(&["years", "horizon_years"], 1.0)? };
    let found = losses(&vec![loan; count as usize], horizon, 0..paths);
    let lost: Vec<f64> = found.iter().map(|path| path.loss).collect();
    let rising = sorted(&lost);
    let shape = summary(&lost).ok_or_else(empty)?;
    let levels = match inputs.get(&["quantiles", "levels"]) {
        Some(_) => inputs.numbers(&["quantiles", "levels"])?,
        None => vec![0.5, 0.9, 0.99],
    };
    let quantiles: Vec<Option<f64>> =
        levels.iter().map(|level| percentile(&rising, *level)).collect();
    Ok(json!({
        "expected_loss": shape.mean, "mean": shape.mean, "std": shape.standard_deviation,
        "loss_quantiles": quantiles, "var": quantiles, "standard_error": shape.standard_error,
    }))
}

fn empty() -> Refusal {
    Refusal::new("empty_sample", "there is no value")
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
