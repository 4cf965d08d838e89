//! Shows a leg: how its entry goes, and what it is worth.

use rust_decimal::Decimal;
use strangle_engine::intent::Purpose;
use strangle_engine::session::{AttemptView, LegView, SessionView};

use super::snapshot::greeks;
use crate::domain::number::{exact, number, rounded};
use crate::domain::runtime::{Attempt, EntryLeg, Position};
use crate::store::legs::leg_id;

pub(super) fn entry_leg(leg: &LegView) -> EntryLeg {
    let sold: i64 = leg
        .attempts
        .iter()
        .filter(|attempt| attempt.plan.purpose == Purpose::Entry)
        .map(|attempt| attempt.filled)
        .sum();
    EntryLeg {
        kind: leg.contract.kind.as_str().to_owned(),
        symbol: leg.contract.symbol.as_str().to_owned(),
        target_qty: leg.target,
        filled_qty: sold,
        status: leg.status.to_owned(),
        attempts: leg.attempts.iter().map(attempt).collect(),
    }
}

fn attempt(attempt: &AttemptView) -> Attempt {
    let order = &attempt.plan.order;
    let purpose = match attempt.plan.purpose {
        Purpose::Entry => "entry",
        Purpose::Exit => "exit",
        Purpose::Unwind => "unwind",
        Purpose::Panic => "panic",
    };
    let ratio = if order.size > 0 {
        number(Decimal::from(attempt.filled) / Decimal::from(order.size))
    } else {
        0.0
    };
    Attempt {
        attempt: i64::from(attempt.plan.attempt),
        purpose: purpose.to_owned(),
        client_order_id: order.client_order_id.as_str().to_owned(),
        order_id: attempt.exchange_order_id.map(|id| id.to_string()),
        order_type: order.kind.order_type().to_owned(),
        side: order.side.as_str().to_owned(),
        price: order.kind.price().map(number),
        size: order.size,
        filled: attempt.filled,
        fill_ratio: ratio,
        status: attempt.state.as_str().to_owned(),
        latency_ms: attempt
            .acked_at
            .zip(attempt.sending_at)
            .map(|(acked, sent)| (acked - sent).num_milliseconds()),
        error: attempt.last_error.clone(),
    }
}

pub(super) fn position(view: &SessionView, leg: &LegView) -> Position {
    let contract = &leg.contract;
    let quote = leg.quote.as_ref();
    let total = leg.realized + leg.unrealized - leg.fees_entry - leg.fees_exit;
    let basis = view.totals.basis.filter(|basis| !basis.is_zero());
    let units = Decimal::from(leg.open) * contract.contract_value;
    Position {
        leg_id: leg_id(i64::try_from(view.number).unwrap_or(i64::MAX), leg.index),
        kind: contract.kind.as_str().to_owned(),
        symbol: contract.symbol.as_str().to_owned(),
        product_id: contract.product_id.0,
        strike: number(contract.strike),
        expiry: contract.expires_at(),
        side: if leg.open < 0 { "short" } else { "flat" }.to_owned(),
        status: leg.status.to_owned(),
        quantity: leg.target,
        open_quantity: leg.open.abs(),
        contract_size: number(contract.contract_value),
        entry_price: leg.entry_price.map(number),
        entry_price_exact: leg.entry_price.map(exact),
        exit_price: leg.exit_price.map(number),
        mark_price: quote.map(|quote| number(quote.mark)),
        last_price: quote.and_then(|quote| quote.last).map(number),
        best_bid: quote.and_then(|quote| quote.bid).map(|bid| number(bid.price)),
        best_ask: quote.and_then(|quote| quote.ask).map(|ask| number(ask.price)),
        bid_size: quote.and_then(|quote| quote.bid).map(|bid| number(Decimal::from(bid.size))),
        ask_size: quote.and_then(|quote| quote.ask).map(|ask| number(Decimal::from(ask.size))),
        quote_age_ms: leg.quote_age_ms,
        mark_source: quote
            .map_or("none", |quote| match quote.source {
                strangle_engine::quote::Source::Stream => "stream",
                strangle_engine::quote::Source::Rest => "rest",
            })
            .to_owned(),
        stale: leg.stale,
        fees_entry: number(leg.fees_entry),
        fees_exit: number(leg.fees_exit),
        realized_pnl: number(leg.realized),
        unrealized_pnl: number(leg.unrealized),
        total_pnl: number(total),
        total_pnl_exact: exact(total),
        pnl_pct: basis.map(|basis| number(total / basis * Decimal::ONE_HUNDRED)),
        liquidation_value: leg.liquidation_cost.map(number),
        notional: leg.notional.map(number).unwrap_or_default(),
        distance_pct: leg.distance_pct.map(number),
        iv: quote.and_then(|quote| quote.mark_iv).map(rounded),
        greeks: quote.and_then(|quote| quote.greeks).map(|one| greeks(one.times(number(units)))),
        entry_time: leg.opened_at,
        exit_time: leg.closed_at,
    }
}
