//! A deal as text: one statement a line, readable aloud.
//!
//! | module | decides |
//! |---|---|
//! | `lines` | which lines belong to which |
//! | `cursor`, `clauses` | how a statement is taken apart, and what is reported when it cannot be |
//! | `words` | the words for statuses, sources, moments and the like |
//! | `read` | text to deal |
//! | `write` | deal to text |
//! | `complete` | what could stand at a place |
//!
//! The grammar is in `docs/guide/deal-language.md`. A line that is indented further continues the
//! statement above it, or stands inside it. `#` begins a comment; comments and blank lines are not
//! part of a deal, so [`format()`] does not keep them.
//!
//! Invariants: reading what was written gives the same deal, for every deal whose numbers are
//! finite and whose formulas are within the limits; reading any text ends, and reports faults only
//! at places inside it.

mod clauses;
mod complete;
mod cursor;
mod lines;
mod read;
mod source;
#[cfg(test)]
mod tests;
mod words;
mod write;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::Deal;

pub use self::complete::{Completion, completions};
pub use self::source::{SourceMap, Span};
pub use self::write::{format, step};

/// The most faults that are reported.
pub const MAX_FAULTS: usize = 100;

/// The most bytes of a text.
pub const MAX_BYTES: usize = 1 << 20;

/// A deal and where its parts stand in the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The deal.
    pub deal: Deal,
    /// Where its parts stand.
    pub map: SourceMap,
}

/// Something in the text that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// The first character at fault, from 1.
    pub column: usize,
    /// Characters that are at fault; 0 if something is missing.
    pub length: usize,
    /// What kind of fault it is.
    pub code: FaultCode,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

/// The kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaultCode {
    /// A character, number, date or text that means nothing.
    Unreadable,
    /// A line that begins like no statement.
    UnknownStatement,
    /// A part of a statement that it does not have.
    UnknownClause,
    /// Something else is needed here.
    Expected,
    /// A formula is wrong.
    Formula,
    /// It stands twice.
    Duplicate,
    /// The deal lacks it.
    Missing,
    /// A line is indented like none before it.
    Indentation,
    /// The text is too long or nested too deeply.
    TooLarge,
}

impl FaultCode {
    /// Every kind, with its name in JSON and what it means.
    pub const ALL: [(Self, &'static str, &'static str); 9] = [
        (Self::Unreadable, "unreadable", "A character, number, date or text means nothing."),
        (Self::UnknownStatement, "unknown_statement", "A line begins like no statement."),
        (Self::UnknownClause, "unknown_clause", "A statement has no such part."),
        (Self::Expected, "expected", "Something else is needed here."),
        (Self::Formula, "formula", "A formula is wrong."),
        (Self::Duplicate, "duplicate", "A statement or a part of it stands twice."),
        (Self::Missing, "missing", "The deal lacks a name or a date."),
        (
            Self::Indentation,
            "indentation",
            "A line is indented like none before it, or stands inside a statement that has nothing inside.",
        ),
        (Self::TooLarge, "too_large", "The text is too long or nested too deeply."),
    ];
}

/// Reads a deal.
///
/// # Errors
///
/// Returns everything that cannot be read, in the order of the text, at most [`MAX_FAULTS`].
pub fn parse(text: &str) -> Result<Parsed, Vec<Fault>> {
    read::deal(text)
}
