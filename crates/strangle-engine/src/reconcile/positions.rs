//! What a position means that differs from the ledger.

use serde::{Deserialize, Serialize};

use crate::instrument::Symbol;

/// A position twice: as the ledger has it and as the exchange tells it. Signed, short below zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PositionFacts {
    /// By our fills.
    pub ledger: i64,
    /// By the exchange; absent if it could not be loaded.
    pub exchange: Option<i64>,
    /// What fills of our orders that are not in the ledger yet would add to it.
    pub own_fills_explain: i64,
    /// Whether the product has expired.
    pub expired: bool,
}

/// What it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum PositionVerdict {
    /// Both agree.
    Agrees,
    /// The exchange did not tell: unknown, never flat.
    Unknown,
    /// Fills of ours are missing: import them.
    ImportFills {
        /// What they add, signed.
        missing: i64,
    },
    /// Somebody else closed a part, or all.
    ExternalClose {
        /// Contracts closed, above zero.
        closed: i64,
    },
    /// Somebody else holds the difference: untouched.
    Foreign {
        /// Its size, signed.
        size: i64,
    },
    /// The position is on the other side than what we sold: flatten, only reducing.
    Opposite {
        /// Its size, signed.
        size: i64,
    },
    /// The product has expired: settle.
    Settle,
}

/// Judges a position.
#[must_use]
pub const fn judge_position(facts: &PositionFacts) -> PositionVerdict {
    let PositionFacts { ledger, own_fills_explain, .. } = *facts;
    if facts.expired && ledger != 0 {
        return PositionVerdict::Settle;
    }
    let Some(exchange) = facts.exchange else { return PositionVerdict::Unknown };
    if own_fills_explain != 0 {
        return PositionVerdict::ImportFills { missing: own_fills_explain };
    }
    if exchange == ledger {
        return PositionVerdict::Agrees;
    }
    if ledger == 0 {
        return PositionVerdict::Foreign { size: exchange };
    }
    if exchange != 0 && exchange.signum() != ledger.signum() {
        return PositionVerdict::Opposite { size: exchange };
    }
    if exchange.abs() < ledger.abs() {
        return PositionVerdict::ExternalClose { closed: ledger.abs() - exchange.abs() };
    }
    PositionVerdict::Foreign { size: exchange - ledger }
}

/// Returns the symbols of an entry in which somebody else holds a position. Positions elsewhere in
/// the account do not matter.
#[must_use]
pub fn touched_symbols(foreign: &[(Symbol, i64)], entry: &[Symbol]) -> Vec<Symbol> {
    let held = |symbol: &Symbol| foreign.iter().any(|(held, size)| held == symbol && *size != 0);
    entry.iter().copied().filter(held).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_difference_has_one_meaning() {
        use PositionVerdict::{
            Agrees, ExternalClose, Foreign, ImportFills, Opposite, Settle, Unknown,
        };

        for (ledger, exchange, explain, expired, verdict) in [
            (-10, Some(-10), 0, false, Agrees),
            (0, Some(0), 0, false, Agrees),
            (-10, None, 0, false, Unknown),
            (-10, Some(-4), 0, false, ExternalClose { closed: 6 }),
            (-10, Some(0), 0, false, ExternalClose { closed: 10 }),
            (-10, Some(-15), 0, false, Foreign { size: -5 }),
            (-10, Some(-15), -5, false, ImportFills { missing: -5 }),
            (-10, Some(0), 10, false, ImportFills { missing: 10 }),
            (-10, Some(5), 0, false, Opposite { size: 5 }),
            (0, Some(3), 0, false, Foreign { size: 3 }),
            (-10, Some(-10), 0, true, Settle),
            (-10, None, 0, true, Settle),
        ] {
            let facts = PositionFacts { ledger, exchange, own_fills_explain: explain, expired };
            assert_eq!(judge_position(&facts), verdict, "{facts:?}");
        }
    }

    #[test]
    fn foreign_positions_elsewhere_do_not_block_an_entry() {
        let symbol = |text| Symbol::new(text).unwrap();
        let entry = [symbol("C-BTC-126000-071025"), symbol("P-BTC-121000-071025")];

        assert!(touched_symbols(&[(symbol("BTCUSD"), 5)], &entry).is_empty());
        assert_eq!(touched_symbols(&[(entry[1], -1), (entry[0], 0)], &entry), [entry[1]]);
    }
}
