//! One call: what it costs, its bytes, its tries.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::Method;
use metrics::{counter, histogram};
use serde_json::Value;
use strangle_engine::signing::Signed;

use super::outcome::{Ambiguity, Attempt, NotSent, Outcome, ReadError};
use super::{Delta, Priority, trace};
use crate::clients::delta::credentials::Credentials;
use crate::clients::delta::metrics::{EXCHANGE_LATENCY, EXCHANGE_REQUESTS};
use crate::clients::delta::transport::{TransportError, WireRequest, WireResponse};
use crate::clients::delta::wire::{Page, Unreadable};

/// The exchange refuses requests without one.
const USER_AGENT: &str = concat!("quintet/", env!("CARGO_PKG_VERSION"));
/// A look waits for quota at most so long before it gives up.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// When the exchange asks to wait and does not say how long.
const USUAL_WAIT: Duration = Duration::from_secs(1);
/// A list with more pages than this does not end.
const MAX_PAGES: usize = 400;

/// A call that can be tried.
#[derive(Debug, Clone)]
pub(super) struct Call {
    /// The name for metrics: a template without ids.
    endpoint: &'static str,
    method: Method,
    path: String,
    query: String,
    body: String,
    units: u32,
    priority: Priority,
    signed: bool,
}

impl Call {
    /// A look that anybody may take, of weight 3.
    pub(super) fn get(endpoint: &'static str, path: impl Into<String>) -> Self {
        Self {
            endpoint,
            method: Method::GET,
            path: path.into(),
            query: String::new(),
            body: String::new(),
            units: 3,
            priority: Priority::Normal,
            signed: false,
        }
    }

    /// A change, of weight 5; the body is written once and signed as it is.
    pub(super) fn change(endpoint: &'static str, method: Method, path: &str, body: &Value) -> Self {
        let call = Self { method, body: body.to_string(), units: 5, ..Self::get(endpoint, path) };
        call.signed()
    }

    pub(super) fn signed(self) -> Self {
        Self { signed: true, ..self }
    }

    pub(super) fn units(self, units: u32) -> Self {
        Self { units, ..self }
    }

    pub(super) fn priority(self, priority: Priority) -> Self {
        Self { priority, ..self }
    }

    /// Adds a parameter to the query.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        self.query.push_str(name);
        self.query.push('=');
        self.query.push_str(&encoded(value));
        self
    }
}

/// Encodes a value for a query or a path. Commas stay: the exchange separates lists with them.
pub(super) fn encoded(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b',' | b':' => {
                encoded.push(char::from(byte));
            }
            _ => {
                encoded.push('%');
                encoded.push_str(&hex::encode_upper([byte]));
            }
        }
    }
    encoded
}

impl Delta {
    /// Makes a change, once.
    pub(super) async fn make<T>(
        &self,
        call: &Call,
        read: impl FnOnce(&Value) -> Result<T, Unreadable>,
    ) -> Outcome<T> {
        self.attempt(call).await.into_outcome(read)
    }

    /// Takes a look.
    pub(super) async fn look<T>(
        &self,
        call: &Call,
        read: impl FnOnce(&Value) -> Result<T, Unreadable>,
    ) -> Result<T, ReadError> {
        let (result, _) = self.try_to_look(call).await?;
        read(&result).map_err(unreadable)
    }

    /// Reads a list to its end, or until a whole page is `past` what is wanted.
    pub(super) async fn look_through<T>(
        &self,
        call: &Call,
        read: impl Fn(&Value) -> Result<T, Unreadable>,
        past: impl Fn(&T) -> bool,
    ) -> Result<Vec<T>, ReadError> {
        let mut all = Vec::new();
        let mut after: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let call = match &after {
                Some(after) => call.clone().with("after", after),
                None => call.clone(),
            };
            let (result, next) = self.try_to_look(&call).await?;
            let page = Page { items: items(&result, &read).map_err(unreadable)?, after: next };
            let is_past = !page.items.is_empty() && page.items.iter().all(&past);
            all.extend(page.items);
            if is_past || page.after.is_none() {
                return Ok(all);
            }
            // The same place again would be read for ever.
            if page.after == after {
                break;
            }
            after = page.after;
        }
        Err(ReadError::Endless)
    }

    async fn try_to_look(&self, call: &Call) -> Result<(Value, Option<String>), ReadError> {
        let options = &self.inner.options;
        let seed = self.inner.ids.draw().to_string();
        let mut is_synchronised = false;
        let mut failures = 0;
        loop {
            let attempt = self.attempt(call).await;
            let is_expired =
                matches!(&attempt, Attempt::Refused(refusal) if refusal.is_expired_signature());
            if is_expired && !is_synchronised {
                is_synchronised = true;
                continue;
            }
            failures += 1;
            if !attempt.may_pass() || failures >= options.tries {
                return attempt.into_read();
            }
            let wait = match &attempt {
                Attempt::TooMany(retry_in) if *retry_in > LONGEST_WAIT => {
                    return attempt.into_read();
                }
                Attempt::TooMany(retry_in) => *retry_in,
                _ => options.backoff.delay(failures, &seed),
            };
            self.inner.time.sleep(wait).await;
        }
    }

    /// Sends a call once.
    async fn attempt(&self, call: &Call) -> Attempt {
        let inner = &*self.inner;
        let Some(request) = self.request(call) else {
            return Attempt::NotSent(NotSent::NoCredentials);
        };
        let Some(permit) = inner.breaker.try_pass() else {
            return Attempt::NotSent(NotSent::LeftAlone);
        };
        let sent = inner.time.now();
        if let Err(retry_in) = inner.quota.take(sent, call.units, call.priority) {
            return Attempt::NotSent(NotSent::QuotaSpent { retry_in });
        }

        let answer = inner.transport.send(request).await;
        let received = inner.time.now();
        self.record(call, &answer, sent, received);

        let response = match answer {
            Ok(response) => response,
            Err(error) => {
                permit.failed();
                if error.may_have_left {
                    return Attempt::Ambiguous(Ambiguity::Transport(error));
                }
                return Attempt::NotSent(NotSent::Transport(error));
            }
        };
        if response.status >= 500 {
            permit.failed();
        } else {
            permit.succeeded();
        }
        let attempt = Attempt::of(&response, retry_in(&response));
        if let Attempt::TooMany(retry_in) = attempt {
            inner.quota.block(received, retry_in);
        }
        if matches!(&attempt, Attempt::Refused(refusal) if refusal.is_expired_signature()) {
            inner.clock.forget();
        }
        if let Some(date) = response.header("date") {
            inner.clock.observe(date, sent, received);
        }
        attempt
    }

    /// Writes the bytes of a request; `None` if it must be signed and there is no key.
    fn request(&self, call: &Call) -> Option<WireRequest> {
        let mut headers = vec![
            ("user-agent", USER_AGENT.to_owned()),
            ("accept", "application/json".to_owned()),
            ("content-type", "application/json".to_owned()),
        ];
        if call.signed {
            let credentials = self.inner.credentials.as_ref()?;
            headers.extend(signature(credentials, call, self.now()));
        }
        Some(WireRequest {
            method: call.method.clone(),
            path: call.path.clone(),
            query: call.query.clone(),
            headers,
            body: Bytes::from(call.body.clone()),
        })
    }

    fn record(
        &self,
        call: &Call,
        answer: &Result<WireResponse, TransportError>,
        sent: DateTime<Utc>,
        received: DateTime<Utc>,
    ) {
        let millis = (received - sent).num_milliseconds().max(0).unsigned_abs();
        let latency = (received - sent).as_seconds_f64().max(0.0);
        histogram!(EXCHANGE_LATENCY, "endpoint" => call.endpoint).record(latency);
        let code = match answer {
            Ok(response) => response.status.to_string(),
            Err(error) => error.name().to_owned(),
        };
        counter!(EXCHANGE_REQUESTS, "endpoint" => call.endpoint, "code" => code.clone())
            .increment(1);
        if !tracing::enabled!(tracing::Level::DEBUG) {
            return;
        }
        let call_id = self.inner.ids.with_prefix("call");
        let limits = answer.as_ref().map(trace::limits).unwrap_or_default();
        tracing::debug!(
            event = "delta_call",
            delta_call_id = %call_id,
            delta.endpoint = call.endpoint,
            delta.code = %code,
            delta.limits = %limits,
            latency_ms = millis,
            latency = trace::latency_bucket(u128::from(millis)),
            "{} {} answered {code}", call.method, call.endpoint
        );
        if self.inner.options.verbose {
            self.record_bodies(call, answer, &call_id);
        }
    }

    fn record_bodies(
        &self,
        call: &Call,
        answer: &Result<WireResponse, TransportError>,
        call_id: &str,
    ) {
        let limit = self.inner.options.max_shown_bytes;
        let answered = answer.as_ref().map(|response| trace::shown(&response.body, limit));
        tracing::debug!(
            event = "delta_call_bodies",
            delta_call_id = %call_id,
            delta.path = %call.path,
            delta.query = %call.query,
            delta.request = %trace::shown(call.body.as_bytes(), limit),
            delta.answer = %answered.unwrap_or_default(),
            "bodies of {} {}", call.method, call.endpoint
        );
    }
}

/// Signs the bytes that are sent.
fn signature(
    credentials: &Credentials,
    call: &Call,
    now: DateTime<Utc>,
) -> [(&'static str, String); 3] {
    let timestamp = now.timestamp();
    let signed = Signed {
        method: call.method.as_str(),
        timestamp,
        path: &call.path,
        query: &call.query,
        body: &call.body,
    };
    [
        ("api-key", credentials.key().to_owned()),
        ("timestamp", timestamp.to_string()),
        ("signature", signed.signature(credentials.secret())),
    ]
}

fn items<T>(
    result: &Value,
    read: impl Fn(&Value) -> Result<T, Unreadable>,
) -> Result<Vec<T>, Unreadable> {
    let list = result.as_array().ok_or(Unreadable { what: "a list", field: "result" })?;
    list.iter().map(read).collect()
}

fn unreadable(unreadable: Unreadable) -> ReadError {
    ReadError::Failed(Ambiguity::Unreadable(unreadable))
}

/// The exchange says in milliseconds when its window ends.
fn retry_in(response: &WireResponse) -> Duration {
    let millis = response.header("x-rate-limit-reset").and_then(|text| text.trim().parse().ok());
    millis.map_or(USUAL_WAIT, Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_written_once_and_keeps_its_commas() {
        let call = Call::get("/v2/x", "/v2/x").with("a", "x,y z").with("b", "MARK:C-1&=é");

        assert_eq!(call.query, "a=x,y%20z&b=MARK:C-1%26%3D%C3%A9");
    }

    #[test]
    fn the_wait_is_taken_from_the_answer() {
        let answer = |value: &str| WireResponse {
            status: 429,
            headers: vec![("x-rate-limit-reset".to_owned(), value.to_owned())],
            body: Bytes::new(),
        };
        assert_eq!(retry_in(&answer("2500")), Duration::from_millis(2_500));
        assert_eq!(retry_in(&answer("soon")), USUAL_WAIT);
    }
}
