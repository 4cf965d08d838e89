//! The names of what this service counts.

/// Exports of analytics, by `result`: `completed`, `failed`.
pub const EXPORTS: &str = "strangle_exports_total";
/// Time from the first to the last row of an export.
pub const EXPORT_SECONDS: &str = "strangle_export_seconds";

/// Whether this process trades.
pub const LEASE_HELD: &str = "strangle_lease_held";
/// Whether a session is open.
pub const SESSION_OPEN: &str = "strangle_session_state";
/// Net result of the session, USD.
pub const NET_PNL_USD: &str = "strangle_net_pnl_usd";
/// Net result of the session, per cent of its basis.
pub const NET_PNL_PCT: &str = "strangle_net_pnl_pct";
/// Delta of the position.
pub const POSITION_DELTA: &str = "strangle_position_delta";
/// Vega of the position.
pub const POSITION_VEGA: &str = "strangle_position_vega";
/// Theta of the position.
pub const POSITION_THETA: &str = "strangle_position_theta";
/// Age of the oldest quote of an open leg.
pub const QUOTE_AGE_SECONDS: &str = "strangle_quote_age_seconds";
/// Whether the kill switch is set.
pub const KILL_SWITCH: &str = "strangle_kill_switch";
/// Symbols of this desk in which somebody else holds a position.
pub const FOREIGN_POSITIONS: &str = "strangle_foreign_positions";
/// Orders whose fate is not known.
pub const INTENTS_UNKNOWN: &str = "strangle_intents_unknown";
/// Orders, by `result`: `sent`, `rejected`, `unknown`, `filled`.
pub const ORDERS: &str = "strangle_orders_total";
/// Passes of reconciliation, by `result`.
pub const RECONCILE_RUNS: &str = "strangle_reconcile_runs_total";
/// Time since the engine last worked.
pub const HEARTBEAT_AGE_SECONDS: &str = "strangle_engine_heartbeat_age_seconds";
/// Time of one step of the engine, its commits included.
pub const TICK_SECONDS: &str = "strangle_engine_tick_seconds";

/// The gauges with what they mean.
const GAUGES: [(&str, &str); 12] = [
    (LEASE_HELD, "Whether this process trades"),
    (SESSION_OPEN, "Whether a session is open"),
    (NET_PNL_USD, "Net result of the session, USD"),
    (NET_PNL_PCT, "Net result of the session, per cent of its basis"),
    (POSITION_DELTA, "Delta of the position"),
    (POSITION_VEGA, "Vega of the position"),
    (POSITION_THETA, "Theta of the position"),
    (QUOTE_AGE_SECONDS, "Age of the oldest quote of an open leg"),
    (KILL_SWITCH, "Whether the kill switch is set"),
    (FOREIGN_POSITIONS, "Symbols in which somebody else holds a position"),
    (INTENTS_UNKNOWN, "Orders whose fate is not known"),
    (HEARTBEAT_AGE_SECONDS, "Time since the engine last worked"),
];

/// Describes the metrics to the exporter.
pub(crate) fn describe() {
    for (name, meaning) in GAUGES {
        metrics::describe_gauge!(name, meaning);
    }
    metrics::describe_counter!(ORDERS, "Orders by result");
    metrics::describe_counter!(RECONCILE_RUNS, "Passes of reconciliation by result");
    metrics::describe_histogram!(
        TICK_SECONDS,
        metrics::Unit::Seconds,
        "Time of one step of the engine, its commits included"
    );
    metrics::describe_counter!(EXPORTS, "Exports of analytics by result");
    metrics::describe_histogram!(
        EXPORT_SECONDS,
        metrics::Unit::Seconds,
        "Time to send an export of analytics"
    );
}
