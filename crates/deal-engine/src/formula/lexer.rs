//! Words, numbers and signs. Shared by formulas and the text form of a deal.

use chrono::NaiveDate;

use super::FormulaError;

/// A piece of text that means something.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token<'s> {
    pub(crate) kind: TokenKind<'s>,
    /// Bytes of the source before it and up to its end.
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TokenKind<'s> {
    /// Without a sign.
    Number(f64),
    /// The number before the sign `%`.
    Percent(f64),
    Date(NaiveDate),
    /// Between quotes, escapes resolved.
    Text(String),
    Word(&'s str),
    Symbol(Symbol),
}

/// Signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Symbol {
    Plus,
    Minus,
    Star,
    Slash,
    Below,
    AtMost,
    Above,
    AtLeast,
    Equal,
    NotEqual,
    Open,
    Close,
    Comma,
    Semicolon,
    Colon,
    Dot,
}

/// What is wrong, in bytes of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LexFault {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) message: String,
    pub(crate) suggestion: Option<String>,
}

impl LexFault {
    /// Counts characters instead of bytes.
    pub(crate) fn locate(self, source: &str) -> FormulaError {
        let characters = |text: Option<&str>| text.map_or(0, |text| text.chars().count());
        FormulaError {
            position: characters(source.get(..self.start)),
            length: characters(source.get(self.start..self.end)),
            message: self.message,
            suggestion: self.suggestion,
        }
    }
}

/// Says whether a name can be written without quotes.
pub(crate) fn is_word(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(starts_word) && letters.all(continues_word)
}

/// Reads all tokens of a text that starts at byte `offset` of its source. What cannot be read is
/// reported and left out.
pub(crate) fn lex(source: &str, offset: usize) -> (Vec<Token<'_>>, Vec<LexFault>) {
    let mut lexer = Lexer { source, at: offset, tokens: Vec::new(), faults: Vec::new() };
    while let Some(letter) = lexer.peek() {
        lexer.token(letter);
    }
    (lexer.tokens, lexer.faults)
}

struct Lexer<'s> {
    source: &'s str,
    at: usize,
    tokens: Vec<Token<'s>>,
    faults: Vec<LexFault>,
}

impl<'s> Lexer<'s> {
    fn token(&mut self, letter: char) {
        let start = self.at;
        match letter {
            letter if letter.is_whitespace() => self.at += letter.len_utf8(),
            '"' => self.text(),
            '0'..='9' => self.number_or_date(),
            letter if starts_word(letter) => {
                let end = self.end_of(start, continues_word);
                if let Some(word) = self.source.get(start..end) {
                    self.push(TokenKind::Word(word), start, end);
                }
            }
            letter => {
                if let Some((symbol, length)) = self.symbol(letter) {
                    self.push(TokenKind::Symbol(symbol), start, start + length);
                } else {
                    self.at += letter.len_utf8();
                    let message = format!("`{}` means nothing here", letter.escape_debug());
                    self.fault(start, message, None);
                }
            }
        }
    }

    fn symbol(&self, letter: char) -> Option<(Symbol, usize)> {
        let next = self.rest().chars().nth(1);
        Some(match (letter, next) {
            ('<', Some('=')) => (Symbol::AtMost, 2),
            ('<', Some('>')) | ('!', Some('=')) => (Symbol::NotEqual, 2),
            ('>', Some('=')) => (Symbol::AtLeast, 2),
            ('=', Some('=')) => (Symbol::Equal, 2),
            ('<', _) => (Symbol::Below, 1),
            ('>', _) => (Symbol::Above, 1),
            ('=', _) => (Symbol::Equal, 1),
            ('+', _) => (Symbol::Plus, 1),
            ('-', _) => (Symbol::Minus, 1),
            ('*', _) => (Symbol::Star, 1),
            ('/', _) => (Symbol::Slash, 1),
            ('(', _) => (Symbol::Open, 1),
            (')', _) => (Symbol::Close, 1),
            (',', _) => (Symbol::Comma, 1),
            (';', _) => (Symbol::Semicolon, 1),
            (':', _) => (Symbol::Colon, 1),
            ('.', _) => (Symbol::Dot, 1),
            _ => return None,
        })
    }

    /// `"…"` with the escapes `\"`, `\\`, `\n`, `\r`, `\t` and `\u{1f600}`.
    fn text(&mut self) {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        while let Some(letter) = self.peek() {
            self.at += letter.len_utf8();
            match letter {
                '"' => {
                    self.push(TokenKind::Text(text), start, self.at);
                    return;
                }
                '\\' => match self.escape() {
                    Some(letter) => text.push(letter),
                    None => self.fault(
                        self.at,
                        "this escape is not known".to_owned(),
                        Some(r#"write \" for a quote and \\ for a backslash"#.to_owned()),
                    ),
                },
                letter => text.push(letter),
            }
        }
        self.fault(start, "the closing quote is missing".to_owned(), None);
    }

    fn escape(&mut self) -> Option<char> {
        let letter = self.peek()?;
        let resolved = match letter {
            '"' | '\\' => letter,
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let digits = self.rest().strip_prefix("u{")?.split_once('}')?.0;
                let resolved = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
                self.at += digits.len() + "u{}".len();
                return Some(resolved);
            }
            _ => return None,
        };
        self.at += 1;
        Some(resolved)
    }

    fn number_or_date(&mut self) {
        let start = self.at;
        if let Some(text) = self.rest().get(..10).filter(|text| looks_like_date(text)) {
            self.at += text.len();
            match text.parse() {
                Ok(date) => self.push(TokenKind::Date(date), start, self.at),
                Err(_) => self.fault(start, format!("there is no day {text}"), None),
            }
            return;
        }

        let digits_end = self.end_of_digits(start);
        let end = self.end_of_exponent(digits_end);
        let digits = self.source.get(start..end).unwrap_or_default().replace(',', "");
        self.at = end;
        let value: f64 = digits.parse().unwrap_or(f64::INFINITY);
        if !value.is_finite() {
            self.fault(start, "the number is too large".to_owned(), None);
            return;
        }
        let spaces = self.rest().len() - self.rest().trim_start_matches(' ').len();
        if self.rest().get(spaces..).is_some_and(|rest| rest.starts_with('%')) {
            self.push(TokenKind::Percent(value), start, end + spaces + 1);
        } else {
            self.push(TokenKind::Number(value), start, end);
        }
    }

    /// The end of digits with thousands separators and a decimal point.
    fn end_of_digits(&self, start: usize) -> usize {
        let mut end = self.end_of(start, |letter| letter.is_ascii_digit());
        if end - start <= 3 {
            while let Some(group) = self.source.get(end..).and_then(|rest| rest.strip_prefix(',')) {
                let digits = group.bytes().take_while(u8::is_ascii_digit).count();
                if digits != 3 {
                    break;
                }
                end += 4;
            }
        }
        match self.source.get(end..).and_then(|rest| rest.strip_prefix('.')) {
            Some(rest) if rest.starts_with(|letter: char| letter.is_ascii_digit()) => {
                self.end_of(end + 1, |letter| letter.is_ascii_digit())
            }
            _ => end,
        }
    }

    /// The end of `e6`, `E-3`, if it stands here.
    fn end_of_exponent(&self, end: usize) -> usize {
        let rest = self.source.get(end..).unwrap_or_default();
        let Some(power) = rest.strip_prefix(['e', 'E']) else { return end };
        let unsigned = power.strip_prefix(['+', '-']).unwrap_or(power);
        if !unsigned.starts_with(|letter: char| letter.is_ascii_digit()) {
            return end;
        }
        self.end_of(end + rest.len() - unsigned.len(), |letter| letter.is_ascii_digit())
    }

    fn end_of(&self, start: usize, belongs: impl Fn(char) -> bool) -> usize {
        let rest = self.source.get(start..).unwrap_or_default();
        start + rest.find(|letter| !belongs(letter)).unwrap_or(rest.len())
    }

    fn push(&mut self, kind: TokenKind<'s>, start: usize, end: usize) {
        self.tokens.push(Token { kind, start, end });
        self.at = end;
    }

    fn fault(&mut self, start: usize, message: String, suggestion: Option<String>) {
        self.faults.push(LexFault { start, end: self.at.max(start), message, suggestion });
    }

    fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }
}

fn starts_word(letter: char) -> bool {
    letter.is_alphabetic() || letter == '_'
}

fn continues_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn looks_like_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}
