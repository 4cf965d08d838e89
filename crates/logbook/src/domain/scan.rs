//! Reads the JSON object of a line: checks all of it, copies nothing.
//!
//! The same texts are accepted as by `serde_json` (RFC 8259, no lone surrogates), except that
//! nesting ends at [`MAX_DEPTH`]; a property test compares the two.

/// The deepest nesting that is read.
const MAX_DEPTH: usize = 64;

/// What kind of value a field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A string; whether there is a backslash in it.
    Text { escaped: bool },
    /// An object.
    Object,
    /// `null`
    Null,
    /// A number.
    Number,
    /// An array or a boolean.
    Other,
}

/// A value as it stands in the line. Of a string, the quotes are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Raw<'a> {
    pub(crate) text: &'a str,
    pub(crate) kind: Kind,
}

/// One field of the object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) key: Raw<'a>,
    pub(crate) value: Raw<'a>,
}

/// What was noticed on the way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Notice {
    /// Some key, at any depth, carries a secret.
    pub(crate) secret: bool,
    /// Some string contains the character zero, or some number is larger than a database takes.
    pub(crate) odd: bool,
}

/// The text is not a JSON object; where that shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) at: usize,
}

/// Walks through the object in `line` and hands each top-level field to `each`, in order.
///
/// # Errors
///
/// Returns [`Broken`] if the text is not one JSON object; the fields before that were handed out.
pub(crate) fn object<'a>(line: &'a str, mut each: impl FnMut(Field<'a>)) -> Result<Notice, Broken> {
    let mut scanner = Scanner { line, at: 0, cut: false, notice: Notice::default() };
    scanner.blanks();
    scanner.expect(b'{')?;
    scanner.members(1, &mut each)?;
    scanner.blanks();
    if scanner.peek().is_some() { Err(scanner.broken()) } else { Ok(scanner.notice) }
}

/// Walks through the beginning of an object that was cut off, and hands out the fields that are
/// there; a string at the end of `line` counts as closed.
pub(crate) fn beginning<'a>(line: &'a str, mut each: impl FnMut(Field<'a>)) -> Notice {
    let mut scanner = Scanner { line, at: 0, cut: true, notice: Notice::default() };
    scanner.blanks();
    if scanner.expect(b'{').is_ok() {
        // Where it breaks off is known: at the end.
        let _ = scanner.members(1, &mut each);
    }
    scanner.notice
}

struct Scanner<'a> {
    line: &'a str,
    at: usize,
    cut: bool,
    notice: Notice,
}

impl<'a> Scanner<'a> {
    fn peek(&self) -> Option<u8> {
        self.line.as_bytes().get(self.at).copied()
    }

    fn broken(&self) -> Broken {
        Broken { at: self.at.min(self.line.len()) }
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Broken> {
        if self.peek() == Some(byte) {
            self.at += 1;
            return Ok(());
        }
        Err(self.broken())
    }

    fn slice(&self, start: usize, end: usize) -> Result<&'a str, Broken> {
        self.line.get(start..end).ok_or(self.broken())
    }

    /// Reads the members of an object whose brace is behind us.
    fn members(&mut self, depth: usize, each: &mut dyn FnMut(Field<'a>)) -> Result<(), Broken> {
        self.blanks();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.blanks();
            let key = self.string()?;
            self.notice.secret = self.notice.secret || is_secret_key(key);
            self.blanks();
            self.expect(b':')?;
            self.blanks();
            let value = self.value(depth)?;
            each(Field { key, value });
            self.blanks();
            if self.peek() == Some(b'}') {
                self.at += 1;
                return Ok(());
            }
            self.expect(b',')?;
        }
    }

    fn elements(&mut self, depth: usize) -> Result<(), Broken> {
        self.blanks();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.blanks();
            self.value(depth)?;
            self.blanks();
            if self.peek() == Some(b']') {
                self.at += 1;
                return Ok(());
            }
            self.expect(b',')?;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Raw<'a>, Broken> {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'"') => return self.string(),
            Some(b'{' | b'[') if depth >= MAX_DEPTH => return Err(self.broken()),
            Some(b'{') => {
                self.at += 1;
                self.members(depth + 1, &mut |_| {})?;
                Kind::Object
            }
            Some(b'[') => {
                self.at += 1;
                self.elements(depth + 1)?;
                Kind::Other
            }
            Some(b'n') => self.word("null", Kind::Null)?,
            Some(b't') => self.word("true", Kind::Other)?,
            Some(b'f') => self.word("false", Kind::Other)?,
            _ => self.number()?,
        };
        Ok(Raw { text: self.slice(start, self.at)?, kind })
    }

    fn word(&mut self, word: &str, kind: Kind) -> Result<Kind, Broken> {
        let rest = self.line.as_bytes().get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return Err(self.broken());
        }
        self.at += word.len();
        Ok(kind)
    }

    fn number(&mut self) -> Result<Kind, Broken> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            let exponent = self.at;
            self.digits()?;
            self.notice.odd |= self.at - exponent > 2;
        }
        self.notice.odd |= self.at - start > 100;
        Ok(Kind::Number)
    }

    fn digits(&mut self) -> Result<(), Broken> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(self.broken()) } else { Ok(()) }
    }

    fn string(&mut self) -> Result<Raw<'a>, Broken> {
        self.expect(b'"')?;
        let start = self.at;
        let mut escaped = false;
        loop {
            let rest = self.line.as_bytes().get(self.at..).unwrap_or_default();
            let stop = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
            let Some(stop) = stop else {
                self.at = self.line.len();
                if self.cut {
                    return Ok(Raw {
                        text: self.slice(start, self.at)?,
                        kind: Kind::Text { escaped },
                    });
                }
                return Err(self.broken());
            };
            self.at += stop;
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                _ => return Err(self.broken()),
            }
        }
        let text = self.slice(start, self.at)?;
        self.at += 1;
        Ok(Raw { text, kind: Kind::Text { escaped } })
    }

    fn escape(&mut self) -> Result<(), Broken> {
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 1;
                Ok(())
            }
            Some(b'u') => match self.code_unit()? {
                0xD800..0xDC00 => {
                    self.expect(b'\\')?;
                    match self.code_unit()? {
                        0xDC00..0xE000 => Ok(()),
                        _ => Err(self.broken()),
                    }
                }
                0xDC00..0xE000 => Err(self.broken()),
                unit => {
                    self.notice.odd |= unit == 0;
                    Ok(())
                }
            },
            _ => Err(self.broken()),
        }
    }

    /// Reads `uXXXX`.
    fn code_unit(&mut self) -> Result<u32, Broken> {
        self.expect(b'u')?;
        let digits = self.line.as_bytes().get(self.at..self.at + 4).ok_or(self.broken())?;
        let mut unit = 0;
        for digit in digits {
            unit = unit * 16 + char::from(*digit).to_digit(16).ok_or(self.broken())?;
        }
        self.at += 4;
        Ok(unit)
    }
}

/// Keys with escapes are rare; they are looked at again after they are decoded.
fn is_secret_key(key: Raw<'_>) -> bool {
    key.kind == Kind::Text { escaped: true } || super::redact::is_secret(key.text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn reads(text: &str) -> bool {
        object(text, |_| {}).is_ok()
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(".{0,6}", inner, 0..5)
                    .prop_map(|m| Value::Object(m.into_iter().collect())),
            ]
        })
    }

    #[test]
    fn what_is_not_quite_json_is_refused() {
        for text in [
            "",
            "{",
            "[]",
            "{}x",
            r#"{"a":01}"#,
            r#"{"a":1.}"#,
            r#"{"a":"\x"}"#,
            r#"{"a" 1}"#,
            r#"{"a":"\ud800"}"#,
            r#"{"a":1,}"#,
            "{\"a\":\"\t\"}",
            r#"{"a":+1}"#,
            r#"{"a":tru}"#,
        ] {
            assert!(!reads(text), "{text}");
        }
        assert!(reads(r#" {"a": [1, -0.5e+3, {"b": null}], "c\u00e9": "\ud83d\ude00"} "#));
    }

    proptest! {
        #[test]
        fn every_object_is_read_and_its_fields_handed_out(value in json()) {
            let text = value.to_string();
            let mut keys = 0;
            let read = object(&text, |field| {
                serde_json::from_str::<String>(&format!("\"{}\"", field.key.text)).unwrap();
                keys += 1;
            });
            prop_assert_eq!(read.is_ok(), value.is_object());
            prop_assert_eq!(keys, value.as_object().map_or(0, serde_json::Map::len));
        }

        #[test]
        fn damaged_text_is_judged_as_the_reference_judges_it(
            value in json(), at in any::<prop::sample::Index>(), byte in "[\\PC\\\\\"{}:,0-9.e]",
        ) {
            let mut text = serde_json::json!({"k": value}).to_string();
            let mut place = at.index(text.len());
            while !text.is_char_boundary(place) { place -= 1; }
            text.insert_str(place, &byte);
            let reference = serde_json::from_str::<serde_json::Map<String, Value>>(&text);
            // The reference refuses numbers such as -1E309; a log line may carry them.
            let too_large = |e: &serde_json::Error| e.to_string().contains("out of range");
            if !reference.as_ref().is_err_and(too_large) {
                prop_assert_eq!(reads(&text), reference.is_ok());
            }
        }
    }
}
