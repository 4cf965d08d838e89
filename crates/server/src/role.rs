//! What a process does, when several share the work.

use clap::ValueEnum;

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProcessRole {
    /// Answers requests and runs jobs.
    All,
    /// Answers requests only.
    Api,
    /// Runs jobs and periodic work; answers health and metrics only.
    Worker,
}
