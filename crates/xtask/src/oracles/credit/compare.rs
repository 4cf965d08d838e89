//! Whether a result is close enough to what is expected.
//!
//! Everything expected must be there and agree; a result may hold more. An expected object whose
//! keys are numbers picks those 1-based rows from a list, and so does the `period` of an expected
//! row. An expected `error` may be a sentence: the codes it names must be the codes got, in order.

use serde_json::{Map, Value};

/// Returns the first difference, as a sentence; `None` if everything expected is there.
pub(super) fn difference(got: &Value, expected: &Value, tolerance: &Value) -> Option<String> {
    let rules = Rules::of(tolerance);
    compare(got, expected, &rules, &mut Vec::new())
}

/// Returns the part of `got` that is expected, for printing.
pub(super) fn part(got: &Value, expected: &Value) -> Value {
    match expected {
        Value::Object(fields) => {
            let picked = fields
                .iter()
                .filter_map(|(name, inner)| Some((name.clone(), part(pick(got, name)?, inner))));
            Value::Object(picked.collect::<Map<String, Value>>())
        }
        Value::Array(items) => {
            let picked = items
                .iter()
                .enumerate()
                .filter_map(|(position, inner)| Some(part(row(got, position, inner)?, inner)));
            Value::Array(picked.collect())
        }
        _ => got.clone(),
    }
}

/// How close is close enough, by the name of a field or for all.
#[derive(Debug, Default)]
struct Rules {
    abs: Option<f64>,
    rel: Option<f64>,
    abs_of: Vec<(String, f64)>,
    rel_of: Vec<(String, f64)>,
}

impl Rules {
    fn of(tolerance: &Value) -> Self {
        let mut rules = Self::default();
        let Some(fields) = tolerance.as_object() else { return rules };
        for (name, value) in fields {
            match (name.as_str(), value) {
                ("abs", Value::Object(named)) => rules.abs_of.extend(numbers(named)),
                ("rel", Value::Object(named)) => rules.rel_of.extend(numbers(named)),
                ("abs", value) => rules.abs = value.as_f64(),
                ("rel", value) => rules.rel = value.as_f64(),
                (name, value) => {
                    rules.abs_of.extend(value.as_f64().map(|number| (name.to_owned(), number)));
                }
            }
        }
        rules
    }

    /// Returns the largest difference allowed at a path; the innermost named field decides. Where
    /// only other fields are named, the strictest of them counts; where nothing is said, twelve
    /// digits must agree.
    fn allowed(&self, path: &[String], expected: f64) -> f64 {
        let named = |rules: &[(String, f64)]| {
            let rule = |field: &String| rules.iter().find(|(name, _)| name == field);
            path.iter().rev().find_map(rule).map(|(_, number)| *number)
        };
        if let Some(abs) = named(&self.abs_of) {
            return abs;
        }
        if let Some(rel) = named(&self.rel_of) {
            return rel * expected.abs();
        }
        match (self.abs, self.rel) {
            (None, None) => {
                let strictest = self.abs_of.iter().map(|(_, abs)| *abs).filter(|abs| *abs > 0.0);
                let digits = 1e-12 * expected.abs().max(1e-3);
                strictest.reduce(f64::min).map_or(digits, |strictest| strictest.max(digits))
            }
            (abs, rel) => abs.unwrap_or(0.0).max(rel.unwrap_or(0.0) * expected.abs()),
        }
    }
}

fn numbers(named: &Map<String, Value>) -> impl Iterator<Item = (String, f64)> + '_ {
    named.iter().filter_map(|(name, value)| Some((name.clone(), value.as_f64()?)))
}

fn compare(got: &Value, expected: &Value, rules: &Rules, path: &mut Vec<String>) -> Option<String> {
    match expected {
        Value::Object(fields) => fields.iter().find_map(|(name, inner)| {
            path.push(name.clone());
            let found = match pick(got, name) {
                Some(value) => compare(value, inner, rules, path),
                None => Some(format!("{} is missing", path.join("."))),
            };
            path.pop();
            found
        }),
        Value::Array(items) => compare_items(got, items, rules, path),
        Value::Number(number) => {
            let expected = number.as_f64()?;
            let Some(value) = got.as_f64() else {
                return Some(format!("{} is {got}, not a number", path.join(".")));
            };
            let allowed = rules.allowed(path, expected);
            let error = (value - expected).abs();
            (error.is_nan() || error > allowed).then(|| {
                format!("{} is {value}, off by {error:e} (allowed {allowed:e})", path.join("."))
            })
        }
        Value::String(words) if path.last().is_some_and(|name| name == "error") => {
            let (got, wanted) = (codes_of(got), codes_in(words));
            (got != wanted).then(|| format!("{} is {got:?}, not {wanted:?}", path.join(".")))
        }
        Value::Null => (!got.is_null()).then(|| format!("{} is {got}, not null", path.join("."))),
        _ => (got != expected).then(|| format!("{} is {got}, not {expected}", path.join("."))),
    }
}

fn compare_items(
    got: &Value,
    items: &[Value],
    rules: &Rules,
    path: &mut Vec<String>,
) -> Option<String> {
    let Some(values) = got.as_array() else {
        return Some(format!("{} is {got}, not a list", path.join(".")));
    };
    let picks_rows = items.iter().all(|item| item.get("period").is_some());
    if !picks_rows && values.len() != items.len() {
        let (found, wanted) = (values.len(), items.len());
        return Some(format!("{} has {found} entries, not {wanted}", path.join(".")));
    }
    items.iter().enumerate().find_map(|(position, item)| {
        path.push(position.to_string());
        let found = match row(got, position, item) {
            Some(value) => compare(value, item, rules, path),
            None => Some(format!("{} is missing", path.join("."))),
        };
        path.pop();
        found
    })
}

/// Returns the error codes got, each once, in the order in which they first occur.
fn codes_of(got: &Value) -> Vec<String> {
    let all = got.as_array().map_or(std::slice::from_ref(got), Vec::as_slice);
    let mut codes = Vec::new();
    for code in all.iter().filter_map(Value::as_str) {
        if !codes.iter().any(|known| known == code) {
            codes.push(code.to_owned());
        }
    }
    codes
}

/// Returns the words of a sentence that are codes: those with an underscore.
fn codes_in(words: &str) -> Vec<String> {
    words
        .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .filter(|word| word.contains('_'))
        .map(str::to_owned)
        .collect()
}

/// Returns the field `name`, or the 1-based row of a list that `name` counts.
fn pick<'a>(got: &'a Value, name: &str) -> Option<&'a Value> {
    match got {
        Value::Array(rows) => rows.get(name.parse::<usize>().ok()?.checked_sub(1)?),
        _ => got.get(name),
    }
}

/// Returns the entry of a list that belongs to the expected `item`: the one of the same period, if
/// the item states its period, else the one at the same position.
fn row<'a>(got: &'a Value, position: usize, item: &Value) -> Option<&'a Value> {
    let rows = got.as_array()?;
    match item.get("period") {
        Some(period) => rows.iter().find(|row| row.get("period") == Some(period)),
        None => rows.get(position),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_within_the_tolerance_agree() {
        let expected = json!({"price": 100.0, "rate": 0.05});
        let got = json!({"price": 100.4, "rate": 0.05, "more": 1});

        assert_eq!(difference(&got, &expected, &json!({"abs": 0.5})), None);
        assert_eq!(difference(&got, &expected, &json!({"rel": 0.005})), None);
        assert_eq!(difference(&got, &expected, &json!({"abs": {"price": 0.5}})), None);
        assert!(difference(&got, &expected, &json!({"abs": 0.5, "price": 0.1})).is_some());
        assert!(difference(&got, &expected, &json!({"exact": true})).is_some());
        assert_eq!(difference(&got, &expected, &json!({"abs": {"x": 0.5, "y": 9, "z": 0}})), None);
    }

    #[test]
    fn what_is_expected_must_be_there() {
        let expected = json!({"a": {"b": [1, 2]}});

        let missing = difference(&json!({"a": {}}), &expected, &Value::Null).unwrap();
        let short = difference(&json!({"a": {"b": [1]}}), &expected, &Value::Null).unwrap();

        assert_eq!(missing, "a.b is missing");
        assert_eq!(short, "a.b has 1 entries, not 2");
    }

    #[test]
    fn rows_are_picked_by_number_and_by_period() {
        let got = json!([{"period": 1, "x": 5}, {"period": 2, "x": 6}]);

        assert_eq!(difference(&got, &json!({"2": {"x": 6}}), &Value::Null), None);
        assert_eq!(difference(&got, &json!([{"period": 2, "x": 6}]), &Value::Null), None);
        assert!(difference(&got, &json!({"3": {"x": 6}}), &Value::Null).is_some());
    }

    #[test]
    fn a_sentence_about_errors_is_compared_by_its_codes() {
        let expected =
            json!({"error": "422 no_sign_change for two, empty_cash_flows for the last"});
        let codes = |codes: &[&str]| json!({ "error": codes });

        let right = codes(&["no_sign_change", "no_sign_change", "empty_cash_flows"]);
        let wrong = codes(&["no_sign_change", "no_sign_change"]);

        assert_eq!(difference(&right, &expected, &Value::Null), None);
        assert!(difference(&wrong, &expected, &Value::Null).is_some());
    }

    #[test]
    fn texts_and_nothing_must_be_equal() {
        assert!(difference(&json!({"a": "x"}), &json!({"a": "y"}), &Value::Null).is_some());
        assert!(difference(&json!({"a": 0}), &json!({"a": null}), &Value::Null).is_some());
        assert!(difference(&json!({"a": null}), &json!({"a": 1.0}), &Value::Null).is_some());
    }
}
