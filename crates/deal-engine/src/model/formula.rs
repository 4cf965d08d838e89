//! Expressions over the deal's own numbers.

use chrono::NaiveDate;
use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

/// A formula. In JSON and in the text form it is the same text, for instance
/// `max(1% * pool.balance, 5)`; reading and writing it is `crate::formula`'s.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula(pub Expr);

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// `12.5`
    Number(f64),
    /// `12.5%`: the number before the sign.
    Percent(f64),
    /// `true`, `false`
    Bool(bool),
    /// `2026-03-15`
    Date(NaiveDate),
    /// A variable, or one of `period`, `date`.
    Name(String),
    /// `pool.balance`, `bond("A").balance`, `pool.cdr(3)`
    Field {
        /// Whose number.
        object: Object,
        /// Which number.
        field: String,
        /// What it is asked for.
        arguments: Vec<Expr>,
    },
    /// `max(a, b)`, `years(d1, d2)`, `oc("A", "B")`
    Function {
        /// Which.
        name: String,
        /// Of what.
        arguments: Vec<Expr>,
    },
    /// `"A"`: an argument of a function that asks for a name.
    Text(String),
    /// `-x`, `not x`
    Unary(Unary, Box<Expr>),
    /// `x + y`
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// `if c then x else y`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `table(period, 1: 10%, 13: 12%)`: the value of the last key not above the first argument;
    /// the first value before the first key. Keys rise.
    Table(Box<Expr>, Vec<(f64, Expr)>),
}

/// An object of the deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Of which kind.
    pub kind: ObjectKind,
    /// Which; empty means the only pool, or all bonds.
    pub names: Vec<String>,
}

/// The kinds of objects a formula can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ObjectKind {
    /// `pool`, `pool("auto")`
    Pool,
    /// `bond("A")`
    Bond,
    /// `bonds`, `bonds("A", "B")`: sums.
    Bonds,
    /// `account("reserve")`
    Account,
    /// `fee("servicing")`
    Fee,
    /// `ledger("B")`
    Ledger,
    /// `trigger("cnl")`
    Trigger,
    /// `test("oc A")`
    Test,
}

/// An operator with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unary {
    /// `-`
    Minus,
    /// `not`
    Not,
}

/// An operator with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binary {
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Times,
    /// `/`
    Over,
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `and`
    And,
    /// `or`
    Or,
}

impl Serialize for Formula {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Formula {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
