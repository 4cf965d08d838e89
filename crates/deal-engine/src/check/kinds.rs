//! Which units go together.

use crate::formula::vocabulary::Type;
use crate::model::Binary;

/// What is known about a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing, because of another fault; it fits everywhere.
    Unknown,
    /// A number without a unit.
    Number,
    /// A percentage.
    Percentage,
    /// A type.
    Of(Type),
}

impl Kind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "something unknown",
            Self::Number => "a number",
            Self::Percentage => "a percentage",
            Self::Of(of) => of.name(),
        }
    }

    pub(super) const fn is_number(self) -> bool {
        !matches!(self, Self::Of(Type::Date | Type::Bool | Type::Text))
    }

    /// Without a unit: a ratio, a rate, a count, a number, a percentage.
    pub(super) const fn is_plain(self) -> bool {
        self.is_number() && !matches!(self, Self::Of(Type::Money))
    }

    pub(super) fn fits(self, need: Self) -> bool {
        use Kind::{Number, Of, Percentage, Unknown};
        match (self, need) {
            (Unknown, _) | (_, Unknown) => true,
            (Number, need) => need.is_number(),
            (given, Number) => given.is_number(),
            (given, Of(Type::Ratio | Type::Rate) | Percentage) => given.is_plain(),
            (Of(given), Of(need)) => given == need,
            (Percentage, Of(_)) => false,
        }
    }

    /// What both can be, if anything.
    pub(super) fn join(self, other: Self) -> Option<Self> {
        use Kind::{Number, Of, Percentage, Unknown};
        match (self, other) {
            (Unknown, known) | (known, Unknown) => Some(known),
            (one, other) if one == other => Some(one),
            (Number, other) | (other, Number) => other.is_number().then_some(other),
            (one, other) if one.is_plain() && other.is_plain() => Some(match (one, other) {
                (Of(Type::Rate), _) | (_, Of(Type::Rate)) => Of(Type::Rate),
                (Percentage, Percentage) => Percentage,
                _ => Of(Type::Ratio),
            }),
            _ => None,
        }
    }
}

/// What a sum or a difference is, if it means anything.
pub(super) fn sum(operator: Binary, one: Kind, other: Kind) -> Option<Kind> {
    let date = Kind::Of(Type::Date);
    let is_count = |kind: Kind| matches!(kind, Kind::Number | Kind::Unknown | Kind::Of(Type::Int));
    match (one, other) {
        (one, other) if one == date && other == date => {
            (operator == Binary::Minus).then_some(Kind::Of(Type::Int))
        }
        (one, other) if one == date && is_count(other) => Some(date),
        (one, other) if other == date && is_count(one) && operator == Binary::Plus => Some(date),
        _ => one.join(other).filter(|kind| kind.is_number()),
    }
}

/// What a product is, if it means anything.
pub(super) fn product(one: Kind, other: Kind) -> Option<Kind> {
    let money = Kind::Of(Type::Money);
    match (one, other) {
        (Kind::Unknown, _) | (_, Kind::Unknown) => Some(Kind::Unknown),
        (one, other) if one == money && other.is_plain() => Some(money),
        (one, other) if other == money && one.is_plain() => Some(money),
        (one, other) if one.is_plain() && other.is_plain() => {
            // 5 % of a number is a number: it may be an amount.
            if one == Kind::Number || other == Kind::Number {
                let with = if one == Kind::Number { other } else { one };
                return Some(if with == Kind::Percentage { Kind::Number } else { with });
            }
            one.join(other)
        }
        _ => None,
    }
}

/// What a quotient is, if it means anything.
pub(super) fn quotient(one: Kind, other: Kind) -> Option<Kind> {
    let money = Kind::Of(Type::Money);
    match (one, other) {
        (Kind::Unknown, _) | (_, Kind::Unknown) => Some(Kind::Unknown),
        (one, other) if one == money && other == money => Some(Kind::Of(Type::Ratio)),
        (one, other) if one == money && other.is_plain() => Some(money),
        // The number may be an amount.
        (Kind::Number, other) if other == money => Some(Kind::Of(Type::Ratio)),
        (one, other) if one.is_plain() && other.is_plain() => Some(match (one, other) {
            (Kind::Number, Kind::Number) => Kind::Number,
            (Kind::Of(Type::Rate), _) => one,
            _ => Kind::Of(Type::Ratio),
        }),
        _ => None,
    }
}
