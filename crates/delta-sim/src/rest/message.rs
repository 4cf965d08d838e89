//! Requests and answers as bytes, without a network.

use serde::{Deserialize, Serialize};

use crate::faults::Action;
use crate::time::Micros;

/// A request as it arrives.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Request {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: String,
    /// Path with the version, without the query.
    pub path: String,
    /// Query as sent, without the question mark.
    pub query: String,
    /// Headers in any case and order.
    pub headers: Vec<(String, String)>,
    /// Body as sent.
    pub body: Vec<u8>,
    /// Address of the caller; unsigned calls are counted by it.
    pub address: String,
}

impl Request {
    /// A request without query, headers and body.
    #[must_use]
    pub fn new(method: &str, path: &str) -> Self {
        Self { method: method.to_owned(), path: path.to_owned(), ..Self::default() }
    }

    /// The first header of that name, whatever its case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// An answer as it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Headers, with `Date` of the virtual clock.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

impl Response {
    /// The first header of that name, whatever its case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchanged {
    /// The answer; none when it, or the request, is lost. After `connect_refused` the host
    /// closes the connection, after the others it keeps silent.
    pub deliver: Option<Response>,
    /// How long the answer takes, in virtual time.
    pub delay: Micros,
    /// The failure that was put on, if any.
    pub fault: Option<Action>,
}

impl Exchanged {
    /// True when the client must see its connection refused, not merely no answer.
    #[must_use]
    pub const fn is_refused(&self) -> bool {
        matches!(self.fault, Some(Action::ConnectRefused {}))
    }
}
