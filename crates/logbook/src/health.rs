//! What `/health` says about the log.

use platform::health::{Check, Finding};

use crate::App;
use crate::tail::service::{Phase, State};
use crate::writer;

/// A log that is later than this is worth a look.
const LATE_MS: i64 = 60_000;

/// Makes the health item `log_tail`.
pub(crate) fn check(app: &App) -> Check {
    let (enabled, tail) = (app.settings.ingest_enabled, app.tail.clone());
    Check::new("log_tail", move || {
        let finding = find(enabled, tail.state(), writer::dropped_lines());
        async move { finding }
    })
}

fn find(enabled: bool, state: State, dropped: u64) -> Finding {
    if dropped > 0 {
        return Finding::degraded(format!("{dropped} log lines were lost since the start"));
    }
    if !enabled {
        return Finding::healthy("BackendLogTailService is switched off");
    }
    let State { lines, invalid, behind, lag_ms, .. } = state;
    match state.phase {
        Phase::Starting => Finding::healthy("BackendLogTailService is starting"),
        Phase::Waiting => Finding::healthy("another process reads this log file"),
        Phase::Failing => Finding::degraded("BackendLogTailService fails and tries again"),
        Phase::Reading if behind > 0 && lag_ms > LATE_MS => Finding::degraded(format!(
            "BackendLogTailService is {} s late, {behind} bytes to read",
            lag_ms / 1_000
        )),
        Phase::Reading => Finding::healthy(format!(
            "BackendLogTailService reads: {lines} lines, {invalid} not JSON, lag {lag_ms} ms, \
             {behind} bytes to read"
        )),
    }
}

#[cfg(test)]
mod tests {
    use platform::health::Status;

    use super::*;

    #[test]
    fn a_late_or_failing_reader_and_lost_lines_are_degraded() {
        let state = |phase, behind, lag_ms| State { phase, behind, lag_ms, ..State::default() };
        let status = |state, dropped| find(true, state, dropped).status;
        assert_eq!(status(state(Phase::Reading, 9, 100), 0), Status::Healthy);
        assert_eq!(status(state(Phase::Reading, 0, 99_000), 0), Status::Healthy);
        assert_eq!(status(state(Phase::Reading, 9, 99_000), 0), Status::Degraded);
        assert_eq!(status(state(Phase::Failing, 0, 0), 0), Status::Degraded);
        assert_eq!(status(state(Phase::Reading, 0, 0), 1), Status::Degraded);
    }
}
