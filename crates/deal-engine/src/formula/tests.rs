//! Reading and writing are inverse, and what is refused says why and where.

use proptest::prelude::*;

use super::{MAX_DEPTH, parse};
use crate::arbitrary::{any_expression, cases};
use crate::model::{Binary, Expr, Formula, Object, ObjectKind, Unary};

fn canonical(text: &str) -> String {
    parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).to_string()
}

fn refusal(text: &str) -> String {
    parse(text).map(|formula| formula.to_string()).unwrap_err().to_string()
}

#[test]
fn the_canonical_text_has_no_parentheses_it_does_not_need() {
    for (text, expected) in [
        ("((1 + 2)) * 3", "(1 + 2) * 3"),
        ("1 + (2 * 3)", "1 + 2 * 3"),
        ("1 - (2 - 3)", "1 - (2 - 3)"),
        ("(1 - 2) - 3", "1 - 2 - 3"),
        ("a / (b / c)", "a / (b / c)"),
        ("-(a + b)", "-(a + b)"),
        ("- - a", "--a"),
        ("(not a) and (b or c)", "not a and (b or c)"),
        ("not (a < b)", "not a < b"),
        ("(not a) = b", "(not a) = b"),
        ("(a < b) = (c < d)", "(a < b) = (c < d)"),
        ("if (a) then (b) else (c or d)", "if a then b else c or d"),
        ("(if a then b else c) + 1", "(if a then b else c) + 1"),
        ("if if a then b else c then d else e", "if (if a then b else c) then d else e"),
        ("min(1,2)", "min(1, 2)"),
        ("table(period,1:10%,13:12%)", "table(period, 1: 10%, 13: 12%)"),
        ("a != b", "a <> b"),
        ("a == b", "a = b"),
    ] {
        assert_eq!(canonical(text), expected, "{text}");
        assert_eq!(canonical(expected), expected, "{text}");
    }
}

#[test]
fn numbers_are_as_short_as_they_can_be_read_back() {
    for (text, expected) in [
        ("5,000,000", "5000000"),
        ("1,234.5", "1234.5"),
        ("max(1, 200)", "max(1, 200)"),
        ("max(1,200, 3)", "max(1200, 3)"),
        ("max(1,20)", "max(1, 20)"),
        ("max(1,2000)", "max(1, 2000)"),
        ("0.10", "0.1"),
        ("12.50%", "12.5%"),
        ("5 %", "5%"),
        ("1e6", "1000000"),
        ("1E-3", "0.001"),
        ("1e300", "1e300"),
        ("0.0000000001", "1e-10"),
        ("2026-03-15", "2026-03-15"),
        ("2026 - 03 - 15", "2026 - 3 - 15"),
    ] {
        assert_eq!(canonical(text), expected, "{text}");
    }
}

#[test]
fn objects_are_named_with_and_without_quotes() {
    let field = |kind, names: &[&str], field: &str| {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        Expr::Field {
            object: Object { kind, names },
            field: field.to_owned(),
            arguments: Vec::new(),
        }
    };
    for (text, expected) in [
        ("pool.balance", field(ObjectKind::Pool, &[], "balance")),
        ("collections.interest", field(ObjectKind::Pool, &[], "interest")),
        ("bond(A).rate", field(ObjectKind::Bond, &["A"], "rate")),
        ("bonds(\"A\", B).balance", field(ObjectKind::Bonds, &["A", "B"], "balance")),
        ("bonds.balance", field(ObjectKind::Bonds, &[], "balance")),
        ("variable(\"target oc\")", Expr::Name("target oc".to_owned())),
        ("oc", Expr::Name("oc".to_owned())),
        (
            "account(\"a \\\"b\\\" \\u{e9}\").balance",
            field(ObjectKind::Account, &["a \"b\" é"], "balance"),
        ),
    ] {
        assert_eq!(parse(text).unwrap().0, expected, "{text}");
    }
}

#[test]
fn operators_bind_as_in_a_prospectus() {
    let name = |name: &str| Box::new(Expr::Name(name.to_owned()));
    let formula = parse("not a + b * -c < d and e").unwrap();
    let product =
        Expr::Binary(Binary::Times, name("b"), Box::new(Expr::Unary(Unary::Minus, name("c"))));
    let sum = Expr::Binary(Binary::Plus, name("a"), Box::new(product));
    let below = Expr::Binary(Binary::Below, Box::new(sum), name("d"));
    let not = Expr::Unary(Unary::Not, Box::new(below));
    assert_eq!(formula, Formula(Expr::Binary(Binary::And, Box::new(not), name("e"))));
}

#[test]
fn a_refusal_names_the_place_and_the_remedy() {
    for (text, expected) in [
        ("", "at character 1: a number, a name or `(` is missing"),
        ("1 +", "at character 4: a number, a name or `(` is missing"),
        ("(1", "at character 3: `)` is missing"),
        ("1 2", "at character 3: `2` does not continue the formula"),
        ("1 < 2 < 3", "at character 7: comparisons cannot be chained; write `a < b and b < c`"),
        ("pol.balance", "at character 4: `.` does not continue the formula"),
        (
            "pool",
            "at character 5: `pool` is followed by `.` and what is asked for, such as `pool.balance`",
        ),
        ("pool.balnce", "at character 6: `pool` has no `balnce`; did you mean `balance`?"),
        ("trigger(\"x\").what", "at character 14: `trigger` has no `what`; it has breached, value"),
        ("mix(1, 2)", "at character 1: there is no function `mix`; did you mean `min`?"),
        ("1 + not a", "at character 5: `not` needs parentheses here; write `(not …)`"),
        (
            "1 + if a then b else c",
            "at character 5: `if` needs parentheses here; write `(if … then … else …)`",
        ),
        ("if a then b", "at character 12: after `if … then …` comes `else …`"),
        ("2026-02-30", "at character 1: there is no day 2026-02-30"),
        ("1e999", "at character 1: the number is too large"),
        ("\"a", "at character 1: the closing quote is missing"),
        ("é & 1", "at character 3: `&` means nothing here"),
        (
            "table(period)",
            "at character 14: a table has at least one row; write `table(period, 1: 10%, 13: 12%)`",
        ),
        ("table(period, 2: 1, 1: 2)", "at character 22: the keys of a table rise"),
        ("bond(1).rate", "at character 6: a name in quotes is missing"),
    ] {
        assert_eq!(refusal(text), expected, "{text}");
    }
}

#[test]
fn a_deep_or_long_formula_is_refused_and_does_not_exhaust_the_stack() {
    let parentheses = format!("{}1{}", "(".repeat(100_000), ")".repeat(100_000));
    assert!(refusal(&parentheses).contains("nested too deeply"));
    assert!(refusal(&"-".repeat(100_000)).contains("nested too deeply"));
    assert!(refusal(&"not ".repeat(100_000)).contains("nested too deeply"));
    assert!(refusal(&"if ".repeat(100_000)).contains("nested too deeply"));
    assert!(refusal(&"min(".repeat(100_000)).contains("nested too deeply"));
    let sum = vec!["1"; 100_000].join(" + ");
    assert!(refusal(&sum).contains("at most 64 levels"));
    let arguments = format!("max({})", vec!["1"; 20_000].join(", "));
    assert!(refusal(&arguments).contains("at most 10000 numbers"));

    let allowed = vec!["1"; MAX_DEPTH].join(" + ");
    assert_eq!(canonical(&allowed), allowed);
    let nested = format!("{}1{}", "(2 - ".repeat(MAX_DEPTH - 2), ")".repeat(MAX_DEPTH - 2));
    assert_eq!(canonical(&format!("3 - {nested}")), format!("3 - {nested}"));
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn reading_the_canonical_text_gives_the_same_expression(expression in any_expression()) {
        let formula = Formula(expression);
        let text = formula.to_string();
        prop_assert_eq!(parse(&text), Ok(formula), "{}", text);
    }

    #[test]
    fn any_text_is_a_formula_or_is_refused_inside_the_text(text in "[-a-c0-9(),.%<=>:\" \n+*/]{0,60}") {
        match parse(&text) {
            Ok(formula) => prop_assert_eq!(parse(&formula.to_string()), Ok(formula)),
            Err(error) => prop_assert!(error.position + error.length <= text.chars().count()),
        }
    }
}
