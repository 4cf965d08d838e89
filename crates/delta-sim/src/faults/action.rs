//! What can go wrong.

use serde::{Deserialize, Serialize};

use super::Span;
use crate::time::Micros;

/// One way to fail. In JSON an object with `kind`, or only the kind as a text when all its
/// settings have defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// The connection is refused; nothing reaches the exchange.
    ConnectRefused {},
    /// The request is lost on the way; no answer, nothing processed.
    TimeoutBefore {},
    /// The request is processed, the answer is lost.
    LoseResponse {},
    /// A 5xx answer, before or after the request was processed.
    ServerError {
        /// 500, 502 or 503.
        #[serde(default = "internal_error")]
        status: u16,
        /// True: the request was processed all the same.
        #[serde(default)]
        processed: bool,
    },
    /// The page of the content network instead of an answer.
    #[serde(rename = "html_403")]
    Html403 {},
    /// Too many requests, although the quota is not used up.
    #[serde(alias = "429")]
    TooManyRequests {
        /// What `X-RATE-LIMIT-RESET` says.
        #[serde(default = "half_a_minute")]
        reset: Span,
    },
    /// An answer that is not JSON.
    GarbageJson {
        /// True: the request was processed all the same.
        #[serde(default = "yes")]
        processed: bool,
    },
    /// Fields nobody has documented, added everywhere in the answer.
    UnknownFields {},
    /// The answer comes late.
    Slow {
        /// How late.
        #[serde(default = "five_seconds")]
        by: Span,
    },
    /// The clock of the exchange is wrong: `Date`, signatures and server time.
    ClockSkew {
        /// Ahead (positive) or behind.
        by: Span,
    },
    /// The socket is closed instead of sending the frame.
    WsDrop {},
    /// The socket stays open but says nothing any more.
    WsHalfOpen {},
    /// The frame is sent twice.
    WsDuplicate {},
    /// The frame changes places with the next one.
    WsReorder {},
    /// The frame is not sent, its sequence number is used up.
    WsGap {},
    /// Published quotes and their time stamps stand still.
    StaleTicks {
        /// Which products; see [`crate::faults`].
        #[serde(default = "everything")]
        symbol: String,
    },
    /// Published marks and books stand still while their time stamps advance.
    FrozenBook {
        /// Which products.
        #[serde(default = "everything")]
        symbol: String,
    },
    /// The published bid is above the ask.
    CrossedBook {
        /// Which products.
        #[serde(default = "everything")]
        symbol: String,
    },
    /// The published book is empty.
    EmptyBook {
        /// Which products.
        #[serde(default = "everything")]
        symbol: String,
    },
    /// A part of the order fills just before its cancellation is processed.
    PartialThenCancelRace {
        /// Part of the open size, above 0 and at most 1.
        #[serde(default = "half")]
        fraction: f64,
    },
    /// Fills are reported late, by `GET /v2/fills` and by the private channels.
    LateFillReport {
        /// How late.
        #[serde(default = "five_seconds")]
        by: Span,
    },
    /// `GET /v2/orders/history` and `GET /v2/fills` lag behind.
    HistoryLag {
        /// By how much.
        #[serde(default = "ten_seconds")]
        by: Span,
    },
    /// The exchange is under maintenance: every call answers 503.
    Maintenance {},
    /// Orders can only be cancelled.
    DisruptedCancelOnly {
        /// Which products.
        #[serde(default = "everything")]
        symbol: String,
    },
    /// Products expire now, out of schedule.
    ProductExpired {
        /// Which products.
        #[serde(default = "positions")]
        symbol: String,
    },
    /// The order is refused because its price is out of the band.
    PriceBandReject {},
    /// The order is refused for lack of margin.
    InsufficientMargin {},
    /// Somebody else trades on the account, at the market.
    ExternalTrade {
        /// Which product; the first that fits.
        #[serde(default = "positions")]
        symbol: String,
        /// `buy` or `sell`.
        side: TradeSide,
        /// Contracts.
        size: u32,
    },
    /// Somebody else closes positions of the account.
    ExternalClose {
        /// Which products.
        #[serde(default = "positions")]
        symbol: String,
    },
}

/// Direction of a trade of somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TradeSide {
    /// Buys.
    Buy,
    /// Sells.
    Sell,
}

/// Where an action takes hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// At a request.
    Request,
    /// At a frame of a socket.
    Frame,
    /// In the exchange, for a while.
    Lasting,
    /// In the exchange, at once.
    Instant,
}

impl Action {
    /// Where the action takes hold.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        match self {
            Self::ConnectRefused {}
            | Self::TimeoutBefore {}
            | Self::LoseResponse {}
            | Self::ServerError { .. }
            | Self::Html403 {}
            | Self::TooManyRequests { .. }
            | Self::GarbageJson { .. }
            | Self::UnknownFields {}
            | Self::Slow { .. }
            | Self::PartialThenCancelRace { .. }
            | Self::PriceBandReject {}
            | Self::InsufficientMargin {} => Stage::Request,
            Self::WsDrop {}
            | Self::WsHalfOpen {}
            | Self::WsDuplicate {}
            | Self::WsReorder {}
            | Self::WsGap {} => Stage::Frame,
            Self::ClockSkew { .. }
            | Self::StaleTicks { .. }
            | Self::FrozenBook { .. }
            | Self::CrossedBook { .. }
            | Self::EmptyBook { .. }
            | Self::LateFillReport { .. }
            | Self::HistoryLag { .. }
            | Self::Maintenance {}
            | Self::DisruptedCancelOnly { .. } => Stage::Lasting,
            Self::ProductExpired { .. }
            | Self::ExternalTrade { .. }
            | Self::ExternalClose { .. } => Stage::Instant,
        }
    }

    /// True when the exchange must not process the request at all.
    #[must_use]
    pub const fn prevents(&self) -> bool {
        matches!(
            self,
            Self::ConnectRefused {}
                | Self::TimeoutBefore {}
                | Self::ServerError { processed: false, .. }
                | Self::Html403 {}
                | Self::TooManyRequests { .. }
                | Self::GarbageJson { processed: false }
        )
    }

    /// True when a request can be what the action is about: orders for the refusals of orders,
    /// cancellations for the race with one, everything for the others.
    #[must_use]
    pub fn concerns(&self, method: &str, path: &str) -> bool {
        let orders = path.starts_with("/v2/orders");
        match self {
            Self::PriceBandReject {} | Self::InsufficientMargin {} => {
                orders && method.eq_ignore_ascii_case("POST")
            }
            Self::PartialThenCancelRace { .. } => orders && method.eq_ignore_ascii_case("DELETE"),
            _ => true,
        }
    }

    /// The products an action is about, if it is about products.
    #[must_use]
    pub fn symbol(&self) -> Option<&str> {
        match self {
            Self::StaleTicks { symbol }
            | Self::FrozenBook { symbol }
            | Self::CrossedBook { symbol }
            | Self::EmptyBook { symbol }
            | Self::DisruptedCancelOnly { symbol }
            | Self::ProductExpired { symbol }
            | Self::ExternalTrade { symbol, .. }
            | Self::ExternalClose { symbol } => Some(symbol),
            _ => None,
        }
    }

    /// What is wrong with the settings: the field and the reason.
    pub(super) fn mistake(&self) -> Option<(&'static str, String)> {
        match self {
            Self::ServerError { status, .. } if !matches!(status, 500 | 502 | 503) => {
                Some(("status", format!("{status} is not one of 500, 502, 503")))
            }
            Self::TooManyRequests { reset: by } if by.0 < Micros::ZERO => negative("reset", *by),
            Self::Slow { by } | Self::LateFillReport { by } | Self::HistoryLag { by }
                if by.0 < Micros::ZERO =>
            {
                negative("by", *by)
            }
            Self::PartialThenCancelRace { fraction } if !(*fraction > 0.0 && *fraction <= 1.0) => {
                Some(("fraction", format!("{fraction} is not above 0 and at most 1")))
            }
            Self::ExternalTrade { size: 0, .. } => {
                Some(("size", "0 is not a number of contracts".to_owned()))
            }
            _ => None,
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the arms of `mistake` return it as it is")]
fn negative(field: &'static str, span: Span) -> Option<(&'static str, String)> {
    Some((field, format!("{span} is negative")))
}

const fn internal_error() -> u16 {
    500
}

const fn yes() -> bool {
    true
}

const fn half() -> f64 {
    0.5
}

const fn five_seconds() -> Span {
    Span::seconds(5)
}

const fn ten_seconds() -> Span {
    Span::seconds(10)
}

const fn half_a_minute() -> Span {
    Span::seconds(30)
}

fn everything() -> String {
    "*".to_owned()
}

fn positions() -> String {
    "positions".to_owned()
}
