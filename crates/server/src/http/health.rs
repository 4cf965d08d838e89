//! `/health`: what works, for load balancers, for operators, for the console.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use futures::future::join_all;
use http::StatusCode;
use platform::clock::Clock;
use platform::health::{Check, Finding, Status};
use platform::http::Json;
use platform::tasks::Tasks;
use serde::Serialize;
use utoipa::ToSchema;

use super::System;

/// A check that has not answered by then counts as unhealthy.
const DEADLINE: Duration = Duration::from_secs(2);
/// Findings are this fresh at worst; more probes than that cost nothing.
const FRESH: Duration = Duration::from_secs(1);

/// The checks of all services. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Registry {
    checks: Arc<[(&'static str, Check)]>,
    clock: Clock,
    tasks: Tasks,
    latest: Arc<Mutex<Option<(Instant, Findings)>>>,
    looking: Arc<tokio::sync::Mutex<()>>,
}

/// What was found, by service and item.
type Findings = Vec<(&'static str, &'static str, Finding)>;

impl Registry {
    pub(crate) fn new(checks: Vec<(&'static str, Check)>, clock: Clock, tasks: Tasks) -> Self {
        let (latest, looking) = (Arc::default(), Arc::default());
        Self { checks: checks.into(), clock, tasks, latest, looking }
    }

    /// Looks at everything at once, unless somebody just did.
    pub(crate) async fn look(&self) -> Findings {
        if let Some(findings) = self.fresh() {
            return findings;
        }
        let _one_at_a_time = self.looking.lock().await;
        if let Some(findings) = self.fresh() {
            return findings;
        }
        let looks = self.checks.iter().map(|(service, check)| async {
            let mut finding = tokio::time::timeout(DEADLINE, (check.look)())
                .await
                .unwrap_or_else(|_| Finding::unhealthy("does not answer in time"));
            finding.checked_at = Some(self.clock.now());
            (*service, check.name, finding)
        });
        let findings: Findings = join_all(looks).await;
        for (service, name, finding) in &findings {
            let item = format!("{service}.{name}");
            metrics::gauge!(platform::metrics::HEALTH_STATUS, "item" => item).set(
                match finding.status {
                    Status::Healthy => 1.0,
                    Status::Degraded => 0.5,
                    Status::Unhealthy => 0.0,
                },
            );
        }
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        *latest = Some((Instant::now(), findings.clone()));
        findings
    }

    fn fresh(&self) -> Option<Findings> {
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, findings) = latest.as_ref()?;
        (at.elapsed() < FRESH).then(|| findings.clone())
    }
}

/// How the process is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HealthView {
    /// The worst of the components: `unhealthy` also answers 503.
    status: Status,
    timestamp: DateTime<Utc>,
    version: &'static str,
    /// By `<service>.<item>`.
    components: BTreeMap<String, Finding>,
}

/// Says whether the process works, part by part. Credentials are neither needed nor looked at.
#[utoipa::path(get, path = "/health", tag = "health", responses(
    (status = 200, description = "Works, perhaps with less", body = HealthView),
    (status = 503, description = "A part does not work", body = HealthView),
))]
pub(super) async fn find_health(State(system): State<System>) -> Response {
    let findings = system.health.look().await;
    let status = findings.iter().map(|(_, _, f)| f.status).max().unwrap_or(Status::Healthy);
    let components = findings
        .into_iter()
        .map(|(service, name, finding)| (format!("{service}.{name}"), finding))
        .collect();
    let code = match status {
        Status::Unhealthy => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::OK,
    };
    let timestamp = system.clock.now();
    let view = HealthView { status, timestamp, version: env!("CARGO_PKG_VERSION"), components };
    (code, Json(view)).into_response()
}

/// Same as `/health`.
#[utoipa::path(get, path = "/health/", tag = "health", responses(
    (status = 200, description = "Works, perhaps with less", body = HealthView),
    (status = 503, description = "A part does not work", body = HealthView),
))]
pub(super) async fn find_health_slash(system: State<System>) -> Response {
    find_health(system).await
}

/// Same as `/health`.
#[utoipa::path(get, path = "/api/v1/health", tag = "health", responses(
    (status = 200, description = "Works, perhaps with less", body = HealthView),
    (status = 503, description = "A part does not work", body = HealthView),
))]
pub(super) async fn find_health_v1(system: State<System>) -> Response {
    find_health(system).await
}

/// One word.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WordView {
    /// `alive`, `ready` or why not.
    status: &'static str,
}

/// Says that the process runs; a supervisor restarts it when this does not answer.
#[utoipa::path(get, path = "/health/live", tag = "health", responses(
    (status = 200, description = "The process runs", body = WordView),
))]
pub(super) async fn find_health_live() -> Json<WordView> {
    Json(WordView { status: "alive" })
}

/// Says whether requests should be sent here; false while a part does not work or while stopping.
#[utoipa::path(get, path = "/health/ready", tag = "health", responses(
    (status = 200, description = "Send requests", body = WordView),
    (status = 503, description = "Send them elsewhere", body = WordView),
))]
pub(super) async fn find_health_ready(State(system): State<System>) -> Response {
    let status = if system.health.tasks.is_stopping() {
        "stopping"
    } else if system.health.look().await.iter().any(|(_, _, f)| f.status == Status::Unhealthy) {
        "a part does not work, see /health"
    } else {
        return Json(WordView { status: "ready" }).into_response();
    };
    (StatusCode::SERVICE_UNAVAILABLE, Json(WordView { status })).into_response()
}

/// How one service is, for the console.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ServiceHealthView {
    name: &'static str,
    title: &'static str,
    status: Status,
    items: Vec<ItemView>,
}

/// How one part of a service is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ItemView {
    name: &'static str,
    #[serde(flatten)]
    finding: Finding,
}

/// Says how each service is.
#[utoipa::path(get, path = "/api/health/services", tag = "health", responses(
    (status = 200, description = "One entry a service", body = [ServiceHealthView]),
))]
pub(super) async fn list_service_health(
    State(system): State<System>,
) -> Json<Vec<ServiceHealthView>> {
    let mut services: Vec<ServiceHealthView> = Vec::new();
    for (service, name, finding) in system.health.look().await {
        let item = ItemView { name, finding };
        match services.iter_mut().find(|view| view.name == service) {
            Some(view) => {
                view.status = view.status.max(item.finding.status);
                view.items.push(item);
            }
            None => services.push(ServiceHealthView {
                name: service,
                title: system
                    .services
                    .iter()
                    .find(|s| s.name == service)
                    .map_or("Platform", |s| s.title),
                status: item.finding.status,
                items: vec![item],
            }),
        }
    }
    Json(services)
}
