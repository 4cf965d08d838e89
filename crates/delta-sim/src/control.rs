//! Commands of the director: what the market does, not what a client does.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::config::DuplicatePolicy;
use crate::order::{OrderId, Side, UserId};
use crate::product::{ProductId, TradingStatus, Underlying};
use crate::script::Move;
use crate::time::Micros;

/// A change made from outside the market. Journaled like an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "control", rename_all = "snake_case")]
pub enum Control {
    /// Another regime from now on.
    Scenario {
        /// The regime.
        scenario: Scenario,
    },
    /// Moves of the index along a script; replaces what is left of an earlier one.
    Script {
        /// One coin, or both.
        underlying: Option<Underlying>,
        /// The moves.
        moves: Vec<Move>,
    },
    /// The index follows recorded ticks, oldest first, until they end.
    Recorded {
        /// Which coin.
        underlying: Underlying,
        /// The ticks.
        ticks: Vec<RecordedTick>,
    },
    /// Shows a distorted market for a while.
    Distort {
        /// How.
        distortion: Distortion,
        /// One product, or all.
        product_id: Option<ProductId>,
        /// For how long.
        duration: Micros,
    },
    /// Ends all distortions.
    Undistort,
    /// Changes what the matching engine accepts.
    TradingStatus {
        /// One product, or all live ones.
        product_id: Option<ProductId>,
        /// The new status.
        status: TradingStatus,
    },
    /// Changes the exchange's own status.
    System {
        /// The new status.
        status: SystemStatus,
    },
    /// Another actor trades on an account, at the market.
    ExternalTrade {
        /// Whose account.
        user_id: UserId,
        /// What.
        product_id: ProductId,
        /// Buy or sell.
        side: Side,
        /// Contracts.
        size: i64,
    },
    /// Another actor closes positions of an account, at the market.
    ExternalClose {
        /// Whose account.
        user_id: UserId,
        /// One product, or all.
        product_id: Option<ProductId>,
    },
    /// Fills a part of a resting order at its limit price, as if the market had come to it.
    FillOrder {
        /// Whose account.
        user_id: UserId,
        /// Which order; one that is not open any more is left alone.
        order_id: OrderId,
        /// Contracts, at most what is unfilled.
        size: i64,
    },
    /// Settles a product now.
    Expire {
        /// Which product.
        product_id: ProductId,
    },
    /// Pays money in, or out when negative.
    Deposit {
        /// Whose account.
        user_id: UserId,
        /// USD.
        amount: Decimal,
    },
    /// What a repeated client order id means from now on.
    DuplicatePolicy {
        /// The policy.
        policy: DuplicatePolicy,
    },
    /// Lag of the margined positions report from now on.
    PositionsDelay {
        /// At most ten seconds.
        delay: Micros,
    },
}

/// Why a control is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// No such product is listed.
    #[error("unknown product")]
    UnknownProduct,
    /// No such account.
    #[error("unknown account")]
    UnknownAccount,
    /// A value is outside its range.
    #[error("{field}: {message}")]
    Invalid {
        /// Which value.
        field: &'static str,
        /// The rule.
        message: String,
    },
}

/// A regime of the market.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scenario {
    /// Plain diffusion.
    #[default]
    Calm,
    /// A steady climb.
    Trend,
    /// Falling with downward jumps and rising volatility.
    Crash,
    /// A rapid climb with upward jumps.
    MeltUp,
    /// Back and forth around one price.
    Chop,
    /// Volatility doubles and decays.
    VolSpike,
    /// One jump an hour after the start.
    Gap,
    /// Little movement, wide spreads, small sizes.
    Weekend,
}

/// One recorded index price.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RecordedTick {
    /// When.
    pub at: Micros,
    /// USD.
    pub price: Decimal,
}

/// How the shown market is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distortion {
    /// Book and mark stay as they were; their time goes on.
    Frozen,
    /// Book, mark and their time stay as they were.
    Stale,
    /// The best bid lies above the best ask; nothing trades.
    Crossed,
    /// Nobody quotes.
    Empty,
}

/// The exchange's own status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemStatus {
    /// All is well.
    #[default]
    Live,
    /// No commands are taken.
    Maintenance,
    /// Sockets are down; the interface works.
    ApiFallback,
    /// Everything works, slowly.
    DegradedMode,
}
