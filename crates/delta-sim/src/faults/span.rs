//! Lengths of time as people write them: `250ms`, `5s`, `30m`, `2h`, `-3s`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::time::Micros;

/// A signed length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub Micros);

/// Units, largest first, in microseconds.
const UNITS: [(&str, i64); 6] = [
    ("d", 86_400_000_000),
    ("h", 3_600_000_000),
    ("m", 60_000_000),
    ("s", 1_000_000),
    ("ms", 1_000),
    ("us", 1),
];

/// The longest span: about 27 years, so that adding one to an instant cannot overflow.
const LONGEST: i64 = 10_000 * 86_400_000_000;

impl Span {
    /// A span of whole seconds.
    #[must_use]
    pub const fn seconds(seconds: i64) -> Self {
        Self(Micros(seconds.saturating_mul(1_000_000)))
    }

    /// A span of whole milliseconds.
    #[must_use]
    pub const fn millis(millis: i64) -> Self {
        Self(Micros(millis.saturating_mul(1_000)))
    }
}

/// A text that is not a span.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a length of time such as 250ms, 5s, 30m or 2h")]
pub struct NotASpan(String);

impl FromStr for Span {
    type Err = NotASpan;

    fn from_str(text: &str) -> Result<Self, NotASpan> {
        let refuse = || NotASpan(text.chars().take(40).collect());
        let (sign, rest) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = rest.split_at_checked(digits).ok_or_else(refuse)?;

        let number: i64 = number.parse().map_err(|_| refuse())?;
        let (_, size) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(refuse)?;
        match number.checked_mul(*size) {
            Some(micros) if micros <= LONGEST => Ok(Self(Micros(sign * micros))),
            _ => Err(refuse()),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, size) = UNITS
            .iter()
            .find(|(_, size)| self.0.0 != 0 && self.0.0 % size == 0)
            .unwrap_or(&("s", 1_000_000));
        write!(formatter, "{}{unit}", self.0.0 / size)
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_reads_and_writes_itself() {
        for (text, micros) in [
            ("250ms", 250_000),
            ("5s", 5_000_000),
            ("30m", 1_800_000_000),
            ("2h", 7_200_000_000),
            ("-3s", -3_000_000),
            ("7us", 7),
            ("0s", 0),
        ] {
            assert_eq!(text.parse::<Span>().unwrap(), Span(Micros(micros)));
            assert_eq!(Span(Micros(micros)).to_string(), text);
        }
        assert_eq!("+90s".parse::<Span>().unwrap(), Span::seconds(90));
    }

    #[test]
    fn a_text_without_unit_or_out_of_range_is_refused_by_name() {
        for text in ["", "5", "s", "5 s", "1.5s", "99999999999999999999s", "9999999d", "é"] {
            let refused = text.parse::<Span>().unwrap_err();
            assert!(refused.to_string().contains(text), "{refused}");
        }
    }
}
