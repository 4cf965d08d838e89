//! The gate every order passes.

use chrono::TimeDelta;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::TradingState;
use crate::instrument::TradingStatus;
use crate::intent::Side;
use crate::quote::PriceBand;

/// The largest clock difference at which a live desk enters.
pub const MAX_SKEW_MS: i64 = 2_000;

/// Why an order may not leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Denial {
    /// Another process holds the lease, or it is running out.
    LeaseLost,
    /// The desk is halted.
    Halted,
    /// The desk only reduces.
    Reducing,
    /// Live trading without credentials.
    LiveCredentialsMissing,
    /// The clocks differ too much.
    ClockSkew,
    /// The leg would be oversold, or bought back further than it is short (INV-2).
    LegLimit,
    /// Another order of the leg is on its way or unknown (INV-3).
    LegBusy,
    /// The quote is too old.
    StaleQuote,
    /// The price is beyond the collar.
    PriceCollar,
    /// The price is outside the exchange's band.
    PriceBand,
    /// More contracts than the desk allows on a leg.
    MaxLots,
    /// More contracts than the exchange allows.
    PositionSizeLimit,
    /// Too many orders within 60 s.
    OrderRate,
    /// What is left of the exchange's quota is kept for exits.
    QuotaReserve,
    /// The loss of the day is reached.
    DailyLossLimit,
    /// The sessions of the day are spent.
    SessionsPerDay,
    /// A streak of losses has to cool down.
    LossStreakCooldown,
    /// The balance does not hold the margin of both legs and the fees.
    InsufficientMargin,
    /// The exchange does not trade the product.
    TradingStatus,
    /// The profile's contract size is not the exchange's.
    ContractSizeMismatch,
}

impl Denial {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::LeaseLost => "lease_lost",
            Self::Halted => "halted",
            Self::Reducing => "reducing",
            Self::LiveCredentialsMissing => "live_credentials_missing",
            Self::ClockSkew => "clock_skew",
            Self::LegLimit => "leg_limit",
            Self::LegBusy => "leg_busy",
            Self::StaleQuote => "stale_quote",
            Self::PriceCollar => "price_collar",
            Self::PriceBand => "price_band",
            Self::MaxLots => "max_lots",
            Self::PositionSizeLimit => "position_size_limit",
            Self::OrderRate => "order_rate",
            Self::QuotaReserve => "quota_reserve",
            Self::DailyLossLimit => "daily_loss_limit",
            Self::SessionsPerDay => "sessions_per_day",
            Self::LossStreakCooldown => "loss_streak_cooldown",
            Self::InsufficientMargin => "insufficient_margin",
            Self::TradingStatus => "trading_status",
            Self::ContractSizeMismatch => "contract_size_mismatch",
        }
    }
}

/// What is known of the leg an order belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Book {
    /// Contracts sold and not bought back.
    pub net_sold: i64,
    /// Contracts of sells that may still trade.
    pub open_sells: i64,
    /// Contracts of buys that may still trade.
    pub open_buys: i64,
    /// Contracts wanted.
    pub target: i64,
    /// Whether an order of the leg is on its way, unknown or being cancelled.
    pub busy: bool,
}

/// One order before the gate. [`OrderCheck::harmless`] is one that everything allows; a caller
/// replaces what it knows.
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each named")]
#[derive(Debug, Clone, PartialEq)]
pub struct OrderCheck {
    /// Whether this process holds the lease.
    pub lease_held: bool,
    /// The switch of the desk.
    pub trading_state: TradingState,
    /// Whether real money is meant.
    pub live: bool,
    /// Whether there are credentials.
    pub credentials: bool,
    /// How far the clocks differ, in milliseconds.
    pub clock_skew_ms: i64,
    /// The leg.
    pub book: Book,
    /// Which way.
    pub side: Side,
    /// Contracts.
    pub size: i64,
    /// Whether it may only reduce a position.
    pub reduce_only: bool,
    /// Its limit price; absent at market.
    pub price: Option<Decimal>,
    /// How old the quote is; absent without a quote.
    pub quote_age: Option<TimeDelta>,
    /// The oldest quote that counts.
    pub stale_after: TimeDelta,
    /// The mark, for the collar.
    pub mark: Option<Decimal>,
    /// How far below the mark an entry may sell, in percent.
    pub max_slippage_pct: Decimal,
    /// The exchange's band.
    pub band: Option<PriceBand>,
    /// The desk's contracts of a leg.
    pub max_lots: i64,
    /// The exchange's contracts of an account.
    pub position_size_limit: Option<i64>,
    /// Orders sent in the last 60 s.
    pub orders_last_minute: u32,
    /// How many may be.
    pub max_orders_per_minute: u32,
    /// Units left in the exchange's window.
    pub quota_left: u32,
    /// Units only exits may use.
    pub quota_reserve: u32,
    /// What the day denies.
    pub day: Option<Denial>,
    /// The margin and fees still needed for both legs, in USD, before the first leg.
    pub margin_needed: Option<Decimal>,
    /// What can be blocked, in USD.
    pub available_balance: Option<Decimal>,
    /// What the exchange says of the product.
    pub status: TradingStatus,
}

impl OrderCheck {
    /// Returns a check that passes, of an order that sells one contract.
    #[must_use]
    pub fn harmless() -> Self {
        Self {
            lease_held: true,
            trading_state: TradingState::Active,
            live: false,
            credentials: true,
            clock_skew_ms: 0,
            book: Book { net_sold: 0, open_sells: 0, open_buys: 0, target: 1, busy: false },
            side: Side::Sell,
            size: 1,
            reduce_only: false,
            price: None,
            quote_age: Some(TimeDelta::zero()),
            stale_after: TimeDelta::seconds(15),
            mark: None,
            max_slippage_pct: Decimal::ONE_HUNDRED,
            band: None,
            max_lots: 500,
            position_size_limit: None,
            orders_last_minute: 0,
            max_orders_per_minute: 60,
            quota_left: 10_000,
            quota_reserve: 500,
            day: None,
            margin_needed: None,
            available_balance: None,
            status: TradingStatus::Operational,
        }
    }

    /// Returns a check that passes, of an order that buys back one contract that is short.
    #[must_use]
    pub fn harmless_exit() -> Self {
        Self {
            book: Book { net_sold: 1, open_sells: 0, open_buys: 0, target: 1, busy: false },
            side: Side::Buy,
            reduce_only: true,
            ..Self::harmless()
        }
    }
}

/// Checks an order.
///
/// # Errors
///
/// Returns the first reason, in the order of the specification of the gate.
pub fn check(order: &OrderCheck) -> Result<(), Denial> {
    if !order.lease_held {
        return Err(Denial::LeaseLost);
    }
    if order.reduce_only {
        check_leg(order)?;
        return check_rate_reserve(order);
    }
    check_desk(order)?;
    check_leg(order)?;
    check_price(order)?;
    check_size(order)?;
    check_rate(order)?;
    if let Some(denial) = order.day {
        return Err(denial);
    }
    if let (Some(needed), Some(available)) = (order.margin_needed, order.available_balance)
        && needed > available
    {
        return Err(Denial::InsufficientMargin);
    }
    match order.status {
        TradingStatus::Operational => Ok(()),
        _ => Err(Denial::TradingStatus),
    }
}

fn check_desk(order: &OrderCheck) -> Result<(), Denial> {
    match order.trading_state {
        TradingState::Halted => return Err(Denial::Halted),
        TradingState::Reducing => return Err(Denial::Reducing),
        TradingState::Active => {}
    }
    if order.live && !order.credentials {
        return Err(Denial::LiveCredentialsMissing);
    }
    if order.live && order.clock_skew_ms.abs() > MAX_SKEW_MS {
        return Err(Denial::ClockSkew);
    }
    Ok(())
}

/// INV-2 and INV-3. A leg that somebody else has turned long is brought back by selling.
fn check_leg(order: &OrderCheck) -> Result<(), Denial> {
    let Book { net_sold, open_sells, open_buys, target, busy } = order.book;
    if busy {
        return Err(Denial::LegBusy);
    }
    let fits = match (order.side, order.reduce_only) {
        (Side::Sell, false) => order.size + open_sells + net_sold.max(0) <= target,
        (Side::Sell, true) => order.size + open_sells <= -net_sold,
        (Side::Buy, _) => order.size + open_buys <= net_sold,
    };
    if order.size >= 1 && fits { Ok(()) } else { Err(Denial::LegLimit) }
}

fn check_price(order: &OrderCheck) -> Result<(), Denial> {
    if order.quote_age.is_none_or(|age| age > order.stale_after) {
        return Err(Denial::StaleQuote);
    }
    let Some(price) = order.price else { return Ok(()) };
    if let Some(mark) = order.mark
        && order.side == Side::Sell
    {
        let kept = Decimal::ONE - order.max_slippage_pct / Decimal::ONE_HUNDRED;
        if price < mark.saturating_mul(kept) {
            return Err(Denial::PriceCollar);
        }
    }
    match order.band {
        Some(band) if price < band.low || price > band.high => Err(Denial::PriceBand),
        _ => Ok(()),
    }
}

fn check_size(order: &OrderCheck) -> Result<(), Denial> {
    let after = order.size + order.book.open_sells + order.book.net_sold;
    if after > order.max_lots {
        return Err(Denial::MaxLots);
    }
    match order.position_size_limit {
        Some(limit) if after > limit => Err(Denial::PositionSizeLimit),
        _ => Ok(()),
    }
}

fn check_rate(order: &OrderCheck) -> Result<(), Denial> {
    if order.orders_last_minute >= order.max_orders_per_minute {
        return Err(Denial::OrderRate);
    }
    if order.quota_left < order.quota_reserve {
        return Err(Denial::QuotaReserve);
    }
    Ok(())
}

/// Exits use the reserve; only an empty quota stops them, because the exchange would.
fn check_rate_reserve(order: &OrderCheck) -> Result<(), Denial> {
    /// What placing an order costs.
    const ONE_ORDER: u32 = 5;
    if order.quota_left < ONE_ORDER { Err(Denial::QuotaReserve) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
