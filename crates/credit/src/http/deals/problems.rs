//! How failures around deals look to a client.

use deal_engine::explain::ExplainError;
use deal_engine::price::PriceError;
use http::StatusCode;
use platform::http::etag::stale;
use platform::problem::{FieldError, Problem};

use crate::Credit;
use crate::deals::DealFailure;
use crate::domain::deals::{DraftError, FaultView, Permission, RunFault};
use crate::store::deals;

/// There is no such deal, or the caller may not know about it.
pub(super) fn deal_not_found(id: &str) -> Problem {
    Problem::not_found("deal_not_found", format!("deal `{}`", shown(id)))
}

/// There is no such run, or the caller may not know about it.
pub(super) fn deal_run_not_found(id: &str) -> Problem {
    Problem::not_found("deal_run_not_found", format!("run `{}`", shown(id)))
}

/// There is no such template.
pub(super) fn template_not_found(name: &str) -> Problem {
    Problem::not_found("template_not_found", format!("template `{}`", shown(name)))
}

/// Nobody was granted anything.
pub(super) fn grant_not_found(user: &str) -> Problem {
    Problem::not_found("grant_not_found", format!("grant for `{}`", shown(user)))
}

/// The caller sees the deal and may not do this with it.
pub(super) fn may_not(needed: Permission) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "deal_permission", "You may not do this with the deal")
        .detail(format!(
            "This needs the permission `{}`. The owner of the deal can grant it.",
            needed.name()
        ))
}

/// Something that a later release does.
pub(super) fn not_yet(what: &'static str) -> Problem {
    Problem::new(StatusCode::NOT_IMPLEMENTED, "not_implemented", "This is not available yet")
        .detail(what)
}

/// Somebody was faster, or deleted the deal.
pub(crate) async fn outdated(app: &Credit, id: &str) -> Problem {
    let Ok(mut tx) = app.db.read().await else { return deal_not_found(id) };
    match deals::find(&mut tx, id).await {
        Ok(Some(deal)) => stale(deal.version),
        _ => deal_not_found(id),
    }
}

/// Whether a text holds the character that databases do not keep, plainly or escaped as in JSON.
pub(super) fn nul(text: &str) -> bool {
    text.contains('\0') || text.contains("\\u0000")
}

/// Why a draft is no deal.
pub(crate) fn draft_problem(error: DraftError) -> Problem {
    match error {
        DraftError::OneOfTwo => {
            let message =
                "is missing: send the deal as JSON in structure or as text in text, one of the two";
            Problem::invalid(vec![FieldError::new("/structure", "missing", message)])
        }
        DraftError::Text(faults) => Problem::invalid(faults.into_iter().map(fault_error).collect()),
        DraftError::Unwritable(error) => Problem::internal(error),
    }
}

fn fault_error(fault: FaultView) -> FieldError {
    let way_out = fault.suggestion.map(|s| format!("; {s}")).unwrap_or_default();
    let message =
        format!("line {}, column {}: {}{way_out}", fault.line, fault.column, fault.message);
    FieldError::new("/text", fault.code, message)
}

/// Turns a failed run into an answer; failures are shared between callers.
pub(crate) fn deal_failed(failure: &DealFailure) -> Problem {
    match failure {
        DealFailure::Run(fault) => run_fault(fault),
        DealFailure::TooExpensive { needed, allowed } => Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "too_expensive",
            "The run is too large",
        )
        .detail(format!(
            "It needs {needed} units of work and {allowed} are allowed; take fewer scenarios, or \
             a smaller pool."
        )),
        DealFailure::OutOfTime(limit) => {
            Problem::new(StatusCode::GATEWAY_TIMEOUT, "out_of_time", "The run takes too long")
                .detail(format!(
                    "It did not end within {} s. Send it again with ?run_async=true.",
                    limit.as_secs()
                ))
        }
        DealFailure::TooLarge => {
            let message = "the balances add up to more than can be computed with";
            Problem::invalid(vec![FieldError::new("/collateral", "out_of_range", message)])
        }
        DealFailure::Cancelled => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "cancelled",
            "The run was stopped before it ended",
        )
        .detail("Send the request again.")
        .retry_after(1),
        DealFailure::Objects(_) => Problem::unavailable("object store", failure.to_string()),
        other => Problem::internal(other.to_string()),
    }
}

/// A run that stopped because a formula has no value.
fn run_fault(fault: &RunFault) -> Problem {
    let place = fault.step.as_deref().map(|step| format!(", step {step}")).unwrap_or_default();
    let day = fault.date.map(|date| format!(", on {date}")).unwrap_or_default();
    let problem =
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "run_failed", "The deal cannot be run")
            .detail(format!("{}{place}{day}.", fault.message));
    let formula = fault.formula.as_deref().map(|f| format!(" in `{f}`")).unwrap_or_default();
    let message = format!("{}{formula}{place}{day}", fault.message);
    problem.field(fault.path.clone(), fault.code.clone(), message)
}

/// There is nothing to price.
pub(super) fn no_run(id: &str) -> Problem {
    Problem::new(StatusCode::CONFLICT, "no_finished_run", "The deal has no finished run")
        .detail(format!("Run it first with POST /api/v1/deals/{id}/run, or name a run in run_id."))
}

/// Why bonds were not priced.
pub(super) fn price_problem(error: &PriceError) -> Problem {
    let (pointer, code) = match error {
        PriceError::UnknownBond { .. } => ("/bonds", "unknown_bond"),
        PriceError::NothingLeft { .. } => ("/settlement", "nothing_left"),
        PriceError::BadQuote { .. } => ("/bonds", "out_of_range"),
        PriceError::NoMargin { .. } => ("/bonds", "no_discount_margin"),
        PriceError::NoCurve => ("/curve", "missing"),
        PriceError::Curve(_) => ("/curve", "wrong_curve"),
        PriceError::Compounding(_) => ("/curve/compounding", "unknown_value"),
        PriceError::Dates(_) => ("/structure/dates", "wrong_structure"),
    };
    Problem::invalid(vec![FieldError::new(pointer, code, error.to_string())])
}

/// Why a payment was not explained.
pub(super) fn not_explained(error: &ExplainError) -> Problem {
    Problem::invalid(vec![FieldError::new("/query", "not_explained", error.to_string())])
}

/// What is echoed of something a caller made up.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}
