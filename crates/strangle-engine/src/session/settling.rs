//! Expiry: what the exchange pays at 12:00 UTC ends a leg that is still open.

use chrono::TimeDelta;

use super::facts::{CloseEvidence, Fact};
use super::io::Settlement;
use super::state::Severity;
use super::turn::Turn;
use crate::intent::{Fill, FillType, Side};

/// How soon after expiry the settlement is asked for, and how often.
const SETTLEMENT_CHECK: TimeDelta = TimeDelta::seconds(10);

impl Turn<'_> {
    /// Legs that have expired send nothing any more; their settlement is awaited.
    pub(super) fn settle_expired(&mut self) {
        let mut awaited = false;
        for leg in 0..self.ledger.legs.len() {
            let Some(state) = self.ledger.legs.get(leg).filter(|leg| !leg.is_closed()) else {
                continue;
            };
            let (expires_at, symbol) = (state.contract.expires_at(), state.contract.symbol);
            if !self.has_come(expires_at) || self.ledger.net_sold(leg) == 0 {
                continue;
            }
            awaited = true;
            let message = format!("{} expired while it was open", symbol.as_str());
            self.alert("awaiting_settlement", Severity::Warning, message);
        }
        if awaited {
            let soon = self.now + SETTLEMENT_CHECK;
            self.live.account.next_at = self.live.account.next_at.min(soon);
        }
    }

    /// Takes the settlement of a product in. The name of the trade is derived from the event.
    pub(super) fn settle(&mut self, settlement: &Settlement) {
        let leg =
            self.ledger.legs.iter().position(|leg| {
                leg.contract.product_id == settlement.product_id && !leg.is_closed()
            });
        let Some(leg) = leg else { return };
        let net_sold = self.ledger.net_sold(leg);
        if net_sold == 0 || self.ledger.active(leg).is_some() {
            return;
        }
        let Some(contract) = self.ledger.legs.get(leg).map(|leg| leg.contract) else { return };
        let fill = Fill {
            fill_id: format!("settlement:{}:{}", self.ledger.spec.number, contract.symbol.as_str()),
            client_order_id: None,
            exchange_order_id: None,
            product_id: contract.product_id,
            symbol: contract.symbol,
            side: if net_sold > 0 { Side::Buy } else { Side::Sell },
            size: net_sold.abs(),
            price: settlement.price,
            role: None,
            commission: None,
            fill_type: FillType::Settlement,
            exchange_at: settlement.at,
        };
        self.record_fill(leg, fill, false);
        self.record(Fact::LegClosed { leg, evidence: CloseEvidence::Settlement });
    }
}
