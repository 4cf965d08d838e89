//! How failures look to a client. The only file that chooses status codes.

use http::StatusCode;
use platform::problem::{FieldError, Problem};
use strangle_engine::profile::ProfileFaults;

use crate::desk::{AskError, Refusal};

/// Fields of a profile break rules, every one of them named.
pub(super) fn refused(faults: ProfileFaults) -> Problem {
    let error = |fault: strangle_engine::profile::FieldFault| {
        FieldError::new(fault.pointer, fault.code, fault.message)
    };
    Problem::invalid(faults.0.into_iter().map(error).collect())
}

/// One field was refused.
pub(super) fn field(pointer: &str, code: &'static str, message: impl Into<String>) -> Problem {
    Problem::invalid(vec![FieldError::new(pointer, code, message)])
}

/// There is no such profile, or the caller may not know about it.
pub(super) fn config_not_found(id: &str) -> Problem {
    Problem::not_found("config_not_found", format!("profile `{id}`"))
}

/// There is no such session, or the caller may not know about it.
pub(super) fn session_not_found(id: &str) -> Problem {
    Problem::not_found("session_not_found", format!("session `{id}`"))
}

/// There is no such leg, or the caller may not know about it.
pub(super) fn leg_not_found(id: i64) -> Problem {
    Problem::not_found("leg_not_found", format!("leg `{id}`"))
}

/// There is no such operation, or the caller may not know about it.
pub(super) fn operation_not_found(id: &str) -> Problem {
    Problem::not_found("operation_not_found", format!("operation `{id}`"))
}

/// The desk of this installation belongs to another tenant.
pub(super) fn no_desk() -> Problem {
    Problem::not_found("desk_not_found", "desk")
}

/// The name is taken.
pub(super) fn name_taken(name: &str) -> Problem {
    conflict(
        "name_taken",
        "The name is taken",
        format!("A profile is called `{name}`; choose another name."),
    )
    .field("/name", "name_taken", "is taken; choose another name")
}

/// The active profile stays.
pub(super) fn config_active() -> Problem {
    conflict(
        "config_active",
        "The profile is active",
        "Make another profile active first, or deactivate this one.",
    )
}

/// It was changed since the caller read it.
pub(super) fn stale_version(current: i64) -> Problem {
    conflict(
        "stale_version",
        "It was changed meanwhile",
        format!("The current version is {current}. Read it again and repeat your change."),
    )
    .field("/version", "stale_version", format!("the current version is {current}"))
}

/// The request does not fit what is there now.
pub(super) fn conflict(
    code: &'static str,
    title: &'static str,
    detail: impl Into<String>,
) -> Problem {
    Problem::new(StatusCode::CONFLICT, code, title).detail(detail.into())
}

/// Something that a later release does.
pub(super) fn not_available(code: &'static str, what: &'static str) -> Problem {
    Problem::new(StatusCode::NOT_IMPLEMENTED, code, "This is not available yet").detail(what)
}

/// Another format than CSV.
pub(super) fn not_csv() -> Problem {
    let message = "format must be csv";
    field("/query/format", "unknown_format", message).detail(message)
}

/// There is no simulator here.
pub(super) fn no_simulator() -> Problem {
    Problem::not_found("no_simulator", "simulator; it exists only with DELTA_ENV=sim,")
}

/// The desk says no, or cannot be asked.
pub(super) fn unanswered(error: AskError) -> Problem {
    match error {
        AskError::Refused(refusal) => no(refusal),
        AskError::Db(error) => error.into(),
        AskError::Unreadable(error) => Problem::internal(error),
    }
}

fn no(refusal: Refusal) -> Problem {
    let status = match refusal.code.as_str() {
        "no_engine" | "exchange_unavailable" => {
            return Problem::unavailable("desk", refusal);
        }
        "no_market_data" | "reconciling" | "halted" => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Problem::new(status, refusal.code, "The desk refuses").detail(refusal.message)
}
