//! The parts of a statement after its beginning.

use crate::formula::{Symbol, TokenKind, nearest};

use super::FaultCode;
use super::cursor::{Cursor, Read, Slip};

impl Cursor<'_, '_, '_> {
    /// Puts a value where none is yet.
    pub(super) fn put<T>(&self, slot: &mut Option<T>, value: T, from: usize) -> Read<()> {
        if slot.is_some() {
            return Err(self.again(from));
        }
        *slot = Some(value);
        Ok(())
    }

    pub(super) fn set(&self, flag: &mut bool, from: usize) -> Read<()> {
        if std::mem::replace(flag, true) { Err(self.again(from)) } else { Ok(()) }
    }

    fn again(&self, from: usize) -> Slip {
        let (start, end) = match (
            self.tokens.get(from),
            self.at.checked_sub(1).and_then(|at| self.tokens.get(at)),
        ) {
            (Some(first), Some(last)) => (first.start, last.end),
            _ => (0, 0),
        };
        Slip::new(FaultCode::Duplicate, start, end, "this stands twice".to_owned())
    }

    /// Reads clauses, with or without commas between, to the end of the statement. `clause` takes
    /// one, or says that it knows none that begins like this. A fault costs only its clause.
    pub(super) fn clauses(
        &mut self,
        known: &[&str],
        mut clause: impl FnMut(&mut Self) -> Read<bool>,
    ) {
        while !self.is_done() {
            let comma = self.takes_symbol(Symbol::Comma);
            if comma && self.is_done() {
                let slip = self.expected("something after the comma");
                self.reader.report(slip);
                return;
            }
            let from = self.at;
            match clause(self) {
                Ok(true) => {}
                Ok(false) => {
                    let slip = self.unknown(known);
                    self.reader.report(slip);
                    self.skip();
                }
                Err(slip) => {
                    self.reader.report(slip);
                    self.skip();
                }
            }
            if self.at == from {
                self.at += 1;
            }
        }
    }

    fn unknown(&self, known: &[&str]) -> Slip {
        let mut slip = self.expected("another part of the statement");
        slip.code = FaultCode::UnknownClause;
        let near = self.word().and_then(|word| nearest(word, known.iter().copied()));
        slip.or(match near {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("it can have {}", known.join(", ")),
        })
    }

    /// Goes on to the next comma outside parentheses.
    fn skip(&mut self) {
        let mut open = 0_usize;
        while let Some(kind) = self.peek() {
            match kind {
                TokenKind::Symbol(Symbol::Comma) if open == 0 => return,
                TokenKind::Symbol(Symbol::Open) => open += 1,
                TokenKind::Symbol(Symbol::Close) => open = open.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Reports what is left of a statement that should be over.
    pub(super) fn finish(&mut self) {
        if !self.is_done() {
            let slip = self.expected("the end of the statement");
            self.reader.report(slip);
        }
    }
}
