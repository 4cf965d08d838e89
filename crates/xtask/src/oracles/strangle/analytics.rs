//! Figures and curves over closed sessions.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use strangle_engine::analytics::ClosedSession;
use strangle_engine::analytics::charts::{BUCKETS, Charts, Point, histogram};
use strangle_engine::analytics::metrics::{Figure, Metrics};
use strangle_engine::analytics::range::{Range, Status};
use strangle_engine::analytics::ratios::Ratios;

use super::inputs::{Inputs, Refusal, decimal_of, text_of};

pub(super) fn answer(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    if inputs.has(&["latest_timestamp", "latest_at"]) && !inputs.has(&["sessions"]) {
        return status(inputs);
    }
    if let Some(values) = inputs.list(&["values"]) {
        let number = |value: &Value| text_of(value).and_then(|text| text.parse::<f64>().ok());
        let numbers: Option<Vec<f64>> = values.iter().map(number).collect();
        let numbers = numbers.ok_or_else(|| Refusal::new("not_readable", "values"))?;
        let buckets = inputs.integer(&["buckets"])?.and_then(|buckets| buckets.try_into().ok());
        return Ok(json!({ "histogram": histogram(&numbers, buckets.unwrap_or(BUCKETS)) }));
    }

    let sessions = sessions(inputs)?;
    let zone: Tz = inputs
        .text(&["tz", "timezone"])
        .unwrap_or_else(|| "Asia/Kolkata".to_owned())
        .parse()
        .map_err(|error| Refusal::new("unknown_time_zone", error))?;
    let mut answer = json!({});
    for (name, figure) in Metrics::of(&sessions, &zone).figures() {
        answer[name] = match figure {
            Figure::Count(count) => json!(count),
            Figure::Amount(amount) => json!(amount),
        };
    }
    add_charts(&mut answer, &Charts::of(&sessions));
    if let Ok(Value::Object(ratios)) = serde_json::to_value(Ratios::of(&sessions, &zone)) {
        for (name, value) in ratios {
            answer[name] = value;
        }
    }
    Ok(answer)
}

fn add_charts(answer: &mut Value, charts: &Charts) {
    for (name, points) in [
        ("cumulative_pnl", &charts.cumulative_pnl),
        ("cumulative_gross_pnl", &charts.cumulative_gross_pnl),
        ("cumulative_fees", &charts.cumulative_fees),
        ("drawdown", &charts.drawdown),
        ("rolling_win_rate", &charts.rolling_win_rate),
    ] {
        answer[name] = points.iter().map(|point: &Point| json!(point.value)).collect();
    }
    answer["trades_histogram"] = json!(charts.trades_histogram);
    answer["histogram"] = json!(charts.trades_histogram);
}

/// Returns the closed sessions of a case that lie in its range.
fn sessions(inputs: Inputs<'_>) -> Result<Vec<ClosedSession>, Refusal> {
    let start = inputs.instant(&["start", "from"])?;
    let end = inputs.instant(&["end", "to"])?.unwrap_or(DateTime::<Utc>::MAX_UTC);
    let range = Range::new(start, end);
    let Some(listed) = inputs.list(&["sessions", "nets", "results"]) else {
        return Err(Refusal::unknown_kind(inputs));
    };

    let mut sessions = Vec::new();
    for (id, value) in (0_i64..).zip(listed) {
        let one = Inputs(value);
        let closed_at = match decimal_of(value) {
            Some(_) => DateTime::<Utc>::from_timestamp(id * 86_400, 0),
            None => one.instant(&["closed_at", "close", "deactivated_at"])?,
        };
        let Some(closed_at) = closed_at.filter(|at| range.contains(*at)) else { continue };
        let fees = one.decimal(&["fees", "fee"])?.unwrap_or_default();
        let net = one.decimal(&["net"])?.or_else(|| decimal_of(value));
        let gross = match (one.decimal(&["gross", "pnl"])?, net) {
            (Some(gross), _) => gross,
            (None, net) => net.unwrap_or(Decimal::ZERO) + fees,
        };
        let opened_at = one.instant(&["opened_at", "activated_at"])?;
        sessions.push(ClosedSession {
            id,
            opened_at,
            closed_at,
            gross,
            fees,
            slippage: one.decimal(&["slippage"])?,
            slippage_base: None,
            exit_reason: None,
        });
    }
    Ok(sessions)
}

fn status(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let now = inputs.needed_instant(&["now", "generated_at"])?;
    let range = Range::new(inputs.instant(&["start"])?, inputs.instant(&["end"])?.unwrap_or(now));
    let live = inputs.flag(&["session_live", "live", "session_is_live"]).unwrap_or(false);
    let latest = inputs.instant(&["latest_timestamp", "latest_at"])?;
    let status = Status::of(&range, latest, live, now);
    Ok(json!({ "is_stale": status.is_stale, "message": status.message }))
}
