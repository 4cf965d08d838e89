//! The names of what is counted.

/// Lines that were ingested.
pub(crate) const ROWS: &str = "log_rows_total";
/// Lines that were ingested although they are not JSON.
pub(crate) const INVALID: &str = "log_invalid_lines_total";
/// Seconds between the writing and the ingestion of the newest line.
pub(crate) const LAG: &str = "log_lag_seconds";
/// Lines that were lost because the disk or the reader of the standard output stood still for
/// longer than the queue lasts; must be 0.
pub(crate) const DROPPED: &str = "log_lines_dropped_total";
/// Lines that were written.
pub(crate) const WRITTEN: &str = "log_lines_written_total";
/// Rows that the retention deleted.
pub(crate) const DELETED: &str = "log_rows_deleted_total";
/// Records that browsers sent.
pub(crate) const FRONTEND: &str = "log_frontend_rows_total";

/// Describes the metrics once.
pub(crate) fn describe() {
    metrics::describe_counter!(ROWS, "Log lines ingested");
    metrics::describe_counter!(INVALID, "Log lines ingested that are not JSON");
    metrics::describe_gauge!(LAG, metrics::Unit::Seconds, "Age of the newest line at ingestion");
    metrics::describe_counter!(DROPPED, "Log lines lost; must be 0");
    metrics::describe_counter!(WRITTEN, "Log lines written to the file");
    metrics::describe_counter!(DELETED, "Log rows deleted by the retention");
    metrics::describe_counter!(FRONTEND, "Log records received from browsers");
    // What was never touched would be absent instead of 0.
    for name in [ROWS, INVALID, DELETED, FRONTEND] {
        metrics::counter!(name).increment(0);
    }
    metrics::gauge!(LAG).set(0.0);
    metrics::counter!(DROPPED).absolute(crate::writer::dropped_lines());
}
