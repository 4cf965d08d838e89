//! The settings of credit.

use std::time::Duration;

use platform::settings::Env;

use crate::domain::stress::ReportFormat;

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
    pub(crate) simulation_work: u64,
    pub(crate) simulation_retention: chrono::TimeDelta,
    pub(crate) simulation_archive: bool,
    pub(crate) stress: StressSettings,
}

/// The settings of stress tests.
#[derive(Debug, Clone)]
pub(crate) struct StressSettings {
    pub(crate) cache_ttl: Duration,
    pub(crate) results_ttl: Duration,
    pub(crate) max_workers: usize,
    pub(crate) timeout: Duration,
    pub(crate) max_assets: usize,
    pub(crate) max_scenarios: usize,
    pub(crate) per_minute: u32,
    pub(crate) report_format: ReportFormat,
    pub(crate) include_charts: bool,
    pub(crate) max_retries: u32,
    pub(crate) features: StressFeatures,
}

/// What stress tests may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(crate) struct StressFeatures {
    pub(crate) parallel: bool,
    pub(crate) caching: bool,
    pub(crate) websocket: bool,
    pub(crate) reports: bool,
    pub(crate) custom_scenarios: bool,
    pub(crate) sensitivity: bool,
}

const FEATURES: [&str; 6] = [
    "enable_parallel_processing",
    "enable_caching",
    "enable_websocket_updates",
    "enable_report_generation",
    "enable_custom_scenarios",
    "enable_sensitivity_analysis",
];

impl StressSettings {
    fn read(env: &mut Env) -> Self {
        let seconds = |env: &mut Env, name, default, help| -> Duration {
            let seconds: u64 = env.var(name, default, help);
            Duration::from_secs(seconds)
        };
        let cache_ttl = seconds(
            env,
            "STRESS_TEST_CACHE_TTL",
            "3600",
            "How long results of stress tests are kept for equal requests, seconds.",
        );
        let results_ttl = seconds(
            env,
            "STRESS_TEST_RESULTS_TTL_SECONDS",
            "86400",
            "How long the results of asynchronous stress tests can be fetched, seconds.",
        );
        let max_workers: usize = env.var(
            "STRESS_TEST_MAX_WORKERS",
            "4",
            "The most threads that one stress test may ask for.",
        );
        let timeout = seconds(
            env,
            "STRESS_TEST_TIMEOUT",
            "300",
            "A stress test that runs as a job is stopped after this time, seconds.",
        );
        let max_assets = env.var(
            "STRESS_TEST_MAX_ASSETS_PER_POOL",
            "10000",
            "The most assets of a pool under stress.",
        );
        let max_scenarios = env.var(
            "STRESS_TEST_MAX_SCENARIOS",
            "20",
            "The most scenarios of one stress test, base included.",
        );
        let per_minute = env.var(
            "STRESS_TEST_RATE_LIMIT_PER_MINUTE",
            "10",
            "Stress tests that one user may send a minute with the pool in the request; 0 for as \
             many as requests.",
        );
        let report_format = env.var(
            "STRESS_TEST_REPORT_FORMAT",
            "json",
            "The form of a report that nobody chose: json, html or csv.",
        );
        let include_charts =
            env.flag("STRESS_TEST_INCLUDE_CHARTS", "true", "Whether HTML reports have charts.");
        let max_retries = env.var(
            "STRESS_TEST_MAX_RETRIES",
            "3",
            "How often a stress test that failed for an outside cause is tried again, at most 3.",
        );
        if max_workers == 0 || max_assets == 0 || max_scenarios == 0 {
            env.problem("STRESS_TEST_MAX_*: must be at least 1");
        }
        Self {
            cache_ttl,
            results_ttl,
            max_workers,
            timeout,
            max_assets,
            max_scenarios,
            per_minute,
            report_format,
            include_charts,
            max_retries,
            features: StressFeatures::read(env),
        }
    }
}

impl StressFeatures {
    fn read(env: &mut Env) -> Self {
        let named = env.list(
            "STRESS_TEST_FEATURES",
            "What stress tests may do, by name: enable_parallel_processing, enable_caching, \
             enable_websocket_updates, enable_report_generation, enable_custom_scenarios, \
             enable_sensitivity_analysis. All if absent; `none` for nothing.",
        );
        let unknown = |name: &&String| *name != "none" && !FEATURES.contains(&name.as_str());
        if let Some(name) = named.iter().find(unknown) {
            env.problem(format!(
                "STRESS_TEST_FEATURES: `{name}` is none of {}",
                FEATURES.join(", ")
            ));
        }
        let has = |name: &str| named.is_empty() || named.iter().any(|given| given == name);
        let [parallel, caching, websocket, reports, custom_scenarios, sensitivity] =
            FEATURES.map(has);
        Self { parallel, caching, websocket, reports, custom_scenarios, sensitivity }
    }
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
        let simulation_work = env.var(
            "CREDIT_MAX_SIMULATION_WORK",
            "5000000000",
            "The largest simulation that is done at all: months of groups of loans over all paths.",
        );
        let retention: u16 = env.var(
            "MONTE_CARLO_RETENTION_DAYS",
            "30",
            "How long simulations are kept with their distributions, days.",
        );
        let simulation_archive = env.flag(
            "MONTE_CARLO_ARCHIVE_ENABLED",
            "true",
            "Whether the figures of simulations past their retention are kept in an archive.",
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
            simulation_work,
            simulation_retention: chrono::TimeDelta::days(i64::from(retention)),
            simulation_archive,
            stress: StressSettings::read(env),
        }
    }
}
