//! Which lines belong to which.

use crate::formula::{Token, lex};

use super::FaultCode;
use super::cursor::{Reader, Slip};
use super::source::Source;

/// The most lines that stand inside each other.
const MAX_NESTING: usize = 40;

/// A line and the lines that are indented further below it.
pub(super) struct Line<'s> {
    pub(super) tokens: Vec<Token<'s>>,
    pub(super) inside: Vec<Line<'s>>,
    indent: usize,
}

impl<'s> Line<'s> {
    pub(super) fn start(&self) -> usize {
        self.tokens.first().map_or(0, |token| token.start)
    }

    pub(super) fn end(&self) -> usize {
        self.tokens.last().map_or(0, |token| token.end)
    }

    /// Its tokens and those of the lines that continue it.
    pub(super) fn joined(&self) -> Vec<Token<'s>> {
        let mut tokens = self.tokens.clone();
        for line in &self.inside {
            tokens.extend(line.joined());
        }
        tokens
    }
}

/// Reads lines into a tree. What cannot be read is reported and left out.
pub(super) fn lines<'s>(source: &Source<'s>, reader: &mut Reader<'_>) -> Vec<Line<'s>> {
    let mut tree: Vec<Line<'s>> = Vec::new();
    let mut open: Vec<Line<'s>> = Vec::new();
    for (start, line) in source.lines() {
        let content = without_comment(line);
        let prefix = source.text.get(..start + content.len()).unwrap_or_default();
        let (tokens, faults) = lex(prefix, start);
        for fault in faults {
            reader.report(Slip::unreadable(fault));
        }
        if tokens.is_empty() {
            continue;
        }
        let indent = indent(content);
        let mut closed = None;
        while open.last().is_some_and(|last| last.indent >= indent) {
            closed = open.last().map(|last| last.indent);
            close(&mut open, &mut tree);
        }
        let line = Line { tokens, inside: Vec::new(), indent };
        if closed.is_some_and(|closed| closed > indent) || (open.is_empty() && indent > 0) {
            misplaced(&line, &open, &tree, reader);
        }
        if open.len() >= MAX_NESTING {
            let message = format!("lines stand inside each other more than {MAX_NESTING} deep");
            reader.report(Slip::new(FaultCode::TooLarge, line.start(), line.end(), message));
            continue;
        }
        open.push(line);
    }
    while !open.is_empty() {
        close(&mut open, &mut tree);
    }
    tree
}

/// A line that closes others must be indented like one of those that are still open at its level.
fn misplaced<'s>(line: &Line<'s>, open: &[Line<'s>], tree: &[Line<'s>], reader: &mut Reader<'_>) {
    let siblings = open.last().map_or(tree, |parent| parent.inside.as_slice());
    if siblings.first().is_some_and(|first| first.indent == line.indent) {
        return;
    }
    let message = "the line is indented like none before it".to_owned();
    reader.report(Slip::new(FaultCode::Indentation, line.start(), line.end(), message));
}

fn close<'s>(open: &mut Vec<Line<'s>>, tree: &mut Vec<Line<'s>>) {
    if let Some(line) = open.pop() {
        match open.last_mut() {
            Some(parent) => parent.inside.push(line),
            None => tree.push(line),
        }
    }
}

/// Columns before the first character; a tab goes on to the next eighth.
fn indent(line: &str) -> usize {
    let blanks = line.chars().take_while(|letter| letter.is_whitespace());
    blanks.fold(0, |column, letter| if letter == '\t' { column / 8 * 8 + 8 } else { column + 1 })
}

pub(super) fn without_comment(line: &str) -> &str {
    let mut quoted = false;
    let mut escaped = false;
    for (at, letter) in line.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '#' if !quoted => return line.get(..at).unwrap_or(line),
            _ => {}
        }
    }
    line
}
