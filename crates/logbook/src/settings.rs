//! What an operator can choose.

use std::path::PathBuf;
use std::time::Duration;

use platform::settings::{Env, Secret};

/// See the help texts in [`LogbookSettings::read`].
#[derive(Debug, Clone)]
pub(crate) struct LogbookSettings {
    pub(crate) ingest_enabled: bool,
    pub(crate) poll_interval: Duration,
    pub(crate) batch_size: usize,
    pub(crate) keep_raw: bool,
    pub(crate) retention_days: i64,
    pub(crate) archive_dir: Option<PathBuf>,
    pub(crate) ingest_key: Option<Secret>,
    pub(crate) ingest_max_batch: usize,
    pub(crate) ingest_per_minute: u32,
}

impl LogbookSettings {
    /// Reads the settings and notes what is wrong with them.
    pub(crate) fn read(env: &mut Env) -> Self {
        env.group("Log search");
        let ingest_enabled: bool = env.var(
            "BACKEND_LOG_INGEST_ENABLED",
            "true",
            "Whether the log file is read into the table backend_logs: true or false.",
        );
        let poll: f64 = env.var(
            "BACKEND_LOG_POLL_INTERVAL",
            "1.0",
            "How often the log file is looked at, seconds, 0.05 to 60.",
        );
        if !(0.05..=60.0).contains(&poll) {
            env.problem(format!("BACKEND_LOG_POLL_INTERVAL: must be 0.05 to 60, was {poll}"));
        }
        let batch_size: usize = env.var(
            "BACKEND_LOG_BATCH_SIZE",
            "128",
            "Lines that are stored at one time when there is little to do; batches grow by \
             themselves when the reading is behind.",
        );
        if !(1..=100_000).contains(&batch_size) {
            env.problem(format!("BACKEND_LOG_BATCH_SIZE: must be 1 to 100000, was {batch_size}"));
        }
        let keep_raw = env.flag(
            "BACKEND_LOG_KEEP_RAW",
            "true",
            "Whether lines that are not JSON are stored, as INFO of the logger `raw`.",
        );
        let retention_days: i64 = env.var(
            "BACKEND_LOG_RETENTION_DAYS",
            "7",
            "Age at which log rows are deleted, days; 0 keeps them for ever.",
        );
        if !(0..=36_500).contains(&retention_days) {
            env.problem(format!(
                "BACKEND_LOG_RETENTION_DAYS: must be 0 to 36500, was {retention_days}"
            ));
        }
        let archive_dir: Option<PathBuf> = env.optional(
            "BACKEND_LOG_ARCHIVE_DIR",
            "Directory for compressed JSON lines, with checksums, of the rows that the retention \
             deletes; unset archives nothing.",
        );
        let ingest_key = env.secret(
            "LOG_INGEST_API_KEY",
            "Key for POST /api/logs/batch, in the header X-Log-API-Key; unset asks for a \
             signed-in caller.",
        );
        let ingest_max_batch =
            env.var("LOG_INGEST_MAX_BATCH", "100", "Records of one POST /api/logs/batch.");
        let ingest_per_minute = env.var(
            "LOG_INGEST_PER_MINUTE",
            "6000",
            "Records that one key or user may send to POST /api/logs/batch in a minute.",
        );
        Self {
            ingest_enabled,
            poll_interval: Duration::try_from_secs_f64(poll).unwrap_or(Duration::from_secs(1)),
            batch_size,
            keep_raw,
            retention_days,
            archive_dir,
            ingest_key,
            ingest_max_batch,
            ingest_per_minute,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(pairs: &[(&str, &str)]) -> usize {
        let pairs = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        let mut env = Env::new(pairs);
        LogbookSettings::read(&mut env);
        env.finish().err().map_or(0, |problems| problems.0.len())
    }

    #[test]
    fn the_defaults_are_usable_and_all_mistakes_are_reported() {
        assert_eq!(problems(&[]), 0);
        assert_eq!(problems(&[("BACKEND_LOG_INGEST_ENABLED", "1")]), 1);
        assert_eq!(
            problems(&[
                ("BACKEND_LOG_INGEST_ENABLED", "yes"),
                ("BACKEND_LOG_POLL_INTERVAL", "0.01"),
                ("BACKEND_LOG_BATCH_SIZE", "0"),
                ("BACKEND_LOG_RETENTION_DAYS", "-1"),
            ]),
            4
        );
    }
}
