//! The settings of credit.

use std::time::Duration;

use platform::settings::Env;

/// See the help texts in [`Settings::read`].
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) analyze_timeout: Duration,
    pub(crate) direct_work: u64,
    pub(crate) job_work: u64,
    pub(crate) tape_rows: u64,
    pub(crate) direct_tape_bytes: u64,
    pub(crate) pool_cache_ttl: Duration,
    pub(crate) run_cache_ttl: Duration,
}

impl Settings {
    /// Reads the settings and notes what is wrong with them.
    pub(crate) fn read(env: &mut Env) -> Self {
        env.group("Credit");
        let timeout: u64 = env.var(
            "CREDIT_ANALYZE_TIMEOUT_SECONDS",
            "30",
            "An analysis that a caller waits for is stopped after this time, seconds.",
        );
        let direct_work = env.var(
            "CREDIT_MAX_DIRECT_WORK",
            "400000000",
            "The largest analysis that a caller may wait for, loan-months; a larger one must be a job.",
        );
        let job_work = env.var(
            "CREDIT_MAX_JOB_WORK",
            "40000000000",
            "The largest analysis that is done at all, loan-months.",
        );
        let tape_rows = env.var("CREDIT_MAX_TAPE_ROWS", "5000000", "The most rows of a loan tape.");
        let direct_tape_bytes = env.var(
            "CREDIT_DIRECT_TAPE_BYTES",
            "8388608",
            "A loan tape up to this size is imported while the caller waits; a larger one is a job.",
        );
        let pool_ttl: u64 = env.var(
            "CREDIT_POOL_CACHE_TTL",
            "86400",
            "How long results of stored pools are kept, seconds.",
        );
        let run_ttl: u64 = env.var(
            "CREDIT_RUN_CACHE_TTL",
            "3600",
            "How long results of pools sent with the request are kept, seconds.",
        );
        if timeout == 0 {
            env.problem("CREDIT_ANALYZE_TIMEOUT_SECONDS: must be at least 1");
        }
        Self {
            analyze_timeout: Duration::from_secs(timeout),
            direct_work,
            job_work,
            tape_rows,
            direct_tape_bytes,
            pool_cache_ttl: Duration::from_secs(pool_ttl),
            run_cache_ttl: Duration::from_secs(run_ttl),
        }
    }
}
