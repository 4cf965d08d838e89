//! The payoff of what is or would be sold.

#![expect(missing_docs, reason = "the names are those of the API; what they do not say is said")]

use serde::{Deserialize, Serialize};
use strangle_engine::payoff::{SoldOption, Strangle};
use utoipa::ToSchema;

use super::number::rounded;
use super::runtime::{Greeks, Position, Runtime};

/// Points of the ladder between 15 % below and 15 % above the index.
const LADDER_STEPS: u16 = 120;

/// What the desk wins and loses at each level of the index.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Exposure {
    /// `entry`: what was paid at entry; `mark`: what it is worth now.
    pub basis: String,
    pub spot: Option<f64>,
    /// At expiry, by level of the index.
    pub ladder: Vec<PayoffPoint>,
    pub break_even_low: Option<f64>,
    pub break_even_high: Option<f64>,
    pub max_profit: Option<f64>,
    /// Where the loss limit is hit at expiry: below and above.
    pub max_loss_levels: Vec<f64>,
    /// Where the trailing level is hit at expiry: below and above.
    pub trailing_levels: Vec<f64>,
    /// Of the position.
    pub greeks: Option<Greeks>,
}

/// One point of the payoff.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PayoffPoint {
    pub spot: f64,
    pub pnl: f64,
}

/// Against what the result is counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// What was collected.
    #[default]
    Entry,
    /// What it is worth now.
    Mark,
}

/// Returns the payoff of a strangle, with the levels at which its limits are hit.
#[must_use]
pub fn of_strangle(
    strangle: &Strangle,
    basis: Basis,
    spot: f64,
    max_loss_pct: Option<f64>,
    trailing_level_pct: Option<f64>,
) -> Exposure {
    let break_evens = strangle.break_evens();
    let levels = |pct: Option<f64>| {
        pct.map_or_else(Vec::new, |pct| {
            let levels = strangle.levels_at(pct);
            vec![rounded(levels.lower), rounded(levels.upper)]
        })
    };
    let ladder = strangle.ladder(spot, LADDER_STEPS);
    Exposure {
        basis: basis.name().to_owned(),
        spot: Some(rounded(spot)),
        ladder: ladder
            .iter()
            .map(|rung| PayoffPoint { spot: rounded(rung.spot), pnl: rounded(rung.pnl) })
            .collect(),
        break_even_low: Some(rounded(break_evens.lower)),
        break_even_high: Some(rounded(break_evens.upper)),
        max_profit: Some(rounded(strangle.max_profit())),
        max_loss_levels: levels(max_loss_pct.map(|pct| -pct)),
        trailing_levels: levels(trailing_level_pct),
        greeks: None,
    }
}

/// Returns the payoff of what the desk holds; without a call and a put there is none to draw.
#[must_use]
pub fn of_positions(runtime: &Runtime, basis: Basis) -> Exposure {
    let empty =
        Exposure { basis: basis.name().to_owned(), spot: runtime.spot.last, ..Exposure::default() };
    let leg = |kind: &str| runtime.positions.iter().find(|position| position.kind == kind);
    let (Some(call), Some(put), Some(spot)) = (leg("call"), leg("put"), runtime.spot.last) else {
        return empty;
    };
    let premium = |position: &Position| match basis {
        Basis::Entry => position.entry_price,
        Basis::Mark => position.mark_price,
    };
    let (Some(call_premium), Some(put_premium)) = (premium(call), premium(put)) else {
        return empty;
    };
    let contracts = match call.open_quantity.unsigned_abs() {
        0 => call.quantity.unsigned_abs(),
        open => open,
    };
    let strangle = Strangle {
        call: SoldOption { strike: call.strike, premium: call_premium },
        put: SoldOption { strike: put.strike, premium: put_premium },
        units: rounded(u32::try_from(contracts).map_or(0.0, f64::from) * call.contract_size),
    };
    let limits = &runtime.limits;
    let exposure =
        of_strangle(&strangle, basis, spot, limits.max_loss_pct, limits.trailing_level_pct);
    Exposure { greeks: runtime.greeks, ..exposure }
}

impl Basis {
    fn name(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::Mark => "mark",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_levels_of_a_strangle_are_those_of_its_definition() {
        let strangle = Strangle {
            call: SoldOption { strike: 126_000.0, premium: 302.0 },
            put: SoldOption { strike: 121_000.0, premium: 332.5 },
            units: 0.01,
        };

        let seen = of_strangle(&strangle, Basis::Entry, 123_000.0, Some(100.0), Some(0.0));

        assert_eq!((seen.break_even_low, seen.break_even_high), (Some(120_365.5), Some(126_634.5)));
        assert_eq!(seen.max_profit, Some(6.345));
        assert_eq!(seen.max_loss_levels, [119_731.0, 127_269.0]);
        assert_eq!(seen.trailing_levels, [120_365.5, 126_634.5]);
        assert!(seen.ladder.is_sorted_by(|a, b| a.spot < b.spot));
    }
}
