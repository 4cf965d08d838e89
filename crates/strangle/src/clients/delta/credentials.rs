//! The key and the secret of an account.

use std::fmt;
use std::sync::Arc;

use platform::settings::Secret;
use zeroize::Zeroizing;

/// What signs. The secret is wiped from memory when the last copy is dropped. Cheap to clone.
#[derive(Clone)]
pub struct Credentials {
    key: Arc<str>,
    secret: Arc<Zeroizing<String>>,
}

impl Credentials {
    /// Wraps a key and its secret; `None` if either is empty.
    #[must_use]
    pub fn new(key: &Secret, secret: &Secret) -> Option<Self> {
        let (key, secret) = (key.reveal().trim(), secret.reveal().trim());
        if key.is_empty() || secret.is_empty() {
            return None;
        }
        Some(Self { key: key.into(), secret: Arc::new(Zeroizing::new(secret.to_owned())) })
    }

    /// Returns the key, which travels with each request.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns the secret, for the one place that signs.
    pub(super) fn secret(&self) -> &str {
        &self.secret
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_do_not_show_and_are_never_half_there() {
        let (key, secret) = (Secret::new("k-visible"), Secret::new("s-visible"));
        let credentials = Credentials::new(&key, &secret).unwrap();

        assert!(!format!("{credentials:?}").contains("visible"));
        assert!(Credentials::new(&key, &Secret::new("  ")).is_none());
        assert!(Credentials::new(&Secret::new(""), &secret).is_none());
    }
}
