//! Instants as whole microseconds since 1970, and as the text that SQLite keeps.
//!
//! All stored texts have the same width, so that comparing texts compares instants.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, Utc};

/// Microseconds since 1970-01-01T00:00:00Z.
pub(crate) type Micros = i64;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;
/// 9999-12-31T23:59:59.999999Z
const LAST: i64 = 253_402_300_799_999_999;

/// Reads the instant of a line: RFC 3339, or what Python's `asctime` writes (taken as UTC).
#[must_use]
pub(crate) fn parse(text: &str) -> Option<Micros> {
    let micros = match parse_plain(text.as_bytes()) {
        Some(micros) => micros,
        None => parse_any(text)?,
    };
    (0..=LAST).contains(&micros).then_some(micros)
}

/// Reads an instant written as a number: seconds, or milli- or microseconds if it is that large.
#[must_use]
pub(crate) fn of_number(text: &str) -> Option<Micros> {
    let number: f64 = text.parse().ok()?;
    let factor = match number {
        n if n > 1e14 => 1.0,
        n if n > 1e11 => 1e3,
        _ => 1e6,
    };
    let micros = (number * factor).round();
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
    (0.0..=2.5e17).contains(&micros).then_some(micros as i64)
}

/// Writes an instant as it is stored: `2026-01-15T12:00:00.000000Z`.
#[must_use]
pub(crate) fn text(micros: Micros) -> String {
    let micros = micros.clamp(0, LAST);
    let (days, in_day) = (micros.div_euclid(DAY), micros.rem_euclid(DAY));
    let (year, month, day) = date_of(days);
    let (second, fraction) = (in_day / SECOND, in_day % SECOND);
    let mut out = String::with_capacity(27);
    let parts = [
        (year, 4, '-'),
        (month, 2, '-'),
        (day, 2, 'T'),
        (second / 3_600, 2, ':'),
        (second / 60 % 60, 2, ':'),
        (second % 60, 2, '.'),
        (fraction, 6, 'Z'),
    ];
    for (value, width, end) in parts {
        push_digits(&mut out, value, width);
        out.push(end);
    }
    out
}

/// Converts to the type of the rest of the program.
#[must_use]
pub(crate) fn to_utc(micros: Micros) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}

fn push_digits(out: &mut String, value: i64, width: u32) {
    for place in (0..width).rev() {
        let digit = value / 10_i64.pow(place) % 10;
        out.push(char::from(b'0' + u8::try_from(digit).unwrap_or_default()));
    }
}

/// Reads `YYYY-MM-DDTHH:MM:SS[.ffffff](Z|+00:00)` without detours.
fn parse_plain(text: &[u8]) -> Option<Micros> {
    let digits = |from: usize, to: usize| {
        text.get(from..to)?.iter().try_fold(0_i64, |value, byte| {
            byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0'))
        })
    };
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if marks.iter().any(|(at, mark)| text.get(*at) != Some(mark)) {
        return None;
    }
    let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
    let (hour, minute, second) = (digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
    if !(1..=12).contains(&month) || !(1..=28).contains(&day) && !is_date(year, month, day) {
        return None;
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut at = 19;
    let mut fraction = 0;
    if text.get(at) == Some(&b'.') {
        at += 1;
        let start = at;
        let mut scale = SECOND / 10;
        while let Some(byte) = text.get(at).filter(|b| b.is_ascii_digit()) {
            fraction += i64::from(byte - b'0') * scale;
            scale /= 10;
            at += 1;
        }
        if at == start {
            return None;
        }
    }
    if !matches!(text.get(at..), Some(b"Z" | b"+00:00")) {
        return None;
    }
    let seconds = hour * 3_600 + minute * 60 + second;
    Some(days_of(year, month, day) * DAY + seconds * SECOND + fraction)
}

fn parse_any(text: &str) -> Option<Micros> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.timestamp_micros());
    }
    let text = text.trim_end_matches('Z').replace(',', ".");
    ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok())
        .map(|instant| instant.and_utc().timestamp_micros())
}

fn is_date(year: i64, month: i64, day: i64) -> bool {
    let part = |value: i64| u32::try_from(value).unwrap_or_default();
    let year = i32::try_from(year).unwrap_or_default();
    NaiveDate::from_ymd_opt(year, part(month), part(day)).is_some()
}

/// Days since 1970-01-01 of a date in the Gregorian calendar. The year begins in March here, so
/// that the leap day is its last.
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date that is `days` after 1970-01-01.
fn date_of(days: i64) -> (i64, i64, i64) {
    use chrono::Datelike as _;
    let start = NaiveDate::default();
    let date = u64::try_from(days).ok().and_then(|days| start.checked_add_days(Days::new(days)));
    let date = date.unwrap_or(start);
    (i64::from(date.year()), i64::from(date.month()), i64::from(date.day()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn instants_are_read_in_all_usual_forms() {
        let expected = Some(1_759_723_200_123_000);
        for text in [
            "2025-10-06T04:00:00.123Z",
            "2025-10-06T04:00:00.123000+00:00",
            "2025-10-06T09:30:00.123+05:30",
            "2025-10-06 04:00:00,123",
            "2025-10-06T04:00:00.123",
            "2025-10-06 04:00:00.123",
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
        assert_eq!(of_number("1759723200.123"), expected);
        assert_eq!(of_number("1759723200123"), expected);
        for text in ["", "yesterday", "2025-02-30T00:00:00Z", "2025-10-06T24:00:00Z", "0000"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(micros in 0..=LAST) {
            let written = text(micros);
            prop_assert_eq!(written.len(), 27);
            prop_assert_eq!(parse_plain(written.as_bytes()), Some(micros));
            prop_assert_eq!(parse_any(&written), Some(micros));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,40}") {
            let _ = (parse(&text), of_number(&text));
        }
    }
}
