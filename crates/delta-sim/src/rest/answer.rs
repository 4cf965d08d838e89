//! Answers in the exchange's envelope.

use serde_json::{Map, Value, json};

use super::Response;
use crate::refusal::Refusal;
use crate::time::Micros;

/// Why a request is refused: status and error of the envelope.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refused {
    pub(super) status: u16,
    pub(super) body: Value,
    pub(super) headers: Vec<(String, String)>,
}

impl Refused {
    /// `{success: false, error: {code, context}}`.
    pub(super) fn new(status: u16, code: &str, context: &Value) -> Self {
        let body = json!({"success": false, "error": {"code": code, "context": context}});
        Self { status, body, headers: Vec::new() }
    }

    /// A parameter that is missing or wrong.
    pub(super) fn schema(param: &str, message: &str) -> Self {
        let context = json!({"schema_errors": [{"param": param, "message": message}]});
        Self::new(400, "bad_schema", &context)
    }

    /// The form of some errors of the authentication: `{error, message}`.
    pub(super) fn authentication(status: u16, code: &str, message: &str) -> Self {
        let body = json!({"success": false, "error": code, "message": message});
        Self { status, body, headers: Vec::new() }
    }

    /// Too many requests, with the time until the next.
    pub(super) fn rate_limited(resets_in: Micros) -> Self {
        let millis = (resets_in.0 / 1_000).max(1);
        let context = json!({"reset_in_milliseconds": millis});
        let mut refused = Self::new(429, "rate_limit_exceeded", &context);
        refused.headers.push(("X-RATE-LIMIT-RESET".to_owned(), millis.to_string()));
        refused
    }

    /// No such path.
    pub(super) fn not_found() -> Self {
        Self::new(404, "not_found", &json!({}))
    }

    /// A feature the simulated exchange does not offer.
    pub(super) fn unavailable(feature: &str) -> Self {
        Self::new(400, "unavailable", &json!({"feature": feature}))
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.status(), refusal.code(), &refusal.context())
    }
}

/// What a handler answers: the result, and the meta of a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    pub(super) result: Value,
    pub(super) meta: Option<Value>,
    /// Members beside `result`.
    pub(super) beside: Map<String, Value>,
}

impl Answer {
    pub(super) fn of(result: Value) -> Self {
        Self { result, meta: None, beside: Map::new() }
    }

    /// A page with its cursors.
    pub(super) fn page(rows: Vec<Value>, after: Option<&str>, before: Option<&str>) -> Self {
        let meta = json!({"after": after, "before": before});
        Self { result: Value::Array(rows), meta: Some(meta), beside: Map::new() }
    }

    fn into_body(self) -> Value {
        let mut body = Map::new();
        body.insert("success".to_owned(), Value::Bool(true));
        body.insert("result".to_owned(), self.result);
        if let Some(meta) = self.meta {
            body.insert("meta".to_owned(), meta);
        }
        body.extend(self.beside);
        Value::Object(body)
    }
}

impl Response {
    /// An answer with a JSON body.
    pub(super) fn json(status: u16, body: &Value, server_time: Micros) -> Self {
        let headers = headers("application/json; charset=utf-8", server_time);
        Self { status, headers, body: body.to_string().into_bytes() }
    }

    pub(super) fn of(outcome: Result<Answer, Refused>, server_time: Micros) -> Self {
        match outcome {
            Ok(answer) => Self::json(200, &answer.into_body(), server_time),
            Err(refused) => {
                let mut response = Self::json(refused.status, &refused.body, server_time);
                response.headers.extend(refused.headers);
                response
            }
        }
    }

    /// The page of the content network in front of the exchange.
    pub(super) fn forbidden_page(server_time: Micros) -> Self {
        let page = "<html><head><title>403 Forbidden</title></head>\
                    <body><h1>403 Forbidden</h1><p>Request blocked.</p></body></html>";
        let headers = headers("text/html", server_time);
        Self { status: 403, headers, body: page.as_bytes().to_vec() }
    }

    /// What a gateway in front of the exchange answers with.
    pub(super) fn gateway_error(status: u16, server_time: Micros) -> Self {
        let page = format!("<html><body><h1>{status}</h1></body></html>");
        let headers = headers("text/html", server_time);
        Self { status, headers, body: page.into_bytes() }
    }
}

fn headers(content_type: &str, server_time: Micros) -> Vec<(String, String)> {
    let date = server_time.instant().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    vec![("Content-Type".to_owned(), content_type.to_owned()), ("Date".to_owned(), date)]
}
