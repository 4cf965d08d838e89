//! Fills, results, and the wallet.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::super::records::{FillRow, Session};
use super::super::truth::{Origin, Side, Source};
use super::{Evidence, Findings};

/// Money agrees when it differs by no more than this.
const CLOSE: Decimal = Decimal::from_parts(1, 0, 0, false, 8);

/// Half of what the desk waits for the cost of a trade, in virtual microseconds.
const PROMPT: i64 = 15_000_000;

/// Every trade of our orders is in the books once, with its size, price and cost; and nothing else
/// is, but what somebody else did to a leg.
pub(super) fn fills_agree(evidence: &Evidence, findings: &mut Findings) {
    let over = evidence.records.sessions.iter().all(Session::is_over);
    let rows: BTreeMap<&str, &FillRow> =
        evidence.records.fills.iter().map(|row| (row.fill_id.as_str(), row)).collect();
    let mut known = BTreeSet::new();
    for fill in evidence.truth.fills_from(Origin::Api) {
        let id = fill.id.to_string();
        let Some(row) = rows.get(id.as_str()) else {
            if over {
                findings
                    .add("fills", format!("{id} ({}) is not in the books", fill.product_symbol));
            }
            continue;
        };
        known.insert(row.fill_id.as_str());
        let order = evidence.truth.order_of(fill);
        let same = row.symbol == fill.product_symbol
            && row.side == fill.side
            && row.size == fill.size
            && row.price == fill.price
            && row.commission.is_none_or(|paid| paid == fill.commission)
            && row.client_order_id == order.and_then(|order| order.client_order_id.clone());
        if !same {
            findings.add("fills", format!("{id} differs: {row:?} {fill:?}"));
        }
    }
    for row in evidence.records.fills.iter().filter(|row| !known.contains(row.fill_id.as_str())) {
        let by_others = !evidence.truth.external(&row.symbol).is_none();
        let settled = row.fill_type == "settlement" && has_settled(evidence, &row.symbol);
        if row.client_order_id.is_some() || !(by_others || settled) {
            findings.add("fills", format!("{} is in the books and never was", row.fill_id));
        }
    }
    for intent in &evidence.records.intents {
        let name = Some(intent.client_order_id.as_str());
        let rows = evidence.records.fills.iter();
        let booked: i64 =
            rows.filter(|row| row.client_order_id.as_deref() == name).map(|row| row.size).sum();
        if over && booked != intent.filled {
            let (name, filled) = (&intent.client_order_id, intent.filled);
            findings.add("fills", format!("{name} says {filled} filled, its fills say {booked}"));
        }
    }
}

/// INV-10: the result can be made again from the fills, and fees are subtracted once.
pub(super) fn results_follow_from_fills(evidence: &Evidence, findings: &mut Findings) {
    for session in evidence.records.sessions.iter().filter(|session| session.is_over()) {
        let Some((gross, fees)) = session.gross.zip(session.fees) else {
            let traded = evidence.records.fills.iter().any(|row| row.session_id == session.id);
            if traded {
                findings.add("INV-10", format!("session {} traded and has no result", session.id));
            }
            continue;
        };
        let (made_gross, made_fees) = from_rows(evidence, session.id);
        if (gross - made_gross).abs() > CLOSE || (fees - made_fees).abs() > CLOSE {
            let message = format!(
                "session {} says {gross} less {fees}, its fills say {made_gross} less {made_fees}",
                session.id
            );
            findings.add("INV-10", message);
        }
        let net = session.pnl_summary.as_ref().and_then(|it| it["total_pnl_exact"].as_str());
        let net = net.and_then(|text| text.parse::<Decimal>().ok());
        if net.is_none_or(|net| (net - (gross - fees)).abs() > CLOSE) {
            let message = format!("session {} says {net:?} net of {gross} and {fees}", session.id);
            findings.add("INV-10", message);
        }
    }
}

/// What a session's fills come to: cash, and cost.
fn from_rows(evidence: &Evidence, session: i64) -> (Decimal, Decimal) {
    let (mut gross, mut fees) = (Decimal::ZERO, Decimal::ZERO);
    for row in evidence.records.fills.iter().filter(|row| row.session_id == session) {
        let units = evidence.records.leg(row.leg_id).map_or(Decimal::ZERO, |it| it.contract_value);
        let value = row.price * units * Decimal::from(row.size);
        gross += if row.side == Side::Sell { value } else { -value };
        fees += row.commission.or(row.estimated_fee).unwrap_or_default();
    }
    (gross, fees)
}

/// What the sessions say they won is what the wallet gained, unless somebody else traded their
/// contracts or a result says that it is an estimate.
pub(super) fn wallet_agrees(evidence: &Evidence, findings: &mut Findings) {
    let sessions = &evidence.records.sessions;
    if !sessions.iter().all(Session::is_over) {
        return;
    }
    let estimated = sessions.iter().any(Session::is_estimated);
    // A machine that hesitates for long can answer later than the desk waits for.
    if estimated && !evidence.is_faulty && evidence.tolerance < PROMPT {
        findings.add("wallet", "a result is an estimate, and the exchange never failed".to_owned());
    }
    let symbols: BTreeSet<&str> =
        evidence.truth.own_orders().map(|order| order.product_symbol.as_str()).collect();
    let others = symbols.iter().any(|symbol| !evidence.truth.external(symbol).is_none());
    if estimated || others {
        return;
    }
    let ours: BTreeSet<i64> = evidence
        .truth
        .fills
        .iter()
        .filter(|fill| symbols.contains(fill.product_symbol.as_str()))
        .map(|fill| fill.id)
        .collect();
    let transactions = evidence.truth.transactions.iter();
    let gained: Decimal = transactions
        .filter(|it| it.fill_id.is_some_and(|id| ours.contains(&id)))
        .map(|it| it.amount)
        .sum();
    let claimed: Decimal = sessions
        .iter()
        .filter_map(|session| session.gross.zip(session.fees))
        .map(|(gross, fees)| gross - fees)
        .sum();
    if (gained - claimed).abs() > CLOSE {
        findings.add("wallet", format!("it gained {gained}, the sessions say {claimed}"));
    }
}

fn has_settled(evidence: &Evidence, symbol: &str) -> bool {
    let mut fills = evidence.truth.fills.iter().filter(|fill| fill.product_symbol == symbol);
    fills.any(|fill| matches!(fill.source, Source::Settlement(_)))
}
