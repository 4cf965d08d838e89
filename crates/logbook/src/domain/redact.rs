//! Keys whose values are never written down.

use serde_json::Value;

/// What stands in the place of a secret.
pub(crate) const MASK: &str = "***";

/// Words that mark a key as secret, alone or as a part of it: `jwt_secret_key`, `accessToken`.
const WORDS: [&str; 11] = [
    "secret",
    "signature",
    "apikey",
    "password",
    "passwd",
    "passphrase",
    "authorization",
    "cookie",
    "token",
    "credential",
    "credentials",
];

/// Tells whether the value of this key must not be written.
///
/// A key is taken apart at `_`, `-`, `.`, blanks and at capitals; `api` followed by `key` counts as
/// one word.
#[must_use]
pub(crate) fn is_secret(key: &str) -> bool {
    let bytes = key.as_bytes();
    if bytes.len() < 5 {
        return false;
    }
    let mut start = 0;
    let mut after_api = false;
    for at in 0..=bytes.len() {
        let (byte, before) = (bytes.get(at), at.checked_sub(1).and_then(|i| bytes.get(i)));
        let capital =
            byte.is_some_and(u8::is_ascii_uppercase) && before.is_some_and(u8::is_ascii_lowercase);
        let ends = capital || byte.is_none_or(|b| matches!(b, b'_' | b'-' | b'.' | b' '));
        if !ends {
            continue;
        }
        let word = bytes.get(start..at).unwrap_or_default();
        if is_secret_word(word) || after_api && word.eq_ignore_ascii_case(b"key") {
            return true;
        }
        after_api = word.eq_ignore_ascii_case(b"api");
        start = if capital { at } else { at + 1 };
    }
    false
}

fn is_secret_word(word: &[u8]) -> bool {
    let first = match word.first() {
        Some(byte) if word.len() >= 5 => byte.to_ascii_lowercase(),
        _ => return false,
    };
    matches!(first, b's' | b'a' | b'p' | b'c' | b't')
        && WORDS.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(word))
}

/// Masks the secrets of a value at any depth, and replaces the character zero, which PostgreSQL
/// cannot store.
pub(crate) fn clean(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('\0') => *text = text.replace('\0', "\u{fffd}"),
        Value::Array(items) => items.iter_mut().for_each(clean),
        Value::Object(fields) => {
            for (key, value) in fields.iter_mut() {
                if is_secret(key) {
                    *value = Value::String(MASK.to_owned());
                } else {
                    clean(value);
                }
            }
            if fields.keys().any(|key| key.contains('\0')) {
                let taken = std::mem::take(fields);
                fields.extend(taken.into_iter().map(|(k, v)| (k.replace('\0', "\u{fffd}"), v)));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_that_carry_secrets_are_known_in_every_spelling() {
        for key in [
            "secret",
            "signature",
            "api_key",
            "api-key",
            "apiKey",
            "X-API-Key",
            "password",
            "Authorization",
            "cookie",
            "Set-Cookie",
            "token",
            "accessToken",
            "refresh_token",
            "jwt_secret_key",
            "APIKEY",
            "db.password",
        ] {
            assert!(is_secret(key), "{key}");
        }
        for key in ["key", "tokens", "secretary", "authorized", "message", "apis_key", "pass"] {
            assert!(!is_secret(key), "{key}");
        }
    }

    #[test]
    fn secrets_are_masked_at_any_depth() {
        let mut value = json!({"a": [{"token": {"x": 1}}], "b\0": "c\0d", "password": null});
        clean(&mut value);
        assert_eq!(
            value,
            json!({"a": [{"token": "***"}], "b\u{fffd}": "c\u{fffd}d", "password": "***"})
        );
    }
}
