//! What must hold all the time, and at the end.

use std::collections::BTreeSet;

use rust_decimal::{Decimal, dec};

use super::world::Desk;
use crate::intent::{FillType, IntentState, OrderRequest};
use crate::session::{CloseEvidence, Event, Fact, Session};

impl Desk {
    /// INV-2 and INV-3 in the ledger, and what the exchange saw.
    pub(super) fn check(&self) {
        assert_eq!(self.venue.broken, None, "{:#?}", self.tail(40));
        let ledger = self.session.ledger();
        let turned = !self.venue.external.is_empty();
        for leg in 0..ledger.legs.len() {
            let book = ledger.book(leg);
            if !turned {
                assert!((0..=10).contains(&book.net_sold), "{book:?} {:#?}", self.tail(40));
            }
            assert!(book.open_sells + book.net_sold.max(0) <= 10, "{book:?}");
            assert!(book.open_buys <= book.net_sold.max(0), "{book:?} {:#?}", self.tail(40));
            let active = ledger.intents_of(leg).filter(|it| !it.state.is_terminal()).count();
            assert!(active <= 1, "{:#?}", self.tail(40));
        }
    }

    /// What must hold when a fact becomes durable.
    pub(super) fn check_event(&self, event: &Event) {
        let turned = !self.venue.external.is_empty();
        match &event.fact {
            Fact::FillRecorded { fill, estimated, .. }
                if !turned && fill.fill_type == FillType::Normal =>
            {
                assert!(!estimated, "{:#?}", self.tail(40));
                let real = self.venue.all_fills();
                assert!(real.iter().any(|it| it.fill_id == fill.fill_id), "{fill:?}");
            }
            Fact::LegClosed { leg, evidence } if !turned => {
                let product_id = self.session.ledger().legs[*leg].contract.product_id;
                let held = self.venue.positions.get(&product_id).copied().unwrap_or(0);
                assert_eq!(held, 0, "{evidence:?} {:#?}", self.tail(40));
                let settled = !self.venue.settled.is_empty();
                assert!(settled || *evidence != CloseEvidence::Settlement);
            }
            _ => {}
        }
    }

    /// INV-1: what leaves is durable as about to leave.
    pub(super) fn check_place(&self, order: &OrderRequest) {
        let mut state = None;
        for event in &self.log {
            match &event.fact {
                Fact::IntentPlanned { plan }
                    if plan.order.client_order_id == order.client_order_id =>
                {
                    state = Some(IntentState::Planned);
                }
                Fact::IntentSending { client_order_id }
                    if *client_order_id == order.client_order_id =>
                {
                    assert_eq!(state, Some(IntentState::Planned));
                    state = Some(IntentState::Sending);
                }
                _ => {}
            }
        }
        assert_eq!(state, Some(IntentState::Sending));
    }

    /// What must hold at the end: flat, nothing works, every trade is in the books once.
    pub(super) fn check_end(&self) {
        assert!(self.session.state().is_over());
        assert_eq!(self.venue.our_open_orders(), 0, "{:#?}", self.tail(60));
        let ledger = self.session.ledger();
        let replayed = Session::replay(self.log.iter().cloned()).unwrap();
        assert_eq!(replayed.ledger(), ledger);
        if !self.venue.external.is_empty() {
            return;
        }
        assert!(self.venue.positions.values().all(|size| *size == 0), "{:#?}", self.tail(60));
        let booked: BTreeSet<String> = ledger
            .legs
            .iter()
            .flat_map(|leg| leg.fills.iter().map(|fill| fill.fill.fill_id.clone()))
            .collect();
        let real = self.venue.all_fills();
        let names: BTreeSet<String> = real.iter().map(|fill| fill.fill_id.clone()).collect();
        assert_eq!(booked, names, "{:#?}", self.tail(45));
        let cash: Decimal = real
            .iter()
            .map(|fill| -fill.price * Decimal::from(fill.side.signed(fill.size)) * dec!(0.001))
            .sum();
        let summary = ledger.summary.as_ref().expect("a summary");
        assert_eq!(summary.gross, cash);
        assert_eq!(summary.net, summary.gross - summary.fees);
    }
}
