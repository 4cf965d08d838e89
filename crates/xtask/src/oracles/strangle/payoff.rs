//! The shape of a strangle.

use serde_json::{Value, json};
use strangle_engine::payoff::{Market, SoldOption, Strangle};
use strangle_engine::pricing::YEAR_SECONDS;

use super::inputs::{Inputs, Refusal, text_of};
use super::pricing::years;

pub(super) fn answer(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let option = |strike: &[&str], premium: &[&str]| {
        Ok::<_, Refusal>(SoldOption {
            strike: inputs.needed_float(strike)?,
            premium: inputs.needed_float(premium)?,
        })
    };
    let quantity = inputs.float(&["quantity", "size"])?.unwrap_or(1.0);
    let strangle = Strangle {
        call: option(&["call_strike", "ce_strike"], &["call_premium", "ce_premium"])?,
        put: option(&["put_strike", "pe_strike"], &["put_premium", "pe_premium"])?,
        units: quantity * inputs.float(&["contract_value", "contract_size"])?.unwrap_or(1.0),
    };

    let break_evens = strangle.break_evens();
    let mut answer = json!({
        "credit": strangle.credit(), "max_profit": strangle.max_profit(), "max_loss": "unbounded",
        "lower_breakeven": break_evens.lower, "upper_breakeven": break_evens.upper,
        "breakevens": [break_evens.lower, break_evens.upper],
    });
    add_levels(&mut answer, inputs, &strangle)?;
    if let Some(spots) = inputs.list(&["spots"]) {
        let mut results = Vec::new();
        for spot in spots {
            let number = text_of(spot).and_then(|text| text.parse::<f64>().ok());
            let spot = number.ok_or_else(|| Refusal::new("not_readable", spot))?;
            results.push(strangle.at_expiry(spot));
        }
        answer["pnl"] = json!(results);
    }
    if let Some(market) = market(inputs)? {
        let probability = strangle.probability_of_profit(&market);
        let greeks = strangle.greeks(&market);
        for name in ["pop", "probability_of_profit", "probability"] {
            answer[name] = json!(probability);
        }
        answer["greeks"] = json!(greeks);
        for (name, value) in [
            ("delta", greeks.delta),
            ("gamma", greeks.gamma),
            ("vega", greeks.vega),
            ("theta", greeks.theta),
            ("pnl_now", strangle.before_expiry(&market)),
        ] {
            answer[name] = json!(value);
        }
    }
    Ok(answer)
}

/// Adds the index levels of the limits that the case names.
fn add_levels(answer: &mut Value, inputs: Inputs<'_>, strangle: &Strangle) -> Result<(), Refusal> {
    for (names, sign, lower, upper) in [
        (
            ["max_loss_pct", "loss_limit_pct"],
            -1.0,
            ["lower_loss_spot", "lower_limit_spot", "lower_limit", "loss_spot_lower", "lower"],
            ["upper_loss_spot", "upper_limit_spot", "upper_limit", "loss_spot_upper", "upper"],
        ),
        (
            ["trailing_level_pct", "level_pct"],
            1.0,
            [
                "lower_trailing_spot",
                "lower_trailing",
                "trailing_lower",
                "trailing_spot_lower",
                "lower_level",
            ],
            [
                "upper_trailing_spot",
                "upper_trailing",
                "trailing_upper",
                "trailing_spot_upper",
                "upper_level",
            ],
        ),
    ] {
        let Some(percent) = inputs.float(&names)? else { continue };
        let levels = strangle.levels_at(sign * percent);
        for name in lower {
            answer[name] = json!(levels.lower);
        }
        for name in upper {
            answer[name] = json!(levels.upper);
        }
    }
    Ok(())
}

/// Returns the market of a case, if it has one.
fn market(inputs: Inputs<'_>) -> Result<Option<Market>, Refusal> {
    let both = inputs.float(&["vol", "iv", "sigma", "mark_iv", "mean_iv"])?;
    let call = inputs.float(&["call_iv", "call_vol", "ce_iv"])?.or(both);
    let put = inputs.float(&["put_iv", "put_vol", "pe_iv"])?.or(both);
    let (Some(call_volatility), Some(put_volatility)) = (call, put) else { return Ok(None) };
    let years = match inputs.float(&["days_to_expiry", "days"])? {
        Some(days) => days * 86_400.0 / YEAR_SECONDS,
        None => years(inputs)?,
    };
    let spot = inputs.needed_float(&["spot", "forward"])?;
    Ok(Some(Market { spot, years, call_volatility, put_volatility }))
}
