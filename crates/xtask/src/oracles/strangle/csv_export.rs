//! Exports, byte for byte.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use strangle_engine::analytics::metrics::Metrics;
use strangle_engine::analytics::timeline::{Entry, EntryType};
use strangle_engine::export::analytics_file::{Metadata, filename, write_entry, write_head};
use strangle_engine::export::cell::{Row, plain};
use strangle_engine::export::{
    CACHE_CONTROL, CONTENT_TYPE, check_format, content_disposition, sessions_file,
};

use super::inputs::{Inputs, Refusal, decimal_of, instant_of, text_of};

pub(super) fn answer(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    if inputs.has(&["metadata"]) {
        return analytics_file(inputs);
    }
    if inputs.names("path") || inputs.names("format") {
        return Ok(format(inputs));
    }
    for names in [&["cells", "values", "row"], &["cell", "value", "text"]] {
        if let Some(value) = inputs.get(names) {
            return Ok(cells(value));
        }
    }
    if let Some(number) = inputs.decimal(&["number"])? {
        return Ok(json!({ "text": plain(number), "cell": plain(number) }));
    }
    if let Some(at) = inputs.instant(&["generated_at", "now", "at"])? {
        let sessions = sessions_file::filename(at);
        return Ok(json!({ "filename": filename(at), "sessions_filename": sessions }));
    }
    Err(Refusal::unknown_kind(inputs))
}

fn format(inputs: Inputs<'_>) -> Value {
    let path = inputs.text(&["path"]).unwrap_or_default();
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let in_path = query.split('&').find_map(|pair| pair.strip_prefix("format="));
    let own = inputs.text(&["format"]);
    let format = own.as_deref().or(in_path);
    match check_format(format) {
        Ok(()) => json!({ "status": 200, "content_type": CONTENT_TYPE }),
        Err(error) => json!({ "status": 422, "detail": error.to_string() }),
    }
}

/// Writes cells as one row; a number stays one.
fn cells(value: &Value) -> Value {
    let write = |values: &[Value]| {
        let mut line = String::new();
        let mut row = Row::new(&mut line);
        for value in values {
            row = match value {
                Value::String(text) => row.text(text),
                other => row.optional(decimal_of(other)),
            };
        }
        row.end();
        line
    };
    let line = match value {
        Value::Array(values) => write(values),
        single => write(std::slice::from_ref(single)),
    };
    let cell = line.trim_end_matches("\r\n");
    let split: Vec<&str> = cell.split(',').collect();
    json!({
        "cell": cell, "escaped": cell, "csv": cell, "text": cell, "cells": split, "line": line,
        "row": line, "body": line,
    })
}

fn analytics_file(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let Some(given) = inputs.inner(&["metadata"]) else {
        return Err(Refusal::new("not_readable", "metadata"));
    };
    let timeline = inputs.list(&["timeline"]).unwrap_or_default();
    let text = |name: &str| given.text(&[name]).unwrap_or_default();
    let optional = |name: &str| match text(name) {
        empty if empty.is_empty() => Ok(None),
        _ => given.instant(&[name]),
    };
    let generated_at = given.needed_instant(&["generated_at"])?;
    let rows = u64::try_from(timeline.len()).unwrap_or(u64::MAX);
    let metadata = Metadata {
        generated_at,
        start: optional("start")?,
        end: optional("end")?.unwrap_or(generated_at),
        preset: text("preset"),
        strategy_id: text("strategy_id"),
        record_count: given
            .integer(&["record_count"])?
            .and_then(|count| count.try_into().ok())
            .unwrap_or(rows),
        is_stale: given.flag(&["is_stale"]).unwrap_or(false),
        status_message: text("status_message"),
        latest_timestamp: optional("latest_timestamp")?,
    };

    let mut body = String::new();
    write_head(&mut body, &metadata, &metrics(inputs)?);
    for row in timeline {
        write_entry(&mut body, &entry(row)?);
    }
    let name = filename(generated_at);
    Ok(json!({
        "filename": name, "content_type": CONTENT_TYPE, "body": body,
        "headers": {
            "Content-Disposition": content_disposition(&name), "Cache-Control": CACHE_CONTROL,
        },
    }))
}

fn metrics(inputs: Inputs<'_>) -> Result<Metrics, Refusal> {
    let Some(given) = inputs.inner(&["metrics"]) else { return Ok(Metrics::default()) };
    let count = |name: &str| {
        let count = given.integer(&[name])?.unwrap_or(0);
        usize::try_from(count).map_err(|_| Refusal::new("out_of_range", name))
    };
    let amount = |name: &str| Ok::<Decimal, Refusal>(given.decimal(&[name])?.unwrap_or_default());
    Ok(Metrics {
        days_running: count("days_running")?,
        trade_count: count("trade_count")?,
        win_count: count("win_count")?,
        loss_count: count("loss_count")?,
        average_pnl: amount("average_pnl")?,
        average_win: amount("average_win")?,
        average_loss: amount("average_loss")?,
        win_rate: amount("win_rate")?,
        consecutive_wins: count("consecutive_wins")?,
        consecutive_losses: count("consecutive_losses")?,
        max_gain: amount("max_gain")?,
        max_loss: amount("max_loss")?,
        max_drawdown: amount("max_drawdown")?,
        net_pnl: amount("net_pnl")?,
        pnl_before_fees: amount("pnl_before_fees")?,
        fees_total: amount("fees_total")?,
        average_fee: amount("average_fee")?,
        profitable_days: count("profitable_days")?,
    })
}

/// Reads a row of the timeline, whose cells are in the order of the columns.
fn entry(row: &Value) -> Result<Entry, Refusal> {
    let cells = row.as_array().map_or(&[][..], Vec::as_slice);
    let text = |place: usize| cells.get(place).and_then(text_of).filter(|text| !text.is_empty());
    let number = |place: usize| cells.get(place).and_then(decimal_of);
    let whole = |place: usize| text(place).and_then(|text| text.parse::<i64>().ok());
    let entry_type = match text(2).as_deref() {
        Some("order") => EntryType::Order,
        Some("position") => EntryType::Position,
        Some("event") => EntryType::Event,
        other => return Err(Refusal::new("unknown_entry_type", other.unwrap_or_default())),
    };
    let timestamp: Option<DateTime<Utc>> = text(0).and_then(|text| instant_of(&text));
    Ok(Entry {
        timestamp: timestamp.ok_or_else(|| Refusal::new("not_readable", row))?,
        session_id: whole(1).ok_or_else(|| Refusal::new("not_readable", row))?,
        entry_type,
        order_id: text(3),
        position_id: whole(4),
        symbol: text(5),
        side: text(6),
        quantity: number(7),
        price: number(8),
        fill_price: number(9),
        realized_pnl: number(10),
        unrealized_pnl: number(11),
        metadata: cells.get(12).cloned().unwrap_or_default(),
    })
}
