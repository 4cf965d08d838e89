//! The formula language: reading and writing.
//!
//! | module | decides |
//! |---|---|
//! | `lexer` | what the words, numbers and signs are |
//! | `parser` | which expression they make |
//! | `writer` | the one canonical text of an expression |
//! | [`vocabulary`] | which names and functions there are, and what type they have |
//! | `walk` | what is inside an expression, and how large it is |
//! | `nearest` | which known word was probably meant |
//!
//! From loosest to tightest: `if … then … else …`, `or`, `and`, `not`, one comparison, `+ -`,
//! `* /`, a leading `-`. In a number a comma that is followed by exactly three digits, without a
//! space between, separates thousands: `5,000,000` is one number, `5, 000` is two. `12.5%` is an
//! eighth. A name that is not a bare word is written `variable("target oc")`.
//!
//! Invariants: reading the canonical text of an expression gives the same expression; an
//! expression has at most [`MAX_NODES`] nodes and is at most [`MAX_DEPTH`] deep, whatever was sent.
//!
//! Deliberately absent: types and values. [`crate::check`] refuses what has no meaning in a deal.

mod lexer;
mod nearest;
mod parser;
#[cfg(test)]
mod tests;
pub mod vocabulary;
mod walk;
mod writer;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use utoipa::ToSchema;

use crate::model::Formula;

pub(crate) use self::lexer::{LexFault, Symbol, Token, TokenKind, is_word, lex};
pub(crate) use self::nearest::nearest;
pub(crate) use self::parser::Parser;
pub(crate) use self::walk::{parts, size};
pub(crate) use self::writer::{Numbers, Writer, level, number, quoted, word_of};

/// The most nodes of one formula, and of all formulas of a deal together.
pub const MAX_NODES: usize = 10_000;

/// The most levels of one formula.
pub const MAX_DEPTH: usize = 64;

/// Why a text is not a formula.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize, ToSchema)]
pub struct FormulaError {
    /// Characters before the fault.
    pub position: usize,
    /// Characters that are at fault; 0 if something is missing.
    pub length: usize,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

impl fmt::Display for FormulaError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "at character {}: {}", self.position.saturating_add(1), self.message)?;
        match &self.suggestion {
            Some(suggestion) => write!(out, "; {suggestion}"),
            None => Ok(()),
        }
    }
}

/// Reads a formula.
///
/// ```
/// let formula = deal_engine::formula::parse("max(1% * pool.balance, 5,000,000)").unwrap();
/// assert_eq!(formula.to_string(), "max(1% * pool.balance, 5000000)");
/// ```
///
/// # Errors
///
/// Fails if the text is not exactly one formula, or too large a one.
pub fn parse(text: &str) -> Result<Formula, FormulaError> {
    let (tokens, faults) = lex(text, 0);
    if let Some(fault) = faults.into_iter().next() {
        return Err(fault.locate(text));
    }
    let mut parser = Parser::new(text, &tokens);
    let formula = parser.formula().map_err(|fault| fault.locate(text))?;
    parser.finish().map_err(|fault| fault.locate(text))?;
    Ok(formula)
}

impl FromStr for Formula {
    type Err = FormulaError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text)
    }
}

/// The canonical text: no more parentheses than needed, numbers as short as they can be read back.
impl fmt::Display for Formula {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut writer = Writer::new(Numbers::Plain);
        writer.expression(&self.0);
        out.write_str(&writer.finish())
    }
}
