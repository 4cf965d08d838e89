//! One field at a time.

use chrono::{DateTime, NaiveDateTime, Utc};
use metrics::counter;
use rust_decimal::Decimal;
use serde_json::{Map, Value};
use strangle_engine::instrument::Symbol;

use crate::clients::delta::metrics::FIELDS_UNREADABLE;

/// A document lacks a field that matters, or it cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` of {what} is missing or unreadable")]
pub struct Unreadable {
    /// The kind of document.
    pub what: &'static str,
    /// The field.
    pub field: &'static str,
}

/// The fields of an object.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'a> {
    what: &'static str,
    map: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    /// Looks at a value as an object.
    ///
    /// # Errors
    ///
    /// Returns [`Unreadable`] if it is something else.
    pub fn of(what: &'static str, value: &'a Value) -> Result<Self, Unreadable> {
        let map = value.as_object().ok_or(Unreadable { what, field: "object" })?;
        Ok(Self { what, map })
    }

    /// Returns a field that is there and not null.
    #[must_use]
    pub fn value(&self, field: &str) -> Option<&'a Value> {
        self.map.get(field).filter(|value| !value.is_null())
    }

    /// Returns an object within the object; `None` if there is none.
    #[must_use]
    pub fn object(&self, field: &str) -> Option<Self> {
        let map = self.value(field)?.as_object()?;
        Some(Self { what: self.what, map })
    }

    /// Returns a list; empty if there is none.
    #[must_use]
    pub fn list(&self, field: &str) -> &'a [Value] {
        self.value(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Names a field as the one that cannot be read.
    #[must_use]
    pub fn unreadable(&self, field: &'static str) -> Unreadable {
        Unreadable { what: self.what, field }
    }

    /// Returns a text that is not empty; a number counts as text.
    #[must_use]
    pub fn maybe_text(&self, field: &str) -> Option<String> {
        match self.value(field)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Returns a text that is not empty.
    ///
    /// # Errors
    ///
    /// Returns [`Unreadable`] if there is none.
    pub fn text(&self, field: &'static str) -> Result<String, Unreadable> {
        self.maybe_text(field).ok_or_else(|| self.unreadable(field))
    }

    /// Returns a symbol.
    ///
    /// # Errors
    ///
    /// Returns [`Unreadable`] if there is none.
    pub fn symbol(&self, field: &'static str) -> Result<Symbol, Unreadable> {
        let text = self.value(field).and_then(Value::as_str);
        text.and_then(|text| Symbol::new(text).ok()).ok_or_else(|| self.unreadable(field))
    }

    /// Returns an exact number; one that is there and unreadable is counted.
    #[must_use]
    pub fn maybe_decimal(&self, field: &'static str) -> Option<Decimal> {
        let value = self.value(field)?;
        let read = decimal_of(value);
        if read.is_none() && value.as_str() != Some("") {
            counter!(FIELDS_UNREADABLE, "field" => field).increment(1);
        }
        read
    }

    /// Returns an exact number.
    ///
    /// # Errors
    ///
    /// Returns [`Unreadable`] if there is none.
    pub fn decimal(&self, field: &'static str) -> Result<Decimal, Unreadable> {
        self.maybe_decimal(field).ok_or_else(|| self.unreadable(field))
    }

    /// Returns an exact number above zero.
    ///
    /// # Errors
    ///
    /// Returns [`Unreadable`] if there is none.
    pub fn positive(&self, field: &'static str) -> Result<Decimal, Unreadable> {
        let number = self.maybe_decimal(field).filter(|number| *number > Decimal::ZERO);
        number.ok_or_else(|| self.unreadable(field))
    }

    /// Returns a statistic such as a greek.
    #[must_use]
    pub fn maybe_float(&self, field: &str) -> Option<f64> {
        float_of(self.value(field)?)
    }

    /// Returns a whole number, also one written as `3.0` or `"3"`.
    #[must_use]
    pub fn maybe_integer(&self, field: &str) -> Option<i64> {
        integer_of(self.value(field)?)
    }

    /// Returns a whole number.
    ///
    /// # Errors
    ///
    /// Returns [`Unreadable`] if there is none.
    pub fn integer(&self, field: &'static str) -> Result<i64, Unreadable> {
        self.maybe_integer(field).ok_or_else(|| self.unreadable(field))
    }

    /// Tells whether a field is `true` in any notation.
    #[must_use]
    pub fn flag(&self, field: &str) -> bool {
        match self.value(field) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
            Some(Value::Number(number)) => number.as_i64() == Some(1),
            _ => false,
        }
    }

    /// Returns an instant.
    #[must_use]
    pub fn maybe_instant(&self, field: &str) -> Option<DateTime<Utc>> {
        instant_of(self.value(field)?)
    }

    /// Returns an instant.
    ///
    /// # Errors
    ///
    /// Returns [`Unreadable`] if there is none.
    pub fn instant(&self, field: &'static str) -> Result<DateTime<Utc>, Unreadable> {
        self.maybe_instant(field).ok_or_else(|| self.unreadable(field))
    }
}

/// Reads an exact number.
pub(in crate::clients::delta) fn decimal_of(value: &Value) -> Option<Decimal> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    // A long text is no price; reading it costs time for nothing.
    if text.is_empty() || text.len() > 64 {
        return None;
    }
    text.parse().ok().or_else(|| Decimal::from_scientific(&text).ok())
}

/// Reads a finite number.
pub(in crate::clients::delta) fn float_of(value: &Value) -> Option<f64> {
    let number = match value {
        Value::String(text) => text.trim().parse().ok()?,
        other => other.as_f64()?,
    };
    number.is_finite().then_some(number)
}

/// Reads a whole number.
pub(in crate::clients::delta) fn integer_of(value: &Value) -> Option<i64> {
    if let Some(number) = value.as_i64() {
        return Some(number);
    }
    let number = decimal_of(value)?;
    if !number.fract().is_zero() {
        return None;
    }
    i64::try_from(number.trunc()).ok()
}

/// Reads an instant: ISO-8601, or a number since 1970 whose unit follows from its magnitude.
///
/// ```
/// use serde_json::json;
/// use strangle::clients::delta::wire::instant_of;
/// let same = [
///     json!(1_760_000_000), json!(1_760_000_000_000_i64), json!("1760000000000000"),
///     json!("2025-10-09T08:53:20Z"), json!("2025-10-09T08:53:20"),
/// ];
/// assert!(same.iter().all(|value| instant_of(value) == instant_of(&same[0])));
/// ```
#[must_use]
pub fn instant_of(value: &Value) -> Option<DateTime<Utc>> {
    if let Some(text) = value.as_str()
        && text.contains('-')
    {
        let zoned = DateTime::parse_from_rfc3339(text).map(|instant| instant.to_utc()).ok();
        return zoned.or_else(|| Some(text.parse::<NaiveDateTime>().ok()?.and_utc()));
    }
    let number = decimal_of(value)?;
    // Seconds until the year 5138, milliseconds until then, and so on.
    let micros_per_unit = match i64::try_from(number.trunc()).ok()? {
        ..0 => return None,
        0..=99_999_999_999 => Decimal::from(1_000_000),
        100_000_000_000..=99_999_999_999_999 => Decimal::from(1_000),
        100_000_000_000_000..=99_999_999_999_999_999 => Decimal::ONE,
        _ => Decimal::new(1, 3),
    };
    let micros = i64::try_from(number.checked_mul(micros_per_unit)?.trunc()).ok()?;
    DateTime::from_timestamp_micros(micros)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_read_from_numbers_and_strings() {
        let value = json!({"a": 1.5, "b": "1.50", "c": " 2e3 ", "d": "NaN", "e": "", "f": 3.0,
            "g": "4", "h": true, "i": "1e400", "j": f64::MAX});
        let fields = Fields::of("sample", &value).unwrap();

        assert_eq!(fields.maybe_decimal("a"), fields.maybe_decimal("b"));
        assert_eq!(fields.maybe_decimal("c"), Some(Decimal::from(2000)));
        for absent in ["d", "e", "h", "i", "j", "missing"] {
            assert_eq!(fields.maybe_integer(absent), None, "{absent}");
            assert_eq!(fields.value(absent).and_then(decimal_of), None, "{absent}");
        }
        assert_eq!((fields.maybe_integer("f"), fields.maybe_integer("g")), (Some(3), Some(4)));
        assert_eq!(fields.maybe_integer("a"), None);
    }

    #[test]
    fn instants_are_read_by_their_magnitude() {
        let expected = "2026-01-15T12:00:00.5Z".parse::<DateTime<Utc>>().ok();
        for value in [
            json!(1_768_478_400.5),
            json!("1768478400500"),
            json!(1_768_478_400_500_000_i64),
            json!(1_768_478_400_500_000_000_i64),
            json!("2026-01-15T12:00:00.500Z"),
            json!("2026-01-15T17:30:00.5+05:30"),
        ] {
            assert_eq!(instant_of(&value), expected, "{value}");
        }
        for value in [json!(-5), json!("soon"), json!(null), json!([1]), json!(f64::MAX)] {
            assert_eq!(instant_of(&value), None, "{value}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_readers_panic(text: String, float: f64, whole: i64) {
            for value in [json!(text), json!(float), json!(whole)] {
                let _ = (decimal_of(&value), float_of(&value), integer_of(&value));
                let _ = instant_of(&value);
            }
        }
    }
}
