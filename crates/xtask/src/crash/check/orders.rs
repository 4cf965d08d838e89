//! What left the process.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::super::records::Intent;
use super::super::truth::Order;
use super::{Evidence, Findings, micros, seconds};

/// INV-1, INV-8: an order of ours has one intent of the same terms, which was stored as sending,
/// under a lease, before the exchange had the order; and the exchange has it once.
pub(super) fn were_written_first(evidence: &Evidence, findings: &mut Findings) {
    let mut seen: BTreeMap<&str, i64> = BTreeMap::new();
    for order in evidence.truth.own_orders() {
        let Some(name) = order.client_order_id.as_deref() else {
            findings.add("INV-1", format!("order {} of ours has no name", order.id));
            continue;
        };
        if let Some(first) = seen.insert(name, order.id) {
            findings.add("INV-1", format!("{name} was accepted twice: {first} and {}", order.id));
        }
        let intent = evidence.records.intents.iter().find(|it| it.client_order_id == name);
        let Some(intent) = intent else {
            findings.add("INV-1", format!("{name} is on the exchange and has no intent"));
            continue;
        };
        compare_terms(name, order, intent, findings);
        sent_before(evidence, order, intent, findings);
    }
}

fn compare_terms(name: &str, order: &Order, intent: &Intent, findings: &mut Findings) {
    // A reduce-only order is clipped by the exchange.
    let size = order.size == intent.size || (order.reduce_only && order.size < intent.size);
    let price = order.limit_price.map(|price| price.normalize())
        == intent.limit_price.map(|price: Decimal| price.normalize());
    let rest = order.side == intent.side
        && order.kind == intent.order_type
        && order.time_in_force == intent.time_in_force
        && order.reduce_only == intent.reduce_only;
    if !(size && price && rest) {
        findings.add("INV-1", format!("{name} is not what its intent says: {order:?} {intent:?}"));
    }
}

fn sent_before(evidence: &Evidence, order: &Order, intent: &Intent, findings: &mut Findings) {
    let name = &intent.client_order_id;
    let sending = evidence.records.events.iter().find(|event| {
        event.kind == "intent_sending" && event.text("/client_order_id") == name.as_str()
    });
    let (Some(sending), Some(sending_at)) = (sending, intent.sending_at) else {
        findings.add("INV-1", format!("{name} is on the exchange and was never stored as sending"));
        return;
    };
    let early = micros(sending_at.max(sending.at)) - order.created_at;
    if early > evidence.tolerance {
        let early = seconds(early);
        findings.add("INV-1", format!("{name} reached the exchange {early} before it was sending"));
    }
    if intent.fencing_token < 1 || sending.fencing_token != intent.fencing_token {
        let (row, log) = (intent.fencing_token, sending.fencing_token);
        findings.add("INV-8", format!("{name} was sent under lease {log}, its intent says {row}"));
    }
}

/// INV-6: orders of ours are only about the contracts of our legs.
pub(super) fn stay_in_their_leg(evidence: &Evidence, findings: &mut Findings) {
    for order in evidence.truth.own_orders() {
        let name = order.client_order_id.as_deref().unwrap_or_default();
        let intent = evidence.records.intents.iter().find(|it| it.client_order_id == name);
        let leg = intent.and_then(|intent| evidence.records.leg(intent.leg_id));
        if leg.is_some_and(|leg| leg.symbol != order.product_symbol) {
            findings.add("INV-6", format!("{name} trades {}, not its leg", order.product_symbol));
        }
    }
}

/// INV-3 as the exchange saw it: in one product no order of ours came while another was open.
pub(super) fn never_two_at_once(evidence: &Evidence, findings: &mut Findings) {
    let own: Vec<&Order> = evidence.truth.own_orders().collect();
    for (place, order) in own.iter().enumerate() {
        let before = own.iter().take(place);
        let overlapping = before.filter(|earlier| {
            earlier.product_symbol == order.product_symbol
                && (earlier.is_open() || earlier.updated_at > order.created_at)
                && earlier.created_at <= order.created_at
        });
        for earlier in overlapping {
            let names = [earlier, order].map(|it| it.client_order_id.clone().unwrap_or_default());
            findings.add("INV-3", format!("{} came while {} was open", names[1], names[0]));
        }
    }
}

/// INV-3 as the log says: nothing was sent for a leg while one of its orders was on its way,
/// unknown, or being cancelled.
pub(super) fn never_in_doubt(evidence: &Evidence, findings: &mut Findings) {
    for session in &evidence.records.sessions {
        let mut standing: BTreeMap<String, (u64, String)> = BTreeMap::new();
        for event in evidence.records.events_of(session.id) {
            let name = match event.text("/client_order_id") {
                "" => event.text("/plan/order/client_order_id"),
                name => name,
            };
            if event.kind == "intent_planned" {
                let leg = event.payload["plan"]["leg"].as_u64().unwrap_or_default();
                standing.insert(name.to_owned(), (leg, "planned".to_owned()));
            }
            let Some((leg, state)) = standing.get(name).cloned() else { continue };
            if event.kind == "intent_sending" {
                let doubtful = standing.iter().find(|(other, (its_leg, state))| {
                    other.as_str() != name
                        && *its_leg == leg
                        && matches!(state.as_str(), "sending" | "unknown" | "cancel_requested")
                });
                if let Some((other, (_, state))) = doubtful {
                    findings.add("INV-3", format!("{name} was sent while {other} was {state}"));
                }
            }
            if let Some(next) = next_state(&event.kind, event.text("/state"), &state) {
                standing.insert(name.to_owned(), (leg, next));
            }
        }
    }
}

fn next_state(kind: &str, reported: &str, state: &str) -> Option<String> {
    let next = match kind {
        "intent_sending" => "sending",
        "intent_unknown" => "unknown",
        "intent_cancel_requested" => "cancel_requested",
        "intent_rejected" => "rejected",
        "intent_not_accepted" => "not_accepted",
        "intent_abandoned" => "abandoned",
        // A resting order that is being cancelled still is.
        "intent_reported" if state == "cancel_requested" && reported == "open" => state,
        "intent_reported" if state == "cancel_requested" && reported == "partially_filled" => state,
        "intent_reported" => reported,
        _ => return None,
    };
    Some(next.to_owned())
}

/// The intents of an ended session have come to their end, and say what the exchange says.
pub(super) fn are_told_to_the_end(evidence: &Evidence, findings: &mut Findings) {
    const ENDS: [&str; 5] = ["filled", "cancelled", "rejected", "not_accepted", "abandoned"];
    if !evidence.records.sessions.iter().all(super::super::records::Session::is_over) {
        return;
    }
    for intent in &evidence.records.intents {
        let name = &intent.client_order_id;
        if !ENDS.contains(&intent.state.as_str()) {
            findings.add("after the end", format!("{name} is still {}", intent.state));
        }
        let order =
            evidence.truth.own_orders().find(|it| it.client_order_id.as_ref() == Some(name));
        let filled = order.map_or(0, |order| order.size - order.unfilled_size);
        let never = matches!(intent.state.as_str(), "rejected" | "not_accepted" | "abandoned");
        if filled != intent.filled || (never && order.is_some()) {
            let (state, said) = (&intent.state, intent.filled);
            let message = format!("{name} is {state} with {said}, the exchange filled {filled}");
            findings.add("after the end", message);
        }
    }
}
