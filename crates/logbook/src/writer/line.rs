//! The text of a line: JSON for programs, or plain for people.

use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};
use platform::correlation::Correlation;

use crate::domain::redact::{self, MASK};

/// One field: its name, and its value as JSON.
pub(crate) type Field = (&'static str, String);

/// Fields that stand beside the message; all others go into the payload.
const COLUMNS: [&str; 10] = [
    "event",
    "correlation_id",
    "request_id",
    "strategy_id",
    "session_id",
    "user_id",
    "tenant_id",
    "config_name",
    "execution_mode",
    "delta_call_id",
];

/// What is written.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) at: DateTime<Utc>,
    pub(crate) level: &'static str,
    pub(crate) logger: String,
    pub(crate) message: String,
    /// Those of the spans, the outermost first, then those of the event; the last of a name counts.
    pub(crate) fields: Vec<Field>,
    pub(crate) correlation: Correlation,
}

impl Record {
    /// Writes one JSON object and a line feed.
    pub(crate) fn json(&self) -> String {
        let mut out = String::with_capacity(256);
        let at = self.at.to_rfc3339_opts(SecondsFormat::Micros, true);
        let _ = write!(out, "{{\"timestamp\":\"{at}\",\"level\":\"{}\",\"logger\":", self.level);
        push_text(&mut out, &self.logger);
        out.push_str(",\"message\":");
        push_text(&mut out, &self.message);
        for name in COLUMNS {
            match self.column(name) {
                Some(value) => drop(write!(out, ",\"{name}\":{value}")),
                None => self.push_current(&mut out, name),
            }
        }
        let mut first = true;
        for (at, (name, value)) in self.fields.iter().enumerate() {
            if COLUMNS.contains(name) || self.is_overridden(at, name) {
                continue;
            }
            out.push_str(if first { ",\"payload\":{" } else { "," });
            first = false;
            push_text(&mut out, name);
            out.push(':');
            out.push_str(value);
        }
        if !first {
            out.push('}');
        }
        out.push_str("}\n");
        out
    }

    /// Writes one line for people. Control characters are escaped, so that a value cannot fake
    /// another line or paint the terminal.
    pub(crate) fn text(&self) -> String {
        let mut out = String::with_capacity(160);
        let at = self.at.to_rfc3339_opts(SecondsFormat::Millis, true);
        let _ = write!(out, "{at} {:<5} {}: ", self.level, self.logger);
        for c in self.message.chars() {
            if c.is_control() {
                out.extend(c.escape_default());
            } else {
                out.push(c);
            }
        }
        for (at, (name, value)) in self.fields.iter().enumerate() {
            if !self.is_overridden(at, name) {
                let _ = write!(out, " {name}={value}");
            }
        }
        if self.column("request_id").is_none() && !self.correlation.request_id.is_empty() {
            let _ = write!(out, " request_id={}", self.correlation.request_id);
        }
        out.push('\n');
        out
    }

    fn column(&self, name: &str) -> Option<&str> {
        self.fields.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    fn is_overridden(&self, at: usize, name: &str) -> bool {
        self.fields.iter().skip(at + 1).any(|(later, _)| *later == name)
    }

    /// Writes the id of the work at hand, where no field names another.
    fn push_current(&self, out: &mut String, name: &str) {
        let id = match name {
            "correlation_id" => &self.correlation.correlation_id,
            "request_id" => &self.correlation.request_id,
            _ => return,
        };
        if !id.is_empty() {
            let _ = write!(out, ",\"{name}\":");
            push_text(out, id);
        }
    }
}

/// Makes a field whose value is a text; a secret is masked.
pub(crate) fn text_field(name: &'static str, value: &str) -> Field {
    let mut json = String::with_capacity(value.len() + 2);
    push_text(&mut json, if redact::is_secret(name) { MASK } else { value });
    (name, json)
}

/// Makes a field whose value is a number or boolean; a secret is masked.
pub(crate) fn plain_field(name: &'static str, value: impl std::fmt::Display) -> Field {
    if redact::is_secret(name) { text_field(name, MASK) } else { (name, value.to_string()) }
}

/// Writes a JSON string.
fn push_text(out: &mut String, text: &str) {
    out.push('"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' && byte != 0x7f {
            continue;
        }
        out.push_str(text.get(plain..at).unwrap_or_default());
        plain = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            _ => drop(write!(out, "\\u{byte:04x}")),
        }
    }
    out.push_str(text.get(plain..).unwrap_or_default());
    out.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn record(message: &str, fields: Vec<Field>) -> Record {
        Record {
            at: DateTime::from_timestamp_micros(1_768_478_400_000_001).unwrap(),
            level: "INFO",
            logger: "credit::http".to_owned(),
            message: message.to_owned(),
            fields,
            correlation: Correlation {
                request_id: "req-12345".to_owned(),
                correlation_id: "corr-12345".to_owned(),
            },
        }
    }

    #[test]
    fn ids_stand_beside_the_message_and_everything_else_in_the_payload() {
        let record = record(
            "pool read",
            vec![
                plain_field("rows", 3),
                text_field("event", "pool_read"),
                plain_field("rows", 4),
                text_field("api_key", "abc"),
            ],
        );
        let line = record.json();
        assert!(line.ends_with("}\n"));
        assert_eq!(
            serde_json::from_str::<Value>(&line).unwrap(),
            json!({
                "timestamp": "2026-01-15T12:00:00.000001Z", "level": "INFO",
                "logger": "credit::http", "message": "pool read", "event": "pool_read",
                "correlation_id": "corr-12345", "request_id": "req-12345",
                "payload": {"rows": 4, "api_key": "***"},
            })
        );
        assert_eq!(
            record.text(),
            "2026-01-15T12:00:00.000Z INFO  credit::http: pool read event=\"pool_read\" rows=4 \
             api_key=\"***\" request_id=req-12345\n"
        );
    }

    proptest! {
        #[test]
        fn no_message_breaks_the_line(message in ".{0,40}", value in any::<String>()) {
            let record = record(&message, vec![text_field("x", &value)]);
            let line = record.json();
            prop_assert_eq!(line.bytes().filter(|b| *b == b'\n').count(), 1);
            let read: Value = serde_json::from_str(&line).unwrap();
            prop_assert_eq!(&read["message"], &message);
            prop_assert_eq!(&read["payload"]["x"], &value);
            prop_assert_eq!(record.text().chars().filter(|c| c.is_control()).count(), 1);
        }
    }
}
