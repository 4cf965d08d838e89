//! Any expression that can be written, with or without a meaning.

use chrono::NaiveDate;
use proptest::prelude::*;
use proptest::sample::select;

use crate::formula::vocabulary::{FUNCTIONS, KINDS, fields};
use crate::model::{Binary, Expr, Object, Unary};

/// Any expression with fewer than 64 levels.
pub fn any_expression() -> impl Strategy<Value = Expr> {
    leaf().prop_recursive(6, 40, 4, |inner| {
        let boxed = inner.clone().prop_map(Box::new);
        prop_oneof![
            (select(UNARY), boxed.clone()).prop_map(|(sign, operand)| Expr::Unary(sign, operand)),
            (select(BINARY), boxed.clone(), boxed.clone())
                .prop_map(|(sign, left, right)| Expr::Binary(sign, left, right)),
            (boxed.clone(), boxed.clone(), boxed.clone())
                .prop_map(|(condition, then, otherwise)| Expr::If(condition, then, otherwise)),
            (select(FUNCTIONS.map(|function| function.name).to_vec()), arguments(inner.clone()))
                .prop_map(|(name, arguments)| Expr::Function { name: name.to_owned(), arguments }),
            (object_and_field(), arguments(inner.clone()))
                .prop_map(|((object, field), arguments)| Expr::Field { object, field, arguments }),
            (boxed, prop::collection::btree_map(-50_i32..50, inner, 1..4)).prop_map(
                |(of, rows)| {
                    let rows = rows.into_iter().map(|(key, value)| (f64::from(key) / 4.0, value));
                    Expr::Table(of, rows.collect())
                }
            ),
        ]
    })
}

/// A number that can be written without a sign.
pub(super) fn unsigned() -> impl Strategy<Value = f64> {
    prop_oneof![
        3 => (0_u32..2_000_000_000).prop_map(f64::from),
        3 => (0_u32..1_000_000).prop_map(|number| f64::from(number) / 1_000.0),
        1 => any::<f64>().prop_filter_map("finite", |number| {
            number.is_finite().then_some(number.abs())
        }),
    ]
}

/// Any day that is written with four digits for the year.
pub(super) fn day() -> impl Strategy<Value = NaiveDate> {
    (0_i32..9_999, 1_u32..=366)
        .prop_filter_map("a day", |(year, day)| NaiveDate::from_yo_opt(year, day))
}

/// Any text, often with something in it that needs care.
pub(super) fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-zA-Z][a-zA-Z0-9_]{0,8}",
        1 => select(vec!["pool", "if", "not", "target oc", "variable", "from", "nothing", "limit", ""])
            .prop_map(str::to_owned),
        1 => "[ -~éß😀\\t\\n\"\\\\#,\u{1}\u{2028}]{0,8}",
    ]
}

const UNARY: &[Unary] = &[Unary::Minus, Unary::Not];

const BINARY: &[Binary] = &[
    Binary::Plus,
    Binary::Minus,
    Binary::Times,
    Binary::Over,
    Binary::Below,
    Binary::AtMost,
    Binary::Above,
    Binary::AtLeast,
    Binary::Equal,
    Binary::NotEqual,
    Binary::And,
    Binary::Or,
];

fn leaf() -> impl Strategy<Value = Expr> {
    prop_oneof![
        unsigned().prop_map(Expr::Number),
        unsigned().prop_map(Expr::Percent),
        any::<bool>().prop_map(Expr::Bool),
        day().prop_map(Expr::Date),
        name().prop_map(Expr::Name),
        name().prop_map(Expr::Text),
        object_and_field().prop_map(|(object, field)| Expr::Field {
            object,
            field,
            arguments: Vec::new()
        }),
    ]
}

fn arguments(inner: impl Strategy<Value = Expr>) -> impl Strategy<Value = Vec<Expr>> {
    prop::collection::vec(inner, 0..4)
}

fn object_and_field() -> impl Strategy<Value = (Object, String)> {
    let known: Vec<_> =
        KINDS.into_iter().flat_map(|kind| fields(kind).map(move |field| (kind, field))).collect();
    (select(known), prop::collection::vec(name(), 0..3))
        .prop_map(|((kind, field), names)| (Object { kind, names }, field.name.to_owned()))
}
