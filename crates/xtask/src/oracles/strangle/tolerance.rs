//! Whether a result is close enough to what is expected.
//!
//! Everything expected must be there and agree; a result may hold more. What is expected to be
//! nothing may be absent. The tolerance is one of `exact`, `decimal_exact`, `absolute`, `relative`,
//! or `per_field` with a rule for each name and one for all `other`.

use std::str::FromStr;

use rust_decimal::Decimal;
use serde_json::Value;

/// How close is close enough.
#[derive(Debug, Clone, Copy)]
enum Rule {
    /// Equal; numbers by value.
    Exact,
    /// Equal as decimals, whether written as number or as text.
    Decimal,
    /// At most so far away.
    Absolute(f64),
    /// At most this part of it away.
    Relative(f64),
}

/// Returns the first difference, as a sentence; `None` if everything expected is there.
pub(super) fn difference(got: &Value, expected: &Value, tolerance: &Value) -> Option<String> {
    compare(Some(got), expected, tolerance, &mut Vec::new())
}

/// Returns the part of `got` that is expected, for printing.
pub(super) fn part(got: &Value, expected: &Value) -> Value {
    let Some(fields) = expected.as_object() else { return got.clone() };
    let picked = fields.iter().filter_map(|(name, inner)| {
        let found = got.get(name)?;
        Some((name.clone(), part(found, inner)))
    });
    Value::Object(picked.collect())
}

fn compare<'a>(
    got: Option<&Value>,
    expected: &'a Value,
    tolerance: &Value,
    path: &mut Vec<&'a str>,
) -> Option<String> {
    let place = |path: &[&str]| if path.is_empty() { "it".to_owned() } else { path.join(".") };
    match (got, expected) {
        (None | Some(Value::Null), Value::Null) => None,
        (None, _) => Some(format!("{} is missing", place(path))),
        (Some(got), Value::Object(fields)) => fields.iter().find_map(|(name, inner)| {
            path.push(name);
            let found = compare(got.get(name), inner, tolerance, path);
            path.pop();
            found
        }),
        (Some(got), Value::Array(items)) => {
            let found = got.as_array().map_or(&[][..], Vec::as_slice);
            if found.len() != items.len() {
                let (has, wants) = (found.len(), items.len());
                return Some(format!("{} has {has} entries, not {wants}", place(path)));
            }
            items
                .iter()
                .zip(found)
                .find_map(|(item, found)| compare(Some(found), item, tolerance, path))
        }
        (Some(got), expected) => {
            let rule = rule_at(tolerance, path);
            let sentence = || format!("{} is {got}, not {expected}", place(path));
            (!agrees(got, expected, rule)).then(sentence)
        }
    }
}

fn rule_at(tolerance: &Value, path: &[&str]) -> Rule {
    let amount = tolerance.get("value").and_then(Value::as_f64).unwrap_or(0.0);
    match tolerance.get("type").and_then(Value::as_str) {
        Some("absolute") => Rule::Absolute(amount),
        Some("relative") => Rule::Relative(amount),
        Some("decimal_exact") => Rule::Decimal,
        Some("per_field") => {
            let named = path.iter().rev().find_map(|name| tolerance.get(name));
            match named.or_else(|| tolerance.get("other")) {
                Some(Value::Number(amount)) => Rule::Absolute(amount.as_f64().unwrap_or(0.0)),
                Some(Value::String(word)) if word == "exact" => Rule::Exact,
                Some(Value::Object(_)) => named.map_or(Rule::Exact, |inner| rule_at(inner, &[])),
                _ => Rule::Decimal,
            }
        }
        _ => Rule::Exact,
    }
}

fn agrees(got: &Value, expected: &Value, rule: Rule) -> bool {
    if got == expected {
        return true;
    }
    match rule {
        Rule::Exact => {
            let both = got.as_f64().zip(expected.as_f64());
            both.is_some_and(|(got, expected)| (got - expected).abs() <= 0.0)
        }
        Rule::Decimal => {
            decimal(got).zip(decimal(expected)).is_some_and(|(got, expected)| got == expected)
        }
        Rule::Absolute(most) => {
            float(got).zip(float(expected)).is_some_and(|(a, b)| (a - b).abs() <= most)
        }
        Rule::Relative(part) => float(got)
            .zip(float(expected))
            .is_some_and(|(a, b)| (a - b).abs() <= part * b.abs() + f64::MIN_POSITIVE),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

fn decimal(value: &Value) -> Option<Decimal> {
    let text = text(value)?;
    Decimal::from_str(&text).or_else(|_| Decimal::from_scientific(&text)).ok()
}

fn float(value: &Value) -> Option<f64> {
    text(value)?.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn agree(got: &Value, expected: &Value, tolerance: &Value) -> bool {
        difference(got, expected, tolerance).is_none()
    }

    #[test]
    fn each_kind_of_tolerance_is_kept() {
        let (absolute, relative) =
            (json!({"type": "absolute", "value": 0.1}), json!({"type": "relative", "value": 0.01}));
        let decimal = json!({"type": "decimal_exact"});

        assert!(agree(&json!({"a": 1.05}), &json!({"a": 1}), &absolute));
        assert!(!agree(&json!({"a": 1.2}), &json!({"a": 1}), &absolute));
        assert!(agree(&json!({"a": 101}), &json!({"a": 100}), &relative));
        assert!(!agree(&json!({"a": 102}), &json!({"a": 100}), &relative));
        assert!(agree(&json!({"a": "0.10"}), &json!({"a": 0.1}), &decimal));
        assert!(!agree(&json!({"a": "0.11"}), &json!({"a": "0.1"}), &decimal));
        assert!(!agree(&json!({"a": "0.10"}), &json!({"a": "0.1"}), &json!({"type": "exact"})));
        assert!(agree(&json!({"a": 1.0}), &json!({"a": 1}), &json!({"type": "exact"})));
    }

    #[test]
    fn a_field_may_have_a_rule_of_its_own() {
        let rule = json!({"type": "per_field", "pct": 0.01, "other": "decimal_exact"});

        assert!(agree(
            &json!({"pct": [1.001], "sum": "2.0"}),
            &json!({"pct": [1], "sum": 2}),
            &rule
        ));
        assert!(!agree(&json!({"pct": 1.02}), &json!({"pct": 1}), &rule));
        assert!(!agree(&json!({"sum": 2.001}), &json!({"sum": 2}), &rule));
    }

    #[test]
    fn what_is_expected_must_be_there_and_lists_are_as_long() {
        let exact = json!({"type": "exact"});

        assert!(!agree(&json!({}), &json!({"a": 1}), &exact));
        assert!(agree(&json!({}), &json!({"a": null}), &exact));
        assert!(!agree(&json!({"a": 0}), &json!({"a": null}), &exact));
        assert!(!agree(&json!({"a": [1]}), &json!({"a": [1, 2]}), &exact));
        assert!(!agree(&json!({"a": 1}), &json!({"a": [1]}), &exact));
    }
}
