//! The trailing stop.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Value, json};
use strangle_engine::trailing::{InvalidPlan, Plan, Rule, Trail, from_map};

use super::inputs::{Inputs, Refusal, text_of};

pub(super) fn answer(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    if let Some(map) = inputs.inner(&["trailing_rules", "rules"]) {
        return legacy(map);
    }
    let plan = plan(inputs)?;
    let Some(samples) = inputs.list(&["pnl_pct_samples", "samples", "pnl_pct"]) else {
        let rules = shown(plan.rules());
        return Ok(json!({ "status": 200, "valid": true, "accepted": true, "rules": rules }));
    };

    let off = inputs.flag(&["enabled", "trailing_enabled"]) == Some(false);
    let plan = if off { Plan::off() } else { plan };
    let mut trail = restored(inputs)?;
    let mut steps = Vec::new();
    for sample in samples {
        let number = text_of(sample).and_then(|text| text.parse::<f64>().ok());
        let net_pct = number.ok_or_else(|| Refusal::new("not_readable", sample))?;
        let stop = trail.observe(&plan, Decimal::ZERO, net_pct).stop;
        steps.push(json!({
            "pnl_pct": net_pct, "peak_pct": trail.max_profit_pct, "armed": trail.is_armed(),
            "level_pct": trail.level_pct, "exit": stop,
            "max_drawdown_pct": trail.max_drawdown_pct, "drawdown_pct": trail.max_drawdown_pct,
        }));
    }
    let exit_index = steps.iter().position(|step| step["exit"] == json!(true));
    Ok(json!({
        "steps": steps, "exit_index": exit_index, "exit": exit_index.is_some(),
        "peak_pct": trail.max_profit_pct, "level_pct": trail.level_pct,
        "armed": trail.is_armed(),
    }))
}

/// Returns the trail that was stored before a restart, if the case has one.
fn restored(inputs: Inputs<'_>) -> Result<Trail, Refusal> {
    let state = inputs.inner(&["state", "restored", "persisted", "initial"]).unwrap_or(inputs);
    Ok(Trail {
        max_profit_pct: state.float(&["peak_pct", "initial_peak_pct"])?.unwrap_or(0.0),
        level_pct: state.float(&["level_pct", "initial_level_pct"])?,
        ..Trail::default()
    })
}

fn plan(inputs: Inputs<'_>) -> Result<Plan, Refusal> {
    let refuse = |error: InvalidPlan| Refusal::new(error.code(), error);
    let own = inputs.inner(&["trailing", "plan"]).unwrap_or(inputs);
    let start = own.float(&["start_pct", "start", "trigger_pct"])?.unwrap_or(0.0);
    if let Some(distance) = own.float(&["distance_pct", "distance", "d"])? {
        return Plan::distance(start, distance).map_err(refuse);
    }
    if let Some(fraction) = own.float(&["fraction", "fraction_of_peak", "f"])? {
        return Plan::fraction(start, fraction).map_err(refuse);
    }
    let mut rules = Vec::new();
    for rule in own.list(&["rules", "trailing_rules"]).unwrap_or_default() {
        rules.push(Rule {
            trigger_pct: Inputs(rule).needed_float(&["trigger_pct", "trigger"])?,
            lock_pct: Inputs(rule).needed_float(&["lock_pct", "lock"])?,
        });
    }
    Plan::ladder(&rules).map_err(refuse)
}

/// Answers for a map from trigger to lock.
fn legacy(map: Inputs<'_>) -> Result<Value, Refusal> {
    let mut pairs = BTreeMap::new();
    for (trigger, lock) in map.0.as_object().into_iter().flatten() {
        let number = text_of(lock).and_then(|text| text.parse::<f64>().ok());
        pairs.insert(trigger.clone(), number.ok_or_else(|| Refusal::new("not_readable", lock))?);
    }
    let (rules, unit) = from_map(&pairs).map_err(|error| Refusal::new("not_a_number", error))?;
    Plan::ladder(&rules).map_err(|error| Refusal::new(error.code(), error))?;
    Ok(json!({ "rules": shown(&rules), "unit_detected": unit, "status": 200 }))
}

fn shown(rules: &[Rule]) -> Vec<Value> {
    let shown = |rule: &Rule| json!({ "trigger_pct": rule.trigger_pct, "lock_pct": rule.lock_pct });
    rules.iter().map(shown).collect()
}
