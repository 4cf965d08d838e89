//! The key figures of one session, as the dashboard shows them.

use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;
use serde::{Deserialize, Serialize};

use crate::pnl::LegResult;
use crate::trailing::Trail;

/// One key figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kpi {
    /// What it is, for people.
    pub label: String,
    /// How much; `None` for a level that is not armed.
    pub value: Option<Decimal>,
    /// Which way it points.
    pub trend: Trend,
    /// What it is measured in.
    pub unit: Unit,
}

/// Which way a figure points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trend {
    /// Above zero.
    Up,
    /// Below zero.
    Down,
    /// Zero, or nothing.
    Flat,
}

/// What a figure is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Unit {
    /// US dollars.
    #[serde(rename = "USD")]
    Usd,
    /// Percent of the basis.
    #[serde(rename = "%")]
    Percent,
}

/// Returns the key figures of a session, in the order in which they are shown. The trailing level is
/// among them only if the stop is enabled.
#[must_use]
pub fn kpis(result: &LegResult, trail: &Trail, trailing_is_enabled: bool) -> Vec<Kpi> {
    let percent = |value: f64| Decimal::from_f64(value).map(|value| value.round_dp(8));
    let mut all = vec![
        kpi("Realized PnL", Some(result.realized), Unit::Usd),
        kpi("Unrealized PnL", Some(result.unrealized), Unit::Usd),
        kpi("Net PnL", Some(result.net()), Unit::Usd),
        kpi("PnL Before Fees", Some(result.gross()), Unit::Usd),
        kpi("Total Fees Paid", Some(result.fees), Unit::Usd),
        kpi("Max Profit Seen", Some(trail.max_profit), Unit::Usd),
        kpi("Max Profit Seen %", percent(trail.max_profit_pct), Unit::Percent),
    ];
    if trailing_is_enabled {
        all.push(kpi("Trailing Level %", trail.level_pct.and_then(percent), Unit::Percent));
    }
    all
}

fn kpi(label: &str, value: Option<Decimal>, unit: Unit) -> Kpi {
    let trend = match value.unwrap_or_default().cmp(&Decimal::ZERO) {
        std::cmp::Ordering::Greater => Trend::Up,
        std::cmp::Ordering::Less => Trend::Down,
        std::cmp::Ordering::Equal => Trend::Flat,
    };
    Kpi { label: label.to_owned(), value, trend, unit }
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::*;

    #[test]
    fn the_figures_of_a_session_are_in_their_order() {
        let result = LegResult { realized: dec!(2), unrealized: dec!(-3), fees: dec!(0.5) };
        let trail = Trail { max_profit: dec!(4), max_profit_pct: 12.5, ..Trail::default() };

        let all = kpis(&result, &trail, true);

        let shown: Vec<_> =
            all.iter().map(|kpi| (kpi.label.as_str(), kpi.value, kpi.trend)).collect();
        assert_eq!(
            shown,
            [
                ("Realized PnL", Some(dec!(2)), Trend::Up),
                ("Unrealized PnL", Some(dec!(-3)), Trend::Down),
                ("Net PnL", Some(dec!(-1.5)), Trend::Down),
                ("PnL Before Fees", Some(dec!(-1)), Trend::Down),
                ("Total Fees Paid", Some(dec!(0.5)), Trend::Up),
                ("Max Profit Seen", Some(dec!(4)), Trend::Up),
                ("Max Profit Seen %", Some(dec!(12.5)), Trend::Up),
                ("Trailing Level %", None, Trend::Flat),
            ]
        );
        assert_eq!(kpis(&result, &trail, false).len(), 7);
    }
}
