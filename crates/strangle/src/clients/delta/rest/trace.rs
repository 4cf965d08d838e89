//! What the debug log shows of the traffic with the exchange: never a secret.

use serde_json::Value;

use crate::clients::delta::transport::WireResponse;

/// Names of fields whose values are never shown; parts of names count.
const HIDDEN: [&str; 12] = [
    "secret",
    "signature",
    "api_key",
    "api-key",
    "apikey",
    "password",
    "authorization",
    "cookie",
    "token",
    "email",
    "phone",
    "pan_number",
];
/// What stands for a value that is not shown.
const MASK: &str = "***";

/// How long an answer took, in a word.
pub(super) fn latency_bucket(millis: u128) -> &'static str {
    match millis {
        0..100 => "fast",
        100..300 => "moderate",
        300..1_000 => "slow",
        _ => "degraded",
    }
}

/// Writes a body for the log: hidden fields masked, control characters escaped, cut to `limit`
/// bytes.
pub(super) fn shown(body: &[u8], limit: usize) -> String {
    let text = match serde_json::from_slice::<Value>(body) {
        Ok(mut value) => {
            mask(&mut value);
            value.to_string()
        }
        // Not JSON: no way to know what is in it beyond its beginning.
        Err(_) => String::from_utf8_lossy(body.get(..limit.min(200)).unwrap_or(body))
            .escape_debug()
            .collect(),
    };
    if text.len() <= limit {
        return text;
    }
    let cut = (0..=limit).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    format!("{}… ({} bytes)", text.get(..cut).unwrap_or_default(), text.len())
}

/// Returns the rate-limit headers of an answer as `name=value`.
pub(super) fn limits(response: &WireResponse) -> String {
    let limits = response.headers.iter().filter(|(name, _)| name.contains("rate-limit"));
    let shown = limits.map(|(name, value)| format!("{name}={}", value.escape_debug()));
    shown.collect::<Vec<_>>().join(" ")
}

fn mask(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                let name = name.to_ascii_lowercase();
                if HIDDEN.iter().any(|hidden| name.contains(hidden)) {
                    *field = Value::from(MASK);
                } else {
                    mask(field);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hidden_fields_do_not_show_at_any_depth() {
        let body = br#"{"a":[{"Api-Key":"visible","signature_data":{"x":"visible"}}],"size":3}"#;

        let text = shown(body, 2_048);

        assert!(!text.contains("visible"), "{text}");
        assert!(text.contains(r#""size":3"#), "{text}");
    }

    #[test]
    fn what_is_not_json_is_short_and_on_one_line() {
        let text = shown("<html>\n\u{1b}[31m".repeat(100).as_bytes(), 2_048);

        assert!(text.len() < 600 && !text.contains(['\n', '\u{1b}']), "{text}");
    }

    #[test]
    fn latency_has_four_words() {
        let words = [0, 99, 100, 299, 300, 999, 1_000].map(latency_bucket);
        assert_eq!(words, ["fast", "fast", "moderate", "moderate", "slow", "slow", "degraded"]);
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic_or_too_long(body: Vec<u8>, limit in 0_usize..64) {
            prop_assert!(shown(&body, limit).len() <= limit.max(1_300) + 40);
        }
    }
}
