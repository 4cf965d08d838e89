//! Shows at zero what has not happened yet, so that a rate over it is a number from the first scrape
//! on and an alert can tell "never" from "not measured".

use metrics::{counter, gauge, histogram};
use platform::jobs::{Jobs, Queue};
use platform::metrics as names;

use crate::http::ServiceName;

/// How one run of a job can end; `queued` means that it is tried again.
const ENDS: [&str; 4] = ["succeeded", "failed", "cancelled", "queued"];

/// Announces what the platform counts for these services.
pub(crate) fn announce(queues: &[(Queue, Jobs)], services: &[ServiceName]) {
    for level in ["memory", "redis"] {
        for result in ["hit", "miss"] {
            counter!(names::CACHE_REQUESTS_TOTAL, "level" => level, "result" => result)
                .increment(0);
        }
    }
    counter!(names::CACHE_ERRORS_TOTAL).increment(0);
    counter!(names::RATE_LIMITED_TOTAL).increment(0);
    for service in services {
        gauge!(names::JOBS_RUNNING, "service" => service.name).set(0.0);
        gauge!(names::JOBS_QUEUED, "service" => service.name).set(0.0);
    }
    for name in queues.iter().flat_map(|(_, jobs)| jobs.names()) {
        let service = name.split('.').next().unwrap_or(name);
        for state in ENDS {
            counter!(names::JOBS_TOTAL, "service" => service, "name" => name, "state" => state)
                .increment(0);
        }
        // A histogram that was asked for is shown, although nothing was recorded.
        let _ = histogram!(names::JOB_DURATION_SECONDS, "service" => service, "name" => name);
    }
}
