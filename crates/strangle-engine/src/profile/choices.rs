//! The words a profile chooses from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How strikes are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StrikeMode {
    /// By |delta| inside a band.
    #[default]
    Delta,
    /// By premium inside a range.
    Price,
}

/// Which strike of the delta band is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeltaPick {
    /// The highest |delta|.
    #[default]
    Highest,
    /// The |delta| nearest to the centre of the band.
    NearestCenter,
}

/// What price mode does when no premium is inside the range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceFallback {
    /// Refuses.
    #[default]
    Strict,
    /// Takes the premium nearest to the range.
    Nearest,
}

/// The unit of the limits in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PercentUnit {
    /// 20 means 20 %.
    Percent,
    /// 0.2 means 20 %.
    Fraction,
}

/// What the limits are percentages of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitsBasis {
    /// The premium collected.
    #[default]
    Premium,
    /// The margin blocked at entry.
    Margin,
    /// The balance at entry.
    Equity,
}

/// On which days a session starts by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recurrence {
    /// Never again: one session for each start.
    #[default]
    Once,
    /// Every day.
    Daily,
    /// Monday to Friday.
    Weekdays,
}

/// Where limit orders are priced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitPricePolicy {
    /// At the other side's best price.
    #[default]
    Touch,
    /// Half way between the best prices.
    Mid,
    /// From half way to the best price in equal steps over the attempts.
    Ladder,
}

/// What follows when the limit attempts of an entry are spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarketFallback {
    /// An immediate limit order at the collar.
    #[default]
    CollaredIoc,
    /// A market order.
    Market,
    /// Nothing.
    None,
}

/// How two legs of different size are made equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BalancePolicy {
    /// Sells once more on the smaller leg, then buys back what the other has more.
    #[default]
    TopUp,
    /// Buys back what the larger leg has more.
    UnwindExcess,
}

/// The trailing stop in any form that is accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum TrailingField {
    /// A ladder of rules.
    Ladder(Vec<TrailingRuleField>),
    /// Another kind of stop.
    Other(TrailingOtherField),
    /// The old form: trigger to lock. The unit is decided for the whole map.
    Legacy(BTreeMap<String, f64>),
}

/// One rung: from this peak on, this much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrailingRuleField {
    /// The peak that arms the rung, in percent.
    pub trigger_pct: f64,
    /// The level it locks, in percent.
    pub lock_pct: f64,
}

/// A trailing stop that is no ladder.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum TrailingOtherField {
    /// The level follows the peak at a distance.
    Distance {
        /// The peak from which it works, in percent.
        start_pct: f64,
        /// The distance, in percent points.
        distance_pct: f64,
    },
    /// The level is a fraction of the peak.
    Fraction {
        /// The peak from which it works, in percent.
        start_pct: f64,
        /// The fraction, 0 to 1.
        fraction: f64,
    },
}
