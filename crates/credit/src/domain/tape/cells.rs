//! Cells of a tape as values of fields.

use super::dates::DateFormat;
use super::mapping::Unit;
use crate::domain::asset::{
    Field, Kind, Value, check_number, check_whole, exact_whole, find_choice, unknown_choice,
};

/// Tells whether a cell says that there is no value.
#[must_use]
pub fn is_missing(text: &str) -> bool {
    const WORDS: [&str; 9] = ["na", "n/a", "#n/a", "null", "none", "nan", "-", ".", "unknown"];
    text.is_empty() || (text.len() <= 7 && WORDS.iter().any(|word| text.eq_ignore_ascii_case(word)))
}

/// Reads a cell, which is not missing, as a value of `field`.
///
/// # Errors
///
/// Returns code and message; the message says how to repair the cell.
pub(super) fn value(
    field: Field,
    text: &str,
    unit: Unit,
    dates: DateFormat,
) -> Result<Value, (&'static str, String)> {
    let kind = field.kind();
    match kind {
        Kind::Text(most) => {
            let length = text.chars().count();
            if length > most {
                return Err((
                    "length",
                    format!("must have at most {most} characters, has {length}"),
                ));
            }
            Ok(Value::Text(text.to_owned()))
        }
        Kind::Number(..) => {
            let number = number(text).ok_or_else(|| not_a(kind, text))?;
            check_number(kind, number).map(|()| Value::Number(number))
        }
        Kind::Share(..) => {
            let share = share(text, unit).ok_or_else(|| not_a(kind, text))?;
            check_number(kind, share).map(|()| Value::Number(share))
        }
        Kind::Whole(..) => {
            let whole = whole(text).ok_or_else(|| not_a(kind, text))?;
            check_whole(kind, whole).map(|()| Value::Whole(whole))
        }
        Kind::Date => dates.parse(text).map(Value::Date).ok_or_else(|| {
            (
                "wrong_date",
                format!(
                    "must be a date written {}; correct the cell, or the date format of the column",
                    dates.name()
                ),
            )
        }),
        Kind::Flag => flag(text).map(Value::Flag).ok_or_else(|| not_a(kind, text)),
        Kind::Choice(names) => code(field, text)
            .or_else(|| find_choice(names, text))
            .map(Value::Choice)
            .ok_or_else(|| unknown_choice(text, names)),
        Kind::Document => serde_json::from_str(text)
            .map(|document| Value::Document(Box::new(document)))
            .map_err(|_| ("wrong_type", "must be JSON".to_owned())),
    }
}

fn not_a(kind: Kind, text: &str) -> (&'static str, String) {
    let shown: String = text.chars().take(40).collect();
    (
        "wrong_type",
        format!("must be {}, was \"{shown}\"; correct the cell or leave it empty", kind.noun()),
    )
}

/// A number as spreadsheets print it: currency sign, thousands, brackets for negative.
pub(super) fn number(text: &str) -> Option<f64> {
    if let Ok(number) = text.parse::<f64>() {
        return number.is_finite().then_some(number);
    }
    let (negative, inner) = match text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => (true, inner),
        None => (false, text),
    };
    let plain: String =
        inner.chars().filter(|c| !matches!(c, ',' | '$' | '€' | '£' | ' ')).collect();
    let looks =
        plain.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    let number: f64 = plain.parse().ok().filter(|_| looks)?;
    number.is_finite().then_some(if negative { -number } else { number })
}

/// A rate; a per cent sign outranks the unit of the column.
pub(super) fn share(text: &str, unit: Unit) -> Option<f64> {
    if let Some(percent) = text.strip_suffix('%') {
        return number(percent.trim_end()).map(|number| number / 100.0);
    }
    let number = number(text)?;
    Some(match unit {
        Unit::Percent => number / 100.0,
        Unit::BasisPoints => number / 10_000.0,
        Unit::Fraction => number,
    })
}

fn whole(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| {
        // "36 months" is how some lenders print a term.
        let text = text.strip_suffix("months").unwrap_or(text).trim();
        number(text).and_then(exact_whole)
    })
}

fn flag(text: &str) -> Option<bool> {
    const YES: [&str; 5] = ["true", "1", "y", "yes", "t"];
    const NO: [&str; 5] = ["false", "0", "n", "no", "f"];
    if YES.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return Some(true);
    }
    NO.iter().any(|word| text.eq_ignore_ascii_case(word)).then_some(false)
}

/// The codes of public disclosure formats.
fn code(field: Field, text: &str) -> Option<&'static str> {
    match (field, text) {
        (Field::RateType, "1" | "F" | "FRM" | "Fixed Rate") => Some("fixed"),
        (Field::RateType, "2" | "A" | "ARM" | "Adjustable Rate") => Some("floating"),
        (Field::VehicleType, "1" | "N") => Some("new"),
        (Field::VehicleType, "2" | "U") => Some("used"),
        (Field::PropertyType, "SF" | "PU") => Some("single_family"),
        (Field::PropertyType, "CO") => Some("condominium"),
        (Field::PropertyType, "CP") => Some("cooperative"),
        (Field::PropertyType, "MH") => Some("other"),
        (Field::PaymentFrequency, "M" | "12") => Some("monthly"),
        (Field::PaymentFrequency, "Q" | "4") => Some("quarterly"),
        _ => None,
    }
}

/// Why a loan with this zero-balance code is no longer there.
pub(super) fn closed(code: &str) -> (&'static str, &'static str) {
    match code.trim_start_matches('0') {
        "1" => ("closed_prepaid", "was prepaid or has matured"),
        "2" => ("closed_sold", "was sold to a third party"),
        "3" => ("closed_repurchased", "was repurchased or replaced"),
        "4" => ("closed_charged_off", "was charged off"),
        "5" => ("closed_transferred", "moved to another servicer"),
        _ => ("closed", "has a zero-balance code"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_spreadsheets_print_them() {
        for (text, expected) in [
            ("25565.38", Some(25_565.38)),
            ("$1,234.50", Some(1_234.5)),
            ("(12.5)", Some(-12.5)),
            ("1e3", Some(1_000.0)),
            ("inf", None),
            ("NaN", None),
            ("12a", None),
            ("", None),
        ] {
            assert_eq!(number(text), expected, "{text}");
        }
    }

    #[test]
    fn a_per_cent_sign_outranks_the_unit() {
        assert_eq!(share("5.5%", Unit::Fraction), Some(0.055));
        assert_eq!(share("5.5", Unit::Percent), Some(0.055));
        assert_eq!(share("0.055", Unit::Fraction), Some(0.055));
        assert_eq!(share("55", Unit::BasisPoints), Some(0.0055));
    }

    #[test]
    fn codes_of_public_formats_are_understood() {
        let read = |field, text| value(field, text, Unit::Fraction, DateFormat::Iso).unwrap();

        assert_eq!(read(Field::RateType, "1"), Value::Choice("fixed"));
        assert_eq!(read(Field::VehicleType, "2"), Value::Choice("used"));
        assert_eq!(closed("04").0, "closed_charged_off");
    }
}
