//! How a statement is taken apart.

use chrono::NaiveDate;
use credit_engine::dates::DayCount;

use crate::formula::{LexFault, Parser, Symbol, Token, TokenKind, nearest};
use crate::model::Formula;

use super::source::{Source, SourceMap};
use super::words::STEP_CLAUSES;
use super::{Fault, FaultCode, MAX_FAULTS};

/// Something that cannot be read, in bytes of the text.
#[derive(Debug)]
pub(super) struct Slip {
    pub(super) code: FaultCode,
    start: usize,
    end: usize,
    message: String,
    suggestion: Option<String>,
}

impl Slip {
    pub(super) const fn new(code: FaultCode, start: usize, end: usize, message: String) -> Self {
        Self { code, start, end, message, suggestion: None }
    }

    pub(super) fn or(mut self, suggestion: impl Into<Option<String>>) -> Self {
        self.suggestion = suggestion.into();
        self
    }

    pub(super) fn unreadable(fault: LexFault) -> Self {
        Self::new(FaultCode::Unreadable, fault.start, fault.end, fault.message).or(fault.suggestion)
    }

    fn formula(fault: LexFault) -> Self {
        Self::new(FaultCode::Formula, fault.start, fault.end, fault.message).or(fault.suggestion)
    }
}

pub(super) type Read<T> = Result<T, Slip>;

/// What reading a text brings beside the deal.
pub(super) struct Reader<'r> {
    pub(super) source: &'r Source<'r>,
    pub(super) faults: Vec<Fault>,
    pub(super) map: SourceMap,
}

impl Reader<'_> {
    pub(super) fn report(&mut self, slip: Slip) {
        if self.faults.len() >= MAX_FAULTS {
            return;
        }
        let span = self.source.span(slip.start, slip.end);
        self.faults.push(Fault {
            line: span.line,
            column: span.column,
            length: span.length,
            code: slip.code,
            message: slip.message,
            suggestion: slip.suggestion,
        });
    }

    pub(super) fn mark(&mut self, pointer: &str, start: usize, end: usize) {
        let span = self.source.span(start, end);
        self.map.add(pointer.to_owned(), span);
    }
}

/// A statement, and how far it has been read.
pub(super) struct Cursor<'c, 'r, 's> {
    pub(super) reader: &'c mut Reader<'r>,
    pub(super) tokens: &'c [Token<'s>],
    pub(super) at: usize,
}

impl<'c, 'r, 's> Cursor<'c, 'r, 's> {
    pub(super) const fn new(reader: &'c mut Reader<'r>, tokens: &'c [Token<'s>]) -> Self {
        Self { reader, tokens, at: 0 }
    }

    pub(super) fn is_done(&self) -> bool {
        self.at >= self.tokens.len()
    }

    pub(super) const fn position(&self) -> usize {
        self.at
    }

    pub(super) fn peek(&self) -> Option<&'c TokenKind<'s>> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    fn word_at(&self, at: usize) -> Option<&'s str> {
        match self.tokens.get(at).map(|token| &token.kind) {
            Some(TokenKind::Word(word)) => Some(word),
            _ => None,
        }
    }

    pub(super) fn word(&self) -> Option<&'s str> {
        self.word_at(self.at)
    }

    /// Says whether these words come next.
    pub(super) fn sees(&self, words: &str) -> bool {
        words.split(' ').enumerate().all(|(ahead, word)| {
            self.word_at(self.at + ahead).is_some_and(|found| found.eq_ignore_ascii_case(word))
        })
    }

    /// Takes these words if they come next.
    pub(super) fn takes(&mut self, words: &str) -> bool {
        let sees = self.sees(words);
        if sees {
            self.at += words.split(' ').count();
        }
        sees
    }

    /// Takes the first of these phrases that comes next.
    pub(super) fn takes_one<T: Copy>(&mut self, phrases: &[(T, &str)]) -> Option<T> {
        phrases.iter().find(|(_, words)| self.takes(words)).map(|(meaning, _)| *meaning)
    }

    pub(super) fn needs(&mut self, words: &str) -> Read<()> {
        if self.takes(words) { Ok(()) } else { Err(self.expected(&format!("`{words}`"))) }
    }

    pub(super) fn needs_one<T: Copy>(&mut self, what: &str, phrases: &[(T, &str)]) -> Read<T> {
        if let Some(meaning) = self.takes_one(phrases) {
            return Ok(meaning);
        }
        let known = || phrases.iter().map(|(_, words)| *words);
        let suggestion = match self.word().and_then(|word| nearest(word, known())) {
            Some(words) => format!("did you mean `{words}`?"),
            None => format!("write one of {}", known().collect::<Vec<_>>().join(", ")),
        };
        Err(self.expected(what).or(suggestion))
    }

    pub(super) fn takes_symbol(&mut self, symbol: Symbol) -> bool {
        let sees = self.peek() == Some(&TokenKind::Symbol(symbol));
        self.at += usize::from(sees);
        sees
    }

    /// Takes a sign and the word after it if both come next.
    pub(super) fn takes_next(&mut self, symbol: Symbol, word: &str) -> bool {
        let sign = self.peek() == Some(&TokenKind::Symbol(symbol));
        let sees =
            sign && self.word_at(self.at + 1).is_some_and(|next| next.eq_ignore_ascii_case(word));
        self.at += if sees { 2 } else { 0 };
        sees
    }

    /// Says whether a number, perhaps with a sign, and `*` come next.
    pub(super) fn is_multiplier(&self) -> bool {
        let kind = |at: usize| self.tokens.get(at).map(|token| &token.kind);
        let sign = usize::from(kind(self.at) == Some(&TokenKind::Symbol(Symbol::Minus)));
        matches!(kind(self.at + sign), Some(TokenKind::Number(_)))
            && kind(self.at + sign + 1) == Some(&TokenKind::Symbol(Symbol::Star))
    }

    /// A name, in quotes or as a single word.
    pub(super) fn name(&mut self, what: &str) -> Read<String> {
        let name = match self.peek() {
            Some(TokenKind::Text(name)) => name.clone(),
            Some(TokenKind::Word(name)) => (*name).to_owned(),
            _ => return Err(self.expected(&format!("the name of {what}"))),
        };
        self.at += 1;
        Ok(name)
    }

    /// A name whose place is remembered.
    pub(super) fn marked_name(&mut self, what: &str, pointer: &str) -> Read<String> {
        let from = self.at;
        let name = self.name(what)?;
        self.mark(pointer, from);
        Ok(name)
    }

    /// Names with commas between, or `nothing`. A comma before a clause ends them.
    pub(super) fn names(&mut self, what: &str, pointer: &str) -> Read<Vec<String>> {
        if self.takes("nothing") {
            return Ok(Vec::new());
        }
        let mut names = Vec::new();
        loop {
            names.push(self.marked_name(what, &format!("{pointer}/{}", names.len()))?);
            let after_comma = self.peek() == Some(&TokenKind::Symbol(Symbol::Comma));
            let clause = self.word_at(self.at + 1).is_some_and(|word| {
                STEP_CLAUSES.iter().any(|clause| clause.eq_ignore_ascii_case(word))
            });
            if !after_comma || clause {
                return Ok(names);
            }
            self.at += 1;
        }
    }

    /// A number with or without a sign.
    pub(super) fn number(&mut self, what: &str) -> Read<f64> {
        let from = self.at;
        let negative = self.takes_symbol(Symbol::Minus);
        if let Some(TokenKind::Number(value)) = self.peek() {
            self.at += 1;
            return Ok(if negative { -value } else { *value });
        }
        self.at = from;
        Err(self.expected(&format!("{what}, a number")))
    }

    /// A rate: `4.5%` or `0.045`, with or without a sign.
    pub(super) fn rate(&mut self, what: &str) -> Read<f64> {
        let from = self.at;
        let negative = self.takes_symbol(Symbol::Minus);
        let value = match self.tokens.get(self.at) {
            Some(Token { kind: TokenKind::Number(value), .. }) => Some(*value),
            Some(Token { kind: TokenKind::Percent(_), start, end }) => {
                self.reader.source.text.get(*start..*end).and_then(hundredth)
            }
            _ => None,
        };
        if let Some(value) = value {
            self.at += 1;
            return Ok(if negative { -value } else { value });
        }
        self.at = from;
        Err(self.expected(&format!("{what}, such as 4.5%")))
    }

    /// Says whether the last thing that was read is a percentage.
    pub(super) fn was_percentage(&self) -> bool {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        last.is_some_and(|token| matches!(token.kind, TokenKind::Percent(_)))
    }

    /// A whole number up to 65,535.
    pub(super) fn count(&mut self, what: &str) -> Read<u16> {
        let whole = match self.peek() {
            Some(TokenKind::Number(value)) if value.fract() == 0.0 => (0..=u16::MAX)
                .find(|count| f64::from(*count) >= *value)
                .filter(|count| f64::from(*count) <= *value),
            _ => None,
        };
        match whole {
            Some(count) => {
                self.at += 1;
                Ok(count)
            }
            None => Err(self.expected(&format!("{what}, a whole number up to 65,535"))),
        }
    }

    pub(super) fn date(&mut self, what: &str) -> Read<NaiveDate> {
        match self.peek() {
            Some(TokenKind::Date(date)) => {
                self.at += 1;
                Ok(*date)
            }
            _ => Err(self.expected(&format!("{what}, such as 2026-03-15"))),
        }
    }

    /// A day count such as `ACT/360` or `30E/360 ISDA`, if one comes next.
    pub(super) fn takes_day_count(&mut self) -> Option<DayCount> {
        let start = self.tokens.get(self.at)?.start;
        let rest = self.reader.source.text.get(start..)?;
        let stands = |name: &str| {
            let found =
                rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
            let next = rest.get(name.len()..).and_then(|after| after.chars().next());
            found && !next.is_some_and(char::is_alphanumeric)
        };
        let known = DayCount::ALL.into_iter().filter(|count| stands(count.name()));
        let count = known.max_by_key(|count| count.name().len())?;
        let end = start + count.name().len();
        while self.tokens.get(self.at).is_some_and(|token| token.start < end) {
            self.at += 1;
        }
        Some(count)
    }

    pub(super) fn formula(&mut self, pointer: &str) -> Read<Formula> {
        self.expression(pointer, Parser::formula)
    }

    /// A formula without a comparison outside parentheses.
    pub(super) fn sum(&mut self, pointer: &str) -> Read<Formula> {
        self.expression(pointer, Parser::sum)
    }

    fn expression(
        &mut self,
        pointer: &str,
        read: impl Fn(&mut Parser<'c, 'c>) -> Result<Formula, LexFault>,
    ) -> Read<Formula> {
        let from = self.at;
        let mut parser = Parser::from(self.reader.source.text, self.tokens, self.at);
        let formula = read(&mut parser).map_err(Slip::formula)?;
        self.at = parser.position();
        self.mark(pointer, from);
        Ok(formula)
    }

    /// Remembers where a part stands: from a token up to here.
    pub(super) fn mark(&mut self, pointer: &str, from: usize) {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        if let (Some(first), Some(last)) = (self.tokens.get(from), last) {
            self.reader.mark(pointer, first.start, last.end);
        }
    }

    /// What is wrong if something else is needed next.
    pub(super) fn expected(&self, what: &str) -> Slip {
        if let Some(token) = self.tokens.get(self.at) {
            let found = self.reader.source.text.get(token.start..token.end).unwrap_or_default();
            let message = format!("{what} is needed instead of `{found}`");
            return Slip::new(FaultCode::Expected, token.start, token.end, message);
        }
        let end = self.tokens.last().map_or(0, |token| token.end);
        Slip::new(FaultCode::Expected, end, end, format!("{what} is missing"))
    }
}

/// The number that a percentage means: its decimal digits shifted, so that nothing is rounded twice.
fn hundredth(percentage: &str) -> Option<f64> {
    let digits = percentage.trim_end_matches(['%', ' ']).replace(',', "");
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (digits.as_str(), 0),
    };
    format!("{mantissa}e{}", exponent.checked_sub(2)?)
        .parse()
        .ok()
        .filter(|value: &f64| value.is_finite())
}
