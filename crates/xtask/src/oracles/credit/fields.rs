//! How inputs are read, with every usual spelling of a name.

use chrono::NaiveDate;
use serde_json::Value;

/// Why an operation refused its inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// A stable name.
    pub(super) code: String,
    /// What is wrong.
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn new(code: &str, message: impl std::fmt::Display) -> Self {
        Self { code: code.to_owned(), message: format!("{message}") }
    }
}

/// The fields of an object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) &'a Value);

impl<'a> Fields<'a> {
    /// Returns the first of the names that is there and not null.
    pub(super) fn get(self, names: &[&str]) -> Option<&'a Value> {
        names.iter().filter_map(|name| self.0.get(name)).find(|value| !value.is_null())
    }

    pub(super) fn optional(self, names: &[&str]) -> Result<Option<f64>, Refusal> {
        self.get(names).map(|value| number(value, names)).transpose()
    }

    pub(super) fn number(self, names: &[&str]) -> Result<f64, Refusal> {
        self.optional(names)?.ok_or_else(|| missing(names))
    }

    pub(super) fn number_or(self, names: &[&str], otherwise: f64) -> Result<f64, Refusal> {
        Ok(self.optional(names)?.unwrap_or(otherwise))
    }

    pub(super) fn optional_count(self, names: &[&str]) -> Result<Option<u32>, Refusal> {
        self.get(names).map(|value| count(value, names)).transpose()
    }

    pub(super) fn count(self, names: &[&str]) -> Result<u32, Refusal> {
        self.optional_count(names)?.ok_or_else(|| missing(names))
    }

    pub(super) fn count_or(self, names: &[&str], otherwise: u32) -> Result<u32, Refusal> {
        Ok(self.optional_count(names)?.unwrap_or(otherwise))
    }

    pub(super) fn month_count(self, names: &[&str]) -> Result<u16, Refusal> {
        self.months(names)?.ok_or_else(|| missing(names))
    }

    /// Returns a number of months as the engine counts them.
    pub(super) fn months(self, names: &[&str]) -> Result<Option<u16>, Refusal> {
        let found = self.optional_count(names)?;
        let small = |months: u32| {
            u16::try_from(months).map_err(|_| Refusal::new("out_of_range", names.join("/")))
        };
        found.map(small).transpose()
    }

    pub(super) fn text(self, names: &[&str]) -> Option<&'a str> {
        self.get(names).and_then(Value::as_str)
    }

    pub(super) fn flag(self, names: &[&str]) -> bool {
        self.get(names).and_then(Value::as_bool).unwrap_or(false)
    }

    pub(super) fn optional_date(self, names: &[&str]) -> Result<Option<NaiveDate>, Refusal> {
        self.get(names).map(date).transpose()
    }

    pub(super) fn date(self, names: &[&str]) -> Result<NaiveDate, Refusal> {
        self.optional_date(names)?.ok_or_else(|| missing(names))
    }

    /// Returns the entries of a list; a single value counts as a list of one.
    pub(super) fn list(self, names: &[&str]) -> Result<&'a [Value], Refusal> {
        let value = self.get(names).ok_or_else(|| missing(names))?;
        Ok(value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice))
    }

    pub(super) fn numbers(self, names: &[&str]) -> Result<Vec<f64>, Refusal> {
        self.list(names)?.iter().map(|value| number(value, names)).collect()
    }

    pub(super) fn counts(self, names: &[&str]) -> Result<Vec<u32>, Refusal> {
        self.list(names)?.iter().map(|value| count(value, names)).collect()
    }

    pub(super) fn dates(self, names: &[&str]) -> Result<Vec<NaiveDate>, Refusal> {
        self.list(names)?.iter().map(date).collect()
    }
}

/// Reads a date.
pub(super) fn date(value: &Value) -> Result<NaiveDate, Refusal> {
    let text = value.as_str().unwrap_or_default();
    text.parse().map_err(|_| Refusal::new("bad_date", format!("{value} is not YYYY-MM-DD")))
}

/// Writes a number as a key: without a fraction if it has none.
pub(super) fn key(number: f64) -> String {
    number.to_string()
}

fn number(value: &Value, names: &[&str]) -> Result<f64, Refusal> {
    let found = value.as_f64().filter(|number| number.is_finite());
    found.ok_or_else(|| Refusal::new("not_a_number", format!("{} is {value}", names.join("/"))))
}

fn count(value: &Value, names: &[&str]) -> Result<u32, Refusal> {
    let whole = value.as_f64().filter(|number| number.fract() == 0.0 && *number >= 0.0);
    let refuse = || Refusal::new("not_a_count", format!("{} is {value}", names.join("/")));
    let text = whole.map(|number| format!("{number:.0}")).ok_or_else(refuse)?;
    text.parse().map_err(|_| refuse())
}

fn missing(names: &[&str]) -> Refusal {
    Refusal::new("missing", format!("{} is missing", names.join("/")))
}
