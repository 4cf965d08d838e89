//! Sessions as they are shown.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::number::{exact, number};
use crate::domain::session::{LegFees, LegSummary, PnlSummary};
use crate::store::fills::FillRow;
use crate::store::intents::IntentRow;
use crate::store::legs::LegRow;
use crate::store::orders::OrderRow;
use crate::store::positions::PositionRow;
use crate::store::session_events::EventRow;
use crate::store::session_list::ListRow;

/// A session in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionView {
    id: i64,
    strategy_id: String,
    /// `running` or `stopped`.
    status: String,
    /// The session's own state.
    state: String,
    /// `paper`, `testnet` or `live`.
    mode: String,
    config_name: Option<String>,
    activated_at: DateTime<Utc>,
    deactivated_at: Option<DateTime<Utc>>,
    duration_seconds: Option<i64>,
    pnl_summary: Option<PnlSummary>,
    #[schema(value_type = Option<Object>)]
    session_metadata: Option<Value>,
    exit_reason: Option<String>,
    legs_summary: Vec<LegSummary>,
}

/// An order of a session.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionOrderView {
    order_id: Option<String>,
    client_order_id: String,
    symbol: String,
    side: String,
    quantity: i64,
    filled: i64,
    price: Option<f64>,
    fill_price: Option<f64>,
    fees: f64,
    status: String,
    created_at: DateTime<Utc>,
    #[schema(value_type = Option<Object>)]
    raw_response: Option<Value>,
}

/// An order before and after it left: every attempt.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionIntentView {
    client_order_id: String,
    leg_id: i64,
    /// `entry`, `exit`, `unwind`, `panic` or `protective`.
    purpose: String,
    attempt: i64,
    side: String,
    size: i64,
    order_type: String,
    limit_price: Option<f64>,
    reduce_only: bool,
    state: String,
    filled: i64,
    avg_price: Option<f64>,
    planned_at: DateTime<Utc>,
    sending_at: Option<DateTime<Utc>>,
    acked_at: Option<DateTime<Utc>>,
    terminal_at: Option<DateTime<Utc>>,
    last_error: Option<String>,
}

/// A trade of a session.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionFillView {
    fill_id: String,
    client_order_id: Option<String>,
    order_id: Option<String>,
    symbol: String,
    side: String,
    price: f64,
    size: i64,
    role: Option<String>,
    /// What the exchange took.
    commission: Option<f64>,
    /// What was expected.
    estimated_fee: Option<f64>,
    fill_type: String,
    at: DateTime<Utc>,
}

/// A position of a session.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionPositionView {
    id: i64,
    symbol: String,
    side: String,
    entry_price: Option<f64>,
    exit_price: Option<f64>,
    quantity: i64,
    realized_pnl: f64,
    unrealized_pnl: f64,
    fees: f64,
    entry_time: Option<DateTime<Utc>>,
    exit_time: Option<DateTime<Utc>>,
    #[schema(value_type = Option<Object>)]
    trailing_sl_state: Option<Value>,
    #[schema(value_type = Option<Object>)]
    analytics: Option<Value>,
}

/// One thing that happened in a session.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionEventView {
    seq: i64,
    #[serde(rename = "type")]
    kind: String,
    at: DateTime<Utc>,
    #[schema(value_type = Object)]
    payload: Value,
}

/// Reads the result of a session. One that was stored without the exact text of its result before
/// fees gets it from its row.
pub(super) fn summary(row: &ListRow) -> Option<PnlSummary> {
    let stored = row.pnl_summary.as_ref()?.0.clone();
    let mut summary: PnlSummary = serde_json::from_value(stored).ok()?;
    if let Some(gross) = row.gross.filter(|_| summary.pnl_before_fees_exact.is_empty()) {
        summary.pnl_before_fees_exact = exact(gross.0);
        summary.realized_exact = exact(gross.0);
    }
    Some(summary)
}

impl SessionView {
    pub(super) fn new(row: ListRow, legs: &[LegRow]) -> Self {
        let pnl_summary = summary(&row);
        let name = row.config_snapshot.0.get("name").and_then(Value::as_str);
        Self {
            id: row.id,
            config_name: name.map(str::to_owned),
            strategy_id: row.strategy_id,
            status: row.status,
            state: row.state,
            mode: row.mode,
            activated_at: row.activated_at,
            deactivated_at: row.deactivated_at,
            duration_seconds: row.deactivated_at.map(|end| (end - row.activated_at).num_seconds()),
            pnl_summary,
            session_metadata: row.session_metadata.map(|metadata| metadata.0),
            exit_reason: row.exit_reason,
            legs_summary: legs.iter().map(leg).collect(),
        }
    }
}

/// Shows a leg in brief.
pub(super) fn leg(row: &LegRow) -> LegSummary {
    let collected =
        row.entry_vwap.map(|price| price.0 * row.contract_value.0 * Decimal::from(row.target_qty));
    let net = row.realized.0 - row.fees_entry.0 - row.fees_exit.0;
    let pct = collected
        .filter(|basis| !basis.is_zero())
        .and_then(|basis| net.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(basis));
    LegSummary {
        leg_id: row.id,
        kind: row.kind.clone(),
        symbol: row.symbol.clone(),
        side: "short".to_owned(),
        status: row.status.clone(),
        entry_price: row.entry_vwap.map(|price| number(price.0)),
        exit_price: row.exit_vwap.map(|price| number(price.0)),
        quantity: row.target_qty,
        contract_size: number(row.contract_value.0),
        realized_pnl: number(row.realized.0),
        pnl_pct: pct.map(number),
        entry_time: row.opened_at,
        exit_time: row.closed_at,
        fees: LegFees {
            entry: number(row.fees_entry.0),
            exit: number(row.fees_exit.0),
            total: number(row.fees_entry.0 + row.fees_exit.0),
        },
        slippage: row.slippage.as_ref().map(|slippage| slippage.0),
    }
}

impl From<OrderRow> for SessionOrderView {
    fn from(row: OrderRow) -> Self {
        Self {
            order_id: row.order_id,
            client_order_id: row.client_order_id,
            symbol: row.symbol,
            side: row.side,
            quantity: row.quantity,
            filled: row.filled,
            price: row.price.map(|price| number(price.0)),
            fill_price: row.fill_price.map(|price| number(price.0)),
            fees: number(row.fees.0),
            status: row.status,
            created_at: row.created_at,
            raw_response: row.raw_response.map(|raw| raw.0),
        }
    }
}

impl From<IntentRow> for SessionIntentView {
    fn from(row: IntentRow) -> Self {
        Self {
            client_order_id: row.client_order_id,
            leg_id: row.leg_id,
            purpose: row.purpose,
            attempt: row.attempt,
            side: row.side,
            size: row.size,
            order_type: row.order_type,
            limit_price: row.limit_price.map(|price| number(price.0)),
            reduce_only: row.reduce_only,
            state: row.state,
            filled: row.filled,
            avg_price: row.avg_price.map(|price| number(price.0)),
            planned_at: row.planned_at,
            sending_at: row.sending_at,
            acked_at: row.acked_at,
            terminal_at: row.terminal_at,
            last_error: row.last_error,
        }
    }
}

impl From<FillRow> for SessionFillView {
    fn from(row: FillRow) -> Self {
        Self {
            fill_id: row.fill_id,
            client_order_id: row.client_order_id,
            order_id: row.order_id,
            symbol: row.symbol,
            side: row.side,
            price: number(row.price.0),
            size: row.size,
            role: row.role,
            commission: row.commission.map(|fee| number(fee.0)),
            estimated_fee: row.estimated_fee.map(|fee| number(fee.0)),
            fill_type: row.fill_type,
            at: row.exchange_ts,
        }
    }
}

impl From<PositionRow> for SessionPositionView {
    fn from(row: PositionRow) -> Self {
        Self {
            id: row.id,
            symbol: row.symbol,
            side: row.side,
            entry_price: row.entry_price.map(|price| number(price.0)),
            exit_price: row.exit_price.map(|price| number(price.0)),
            quantity: row.quantity,
            realized_pnl: number(row.realized_pnl.0),
            unrealized_pnl: number(row.unrealized_pnl.0),
            fees: number(row.fees.0),
            entry_time: row.entry_time,
            exit_time: row.exit_time,
            trailing_sl_state: row.trailing_sl_state.map(|state| state.0),
            analytics: row.analytics.map(|analytics| analytics.0),
        }
    }
}

impl From<EventRow> for SessionEventView {
    fn from(row: EventRow) -> Self {
        Self { seq: row.seq, kind: row.kind, at: row.at, payload: row.payload.0 }
    }
}
