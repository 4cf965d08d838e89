//! Why the exchange says no.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A refused order command, with what the exchange tells about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// The account cannot carry the order.
    #[error("insufficient margin")]
    InsufficientMargin {
        /// Money free at the moment.
        available_balance: Decimal,
        /// Money missing.
        required_additional_balance: Decimal,
    },
    /// The order is larger than allowed.
    #[error("order size exceeds the limit of {limit}")]
    OrderSizeExceedAvailable {
        /// Largest size.
        limit: i64,
    },
    /// The position would become larger than allowed.
    #[error("risk limits breached")]
    RiskLimitsBreached {
        /// Largest position.
        limit: i64,
    },
    /// The product is unknown or expired.
    #[error("invalid contract")]
    InvalidContract,
    /// A post-only order would trade at once.
    #[error("post-only order would execute immediately")]
    ImmediateExecutionPostOnly,
    /// The order would trade with a resting order of the same account.
    #[error("post-only order would match an own order")]
    SelfMatchingDisruptedPostOnly,
    /// The price lies outside the band.
    #[error("price outside the band {lower} to {upper}")]
    PriceOutOfBand {
        /// Lowest price of a sell.
        lower: Decimal,
        /// Highest price of a buy.
        upper: Decimal,
    },
    /// The client's name is taken.
    #[error("client order id already used")]
    DuplicateClientOrderId {
        /// The name.
        client_order_id: String,
    },
    /// The command is not well formed.
    #[error("{field}: {message}")]
    BadSchema {
        /// Which field.
        field: String,
        /// What is wrong.
        message: String,
    },
    /// No open order of this number or name.
    #[error("open order not found")]
    OpenOrderNotFound,
    /// A reduce-only order has nothing to reduce.
    #[error("reduce-only order without a position to reduce")]
    NoPositionForReduceOnly,
    /// The product takes cancellations only.
    #[error("market disrupted: cancel only")]
    MarketDisruptedCancelOnlyMode,
    /// The product takes post-only orders and cancellations only.
    #[error("market disrupted: post only")]
    MarketDisruptedPostOnlyMode,
    /// The exchange is under maintenance.
    #[error("unavailable")]
    Unavailable,
    /// No such account.
    #[error("unknown account")]
    UnknownAccount,
}

impl Refusal {
    /// The code in the error envelope.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InsufficientMargin { .. } => "insufficient_margin",
            Self::OrderSizeExceedAvailable { .. } => "order_size_exceed_available",
            Self::RiskLimitsBreached { .. } => "risk_limits_breached",
            Self::InvalidContract => "invalid_contract",
            Self::ImmediateExecutionPostOnly => "immediate_execution_post_only",
            Self::SelfMatchingDisruptedPostOnly => "self_matching_disrupted_post_only",
            Self::PriceOutOfBand { .. } => "price_out_of_band",
            Self::DuplicateClientOrderId { .. } => "duplicate_client_order_id",
            Self::BadSchema { .. } => "bad_schema",
            Self::OpenOrderNotFound => "open_order_not_found",
            Self::NoPositionForReduceOnly => "no_position_for_reduce_only",
            Self::MarketDisruptedCancelOnlyMode => "market_disrupted_cancel_only_mode",
            Self::MarketDisruptedPostOnlyMode => "market_disrupted_post_only_mode",
            Self::Unavailable => "unavailable",
            Self::UnknownAccount => "UnauthorizedApiAccess",
        }
    }

    /// The HTTP status of the answer.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::OpenOrderNotFound => 404,
            Self::Unavailable => 503,
            Self::UnknownAccount => 401,
            _ => 400,
        }
    }

    /// The context in the error envelope.
    #[must_use]
    pub fn context(&self) -> Value {
        match self {
            Self::InsufficientMargin { available_balance, required_additional_balance } => json!({
                "available_balance": available_balance.to_string(),
                "required_additional_balance": required_additional_balance.to_string(),
            }),
            Self::OrderSizeExceedAvailable { limit } | Self::RiskLimitsBreached { limit } => {
                json!({ "limit": limit })
            }
            Self::PriceOutOfBand { lower, upper } => json!({
                "lower_limit": lower.to_string(),
                "upper_limit": upper.to_string(),
            }),
            Self::DuplicateClientOrderId { client_order_id } => {
                json!({ "client_order_id": client_order_id })
            }
            Self::BadSchema { field, message } => {
                json!({ "schema_errors": [{ "param": field, "message": message }] })
            }
            _ => json!({}),
        }
    }
}
