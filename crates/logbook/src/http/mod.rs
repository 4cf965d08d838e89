//! The Log Viewer's API, under `/api/logs`, and the door for what browsers report.

pub(crate) mod access;
mod backend;
mod batch;
mod export;
mod frontend;
pub(crate) mod ingest_limit;
pub(crate) mod level;
mod problems;
mod query;
mod tail;
pub(crate) mod views;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// Makes the routes.
pub(crate) fn router(app: &App) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(backend::list_backend_logs))
        .routes(routes!(backend::summarize_backend_logs))
        .routes(routes!(export::export_backend_logs))
        .routes(routes!(tail::tail_backend_logs))
        .routes(routes!(batch::create_log_batch))
        .routes(routes!(frontend::list_frontend_logs))
        .routes(routes!(level::update_log_level))
        .with_state(app.clone())
}
