//! Whether trading is allowed: the strictest of the row that people set, the environment and the
//! file `KILL` in the data directory.

use std::path::Path;

use platform::db::{Result, Tx};

use crate::Strangle;
use crate::settings::KillSwitch;
use crate::store::trading_state::{self, TradingStateRow};

/// The name of the file that stops trading as long as it is there.
pub(crate) const KILL_FILE: &str = "KILL";
/// What the file contains to have everything closed.
pub(crate) const FLATTEN: &str = "halt_and_flatten";

/// What is allowed now, and who says so.
#[derive(Debug, Clone)]
pub(crate) struct TradingState {
    /// `active`, `reducing` or `halted`.
    pub(crate) state: &'static str,
    /// Whether what is open is to be closed.
    pub(crate) flatten: bool,
    /// Why.
    pub(crate) reason: String,
    /// `row`, `environment` or `file`; only a row can be changed through the API.
    pub(crate) source: &'static str,
    /// The row, unless nobody has ever set it.
    pub(crate) row: Option<TradingStateRow>,
}

impl TradingState {
    /// Whether a new session may begin.
    pub(crate) fn is_active(&self) -> bool {
        self.state == "active"
    }
}

impl Strangle {
    /// Says whether trading is allowed now.
    pub(crate) async fn trading_state(&self, tx: &mut Tx) -> Result<TradingState> {
        let row = trading_state::find(tx, self.environment(), &self.account).await?;
        let file = kill_file(&self.data_dir).await;
        Ok(strictest(row, self.settings.engine.kill_switch, file))
    }
}

/// Reads the file; one that cannot be read stops trading too.
async fn kill_file(data_dir: &Path) -> KillSwitch {
    match tokio::fs::read_to_string(data_dir.join(KILL_FILE)).await {
        Ok(text) if text.trim() == FLATTEN => KillSwitch::HaltAndFlatten,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => KillSwitch::Off,
        _ => KillSwitch::Halt,
    }
}

fn strictest(
    row: Option<TradingStateRow>,
    environment: KillSwitch,
    file: KillSwitch,
) -> TradingState {
    let halted = |switch, source, reason: &str| TradingState {
        state: "halted",
        flatten: switch == KillSwitch::HaltAndFlatten,
        reason: reason.to_owned(),
        source,
        row: None,
    };
    let mut state = match &row {
        Some(row) => TradingState {
            state: known(&row.state),
            flatten: row.flatten,
            reason: row.reason.clone(),
            source: "row",
            row: None,
        },
        None => TradingState {
            state: "active",
            flatten: false,
            reason: String::new(),
            source: "row",
            row: None,
        },
    };
    for (switch, source, reason) in [
        (environment, "environment", "KILL_SWITCH is set"),
        (file, "file", "the file KILL is in the data directory"),
    ] {
        if switch != KillSwitch::Off {
            let flatten = state.flatten && state.state == "halted";
            state = halted(switch, source, reason);
            state.flatten |= flatten;
        }
    }
    TradingState { row, ..state }
}

fn known(state: &str) -> &'static str {
    match state {
        "active" => "active",
        "reducing" => "reducing",
        _ => "halted",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(state: &str, flatten: bool) -> TradingStateRow {
        TradingStateRow {
            environment: "sim".into(),
            account: "paper".into(),
            tenant_id: "default".into(),
            state: state.into(),
            flatten,
            reason: "test".into(),
            changed_by: "user_1".into(),
            changed_at: "2026-01-15T12:00:00Z".parse().unwrap(),
            version: 1,
        }
    }

    #[test]
    fn the_strictest_switch_wins() {
        let off = KillSwitch::Off;
        assert_eq!(strictest(None, off, off).state, "active");
        assert_eq!(strictest(Some(row("reducing", false)), off, off).state, "reducing");
        assert_eq!(
            strictest(Some(row("active", false)), KillSwitch::Halt, off).source,
            "environment"
        );
        let both = strictest(Some(row("halted", true)), KillSwitch::Halt, KillSwitch::Halt);
        assert_eq!((both.state, both.flatten, both.source), ("halted", true, "file"));
    }

    #[tokio::test]
    async fn a_file_in_the_data_directory_stops_trading() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(kill_file(directory.path()).await, KillSwitch::Off);
        std::fs::write(directory.path().join(KILL_FILE), "").unwrap();
        assert_eq!(kill_file(directory.path()).await, KillSwitch::Halt);
        std::fs::write(directory.path().join(KILL_FILE), "halt_and_flatten\n").unwrap();
        assert_eq!(kill_file(directory.path()).await, KillSwitch::HaltAndFlatten);
    }
}
