//! Translates between HTTP and the desk.
//!
//! Every address is under `/api`, and the same handlers answer under `/api/v1/strangle`; `/configs`
//! also answers with a slash at the end. The platform knows all by one name.

mod absent;
mod access;
mod analytics;
mod analytics_export;
mod analytics_query;
mod analytics_views;
mod config_tools;
mod configs;
mod control;
mod csv_stream;
mod fees;
mod flags;
mod legs;
mod live;
mod problems;
mod profile_body;
mod reconciliation;
mod risk;
mod session_export;
mod session_tools;
mod session_views;
mod sessions;
mod sim;
mod stream;

use axum::Router;
use axum::routing::get;
use platform::auth::Caller;
use platform::problem::Problem;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use access::ACCESS;

use crate::Strangle;

/// Lists the operations, under both of their addresses.
pub(crate) fn routes(strangle: &Strangle) -> OpenApiRouter {
    let (plain, _) = operations(strangle).split_for_parts();
    let list = get(configs::list_configs).post(configs::create_config);
    let others = Router::new()
        .route("/api/configs/", list.clone().with_state(strangle.clone()))
        .route("/api/v1/strangle/configs/", list.with_state(strangle.clone()))
        .nest("/api/v1/strangle", plain);
    OpenApiRouter::new().nest("/api", operations(strangle)).merge(OpenApiRouter::from(others))
}

fn operations(strangle: &Strangle) -> OpenApiRouter {
    OpenApiRouter::new()
        .merge(profiles())
        .merge(desk())
        .merge(sessions())
        .merge(risk_and_analytics())
        .merge(simulator_and_absent())
        .with_state(strangle.clone())
}

fn profiles() -> OpenApiRouter<Strangle> {
    OpenApiRouter::new()
        .routes(routes!(configs::list_configs, configs::create_config))
        .routes(routes!(configs::find_config, configs::update_config, configs::delete_config))
        .routes(routes!(configs::activate_config))
        .routes(routes!(configs::deactivate_config))
        .routes(routes!(config_tools::find_config_defaults))
        .routes(routes!(config_tools::preview_new_config))
        .routes(routes!(config_tools::preview_config))
        .routes(routes!(config_tools::duplicate_config))
        .routes(routes!(config_tools::export_config))
        .routes(routes!(config_tools::import_config))
        .routes(routes!(config_tools::list_config_versions))
}

fn desk() -> OpenApiRouter<Strangle> {
    OpenApiRouter::new()
        .routes(routes!(control::control_desk))
        .routes(routes!(control::find_operation))
        .routes(routes!(live::find_heartbeat))
        .routes(routes!(live::find_runtime))
        .routes(routes!(live::find_risk_snapshot))
        .routes(routes!(live::find_chain))
        .routes(routes!(live::find_preflight))
        .routes(routes!(stream::stream_desk))
        .routes(routes!(legs::close_leg))
        .routes(routes!(fees::quote_fees))
        .routes(routes!(flags::list_feature_flags))
        .routes(routes!(flags::set_feature_flag))
}

fn sessions() -> OpenApiRouter<Strangle> {
    OpenApiRouter::new()
        .routes(routes!(sessions::list_trading_sessions))
        .routes(routes!(sessions::find_session))
        .routes(routes!(sessions::list_session_events))
        .routes(routes!(session_tools::find_session_pnl))
        .routes(routes!(session_tools::clean_up_sessions))
        .routes(routes!(session_export::export_sessions))
        .routes(routes!(absent::adopt_positions))
}

fn risk_and_analytics() -> OpenApiRouter<Strangle> {
    OpenApiRouter::new()
        .routes(routes!(reconciliation::find_reconciliation))
        .routes(routes!(reconciliation::run_reconciliation))
        .routes(routes!(risk::find_trading_state, risk::update_trading_state))
        .routes(routes!(risk::find_risk_limits, risk::update_risk_limits))
        .routes(routes!(risk::list_risk_events))
        .routes(routes!(analytics::find_analytics_dashboard))
        .routes(routes!(analytics::find_analytics_history))
        .routes(routes!(analytics_export::export_analytics))
}

fn simulator_and_absent() -> OpenApiRouter<Strangle> {
    OpenApiRouter::new()
        .routes(routes!(sim::find_sim_status))
        .routes(routes!(sim::set_sim_scenario))
        .routes(routes!(sim::inject_sim_fault))
        .routes(routes!(sim::set_sim_clock))
        .routes(routes!(sim::reset_sim))
        .routes(routes!(absent::list_backtests, absent::create_backtest))
        .routes(routes!(absent::find_backtest, absent::delete_backtest))
}

/// Refuses a caller of another tenant than the one that the desk belongs to.
pub(crate) fn require_desk(app: &Strangle, caller: &Caller) -> Result<(), Problem> {
    if caller.tenant_id == app.tenant() { Ok(()) } else { Err(problems::no_desk()) }
}
