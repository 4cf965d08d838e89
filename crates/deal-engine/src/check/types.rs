//! That formulas add money to money.
//!
//! A number without a unit takes the unit that is needed; a percentage is a ratio or a rate, never
//! money. Ratios, rates and counts mix freely. Money times a ratio is money, money over money is a
//! ratio; money times money, and a ratio over money, mean nothing. Two dates have a count of days
//! between them, and a date plus a count is a date.

use std::collections::HashMap;

use crate::formula::vocabulary::{FUNCTIONS, Type, WORDS, fields};
use crate::formula::{Numbers, Writer};
use crate::model::{Binary, Deal, Expr, Object, ObjectKind, Unary};

use super::Report;
use super::code::Code;
use super::index::Index;
use super::kinds::{Kind, product, quotient, sum};
use super::sites::{Need, Owner, Site, sites};

/// Checks that each formula gives what is needed where it stands.
pub(super) fn check(deal: &Deal, index: &Index<'_>, report: &mut Report) {
    let sites = sites(deal);
    let places: HashMap<&str, usize> =
        index.variables.iter().enumerate().map(|(at, name)| (*name, at)).collect();
    let measures: Vec<Option<&Site<'_>>> = (0..deal.triggers.len())
        .map(|at| sites.iter().find(|site| site.path == format!("/triggers/{at}/measure")))
        .collect();

    let mut known = Known {
        variables: vec![Kind::Unknown; deal.variables.len()],
        measures: vec![Kind::Unknown; deal.triggers.len()],
    };
    // Definitions may stand in any order; each round settles at least one more of a chain.
    for _ in 0..=deal.variables.len() + deal.triggers.len() {
        let mut next = Known { variables: Vec::new(), measures: Vec::new() };
        let mut silent = Typing { index, places: &places, known: &known, report: None, path: "" };
        next.variables.extend(deal.variables.iter().map(|variable| silent.kind(&variable.value.0)));
        next.measures.extend(
            measures
                .iter()
                .map(|site| site.map_or(Kind::Unknown, |site| silent.kind(&site.formula.0))),
        );
        if next == known {
            break;
        }
        known = next;
    }

    for site in &sites {
        let mut typing = Typing {
            index,
            places: &places,
            known: &known,
            report: Some(report),
            path: &site.path,
        };
        let kind = typing.kind(&site.formula.0);
        let need = match site.need {
            Need::Of(of) => Kind::Of(of),
            Need::Number => Kind::Number,
            Need::Measure(at) => known.measures.get(at).copied().unwrap_or(Kind::Unknown),
            Need::Anything => Kind::Unknown,
        };
        typing.needs(kind, need, &site.formula.0);
        if matches!(site.owner, Owner::Variable(_)) && kind == Kind::Of(Type::Text) {
            typing.add(
                Code::WrongType,
                "a variable is a number, a date or a condition, not a name".to_owned(),
                None,
            );
        }
    }
}

#[derive(PartialEq)]
struct Known {
    variables: Vec<Kind>,
    measures: Vec<Kind>,
}

struct Typing<'c, 'd> {
    index: &'c Index<'d>,
    /// The positions of the variables.
    places: &'c HashMap<&'d str, usize>,
    known: &'c Known,
    report: Option<&'c mut Report>,
    path: &'c str,
}

impl Typing<'_, '_> {
    fn add(&mut self, code: Code, message: String, suggestion: Option<String>) {
        if let Some(report) = &mut self.report {
            report.add_with(code, self.path, message, suggestion);
        }
    }

    fn needs(&mut self, kind: Kind, need: Kind, expression: &Expr) {
        if kind.fits(need) {
            return;
        }
        let percentage_of_money = need == Kind::Of(Type::Money)
            && matches!(kind, Kind::Percentage | Kind::Of(Type::Ratio | Type::Rate));
        let suggestion = percentage_of_money.then(|| {
            format!("multiply it by an amount: `{} * pool.balance`", bracketed(expression))
        });
        let message =
            format!("`{}` is {}, but {} is needed", shown(expression), kind.name(), need.name());
        self.add(Code::WrongType, message, suggestion);
    }

    fn kind(&mut self, expression: &Expr) -> Kind {
        match expression {
            Expr::Number(_) => Kind::Number,
            Expr::Percent(_) => Kind::Percentage,
            Expr::Bool(_) => Kind::Of(Type::Bool),
            Expr::Date(_) => Kind::Of(Type::Date),
            Expr::Text(_) => Kind::Of(Type::Text),
            Expr::Name(name) => self.name(name),
            Expr::Field { object, field, arguments } => {
                self.field(object, field, arguments, expression)
            }
            Expr::Function { name, arguments } => self.function(name, arguments, expression),
            Expr::Unary(Unary::Minus, operand) => {
                let kind = self.kind(operand);
                self.needs(kind, Kind::Number, operand);
                if kind.is_number() { kind } else { Kind::Unknown }
            }
            Expr::Unary(Unary::Not, operand) => {
                let kind = self.kind(operand);
                self.needs(kind, Kind::Of(Type::Bool), operand);
                Kind::Of(Type::Bool)
            }
            Expr::Binary(operator, left, right) => self.binary(*operator, left, right, expression),
            Expr::If(condition, then, otherwise) => {
                let kind = self.kind(condition);
                self.needs(kind, Kind::Of(Type::Bool), condition);
                self.alike(&[then, otherwise], "the two sides of `if` are")
            }
            Expr::Table(of, rows) => {
                let kind = self.kind(of);
                self.needs(kind, Kind::Number, of);
                let values: Vec<&Expr> = rows.iter().map(|(_, value)| value).collect();
                self.alike(&values, "the values of a table are")
            }
        }
    }

    fn name(&self, name: &str) -> Kind {
        if let Some(word) = WORDS.iter().find(|word| word.name == name) {
            return word.of.map_or(Kind::Unknown, Kind::Of);
        }
        let at = self.places.get(name);
        at.and_then(|at| self.known.variables.get(*at)).copied().unwrap_or(Kind::Unknown)
    }

    fn field(&mut self, object: &Object, field: &str, arguments: &[Expr], whole: &Expr) -> Kind {
        let word = crate::formula::word_of(object.kind);
        let many = object.kind == ObjectKind::Bonds;
        let few = matches!(object.kind, ObjectKind::Pool | ObjectKind::Bonds);
        if object.names.is_empty() && !few {
            let message = format!("`{}` does not say which {word}", shown(whole));
            let suggestion = self
                .index
                .of(object.kind)
                .first()
                .map(|name| format!("write `{word}(\"{name}\")`"));
            self.add(Code::WrongArguments, message, suggestion);
        } else if object.names.len() > 1 && !many {
            let suggestion =
                (object.kind == ObjectKind::Bond).then(|| "write `bonds(…)`".to_owned());
            let message = format!("`{}` names several, and only one is meant", shown(whole));
            self.add(Code::WrongArguments, message, suggestion);
        }

        let Some(known) = fields(object.kind).find(|known| known.name == field) else {
            return Kind::Unknown;
        };
        match (known.months, arguments) {
            (true, [months]) => {
                let is_count = matches!(months, Expr::Number(months) if (1.0..=600.0).contains(months) && months.fract() == 0.0);
                if !is_count {
                    let message = format!(
                        "`{}` is asked for a whole number of months from 1 to 600",
                        shown(whole)
                    );
                    self.add(Code::WrongArguments, message, None);
                }
            }
            (true, _) => {
                let message = format!("`{}` is asked for a number of months", shown(whole));
                let suggestion = format!("write `{word}.{field}(3)`");
                self.add(Code::WrongArguments, message, Some(suggestion));
            }
            (false, []) => {}
            (false, _) => {
                let message = format!("`{word}.{field}` takes nothing in parentheses");
                self.add(Code::WrongArguments, message, None);
            }
        }
        if let Some(of) = known.of {
            return Kind::Of(of);
        }
        let of = object.names.first();
        let at =
            self.index.triggers.iter().position(|trigger| Some(*trigger) == of.map(String::as_str));
        at.and_then(|at| self.known.measures.get(at)).copied().unwrap_or(Kind::Unknown)
    }

    fn function(&mut self, name: &str, arguments: &[Expr], whole: &Expr) -> Kind {
        let fits = match name {
            "min" | "max" => arguments.len() >= 2,
            "abs" => arguments.len() == 1,
            "round" => matches!(arguments.len(), 1 | 2),
            "years" => arguments.len() == 2,
            "oc" | "ic" => !arguments.is_empty(),
            _ => return Kind::Unknown,
        };
        if !fits {
            let usage = FUNCTIONS.iter().find(|function| function.name == name);
            let message = format!("`{}` has {} arguments", shown(whole), arguments.len());
            let suggestion = usage.map(|function| format!("write `{}`", function.usage));
            self.add(Code::WrongArguments, message, suggestion);
            return Kind::Unknown;
        }
        match name {
            "min" | "max" => {
                let joined = self.alike(&arguments.iter().collect::<Vec<_>>(), "the arguments are");
                if joined == Kind::Of(Type::Bool) || joined == Kind::Of(Type::Text) {
                    self.needs(joined, Kind::Number, whole);
                    return Kind::Unknown;
                }
                joined
            }
            "abs" => {
                let kinds = self.kinds(arguments, Kind::Number);
                kinds.first().copied().unwrap_or(Kind::Unknown)
            }
            "round" => {
                let kinds = self.kinds(arguments, Kind::Number);
                if let Some(places) = arguments.get(1)
                    && !matches!(places, Expr::Number(places) if (0.0..=12.0).contains(places) && places.fract() == 0.0)
                {
                    let message =
                        "`round` rounds to a whole number of places from 0 to 12".to_owned();
                    self.add(Code::WrongArguments, message, None);
                }
                kinds.first().copied().unwrap_or(Kind::Unknown)
            }
            "years" => {
                self.kinds(arguments, Kind::Of(Type::Date));
                Kind::Of(Type::Ratio)
            }
            _ => {
                for argument in arguments {
                    if !matches!(argument, Expr::Text(_)) {
                        let message = format!("`{}` names bonds, in quotes", shown(whole));
                        let suggestion = match argument {
                            Expr::Name(bond) => Some(format!("write \"{bond}\"")),
                            _ => None,
                        };
                        self.add(Code::WrongArguments, message, suggestion);
                    }
                }
                Kind::Of(Type::Ratio)
            }
        }
    }

    fn kinds(&mut self, arguments: &[Expr], need: Kind) -> Vec<Kind> {
        let mut kinds = Vec::new();
        for argument in arguments {
            let kind = self.kind(argument);
            self.needs(kind, need, argument);
            kinds.push(if kind.fits(need) { kind } else { Kind::Unknown });
        }
        kinds
    }

    /// What all can be.
    fn alike(&mut self, expressions: &[&Expr], what: &str) -> Kind {
        let mut joined = Kind::Unknown;
        for expression in expressions {
            let kind = self.kind(expression);
            if let Some(both) = joined.join(kind) {
                joined = both;
            } else {
                let message = format!(
                    "{what} {} and {}, in `{}`",
                    joined.name(),
                    kind.name(),
                    shown(expression)
                );
                self.add(Code::WrongType, message, None);
                return Kind::Unknown;
            }
        }
        joined
    }

    fn binary(&mut self, operator: Binary, left: &Expr, right: &Expr, whole: &Expr) -> Kind {
        let one = self.kind(left);
        let other = self.kind(right);
        if operator == Binary::Over && matches!(right, Expr::Number(0.0) | Expr::Percent(0.0)) {
            self.add(Code::DivisionByZero, format!("`{}` divides by zero", shown(whole)), None);
        }
        let found = match operator {
            Binary::And | Binary::Or => {
                self.needs(one, Kind::Of(Type::Bool), left);
                self.needs(other, Kind::Of(Type::Bool), right);
                Some(Kind::Of(Type::Bool))
            }
            Binary::Plus | Binary::Minus => sum(operator, one, other),
            Binary::Times => product(one, other),
            Binary::Over => quotient(one, other),
            Binary::Equal | Binary::NotEqual => {
                let text = Kind::Of(Type::Text);
                let comparable = one != text && other != text;
                one.join(other).filter(|_| comparable).map(|_| Kind::Of(Type::Bool))
            }
            Binary::Below | Binary::AtMost | Binary::Above | Binary::AtLeast => {
                let ordered = |kind: Kind| !matches!(kind, Kind::Of(Type::Bool | Type::Text));
                one.join(other).filter(|kind| ordered(*kind)).map(|_| Kind::Of(Type::Bool))
            }
        };
        found.unwrap_or_else(|| {
            let does = match operator {
                Binary::Plus => "adds",
                Binary::Minus => "takes the difference of",
                Binary::Times => "multiplies",
                Binary::Over => "divides",
                _ => "compares",
            };
            let message = format!("`{}` {does} {} and {}", shown(whole), one.name(), other.name());
            let is_share = |kind: Kind| kind.is_plain();
            let share = [(left, one, other), (right, other, one)]
                .into_iter()
                .find(|(_, kind, with)| is_share(*kind) && *with == Kind::Of(Type::Money));
            let suggestion = share.filter(|_| operator != Binary::Over).map(|(part, _, _)| {
                format!("to take a part of an amount, write `{} * …`", bracketed(part))
            });
            self.add(Code::WrongType, message, suggestion);
            if matches!(operator, Binary::Plus | Binary::Minus | Binary::Times | Binary::Over) {
                Kind::Unknown
            } else {
                Kind::Of(Type::Bool)
            }
        })
    }
}

fn shown(expression: &Expr) -> String {
    let mut writer = Writer::new(Numbers::Plain);
    writer.expression(expression);
    writer.finish()
}

fn bracketed(expression: &Expr) -> String {
    let mut writer = Writer::new(Numbers::Plain);
    writer.at_least(expression, crate::formula::level::PRODUCT);
    writer.finish()
}
