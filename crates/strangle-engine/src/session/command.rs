//! The words in which people ask for something.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::profile::{Loosened, Profile};

/// What a person or the desk asks of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// End the session. Before entry it ends at once. With open legs, `flatten` closes them by the
    /// rules of an exit; `keep` leaves them to people: they are watched until they are closed,
    /// settled, or the session is resumed.
    Stop {
        /// Whether legs are closed.
        flatten: bool,
        /// Who asks.
        by: String,
    },
    /// Close everything at market, now, from any state.
    Panic {
        /// Who asks.
        by: String,
    },
    /// No entry from here on. An entry that is under way is completed.
    PauseEntries {
        /// Who asks.
        by: String,
    },
    /// Entries again; also takes back `keep`.
    Resume {
        /// Who asks.
        by: String,
    },
    /// Close one leg or a part of it.
    CloseLeg {
        /// Which leg.
        leg: usize,
        /// Contracts; absent closes all.
        size: Option<i64>,
        /// At this price at worst; absent goes to market.
        limit_price: Option<Decimal>,
        /// Who asks.
        by: String,
    },
    /// Replace the profile by one that only reduces risk.
    Tighten {
        /// The new profile.
        profile: Box<Profile>,
        /// Who asks.
        by: String,
    },
    /// Run a full pass of reconciliation now.
    Reconcile {
        /// Who asks.
        by: String,
    },
}

/// Why a command cannot be done. A refused command changes nothing.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CommandRefused {
    /// The session has ended.
    #[error("the session is over")]
    Over,
    /// There is no such leg.
    #[error("the session has no leg {0}")]
    NoSuchLeg(usize),
    /// The leg has nothing open that could be closed.
    #[error("the leg has nothing open to close")]
    NothingOpen,
    /// More than is open, or less than one.
    #[error("the size must be 1 to {open}")]
    BadSize {
        /// Contracts open.
        open: i64,
    },
    /// The price is not above zero.
    #[error("the limit price must be above zero")]
    BadPrice,
    /// The session is closing anyway.
    #[error("the session is already closing its legs")]
    Exiting,
    /// The leg is already being closed.
    #[error("the leg is already being closed")]
    LegBusy,
    /// The session must first find out what the exchange holds.
    #[error("the session is reconciling with the exchange; try again when it is live")]
    NotReady,
    /// The new profile adds risk or changes what cannot change.
    #[error("while a session is open only changes that reduce risk are possible, not: {0}")]
    AddsRisk(Loosened),
}

impl CommandRefused {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Over => "session_over",
            Self::NoSuchLeg(_) => "no_such_leg",
            Self::NothingOpen => "nothing_open",
            Self::BadSize { .. } => "bad_size",
            Self::BadPrice => "bad_price",
            Self::Exiting => "already_exiting",
            Self::LegBusy => "leg_busy",
            Self::NotReady => "not_ready",
            Self::AddsRisk(_) => "adds_risk",
        }
    }
}
