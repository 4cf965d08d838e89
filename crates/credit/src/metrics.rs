//! The names of what this service counts.

/// Analyses, by `result`: `ok`, `cached`, `refused`, `stopped`, `failed`.
pub const ANALYSES: &str = "credit_analyses_total";
/// Time to compute one analysis, without the wait for a turn.
pub const ANALYSIS_SECONDS: &str = "credit_analysis_seconds";
/// Loan-months projected.
pub const LOAN_MONTHS: &str = "credit_loan_months_total";
/// Results found in the cache.
pub const CACHE_HITS: &str = "credit_cashflow_cache_hit_count";
/// Results that had to be computed.
pub const CACHE_MISSES: &str = "credit_cashflow_cache_miss_count";
/// Failures of the shared cache.
pub const CACHE_ERRORS: &str = "credit_cashflow_cache_error_count";
/// Rows of loan tapes, by `result`: `valid`, `invalid`, `closed`.
pub const TAPE_ROWS: &str = "credit_tape_rows_total";
/// Time to import one loan tape.
pub const TAPE_SECONDS: &str = "credit_tape_import_seconds";
/// Stored bytes that nothing referred to and that were removed.
pub const OBJECTS_SWEPT: &str = "credit_objects_swept_total";
/// Stress tests computed.
pub const STRESS_TESTS: &str = "credit_stress_tests_total";
/// Time to compute one stress test, without the wait for a turn.
pub const STRESS_SECONDS: &str = "credit_stress_test_seconds";
/// Runs of deals, by `result`: `ok`, `cached`, `refused`, `stopped`, `failed`.
pub const DEAL_RUNS: &str = "credit_deal_runs_total";
/// Time to compute one run of a deal, without the wait for a turn.
pub const DEAL_RUN_SECONDS: &str = "credit_deal_run_seconds";

/// Describes the metrics to the exporter.
pub(crate) fn describe() {
    metrics::describe_counter!(DEAL_RUNS, "Runs of deals by result");
    metrics::describe_histogram!(
        DEAL_RUN_SECONDS,
        metrics::Unit::Seconds,
        "Time to compute one run of a deal"
    );
    metrics::describe_counter!(STRESS_TESTS, "Stress tests computed");
    metrics::describe_histogram!(
        STRESS_SECONDS,
        metrics::Unit::Seconds,
        "Time to compute one stress test"
    );
    metrics::describe_counter!(ANALYSES, "Pool analyses by result");
    metrics::describe_histogram!(
        ANALYSIS_SECONDS,
        metrics::Unit::Seconds,
        "Time to compute one analysis"
    );
    metrics::describe_counter!(LOAN_MONTHS, "Loan-months projected");
    metrics::describe_counter!(CACHE_HITS, "Results found in the cache");
    metrics::describe_counter!(CACHE_MISSES, "Results that had to be computed");
    metrics::describe_counter!(CACHE_ERRORS, "Failures of the shared cache");
    metrics::describe_counter!(TAPE_ROWS, "Rows of loan tapes by result");
    metrics::describe_counter!(OBJECTS_SWEPT, "Stored bytes removed because nothing named them");
    metrics::describe_histogram!(
        TAPE_SECONDS,
        metrics::Unit::Seconds,
        "Time to import one loan tape"
    );
}
