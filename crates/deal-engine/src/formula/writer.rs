//! The canonical text of an expression.

use crate::model::{Binary, Expr, Object, ObjectKind, Unary};

use super::lexer::is_word;
use super::vocabulary::{KEYWORDS, object_word};

/// How tightly a form binds; the same numbers as in the parser.
pub(crate) mod level {
    pub(crate) const IF: u8 = 0;
    pub(crate) const OR: u8 = 1;
    pub(crate) const AND: u8 = 2;
    pub(crate) const NOT: u8 = 3;
    pub(crate) const COMPARISON: u8 = 4;
    pub(crate) const SUM: u8 = 5;
    pub(crate) const PRODUCT: u8 = 6;
    pub(crate) const SIGN: u8 = 7;
    pub(crate) const SINGLE: u8 = 8;
}

/// How numbers look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Numbers {
    /// `5000000`
    Plain,
    /// `5,000,000`
    Grouped,
}

/// Writes expressions.
pub(crate) struct Writer {
    numbers: Numbers,
    out: String,
}

impl Writer {
    pub(crate) const fn new(numbers: Numbers) -> Self {
        Self { numbers, out: String::new() }
    }

    pub(crate) fn finish(self) -> String {
        self.out
    }

    /// Writes a whole expression.
    pub(crate) fn expression(&mut self, expression: &Expr) {
        self.at_least(expression, level::IF);
    }

    /// Writes an expression, in parentheses if it binds less tightly than needed.
    pub(crate) fn at_least(&mut self, expression: &Expr, needed: u8) {
        if level_of(expression) < needed {
            self.out.push('(');
            self.bare(expression);
            self.out.push(')');
        } else {
            self.bare(expression);
        }
    }

    fn bare(&mut self, expression: &Expr) {
        match expression {
            Expr::Number(value) => self.number(*value),
            Expr::Percent(value) => {
                self.number(*value);
                self.out.push('%');
            }
            Expr::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Expr::Date(date) => self.out.push_str(&date.to_string()),
            Expr::Name(name) => self.name(name),
            Expr::Field { object, field, arguments } => self.field(object, field, arguments),
            Expr::Function { name, arguments } => {
                self.out.push_str(name);
                self.arguments(arguments);
            }
            Expr::Text(text) => self.out.push_str(&quoted(text)),
            Expr::Unary(Unary::Minus, operand) => {
                self.out.push('-');
                self.at_least(operand, level::SIGN);
            }
            Expr::Unary(Unary::Not, operand) => {
                self.out.push_str("not ");
                self.at_least(operand, level::NOT);
            }
            Expr::Binary(operator, left, right) => self.binary(*operator, left, right),
            Expr::If(condition, then, otherwise) => {
                self.out.push_str("if ");
                self.at_least(condition, level::OR);
                self.out.push_str(" then ");
                self.at_least(then, level::OR);
                self.out.push_str(" else ");
                self.expression(otherwise);
            }
            Expr::Table(of, rows) => {
                self.out.push_str("table(");
                self.expression(of);
                for (key, value) in rows {
                    self.out.push_str(", ");
                    self.number(*key);
                    self.out.push_str(": ");
                    self.expression(value);
                }
                self.out.push(')');
            }
        }
    }

    fn binary(&mut self, operator: Binary, left: &Expr, right: &Expr) {
        let own = level_of_operator(operator);
        let left_needs = if own == level::COMPARISON { own + 1 } else { own };
        self.at_least(left, left_needs);
        self.out.push(' ');
        self.out.push_str(sign(operator));
        self.out.push(' ');
        self.at_least(right, own + 1);
    }

    fn name(&mut self, name: &str) {
        if is_word(name) && !KEYWORDS.contains(&name) && object_word(name).is_none() {
            self.out.push_str(name);
        } else {
            self.out.push_str("variable(");
            self.out.push_str(&quoted(name));
            self.out.push(')');
        }
    }

    fn field(&mut self, object: &Object, field: &str, arguments: &[Expr]) {
        self.out.push_str(word_of(object.kind));
        if !object.names.is_empty() {
            let names: Vec<String> = object.names.iter().map(|name| quoted(name)).collect();
            self.out.push('(');
            self.out.push_str(&names.join(", "));
            self.out.push(')');
        }
        self.out.push('.');
        self.out.push_str(field);
        if !arguments.is_empty() {
            self.arguments(arguments);
        }
    }

    fn arguments(&mut self, arguments: &[Expr]) {
        self.out.push('(');
        for (at, argument) in arguments.iter().enumerate() {
            if at > 0 {
                self.out.push_str(", ");
            }
            self.expression(argument);
        }
        self.out.push(')');
    }

    fn number(&mut self, value: f64) {
        self.out.push_str(&number(value, self.numbers));
    }
}

/// The shortest text that reads back as the same number.
pub(crate) fn number(value: f64, numbers: Numbers) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-7..1e16).contains(&size) {
        return format!("{value:e}");
    }
    let plain = value.to_string();
    if numbers == Numbers::Plain || size < 10_000.0 {
        return plain;
    }
    let (whole, fraction) =
        plain.split_once('.').map_or((plain.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut grouped = sign.to_owned();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if let Some(fraction) = fraction {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    grouped
}

/// A text between quotes.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                out.push('\\');
                out.push(letter);
            }
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Line separators too: a line of the text form must stay one.
            letter if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') => {
                out.extend(letter.escape_unicode());
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

fn level_of(expression: &Expr) -> u8 {
    match expression {
        Expr::If(..) => level::IF,
        Expr::Binary(operator, ..) => level_of_operator(*operator),
        Expr::Unary(Unary::Not, _) => level::NOT,
        Expr::Unary(Unary::Minus, _) => level::SIGN,
        Expr::Number(value) | Expr::Percent(value) if value.is_sign_negative() => level::SIGN,
        _ => level::SINGLE,
    }
}

const fn level_of_operator(operator: Binary) -> u8 {
    match operator {
        Binary::Or => level::OR,
        Binary::And => level::AND,
        Binary::Plus | Binary::Minus => level::SUM,
        Binary::Times | Binary::Over => level::PRODUCT,
        _ => level::COMPARISON,
    }
}

const fn sign(operator: Binary) -> &'static str {
    match operator {
        Binary::Plus => "+",
        Binary::Minus => "-",
        Binary::Times => "*",
        Binary::Over => "/",
        Binary::Below => "<",
        Binary::AtMost => "<=",
        Binary::Above => ">",
        Binary::AtLeast => ">=",
        Binary::Equal => "=",
        Binary::NotEqual => "<>",
        Binary::And => "and",
        Binary::Or => "or",
    }
}

pub(crate) const fn word_of(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Pool => "pool",
        ObjectKind::Bond => "bond",
        ObjectKind::Bonds => "bonds",
        ObjectKind::Account => "account",
        ObjectKind::Fee => "fee",
        ObjectKind::Ledger => "ledger",
        ObjectKind::Trigger => "trigger",
        ObjectKind::Test => "test",
    }
}
