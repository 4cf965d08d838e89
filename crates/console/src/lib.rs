//! The web console, embedded in the binary: the build of `web/` and nothing else.
//!
//! `web/dist` may be missing, so that Rust can be built and tested without Node; the page then says
//! how to build it.

use axum::body::Body;
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Dist;

/// What is shown when the console has not been built.
const PLACEHOLDER: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Quintet</title>\
    <h1>Quintet runs</h1><p>The console is not in this binary. Build it with <code>npm ci && npm \
    run build</code> in <code>web/</code> and build the binary again, or use the API: \
    <a href=/docs>/docs</a>.</html>";

/// Serves the console for every address that no operation has.
///
/// Files under `assets/` have a hash in their name and are kept for good; everything else is asked
/// for again. Addresses without a file belong to the console's own router and get its page;
/// addresses of the API and of assets do not.
pub fn routes<S: Clone + Send + Sync + 'static>() -> MethodRouter<S> {
    get(serve)
}

/// Tells whether the console is in the binary.
#[must_use]
pub fn is_built() -> bool {
    Dist::get("index.html").is_some()
}

async fn serve(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if let Some(file) = Dist::get(path).filter(|_| !path.is_empty()) {
        return answer(path, &file, &headers);
    }
    let is_page =
        !["api/", "assets/", "health", "metrics", "ws"].iter().any(|p| path.starts_with(p))
            && !path.rsplit('/').next().unwrap_or_default().contains('.');
    match Dist::get("index.html") {
        _ if !is_page => missing(),
        Some(page) => answer("index.html", &page, &headers),
        None => html(StatusCode::OK, PLACEHOLDER.into()),
    }
}

fn answer(path: &str, file: &EmbeddedFile, asked: &HeaderMap) -> Response {
    let tag = tag(file);
    let forever = path.starts_with("assets/");
    let mut response = if asked.get(header::IF_NONE_MATCH).is_some_and(|seen| *seen == tag) {
        let mut unchanged = Response::new(Body::empty());
        *unchanged.status_mut() = StatusCode::NOT_MODIFIED;
        unchanged
    } else {
        Response::new(Body::from(file.data.clone()))
    };
    let headers = response.headers_mut();
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    if let Ok(kind) = HeaderValue::from_str(kind.as_ref()) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    headers.insert(header::ETAG, tag);
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static(if forever {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        }),
    );
    response
}

fn tag(file: &EmbeddedFile) -> HeaderValue {
    let hash = file.metadata.sha256_hash();
    let hex = hash
        .iter()
        .take(12)
        .fold(String::with_capacity(26), |text, byte| text + &format!("{byte:02x}"));
    HeaderValue::from_str(&format!("\"{hex}\"")).unwrap_or(HeaderValue::from_static("\"0\""))
}

/// A problem document, like every other failure.
fn missing() -> Response {
    const BODY: &str = r#"{"type":"/problems/route_not_found","title":"There is no such thing here","status":404,"code":"route_not_found","detail":"There is no address that you may see."}"#;
    let mut response = Response::new(Body::from(BODY));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

fn html(status: StatusCode, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}
