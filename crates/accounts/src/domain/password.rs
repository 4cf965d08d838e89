//! Which passwords are accepted. Length counts, composition rules do not (NIST SP 800-63B, 3.1.1).

use super::email::Email;

/// The shortest password, in characters.
pub(crate) const SHORTEST: usize = 12;
/// The longest password, in characters.
pub(crate) const LONGEST: usize = 128;

/// Fewer different characters than this is a pattern, not a password.
const LEAST_DIFFERENT: usize = 5;

/// What everybody tries first, without what is no letter and no digit; shorter ones are refused by
/// their length already.
const COMMON: [&str; 34] = [
    "123456789012",
    "1234567890123",
    "12345678901234",
    "1234567890abc",
    "123456789abc",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "abcdefghijkl",
    "adminadminadmin",
    "administrator",
    "administrator1",
    "changemechangeme",
    "changemenow1",
    "correcthorsebatterystaple",
    "iloveyouiloveyou",
    "letmeinletmein",
    "letmeinplease",
    "mypassword123",
    "password1234",
    "password12345",
    "password123456",
    "password123456789",
    "passwordpassword",
    "passw0rd1234",
    "p4ssw0rd1234",
    "qazwsxedcrfv",
    "qwerty123456",
    "qwerty12345678",
    "qwertyqwerty",
    "qwertyuiop12",
    "qwertyuiop123",
    "qwertyuiopasdf",
    "welcome12345",
    "welcomewelcome",
];

/// A password that was accepted.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct NewPassword(String);

/// Why a password was refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PasswordError {
    /// Too short or too long.
    #[error("must have {SHORTEST} to {LONGEST} characters, has {0}")]
    Length(usize),
    /// It is the address, or what stands before the `@`.
    #[error("must not be the e-mail address")]
    IsEmail,
    /// It is on the list of common ones, or a pattern.
    #[error("is too easy to guess")]
    Common,
}

impl PasswordError {
    /// Returns the stable name of the rule.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Length(_) => "password_length",
            Self::IsEmail => "password_is_email",
            Self::Common => "password_common",
        }
    }
}

impl NewPassword {
    /// Accepts `text` as the password of the owner of `email`.
    pub(crate) fn new(text: String, email: &Email) -> Result<Self, PasswordError> {
        let length = text.chars().count();
        if !(SHORTEST..=LONGEST).contains(&length) {
            return Err(PasswordError::Length(length));
        }
        let lower = text.to_lowercase();
        if lower == email.as_str() || lower == email.local() {
            return Err(PasswordError::IsEmail);
        }
        let bare: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
        let mut different: Vec<char> = lower.chars().collect();
        different.sort_unstable();
        different.dedup();
        if different.len() < LEAST_DIFFERENT || COMMON.contains(&bare.as_str()) {
            return Err(PasswordError::Common);
        }
        Ok(Self(text))
    }

    /// Returns the text, for the one place that hashes it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPassword(***)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> Result<NewPassword, PasswordError> {
        NewPassword::new(text.to_owned(), &Email::new("ada.lovelace@example.com").unwrap())
    }

    #[test]
    fn a_long_phrase_is_accepted_without_digits_or_signs() {
        assert_eq!(check("analytical engine notes").unwrap().reveal(), "analytical engine notes");
        assert_eq!(format!("{:?}", check("analytical engine notes")), "Ok(NewPassword(***))");
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(check("eleven char"), Err(PasswordError::Length(11)));
        assert!(check("äöüßéèêñçøåæ").is_ok());
        assert_eq!(check(&"abcdefgh".repeat(17)), Err(PasswordError::Length(136)));
    }

    #[test]
    fn the_address_is_no_password() {
        assert_eq!(check("Ada.Lovelace@example.com"), Err(PasswordError::IsEmail));
        assert_eq!(check("ADA.LOVELACE"), Err(PasswordError::IsEmail));
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for common in
            ["Password-1234", "correct horse battery staple", "aaaaaaaaaaaa", "Qwerty123456"]
        {
            assert_eq!(check(common), Err(PasswordError::Common), "{common}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_has_12_to_128_characters(text in "\\PC{0,140}") {
            if let Ok(password) = check(&text) {
                prop_assert!((12..=128).contains(&password.reveal().chars().count()));
            }
        }
    }
}
