//! Places in the text.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Span {
    /// The line, from 1.
    pub line: usize,
    /// The first character, from 1.
    pub column: usize,
    /// Characters.
    pub length: usize,
}

/// Where the parts of a deal stand in the text, by JSON pointer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceMap {
    entries: Vec<(String, Span)>,
    /// The first entry of each part.
    index: HashMap<String, usize>,
}

impl SourceMap {
    pub(super) fn add(&mut self, pointer: String, span: Span) {
        self.index.entry(pointer.clone()).or_insert(self.entries.len());
        self.entries.push((pointer, span));
    }

    /// Returns the place of a part, or of the smallest part around it that has one.
    ///
    /// ```
    /// let text = "deal \"D\"\ndates\n  cutoff 2026-01-31\n  closing 2026-01-31\n  first payment 2026-03-15\n";
    /// let parsed = deal_engine::text::parse(text).unwrap();
    /// assert_eq!(parsed.map.find("/dates/closing").map(|span| span.line), Some(4));
    /// assert_eq!(parsed.map.find("/dates/closing/day").map(|span| span.line), Some(4));
    /// ```
    #[must_use]
    pub fn find(&self, pointer: &str) -> Option<Span> {
        let mut pointer = pointer;
        loop {
            let found = self.index.get(pointer).and_then(|at| self.entries.get(*at));
            if let Some((_, span)) = found {
                return Some(*span);
            }
            pointer = pointer.rsplit_once('/')?.0;
        }
    }

    /// Returns the part that begins on a line, the largest one if there are several.
    #[must_use]
    pub fn at(&self, line: usize) -> Option<&str> {
        let on_line = self.entries.iter().filter(|(_, span)| span.line == line);
        on_line.map(|(pointer, _)| pointer.as_str()).min_by_key(|pointer| pointer.len())
    }

    /// Returns every part and its place, in the order of the text.
    pub fn entries(&self) -> impl Iterator<Item = (&str, Span)> {
        self.entries.iter().map(|(pointer, span)| (pointer.as_str(), *span))
    }
}

/// A text whose lines are counted.
pub(super) struct Source<'s> {
    pub(super) text: &'s str,
    starts: Vec<usize>,
}

impl<'s> Source<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        let after_breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(after_breaks).collect() }
    }

    /// The place of a range of bytes; what goes beyond the line is cut off.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        let line = self.starts.partition_point(|first| *first <= start).max(1);
        let first = self.starts.get(line - 1).copied().unwrap_or_default();
        let next = self.starts.get(line).map_or(self.text.len(), |next| next - 1);
        let count =
            |from: usize, to: usize| self.text.get(from..to).map_or(0, |text| text.chars().count());
        Span {
            line,
            column: count(first, start) + 1,
            length: count(start, end.min(next).max(start)),
        }
    }

    /// The lines with their first bytes, without what breaks them.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &'s str)> {
        let text = self.text;
        self.starts.iter().enumerate().map(move |(at, start)| {
            let end = self.starts.get(at + 1).map_or(text.len(), |next| next - 1);
            (*start, text.get(*start..end).unwrap_or_default().trim_end_matches('\r'))
        })
    }
}
