//! Signatures of the exchange's private requests.
//!
//! The signed text is METHOD + timestamp + path + (`?` + query, if there is one) + body: the path
//! includes `/v2`, query and body are exactly the bytes sent, the timestamp is in epoch seconds.
//! The signature is the hexadecimal HMAC-SHA256 of that text. It is good for five seconds.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How long a signature is good, in seconds, to either side of the exchange's clock.
pub const WINDOW_SECONDS: i64 = 5;

/// What is signed of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed<'a> {
    /// The method; it is signed in upper case.
    pub method: &'a str,
    /// Epoch seconds, as sent.
    pub timestamp: i64,
    /// The path, with `/v2`; `/live` for a socket.
    pub path: &'a str,
    /// The query as sent, with or without its question mark; empty if there is none.
    pub query: &'a str,
    /// The body as sent.
    pub body: &'a str,
}

impl Signed<'_> {
    /// Returns the text that is signed.
    ///
    /// ```
    /// use strangle_engine::signing::Signed;
    /// let query = "product_id=1&state=open";
    /// let signed =
    ///     Signed { method: "get", timestamp: 1_542_110_948, path: "/v2/orders", query, body: "" };
    /// assert_eq!(signed.text(), "GET1542110948/v2/orders?product_id=1&state=open");
    /// ```
    #[must_use]
    pub fn text(&self) -> String {
        let method = self.method.to_ascii_uppercase();
        let query = self.query.strip_prefix('?').unwrap_or(self.query);
        let mark = if query.is_empty() { "" } else { "?" };
        let (timestamp, path, body) = (self.timestamp, self.path, self.body);
        format!("{method}{timestamp}{path}{mark}{query}{body}")
    }

    /// Returns the signature, in lower-case hexadecimal.
    #[must_use]
    pub fn signature(&self, secret: &str) -> String {
        hex::encode(self.digest(secret))
    }

    /// Says whether a signature is the right one, in a time that does not depend on where it
    /// differs.
    #[must_use]
    pub fn verify(&self, secret: &str, signature: &str) -> bool {
        let Ok(given) = hex::decode(signature) else { return false };
        let lower = !signature.bytes().any(|byte| byte.is_ascii_uppercase());
        lower && mac(secret).chain_update(self.text()).verify_slice(&given).is_ok()
    }

    fn digest(&self, secret: &str) -> impl AsRef<[u8]> {
        mac(secret).chain_update(self.text()).finalize().into_bytes()
    }
}

/// Says whether the exchange, at `server_seconds`, takes a signature made for `timestamp`.
///
/// One that is exactly five seconds away is still taken.
#[must_use]
pub const fn is_fresh(timestamp: i64, server_seconds: i64) -> bool {
    server_seconds.abs_diff(timestamp) <= WINDOW_SECONDS.unsigned_abs()
}

fn mac(secret: &str) -> Hmac<Sha256> {
    // An HMAC takes a key of any length, so the empty one is never reached.
    Hmac::new_from_slice(secret.as_bytes())
        .unwrap_or_else(|_| Hmac::new(&hmac::digest::Key::<Hmac<Sha256>>::default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: Signed<'_> = Signed {
        method: "DELETE",
        timestamp: 1_760_000_001,
        path: "/v2/orders",
        query: "",
        body: r#"{"id":13452112,"product_id":27}"#,
    };

    #[test]
    fn only_the_signature_of_the_same_bytes_verifies() {
        let signature = REQUEST.signature("secret");

        assert!(REQUEST.verify("secret", &signature));
        assert!(!REQUEST.verify("other", &signature));
        assert!(!REQUEST.verify("secret", &signature.to_uppercase()));
        assert!(!REQUEST.verify("secret", &signature[1..]));
        assert!(!REQUEST.verify("secret", "no hex"));
        assert!(!Signed { body: "{ }", ..REQUEST }.verify("secret", &signature));
    }

    #[test]
    fn a_signature_ages() {
        assert!(is_fresh(100, 105));
        assert!(!is_fresh(100, 106));
        assert!(is_fresh(105, 100));
        assert!(!is_fresh(i64::MIN, i64::MAX));
    }
}
