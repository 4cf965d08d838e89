//! When a session enters and leaves, and on which expiry.

use chrono::TimeDelta;
use serde_json::{Value, json};
use strangle_engine::expiry;
use strangle_engine::instrument::expires_at;
use strangle_engine::schedule::{LateEntry, Schedule, Times};

use super::inputs::{Inputs, Refusal, instant_text, time_of};

pub(super) fn answer(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    if inputs.has(&["start_command_at", "start_at"]) {
        return plan(inputs);
    }
    if inputs.has(&["expiry_buffer_hours"]) {
        let hours = inputs.needed_integer(&["expiry_buffer_hours"])?;
        let hours = u32::try_from(hours).map_err(|_| Refusal::new("out_of_range", hours))?;
        let target = expiry::target(inputs.needed_instant(&["now"])?, hours);
        return Ok(json!({ "target_expiry": target, "expiry": target }));
    }
    if inputs.has(&["value", "expiry_date"]) {
        let text = inputs.needed_text(&["value", "expiry_date"])?;
        let date = expiry::configured(&text, inputs.needed_instant(&["now"])?)
            .map_err(|error| Refusal::new(error.code(), error))?;
        return Ok(json!({
            "status": 200, "expiry": date, "normalised": expiry::normalised(date),
            "expires_at": instant_text(expires_at(date)),
        }));
    }
    Err(Refusal::unknown_kind(inputs))
}

fn plan(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let policy = inputs.text(&["late_entry_policy"]).unwrap_or_else(|| "immediate".to_owned());
    let late_entry: LateEntry =
        policy.parse().map_err(|error| Refusal::new("invalid_late_entry_policy", error))?;
    let times = Times {
        trade: time_of(&inputs.needed_text(&["trade_time_ist"])?)?,
        exit: time_of(&inputs.needed_text(&["exit_time_ist"])?)?,
        late_entry,
        expiry: inputs.date(&["expiry_date", "expiry"])?,
        expiry_guard: TimeDelta::minutes(inputs.integer(&["expiry_guard_minutes"])?.unwrap_or(35)),
    };
    let now = inputs.needed_instant(&["start_command_at", "start_at"])?;

    let schedule =
        Schedule::plan(&times, now).map_err(|error| Refusal::new("expired_expiry", error))?;
    Ok(json!({
        "entry_at": instant_text(schedule.entry_at), "exit_at": instant_text(schedule.exit_at),
        "exit_bound": schedule.exit_bound,
    }))
}
