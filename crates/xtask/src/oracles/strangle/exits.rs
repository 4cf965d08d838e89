//! When a session ends by rule, and how its limits are read.

use chrono::TimeDelta;
use serde_json::{Value, json};
use strangle_engine::exit::{Confirmation, ExitReason, Limits, Sight};
use strangle_engine::profile::{PercentUnit, check::percent};
use strangle_engine::schedule::ExitBound;

use super::inputs::{Inputs, Refusal};

pub(super) fn answer(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    if inputs.has(&["field"]) {
        return limit(inputs);
    }
    let limits = limits(inputs)?;
    let mut losses = Confirmation::default();
    let Some(samples) = inputs.list(&["samples", "ticks"]) else {
        let reason = decide_at(inputs, inputs, &limits, &mut losses, 0)?;
        return Ok(json!({ "exit_reason": reason.map(ExitReason::as_str) }));
    };

    let mut reasons = Vec::new();
    for (place, sample) in (0_i64..).zip(samples) {
        let wrapped = json!({ "pnl_pct": sample });
        let sample = if sample.is_object() { sample } else { &wrapped };
        let reason = decide_at(inputs, Inputs(sample), &limits, &mut losses, place)?;
        reasons.push(reason.map(ExitReason::as_str));
    }
    let first = reasons.iter().position(Option::is_some);
    let reason = first.and_then(|place| reasons.get(place).copied().flatten());
    Ok(json!({ "exit_reason": reason, "exit_reasons": reasons, "exit_index": first }))
}

fn limits(inputs: Inputs<'_>) -> Result<Limits, Refusal> {
    let exit_at = inputs.instant(&["exit_at"])?;
    let bound = match inputs.text(&["exit_bound"]).as_deref() {
        Some("expiry_guard") => ExitBound::ExpiryGuard,
        _ => ExitBound::TimeExit,
    };
    let samples = inputs.integer(&["confirm_samples"])?.unwrap_or(1);
    let within = inputs.integer(&["confirm_within_seconds", "confirm_seconds"])?.unwrap_or(3);
    Ok(Limits {
        max_loss_pct: inputs.float(&["max_loss_pct"])?,
        max_profit_pct: inputs.float(&["max_profit_pct"])?,
        leg_stop_multiple: inputs.float(&["leg_stop_multiple"])?,
        exit_at: exit_at.unwrap_or(chrono::DateTime::<chrono::Utc>::MAX_UTC),
        exit_bound: bound,
        confirm_samples: u32::try_from(samples).unwrap_or(1),
        confirm_within_seconds: u32::try_from(within).unwrap_or(3),
    })
}

/// Decides on one sample; one without a time comes a second after the one before.
fn decide_at(
    case: Inputs<'_>,
    seen: Inputs<'_>,
    limits: &Limits,
    losses: &mut Confirmation,
    place: i64,
) -> Result<Option<ExitReason>, Refusal> {
    let started = case.instant(&["now", "start"])?.unwrap_or_default();
    let elapsed = seen.integer(&["at_seconds", "t", "seconds"])?.unwrap_or(place);
    let now = seen.instant(&["now", "at"])?.unwrap_or(started + TimeDelta::seconds(elapsed));
    let either = |names: &[&str]| seen.flag(names).or_else(|| case.flag(names)).unwrap_or(false);
    let level = seen.float(&["trailing_level_pct"])?;
    let sight = Sight {
        now,
        panic: either(&["panic"]),
        kill_switch: either(&["kill_switch"]),
        net_pct: seen.float(&["pnl_pct", "net_pct"])?,
        worst_leg_multiple: worst_leg(seen)?.or(worst_leg(case)?),
        trailing_level_pct: level.or(case.float(&["trailing_level_pct"])?),
    };
    let reason = limits.decide(&sight, losses);

    let guard = case.instant(&["expiry_guard_at", "guard_at"])?;
    let guarded = guard.is_some_and(|guard| now >= guard);
    Ok(reason.or(guarded.then_some(ExitReason::ExpiryGuard)))
}

/// Returns the highest of mark over entry.
fn worst_leg(inputs: Inputs<'_>) -> Result<Option<f64>, Refusal> {
    if let Some(multiple) = inputs.float(&["leg_multiple", "worst_leg_multiple"])? {
        return Ok(Some(multiple));
    }
    let alone = inputs.float(&["leg_mark"])?.zip(inputs.float(&["leg_entry", "leg_entry_vwap"])?);
    let mut worst = alone.map(|(mark, entry)| mark / entry);
    for leg in inputs.list(&["legs"]).unwrap_or_default() {
        let entry = Inputs(leg).needed_float(&["entry", "entry_vwap", "entry_price"])?;
        let multiple = Inputs(leg).needed_float(&["mark", "mark_price"])? / entry;
        worst = Some(worst.map_or(multiple, |worst| worst.max(multiple)));
    }
    Ok(worst)
}

/// Answers how a limit of a profile is read.
fn limit(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let unit = match inputs.text(&["percent_unit", "unit"]).as_deref() {
        Some("fraction") => Some(PercentUnit::Fraction),
        Some(_) => Some(PercentUnit::Percent),
        None => None,
    };
    let value = inputs.needed_float(&["value"])?;
    let read =
        percent("/value", value, unit).map_err(|fault| Refusal::new(fault.code, fault.message))?;
    Ok(json!({ "status": 200, "value": read, "value_pct": read, "percent": read }))
}
