//! The limits on the result: what the desk itself saw of it must have made it leave.
//!
//! The tables hold no quotes. They hold the path of the result, a point every ten seconds or so and
//! at every trade: a point at which a rule held is followed by the end within five virtual seconds.

use serde_json::Value;

use super::super::records::{Event, Point, Session};
use super::sessions::EXIT_DECIDED;
use super::{Evidence, Findings, micros, seconds};

/// A result that is nearer to a limit than this is neither inside nor outside.
const CLOSE_PCT: f64 = 1e-6;

/// What the profile of a session says.
struct Limits {
    max_loss_pct: Option<f64>,
    max_profit_pct: Option<f64>,
}

impl Limits {
    fn of(profile: &Value) -> Self {
        let number = |name: &str| profile[name].as_f64();
        // A loss that must be confirmed may pass between two points.
        let confirmed = profile["confirm_samples"].as_i64().is_some_and(|samples| samples > 1);
        Self {
            max_loss_pct: number("max_loss_pct").filter(|_| !confirmed),
            max_profit_pct: number("max_profit_pct").filter(|most| *most > 0.0),
        }
    }

    /// The rule that holds at a result.
    fn broken(&self, pct: f64, level: Option<f64>) -> Option<&'static str> {
        if self.max_loss_pct.is_some_and(|most| pct <= -most - CLOSE_PCT) {
            return Some("max_loss");
        }
        if self.max_profit_pct.is_some_and(|most| pct >= most + CLOSE_PCT) {
            return Some("max_profit");
        }
        level.is_some_and(|level| pct <= level - CLOSE_PCT).then_some("trailing_sl")
    }
}

/// The end is decided within five virtual seconds of a point at which a limit was broken, or of the
/// moment at which a restarted process had found out how things stand.
pub(super) fn are_kept(evidence: &Evidence, findings: &mut Findings) {
    for session in &evidence.records.sessions {
        let events: Vec<&Event> = evidence.records.events_of(session.id).collect();
        let left_to_people = |event: &&&Event| {
            matches!(event.kind.as_str(), "hands_off" | "profile_tightened" | "leg_close_requested")
        };
        if events.iter().any(|event| left_to_people(&event)) {
            continue;
        }
        let points = evidence.records.points.iter().filter(|point| point.session_id == session.id);
        let points: Vec<&Point> = points.collect();
        if let Some((rule, late)) = first_late(session, &events, &points)
            && late > EXIT_DECIDED + evidence.tolerance
        {
            let message =
                format!("session {}: {rule} held {} before the end", session.id, seconds(late));
            findings.add("a limit in time", message);
        }
    }
}

/// The first rule that held, and how long it took until the end was decided.
fn first_late(
    session: &Session,
    events: &[&Event],
    points: &[&Point],
) -> Option<(&'static str, i64)> {
    let born = events.iter().find(|event| event.kind == "session_created")?;
    let limits = Limits::of(born.payload.pointer("/spec/profile")?);
    let live = events.iter().find(|event| event.kind == "went_live")?;
    let basis: f64 = live.text("/basis").parse().ok().filter(|basis| *basis > 0.0)?;
    let decided = events.iter().find(|event| event.kind == "exit_decided");
    let end = decided.map(|event| event.at);

    let level_at = |point: &Point| {
        let moved = events.iter().rev().filter(|event| event.kind == "extremes_moved");
        let last = moved.into_iter().find(|event| event.at < point.at)?;
        last.payload.pointer("/extremes/level_pct").and_then(Value::as_f64)
    };
    let inside = points.iter().filter(|point| point.at > live.at);
    let before = inside.filter(|point| end.is_none_or(|end| point.at < end));
    for point in before {
        let Some(rule) = limits.broken(point.net / basis * 100.0, level_at(point)) else {
            continue;
        };
        // Somebody else, or the exchange, can end it first.
        let end = end.or_else(|| session.is_over().then_some(events.last()?.at))?;
        let resumed = events.iter().filter(|event| {
            event.kind == "state_changed"
                && event.at > point.at
                && event.at <= end
                && matches!(event.text("/from"), "reconciling" | "unresolved")
        });
        let due = resumed.map(|event| micros(event.at)).fold(micros(point.at), i64::max);
        return Some((rule, micros(end) - due));
    }
    None
}
