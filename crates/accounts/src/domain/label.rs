//! Short texts that people give to things.

/// Why a text was refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LabelError {
    /// It is empty where something must stand.
    #[error("must not be empty")]
    Empty,
    /// It is too long.
    #[error("must have at most {max} characters, has {length}")]
    TooLong {
        /// The most that is allowed.
        max: usize,
        /// How long it is.
        length: usize,
    },
    /// It contains something that does not print.
    #[error("must not contain control characters")]
    Control,
}

/// Trims a text of at most `max` characters, all of which print; it may be empty.
pub(crate) fn optional_label(text: &str, max: usize) -> Result<String, LabelError> {
    let text = text.trim();
    let length = text.chars().count();
    if length > max {
        return Err(LabelError::TooLong { max, length });
    }
    if text.chars().any(char::is_control) {
        return Err(LabelError::Control);
    }
    Ok(text.to_owned())
}

/// Trims a text of 1 to `max` characters, all of which print.
pub(crate) fn label(text: &str, max: usize) -> Result<String, LabelError> {
    let text = optional_label(text, max)?;
    if text.is_empty() { Err(LabelError::Empty) } else { Ok(text) }
}

/// Keeps what prints of a text, at most `max` characters of it.
pub(crate) fn printable(text: &str, max: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(max).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_trimmed_bounded_and_prints() {
        assert_eq!(label("  Ada Lovelace ", 20).as_deref(), Ok("Ada Lovelace"));
        assert_eq!(label("   ", 20), Err(LabelError::Empty));
        assert_eq!(label("abc", 2), Err(LabelError::TooLong { max: 2, length: 3 }));
        assert_eq!(label("a\0b", 9), Err(LabelError::Control));
        assert_eq!(optional_label("", 9).as_deref(), Ok(""));
    }

    #[test]
    fn what_does_not_print_is_dropped_from_a_user_agent() {
        assert_eq!(printable("a\u{7}b\0cdef", 4), "abcd");
    }
}
