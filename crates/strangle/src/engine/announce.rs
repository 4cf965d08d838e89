//! Tells streams, logs and metrics what a session has recorded.

use serde_json::json;
use strangle_engine::session::{Event, Fact, Severity};

use super::projection::Projection;
use crate::Strangle;
use crate::desk::topics;

/// Tells about a stored event.
pub(super) fn event(strangle: &Strangle, session: &Projection, event: &Event) {
    let strategy_id = session.ledger().spec.strategy_id.as_str();
    let kind = match &event.fact {
        Fact::IntentPlanned { .. }
        | Fact::IntentSending { .. }
        | Fact::IntentReported { .. }
        | Fact::IntentRejected { .. }
        | Fact::IntentUnknown { .. }
        | Fact::IntentCancelRequested { .. }
        | Fact::IntentNotAccepted { .. }
        | Fact::IntentAbandoned { .. } => "order",
        Fact::FillRecorded { .. } | Fact::CommissionKnown { .. } => "fill",
        Fact::Alert { .. }
        | Fact::AlertCleared { .. }
        | Fact::ForeignPosition { .. }
        | Fact::ExitDecided { .. }
        | Fact::ExtremesMoved { .. }
        | Fact::PanicRequested { .. } => "risk",
        _ => "log",
    };
    strangle.tell(
        topics::SESSION,
        kind,
        strangle.tenant(),
        json!({
            "id": session.number(),
            "strategy_id": strategy_id,
            "seq": event.seq,
            "type": event.fact.kind(),
            "at": event.at,
            "payload": serde_json::to_value(&event.fact).unwrap_or_default().get("payload"),
        }),
    );
    log(strategy_id, event);
    count(event);
}

/// Writes the log line of an event, under the name that operators search for.
fn log(strategy_id: &str, event: &Event) {
    match &event.fact {
        Fact::SessionCreated { .. } => {
            tracing::info!(
                event = "session_created",
                strategy_id,
                "session {strategy_id} was created"
            );
        }
        Fact::StateChanged { from, to, why } => tracing::info!(
            event = "engine_state_changed",
            strategy_id,
            why,
            "session {strategy_id} went from {} to {}",
            from.as_str(),
            to.as_str()
        ),
        Fact::IntentSending { client_order_id } => tracing::info!(
            event = "limit_order_submit",
            strategy_id,
            order = client_order_id.as_str(),
            "order {} is sent",
            client_order_id.as_str()
        ),
        Fact::IntentRejected { client_order_id, code, message } => tracing::warn!(
            event = "limit_order_submit_failed",
            strategy_id,
            order = client_order_id.as_str(),
            code,
            "order {} was refused: {code} {message}",
            client_order_id.as_str()
        ),
        Fact::IntentUnknown { client_order_id, error } => tracing::warn!(
            event = "order_unknown",
            strategy_id,
            order = client_order_id.as_str(),
            "nobody knows what became of order {}: {error}",
            client_order_id.as_str()
        ),
        Fact::FillRecorded { fill, .. } => tracing::info!(
            event = "limit_order_fill",
            strategy_id,
            symbol = fill.symbol.as_str(),
            size = fill.size,
            price = %fill.price,
            "{} {} of {} at {}",
            fill.side.as_str(),
            fill.size,
            fill.symbol,
            fill.price
        ),
        Fact::ExtremesMoved { extremes } => tracing::debug!(
            event = "trailing_state_updated",
            strategy_id,
            peak_pct = extremes.max_profit_pct,
            level_pct = extremes.level_pct,
            "the best result is {:.2} %",
            extremes.max_profit_pct
        ),
        Fact::ExitDecided { reason, net_pct, .. } => tracing::info!(
            event = "exit_condition_triggered",
            strategy_id,
            exit_reason = reason.as_str(),
            net_pct,
            "session {strategy_id} ends: {}",
            reason.as_str()
        ),
        Fact::PanicRequested { by } => tracing::warn!(
            event = "strategy_panic_close",
            strategy_id,
            by,
            "everything is closed at market"
        ),
        Fact::ForeignPosition { symbol, size } => tracing::error!(
            event = "foreign_position",
            strategy_id,
            symbol = symbol.as_str(),
            size,
            "{size} contracts of {symbol} are not this desk's"
        ),
        Fact::Alert { code, severity, message } => match severity {
            Severity::Critical => {
                tracing::error!(event = "desk_alert", strategy_id, code, "{message}");
            }
            Severity::Warning | Severity::Info => {
                tracing::warn!(event = "desk_alert", strategy_id, code, "{message}");
            }
        },
        Fact::SessionClosed { summary } => tracing::info!(
            event = "session_stopped",
            strategy_id,
            exit_reason = summary.exit_reason.as_str(),
            net = %summary.net,
            "session {strategy_id} ended with {} USD",
            summary.net
        ),
        _ => {}
    }
}

fn count(event: &Event) {
    use crate::metrics::{ORDERS, RECONCILE_RUNS};

    match &event.fact {
        Fact::IntentSending { .. } => metrics::counter!(ORDERS, "result" => "sent").increment(1),
        Fact::IntentRejected { .. } => {
            metrics::counter!(ORDERS, "result" => "rejected").increment(1);
        }
        Fact::IntentUnknown { .. } => {
            metrics::counter!(ORDERS, "result" => "unknown").increment(1);
        }
        Fact::Reconciled { differences, .. } => {
            let result = if differences.is_empty() { "clean" } else { "differs" };
            metrics::counter!(RECONCILE_RUNS, "result" => result).increment(1);
        }
        _ => {}
    }
}
