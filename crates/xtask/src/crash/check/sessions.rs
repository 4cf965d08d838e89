//! The course of a session.

use super::super::records::{Event, Session};
use super::{Evidence, Findings, micros, seconds};

/// How soon the end is decided after its time has come, in virtual microseconds.
pub(super) const EXIT_DECIDED: i64 = 5_000_000;
/// How soon after that the first order leaves, when nothing stands in the way.
const EXIT_BEGUN: i64 = 10_000_000;

/// Every session is over when the run is.
pub(super) fn come_to_an_end(evidence: &Evidence, findings: &mut Findings) {
    for session in evidence.records.sessions.iter().filter(|session| !session.is_over()) {
        let (id, state) = (session.id, &session.state);
        findings.add("the end", format!("session {id} is still {state}"));
    }
    for session in evidence.records.sessions.iter().filter(|session| session.is_over()) {
        let ended = session.exit_reason.is_some() && session.pnl_summary.is_some();
        if !ended {
            findings.add("the end", format!("session {} is over without a summary", session.id));
        }
    }
}

/// INV-7: a session is what it was born as.
pub(super) fn keep_their_mode(evidence: &Evidence, findings: &mut Findings) {
    for session in &evidence.records.sessions {
        let born = evidence.records.events_of(session.id).find(|it| it.kind == "session_created");
        let born = born.map_or("", |event| event.text("/spec/mode"));
        if session.mode != "paper" || born != "paper" {
            let message = format!("session {} was born {born}, is {}", session.id, session.mode);
            findings.add("INV-7", message);
        }
    }
}

/// The log of a session has no gap, its fencing tokens only grow (INV-8), and it ends with the end.
pub(super) fn have_a_whole_log(evidence: &Evidence, findings: &mut Findings) {
    for session in &evidence.records.sessions {
        let events: Vec<&Event> = evidence.records.events_of(session.id).collect();
        let gap = events.iter().zip(1_i64..).find(|(event, seq)| event.seq != *seq);
        if let Some((event, seq)) = gap {
            let message = format!("session {}: event {} stands at {seq}", session.id, event.seq);
            findings.add("the log", message);
        }
        if !events.is_sorted_by_key(|event| event.fencing_token) {
            findings.add("INV-8", format!("session {}: an old lease wrote late", session.id));
        }
        let last = events.iter().rev().find(|event| event.kind == "state_changed");
        let last = last.map_or("", |event| event.text("/to"));
        if last != session.state {
            let message =
                format!("session {} is {}, its log ends {last}", session.id, session.state);
            findings.add("the log", message);
        }
        let closings = events.iter().filter(|event| event.kind == "session_closed").count();
        if closings != usize::from(session.is_over()) {
            findings.add("the log", format!("session {} ended {closings} times", session.id));
        }
        for kind in ["session_created", "exit_decided"] {
            let times = events.iter().filter(|event| event.kind == kind).count();
            if times > 1 {
                findings.add("the log", format!("session {}: {kind} {times} times", session.id));
            }
        }
    }
}

/// The end is decided within five virtual seconds of its time, or of the moment at which a restarted
/// process had found out how things stand; and then the first order leaves.
pub(super) fn leave_in_time(evidence: &Evidence, findings: &mut Findings) {
    for session in &evidence.records.sessions {
        let events: Vec<&Event> = evidence.records.events_of(session.id).collect();
        let live = events.iter().any(|event| event.kind == "went_live");
        let decided = events.iter().position(|event| event.kind == "exit_decided");
        let (Some(place), Some(exit_at)) = (decided, session.exit_at) else {
            // Somebody else, or the exchange, can end it without anybody's decision.
            let by_others = ["external_close", "settled"];
            let ended_here =
                !session.exit_reason.as_deref().is_some_and(|it| by_others.contains(&it));
            if live && session.is_over() && ended_here {
                let message = format!("session {} was live and nobody ended it", session.id);
                findings.add("exit in time", message);
            }
            continue;
        };
        let (before, rest) = events.split_at(place);
        let Some(decided) = rest.first() else { continue };
        let resumed = before.iter().filter(|event| {
            event.kind == "state_changed"
                && matches!(event.text("/from"), "reconciling" | "unresolved")
        });
        let due = resumed.map(|event| micros(event.at)).fold(micros(exit_at), i64::max);
        let late = micros(decided.at) - due;
        if late > EXIT_DECIDED + evidence.tolerance {
            let message = format!("session {} ended {} late", session.id, seconds(late));
            findings.add("exit in time", message);
        }
        begin_to_leave(evidence, session, decided, rest, findings);
    }
}

fn begin_to_leave(
    evidence: &Evidence,
    session: &Session,
    decided: &Event,
    rest: &[&Event],
    findings: &mut Findings,
) {
    let at = micros(decided.at);
    let first = rest
        .iter()
        .find(|event| event.kind == "intent_planned" && event.text("/plan/order/side") == "buy");
    let Some(first) = first else { return };
    // A decision of a process that does not know yet how things stand waits until it does.
    let established = rest.iter().take_while(|event| event.seq < first.seq).filter(|event| {
        event.kind == "state_changed" && matches!(event.text("/from"), "reconciling" | "unresolved")
    });
    let at = established.map(|event| micros(event.at)).fold(at, i64::max);
    let took = micros(first.at) - at;
    let killed = evidence.kills.iter().any(|kill| {
        (at - evidence.tolerance..=micros(first.at) + evidence.tolerance).contains(kill)
    });
    let busy = rest
        .iter()
        .take_while(|event| event.seq < first.seq)
        .any(|event| event.kind.starts_with("intent_"));
    let excused = evidence.is_faulty || killed || busy;
    if !excused && took > EXIT_BEGUN + evidence.tolerance {
        let message =
            format!("session {}: no order for {} after the decision", session.id, seconds(took));
        findings.add("exit in time", message);
    }
}
