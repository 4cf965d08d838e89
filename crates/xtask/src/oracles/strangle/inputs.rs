//! How inputs are read: numbers or texts, with the usual spellings of a name.

use std::fmt::Display;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value;
use strangle_engine::instrument::{OptionKind, expires_at};

/// Why a rule refuses its inputs, or why they make no case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// A stable name.
    pub(super) code: String,
    /// What is wrong.
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn new(code: &str, message: impl Display) -> Self {
        Self { code: code.to_owned(), message: message.to_string() }
    }

    /// Says that nothing answers to inputs of these names.
    pub(super) fn unknown_kind(inputs: Inputs<'_>) -> Self {
        let names = inputs.0.as_object().map(|fields| fields.keys().cloned().collect::<Vec<_>>());
        Self::new("unknown_kind_of_case", names.unwrap_or_default().join(", "))
    }
}

/// The fields of an object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inputs<'a>(pub(super) &'a Value);

impl<'a> Inputs<'a> {
    /// Returns the first of the names that is there and not null.
    pub(super) fn get(self, names: &[&str]) -> Option<&'a Value> {
        names.iter().filter_map(|name| self.0.get(name)).find(|value| !value.is_null())
    }

    pub(super) fn has(self, names: &[&str]) -> bool {
        self.get(names).is_some()
    }

    /// Says whether the name is there, if only as null.
    pub(super) fn names(self, name: &str) -> bool {
        self.0.get(name).is_some()
    }

    pub(super) fn inner(self, names: &[&str]) -> Option<Inputs<'a>> {
        self.get(names).filter(|value| value.is_object()).map(Inputs)
    }

    pub(super) fn list(self, names: &[&str]) -> Option<&'a [Value]> {
        self.get(names).and_then(Value::as_array).map(Vec::as_slice)
    }

    /// Returns a text; a number as it is written.
    pub(super) fn text(self, names: &[&str]) -> Option<String> {
        self.get(names).and_then(text_of)
    }

    pub(super) fn needed_text(self, names: &[&str]) -> Result<String, Refusal> {
        self.text(names).ok_or_else(|| missing(names))
    }

    pub(super) fn flag(self, names: &[&str]) -> Option<bool> {
        match self.get(names)? {
            Value::Bool(flag) => Some(*flag),
            other => match text_of(other)?.to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" => Some(true),
                "false" | "0" | "no" => Some(false),
                _ => None,
            },
        }
    }

    fn parsed<T: FromStr>(self, names: &[&str]) -> Result<Option<T>, Refusal> {
        let Some(value) = self.get(names) else { return Ok(None) };
        let number = text_of(value).and_then(|text| text.trim().parse().ok());
        number.map(Some).ok_or_else(|| not_readable(names, value))
    }

    pub(super) fn decimal(self, names: &[&str]) -> Result<Option<Decimal>, Refusal> {
        self.get(names)
            .map(|value| decimal_of(value).ok_or_else(|| not_readable(names, value)))
            .transpose()
    }

    pub(super) fn needed_decimal(self, names: &[&str]) -> Result<Decimal, Refusal> {
        self.decimal(names)?.ok_or_else(|| missing(names))
    }

    pub(super) fn float(self, names: &[&str]) -> Result<Option<f64>, Refusal> {
        self.parsed(names)
    }

    pub(super) fn needed_float(self, names: &[&str]) -> Result<f64, Refusal> {
        self.float(names)?.ok_or_else(|| missing(names))
    }

    /// Returns a whole number; `10.0` is one, `10.5` is not.
    pub(super) fn integer(self, names: &[&str]) -> Result<Option<i64>, Refusal> {
        let Some(number) = self.decimal(names)? else { return Ok(None) };
        let whole = number.is_integer().then(|| number.trunc().to_string().parse().ok());
        whole.flatten().map(Some).ok_or_else(|| Refusal::new("not_a_whole_number", number))
    }

    pub(super) fn needed_integer(self, names: &[&str]) -> Result<i64, Refusal> {
        self.integer(names)?.ok_or_else(|| missing(names))
    }

    pub(super) fn instant(self, names: &[&str]) -> Result<Option<DateTime<Utc>>, Refusal> {
        self.get(names)
            .map(|value| {
                let text = value.as_str();
                text.and_then(instant_of).ok_or_else(|| not_readable(names, value))
            })
            .transpose()
    }

    pub(super) fn needed_instant(self, names: &[&str]) -> Result<DateTime<Utc>, Refusal> {
        self.instant(names)?.ok_or_else(|| missing(names))
    }

    /// Returns a date, in any of the ways in which an expiry may be written.
    pub(super) fn date(self, names: &[&str]) -> Result<Option<NaiveDate>, Refusal> {
        let Some(text) = self.text(names) else { return Ok(None) };
        let read = strangle_engine::expiry::parse(text.get(..10).unwrap_or(&text));
        read.map(Some).map_err(|error| Refusal::new(error.code(), error))
    }

    pub(super) fn kind(self) -> Result<OptionKind, Refusal> {
        let word = self.needed_text(&["kind", "option_type", "type"])?.to_ascii_lowercase();
        match word.as_str() {
            "call" | "c" | "ce" | "call_options" => Ok(OptionKind::Call),
            "put" | "p" | "pe" | "put_options" => Ok(OptionKind::Put),
            _ => Err(Refusal::new("unknown_option_kind", word)),
        }
    }
}

pub(super) fn missing(names: &[&str]) -> Refusal {
    Refusal::new("missing", format!("{} is missing", names.join("/")))
}

fn not_readable(names: &[&str], value: &Value) -> Refusal {
    Refusal::new("not_readable", format!("{} is {value}", names.join("/")))
}

/// Returns a text, or a number as it is written.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

pub(super) fn decimal_of(value: &Value) -> Option<Decimal> {
    let text = text_of(value)?;
    Decimal::from_str(text.trim()).or_else(|_| Decimal::from_scientific(text.trim())).ok()
}

/// Reads an instant; a date alone is the instant at which options of that date expire, a time
/// without a zone is UTC.
pub(super) fn instant_of(text: &str) -> Option<DateTime<Utc>> {
    let with_zone = || DateTime::parse_from_rfc3339(text).ok().map(|at| at.with_timezone(&Utc));
    let without = || text.parse::<chrono::NaiveDateTime>().ok().map(|at| at.and_utc());
    let date = || text.parse().ok().map(expires_at);
    with_zone().or_else(without).or_else(date)
}

/// Reads a time of day.
pub(super) fn time_of(text: &str) -> Result<NaiveTime, Refusal> {
    strangle_engine::schedule::parse_time(text).ok_or_else(|| Refusal::new("invalid_time", text))
}

/// Writes an instant as the cases do.
pub(super) fn instant_text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}
