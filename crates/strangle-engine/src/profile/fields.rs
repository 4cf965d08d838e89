//! The values of a profile as they are written and stored.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::choices::{
    BalancePolicy, DeltaPick, LimitPricePolicy, LimitsBasis, MarketFallback, PercentUnit,
    PriceFallback, Recurrence, StrikeMode, TrailingField, TrailingRuleField,
};
use crate::instrument::Underlying;

/// The fields of a profile, not yet checked. A field left out of JSON has its default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileFields {
    /// The user's name for it: 1 to 50 letters.
    pub name: String,
    /// The asset whose options are sold.
    #[serde(default = "default_underlying")]
    pub underlying: Underlying,
    /// How strikes are chosen.
    #[serde(default)]
    pub strike_selection_mode: StrikeMode,
    /// The lowest |delta|, 0 to 1.
    #[serde(default = "default_delta_low")]
    pub delta_range_low: f64,
    /// The highest |delta|, 0 to 1, above the lowest.
    #[serde(default = "default_delta_high")]
    pub delta_range_high: f64,
    /// Which delta of the band.
    #[serde(default)]
    pub delta_pick: DeltaPick,
    /// The lowest premium of the call, in USD; price mode needs all four.
    #[serde(default)]
    pub call_option_price_min: Option<Decimal>,
    /// The highest premium of the call, in USD.
    #[serde(default)]
    pub call_option_price_max: Option<Decimal>,
    /// The lowest premium of the put, in USD.
    #[serde(default)]
    pub put_option_price_min: Option<Decimal>,
    /// The highest premium of the put, in USD.
    #[serde(default)]
    pub put_option_price_max: Option<Decimal>,
    /// What price mode does when no premium is inside the range.
    #[serde(default)]
    pub price_fallback: PriceFallback,
    /// The time of entry, `HH:MM` in IST.
    #[serde(default = "default_trade_time")]
    pub trade_time_ist: String,
    /// The time of exit, `HH:MM` in IST; before the entry it means the next day.
    #[serde(default = "default_exit_time")]
    pub exit_time_ist: String,
    /// The expiry; absent chooses one at entry.
    #[serde(default)]
    pub expiry_date: Option<String>,
    /// How far ahead an automatic expiry is looked for, in hours.
    #[serde(default = "default_buffer_hours")]
    pub expiry_buffer_hours: u32,
    /// How many days after the target an automatic expiry may lie.
    #[serde(default = "default_slip_days")]
    pub max_expiry_slip_days: u32,
    /// Contracts on each leg.
    #[serde(default = "default_quantity")]
    pub quantity: i64,
    /// What the exchange's contract value must be; absent takes the exchange's.
    #[serde(default)]
    pub contract_size: Option<Decimal>,
    /// The loss that ends the session, in percent of the basis; above 100 is legal.
    #[serde(default = "default_max_loss")]
    pub max_loss_pct: f64,
    /// The profit that ends the session, in percent of the basis; 0 switches it off.
    #[serde(default = "default_max_profit")]
    pub max_profit_pct: f64,
    /// The unit of the two limits; without it a value of at most 1 is refused as ambiguous.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent_unit: Option<PercentUnit>,
    /// How many evaluations in a row (within 3 s) the loss limit needs.
    #[serde(default = "default_confirm_samples")]
    pub confirm_samples: u32,
    /// What the percentages refer to.
    #[serde(default)]
    pub limits_basis: LimitsBasis,
    /// A leg whose mark reaches this multiple of its entry ends the session.
    #[serde(default)]
    pub leg_stop_multiple: Option<f64>,
    /// Whether the trailing stop works.
    #[serde(default = "default_true")]
    pub trailing_sl_enabled: bool,
    /// The trailing stop.
    #[serde(default = "default_trailing")]
    pub trailing_rules: TrailingField,
    /// `immediate`, `window:N` (minutes) or `skip`.
    #[serde(default = "default_late_entry")]
    pub late_entry_policy: String,
    /// How long before expiry the session ends, in minutes.
    #[serde(default = "default_expiry_guard")]
    pub expiry_guard_minutes: u32,
    /// On which days a session starts by itself.
    #[serde(default)]
    pub recurrence: Recurrence,
    /// Days (IST) without a session.
    #[serde(default)]
    pub skip_dates: Vec<NaiveDate>,
    /// The widest relative spread a contract may have, in percent.
    #[serde(default = "default_spread")]
    pub max_spread_pct: f64,
    /// Whether the bid must be as large as the order.
    #[serde(default)]
    pub require_bid_size: bool,
    /// Whether strikes in the money are refused.
    #[serde(default = "default_true")]
    pub require_otm: bool,
    /// How far below the mark an entry may sell, in percent.
    #[serde(default = "default_slippage")]
    pub max_slippage_pct: f64,
    /// Where limit orders are priced.
    #[serde(default)]
    pub limit_price_policy: LimitPricePolicy,
    /// What follows when the limit attempts of an entry are spent.
    #[serde(default)]
    pub entry_market_fallback: MarketFallback,
    /// How two legs of different size are made equal.
    #[serde(default)]
    pub balance_policy: BalancePolicy,
    /// How long both legs of an entry may take together, in seconds.
    #[serde(default = "default_entry_deadline")]
    pub entry_deadline_seconds: u32,
    /// Quotes this old end the session; absent never.
    #[serde(default)]
    pub blind_exit_after_seconds: Option<u32>,
}

impl ProfileFields {
    /// Returns the defaults under a name: BTC, 0.10 to 0.15 delta, 09:30 to 15:20 IST.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            underlying: default_underlying(),
            strike_selection_mode: StrikeMode::default(),
            delta_range_low: default_delta_low(),
            delta_range_high: default_delta_high(),
            delta_pick: DeltaPick::default(),
            call_option_price_min: None,
            call_option_price_max: None,
            put_option_price_min: None,
            put_option_price_max: None,
            price_fallback: PriceFallback::default(),
            trade_time_ist: default_trade_time(),
            exit_time_ist: default_exit_time(),
            expiry_date: None,
            expiry_buffer_hours: default_buffer_hours(),
            max_expiry_slip_days: default_slip_days(),
            quantity: default_quantity(),
            contract_size: None,
            max_loss_pct: default_max_loss(),
            max_profit_pct: default_max_profit(),
            percent_unit: None,
            confirm_samples: default_confirm_samples(),
            limits_basis: LimitsBasis::default(),
            leg_stop_multiple: None,
            trailing_sl_enabled: true,
            trailing_rules: default_trailing(),
            late_entry_policy: default_late_entry(),
            expiry_guard_minutes: default_expiry_guard(),
            recurrence: Recurrence::default(),
            skip_dates: Vec::new(),
            max_spread_pct: default_spread(),
            require_bid_size: false,
            require_otm: true,
            max_slippage_pct: default_slippage(),
            limit_price_policy: LimitPricePolicy::default(),
            entry_market_fallback: MarketFallback::default(),
            balance_policy: BalancePolicy::default(),
            entry_deadline_seconds: default_entry_deadline(),
            blind_exit_after_seconds: None,
        }
    }
}

fn default_underlying() -> Underlying {
    Underlying::Btc
}

fn default_delta_low() -> f64 {
    0.10
}

fn default_delta_high() -> f64 {
    0.15
}

fn default_trade_time() -> String {
    "09:30".to_owned()
}

fn default_exit_time() -> String {
    "15:20".to_owned()
}

fn default_buffer_hours() -> u32 {
    24
}

fn default_slip_days() -> u32 {
    1
}

fn default_quantity() -> i64 {
    1
}

fn default_max_loss() -> f64 {
    80.0
}

fn default_max_profit() -> f64 {
    80.0
}

fn default_confirm_samples() -> u32 {
    1
}

fn default_true() -> bool {
    true
}

fn default_trailing() -> TrailingField {
    let rungs = [(20.0, 0.0), (30.0, 10.0), (40.0, 15.0), (50.0, 25.0)];
    let rule = |(trigger_pct, lock_pct)| TrailingRuleField { trigger_pct, lock_pct };
    TrailingField::Ladder(rungs.map(rule).to_vec())
}

fn default_late_entry() -> String {
    "immediate".to_owned()
}

fn default_expiry_guard() -> u32 {
    35
}

fn default_spread() -> f64 {
    40.0
}

fn default_slippage() -> f64 {
    20.0
}

fn default_entry_deadline() -> u32 {
    180
}
