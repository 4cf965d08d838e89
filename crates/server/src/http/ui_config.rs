//! What the console must know before anybody has signed in.

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::http::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::System;

/// What the console must know before anybody has signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UiConfigView {
    /// `development`, `test`, `staging` or `production`.
    environment: String,
    version: &'static str,
    /// `PAPER` until a service trades for real.
    mode: &'static str,
    /// The services that run here.
    services: Vec<ServiceView>,
    /// Sets the console's clock.
    server_time: DateTime<Utc>,
    started_at: DateTime<Utc>,
    /// Whether the data was made up.
    demo: bool,
    /// Whether /docs answers.
    docs: bool,
}

/// A service that runs here.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ServiceView {
    name: &'static str,
    title: &'static str,
}

/// Describes the server to the console.
#[utoipa::path(get, path = "/api/ui-config", tag = "console", responses(
    (status = 200, description = "The server", body = UiConfigView),
))]
pub(super) async fn find_ui_config(State(system): State<System>) -> Json<UiConfigView> {
    let services = system.services.iter();
    Json(UiConfigView {
        environment: system.settings.environment.to_string(),
        version: env!("CARGO_PKG_VERSION"),
        mode: "PAPER",
        services: services.map(|s| ServiceView { name: s.name, title: s.title }).collect(),
        server_time: system.clock.now(),
        started_at: system.started_at,
        demo: system.settings.demo_data,
        docs: system.settings.docs_enabled,
    })
}
