//! Random texts that nobody can guess, and how they are kept and compared.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngExt as _;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// Letters and digits that nobody mistakes for each other.
const READABLE: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// Draws 256 bits as 43 characters that are safe everywhere.
pub(crate) fn token() -> String {
    let bytes: [u8; 32] = rand::rng().random();
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Draws a password that a person types once: 20 characters in four groups, 99 bits.
pub(crate) fn one_time_password() -> String {
    let mut random = rand::rng();
    let mut password = String::with_capacity(23);
    for place in 0..20 {
        if place > 0 && place % 5 == 0 {
            password.push('-');
        }
        let letter = READABLE.get(random.random_range(0..READABLE.len())).copied();
        password.push(char::from(letter.unwrap_or(b'a')));
    }
    password
}

/// Returns the form in which a random secret is stored: SHA-256 suffices, because nobody can try
/// 2^256 of them.
pub(crate) fn fingerprint(secret: &str) -> String {
    hex::encode(Sha256::digest(secret))
}

/// Compares in a time that does not depend on where they differ.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_readable_and_never_the_same() {
        assert_eq!(token().len(), 43);
        assert_ne!(token(), token());
        let password = one_time_password();
        assert_eq!(password.split('-').map(str::len).collect::<Vec<_>>(), [5, 5, 5, 5]);
        assert!(password.bytes().all(|b| b == b'-' || READABLE.contains(&b)));
        assert!(same("abc", "abc") && !same("abc", "abd") && !same("abc", "ab"));
    }
}
