//! What is traded: the underlyings, the symbols of the exchange, and the terms of a contract.
//!
//! An option's symbol is `TYPE-ASSET-STRIKE-DDMMYY`: `C-BTC-126000-071025` is the call on BTC
//! struck at 126,000 that expires on 7 October 2025. A feed may put a prefix before it
//! (`MARK:C-BTC-…`). A perpetual is `BTCUSD`, an index `.DEXBTUSD`. Options expire at 12:00 UTC
//! (17:30 IST) of the date in the symbol.

mod contract;
mod symbol;

pub use self::contract::{Contract, MarginTerms, ProductId, TradingStatus};
pub use self::symbol::{InvalidSymbol, ParsedSymbol, ProductKind, Symbol};

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use serde::{Deserialize, Serialize};

/// An asset whose options the desk sells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Underlying {
    /// Bitcoin.
    Btc,
    /// Ether.
    Eth,
}

impl Underlying {
    /// Every underlying.
    pub const ALL: [Self; 2] = [Self::Btc, Self::Eth];

    /// Returns the name the exchange uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Btc => "BTC",
            Self::Eth => "ETH",
        }
    }

    /// Returns the symbol of the index that the options settle on.
    #[must_use]
    pub const fn index_symbol(self) -> &'static str {
        match self {
            Self::Btc => ".DEXBTUSD",
            Self::Eth => ".DEETHUSD",
        }
    }

    /// Returns the symbol of the perpetual.
    #[must_use]
    pub const fn perpetual_symbol(self) -> &'static str {
        match self {
            Self::Btc => "BTCUSD",
            Self::Eth => "ETHUSD",
        }
    }
}

impl fmt::Display for Underlying {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Underlying {
    type Err = UnknownUnderlying;

    fn from_str(text: &str) -> Result<Self, UnknownUnderlying> {
        Self::ALL
            .into_iter()
            .find(|underlying| underlying.as_str() == text)
            .ok_or_else(|| UnknownUnderlying(text.to_owned()))
    }
}

/// An asset the desk does not trade.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the desk does not trade options on `{0}`, only on BTC and ETH")]
pub struct UnknownUnderlying(String);

/// The right an option gives to its holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OptionKind {
    /// To buy at the strike.
    Call,
    /// To sell at the strike.
    Put,
}

impl OptionKind {
    /// Both kinds, the call first.
    pub const BOTH: [Self; 2] = [Self::Call, Self::Put];

    /// Returns `call` or `put`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Put => "put",
        }
    }

    /// Returns the letter that begins a symbol.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Call => 'C',
            Self::Put => 'P',
        }
    }

    /// Returns the exchange's `contract_type`.
    #[must_use]
    pub const fn contract_type(self) -> &'static str {
        match self {
            Self::Call => "call_options",
            Self::Put => "put_options",
        }
    }

    /// Returns the other kind.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Call => Self::Put,
            Self::Put => Self::Call,
        }
    }
}

impl fmt::Display for OptionKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Returns the instant at which options of a date expire: 12:00 UTC.
///
/// ```
/// let date = chrono::NaiveDate::from_ymd_opt(2025, 10, 7).unwrap();
/// let instant = strangle_engine::instrument::expires_at(date);
/// assert_eq!(instant.to_rfc3339(), "2025-10-07T12:00:00+00:00");
/// ```
#[must_use]
pub fn expires_at(expiry: NaiveDate) -> DateTime<Utc> {
    const NOON: NaiveTime = NaiveTime::MIN.overflowing_add_signed(chrono::TimeDelta::hours(12)).0;
    Utc.from_utc_datetime(&expiry.and_time(NOON))
}
