//! One asset as typed values, before and after it is checked.

use std::borrow::Cow;

use chrono::NaiveDate;
use serde_json::{Map, Value as Json};

use super::field::{Field, Kind, find_choice};

/// The deepest and largest document an asset may carry.
const MAX_DOCUMENT_BYTES: usize = 16 * 1024;

/// A value of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// An amount, rate or ratio.
    Number(f64),
    /// A count or a number of months.
    Whole(i64),
    /// Free text.
    Text(String),
    /// A name from the field's list.
    Choice(&'static str),
    /// A calendar date.
    Date(NaiveDate),
    /// Yes or no.
    Flag(bool),
    /// A JSON list or object.
    Document(Box<Json>),
}

/// A broken rule, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// JSON pointer to the field.
    pub pointer: String,
    /// A stable name of the rule.
    pub code: Cow<'static, str>,
    /// What is wrong and how to correct it.
    pub message: String,
}

impl Issue {
    /// Says which field broke which rule.
    #[must_use]
    pub fn new(
        pointer: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self { pointer: pointer.into(), code: code.into(), message: message.into() }
    }

    /// The field as people write it: `/assets/6/rate` is `assets[6].rate`.
    #[must_use]
    pub fn path(&self) -> String {
        let mut path = String::new();
        for part in self.pointer.split('/').skip(1) {
            if !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) {
                path.push('[');
                path.push_str(part);
                path.push(']');
            } else {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(part);
            }
        }
        path
    }
}

/// The values of one asset, by field. Cleared and filled again for the next asset.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    values: Vec<Option<Value>>,
    set: Vec<Field>,
}

impl Default for Record {
    fn default() -> Self {
        Self { values: vec![None; Field::ALL.len()], set: Vec::new() }
    }
}

impl Record {
    /// Removes all values.
    pub fn clear(&mut self) {
        for field in self.set.drain(..) {
            if let Some(slot) = self.values.get_mut(field.position()) {
                *slot = None;
            }
        }
    }

    /// Sets a value; the last one wins.
    pub fn set(&mut self, field: Field, value: Value) {
        if let Some(slot) = self.values.get_mut(field.position()) {
            if slot.is_none() {
                self.set.push(field);
            }
            *slot = Some(value);
        }
    }

    /// Returns the value of a field.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<&Value> {
        self.values.get(field.position()).and_then(Option::as_ref)
    }

    /// Returns a number, whole or not.
    #[must_use]
    pub fn number(&self, field: Field) -> Option<f64> {
        match self.get(field)? {
            Value::Number(number) => Some(*number),
            Value::Whole(whole) => Some(whole_to_number(*whole)),
            _ => None,
        }
    }

    /// Returns a whole number.
    #[must_use]
    pub fn whole(&self, field: Field) -> Option<i64> {
        match self.get(field)? {
            Value::Whole(whole) => Some(*whole),
            _ => None,
        }
    }

    /// Returns text or a name.
    #[must_use]
    pub fn text(&self, field: Field) -> Option<&str> {
        match self.get(field)? {
            Value::Text(text) => Some(text),
            Value::Choice(name) => Some(name),
            _ => None,
        }
    }

    /// Returns a date.
    #[must_use]
    pub fn date(&self, field: Field) -> Option<NaiveDate> {
        match self.get(field)? {
            Value::Date(date) => Some(*date),
            _ => None,
        }
    }

    /// Returns a flag.
    #[must_use]
    pub fn flag(&self, field: Field) -> Option<bool> {
        match self.get(field)? {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// Returns a document.
    #[must_use]
    pub fn document(&self, field: Field) -> Option<&Json> {
        match self.get(field)? {
            Value::Document(document) => Some(document),
            _ => None,
        }
    }

    /// Lists the fields that have a value, in no particular order.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.set
    }

    /// Writes the asset as JSON, fields in their order.
    #[must_use]
    pub fn to_json(&self) -> Map<String, Json> {
        let mut object = Map::new();
        for field in Field::ALL {
            if let Some(value) = self.get(*field) {
                object.insert(field.name().to_owned(), value.to_json());
            }
        }
        object
    }

    /// Sets a field from JSON. `null` leaves it unset.
    ///
    /// # Errors
    ///
    /// Returns the rule that the value breaks; `at` is the pointer of the asset.
    pub fn set_json(&mut self, at: &str, name: &str, json: Json) -> Result<(), Issue> {
        let pointer = || format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        let Some(field) = Field::find(name) else {
            let message = format!(
                "is not a field of an asset; remove it, or put it into metadata{}",
                suggestion(name)
            );
            return Err(Issue::new(pointer(), "unknown_field", message));
        };
        if json.is_null() {
            return Ok(());
        }
        if self.get(field).is_some() {
            let message = format!("is given twice; keep one value of {}", field.name());
            return Err(Issue::new(pointer(), "duplicate_field", message));
        }
        match Value::from_json(field, json) {
            Ok(value) => {
                self.set(field, value);
                Ok(())
            }
            Err((code, message)) => Err(Issue::new(pointer(), code, message)),
        }
    }
}

impl Value {
    /// Reads JSON as a field's value.
    ///
    /// # Errors
    ///
    /// Returns code and message of the rule that the value breaks.
    pub fn from_json(field: Field, json: Json) -> Result<Self, (&'static str, String)> {
        let kind = field.kind();
        match (kind, json) {
            (Kind::Text(most), Json::String(text)) => Self::from_name(&text, most),
            (Kind::Choice(names), Json::String(text)) => find_choice(names, &text)
                .map(Self::Choice)
                .ok_or_else(|| unknown_choice(&text, names)),
            (Kind::Number(..) | Kind::Share(..), Json::Number(number)) => {
                let number = number.as_f64().unwrap_or(f64::NAN);
                check_number(kind, number).map(|()| Self::Number(number))
            }
            (Kind::Whole(..), Json::Number(number)) => {
                let whole = number.as_i64().or_else(|| number.as_f64().and_then(exact_whole));
                let whole = whole.ok_or_else(|| {
                    ("wrong_type", format!("must be a whole number, was {number}"))
                })?;
                check_whole(kind, whole).map(|()| Self::Whole(whole))
            }
            (Kind::Date, Json::String(text)) => text.parse().map(Self::Date).map_err(|_| {
                ("wrong_date", format!("must be a date such as 2025-03-31, was \"{text}\""))
            }),
            (Kind::Flag, Json::Bool(flag)) => Ok(Self::Flag(flag)),
            (Kind::Document, json) => {
                let bytes = json.to_string().len();
                if bytes > MAX_DOCUMENT_BYTES {
                    return Err(("too_long", format!("must be at most 16 KiB, has {bytes} bytes")));
                }
                Ok(Self::Document(Box::new(json)))
            }
            (kind, json) => {
                let shown: String = json.to_string().chars().take(60).collect();
                Err(("wrong_type", format!("must be {}, was {shown}", kind.noun())))
            }
        }
    }

    fn from_name(text: &str, most: usize) -> Result<Self, (&'static str, String)> {
        let length = text.chars().count();
        if length == 0 || length > most {
            return Err(("length", format!("must have 1 to {most} characters, has {length}")));
        }
        Ok(Self::Text(text.to_owned()))
    }

    /// Writes the value as JSON.
    #[must_use]
    pub fn to_json(&self) -> Json {
        match self {
            Self::Number(number) => Json::from(*number),
            Self::Whole(whole) => Json::from(*whole),
            Self::Text(text) => Json::from(text.as_str()),
            Self::Choice(name) => Json::from(*name),
            Self::Date(date) => Json::from(date.to_string()),
            Self::Flag(flag) => Json::from(*flag),
            Self::Document(document) => (**document).clone(),
        }
    }
}

impl Kind {
    /// What a value of this kind is, for messages.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Number(..) => "a number",
            Self::Share(..) => "a decimal such as 0.05",
            Self::Whole(..) => "a whole number",
            Self::Date => "a date such as 2025-03-31",
            Self::Flag => "true or false",
            Self::Choice(_) => "a name from the list",
            Self::Document => "a list or an object",
        }
    }
}

/// Checks a number against the limits of its kind.
///
/// # Errors
///
/// Returns code and message; a share above its limit was probably meant as per cent.
pub fn check_number(kind: Kind, number: f64) -> Result<(), (&'static str, String)> {
    let (Kind::Number(least, most) | Kind::Share(least, most)) = kind else { return Ok(()) };
    if number.is_finite() && number >= least && number <= most {
        return Ok(());
    }
    if matches!(kind, Kind::Share(..)) && number.is_finite() && number > most {
        let hint = number / 100.0;
        return Err((
            "rate_unit",
            format!(
                "must be a decimal between {least} and {most}, was {number}: send {hint} for {number}%"
            ),
        ));
    }
    Err(("out_of_range", format!("must be between {least} and {most}, was {number}")))
}

/// Checks a whole number against the limits of its kind.
///
/// # Errors
///
/// Returns code and message.
pub fn check_whole(kind: Kind, whole: i64) -> Result<(), (&'static str, String)> {
    match kind {
        Kind::Whole(least, most) if whole < least || whole > most => {
            Err(("out_of_range", format!("must be between {least} and {most}, was {whole}")))
        }
        _ => Ok(()),
    }
}

/// The refusal of a name that is not in its list.
#[must_use]
pub fn unknown_choice(text: &str, names: &[&str]) -> (&'static str, String) {
    let shown: String = text.chars().take(60).collect();
    ("unknown_value", format!("must be one of {}, was \"{shown}\"", names.join(", ")))
}

/// The whole number that a number is, if it is one and small enough to be exact.
#[must_use]
pub fn exact_whole(number: f64) -> Option<i64> {
    if number.fract() != 0.0 || number.abs() > 9e15 {
        return None;
    }
    format!("{number:.0}").parse().ok()
}

/// A whole number as a number.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts, months and years are far below 2^53")]
pub const fn whole_to_number(whole: i64) -> f64 {
    whole as f64
}

/// Names the field that was probably meant.
fn suggestion(name: &str) -> String {
    let letters = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
    };
    let wanted = letters(name);
    Field::ALL
        .iter()
        .find(|field| {
            letters(field.name()) == wanted || field.headings().contains(&wanted.as_str())
        })
        .map_or_else(String::new, |field| format!("; did you mean {}?", field.name()))
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
