//! Which actions are not refused now: the console's buttons follow it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the desk can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Opens a session.
    Start,
    /// Ends the session.
    Stop,
    /// Ends the session and opens another.
    Restart,
    /// Closes everything of this desk at once.
    Panic,
    /// Opens nothing from now on.
    PauseEntries,
    /// Opens again.
    Resume,
    /// Closes one leg.
    CloseLeg,
}

impl Action {
    /// As it is written in JSON and in rows.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Restart => "restart",
            Self::Panic => "panic",
            Self::PauseEntries => "pause_entries",
            Self::Resume => "resume",
            Self::CloseLeg => "close_leg",
        }
    }
}

/// What decides.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The state of the open session, if there is one.
    pub state: Option<&'a str>,
    /// `active`, `reducing` or `halted`.
    pub trading_state: &'a str,
    /// Whether orders may leave at all: paper, or live with credentials.
    pub may_trade: bool,
    /// Whether a leg is open.
    pub open_legs: bool,
    /// Whether the caller may act at all.
    pub has_profile: bool,
}

/// Lists the actions that are not refused.
#[must_use]
pub fn allowed(now: Situation<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    let open = now.state.is_some();
    let ending = now.state == Some("exiting");
    if !open && now.may_trade && now.has_profile && now.trading_state == "active" {
        actions.push(Action::Start);
    }
    if open && !ending {
        actions.push(Action::Stop);
        if now.may_trade && now.trading_state == "active" {
            actions.push(Action::Restart);
        }
    }
    // Works in every state: it also finds what no session knows.
    actions.push(Action::Panic);
    match now.trading_state {
        "active" => actions.push(Action::PauseEntries),
        "reducing" => actions.push(Action::Resume),
        // The kill switch is taken back where it was set.
        _ => {}
    }
    if now.open_legs {
        actions.push(Action::CloseLeg);
    }
    actions
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDLE: Situation<'_> = Situation {
        state: None,
        trading_state: "active",
        may_trade: true,
        open_legs: false,
        has_profile: true,
    };

    #[test]
    fn panic_is_allowed_in_every_state() {
        for state in [None, Some("created"), Some("live"), Some("exiting"), Some("unresolved")] {
            for trading_state in ["active", "reducing", "halted"] {
                assert!(
                    allowed(Situation { state, trading_state, ..IDLE }).contains(&Action::Panic)
                );
            }
        }
    }

    #[test]
    fn only_an_idle_desk_with_a_profile_that_may_trade_starts() {
        assert!(allowed(IDLE).contains(&Action::Start));
        assert!(!allowed(Situation { state: Some("live"), ..IDLE }).contains(&Action::Start));
        assert!(!allowed(Situation { trading_state: "halted", ..IDLE }).contains(&Action::Start));
        assert!(!allowed(Situation { may_trade: false, ..IDLE }).contains(&Action::Start));
        assert!(!allowed(Situation { has_profile: false, ..IDLE }).contains(&Action::Start));
    }

    #[test]
    fn a_session_that_is_ending_cannot_be_stopped_again() {
        let ending = allowed(Situation { state: Some("exiting"), open_legs: true, ..IDLE });
        assert_eq!(ending, [Action::Panic, Action::PauseEntries, Action::CloseLeg]);
    }
}
