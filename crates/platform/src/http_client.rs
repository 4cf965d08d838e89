//! Asks other servers: with a deadline, a limit on what is read, tries that wait, and a breaker.
//!
//! # Invariants
//!
//! - A call, tries and waits included, ends by its deadline.
//! - Only what may be repeated is repeated: `GET`, `HEAD`, `PUT`, `DELETE`, and requests with an
//!   `Idempotency-Key`.
//! - Redirects are not followed; no address, header or body of a request appears in an error.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, StatusCode, header};
use reqwest::{Request, RequestBuilder, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use crate::backoff::Backoff;
use crate::breaker::{self, Breaker, BreakerOptions, Permit};
use crate::ids::Ids;
use crate::metrics::{OUTGOING_DURATION_SECONDS, OUTGOING_REQUESTS_TOTAL};

/// Hosts of one client that have a breaker of their own; further ones share the last.
const MAX_HOSTS: usize = 32;
/// What is told of an answer that is not a success.
const EXCERPT: usize = 2_048;

/// How a client asks.
#[derive(Debug, Clone, Copy)]
pub struct HttpOptions {
    /// The whole call ends by then.
    pub deadline: Duration,
    /// One try ends by then.
    pub timeout: Duration,
    /// How often what may be repeated is tried.
    pub tries: u32,
    /// Waits between tries; an answer's `Retry-After` may ask for more.
    pub backoff: Backoff,
    /// The longest answer that is read.
    pub max_bytes: usize,
    /// When a host is left alone.
    pub breaker: BreakerOptions,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(30),
            timeout: Duration::from_secs(10),
            tries: 3,
            backoff: Backoff { base: Duration::from_millis(300), max: Duration::from_secs(10) },
            max_bytes: 16 * 1024 * 1024,
            breaker: BreakerOptions::default(),
        }
    }
}

/// Why there is no good answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// It did not answer lately, and was not asked.
    #[error("{0} is left alone for a while")]
    LeftAlone(String),
    /// It did not answer in time.
    #[error("{0} did not answer in time")]
    TimedOut(String),
    /// The connection failed.
    #[error("{0} cannot be reached")]
    Unreachable(String, #[source] reqwest::Error),
    /// It answered, but not with success.
    #[error("{target} answered {status}")]
    Status {
        /// Who.
        target: String,
        /// What.
        status: StatusCode,
        /// The first 2 KiB of the answer; it may hold anything.
        body: Bytes,
    },
    /// The answer is too long.
    #[error("the answer of {0} is too long")]
    TooLarge(String),
    /// The answer is not what was expected.
    #[error("the answer of {0} cannot be read")]
    Malformed(String, #[source] serde_json::Error),
    /// The request cannot be sent as it is.
    #[error("the request to {0} is not valid")]
    Invalid(String, #[source] reqwest::Error),
}

/// An answer that was a success.
#[derive(Debug, Clone)]
pub struct HttpAnswer {
    /// 200 to 299.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

/// Asks one target: a vendor, another process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct HttpClient {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    target: String,
    options: HttpOptions,
    client: reqwest::Client,
    hosts: Mutex<BTreeMap<String, Breaker>>,
}

/// How one try ended.
enum Try {
    Done(Result<HttpAnswer, HttpError>),
    /// It may be repeated, not before this time.
    Again(HttpError, Duration),
}

impl HttpClient {
    /// Makes a client that ends every call by `deadline`. `target` is a short name for logs, metrics
    /// and the health page.
    ///
    /// # Panics
    ///
    /// Panics if the TLS library cannot be initialised, which no request could survive.
    #[must_use]
    pub fn new(target: &str, deadline: Duration) -> Self {
        let timeout = deadline.min(HttpOptions::default().timeout);
        Self::with_options(target, HttpOptions { deadline, timeout, ..HttpOptions::default() })
    }

    /// Makes a client.
    ///
    /// # Panics
    ///
    /// Panics if the TLS library cannot be initialised, which no request could survive.
    #[must_use]
    pub fn with_options(target: &str, options: HttpOptions) -> Self {
        let client = reqwest::Client::builder()
            .timeout(options.timeout)
            .connect_timeout(options.timeout.min(Duration::from_secs(5)))
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("quintet/", env!("CARGO_PKG_VERSION")))
            .build()
            .unwrap_or_default();
        let (target, hosts) = (target.to_owned(), Mutex::default());
        Self { inner: Arc::new(Inner { target, options, client, hosts }) }
    }

    /// Begins a request, for [`HttpClient::send`].
    pub fn request(&self, method: Method, url: &str) -> RequestBuilder {
        self.inner.client.request(method, url)
    }

    /// Reads a JSON document.
    ///
    /// # Errors
    ///
    /// Returns [`HttpError`] unless the answer is a success and a `T`.
    pub async fn get_json<T: DeserializeOwned>(&self, url: &str) -> Result<T, HttpError> {
        let answer = self.send(self.request(Method::GET, url)).await?;
        self.read(&answer)
    }

    /// Sends a JSON document and reads one. It is tried once: it might have an effect twice.
    ///
    /// # Errors
    ///
    /// Returns [`HttpError`] unless the answer is a success and a `T`.
    pub async fn post_json<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        url: &str,
        body: &B,
    ) -> Result<T, HttpError> {
        let answer = self.send(self.request(Method::POST, url).json(body)).await?;
        self.read(&answer)
    }

    /// Sends a request, again if it may be repeated and fails in a way that may pass.
    ///
    /// # Errors
    ///
    /// Returns [`HttpError`] unless the answer is a success.
    pub async fn send(&self, request: RequestBuilder) -> Result<HttpAnswer, HttpError> {
        let begun = Instant::now();
        let deadline = begun + self.inner.options.deadline;
        let target = &self.inner.target;
        let sending = self.send_until(request, deadline);
        let answer = tokio::time::timeout_at(deadline, sending)
            .await
            .unwrap_or_else(|_| Err(HttpError::TimedOut(target.clone())));
        metrics::histogram!(OUTGOING_DURATION_SECONDS, "target" => target.clone())
            .record(begun.elapsed().as_secs_f64());
        metrics::counter!(
            OUTGOING_REQUESTS_TOTAL, "target" => target.clone(), "result" => result_name(&answer)
        )
        .increment(1);
        answer
    }

    async fn send_until(
        &self,
        request: RequestBuilder,
        deadline: Instant,
    ) -> Result<HttpAnswer, HttpError> {
        let invalid = |error| HttpError::Invalid(self.inner.target.clone(), error);
        let mut request = request.build().map_err(invalid)?;
        crate::telemetry::inject(request.headers_mut());
        let breaker = self.breaker(request.url());
        let tries = if is_repeatable(&request) { self.inner.options.tries.max(1) } else { 1 };
        let seed = Ids::Random.draw().to_string();
        for failures in 1.. {
            // A body that is streamed cannot be sent twice.
            let copy = request.try_clone();
            let last = failures >= tries || copy.is_none();
            let (wait, error) = match self.try_once(request, &breaker).await {
                Try::Done(answer) => return answer,
                Try::Again(error, asked) => {
                    (self.inner.options.backoff.delay(failures, &seed).max(asked), error)
                }
            };
            match copy {
                Some(copy) if !last && Instant::now() + wait < deadline => request = copy,
                _ => return Err(error),
            }
            tracing::debug!(error = %error, wait_ms = wait.as_millis(), "asking again");
            tokio::time::sleep(wait).await;
        }
        Err(HttpError::TimedOut(self.inner.target.clone()))
    }

    async fn try_once(&self, request: Request, breaker: &Breaker) -> Try {
        let target = || self.inner.target.clone();
        let Some(permit) = breaker.try_pass() else {
            return Try::Done(Err(HttpError::LeftAlone(target())));
        };
        let answer = match self.inner.client.execute(request).await {
            Ok(answer) => answer,
            Err(error) => return self.failed(error, permit),
        };
        let (status, headers) = (answer.status(), answer.headers().clone());
        let is_success = status.is_success();
        let limit = if is_success { self.inner.options.max_bytes } else { EXCERPT };
        let (body, is_whole) = match read_up_to(answer, limit).await {
            Ok(read) => read,
            Err(error) => return self.failed(error, permit),
        };

        if status.is_server_error() {
            permit.failed();
        } else {
            permit.succeeded();
        }
        if is_success {
            let answer = HttpAnswer { status, headers, body };
            let whole = is_whole.then_some(answer);
            return Try::Done(whole.ok_or_else(|| HttpError::TooLarge(target())));
        }
        let error = HttpError::Status { target: target(), status, body };
        match status {
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => Try::Again(error, retry_after(&headers)),
            _ => Try::Done(Err(error)),
        }
    }

    fn failed(&self, error: reqwest::Error, permit: Permit) -> Try {
        let target = self.inner.target.clone();
        permit.failed();
        // The address may hold a key.
        let error = error.without_url();
        if error.is_timeout() {
            return Try::Again(HttpError::TimedOut(target), Duration::ZERO);
        }
        Try::Again(HttpError::Unreachable(target, error), Duration::ZERO)
    }

    fn read<T: DeserializeOwned>(&self, answer: &HttpAnswer) -> Result<T, HttpError> {
        serde_json::from_slice(&answer.body)
            .map_err(|error| HttpError::Malformed(self.inner.target.clone(), error))
    }

    /// Returns the breaker of a host: the first is named like the target, others are numbered.
    fn breaker(&self, url: &Url) -> Breaker {
        let host = format!("{}:{:?}", url.host_str().unwrap_or_default(), url.port());
        let mut hosts = self.inner.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let known = hosts.len();
        if let Some(breaker) = hosts.get(&host) {
            return breaker.clone();
        }
        let number = known.min(MAX_HOSTS - 1) + 1;
        let name = match number {
            1 => self.inner.target.clone(),
            number => format!("{}-{number}", self.inner.target),
        };
        let breaker = breaker::shared(&name, self.inner.options.breaker);
        if known < MAX_HOSTS {
            hosts.insert(host, breaker.clone());
        }
        breaker
    }
}

/// Reads a body, at most `limit` bytes of it; tells whether that was all.
async fn read_up_to(
    mut answer: reqwest::Response,
    limit: usize,
) -> Result<(Bytes, bool), reqwest::Error> {
    let mut body = BytesMut::new();
    while let Some(chunk) = answer.chunk().await? {
        let room = limit - body.len();
        if chunk.len() > room {
            body.extend_from_slice(chunk.get(..room).unwrap_or_default());
            return Ok((body.freeze(), false));
        }
        body.extend_from_slice(&chunk);
    }
    Ok((body.freeze(), true))
}

fn is_repeatable(request: &Request) -> bool {
    request.method().is_idempotent() || request.headers().contains_key("idempotency-key")
}

fn retry_after(headers: &HeaderMap) -> Duration {
    let seconds = headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    Duration::from_secs(seconds.and_then(|text| text.trim().parse().ok()).unwrap_or_default())
}

fn result_name(answer: &Result<HttpAnswer, HttpError>) -> &'static str {
    match answer {
        Ok(_) => "2xx",
        Err(HttpError::Status { status, .. }) => match status.as_u16() {
            300..=399 => "3xx",
            400..=499 => "4xx",
            _ => "5xx",
        },
        Err(HttpError::TimedOut(_)) => "timeout",
        Err(HttpError::LeftAlone(_)) => "left_alone",
        Err(_) => "error",
    }
}
