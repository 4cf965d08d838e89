//! How an exchange is set up.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::control::Scenario;
use crate::order::UserId;
use crate::time::Micros;

/// Everything that decides the course of an exchange, besides the commands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Config {
    /// Seed of all random streams.
    pub seed: u64,
    /// Virtual time at the start.
    pub start: Micros,
    /// Step of the market; the index moves on multiples of it.
    pub tick: Micros,
    /// Regime at the start.
    pub scenario: Scenario,
    /// Who may trade.
    pub accounts: Vec<Account>,
    /// What a repeated client order id means.
    pub duplicate_policy: DuplicatePolicy,
    /// Lag of the margined positions report.
    pub positions_delay: Micros,
    /// Levels on each side of a book.
    pub levels: usize,
    /// Index of BTC at the start, in USD.
    pub btc_start: Decimal,
    /// Index of ETH at the start, in USD.
    pub eth_start: Decimal,
    /// How long an expired product nobody traded stays visible.
    pub keep_expired: Micros,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            seed: 42,
            start: Micros(1_768_435_200_000_000),
            tick: Micros::SECOND,
            scenario: Scenario::Calm,
            accounts: vec![Account::default()],
            duplicate_policy: DuplicatePolicy::RejectOpen,
            positions_delay: Micros::seconds(3),
            levels: 10,
            btc_start: Decimal::new(100_000, 0),
            eth_start: Decimal::new(4_000, 0),
            keep_expired: Micros(2 * Micros::DAY.0),
        }
    }
}

/// An account and its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Public part of the key.
    pub key: String,
    /// Secret part of the key.
    pub secret: String,
    /// Number of the account.
    pub user_id: UserId,
    /// Money at the start, in USD.
    pub balance: Decimal,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            key: "paper".to_owned(),
            secret: "paper".to_owned(),
            user_id: UserId(1),
            balance: Decimal::new(10_000, 0),
        }
    }
}

/// What a repeated client order id means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DuplicatePolicy {
    /// Refused while the other order is open.
    #[default]
    RejectOpen,
    /// Refused for ever.
    RejectEver,
    /// Accepted.
    Allow,
}

/// Why a setup is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The step does not fit a second, or does not divide the half hour of a settlement.
    #[error("tick must lie between 1 ms and 60 s and divide 30 minutes")]
    Tick,
    /// No level at all, or too many.
    #[error("levels must lie between 1 and 50")]
    Levels,
    /// A start price is out of range.
    #[error("start prices must lie between 1 and 10000000")]
    StartPrice,
    /// Two accounts share a number or a key.
    #[error("account numbers and keys must be unique")]
    Accounts,
    /// The start lies outside the years 2000 to 2100.
    #[error("start must lie between the years 2000 and 2100")]
    Start,
}

impl Config {
    /// Checks every rule.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let half_hour = 30 * Micros::MINUTE.0;
        let tick = self.tick.0;
        if !(1_000..=Micros::MINUTE.0).contains(&tick) || half_hour % tick != 0 {
            return Err(ConfigError::Tick);
        }
        if !(1..=50).contains(&self.levels) {
            return Err(ConfigError::Levels);
        }
        let usual = Decimal::ONE..=Decimal::from(10_000_000);
        if !usual.contains(&self.btc_start) || !usual.contains(&self.eth_start) {
            return Err(ConfigError::StartPrice);
        }
        // 2000-01-01 and 2100-01-01.
        let years = Micros::seconds(946_684_800)..Micros::seconds(4_102_444_800);
        if !years.contains(&self.start) {
            return Err(ConfigError::Start);
        }
        for (number, account) in self.accounts.iter().enumerate() {
            let taken =
                |other: &Account| other.user_id == account.user_id || other.key == account.key;
            if self.accounts.iter().skip(number + 1).any(taken) {
                return Err(ConfigError::Accounts);
            }
        }
        Ok(())
    }
}
