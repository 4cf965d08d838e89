//! Scripted moves of the index: `at +30m move -8% over 5m`.

use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use crate::time::Micros;

/// One move, relative to the moment the script is given. While it lasts the index goes straight,
/// on a logarithmic scale, and nothing else moves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// How long after the script is given it begins.
    pub after: Micros,
    /// Total change in percent of the price at its beginning, above −100.
    pub percent: Decimal,
    /// How long it takes; zero is a gap.
    pub over: Micros,
}

impl Move {
    pub(crate) fn log_change(&self) -> f64 {
        libm::log1p(self.percent.to_f64().unwrap_or(0.0) / 100.0)
    }

    /// When it is over.
    #[must_use]
    pub fn end(&self) -> Micros {
        self.after + self.over
    }

    /// Reads a script: moves separated by semicolons or line ends.
    ///
    /// ```
    /// let moves = delta_sim::Move::script("at +30m move -8% over 5m; at +1h move 2%").unwrap();
    /// assert_eq!(moves.len(), 2);
    /// assert_eq!(moves[0].over, delta_sim::Micros::seconds(300));
    /// ```
    ///
    /// # Errors
    ///
    /// [`ScriptError`] naming the first part that is no move, or moves that overlap.
    pub fn script(text: &str) -> Result<Vec<Self>, ScriptError> {
        let parts = text.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty());
        let moves: Vec<Self> = parts.map(Self::from_str).collect::<Result<_, _>>()?;
        Self::check(&moves)?;
        Ok(moves)
    }

    /// Checks that moves are possible and follow each other.
    ///
    /// # Errors
    ///
    /// [`ScriptError`] with the rule that is broken.
    pub fn check(moves: &[Self]) -> Result<(), ScriptError> {
        let longest = Micros(10_000 * Micros::DAY.0);
        for one in moves {
            if one.after < Micros::ZERO || one.over < Micros::ZERO || one.end() > longest {
                return Err(ScriptError::Time);
            }
            if one.percent <= -Decimal::ONE_HUNDRED || one.percent > Decimal::from(10_000) {
                return Err(ScriptError::Percent);
            }
        }
        let overlap = moves.windows(2).any(|pair| match pair {
            [first, second] => first.end() > second.after,
            _ => false,
        });
        if overlap { Err(ScriptError::Overlap) } else { Ok(()) }
    }
}

/// Why a script is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    /// Not of the form `at +30m move -8% over 5m`.
    #[error("`{0}` is not a move such as `at +30m move -8% over 5m`")]
    Form(String),
    /// A time is negative or far away.
    #[error("times of a move must lie between 0 and 10000 days")]
    Time,
    /// The price would become zero, or a hundred times as high.
    #[error("percent of a move must lie above -100 and at most at 10000")]
    Percent,
    /// A move begins before the one before it has ended.
    #[error("a move begins before the one before it has ended")]
    Overlap,
}

impl FromStr for Move {
    type Err = ScriptError;

    fn from_str(text: &str) -> Result<Self, ScriptError> {
        let refuse = || ScriptError::Form(text.chars().take(60).collect());
        let words: Vec<&str> = text.split_whitespace().collect();
        let (after, percent, over) = match words.as_slice() {
            ["at", after, "move", percent] => (after, percent, Micros::ZERO),
            ["at", after, "move", percent, "over", over] => {
                (after, percent, span(over).ok_or_else(refuse)?)
            }
            _ => return Err(refuse()),
        };
        let after = span(after).ok_or_else(refuse)?;
        let percent = percent.strip_suffix('%').ok_or_else(refuse)?.replace('−', "-");
        let percent = percent.trim_start_matches('+').parse().map_err(|_| refuse())?;
        Ok(Self { after, percent, over })
    }
}

/// `90s`, `30m`, `2h`, `1d`, with or without a plus.
fn span(text: &str) -> Option<Micros> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "s" => Micros::SECOND,
        "m" => Micros::MINUTE,
        "h" => Micros::HOUR,
        "d" => Micros::DAY,
        _ => return None,
    };
    let number: u32 = number.parse().ok()?;
    i64::from(number).checked_mul(unit.0).map(Micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_names_the_part_it_does_not_understand() {
        for text in ["at 30m drop 8%", "at +30m move 8", "at x move 8%", "move 8%", "at m move 1%"]
        {
            assert_eq!(Move::script(text), Err(ScriptError::Form(text.to_owned())));
        }
    }

    #[test]
    fn moves_must_be_possible_and_in_order() {
        assert_eq!(Move::script("at +1h move -100%"), Err(ScriptError::Percent));
        assert_eq!(
            Move::script("at +1h move 1% over 2h\nat +2h move 1%"),
            Err(ScriptError::Overlap)
        );
        let typographic = Move::script("at +30m move −8% over 5m").unwrap();
        assert_eq!(typographic, Move::script("at 30m move -8% over 300s").unwrap());
    }
}
