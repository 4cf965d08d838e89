//! Ids, each with its own type: a prefix and 32 hexadecimal digits.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Text that is not an id of the expected kind.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not an id of this kind")]
pub(crate) struct IdError;

/// Names a person.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct UserId(String);

/// Names one sign-in and all that descends from it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct SessionId(String);

/// Names an API key; its public part.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct KeyId(String);

/// Writes what the three types have in common.
macro_rules! id {
    ($name:ident, $prefix:literal) => {
        impl $name {
            /// What every id of this kind starts with.
            pub(crate) const PREFIX: &'static str = $prefix;

            /// Returns the id as text.
            pub(crate) fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                if is_id($prefix, text) { Ok(Self(text.to_owned())) } else { Err(IdError) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(UserId, "user");
id!(SessionId, "session");
id!(KeyId, "key");

fn is_id(prefix: &str, text: &str) -> bool {
    let digits = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_'));
    digits.is_some_and(|digits| {
        digits.len() == 32 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_prefix_and_32_digits_are_an_id() {
        let good = format!("user_{}", "0a".repeat(16));
        assert_eq!(good.parse::<UserId>().unwrap().as_str(), good);
        for bad in ["", "user_", "user_1", "key_0a", &good.to_uppercase(), &format!("{good}\0")] {
            assert_eq!(bad.parse::<UserId>(), Err(IdError), "{bad}");
        }
        assert!(good.parse::<SessionId>().is_err());
    }
}
