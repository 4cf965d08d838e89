//! What the process counts and measures, and the names under which `/metrics` shows it.
//!
//! Every crate counts through the `metrics` facade; the recorder is installed once, by
//! [`install`]. Labels take few values: routes are templates, never addresses with ids in them.

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use metrics_process::Collector;

use crate::tasks::Tasks;

/// Requests answered, by `service`, `method`, `route` (template) and `status`.
pub const HTTP_REQUESTS_TOTAL: &str = "http_requests_total";
/// Seconds from the first byte of a request to the head of its answer, by `service`, `method`,
/// `route`.
pub const HTTP_REQUEST_DURATION_SECONDS: &str = "http_request_duration_seconds";
/// Runs of jobs that ended, by `service`, `name` and `state`; `queued` means tried again.
pub const JOBS_TOTAL: &str = "quintet_jobs_total";
/// Jobs that run in this process, by `service`.
pub const JOBS_RUNNING: &str = "quintet_jobs_running";
/// Jobs that wait in the database, by `service`.
pub const JOBS_QUEUED: &str = "quintet_jobs_queued";
/// Seconds of one run of a job, by `service` and `name`.
pub const JOB_DURATION_SECONDS: &str = "quintet_job_duration_seconds";
/// Periodic runs, by `name` and `result` (`ok`, `error`).
pub const SCHEDULE_RUNS_TOTAL: &str = "quintet_schedule_runs_total";
/// Lookups in the cache, by `level` (`memory`, `redis`) and `result` (`hit`, `miss`).
pub const CACHE_REQUESTS_TOTAL: &str = "quintet_cache_requests_total";
/// Operations of the cache in Redis that failed.
pub const CACHE_ERRORS_TOTAL: &str = "quintet_cache_errors_total";
/// 1 while this process leads, else 0.
pub const LEADER: &str = "quintet_leader";
/// 1 healthy, 0.5 degraded, 0 unhealthy, by `item`.
pub const HEALTH_STATUS: &str = "quintet_health_status";
/// Requests refused by the rate limit.
pub const RATE_LIMITED_TOTAL: &str = "quintet_rate_limited_total";
/// 0 closed, 1 half open, 2 open, by `target`.
pub const BREAKER_STATE: &str = "quintet_breaker_state";
/// Outgoing requests, by `target` and `result` (a status class, `timeout`, `refused`, `error`).
pub const OUTGOING_REQUESTS_TOTAL: &str = "quintet_outgoing_requests_total";
/// Seconds of one outgoing request, tries included, by `target`.
pub const OUTGOING_DURATION_SECONDS: &str = "quintet_outgoing_duration_seconds";
/// Always 1; the labels say what runs.
pub const BUILD_INFO: &str = "quintet_build_info";

/// Bounds for requests: 1 ms to 60 s.
const REQUEST_BUCKETS: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0];
/// Bounds for jobs: 10 ms to 2 h.
const JOB_BUCKETS: [f64; 12] =
    [0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3_600.0, 7_200.0];
/// How often old samples are folded into the histograms.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

static INSTALLED: OnceLock<Handle> = OnceLock::new();

/// Shows what was counted. Cheap to clone.
#[derive(Clone)]
pub struct Handle {
    prometheus: PrometheusHandle,
    process: Collector,
}

/// Installs the recorder of the process; later calls return the same one.
///
/// # Errors
///
/// Returns [`BuildError`] if another recorder was installed elsewhere.
pub fn install(version: &'static str) -> Result<Handle, BuildError> {
    if let Some(handle) = INSTALLED.get() {
        return Ok(handle.clone());
    }
    let prometheus = builder()?.install_recorder()?;
    let process = Collector::default();
    describe();
    process.describe();
    metrics::gauge!(BUILD_INFO, "version" => version).set(1.0);
    Ok(INSTALLED.get_or_init(|| Handle { prometheus, process }).clone())
}

impl Handle {
    /// Writes everything in the text format of Prometheus.
    #[must_use]
    pub fn render(&self) -> String {
        self.process.collect();
        self.prometheus.render()
    }

    /// Keeps the memory of histograms small although nobody asks for them.
    pub fn start_upkeep(&self, tasks: &Tasks) {
        let (handle, stopping) = (self.clone(), tasks.clone());
        tasks.spawn("metrics_upkeep", async move {
            while stopping.sleep(UPKEEP_EVERY).await {
                handle.prometheus.run_upkeep();
            }
        });
    }
}

fn builder() -> Result<PrometheusBuilder, BuildError> {
    let full = |name: &str| Matcher::Full(name.to_owned());
    PrometheusBuilder::new()
        .set_buckets(&REQUEST_BUCKETS)?
        .set_buckets_for_metric(full(JOB_DURATION_SECONDS), &JOB_BUCKETS)
}

fn describe() {
    use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
    describe_counter!(HTTP_REQUESTS_TOTAL, "Requests answered.");
    describe_histogram!(HTTP_REQUEST_DURATION_SECONDS, Unit::Seconds, "Time to the answer's head.");
    describe_counter!(JOBS_TOTAL, "Runs of jobs that ended, by state.");
    describe_gauge!(JOBS_RUNNING, "Jobs that run in this process.");
    describe_gauge!(JOBS_QUEUED, "Jobs that wait in the database.");
    describe_histogram!(JOB_DURATION_SECONDS, Unit::Seconds, "Time of one run of a job.");
    describe_counter!(SCHEDULE_RUNS_TOTAL, "Periodic runs, by result.");
    describe_counter!(CACHE_REQUESTS_TOTAL, "Lookups in the cache, by level and result.");
    describe_counter!(CACHE_ERRORS_TOTAL, "Operations of the cache in Redis that failed.");
    describe_gauge!(LEADER, "1 while this process leads.");
    describe_gauge!(HEALTH_STATUS, "1 healthy, 0.5 degraded, 0 unhealthy.");
    describe_counter!(RATE_LIMITED_TOTAL, "Requests refused by the rate limit.");
    describe_gauge!(BREAKER_STATE, "0 closed, 1 half open, 2 open.");
    describe_counter!(OUTGOING_REQUESTS_TOTAL, "Outgoing requests, by target and result.");
    describe_histogram!(OUTGOING_DURATION_SECONDS, Unit::Seconds, "Time of an outgoing request.");
    describe_gauge!(BUILD_INFO, "Always 1; the labels say what runs.");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counted_things_appear_under_their_names_with_the_process_beside_them() {
        let handle = install("1.2.3").unwrap();
        metrics::counter!(CACHE_ERRORS_TOTAL).increment(3);
        metrics::histogram!(JOB_DURATION_SECONDS, "service" => "credit", "name" => "credit.x")
            .record(30.0);

        let text = handle.render();

        assert!(text.contains("quintet_cache_errors_total 3"), "{text}");
        assert!(text.contains("quintet_build_info{version=\"1.2.3\"} 1"), "{text}");
        let bucket =
            "quintet_job_duration_seconds_bucket{service=\"credit\",name=\"credit.x\",le=\"60\"} 1";
        assert!(text.contains(bucket), "{text}");
        assert!(text.contains("process_resident_memory_bytes"), "{text}");
    }

    #[test]
    fn installing_twice_gives_the_same_recorder() {
        install("a").unwrap();
        metrics::counter!(RATE_LIMITED_TOTAL).increment(1);
        assert!(install("b").unwrap().render().contains(RATE_LIMITED_TOTAL));
    }
}
