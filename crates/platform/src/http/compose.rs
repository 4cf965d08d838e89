//! Puts services together into one router and one OpenAPI document.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::MethodRouter;
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate as _, SizeAbove};
use tower_http::cors::{AllowOrigin, CorsLayer};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Components, Info, OpenApi};
use utoipa_axum::router::OpenApiRouter;

use super::Networks;
use super::layers::host::Hosts;
use super::layers::{access, context, host, idempotency, limit};
use super::operations::{AccessGaps, Operation, Operations};
use crate::auth::{AccessTable, Authenticator};
use crate::clock::Clock;
use crate::db::Db;
use crate::ids::Ids;
use crate::problem::{FieldError, Problem};
use crate::rate_limit::RateLimiter;
use crate::settings::PlatformSettings;
use crate::tasks::Tasks;

/// The operations of one service and what they ask.
pub struct Mounted {
    /// The service.
    pub service: &'static str,
    /// Its operations.
    pub routes: OpenApiRouter,
    /// Its access table.
    pub access: AccessTable,
}

/// What the layers need.
pub struct Parts {
    /// What every process has.
    pub settings: Arc<PlatformSettings>,
    /// Where time comes from.
    pub clock: Clock,
    /// Where ids come from.
    pub ids: Ids,
    /// Where work that outlives its request is started.
    pub tasks: Tasks,
    /// The platform's database: idempotency keys.
    pub db: Db,
    /// Verifies callers.
    pub authenticator: Arc<dyn Authenticator>,
    /// Counts requests; `None` if they are not limited.
    pub limiter: Option<RateLimiter>,
    /// The services.
    pub mounted: Vec<Mounted>,
    /// Serves what no operation does: the console.
    pub fallback: Option<MethodRouter>,
}

/// Cheap to clone.
pub(crate) type Shared = Arc<SharedParts>;

pub(crate) struct SharedParts {
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) tasks: Tasks,
    pub(crate) db: Db,
    pub(crate) authenticator: Arc<dyn Authenticator>,
    pub(crate) limiter: Option<RateLimiter>,
    pub(crate) operations: Operations,
    pub(crate) proxies: Networks,
    pub(crate) admin_networks: Networks,
    pub(crate) hosts: Hosts,
    deadline: Duration,
}

/// Names every schema of a service that means something else in another.
fn taken_schemas(service: &str, document: &OpenApi, new: &OpenApi) -> Vec<String> {
    let (Some(known), Some(new)) = (&document.components, &new.components) else {
        return Vec::new();
    };
    let taken = new
        .schemas
        .iter()
        .filter(|(name, schema)| known.schemas.get(*name).is_some_and(|known| known != *schema));
    taken.map(|(name, _)| format!("{service}: another service has a schema `{name}`")).collect()
}

/// One router for all services, with its documentation.
pub struct Composed {
    /// Ready to serve.
    pub router: Router,
    /// What it serves.
    pub document: OpenApi,
    /// The operations and what they ask.
    pub operations: Operations,
}

/// Puts services together.
///
/// # Errors
///
/// Returns every operation without an access row and every row without an operation.
pub fn compose(parts: Parts) -> Result<Composed, AccessGaps> {
    let (mut document, mut operations, mut gaps) = (document(), Operations::default(), Vec::new());
    let mut routes = Router::new();
    for mounted in parts.mounted {
        let (service_routes, mut service_document) = mounted.routes.split_for_parts();
        operations.add(mounted.service, mounted.access, &mut service_document, &mut gaps);
        gaps.extend(taken_schemas(mounted.service, &document, &service_document));
        document.merge(service_document);
        routes = routes.merge(service_routes);
    }
    if !gaps.is_empty() {
        return Err(AccessGaps(gaps));
    }

    let settings = &parts.settings;
    let shared = Arc::new(SharedParts {
        clock: parts.clock,
        ids: parts.ids,
        tasks: parts.tasks,
        db: parts.db,
        authenticator: parts.authenticator,
        limiter: parts.limiter,
        operations: operations.clone(),
        proxies: settings.proxies.clone(),
        admin_networks: settings.admin_networks.clone(),
        hosts: Hosts::of(settings),
        deadline: Duration::from_secs(settings.request_timeout_seconds),
    });

    let routes = match parts.fallback {
        Some(fallback) => routes.fallback_service(fallback),
        None => routes.fallback(unknown_route),
    };
    let layered = routes
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(settings.max_body_bytes))
        .layer(from_fn_with_state(shared.clone(), idempotency::idempotency))
        .layer(from_fn_with_state(shared.clone(), deadline))
        .layer(from_fn_with_state(shared.clone(), limit::limit))
        .layer(from_fn_with_state(shared.clone(), access::access))
        .layer(compression())
        .layer(cors(&settings.origins))
        .layer(from_fn_with_state(shared.clone(), host::host))
        .layer(from_fn_with_state(shared, context::context));
    Ok(Composed { router: layered, document, operations })
}

fn document() -> OpenApi {
    let mut components = Components::new();
    let schemes = [
        ("session", cookie()),
        ("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer))),
        ("api_key", SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-API-Key")))),
    ];
    for (name, scheme) in schemes {
        components.add_security_scheme(name, scheme);
    }
    for (name, schema) in [
        (<Problem as utoipa::ToSchema>::name(), <Problem as utoipa::PartialSchema>::schema()),
        (<FieldError as utoipa::ToSchema>::name(), <FieldError as utoipa::PartialSchema>::schema()),
    ] {
        components.schemas.insert(name.into_owned(), schema);
    }
    let mut document = OpenApi::new(
        Info::new("Quintet", env!("CARGO_PKG_VERSION")),
        utoipa::openapi::Paths::new(),
    );
    document.components = Some(components);
    document
}

fn cookie() -> SecurityScheme {
    SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("quintet_session")))
}

fn compression() -> CompressionLayer<impl tower_http::compression::predicate::Predicate> {
    let worth_it = SizeAbove::new(1_024)
        .and(NotForContentType::IMAGES)
        .and(NotForContentType::const_new("font/woff2"))
        .and(NotForContentType::const_new("text/event-stream"));
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(worth_it)
}

fn cors(origins: &[String]) -> CorsLayer {
    if origins.is_empty() {
        return CorsLayer::new();
    }
    let any = origins.iter().any(|origin| origin == "*");
    let allowed = if any {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(origins.iter().filter_map(|o| HeaderValue::from_str(o).ok()))
    };
    CorsLayer::new()
        .allow_origin(allowed)
        .allow_credentials(!any)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(
            [
                "authorization",
                "content-type",
                "if-match",
                "idempotency-key",
                "x-api-key",
                "x-csrf-token",
                "x-correlation-id",
                "x-request-id",
            ]
            .map(HeaderName::from_static),
        )
        .expose_headers([header::ETAG, header::LOCATION, header::RETRY_AFTER])
        .max_age(Duration::from_mins(10))
}

/// Answers 504 when a handler takes too long; streams have no deadline.
async fn deadline(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let operation = request.extensions().get::<Operation>();
    if operation.is_none_or(|operation| operation.streamed) {
        return next.run(request).await;
    }
    match tokio::time::timeout(shared.deadline, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(StatusCode::GATEWAY_TIMEOUT, "deadline", "It took too long")
            .detail("Use the asynchronous form of this operation, or ask for less at once.")
            .into_response(),
    }
}

/// Answers 404 in the form of every other failure.
pub async fn unknown_route() -> Response {
    Problem::not_found("route_not_found", "address").into_response()
}

async fn wrong_method() -> Response {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "This address has no such method",
    )
    .detail("The Allow header lists the methods.")
    .into_response()
}
