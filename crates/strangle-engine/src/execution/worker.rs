//! What a leg does next, from what is known of its orders.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

use super::price::{collar_price, limit_price};
use crate::instrument::Contract;
use crate::intent::{Intent, IntentState, OrderKind, Purpose, Side};
use crate::profile::{LimitPricePolicy, MarketFallback};
use crate::quote::Quote;
use crate::tick::{self, Intent as Rounding};

/// How long the answer to a sent order may take before the order counts as unknown.
pub const SEND_TIMEOUT: TimeDelta = TimeDelta::seconds(12);
/// How long an order that cannot rest, or a cancelled one, may take to end.
pub const END_TIMEOUT: TimeDelta = TimeDelta::seconds(10);
/// How long a person's limit order rests.
pub const MANUAL_TIMEOUT: TimeDelta = TimeDelta::seconds(60);
/// The longest pause between market attempts of an exit.
const LONGEST_PAUSE_SECONDS: i64 = 15;
/// Market attempts of a person's close.
const MANUAL_ATTEMPTS: u32 = 3;

/// How a size is worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Limit attempts, then the fallback of the profile, then no more.
    Entry,
    /// One immediate order at the collar, then no more.
    TopUp,
    /// Limit attempts, then market for ever with growing pauses.
    Exit,
    /// Market for ever with growing pauses.
    Panic,
    /// As a person asked: one limit order, or a few market orders.
    Manual {
        /// The price; absent goes to market.
        limit_price: Option<Decimal>,
    },
}

/// What a leg has to trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Task {
    /// What for.
    pub purpose: Purpose,
    /// Which way.
    pub side: Side,
    /// Contracts still to trade.
    pub size: i64,
    /// How.
    pub style: Style,
    /// Whether orders may only reduce the position.
    pub reduce_only: bool,
}

/// The settings that working a leg depends on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// Limit attempts of an entry.
    pub entry_attempts: u32,
    /// Limit attempts of an exit.
    pub exit_attempts: u32,
    /// The pause between attempts of an entry.
    pub retry_delay: TimeDelta,
    /// The wait of an entry attempt.
    pub entry_timeout: TimeDelta,
    /// The wait of an exit attempt.
    pub exit_timeout: TimeDelta,
    /// The filled share at which waiting ends.
    pub partial_fill_threshold: f64,
    /// Where limit orders of an entry are priced; exits go to the touch.
    pub policy: LimitPricePolicy,
    /// What follows the limit attempts of an entry.
    pub fallback: MarketFallback,
    /// How far below the mark an entry may sell, in percent.
    pub max_slippage_pct: Decimal,
}

/// What was tried so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attempts {
    /// Orders that could rest.
    pub resting: u32,
    /// Orders that could not.
    pub immediate: u32,
    /// When the last one ended.
    pub last_end: Option<DateTime<Utc>>,
    /// Whether the last one was refused.
    pub refused: bool,
    /// Whether the refusal will be the same next time.
    pub hopeless: bool,
}

impl Attempts {
    /// Counts orders. What was never sent does not count.
    pub fn of<'a>(intents: impl Iterator<Item = &'a Intent>) -> Self {
        let mut attempts = Self::default();
        for intent in intents.filter(|intent| intent.state != IntentState::Abandoned) {
            if intent.plan.order.kind.rests() {
                attempts.resting += 1;
            } else {
                attempts.immediate += 1;
            }
            attempts.last_end = attempts.last_end.max(intent.terminal_at);
            attempts.refused = intent.state == IntentState::Rejected;
            attempts.hopeless =
                attempts.refused && intent.last_error.as_deref().is_some_and(is_hopeless);
        }
        attempts
    }
}

/// Says whether the exchange would refuse every further attempt to open for the same reason.
#[must_use]
pub fn is_hopeless(code: &str) -> bool {
    const CODES: [&str; 14] = [
        "insufficient_margin",
        "order_size_exceed_available",
        "risk_limits_breached",
        "invalid_contract",
        "immediate_liquidation",
        "out_of_bankruptcy",
        "bad_schema",
        "invalid_api_key",
        "invalid_signature",
        "Signature Mismatch",
        "UnauthorizedApiAccess",
        "ip_not_whitelisted_for_api_key",
        "Forbidden",
        "api_key_not_found",
    ];
    CODES.contains(&code)
}

/// What to do about an order that is not over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watch {
    /// It was never sent: write it off.
    Abandon,
    /// Its answer never came: nobody knows.
    MarkUnknown {
        /// Why, for programs.
        why: &'static str,
    },
    /// Ask the exchange about it, now and then.
    Poll {
        /// When something else is due.
        until: Option<DateTime<Utc>>,
    },
    /// Take it back.
    Cancel {
        /// Why, for programs.
        why: &'static str,
    },
}

/// Decides about an order that is not over. `superseded` says that its leg now wants something
/// else, `style` how it is worked.
#[must_use]
pub fn watch(
    intent: &Intent,
    superseded: Option<&'static str>,
    style: Option<Style>,
    rules: &Rules,
    now: DateTime<Utc>,
) -> Watch {
    let sent = intent.sending_at.unwrap_or(intent.planned_at);
    match intent.state {
        IntentState::Planned => Watch::Abandon,
        IntentState::Sending => match sent + SEND_TIMEOUT {
            until if now < until => Watch::Poll { until: Some(until) },
            _ => Watch::MarkUnknown { why: "no_answer" },
        },
        IntentState::CancelRequested => {
            let until = intent.cancel_at.unwrap_or(sent) + END_TIMEOUT;
            if now < until {
                Watch::Poll { until: Some(until) }
            } else {
                Watch::MarkUnknown { why: "cancel_unconfirmed" }
            }
        }
        IntentState::Open | IntentState::PartiallyFilled => {
            watch_open(intent, superseded, style, rules, now)
        }
        _ => Watch::Poll { until: None },
    }
}

fn watch_open(
    intent: &Intent,
    superseded: Option<&'static str>,
    style: Option<Style>,
    rules: &Rules,
    now: DateTime<Utc>,
) -> Watch {
    if let Some(why) = superseded {
        return Watch::Cancel { why };
    }
    let patient = matches!(style, Some(Style::Manual { .. }));
    let order = &intent.plan.order;
    let since = intent.acked_at.unwrap_or(intent.planned_at);
    let wait = match intent.plan.purpose {
        _ if !order.kind.rests() => END_TIMEOUT,
        _ if patient => MANUAL_TIMEOUT,
        Purpose::Entry => rules.entry_timeout,
        Purpose::Exit | Purpose::Unwind | Purpose::Panic => rules.exit_timeout,
    };
    if !patient
        && order.kind.rests()
        && reaches(intent.filled(), order.size, rules.partial_fill_threshold)
    {
        return Watch::Cancel { why: "partial_fill" };
    }
    if now >= since + wait {
        return Watch::Cancel { why: "timeout" };
    }
    Watch::Poll { until: Some(since + wait) }
}

/// Says whether a part has traded, and as large a one as the threshold.
#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52 contracts")]
fn reaches(filled: i64, size: i64, threshold: f64) -> bool {
    filled > 0 && filled as f64 >= threshold * size as f64
}

/// What a leg without an order does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Everything has traded.
    Done,
    /// A pause.
    Wait {
        /// Its end.
        until: DateTime<Utc>,
    },
    /// A price is needed first.
    NeedQuote,
    /// The next order.
    Send {
        /// Which.
        kind: OrderKind,
    },
    /// No attempts are left.
    Exhausted,
}

/// Decides what a leg without an order does. `quote` is absent when there is none that may be
/// used.
#[must_use]
pub fn next_order(
    task: &Task,
    attempts: &Attempts,
    rules: &Rules,
    contract: &Contract,
    quote: Option<&Quote>,
    now: DateTime<Utc>,
) -> Step {
    if task.size <= 0 {
        return Step::Done;
    }
    match task.style {
        Style::Entry => next_entry(task, attempts, rules, contract, quote, now),
        Style::TopUp if attempts.immediate > 0 => Step::Exhausted,
        Style::TopUp => collared(rules, contract, quote),
        Style::Exit if attempts.resting < rules.exit_attempts => {
            let pause = if attempts.refused { TimeDelta::seconds(1) } else { TimeDelta::zero() };
            match pause_until(attempts, pause, now) {
                Some(until) => Step::Wait { until },
                None => exit_limit(task, attempts, contract, quote, now),
            }
        }
        Style::Exit | Style::Panic => next_market(attempts, now),
        Style::Manual { limit_price: None } if attempts.immediate < MANUAL_ATTEMPTS => {
            next_market(attempts, now)
        }
        Style::Manual { limit_price: Some(price) } if attempts.resting == 0 => {
            let rounding = match task.side {
                Side::Buy => Rounding::BuyPassive,
                Side::Sell => Rounding::SellPassive,
            };
            match tick::round(price, contract.tick_size, rounding) {
                Ok(price) => Step::Send { kind: OrderKind::LimitGtc { price } },
                Err(_) => Step::Exhausted,
            }
        }
        Style::Manual { .. } => Step::Exhausted,
    }
}

fn next_entry(
    task: &Task,
    attempts: &Attempts,
    rules: &Rules,
    contract: &Contract,
    quote: Option<&Quote>,
    now: DateTime<Utc>,
) -> Step {
    let limits_spent = attempts.resting >= rules.entry_attempts;
    let fallback_spent = attempts.immediate > 0 || rules.fallback == MarketFallback::None;
    if attempts.hopeless || (limits_spent && fallback_spent) {
        return Step::Exhausted;
    }
    if let Some(until) = pause_until(attempts, rules.retry_delay, now) {
        return Step::Wait { until };
    }
    if limits_spent {
        return match rules.fallback {
            MarketFallback::Market => Step::Send { kind: OrderKind::MarketIoc },
            MarketFallback::CollaredIoc => collared(rules, contract, quote),
            MarketFallback::None => Step::Exhausted,
        };
    }
    let Some(quote) = quote else { return Step::NeedQuote };
    let attempt = attempts.resting + 1;
    let tick_size = contract.tick_size;
    let price =
        limit_price(quote, tick_size, task.side, rules.policy, attempt, rules.entry_attempts);
    let collar = collar_price(quote, tick_size, rules.max_slippage_pct);
    match price.zip(collar) {
        Some((price, collar)) => {
            Step::Send { kind: OrderKind::LimitGtc { price: price.max(collar) } }
        }
        None => Step::NeedQuote,
    }
}

fn collared(rules: &Rules, contract: &Contract, quote: Option<&Quote>) -> Step {
    let price =
        quote.and_then(|quote| collar_price(quote, contract.tick_size, rules.max_slippage_pct));
    match price {
        Some(price) => Step::Send { kind: OrderKind::LimitIoc { price } },
        None => Step::NeedQuote,
    }
}

/// An exit does not wait for a price: without one it goes to market.
fn exit_limit(
    task: &Task,
    attempts: &Attempts,
    contract: &Contract,
    quote: Option<&Quote>,
    now: DateTime<Utc>,
) -> Step {
    let touch = LimitPricePolicy::Touch;
    match quote.and_then(|quote| limit_price(quote, contract.tick_size, task.side, touch, 1, 1)) {
        Some(price) => Step::Send { kind: OrderKind::LimitGtc { price } },
        None => next_market(attempts, now),
    }
}

/// Market for ever: at once, then after 1, 2, 4, 8, 15, 15 … seconds.
fn next_market(attempts: &Attempts, now: DateTime<Utc>) -> Step {
    let pause = match attempts.immediate {
        0 => 0,
        tried => (1_i64 << (tried - 1).min(4)).min(LONGEST_PAUSE_SECONDS),
    };
    match pause_until(attempts, TimeDelta::seconds(pause), now) {
        Some(until) => Step::Wait { until },
        None => Step::Send { kind: OrderKind::MarketIoc },
    }
}

fn pause_until(attempts: &Attempts, pause: TimeDelta, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    attempts.last_end.map(|end| end + pause).filter(|until| now < *until)
}

#[cfg(test)]
mod tests;
