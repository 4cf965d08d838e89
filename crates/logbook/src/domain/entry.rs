//! From a line to a row.

use std::borrow::Cow;

use serde_json::Value;

use super::instant::{self, Micros};
use super::level::Level;
use super::redact;
use super::scan::{self, Field, Kind, Notice, Raw};

/// The longest line that is read; the rest of a longer one is cut off.
pub(crate) const MAX_LINE: usize = 64 * 1_024;
/// The longest message that is kept, in characters.
pub(crate) const MAX_MESSAGE: usize = 1_024;
/// The longest name or id that is kept, in characters.
const MAX_NAME: usize = 255;
/// The logger of lines that are not JSON.
pub(crate) const RAW_LOGGER: &str = "raw";
/// Lines of the part that reads the log are not stored: they would make new lines for ever.
const OWN_LOGGER: &str = "logbook::tail";

/// What is kept of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry<'a> {
    /// `None` if the line does not say, or nothing readable.
    pub(crate) logged_at: Option<Micros>,
    pub(crate) level: Level,
    pub(crate) logger: Cow<'a, str>,
    pub(crate) event: Option<Cow<'a, str>>,
    pub(crate) message: Cow<'a, str>,
    pub(crate) correlation_id: Option<Cow<'a, str>>,
    pub(crate) request_id: Option<Cow<'a, str>>,
    pub(crate) strategy_id: Option<Cow<'a, str>>,
    /// A JSON object: the payload of the line and all fields that have no column.
    pub(crate) payload: Option<Cow<'a, str>>,
}

/// What a line turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    /// A JSON object.
    Entry(Entry<'a>),
    /// Something else, kept as text.
    Raw(Entry<'a>),
    /// Nothing, or a line about the reading of lines.
    Skip,
}

/// Reads a line, without its line feed.
#[must_use]
pub(crate) fn read(line: &[u8]) -> Line<'_> {
    let cut = line.len() > MAX_LINE;
    let line = line.get(..MAX_LINE).unwrap_or(line);
    let text = match std::str::from_utf8(line) {
        Ok(text) => text,
        Err(e) if cut && e.valid_up_to() + 4 > line.len() => {
            str::from_utf8(line.get(..e.valid_up_to()).unwrap_or_default()).unwrap_or_default()
        }
        Err(_) => return raw(String::from_utf8_lossy(line).into_owned().into()),
    };
    let text = text.trim_matches([' ', '\t', '\r', '\n', '\0', '\u{feff}']);
    if text.is_empty() {
        return Line::Skip;
    }
    let mut fields = Fields::default();
    let notice = if cut {
        fields.rest.push(CUT);
        // An escape may be cut in two, so that what is kept must be read once more.
        Notice { odd: true, ..scan::beginning(text, |field| fields.take(field)) }
    } else {
        match scan::object(text, |field| fields.take(field)) {
            Ok(notice) => notice,
            Err(_) => return raw(text.into()),
        }
    };
    if cut && fields.is_empty() {
        return raw(text.into());
    }
    if fields.logger.is_some_and(|logger| logger.text.starts_with(OWN_LOGGER)) {
        return Line::Skip;
    }
    Line::Entry(fields.entry(notice))
}

/// Stands for a payload that no database would take, or whose end is missing.
const UNREADABLE: &str = r#"{"truncated":true}"#;

/// Marks a line whose end is missing.
const CUT: Field<'static> = Field {
    key: Raw { text: "truncated", kind: Kind::Text { escaped: false } },
    value: Raw { text: "true", kind: Kind::Other },
};

fn raw(text: Cow<'_, str>) -> Line<'_> {
    Line::Raw(Entry {
        logged_at: None,
        level: Level::Info,
        logger: RAW_LOGGER.into(),
        event: None,
        message: shorten(text, MAX_MESSAGE),
        correlation_id: None,
        request_id: None,
        strategy_id: None,
        payload: None,
    })
}

/// The fields of a line that have columns, and the others.
#[derive(Default)]
struct Fields<'a> {
    timestamp: Option<Raw<'a>>,
    level: Option<Raw<'a>>,
    logger: Option<Raw<'a>>,
    message: Option<Raw<'a>>,
    event: Option<Raw<'a>>,
    correlation_id: Option<Raw<'a>>,
    request_id: Option<Raw<'a>>,
    strategy_id: Option<Raw<'a>>,
    payload: Option<Raw<'a>>,
    rest: Vec<Field<'a>>,
}

impl<'a> Fields<'a> {
    /// Puts a field into its column; of two names of one column the first in the line wins.
    fn take(&mut self, field: Field<'a>) {
        let column = match field.key.text {
            "timestamp" | "asctime" | "ts" | "time" | "@timestamp" => &mut self.timestamp,
            "level" | "levelname" | "severity" => &mut self.level,
            "logger" | "logger_name" | "name" | "target" => &mut self.logger,
            "message" | "msg" => &mut self.message,
            "event" => &mut self.event,
            "correlation_id" | "correlationId" => &mut self.correlation_id,
            "request_id" | "requestId" => &mut self.request_id,
            "strategy_id" | "strategyId" => &mut self.strategy_id,
            "payload" => &mut self.payload,
            _ => return self.rest.push(field),
        };
        if column.is_none() {
            *column = Some(field.value);
        } else {
            self.rest.push(field);
        }
    }

    fn is_empty(&self) -> bool {
        self.message.is_none() && self.timestamp.is_none() && self.level.is_none()
    }

    fn entry(self, notice: Notice) -> Entry<'a> {
        let payload = payload(self.payload, &self.rest, notice);
        let level = self.level.and_then(|raw| level_of(raw)).unwrap_or(Level::Info);
        let name = |raw: Option<Raw<'a>>| raw.and_then(|raw| text(raw, MAX_NAME));
        Entry {
            logged_at: self.timestamp.and_then(instant_of),
            level,
            logger: name(self.logger).unwrap_or_default(),
            event: name(self.event),
            message: self.message.and_then(|raw| text(raw, MAX_MESSAGE)).unwrap_or_default(),
            correlation_id: name(self.correlation_id),
            request_id: name(self.request_id),
            strategy_id: name(self.strategy_id),
            payload,
        }
    }
}

fn level_of(raw: Raw<'_>) -> Option<Level> {
    match raw.kind {
        Kind::Text { .. } => Level::of(raw.text),
        // The numbers of Python's and bunyan's levels.
        Kind::Number => match raw.text.parse::<f64>().ok()? {
            n if n >= 40.0 => Some(Level::Error),
            n if n >= 30.0 => Some(Level::Warn),
            n if n >= 20.0 => Some(Level::Info),
            _ => Some(Level::Debug),
        },
        _ => None,
    }
}

fn instant_of(raw: Raw<'_>) -> Option<Micros> {
    match raw.kind {
        Kind::Text { .. } => instant::parse(raw.text),
        Kind::Number => instant::of_number(raw.text),
        _ => None,
    }
}

/// The value as a text; `None` for null and the empty string.
fn text(raw: Raw<'_>, most: usize) -> Option<Cow<'_, str>> {
    let text = match raw.kind {
        Kind::Null => return None,
        Kind::Text { escaped: true } => match serde_json::from_str(&format!("\"{}\"", raw.text)) {
            Ok(text) => Cow::Owned(text),
            Err(_) => Cow::Borrowed(raw.text),
        },
        _ => Cow::Borrowed(raw.text),
    };
    (!text.is_empty()).then(|| shorten(text, most))
}

/// Cuts a text after `most` characters, and replaces the character zero, which PostgreSQL cannot
/// store.
pub(crate) fn shorten(text: Cow<'_, str>, most: usize) -> Cow<'_, str> {
    let text = if text.len() > most && text.char_indices().nth(most).is_some() {
        Cow::Owned(text.chars().take(most).collect())
    } else {
        text
    };
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { text }
}

fn payload<'a>(
    payload: Option<Raw<'a>>,
    rest: &[Field<'a>],
    notice: Notice,
) -> Option<Cow<'a, str>> {
    let payload = payload.filter(|raw| raw.kind != Kind::Null);
    let merged = match (payload, rest) {
        (None, []) => return None,
        (Some(raw), []) if raw.kind == Kind::Object => Cow::Borrowed(raw.text),
        (payload, rest) => Cow::Owned(merge(payload, rest)),
    };
    if !notice.secret && !notice.odd {
        return Some(merged);
    }
    let Ok(mut value) = serde_json::from_str::<Value>(&merged) else {
        return Some(Cow::Borrowed(UNREADABLE));
    };
    redact::clean(&mut value);
    Some(Cow::Owned(value.to_string()))
}

fn merge(payload: Option<Raw<'_>>, rest: &[Field<'_>]) -> String {
    let mut out = String::from("{");
    for Field { key, value } in rest {
        push_member(&mut out, key.text, *value);
    }
    match payload {
        Some(raw) if raw.kind == Kind::Object => {
            let inner = raw.text.get(1..raw.text.len() - 1).unwrap_or_default().trim();
            if !inner.is_empty() {
                if out.len() > 1 {
                    out.push(',');
                }
                out.push_str(inner);
            }
        }
        Some(raw) => push_member(&mut out, "payload", raw),
        None => {}
    }
    out.push('}');
    out
}

fn push_member(out: &mut String, key: &str, value: Raw<'_>) {
    if out.len() > 1 {
        out.push(',');
    }
    let quote = if matches!(value.kind, Kind::Text { .. }) { "\"" } else { "" };
    for part in ["\"", key, "\":", quote, value.text, quote] {
        out.push_str(part);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn entry(line: &str) -> Entry<'_> {
        match read(line.as_bytes()) {
            Line::Entry(entry) | Line::Raw(entry) => entry,
            Line::Skip => panic!("skipped"),
        }
    }

    #[test]
    fn our_own_lines_are_taken_apart_without_copies() {
        let line = r#"{"timestamp":"2025-10-06T04:00:00Z","level":"INFO","logger":"a::b","message":"m","event":"e","correlation_id":"c","request_id":"r","strategy_id":"s","payload":{"x":1}}"#;
        let entry = entry(line);
        assert_eq!(entry.logged_at, Some(1_759_723_200_000_000));
        assert_eq!((entry.level, &*entry.logger, &*entry.message), (Level::Info, "a::b", "m"));
        assert!(matches!(entry.payload, Some(Cow::Borrowed(r#"{"x":1}"#))));
        assert_eq!(entry.strategy_id.as_deref(), Some("s"));
    }

    #[test]
    fn fields_without_a_column_go_into_the_payload() {
        let entry = entry(
            r#"{"asctime":"2025-10-06 04:00:00,5","levelname":"WARNING","name":"n","msg":"a\nb","session_id":5,"payload":{"x":[1]}}"#,
        );
        assert_eq!((entry.level, &*entry.message), (Level::Warn, "a\nb"));
        assert_eq!(entry.payload.as_deref(), Some(r#"{"session_id":5,"x":[1]}"#));
    }

    #[test]
    fn secrets_are_masked_wherever_they_stand() {
        let entry = entry(
            r#"{"message":"m","password":"p","payload":{"headers":{"Authorization":"Bearer x"},"toke\u006e":1}}"#,
        );
        assert_eq!(
            serde_json::from_str::<Value>(&entry.payload.unwrap()).unwrap(),
            json!({"password": "***", "headers": {"Authorization": "***"}, "token": "***"})
        );
    }

    #[test]
    fn what_is_not_json_is_kept_as_text() {
        let Line::Raw(entry) = read(b"Traceback (most recent call last):\r") else { panic!() };
        assert_eq!((entry.level, &*entry.logger), (Level::Info, "raw"));
        assert_eq!(entry.message, "Traceback (most recent call last):");
        assert_eq!(read(b"  \r"), Line::Skip);
        assert_eq!(read(br#"{"logger":"logbook::tail::service","message":"x"}"#), Line::Skip);
    }

    #[test]
    fn a_line_beyond_the_limit_keeps_its_beginning() {
        let line =
            format!(r#"{{"level":"ERROR","message":"{}","event":"lost"}}"#, "x".repeat(MAX_LINE));
        let entry = entry(&line);
        assert_eq!((entry.level, entry.message.len()), (Level::Error, MAX_MESSAGE));
        assert_eq!(entry.payload.as_deref(), Some(r#"{"truncated":true}"#));
        assert_eq!(entry.event, None);
    }

    proptest! {
        #[test]
        fn no_line_makes_the_reader_panic(line in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&line);
        }

        #[test]
        fn a_kept_payload_is_always_json(
            text in r#"[{}",:a-z0-9\\\[\] ]{0,40}"#, key in "[a-z_]{0,10}"
        ) {
            let line = format!(r#"{{"{key}":"{text}","payload":{{"{key}":[1]}}}}"#);
            if let Line::Entry(Entry { payload: Some(payload), .. }) = read(line.as_bytes()) {
                prop_assert!(serde_json::from_str::<Value>(&payload).is_ok(), "{}", payload);
            }
        }
    }
}
