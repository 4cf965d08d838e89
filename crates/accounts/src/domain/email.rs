//! E-mail addresses as names of people.

use std::fmt;

/// An address in lower case: one `@`, printable ASCII, at most 254 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Email(String);

/// Text that is not an address.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be an e-mail address such as ada@example.com, of at most 254 characters")]
pub(crate) struct EmailError;

impl Email {
    /// Reads an address; case and surrounding space do not matter.
    pub(crate) fn new(text: &str) -> Result<Self, EmailError> {
        let text = text.trim().to_ascii_lowercase();
        let Some((local, domain)) = text.split_once('@') else { return Err(EmailError) };
        let is_local = (1..=64).contains(&local.len()) && local.bytes().all(is_local_byte);
        let is_domain = domain.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        });
        if is_local && is_domain && text.len() <= 254 { Ok(Self(text)) } else { Err(EmailError) }
    }

    /// Returns the address as text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns what stands before the `@`.
    pub(crate) fn local(&self) -> &str {
        self.0.split('@').next().unwrap_or_default()
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_local_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_and_space_around_do_not_matter() {
        assert_eq!(Email::new(" Ada@Example.COM ").unwrap().as_str(), "ada@example.com");
        assert_eq!(Email::new("admin@localhost").unwrap().local(), "admin");
    }

    #[test]
    fn what_is_not_an_address_is_refused() {
        for bad in
            ["", "ada", "@b.c", "a@", "a@b@c", "a b@c.d", "a@b..c", "a@-b.c", "ä@b.c", "a\0@b.c"]
        {
            assert_eq!(Email::new(bad), Err(EmailError), "{bad:?}");
        }
        assert_eq!(Email::new(&format!("a@{}", "b".repeat(260))), Err(EmailError));
    }

    proptest! {
        #[test]
        fn an_accepted_address_is_its_own_normal_form(text in "\\PC{0,40}@?\\PC{0,40}") {
            if let Ok(email) = Email::new(&text) {
                prop_assert_eq!(Email::new(email.as_str()), Ok(email));
            }
        }
    }
}
