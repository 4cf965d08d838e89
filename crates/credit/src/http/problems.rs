//! How failures look to a client. The only file that chooses status codes.

use http::StatusCode;
use platform::objects::ObjectError;
use platform::problem::{FieldError, Problem};

use crate::calculator::Failure;
use crate::domain::asset::Issue;
use crate::domain::export::ExportError;
use crate::domain::table::TableError;
use crate::domain::tape::TapeError;
use crate::tapes::{ImportFailure, UploadError};

/// The answer to a request that was read but breaks rules, every one of them named.
pub(super) fn refused(issues: Vec<Issue>) -> Problem {
    Problem::invalid(issues.into_iter().map(field_error).collect())
}

fn field_error(issue: Issue) -> FieldError {
    let path = issue.path();
    FieldError::new(issue.pointer, issue.code, format!("{path} {}", issue.message))
}

/// There is no such pool, or the caller may not know about it.
pub(super) fn pool_not_found(id: &str) -> Problem {
    Problem::not_found("pool_not_found", format!("pool `{id}`"))
}

/// There is no such run, or the caller may not know about it.
pub(super) fn run_not_found(id: &str) -> Problem {
    Problem::not_found("run_not_found", format!("run `{id}`"))
}

/// There is no such saved mapping, or the caller may not know about it.
pub(super) fn mapping_not_found(id: &str) -> Problem {
    Problem::not_found("mapping_not_found", format!("saved mapping `{id}`"))
}

/// The pool was not imported from a tape.
pub(super) fn no_tape(id: &str) -> Problem {
    Problem::new(StatusCode::CONFLICT, "no_tape", "The pool has no tape").detail(format!(
        "Pool `{id}` was not imported from a tape in this version; upload one with POST \
         /api/v1/pools/{id}/tape."
    ))
}

/// The run has not produced anything yet, or never will.
pub(super) fn run_not_finished(state: &str) -> Problem {
    Problem::new(StatusCode::CONFLICT, "run_not_finished", "The run has no result").detail(format!(
        "The run is {state}. Only a run that succeeded has a result; follow its job, or start \
         another run."
    ))
}

/// The caller may look, and what was asked for needs more.
pub(super) fn needs_operator() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "forbidden", "You may not do this").detail(
        "Scenarios need the role `operator` for credit; without them a viewer may forecast.",
    )
}

/// The caller has stored something else under this name.
pub(super) fn name_taken(what: &'static str, name: &str) -> Problem {
    Problem::new(StatusCode::CONFLICT, "name_taken", "The name is taken")
        .detail(format!("A {what} is called `{name}`; choose another name."))
}

/// The pool has nothing to do with the class that was asked for.
pub(super) fn no_such_class(class: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "no_such_class", "The pool has no such asset").detail(
        format!("No asset of the pool is of class `{class}`; use /asset-classes/analyze for it."),
    )
}

/// Something that a later release does.
pub(super) fn not_implemented(code: &'static str, what: &'static str) -> Problem {
    Problem::new(StatusCode::NOT_IMPLEMENTED, code, "This is not available yet").detail(what)
}

/// A media type that no reader takes.
pub(super) fn unsupported_tape(given: &str) -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported_media_type",
        "The tape must be CSV, Parquet or XLSX",
    )
    .detail(format!(
        "`{given}` is none of text/csv, application/vnd.apache.parquet and the XLSX media type; \
         name the format with ?format=csv, parquet or xlsx."
    ))
}

/// No row of the tape, or not every row, fits.
pub(super) fn invalid_rows(invalid: u64, rows: u64, errors: Vec<FieldError>) -> Problem {
    let mut problem = Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid_rows",
        "Rows of the tape do not fit",
    )
    .detail(format!(
        "{invalid} of {rows} rows do not fit. Correct the mapping or the rows; with \
         on_invalid=skip the rows that fit are imported, if there are any."
    ));
    for error in errors {
        problem = problem.field(error.pointer, error.code, error.message);
    }
    problem
}

/// Turns a failed analysis into an answer; failures are shared between callers.
pub(super) fn failed(failure: &Failure) -> Problem {
    match failure {
        Failure::OutOfTime(limit) => {
            let problem = Problem::new(
                StatusCode::GATEWAY_TIMEOUT,
                "out_of_time",
                "The analysis takes longer than a caller may wait",
            );
            problem.detail(format!(
                "It did not end within {} s. Send it to POST /api/v1/asset-classes/analyze/async.",
                limit.as_secs()
            ))
        }
        Failure::TooExpensive { needed, allowed } => {
            let problem = Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "too_expensive",
                "The analysis is too large to wait for",
            );
            problem.detail(format!(
                "It needs {needed} loan-months and {allowed} are allowed. Send it to POST \
                 /api/v1/asset-classes/analyze/async, or analyse fewer assets at a time."
            ))
        }
        Failure::TooLarge => {
            let message = "the balances add up to more than can be computed with";
            Problem::invalid(vec![FieldError::new("/pool/assets", "out_of_range", message)])
        }
        Failure::Cancelled => {
            let problem = Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "cancelled",
                "The analysis was stopped before it ended",
            );
            problem.detail("Send the request again.").retry_after(1)
        }
        other => Problem::internal(other.to_string()),
    }
}

/// There is no such stress test, it has expired, or the caller may not know about it.
pub(super) fn stress_not_found(id: &str) -> Problem {
    Problem::not_found("stress_test_not_found", format!("stress test `{id}`, or it has expired,"))
}

/// The stress test has not produced anything yet, or never will.
pub(super) fn stress_not_finished(state: &str, progress: f64, why: Option<&str>) -> Problem {
    let percent = progress * 100.0;
    let detail = match why {
        Some(why) => format!("The stress test is {state}: {why}"),
        None => format!("The stress test is {state}, {percent:.0} % done. Follow its job."),
    };
    Problem::new(StatusCode::CONFLICT, "stress_test_not_finished", "There is no result yet")
        .detail(detail)
}

/// The caller sends more stress tests than allowed.
pub(super) fn too_many_stress_tests(seconds: u64) -> Problem {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "Too many stress tests")
        .detail(format!("You have sent as many as a minute allows. Try again in {seconds} s."))
        .retry_after(seconds)
}

/// A switch of the operator is off.
pub(super) fn switched_off(what: &'static str) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "switched_off", "This is switched off here").detail(
        format!(
            "{what} is switched off on this server; its operator can switch it on with \
         STRESS_TEST_FEATURES."
        ),
    )
}

/// Turns a failed stress test into an answer; failures are shared between callers.
pub(super) fn stress_failed(failure: &Failure) -> Problem {
    match failure {
        Failure::OutOfTime(limit) => Problem::new(
            StatusCode::GATEWAY_TIMEOUT,
            "out_of_time",
            "The stress test takes longer than a caller may wait",
        )
        .detail(format!(
            "It did not end within {} s. Send it to POST /api/v1/stress-testing/async-run.",
            limit.as_secs()
        )),
        Failure::TooExpensive { needed, allowed } => Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "too_expensive",
            "The stress test is too large to wait for",
        )
        .detail(format!(
            "It needs {needed} loan-months and {allowed} are allowed. Send it to POST \
             /api/v1/stress-testing/async-run, or choose fewer scenarios."
        )),
        other => failed(other),
    }
}

/// Turns a failure of the object store into an answer.
pub(super) fn storage(error: ObjectError) -> Problem {
    match error {
        ObjectError::Store(_) => Problem::unavailable("object store", error),
        other => Problem::internal(other),
    }
}

/// Turns a damaged table into an answer.
pub(super) fn table(error: TableError) -> Problem {
    Problem::internal(error)
}

/// Turns a failed export into an answer.
pub(super) fn export(error: ExportError) -> Problem {
    Problem::internal(error)
}

/// Turns a failed upload into an answer.
pub(super) fn upload(error: UploadError) -> Problem {
    match error {
        UploadError::TooLarge(limit) => {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "The tape is too large")
                .detail(format!(
                    "A tape may have at most {limit} bytes; split it, or send it as Parquet."
                ))
        }
        UploadError::BrokeOff => {
            Problem::new(StatusCode::BAD_REQUEST, "body_incomplete", "The upload broke off")
        }
        UploadError::Objects(error) => storage(error),
    }
}

/// Turns a failed import into an answer.
pub(super) fn import(failure: ImportFailure) -> Problem {
    match failure {
        ImportFailure::Tape(TapeError::Malformed { message }) => Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "malformed_tape",
            "The tape cannot be read",
        )
        .detail(format!("The tape cannot be read: {message}.")),
        ImportFailure::Tape(TapeError::TooManyRows(limit)) => Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "too_many_rows",
            "The tape has too many rows",
        )
        .detail(format!("A tape may have at most {limit} rows; split it.")),
        ImportFailure::Tape(TapeError::Mapping(error)) => {
            let pointer = format!("/mapping{}", error.pointer);
            Problem::invalid(vec![FieldError::new(pointer, error.code, error.message)])
        }
        ImportFailure::Objects(error) => storage(error),
        other => Problem::internal(other),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_analysis_that_takes_too_long_is_sent_to_the_async_form() {
        let problem = failed(&Failure::OutOfTime(Duration::from_secs(30)));

        assert_eq!((problem.status().as_u16(), problem.code()), (504, "out_of_time"));
        assert!(problem.message().contains("/analyze/async"), "{}", problem.message());
    }
}
