//! The name an order carries, computed and not drawn.
//!
//! `<first 6 hex of SHA-256(instance)>-<session in base 36>-<C|P><E|X|U|K><attempt>`: the same order
//! after a crash has the same name, which is how it is found again. At most 32 letters.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::instrument::OptionKind;

/// The longest name the exchange takes.
pub const LONGEST: usize = 32;

/// Why an order is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To open a leg.
    Entry,
    /// To close a leg by rule.
    Exit,
    /// To take back what one leg has more than the other.
    Unwind,
    /// To close at once, by command.
    Panic,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 4] = [Self::Entry, Self::Exit, Self::Unwind, Self::Panic];

    /// Returns the letter in the name.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Entry => 'E',
            Self::Exit => 'X',
            Self::Unwind => 'U',
            Self::Panic => 'K',
        }
    }
}

/// The six letters that mark the orders of one instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tag([u8; 6]);

impl Tag {
    /// Returns the tag of an instance.
    #[must_use]
    pub fn of(instance: &str) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digest = Sha256::digest(instance.as_bytes());
        let mut letters = [b'0'; 6];
        for (pair, byte) in letters.as_chunks_mut::<2>().0.iter_mut().zip(digest.iter()) {
            *pair = [byte >> 4, byte & 15].map(|digit| DIGITS[usize::from(digit)]);
        }
        Self(letters)
    }

    /// Returns the six letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Says whether an order of this name is ours.
    #[must_use]
    pub fn marks(&self, client_order_id: &str) -> bool {
        let rest = client_order_id.strip_prefix(self.as_str());
        rest.is_some_and(|rest| rest.starts_with('-'))
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl From<Tag> for String {
    fn from(tag: Tag) -> Self {
        tag.as_str().to_owned()
    }
}

impl TryFrom<String> for Tag {
    type Error = InvalidTag;

    fn try_from(text: String) -> Result<Self, InvalidTag> {
        let hex = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
        let letters: Option<[u8; 6]> = text.as_bytes().try_into().ok();
        letters.filter(|letters| letters.iter().all(hex)).map(Self).ok_or(InvalidTag(text))
    }
}

/// A text that is no tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a tag is six lower-case hexadecimal digits, not `{0}`")]
pub struct InvalidTag(String);

/// The name of one order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientOrderId(String);

impl ClientOrderId {
    /// Returns the name of an order. Attempts above 99 take more digits; with sessions and attempts
    /// of 32 bits the name has at most 6 + 1 + 13 + 1 + 2 + 9 = 32 letters.
    ///
    /// ```
    /// use strangle_engine::client_order_id::{ClientOrderId, Purpose, Tag};
    /// use strangle_engine::instrument::OptionKind;
    /// let tag = Tag::of("prod-mumbai-1");
    /// let id = ClientOrderId::new(tag, 1, OptionKind::Call, Purpose::Entry, 1);
    /// assert_eq!(id.as_str(), "3faf4d-1-CE01");
    /// ```
    #[must_use]
    pub fn new(tag: Tag, session: u64, leg: OptionKind, purpose: Purpose, attempt: u32) -> Self {
        let attempt = attempt.min(999_999_999);
        let (session, leg, purpose) = (base36(session), leg.letter(), purpose.letter());
        Self(format!("{tag}-{session}-{leg}{purpose}{attempt:02}"))
    }

    /// Keeps a name read from outside.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let fits =
            (1..=LONGEST).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        fits.then(|| Self(text.to_owned()))
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads the parts of a name made by [`ClientOrderId::new`]; `None` for any other name.
    #[must_use]
    pub fn parts(&self) -> Option<(&str, u64, OptionKind, Purpose, u32)> {
        let mut parts = self.0.split('-');
        let (tag, session, order) = (parts.next()?, parts.next()?, parts.next()?);
        let session = u64::from_str_radix(session, 36).ok()?;
        let mut letters = order.chars();
        let (leg, purpose) = (letters.next()?, letters.next()?);
        let leg = OptionKind::BOTH.into_iter().find(|kind| kind.letter() == leg)?;
        let purpose = Purpose::ALL.into_iter().find(|known| known.letter() == purpose)?;
        let attempt = letters.as_str().parse().ok()?;
        parts.next().is_none().then_some((tag, session, leg, purpose, attempt))
    }
}

impl fmt::Display for ClientOrderId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// Writes a number in base 36, lower case.
#[must_use]
pub fn base36(mut number: u64) -> String {
    let mut digits = Vec::with_capacity(13);
    loop {
        let digit = u32::try_from(number % 36).unwrap_or_default();
        digits.push(char::from_digit(digit, 36).unwrap_or('0'));
        number /= 36;
        if number == 0 {
            return digits.iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_name_fits() {
        let tag = Tag::of("x");
        let id = ClientOrderId::new(tag, u64::MAX, OptionKind::Put, Purpose::Panic, u32::MAX);

        assert_eq!(id.as_str().len(), LONGEST);
    }

    #[test]
    fn a_name_tells_its_parts_and_whose_it_is() {
        let tag = Tag::of("desk");
        let id = ClientOrderId::new(tag, 123_456, OptionKind::Put, Purpose::Unwind, 7);

        assert_eq!(id.parts(), Some((tag.as_str(), 123_456, OptionKind::Put, Purpose::Unwind, 7)));
        assert!(tag.marks(id.as_str()));
        assert!(!Tag::of("other").marks(id.as_str()));
        assert_eq!(ClientOrderId::from_text("manual").unwrap().parts(), None);
        assert_eq!(ClientOrderId::from_text(&"x".repeat(33)), None);
    }
}
