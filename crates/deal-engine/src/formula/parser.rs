//! Tokens to an expression, by precedence climbing.

use crate::model::{Binary, Expr, Formula, Object, ObjectKind, Unary};

use super::lexer::{LexFault, Symbol, Token, TokenKind};
use super::nearest::nearest;
use super::vocabulary::{FUNCTIONS, fields, object_word};
use super::writer::{level, word_of};
use super::{MAX_DEPTH, MAX_NODES};

/// The most calls that wait for each other; every level of an expression takes at most two, and
/// parentheses that are not needed take one each.
const MAX_NESTING: usize = 3 * MAX_DEPTH;

/// Reads expressions from tokens; stops before the first token that cannot belong to one.
pub(crate) struct Parser<'t, 's> {
    source: &'s str,
    tokens: &'t [Token<'s>],
    at: usize,
    nodes: usize,
    nesting: usize,
}

/// An expression and its levels.
struct Part {
    expression: Expr,
    depth: usize,
}

type Parsed<T> = Result<T, LexFault>;

impl<'t, 's> Parser<'t, 's> {
    pub(crate) const fn new(source: &'s str, tokens: &'t [Token<'s>]) -> Self {
        Self::from(source, tokens, 0)
    }

    /// Begins at a later token.
    pub(crate) const fn from(source: &'s str, tokens: &'t [Token<'s>], at: usize) -> Self {
        Self { source, tokens, at, nodes: 0, nesting: 0 }
    }

    /// Tokens that were read.
    pub(crate) const fn position(&self) -> usize {
        self.at
    }

    /// Reads a formula.
    pub(crate) fn formula(&mut self) -> Parsed<Formula> {
        Ok(Formula(self.expression(level::IF)?.expression))
    }

    /// Reads a formula without a comparison, `and`, `or`, `if` outside parentheses.
    pub(crate) fn sum(&mut self) -> Parsed<Formula> {
        Ok(Formula(self.expression(level::SUM)?.expression))
    }

    /// Refuses what is left.
    pub(crate) fn finish(&self) -> Parsed<()> {
        let Some(token) = self.tokens.get(self.at) else { return Ok(()) };
        let message = format!("`{}` does not continue the formula", self.slice(token));
        Err(self.fault_at(token, message, None))
    }

    fn expression(&mut self, lowest: u8) -> Parsed<Part> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(self.fault_here("the formula is nested too deeply".to_owned(), None));
        }
        let mut left = self.prefix(lowest)?;
        while let Some((operator, own)) = self.operator().filter(|(_, own)| *own >= lowest) {
            self.at += 1;
            let right = self.expression(own + 1)?;
            left = self.join(operator, left, right)?;
            if own == level::COMPARISON && self.operator().is_some_and(|(_, next)| next == own) {
                return Err(self.fault_here(
                    "comparisons cannot be chained".to_owned(),
                    Some("write `a < b and b < c`".to_owned()),
                ));
            }
        }
        self.nesting -= 1;
        Ok(left)
    }

    fn join(&mut self, operator: Binary, left: Part, right: Part) -> Parsed<Part> {
        let depth = left.depth.max(right.depth);
        let (left, right) = (Box::new(left.expression), Box::new(right.expression));
        self.node(Expr::Binary(operator, left, right), depth)
    }

    fn prefix(&mut self, lowest: u8) -> Parsed<Part> {
        let Some(token) = self.tokens.get(self.at) else {
            return Err(self.fault_here("a number, a name or `(` is missing".to_owned(), None));
        };
        match &token.kind {
            TokenKind::Symbol(Symbol::Minus) => {
                self.at += 1;
                let operand = self.expression(level::SIGN)?;
                let minus = Expr::Unary(Unary::Minus, Box::new(operand.expression));
                self.node(minus, operand.depth)
            }
            TokenKind::Word("not") if lowest > level::NOT => Err(self.fault_at(
                token,
                "`not` needs parentheses here".to_owned(),
                Some("write `(not …)`".to_owned()),
            )),
            TokenKind::Word("not") => {
                self.at += 1;
                let operand = self.expression(level::NOT)?;
                self.node(Expr::Unary(Unary::Not, Box::new(operand.expression)), operand.depth)
            }
            TokenKind::Word("if") if lowest > level::IF => Err(self.fault_at(
                token,
                "`if` needs parentheses here".to_owned(),
                Some("write `(if … then … else …)`".to_owned()),
            )),
            TokenKind::Word("if") => {
                self.at += 1;
                self.conditional()
            }
            _ => self.single(token),
        }
    }

    fn conditional(&mut self) -> Parsed<Part> {
        let condition = self.expression(level::IF)?;
        self.word("then", "after `if …` comes `then …`")?;
        let then = self.expression(level::IF)?;
        self.word("else", "after `if … then …` comes `else …`")?;
        let otherwise = self.expression(level::IF)?;
        let depth = condition.depth.max(then.depth).max(otherwise.depth);
        let expression = Expr::If(
            Box::new(condition.expression),
            Box::new(then.expression),
            Box::new(otherwise.expression),
        );
        self.node(expression, depth)
    }

    fn single(&mut self, token: &'t Token<'s>) -> Parsed<Part> {
        self.at += 1;
        let expression = match &token.kind {
            TokenKind::Number(value) => Expr::Number(*value),
            TokenKind::Percent(value) => Expr::Percent(*value),
            TokenKind::Date(date) => Expr::Date(*date),
            TokenKind::Text(text) => Expr::Text(text.clone()),
            TokenKind::Word("true") => Expr::Bool(true),
            TokenKind::Word("false") => Expr::Bool(false),
            TokenKind::Word(word) => return self.named(token, word),
            TokenKind::Symbol(Symbol::Open) => {
                let inside = self.expression(level::IF)?;
                self.symbol(Symbol::Close, "`)` is missing")?;
                return Ok(inside);
            }
            TokenKind::Symbol(_) => {
                let message =
                    format!("a number, a name or `(` is missing before `{}`", self.slice(token));
                return Err(self.fault_at(token, message, None));
            }
        };
        self.node(expression, 0)
    }

    fn named(&mut self, token: &'t Token<'s>, word: &str) -> Parsed<Part> {
        if matches!(word, "then" | "else" | "and" | "or") {
            let message = format!("a number, a name or `(` is missing before `{word}`");
            return Err(self.fault_at(token, message, None));
        }
        if word == "collections" && self.sees(Symbol::Dot) {
            let object = Object { kind: ObjectKind::Pool, names: Vec::new() };
            return self.field(object);
        }
        if let Some(kind) = object_word(word) {
            let names = if self.takes(Symbol::Open) { self.names()? } else { Vec::new() };
            return self.field(Object { kind, names });
        }
        if !self.takes(Symbol::Open) {
            return self.node(Expr::Name(word.to_owned()), 0);
        }
        match word {
            "variable" => {
                let names = self.names()?;
                let [name] = names.as_slice() else {
                    return Err(self.fault_at(token, "`variable` takes one name".to_owned(), None));
                };
                self.node(Expr::Name(name.clone()), 0)
            }
            "table" => self.table(),
            _ => self.function(token, word),
        }
    }

    fn function(&mut self, token: &'t Token<'s>, word: &str) -> Parsed<Part> {
        let known = || FUNCTIONS.iter().map(|function| function.name);
        if !known().any(|name| name == word) {
            let suggestion = nearest(word, known()).map(|name| format!("did you mean `{name}`?"));
            return Err(self.fault_at(token, format!("there is no function `{word}`"), suggestion));
        }
        let (arguments, depth) = self.arguments()?;
        self.node(Expr::Function { name: word.to_owned(), arguments }, depth)
    }

    fn field(&mut self, object: Object) -> Parsed<Part> {
        let word = word_of(object.kind);
        let known = || fields(object.kind).map(|field| field.name);
        self.symbol(
            Symbol::Dot,
            &format!(
                "`{word}` is followed by `.` and what is asked for, such as `{word}.{}`",
                known().next().unwrap_or_default()
            ),
        )?;
        let Some(token) = self.tokens.get(self.at) else {
            return Err(self.fault_here(format!("what is asked of `{word}` is missing"), None));
        };
        let TokenKind::Word(name) = token.kind else {
            return Err(self.fault_at(
                token,
                format!("what is asked of `{word}` is missing"),
                None,
            ));
        };
        if !known().any(|field| field == name) {
            let suggestion = nearest(name, known()).map_or_else(
                || format!("it has {}", known().collect::<Vec<_>>().join(", ")),
                |name| format!("did you mean `{name}`?"),
            );
            return Err(self.fault_at(
                token,
                format!("`{word}` has no `{name}`"),
                Some(suggestion),
            ));
        }
        self.at += 1;
        let (arguments, depth) =
            if self.takes(Symbol::Open) { self.arguments()? } else { (Vec::new(), 0) };
        self.node(Expr::Field { object, field: name.to_owned(), arguments }, depth)
    }

    /// Names up to `)`; quotes may be left out around a word.
    fn names(&mut self) -> Parsed<Vec<String>> {
        let mut names = Vec::new();
        loop {
            match self.tokens.get(self.at).map(|token| &token.kind) {
                Some(TokenKind::Text(name)) => names.push(name.clone()),
                Some(TokenKind::Word(name)) => names.push((*name).to_owned()),
                _ => return Err(self.fault_here("a name in quotes is missing".to_owned(), None)),
            }
            self.count()?;
            self.at += 1;
            if !self.takes(Symbol::Comma) {
                self.symbol(Symbol::Close, "`,` or `)` is missing")?;
                return Ok(names);
            }
        }
    }

    fn arguments(&mut self) -> Parsed<(Vec<Expr>, usize)> {
        let mut arguments = Vec::new();
        let mut depth = 0;
        if self.takes(Symbol::Close) {
            return Ok((arguments, depth));
        }
        loop {
            let argument = self.expression(level::IF)?;
            depth = depth.max(argument.depth);
            arguments.push(argument.expression);
            if !self.takes(Symbol::Comma) {
                self.symbol(Symbol::Close, "`,` or `)` is missing")?;
                return Ok((arguments, depth));
            }
        }
    }

    /// `table(x, 1: 10%, 13: 12%)`, after the parenthesis.
    fn table(&mut self) -> Parsed<Part> {
        let of = self.expression(level::IF)?;
        let mut depth = of.depth;
        let mut rows: Vec<(f64, Expr)> = Vec::new();
        while self.takes(Symbol::Comma) {
            let key = self.key()?;
            if rows.last().is_some_and(|(last, _)| *last >= key) {
                return Err(self.fault_here("the keys of a table rise".to_owned(), None));
            }
            self.symbol(Symbol::Colon, "a row of a table is `key: value`")?;
            let value = self.expression(level::IF)?;
            depth = depth.max(value.depth);
            rows.push((key, value.expression));
        }
        self.symbol(Symbol::Close, "`,` or `)` is missing")?;
        if rows.is_empty() {
            let suggestion = Some("write `table(period, 1: 10%, 13: 12%)`".to_owned());
            return Err(self.fault_here("a table has at least one row".to_owned(), suggestion));
        }
        self.node(Expr::Table(Box::new(of.expression), rows), depth)
    }

    fn key(&mut self) -> Parsed<f64> {
        let sign = if self.takes(Symbol::Minus) { -1.0 } else { 1.0 };
        let value = match self.tokens.get(self.at).map(|token| &token.kind) {
            Some(TokenKind::Number(value)) => *value,
            Some(TokenKind::Percent(value)) => *value / 100.0,
            _ => return Err(self.fault_here("the key of a table is a number".to_owned(), None)),
        };
        self.at += 1;
        Ok(sign * value)
    }

    fn node(&mut self, expression: Expr, below: usize) -> Parsed<Part> {
        self.count()?;
        let depth = below + 1;
        if depth > MAX_DEPTH {
            let message = format!("a formula has at most {MAX_DEPTH} levels");
            return Err(
                self.fault_here(message, Some("give a part of it a name with `let`".to_owned()))
            );
        }
        Ok(Part { expression, depth })
    }

    fn count(&mut self) -> Parsed<()> {
        self.nodes += 1;
        if self.nodes <= MAX_NODES {
            return Ok(());
        }
        let message = format!("a formula has at most {MAX_NODES} numbers, names and operators");
        Err(self.fault_here(message, None))
    }

    fn operator(&self) -> Option<(Binary, u8)> {
        Some(match &self.tokens.get(self.at)?.kind {
            TokenKind::Word("or") => (Binary::Or, level::OR),
            TokenKind::Word("and") => (Binary::And, level::AND),
            TokenKind::Symbol(symbol) => match symbol {
                Symbol::Plus => (Binary::Plus, level::SUM),
                Symbol::Minus => (Binary::Minus, level::SUM),
                Symbol::Star => (Binary::Times, level::PRODUCT),
                Symbol::Slash => (Binary::Over, level::PRODUCT),
                Symbol::Below => (Binary::Below, level::COMPARISON),
                Symbol::AtMost => (Binary::AtMost, level::COMPARISON),
                Symbol::Above => (Binary::Above, level::COMPARISON),
                Symbol::AtLeast => (Binary::AtLeast, level::COMPARISON),
                Symbol::Equal => (Binary::Equal, level::COMPARISON),
                Symbol::NotEqual => (Binary::NotEqual, level::COMPARISON),
                _ => return None,
            },
            _ => return None,
        })
    }

    fn word(&mut self, word: &str, otherwise: &str) -> Parsed<()> {
        if matches!(self.tokens.get(self.at).map(|token| &token.kind), Some(TokenKind::Word(found)) if *found == word)
        {
            self.at += 1;
            return Ok(());
        }
        Err(self.fault_here(otherwise.to_owned(), None))
    }

    fn symbol(&mut self, symbol: Symbol, otherwise: &str) -> Parsed<()> {
        if self.takes(symbol) { Ok(()) } else { Err(self.fault_here(otherwise.to_owned(), None)) }
    }

    fn sees(&self, symbol: Symbol) -> bool {
        self.tokens.get(self.at).is_some_and(|token| token.kind == TokenKind::Symbol(symbol))
    }

    fn takes(&mut self, symbol: Symbol) -> bool {
        let sees = self.sees(symbol);
        self.at += usize::from(sees);
        sees
    }

    fn slice(&self, token: &Token<'s>) -> &'s str {
        self.source.get(token.start..token.end).unwrap_or_default()
    }

    /// At the next token, or at the end of the last one if there is none.
    fn fault_here(&self, message: String, suggestion: Option<String>) -> LexFault {
        if let Some(token) = self.tokens.get(self.at) {
            return self.fault_at(token, message, suggestion);
        }
        let end = self.tokens.last().map_or(0, |token| token.end);
        LexFault { start: end, end, message, suggestion }
    }

    #[expect(clippy::unused_self, reason = "reads as its sibling")]
    fn fault_at(&self, token: &Token<'s>, message: String, suggestion: Option<String>) -> LexFault {
        LexFault { start: token.start, end: token.end, message, suggestion }
    }
}
