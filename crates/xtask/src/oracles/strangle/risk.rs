//! What may be sent, and what may begin.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use strangle_engine::instrument::TradingStatus;
use strangle_engine::intent::Side;
use strangle_engine::quote::PriceBand;
use strangle_engine::risk::{
    AccountLimits, Book, Day, Denial, OrderCheck, TradingState, check, check_contract_size,
    check_credentials, check_day,
};

use super::inputs::{Inputs, Refusal};

pub(super) fn answer(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    if inputs.has(&["profile"]) && inputs.has(&["exchange"]) {
        let profile = inputs.decimal(&["profile"])?;
        let outcome = check_contract_size(profile, inputs.needed_decimal(&["exchange"])?);
        return Ok(json!({ "decision": decision(outcome) }));
    }
    if inputs.has(&["mode"]) && inputs.has(&["credentials"]) {
        return Ok(credentials(inputs));
    }
    if let Some(orders) = inputs.list(&["orders"]) {
        let mut decisions = Vec::new();
        for order in orders {
            decisions.push(decision(check(&order_check(inputs, Inputs(order))?)));
        }
        return Ok(json!({ "decisions": decisions }));
    }
    if inputs.has(&["order", "side"]) || inputs.has(&["quote_age_seconds", "trading_state"]) {
        let order = inputs.inner(&["order"]).unwrap_or(inputs);
        let outcome = check(&order_check(inputs, order)?);
        return Ok(json!({
            "decision": decision(outcome), "allowed": outcome.is_ok(),
            "reason": outcome.err().map(Denial::code),
        }));
    }
    day(inputs)
}

fn decision(outcome: Result<(), Denial>) -> String {
    match outcome {
        Ok(()) => "allow".to_owned(),
        Err(denial) => format!("deny:{}", denial.code()),
    }
}

fn credentials(inputs: Inputs<'_>) -> Value {
    let live = inputs.text(&["mode"]).as_deref() == Some("live");
    let held = inputs.flag(&["credentials"]).unwrap_or(false);
    match check_credentials(live, held) {
        Ok(()) => json!({ "status": 200, "decision": "allow" }),
        Err(denial) => json!({ "status": 409, "error": denial.code() }),
    }
}

/// Answers whether a session may enter on a day like this.
fn day(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let loss = inputs.decimal(&["daily_loss_limit", "max_daily_loss"])?;
    let most = inputs.integer(&["max_sessions_per_day", "session_limit"])?;
    if loss.is_none() && most.is_none() {
        return Err(Refusal::unknown_kind(inputs));
    }
    let seen = inputs.integer(&["sessions_today", "sessions"])?.unwrap_or(0);
    let limits = AccountLimits {
        max_daily_loss: loss,
        max_sessions_per_day: most.and_then(|most| most.try_into().ok()),
        ..AccountLimits::default()
    };
    let day = Day {
        realized: inputs.decimal(&["daily_realized", "realized_today"])?.unwrap_or_default(),
        sessions: u32::try_from(seen).unwrap_or(u32::MAX),
        cooldown_until: inputs.instant(&["cooldown_until"])?,
    };
    let now = inputs.instant(&["now"])?.unwrap_or(DateTime::<Utc>::UNIX_EPOCH);
    Ok(match check_day(&limits, &day, now) {
        Ok(()) => json!({ "entry_allowed": true, "reason": null }),
        Err(denial) => json!({
            "entry_allowed": false, "reason": denial.reason.code(),
            "until": if denial.until == strangle_engine::schedule::next_ist_midnight(now) {
                json!("next IST midnight")
            } else {
                json!(denial.until)
            },
        }),
    })
}

/// Returns a harmless order with what the case says of it.
fn order_check(case: Inputs<'_>, order: Inputs<'_>) -> Result<OrderCheck, Refusal> {
    let exit = order.flag(&["reduce_only"]).unwrap_or(false);
    let mut check = if exit { OrderCheck::harmless_exit() } else { OrderCheck::harmless() };
    if let Some(side) = order.text(&["side"]) {
        check.side = if side == "buy" { Side::Buy } else { Side::Sell };
    }
    check.trading_state = match case.text(&["trading_state"]).as_deref() {
        None | Some("active") => TradingState::Active,
        Some("reducing") => TradingState::Reducing,
        Some("halted") => TradingState::Halted,
        Some(other) => return Err(Refusal::new("unknown_trading_state", other)),
    };
    if let Some(size) = order.integer(&["size", "quantity", "lots"])? {
        check.size = size;
        check.book.target = size;
        check.book.net_sold = if exit { size } else { 0 };
    }
    check.lease_held = case.flag(&["lease_valid", "lease_held", "lease"]).unwrap_or(true);
    check.live = case.text(&["mode"]).as_deref() == Some("live");
    if let Some(seconds) = case.float(&["clock_skew_seconds", "skew_seconds"])? {
        check.live = true;
        check.clock_skew_ms = format!("{:.0}", seconds * 1e3).parse().unwrap_or(i64::MAX);
    }
    read_book(&mut check.book, case)?;
    read_market(&mut check, case, order)?;
    read_limits(&mut check, case)?;
    Ok(check)
}

fn read_book(book: &mut Book, case: Inputs<'_>) -> Result<(), Refusal> {
    let leg = case.inner(&["leg", "book"]).unwrap_or(case);
    for (names, field) in [
        (&["net_sold", "sold"][..], &mut book.net_sold),
        (&["open_sells", "open_sell_orders"], &mut book.open_sells),
        (&["open_buys", "open_buy_orders"], &mut book.open_buys),
        (&["target_qty", "target"], &mut book.target),
    ] {
        *field = leg.integer(names)?.unwrap_or(*field);
    }
    let states = ["sending", "unknown", "cancel_requested"];
    let state = leg.text(&["intent_state", "leg_intent_state"]);
    let blocked = state.is_some_and(|state| states.contains(&state.as_str()));
    book.busy = blocked || leg.flag(&["busy", "intent_unknown", "in_flight"]).unwrap_or(false);
    Ok(())
}

fn read_market(check: &mut OrderCheck, case: Inputs<'_>, order: Inputs<'_>) -> Result<(), Refusal> {
    let millis = |seconds: f64| {
        TimeDelta::milliseconds(format!("{:.0}", seconds * 1e3).parse().unwrap_or(i64::MAX / 2))
    };
    if let Some(age) = case.float(&["quote_age_seconds", "quote_age"])? {
        check.quote_age = Some(millis(age));
    }
    if let Some(limit) = case.float(&["stale_quote_seconds"])? {
        check.stale_after = millis(limit);
    }
    let price = ["price", "limit_price"];
    check.price = order.decimal(&price)?.or(case.decimal(&price)?);
    let mark = ["mark", "mark_price"];
    check.mark = case.decimal(&mark)?.or(order.decimal(&mark)?);
    check.max_slippage_pct =
        case.decimal(&["max_slippage_pct"])?.unwrap_or_else(|| Decimal::from(20));
    if let Some(band) = case.inner(&["price_band"]) {
        let low = band.needed_decimal(&["lower_limit", "low"])?;
        let high = band.needed_decimal(&["upper_limit", "high"])?;
        check.band = Some(PriceBand { low, high });
    }
    let status = case.text(&["trading_status", "product_trading_status"]);
    check.status = status.map_or(TradingStatus::Operational, |word| TradingStatus::of(&word));
    Ok(())
}

fn read_limits(check: &mut OrderCheck, case: Inputs<'_>) -> Result<(), Refusal> {
    let count = |names: &[&str], otherwise: u32| {
        let found = case.integer(names)?;
        Ok::<_, Refusal>(found.and_then(|found| found.try_into().ok()).unwrap_or(otherwise))
    };
    check.max_lots = case.integer(&["max_lots_per_leg", "max_lots"])?.unwrap_or(check.max_lots);
    check.position_size_limit = case.integer(&["position_size_limit"])?;
    check.orders_last_minute = count(&["orders_last_minute"], check.orders_last_minute)?;
    check.max_orders_per_minute = count(&["max_orders_per_minute"], check.max_orders_per_minute)?;
    check.quota_left = count(&["quota_left", "exchange_quota_left"], check.quota_left)?;
    check.quota_reserve = count(&["quota_reserve", "reserve"], check.quota_reserve)?;
    check.margin_needed = case.decimal(&["margin_needed", "required_margin", "margin_required"])?;
    check.available_balance = case.decimal(&["available_balance", "balance"])?;
    Ok(())
}
