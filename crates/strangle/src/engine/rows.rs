//! The rows of legs, orders and fills, as the engine's ledger has them.

use chrono::{DateTime, Utc};
use platform::db::{Exact, Json};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use strangle_engine::intent::{Fill, Intent, Side};
use strangle_engine::selection::SelectedLeg;
use strangle_engine::session::{Ledger, Leg, Slippage};
use strangle_engine::trailing::Trail;

use crate::domain::number::{number, rounded};
use crate::domain::session::LegSlippage;
use crate::store::fills::FillRow;
use crate::store::intents::IntentRow;
use crate::store::legs::{LegRow, leg_id};
use crate::store::orders::OrderRow;
use crate::store::positions::PositionRow;

/// Whose rows they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owner<'a> {
    pub(super) tenant_id: &'a str,
    pub(super) session: i64,
}

/// What was noted beside a trade.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recorded {
    pub(super) fee: Option<Decimal>,
    pub(super) index: Option<Decimal>,
    pub(super) at: DateTime<Utc>,
}

/// Returns the row of a leg.
pub(super) fn leg(
    owner: &Owner<'_>,
    ledger: &Ledger,
    index: usize,
    chosen: Option<&SelectedLeg>,
) -> Option<LegRow> {
    let leg = ledger.legs.get(index)?;
    let contract = &leg.contract;
    let book = &leg.book;
    Some(LegRow {
        id: leg_id(owner.session, index),
        tenant_id: owner.tenant_id.to_owned(),
        session_id: owner.session,
        kind: contract.kind.as_str().to_owned(),
        symbol: contract.symbol.as_str().to_owned(),
        product_id: contract.product_id.0,
        strike: Exact(contract.strike),
        expiry: contract.expires_at(),
        contract_value: Exact(contract.contract_value),
        tick_size: Exact(contract.tick_size),
        target_qty: leg.target,
        open_qty: book.position(),
        entry_vwap: book.sold().vwap().map(Exact),
        exit_vwap: book.bought().vwap().map(Exact),
        fees_entry: Exact(book.sold().fees),
        fees_exit: Exact(book.bought().fees),
        realized: Exact(book.realized()),
        status: ledger.leg_status(index).to_owned(),
        selection: Json(match chosen {
            Some(chosen) => serde_json::to_value(chosen).unwrap_or_default(),
            None => json!({ "adopted": leg.target }),
        }),
        slippage: slippage(ledger, index).map(Json),
        opened_at: leg.opened_at,
        closed_at: leg.closed.map(|(_, at)| at),
    })
}

fn slippage(ledger: &Ledger, leg: usize) -> Option<LegSlippage> {
    let entry = ledger.slippage(leg, Side::Sell);
    let exit = ledger.slippage(leg, Side::Buy);
    let total = entry.into_iter().chain(exit).reduce(|sum, one| sum.plus(&one))?;
    let planned = |side: Option<Slippage>| side.and_then(|side| side.planned_price()).map(number);
    Some(LegSlippage {
        planned_entry: planned(entry),
        planned_exit: planned(exit),
        entry: entry.map(|entry| number(entry.lost)),
        exit: exit.map(|exit| number(exit.lost)),
        total: number(total.lost),
        pct: total.pct().map(rounded),
    })
}

/// Returns what people see of a leg.
pub(super) fn position(owner: &Owner<'_>, index: usize, leg: &Leg, trail: &Trail) -> PositionRow {
    let book = &leg.book;
    PositionRow {
        id: leg_id(owner.session, index),
        tenant_id: owner.tenant_id.to_owned(),
        session_id: owner.session,
        symbol: leg.contract.symbol.as_str().to_owned(),
        side: "sell".to_owned(),
        entry_price: book.sold().vwap().map(Exact),
        exit_price: book.bought().vwap().map(Exact),
        quantity: book.sold().size,
        realized_pnl: Exact(book.realized()),
        unrealized_pnl: Exact(Decimal::ZERO),
        fees: Exact(book.fees()),
        entry_time: leg.opened_at,
        exit_time: leg.closed.map(|(_, at)| at),
        trailing_sl_state: Some(Json(json!({
            "level_pct": trail.level_pct,
            "max_profit_seen_pct": trail.max_profit_pct,
        }))),
        analytics: Some(Json(json!({
            "estimated": leg.fills.iter().any(strangle_engine::session::RecordedFill::is_estimate),
            "closed_by": leg.closed.map(|(evidence, _)| evidence),
        }))),
    }
}

/// Returns the row of an order in the log of intents.
pub(super) fn intent(owner: &Owner<'_>, intent: &Intent) -> IntentRow {
    let order = &intent.plan.order;
    IntentRow {
        client_order_id: order.client_order_id.as_str().to_owned(),
        tenant_id: owner.tenant_id.to_owned(),
        session_id: owner.session,
        leg_id: leg_id(owner.session, intent.plan.leg),
        purpose: word(&intent.plan.purpose),
        attempt: i64::from(intent.plan.attempt),
        side: order.side.as_str().to_owned(),
        size: order.size,
        order_type: order.kind.order_type().to_owned(),
        limit_price: order.kind.price().map(Exact),
        time_in_force: order.kind.time_in_force().to_owned(),
        reduce_only: order.reduce_only,
        state: intent.state.as_str().to_owned(),
        planned_at: intent.planned_at,
        sending_at: intent.sending_at,
        acked_at: intent.acked_at,
        terminal_at: intent.terminal_at,
        exchange_order_id: intent.exchange_order_id.map(|id| id.to_string()),
        filled: intent.filled(),
        avg_price: intent.average_price.map(Exact),
        last_error: intent.last_error.clone(),
        fencing_token: intent.plan.fencing_token,
    }
}

/// Returns the row of an order in the ledger of orders; one that never left has none.
pub(super) fn order(
    owner: &Owner<'_>,
    intent: &Intent,
    leg: &Leg,
    updated_at: DateTime<Utc>,
) -> Option<OrderRow> {
    let created_at = intent.sending_at?;
    let order = &intent.plan.order;
    let id = Some(&order.client_order_id);
    let trades = leg.fills.iter().filter(|trade| trade.fill.client_order_id.as_ref() == id);
    let fees: Decimal = trades.map(strangle_engine::session::RecordedFill::fee).sum();
    Some(OrderRow {
        client_order_id: order.client_order_id.as_str().to_owned(),
        tenant_id: owner.tenant_id.to_owned(),
        session_id: owner.session,
        leg_id: leg_id(owner.session, intent.plan.leg),
        order_id: intent.exchange_order_id.map(|id| id.to_string()),
        symbol: leg.contract.symbol.as_str().to_owned(),
        side: order.side.as_str().to_owned(),
        quantity: order.size,
        filled: intent.filled(),
        price: order.kind.price().map(Exact),
        fill_price: intent.average_price.map(Exact),
        fees: Exact(fees),
        status: intent.state.as_str().to_owned(),
        created_at,
        updated_at,
        raw_response: None,
    })
}

/// Returns the row of a trade.
pub(super) fn fill(owner: &Owner<'_>, leg: usize, fill: &Fill, recorded: Recorded) -> FillRow {
    FillRow {
        fill_id: fill.fill_id.clone(),
        tenant_id: owner.tenant_id.to_owned(),
        session_id: owner.session,
        leg_id: leg_id(owner.session, leg),
        client_order_id: fill.client_order_id.as_ref().map(|id| id.as_str().to_owned()),
        order_id: fill.exchange_order_id.map(|id| id.to_string()),
        symbol: fill.symbol.as_str().to_owned(),
        side: fill.side.as_str().to_owned(),
        price: Exact(fill.price),
        size: fill.size,
        role: fill.role.as_ref().map(word),
        commission: fill.commission.map(Exact),
        estimated_fee: recorded.fee.map(Exact),
        index_price: recorded.index.map(Exact),
        fill_type: word(&fill.fill_type),
        exchange_ts: fill.exchange_at,
        recorded_at: recorded.at,
    }
}

/// The word under which a variant without data is stored.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}
