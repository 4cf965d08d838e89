//! The states of a session.

use serde::{Deserialize, Serialize};

/// Where a session is.
///
/// `created → reconciling → waiting → selecting → entering → live → exiting → closed`; aside:
/// `entry_aborted` (nothing is open), `unresolved` (the exchange's truth is not established) and
/// `halted` (nothing new is opened, exits still work).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// Just born.
    Created,
    /// Finds out what the exchange says before it does anything.
    Reconciling,
    /// Waits for the time of entry.
    Waiting,
    /// Chooses the contracts.
    Selecting,
    /// Sells both legs.
    Entering,
    /// Watches both legs.
    Live,
    /// Buys the legs back.
    Exiting,
    /// Over, with nothing open.
    Closed,
    /// Over, without ever having gone live and with nothing open.
    EntryAborted,
    /// Somebody must look: what the exchange holds is not established.
    Unresolved,
    /// Legs are watched and can be closed; nothing is opened.
    Halted,
}

impl SessionState {
    /// Returns the name, as stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Reconciling => "reconciling",
            Self::Waiting => "waiting",
            Self::Selecting => "selecting",
            Self::Entering => "entering",
            Self::Live => "live",
            Self::Exiting => "exiting",
            Self::Closed => "closed",
            Self::EntryAborted => "entry_aborted",
            Self::Unresolved => "unresolved",
            Self::Halted => "halted",
        }
    }

    /// Says whether the session is over.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::EntryAborted)
    }

    /// Returns the status of the API: an ended session is `cooldown` for 60 s, then `idle`.
    #[must_use]
    pub const fn status(self, cooling_down: bool) -> &'static str {
        match self {
            Self::Created | Self::Waiting | Self::Reconciling => "waiting",
            Self::Selecting | Self::Entering => "entering",
            Self::Live | Self::Halted => "live",
            Self::Exiting => "exiting",
            Self::Closed | Self::EntryAborted if cooling_down => "cooldown",
            Self::Closed | Self::EntryAborted => "idle",
            Self::Unresolved => "unresolved",
        }
    }

    /// Returns the status of the old two-valued column.
    #[must_use]
    pub const fn legacy_status(self) -> &'static str {
        if self.is_over() { "stopped" } else { "running" }
    }
}

/// How urgent an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// It goes on, degraded.
    Warning,
    /// Somebody must look.
    Critical,
}
