//! The documentation of the API: the OpenAPI document and a page to read it.

use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use platform::http::Path;
use platform::problem::Problem;
use utoipa::openapi::OpenApi;

use super::System;

/// The page's scripts set styles from code, and its icons are `data:` images.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'";

/// The OpenAPI document, once all services are put together. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Documents {
    json: Arc<OnceLock<Bytes>>,
}

impl Documents {
    /// Keeps the document; the first one counts.
    pub(crate) fn publish(&self, document: &OpenApi) -> serde_json::Result<()> {
        let json = serde_json::to_vec(document)?;
        self.json.get_or_init(|| json.into());
        Ok(())
    }
}

fn enabled(system: &System) -> Result<(), Problem> {
    if system.settings.docs_enabled {
        return Ok(());
    }
    Err(Problem::not_found("route_not_found", "address"))
}

/// Returns the OpenAPI 3.1 document of this server.
#[utoipa::path(get, path = "/openapi.json", tag = "docs", responses(
    (status = 200, description = "OpenAPI 3.1", body = serde_json::Value),
    (status = 404, description = "DOCS_ENABLED is off", body = Problem),
))]
pub(super) async fn find_openapi(State(system): State<System>) -> Result<Response, Problem> {
    enabled(&system)?;
    let json = system.documents.json.get().cloned().unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, "application/json")], json).into_response())
}

/// Shows the documentation.
#[utoipa::path(get, path = "/docs", tag = "docs", responses(
    (status = 200, description = "A page", body = String, content_type = "text/html"),
    (status = 404, description = "DOCS_ENABLED is off", body = Problem),
))]
pub(super) async fn show_docs(State(system): State<System>) -> Result<Response, Problem> {
    enabled(&system)?;
    file("index.html")
}

/// Returns a file of the documentation page.
#[utoipa::path(get, path = "/docs/{file}", tag = "docs", params(("file" = String, Path)), responses(
    (status = 200, description = "A file", body = String, content_type = "application/octet-stream"),
    (status = 404, description = "No such file, or DOCS_ENABLED is off", body = Problem),
))]
pub(super) async fn find_docs_file(
    State(system): State<System>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    enabled(&system)?;
    file(&name)
}

fn file(name: &str) -> Result<Response, Problem> {
    let config = utoipa_swagger_ui::Config::from("/openapi.json");
    let found = utoipa_swagger_ui::serve(name, Arc::new(config))
        .map_err(|e| Problem::internal(std::io::Error::other(e.to_string())))?;
    let Some(found) = found else {
        return Err(Problem::not_found("route_not_found", "file"));
    };
    let mut body = found.bytes.into_owned();
    if name == "index.html" {
        // The page is served without a final slash: its links must name the folder.
        let page = String::from_utf8_lossy(&body).replace("\"./", "\"/docs/");
        body = page.replace("href=\"index.css\"", "href=\"/docs/index.css\"").into_bytes();
    }
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::OK;
    let headers = response.headers_mut();
    if let Ok(kind) = HeaderValue::from_str(&found.content_type) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Ok(response)
}
