//! What the desk is told to do, as it is written to a row for the process that trades.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use strangle_engine::instrument::Underlying;
use strangle_engine::profile::Profile;
use utoipa::ToSchema;

/// What becomes of open positions when a session is stopped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StopMode {
    /// They are bought back.
    #[default]
    Flatten,
    /// They stay; nobody watches them from then on.
    Keep,
}

/// What a new session is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StartOrder {
    /// The number of the session to be.
    pub session_id: i64,
    /// Its public name.
    pub strategy_id: String,
    /// Which profile.
    pub config_id: String,
    /// In which version.
    pub config_version: i64,
    /// The profile as it was then.
    pub profile: Profile,
}

/// What a person asks of one leg.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseLegOrder {
    /// Which leg.
    pub leg_id: i64,
    /// The price; a market order if absent.
    pub limit_price: Option<Decimal>,
    /// How many contracts; all if absent.
    pub size: Option<i64>,
}

/// What the desk is asked to do or to say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Command {
    /// Opens a session.
    Start(Box<StartOrder>),
    /// Ends the open session.
    Stop {
        /// What becomes of its positions.
        stop_mode: StopMode,
    },
    /// Ends the open session and opens another.
    Restart {
        /// What becomes of its positions.
        stop_mode: StopMode,
        /// The session to be.
        start: Box<StartOrder>,
    },
    /// Closes everything of this desk at once.
    Panic,
    /// Closes one leg.
    CloseLeg(CloseLegOrder),
    /// Opens nothing from now on; already done when it is written down.
    PauseEntries,
    /// Opens again; already done when it is written down.
    Resume,
    /// Gives the open session the profile in its new, stricter form.
    Tighten(Box<Profile>),
    /// Compares with the exchange now.
    Reconcile,
    /// Shows the option chain.
    Chain(ChainQuestion),
    /// Shows what a profile would sell now.
    Preview(Box<Profile>),
    /// Looks whether trading could begin.
    Preflight,
    /// Shows the simulator.
    SimStatus,
    /// Changes the simulator.
    SimControl(SimControl),
}

/// Which option chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainQuestion {
    /// BTC or ETH.
    pub underlying: Underlying,
    /// The nearest if absent.
    pub expiry: Option<chrono::NaiveDate>,
}

/// What is changed about the simulator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum SimControl {
    /// Another kind of market.
    Scenario {
        /// Its name, or a script such as `at +30m move -8% over 5m`.
        scenario: String,
    },
    /// Something goes wrong.
    Fault {
        /// What the simulator's own `Control` reads.
        fault: serde_json::Value,
    },
    /// Time runs at another speed, or jumps.
    Clock {
        /// Simulated seconds a second.
        speed: Option<f64>,
        /// Seconds to jump ahead.
        advance_seconds: Option<f64>,
    },
    /// A new market.
    Reset {
        /// The seed; the old one if absent.
        seed: Option<u64>,
    },
}

impl Command {
    /// The `kind` column.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Start(_) => "start",
            Self::Stop { .. } => "stop",
            Self::Restart { .. } => "restart",
            Self::Panic => "panic",
            Self::CloseLeg(_) => "close_leg",
            Self::PauseEntries => "pause_entries",
            Self::Resume => "resume",
            Self::Tighten(_) => "tighten",
            Self::Reconcile => "reconcile",
            Self::Chain(_) => "chain",
            Self::Preview(_) => "preview",
            Self::Preflight => "preflight",
            Self::SimStatus => "sim_status",
            Self::SimControl(_) => "sim_control",
        }
    }

    /// Whether it only asks, so that its row may go once it is answered.
    #[must_use]
    pub fn is_question(&self) -> bool {
        matches!(self, Self::Chain(_) | Self::Preview(_) | Self::Preflight | Self::SimStatus)
    }

    /// Returns the session to be, if it opens one.
    #[must_use]
    pub fn start(&self) -> Option<&StartOrder> {
        match self {
            Self::Start(start) | Self::Restart { start, .. } => Some(start),
            _ => None,
        }
    }
}
