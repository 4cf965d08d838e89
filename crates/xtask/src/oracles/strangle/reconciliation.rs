//! What the exchange's answers mean for the ledger.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use strangle_engine::execution::pair::{BalanceAction, Pair, balance};
use strangle_engine::instrument::{ProductId, Symbol};
use strangle_engine::intent::{IntentState, OrderReport, Side, VenueOrderState};
use strangle_engine::profile::BalancePolicy;
use strangle_engine::reconcile::{
    FillsLook, IntentFacts, Look, LookUpAnswer, OrderVerdict, PositionFacts, PositionVerdict,
    judge_intent, judge_open_order, judge_position, touched_symbols,
};

use super::inputs::{Inputs, Refusal};

pub(super) fn answer(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    if inputs.has(&["intent_state"]) {
        return intent(inputs);
    }
    if inputs.has(&["call_filled"]) {
        return legs(inputs);
    }
    if inputs.names("exchange") || inputs.has(&["ledger"]) {
        return position(inputs);
    }
    if inputs.has(&["order_tag_ours"]) {
        return Ok(open_order(inputs));
    }
    if inputs.has(&["foreign"]) {
        return foreign(inputs);
    }
    Err(Refusal::unknown_kind(inputs))
}

fn intent(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let word = inputs.get(&["intent_state"]).cloned().unwrap_or_default();
    let state: IntentState = serde_json::from_value(word)
        .map_err(|error| Refusal::new("unknown_intent_state", error))?;
    let size = inputs.integer(&["size"])?.unwrap_or(10);
    let seconds = inputs.float(&["seconds_since_send"])?.unwrap_or(0.0);
    let millis = format!("{:.0}", seconds * 1e3).parse().unwrap_or(0);
    let facts = IntentFacts {
        state,
        acknowledged: inputs.flag(&["acknowledged"]).unwrap_or(false),
        size,
        since_send: Some(TimeDelta::milliseconds(millis)),
    };
    let found = LookUpAnswer {
        asked_at: DateTime::<Utc>::UNIX_EPOCH,
        by_client_id: look(inputs, "by_client_id", size)?,
        open_orders: look(inputs, "open_orders", size)?,
        history: look(inputs, "history", size)?,
        fills: fills(inputs)?,
    };

    let verdict = judge_intent(&facts, &found);
    Ok(json!({
        "intent": verdict.intent.as_str(), "filled": verdict.filled,
        "next": verdict.next.as_str(), "may_send_new_order": verdict.may_send_new_order(),
    }))
}

/// Reads what one place says; one that is not mentioned has nothing.
fn look(inputs: Inputs<'_>, name: &str, size: i64) -> Result<Look, Refusal> {
    let word = inputs.text(&[name]).unwrap_or_else(|| "not_found".to_owned());
    let state = match word.as_str() {
        "not_found" | "none" | "absent" | "empty" => return Ok(Look::NotFound),
        "open" | "found" | "partially_filled" => VenueOrderState::Open,
        "pending" => VenueOrderState::Pending,
        "closed" | "filled" => VenueOrderState::Closed,
        "cancelled" | "canceled" => VenueOrderState::Cancelled,
        error => return Ok(Look::Failed { error: error.to_owned() }),
    };
    let filled = inputs.integer(&["filled"])?;
    let given = inputs.integer(&["unfilled", "unfilled_size"])?;
    let unfilled = given.or(filled.map(|filled| size - filled));
    let rest = if state == VenueOrderState::Closed { 0 } else { size };
    let symbol = Symbol::new("C-BTC-126000-071025");
    Ok(Look::Found {
        report: OrderReport {
            client_order_id: None,
            exchange_order_id: 1,
            product_id: ProductId(1),
            symbol: symbol.map_err(|error| Refusal::new("invalid_symbol", error))?,
            side: Side::Sell,
            size,
            unfilled: unfilled.unwrap_or(rest),
            state,
            average_price: None,
            updated_at: None,
        },
    })
}

fn fills(inputs: Inputs<'_>) -> Result<FillsLook, Refusal> {
    let Some(word) = inputs.text(&["fills"]) else { return Ok(FillsLook::None) };
    match word.as_str() {
        "none" | "not_found" | "0" | "empty" => Ok(FillsLook::None),
        number if number.parse::<i64>().is_ok() => {
            Ok(FillsLook::Some { filled: inputs.needed_integer(&["fills"])? })
        }
        error => Ok(FillsLook::Failed { error: error.to_owned() }),
    }
}

fn legs(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let policy = match inputs.text(&["balance_policy"]).as_deref() {
        Some("top_up" | "top_up_then_unwind") => BalancePolicy::TopUp,
        _ => BalancePolicy::UnwindExcess,
    };
    let retries = inputs.integer(&["retries_left"])?.unwrap_or(0);
    let call_filled = inputs.needed_integer(&["call_filled"])?;
    let put_filled = inputs.needed_integer(&["put_filled"])?;
    let pair = Pair {
        call_filled,
        put_filled,
        target: inputs.integer(&["target"])?.unwrap_or(call_filled.max(put_filled)),
        retries_left: u32::try_from(retries).unwrap_or(0),
        may_top_up: inputs.flag(&["may_top_up"]).unwrap_or(true),
    };
    Ok(match balance(&pair, policy) {
        BalanceAction::Unwind { leg, size, live_size } => json!({
            "action": "buy_reduce_only", "leg": leg, "size": size, "live_size": live_size,
            "reduce_only": true,
            "session": if live_size == 0 { "entry_aborted" } else { "live" },
            "state": if live_size == 0 { "entry_aborted" } else { "live" },
        }),
        BalanceAction::TopUp { leg, size } => {
            json!({ "action": "top_up", "leg": leg, "size": size })
        }
        BalanceAction::Live { size } => {
            json!({ "action": "none", "live_size": size, "session": "live", "state": "live" })
        }
        BalanceAction::Abort => json!({
            "action": "none", "live_size": 0, "session": "entry_aborted",
            "state": "entry_aborted",
        }),
        BalanceAction::KeepTrying => json!({ "action": "retry" }),
    })
}

fn position(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let exchange = match inputs.text(&["exchange"]).as_deref() {
        None | Some("unavailable" | "error" | "unknown" | "timeout") => None,
        Some(_) => Some(inputs.needed_integer(&["exchange"])?),
    };
    let ledger = inputs.integer(&["ledger"])?.unwrap_or(0);
    let facts = PositionFacts {
        ledger,
        exchange,
        own_fills_explain: inputs.integer(&["own_fills_explain"])?.unwrap_or(0),
        expired: inputs.flag(&["expired", "product_expired"]).unwrap_or(false),
    };
    Ok(match judge_position(&facts) {
        PositionVerdict::Agrees => json!({ "event": null, "send_orders": false }),
        PositionVerdict::Unknown => json!({
            "event": "positions_unknown", "position": "unknown", "flat": false,
            "send_orders": false, "may_send_new_order": false,
        }),
        PositionVerdict::ImportFills { missing } => json!({
            "event": "import_fills", "action": "import_fills", "next": "import_fills",
            "missing": missing, "imported": missing, "ledger": ledger + missing,
            "ledger_after": ledger + missing, "send_orders": false,
        }),
        PositionVerdict::ExternalClose { closed } => {
            let after = ledger + closed * -ledger.signum();
            json!({
                "event": "external_close", "closed": closed, "size": closed,
                "ledger": after, "ledger_after": after, "send_orders": false,
            })
        }
        PositionVerdict::Foreign { size } => json!({
            "event": "foreign_position", "foreign": size, "send_orders": false,
            "alert": "foreign_position",
        }),
        PositionVerdict::Opposite { size } => json!({
            "event": "opposite_position", "action": "reduce_only_flatten",
            "side": if size > 0 { "sell" } else { "buy" }, "size": size.abs(),
            "reduce_only": true, "alert": "critical",
        }),
        PositionVerdict::Settle => json!({
            "event": "settled", "action": "settle", "next": "settle", "send_orders": false,
        }),
    })
}

fn open_order(inputs: Inputs<'_>) -> Value {
    let flag = |names: &[&str]| inputs.flag(names).unwrap_or(false);
    let finished = ["closed", "entry_aborted"];
    let over = inputs.text(&["session_state", "session"]);
    let over = over.is_some_and(|state| finished.contains(&state.as_str()));
    let over = over || flag(&["session_finished", "session_over"]);
    match judge_open_order(flag(&["order_tag_ours"]), flag(&["intent_row"]), over) {
        OrderVerdict::Foreign => json!({ "event": "foreign_order", "action": "none" }),
        OrderVerdict::Ours => json!({ "event": null, "action": "none" }),
        OrderVerdict::CancelFinished => {
            json!({ "event": "stale_order", "action": "cancel", "next": "cancel" })
        }
        OrderVerdict::CancelOrphan => {
            json!({ "event": "orphan_order", "action": "cancel", "alert": "critical" })
        }
    }
}

fn foreign(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let symbol =
        |text: &str| Symbol::new(text).map_err(|error| Refusal::new("invalid_symbol", error));
    let mut held = Vec::new();
    for position in inputs.list(&["foreign"]).unwrap_or_default() {
        let position = Inputs(position);
        let name = symbol(&position.needed_text(&["symbol"])?)?;
        held.push((name, position.integer(&["size"])?.unwrap_or(0)));
    }
    let mut entry = Vec::new();
    for name in inputs.list(&["entry_symbols"]).unwrap_or_default() {
        entry.push(symbol(name.as_str().unwrap_or_default())?);
    }
    // Nothing foreign is ever traded; a symbol that is held by somebody else is not selected.
    let unselectable = touched_symbols(&held, &entry);
    Ok(json!({
        "entry_allowed": unselectable.is_empty(), "touched": [], "unselectable": unselectable,
    }))
}
