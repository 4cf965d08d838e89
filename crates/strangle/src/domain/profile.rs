//! Profiles as the API documents them.
//!
//! What is read and checked is [`strangle_engine::profile::ProfileFields`]; the engine knows nothing
//! of documents, so its form stands here a second time. A test compares the two.

#![expect(missing_docs, reason = "the names are those of the API; what they do not say is said")]

use chrono::NaiveDate;
use utoipa::ToSchema;

/// The rules of a desk. Every field but the name has a default.
#[derive(Debug, ToSchema)]
#[schema(as = Profile)]
pub struct ProfileSchema {
    /// 1 to 50 letters, unique.
    pub name: String,
    #[schema(value_type = UnderlyingSchema)]
    pub underlying: UnderlyingSchema,
    pub strike_selection_mode: StrikeModeSchema,
    /// Lowest |delta|, 0 to 1.
    pub delta_range_low: f64,
    /// Highest |delta|, 0 to 1.
    pub delta_range_high: f64,
    pub delta_pick: DeltaPickSchema,
    /// USD; price mode needs all four.
    pub call_option_price_min: Option<String>,
    pub call_option_price_max: Option<String>,
    pub put_option_price_min: Option<String>,
    pub put_option_price_max: Option<String>,
    pub price_fallback: PriceFallbackSchema,
    /// `HH:MM`, Indian time.
    pub trade_time_ist: String,
    /// `HH:MM`, Indian time; before the entry it means the next day.
    pub exit_time_ist: String,
    /// `DD-MM-YYYY`, `YYYY-MM-DD`, `DD/MM/YYYY` or `YYYY/MM/DD`; absent chooses one at entry.
    pub expiry_date: Option<String>,
    pub expiry_buffer_hours: u32,
    pub max_expiry_slip_days: u32,
    /// Contracts on each leg.
    #[schema(minimum = 1)]
    pub quantity: i64,
    /// What the exchange's contract value must be; absent takes the exchange's.
    pub contract_size: Option<String>,
    /// Per cent of the basis; may exceed 100.
    pub max_loss_pct: f64,
    /// Per cent of the basis, 0 to 100; 0 switches it off.
    pub max_profit_pct: f64,
    pub percent_unit: Option<PercentUnitSchema>,
    pub confirm_samples: u32,
    pub limits_basis: LimitsBasisSchema,
    /// A leg whose mark reaches this multiple of its entry ends the session.
    pub leg_stop_multiple: Option<f64>,
    pub trailing_sl_enabled: bool,
    pub trailing_rules: TrailingSchema,
    /// `immediate`, `window:N` (minutes) or `skip`.
    pub late_entry_policy: String,
    pub expiry_guard_minutes: u32,
    pub recurrence: RecurrenceSchema,
    /// Days without a session, Indian calendar.
    pub skip_dates: Vec<NaiveDate>,
    pub max_spread_pct: f64,
    pub require_bid_size: bool,
    pub require_otm: bool,
    pub max_slippage_pct: f64,
    pub limit_price_policy: LimitPricePolicySchema,
    pub entry_market_fallback: MarketFallbackSchema,
    pub balance_policy: BalancePolicySchema,
    pub entry_deadline_seconds: u32,
    /// Quotes this old end the session; absent never.
    pub blind_exit_after_seconds: Option<u32>,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident as $as:ident, $case:literal: $($word:ident),+) => {
        $(#[$doc])*
        #[derive(Debug, ToSchema)]
        #[schema(as = $as, rename_all = $case)]
        pub enum $name { $($word),+ }
    };
}

words!(/// The asset whose options are sold.
    UnderlyingSchema as Underlying, "UPPERCASE": Btc, Eth);
words!(/// How strikes are chosen.
    StrikeModeSchema as StrikeMode, "snake_case": Delta, Price);
words!(/// Which strike of the delta band is sold.
    DeltaPickSchema as DeltaPick, "snake_case": Highest, NearestCenter);
words!(/// What price mode does when no premium is inside the range.
    PriceFallbackSchema as PriceFallback, "snake_case": Strict, Nearest);
words!(/// The unit of the limits in the input.
    PercentUnitSchema as PercentUnit, "snake_case": Percent, Fraction);
words!(/// What the limits are per cent of.
    LimitsBasisSchema as LimitsBasis, "snake_case": Premium, Margin, Equity);
words!(/// On which days a session starts by itself.
    RecurrenceSchema as Recurrence, "snake_case": Once, Daily, Weekdays);
words!(/// Where limit orders are priced.
    LimitPricePolicySchema as LimitPricePolicy, "snake_case": Touch, Mid, Ladder);
words!(/// What follows when the limit attempts of an entry are spent.
    MarketFallbackSchema as EntryMarketFallback, "snake_case": CollaredIoc, Market, None);
words!(/// How two legs of different size are made equal.
    BalancePolicySchema as BalancePolicy, "snake_case": TopUp, UnwindExcess);

/// The trailing stop: a ladder, another kind, or the old map from trigger to lock.
#[derive(Debug, ToSchema)]
#[schema(as = TrailingStop)]
#[serde(untagged)]
pub enum TrailingSchema {
    /// Rungs.
    Ladder(Vec<TrailingRuleSchema>),
    /// Follows the peak.
    Other(TrailingOtherSchema),
    /// Trigger to lock; the unit is decided for the whole map.
    Legacy(std::collections::BTreeMap<String, f64>),
}

/// From this peak on, this much is kept.
#[derive(Debug, ToSchema)]
#[schema(as = TrailingRule)]
pub struct TrailingRuleSchema {
    /// Per cent.
    pub trigger_pct: f64,
    /// Per cent, below the trigger.
    pub lock_pct: f64,
}

/// A trailing stop that is no ladder.
#[derive(Debug, ToSchema)]
#[schema(as = TrailingOther)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TrailingOtherSchema {
    /// The level follows the peak at a distance.
    Distance {
        /// The peak from which it works, per cent.
        start_pct: f64,
        /// Per cent points.
        distance_pct: f64,
    },
    /// The level is a fraction of the peak.
    Fraction {
        /// The peak from which it works, per cent.
        start_pct: f64,
        /// 0 to 1.
        fraction: f64,
    },
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use strangle_engine::profile::ProfileFields;
    use utoipa::PartialSchema as _;

    use super::*;

    #[test]
    fn the_documented_fields_are_those_that_are_read() {
        let schema = serde_json::to_value(ProfileSchema::schema()).unwrap();
        let documented: BTreeSet<&str> =
            schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let mut fields = ProfileFields::named("a");
        fields.percent_unit = Some(strangle_engine::profile::PercentUnit::Percent);
        let read = serde_json::to_value(fields).unwrap();
        let read: BTreeSet<&str> = read.as_object().unwrap().keys().map(String::as_str).collect();

        assert_eq!(documented, read);
    }
}
