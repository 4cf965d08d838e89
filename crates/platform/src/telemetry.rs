//! Traces for OpenTelemetry: where a request came from, and what it led to.
//!
//! Nothing is recorded or sent unless an endpoint is set. Trace ids travel in the W3C header
//! `traceparent`, in and out.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator as _};
use opentelemetry::trace::{TraceContextExt as _, TracerProvider as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{
    ExporterBuildError, SpanExporter, WithExportConfig as _, WithHttpConfig as _,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use tokio::runtime::Handle;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt as _};
use tracing_subscriber::registry::LookupSpan;

/// How long one delivery may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Keeps the export alive; [`Telemetry::shutdown`] sends what is left.
#[derive(Debug)]
pub struct Telemetry {
    provider: SdkTracerProvider,
}

/// Makes the layer that sends spans to the collector at `endpoint` (`http://collector:4318`), over
/// HTTP. Needs a runtime.
///
/// # Errors
///
/// Returns [`ExporterBuildError`] if the endpoint is not an address.
pub fn layer<S>(
    endpoint: &str,
    version: &'static str,
) -> Result<(OpenTelemetryLayer<S, SdkTracer>, Telemetry), ExporterBuildError>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(OnRuntime {
            client: reqwest::Client::default(),
            runtime: Handle::current(),
        })
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .with_timeout(TIMEOUT)
        .build()?;
    let resource = Resource::builder()
        .with_service_name("quintet")
        .with_attribute(KeyValue::new("service.version", version))
        .build();
    let provider =
        SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build();
    let layer = OpenTelemetryLayer::new(provider.tracer("quintet"));
    Ok((layer, Telemetry { provider }))
}

impl Telemetry {
    /// Sends what is left. Blocks for a few seconds at most; call it outside the runtime's workers,
    /// for example in `spawn_blocking`.
    pub fn shutdown(&self) {
        if let Err(error) = self.provider.shutdown() {
            tracing::debug!(error = %error, "traces were not delivered");
        }
    }
}

/// Continues, in `span`, the trace that the headers of a request name; nothing if they name none.
pub fn adopt(span: &Span, headers: &HeaderMap) {
    let remote = TraceContextPropagator::new().extract(&Headers(headers));
    if remote.span().span_context().is_valid() {
        // An error says that the span is not recorded.
        let _ = span.set_parent(remote);
    }
}

/// Names the current trace in the headers of an outgoing request; nothing if there is none.
pub fn inject(headers: &mut HeaderMap) {
    let context = Span::current().context();
    inject_context(&context, headers);
}

fn inject_context(context: &Context, headers: &mut HeaderMap) {
    if context.span().span_context().is_valid() {
        TraceContextPropagator::new().inject_context(context, &mut HeadersMut(headers));
    }
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

struct HeadersMut<'a>(&'a mut HeaderMap);

impl Injector for HeadersMut<'_> {
    fn set(&mut self, key: &str, value: String) {
        let name = HeaderName::from_bytes(key.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(&value)) {
            self.0.insert(name, value);
        }
    }
}

/// Sends on the runtime: the exporter works in a thread of its own that has none.
struct OnRuntime {
    client: reqwest::Client,
    runtime: Handle,
}

impl fmt::Debug for OnRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnRuntime").finish_non_exhaustive()
    }
}

impl HttpClient for OnRuntime {
    fn send_bytes<'this, 'sent>(
        &'this self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'sent>>
    where
        'this: 'sent,
        Self: 'sent,
    {
        let client = self.client.clone();
        let sending = self.runtime.spawn(async move { client.send_bytes(request).await });
        Box::pin(async move { sending.await? })
    }
}

#[cfg(test)]
mod tests {
    use tracing::subscriber::with_default;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_trace_goes_on_from_the_request_to_what_it_asks_for() {
        let provider = SdkTracerProvider::builder().build();
        let layer = OpenTelemetryLayer::new(provider.tracer("test"));
        let mut incoming = HeaderMap::new();
        incoming.insert("traceparent", HeaderValue::from_static(PARENT));
        let mut outgoing = HeaderMap::new();
        with_default(tracing_subscriber::registry().with(layer), || {
            let span = tracing::info_span!("request");
            adopt(&span, &incoming);
            span.in_scope(|| inject(&mut outgoing));
        });
        let sent = outgoing["traceparent"].to_str().unwrap();
        assert!(sent.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-"), "{sent}");
        assert!(!sent.contains("00f067aa0ba902b7"), "the parent is now this span: {sent}");
    }

    #[test]
    fn without_traces_nothing_is_said() {
        let mut outgoing = HeaderMap::new();
        inject(&mut outgoing);
        let mut bad = HeaderMap::new();
        bad.insert("traceparent", HeaderValue::from_static("00-zz-1-1"));
        adopt(&Span::current(), &bad);
        assert!(outgoing.is_empty());
    }
}
