//! One request a connection, written by hand, so that the tests see what is really sent.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// A whole answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("{} is not JSON ({e}): {}", self.status, self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// Makes sure that a refusal is a problem document of this code.
    #[track_caller]
    pub(crate) fn assert_problem(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.head);
        let problem = self.json();
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], status, "{problem}");
        assert!(problem["request_id"].is_string() && problem["instance"].is_string(), "{problem}");
    }
}

/// Opens a connection that gives up after `seconds` of silence.
pub(crate) fn connect(port: u16, seconds: u64) -> Option<TcpStream> {
    let stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(seconds))).ok()?;
    stream.set_write_timeout(Some(Duration::from_secs(seconds))).ok()?;
    Some(stream)
}

/// Sends a request and reads the answer; `None` if nobody answers or the connection breaks.
pub(crate) fn call(
    port: u16,
    method: &str,
    path: &str,
    headers: &str,
    body: &[u8],
) -> Option<Answer> {
    let mut stream = connect(port, 60)?;
    let given = headers.to_ascii_lowercase();
    let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n{headers}");
    if !given.contains("host:") {
        head.push_str("Host: localhost\r\n");
    }
    if !body.is_empty() {
        let _ = write!(head, "Content-Length: {}\r\n", body.len());
        if !given.contains("content-type:") {
            head.push_str("Content-Type: application/json\r\n");
        }
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).ok()?;
    // A server that refuses a body may answer and close before it has read all of it.
    let _ = stream.write_all(body);
    read_answer(&mut stream)
}

/// Reads an answer to its end.
pub(crate) fn read_answer(stream: &mut TcpStream) -> Option<Answer> {
    let mut bytes = Vec::new();
    let ended = stream.read_to_end(&mut bytes);
    let split = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..split]).into_owned();
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    let raw = &bytes[split + 4..];
    let mut answer = Answer { status, head, body: raw.to_vec() };
    if answer.header("transfer-encoding") == Some("chunked") {
        answer.body = unchunked(raw)?;
    } else if let Some(length) = answer.header("content-length") {
        let whole = raw.len() == length.parse::<usize>().ok()?;
        return (whole || raw.is_empty()).then_some(answer);
    } else {
        ended.ok()?;
    }
    Some(answer)
}

fn unchunked(mut raw: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = raw.windows(2).position(|two| two == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&raw[..end]).ok()?, 16).ok()?;
        raw = &raw[end + 2..];
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(raw.get(..size)?);
        raw = raw.get(size + 2..)?;
    }
}
