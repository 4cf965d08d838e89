//! The independent checker: it knows the exchange's ledger and the desk's tables, and nothing of the
//! desk's code.
//!
//! | module | rules |
//! |---|---|
//! | [`orders`] | INV-1, INV-3, INV-6, INV-8: what left, when, and under which lease |
//! | [`positions`] | INV-2, INV-4, INV-5, INV-6: what was held at every instant and at the end |
//! | [`money`] | INV-10: fills, results and the wallet |
//! | [`sessions`] | INV-7, INV-8: the end, the log, the exit in time |
//! | [`limits`] | the exit in time by loss, profit and trailing stop |

mod limits;
mod money;
mod orders;
mod positions;
mod sessions;
#[cfg(test)]
mod tests;

use std::fmt;

use chrono::{DateTime, Utc};

use super::records::Records;
use super::truth::Truth;

/// Both sides of a run, and what is known of the circumstances.
#[derive(Debug, Clone)]
pub(super) struct Evidence {
    pub(super) truth: Truth,
    pub(super) records: Records,
    /// Contracts on each leg, as the profile asked for.
    pub(super) quantity: i64,
    /// Instants of the two sides differ by so much without a meaning, in virtual microseconds: the
    /// desk learns the exchange's clock from its answers, and the machine hesitates.
    pub(super) tolerance: i64,
    /// Whether the exchange was told to fail.
    pub(super) is_faulty: bool,
    /// When processes were killed, in virtual microseconds.
    pub(super) kills: Vec<i64>,
}

/// A rule that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) rule: &'static str,
    pub(super) message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.rule, self.message)
    }
}

/// Collects findings.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, rule: &'static str, message: String) {
        self.0.push(Finding { rule, message });
    }
}

/// Checks every rule.
pub(super) fn check(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Findings::default();
    for rule in [
        orders::were_written_first,
        orders::stay_in_their_leg,
        orders::never_two_at_once,
        orders::never_in_doubt,
        orders::are_told_to_the_end,
        positions::stay_in_bounds,
        positions::nothing_is_left,
        positions::are_closed_with_evidence,
        positions::of_others_are_left_alone,
        money::fills_agree,
        money::results_follow_from_fills,
        money::wallet_agrees,
        sessions::come_to_an_end,
        sessions::keep_their_mode,
        sessions::have_a_whole_log,
        sessions::leave_in_time,
        limits::are_kept,
    ] {
        rule(evidence, &mut findings);
    }
    findings.0
}

/// Microseconds since 1970.
fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

/// A span for people.
#[expect(clippy::cast_precision_loss, reason = "for people")]
fn seconds(micros: i64) -> String {
    format!("{:.3} s", micros as f64 / 1e6)
}
