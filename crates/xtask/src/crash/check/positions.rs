//! What was held.

use std::collections::BTreeSet;

use super::super::records::Leg;
use super::super::truth::{Order, Origin, Side, Truth};
use super::{Evidence, Findings, micros};

/// What happens to an order. Of one instant older orders come first, and of one order its parts in
/// the order in which they stand here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Begins,
    Trades(i64),
    Ends,
}

/// INV-2: at every instant what is sold and not bought back lies between nothing and the target, and
/// no order could take it out of there.
pub(super) fn stay_in_bounds(evidence: &Evidence, findings: &mut Findings) {
    for leg in &evidence.records.legs {
        if leg.target_qty > evidence.quantity {
            let (target, wanted) = (leg.target_qty, evidence.quantity);
            findings.add("INV-2", format!("{} aims at {target}, not {wanted}", leg.symbol));
        }
    }
    let symbols: BTreeSet<&str> =
        evidence.truth.orders.iter().map(|order| order.product_symbol.as_str()).collect();
    for symbol in symbols {
        let external = evidence.truth.external(symbol);
        // What somebody else bought can turn a leg long; it is then brought back by selling.
        walk(&evidence.truth, symbol, evidence.quantity + external.bought, findings);
        let target = evidence.quantity + external.sold;
        let steps = evidence.truth.positions.iter().filter(|it| it.product_symbol == symbol);
        for step in steps {
            if step.size < -target || step.size > external.bought {
                let size = step.size;
                findings.add("INV-2", format!("{size} contracts of {symbol} were held"));
            }
        }
    }
}

fn walk(truth: &Truth, symbol: &str, most: i64, findings: &mut Findings) {
    let (mut sold, mut selling, mut buying) = (0_i64, 0_i64, 0_i64);
    for (at, id, part) in parts(truth, symbol) {
        let Some(order) = truth.orders.iter().find(|order| order.id == id) else { continue };
        let change = match part {
            Part::Begins => order.size,
            Part::Trades(size) => -size,
            Part::Ends => -order.unfilled_size,
        };
        match order.side {
            Side::Sell => selling += change,
            Side::Buy => buying += change,
        }
        if let Part::Trades(size) = part {
            sold += order.side.sold(size);
        }
        if sold < 0 || sold + selling > most || buying > sold {
            findings.add(
                "INV-2",
                format!("{symbol} at {at}: {sold} sold, {selling} being sold, {buying} being bought, of {most}"),
            );
            return;
        }
    }
}

/// What happened to our orders of a product, in its order.
fn parts(truth: &Truth, symbol: &str) -> Vec<(i64, i64, Part)> {
    let mut parts = Vec::new();
    for order in truth.own_orders().filter(|order| order.product_symbol == symbol) {
        parts.push((order.created_at, order.id, Part::Begins));
        if !order.is_open() {
            parts.push((order.updated_at, order.id, Part::Ends));
        }
    }
    for fill in truth.fills_from(Origin::Api).filter(|fill| fill.product_symbol == symbol) {
        if let Some(order) = truth.order_of(fill) {
            parts.push((fill.created_at, order.id, Part::Trades(fill.size)));
        }
    }
    parts.sort_unstable();
    parts
}

/// After the end: no order of ours is open, nothing of ours is held, and the legs say so (INV-5).
pub(super) fn nothing_is_left(evidence: &Evidence, findings: &mut Findings) {
    if !evidence.records.sessions.iter().all(super::super::records::Session::is_over) {
        return;
    }
    for order in evidence.truth.own_orders().filter(|order| order.is_open()) {
        let name = order.client_order_id.as_deref().unwrap_or_default();
        findings.add("after the end", format!("{name} is still open on the exchange"));
    }
    let symbols: BTreeSet<&str> =
        evidence.truth.own_orders().map(|order| order.product_symbol.as_str()).collect();
    for symbol in symbols {
        let held = evidence.truth.last_position(symbol);
        let external = evidence.truth.external(symbol);
        if held < -external.sold || held > external.bought {
            let message = format!("{held} contracts of {symbol} are still held");
            findings.add("after the end", message);
        }
    }
    for leg in evidence.records.legs.iter().filter(|leg| leg.open_qty != 0) {
        let message = format!("the leg {} of an ended session says {}", leg.symbol, leg.open_qty);
        findings.add("INV-5", message);
    }
}

/// INV-4: a leg is closed with evidence, and the exchange agrees with the evidence.
pub(super) fn are_closed_with_evidence(evidence: &Evidence, findings: &mut Findings) {
    let records = &evidence.records;
    for event in records.events.iter().filter(|event| event.kind == "leg_closed") {
        let place = event.payload["leg"].as_u64().and_then(|place| usize::try_from(place).ok());
        let mut legs = records.legs.iter().filter(|leg| leg.session_id == event.session_id);
        let Some(leg) = place.and_then(|place| legs.nth(place)) else {
            findings.add("INV-4", format!("a leg that is not there was closed: {}", event.payload));
            continue;
        };
        let until = micros(event.at) + evidence.tolerance;
        let of_leg = records.intents.iter().filter(|intent| intent.leg_id == leg.id);
        let names: BTreeSet<&str> = of_leg.map(|intent| intent.client_order_id.as_str()).collect();
        // Another session may have traded the same contract; a settlement belongs to no order.
        let fills = evidence.truth.fills.iter().filter(|fill| {
            let order = evidence.truth.order_of(fill);
            let name = order.map(|order| order.client_order_id.as_deref().unwrap_or_default());
            fill.product_symbol == leg.symbol
                && fill.created_at <= until
                && name.is_none_or(|name| names.contains(name))
        });
        let fills: Vec<_> = fills.collect();
        let external = !evidence.truth.external(&leg.symbol).is_none();
        let sold: i64 = fills.iter().map(|fill| fill.side.sold(fill.size)).sum();
        let settled = fills.iter().any(|fill| evidence.truth.order_of(fill).is_none());
        let holds = match event.text("/evidence/evidence") {
            "fills" => sold == 0 && !fills.is_empty(),
            "settlement" => settled,
            "never_opened" => fills.is_empty() || sold == 0,
            "zero_twice" => sold == 0 && far_apart(event),
            _ => false,
        };
        if !holds && !external {
            let (symbol, payload) = (&leg.symbol, &event.payload["evidence"]);
            let message = format!("{symbol} was closed on {payload}, the exchange had {sold} sold");
            findings.add("INV-4", message);
        }
    }
}

fn far_apart(event: &super::super::records::Event) -> bool {
    let at = |pointer| chrono::DateTime::parse_from_rfc3339(event.text(pointer));
    match (at("/evidence/first"), at("/evidence/second")) {
        (Ok(first), Ok(second)) => second - first >= chrono::TimeDelta::seconds(10),
        _ => false,
    }
}

/// INV-6: orders of somebody else are not cancelled, and products without a leg of ours are not
/// traded by us.
pub(super) fn of_others_are_left_alone(evidence: &Evidence, findings: &mut Findings) {
    let by_user =
        |order: &&Order| order.cancellation_reason.as_deref() == Some("cancelled_by_user");
    let external = evidence.truth.orders.iter().filter(|it| it.origin == Origin::External);
    for order in external.filter(by_user) {
        findings.add("INV-6", format!("order {} of somebody else was cancelled", order.id));
    }
    for order in evidence.truth.own_orders() {
        let is_leg = |leg: &Leg| leg.symbol == order.product_symbol;
        if !evidence.records.legs.iter().any(is_leg) {
            let symbol = &order.product_symbol;
            findings.add("INV-6", format!("{symbol} was traded and is no leg of a session"));
        }
    }
}
