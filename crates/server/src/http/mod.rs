//! The operations of the process itself: health, metrics, what the console needs to know, and the
//! documentation.

mod docs;
mod health;
mod metrics;
mod ui_config;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use platform::auth::{Access, AccessTable};
use platform::clock::Clock;
use platform::settings::PlatformSettings;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use docs::Documents;
pub(crate) use health::Registry;

/// What the operations for supervisors ask.
pub(crate) const PROBE_ACCESS: AccessTable = &[
    ("find_health", Access::Public),
    ("find_health_slash", Access::Public),
    ("find_health_live", Access::Public),
    ("find_health_ready", Access::Public),
    ("find_health_v1", Access::Public),
    ("list_service_health", Access::SignedIn),
    ("find_metrics", Access::Public),
];

/// What the operations for people ask.
pub(crate) const ACCESS: AccessTable = &[
    ("find_ui_config", Access::Public),
    ("find_openapi", Access::Public),
    ("show_docs", Access::Public),
    ("find_docs_file", Access::Public),
];

/// What the operations of the process work on. Cheap to clone.
#[derive(Clone)]
pub(crate) struct System {
    pub(crate) settings: Arc<PlatformSettings>,
    pub(crate) clock: Clock,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) health: Registry,
    pub(crate) metrics: platform::metrics::Handle,
    pub(crate) services: Arc<[ServiceName]>,
    pub(crate) documents: Documents,
}

/// A service as the console lists it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ServiceName {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
}

/// Returns the operations for supervisors: every process answers them.
pub(crate) fn probes(system: System) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(health::find_health))
        .routes(routes!(health::find_health_slash))
        .routes(routes!(health::find_health_live))
        .routes(routes!(health::find_health_ready))
        .routes(routes!(health::find_health_v1))
        .routes(routes!(health::list_service_health))
        .routes(routes!(metrics::find_metrics))
        .with_state(system)
}

/// Returns the operations for people: what the console must know, and the documentation.
pub(crate) fn routes(system: System) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(ui_config::find_ui_config))
        .routes(routes!(docs::find_openapi))
        .routes(routes!(docs::show_docs))
        .routes(routes!(docs::find_docs_file))
        .with_state(system)
}
