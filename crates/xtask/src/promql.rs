//! Finds the metric names in a `PromQL` expression.

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::str::Chars;

/// Words that are followed by a list of labels in parentheses.
const BEFORE_LABELS: [&str; 6] = ["by", "without", "on", "ignoring", "group_left", "group_right"];

/// Functions that may stand before their labels instead of before a parenthesis.
const AGGREGATES: [&str; 10] =
    ["sum", "min", "max", "avg", "count", "group", "stddev", "topk", "bottomk", "quantile"];

/// Words between two expressions, and constants.
const WORDS: [&str; 8] = ["and", "or", "unless", "offset", "bool", "inf", "nan", "atan2"];

/// Returns the names of the metrics that an expression reads: every name that is not a function,
/// a label, a word of the language or a variable of a dashboard.
pub(crate) fn metric_names(expression: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut rest = expression.chars().peekable();
    while let Some(letter) = rest.next() {
        match letter {
            '{' => skip_to(&mut rest, '}'),
            '[' => skip_to(&mut rest, ']'),
            '"' | '\'' | '`' => skip_to(&mut rest, letter),
            '$' | '0'..='9' => _ = word(letter, &mut rest),
            _ if starts_name(letter) => {
                let name = word(letter, &mut rest);
                while rest.next_if(|next| next.is_whitespace()).is_some() {}
                let opens = rest.peek() == Some(&'(');
                let lower = name.to_lowercase();
                if BEFORE_LABELS.contains(&lower.as_str()) {
                    if opens {
                        skip_to(&mut rest, ')');
                    }
                } else if !opens && ![&AGGREGATES[..], &WORDS].concat().contains(&lower.as_str()) {
                    names.insert(name);
                }
            }
            _ => {}
        }
    }
    names
}

fn starts_name(letter: char) -> bool {
    letter.is_ascii_alphabetic() || letter == '_' || letter == ':'
}

/// Reads on to the end of a name or number.
fn word(first: char, rest: &mut Peekable<Chars<'_>>) -> String {
    let mut word = String::from(first);
    while let Some(letter) = rest.next_if(|next| starts_name(*next) || next.is_ascii_digit()) {
        word.push(letter);
    }
    word
}

/// Skips what is inside quotes or brackets; braces inside quoted text do not end it.
fn skip_to(rest: &mut Peekable<Chars<'_>>, end: char) {
    while let Some(letter) = rest.next() {
        match letter {
            '\\' => _ = rest.next(),
            _ if letter == end => return,
            '"' if end != '\'' && end != '`' => skip_to(rest, '"'),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(expression: &str) -> Vec<String> {
        metric_names(expression).into_iter().collect()
    }

    #[test]
    fn functions_labels_ranges_and_words_are_not_metrics() {
        let expression = r#"histogram_quantile(0.95, sum by (le, route) (rate(http_seconds_bucket{status!~"5..|}"}[5m]))) > 0.5 and on(instance) up == 1"#;

        assert_eq!(names(expression), ["http_seconds_bucket", "up"]);
    }

    #[test]
    fn labels_may_stand_behind_the_aggregate() {
        assert_eq!(
            names("sum(rate(a_total[1h])) by (service) / ignoring (x) b_total"),
            ["a_total", "b_total"]
        );
    }

    #[test]
    fn variables_of_a_dashboard_are_not_metrics() {
        assert_eq!(
            names(r#"rate(a_total{service="$service"}[$__rate_interval]) * $scale"#),
            ["a_total"]
        );
    }

    #[test]
    fn numbers_and_durations_are_not_metrics() {
        assert_eq!(names("time() - last_run_seconds offset 5m > 1e3 * 26"), ["last_run_seconds"]);
    }
}
