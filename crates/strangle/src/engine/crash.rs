//! Places at which a test can end the process, as a power cut would.
//!
//! `CRASH_AT=name:n` ends it at the n-th pass of the place. Only the simulator's desk reads it.

use std::sync::atomic::{AtomicU64, Ordering};

use strangle_engine::session::{Event, Fact};

use super::projection::Projection;

/// A place in the life of a session or an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    AfterSessionInsert,
    AfterSelection,
    AfterIntentPlanned,
    AfterIntentSending,
    AfterHttpSent,
    AfterHttpResponse,
    AfterAckCommit,
    MidWait,
    AfterCancelSent,
    AfterFirstLegFilled,
    AfterBothFilledBeforeLive,
    AfterPeakUpdate,
    AfterExitDecision,
    AfterExitIntentSending,
    AfterFirstExitFill,
    AfterCloseBeforeSummary,
    DuringReconcile,
}

impl Point {
    /// Every place.
    pub(crate) const ALL: [Self; 17] = [
        Self::AfterSessionInsert,
        Self::AfterSelection,
        Self::AfterIntentPlanned,
        Self::AfterIntentSending,
        Self::AfterHttpSent,
        Self::AfterHttpResponse,
        Self::AfterAckCommit,
        Self::MidWait,
        Self::AfterCancelSent,
        Self::AfterFirstLegFilled,
        Self::AfterBothFilledBeforeLive,
        Self::AfterPeakUpdate,
        Self::AfterExitDecision,
        Self::AfterExitIntentSending,
        Self::AfterFirstExitFill,
        Self::AfterCloseBeforeSummary,
        Self::DuringReconcile,
    ];

    /// As it is written in `CRASH_AT`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::AfterSessionInsert => "after_session_insert",
            Self::AfterSelection => "after_selection",
            Self::AfterIntentPlanned => "after_intent_planned",
            Self::AfterIntentSending => "after_intent_sending",
            Self::AfterHttpSent => "after_http_sent",
            Self::AfterHttpResponse => "after_http_response",
            Self::AfterAckCommit => "after_ack_commit",
            Self::MidWait => "mid_wait",
            Self::AfterCancelSent => "after_cancel_sent",
            Self::AfterFirstLegFilled => "after_first_leg_filled",
            Self::AfterBothFilledBeforeLive => "after_both_filled_before_live",
            Self::AfterPeakUpdate => "after_peak_update",
            Self::AfterExitDecision => "after_exit_decision",
            Self::AfterExitIntentSending => "after_exit_intent_sending",
            Self::AfterFirstExitFill => "after_first_exit_fill",
            Self::AfterCloseBeforeSummary => "after_close_before_summary",
            Self::DuringReconcile => "during_reconcile",
        }
    }
}

/// Where the process ends.
#[derive(Debug, Default)]
pub(crate) struct CrashPlan {
    at: Option<(Point, u64)>,
    passed: AtomicU64,
}

impl CrashPlan {
    /// Reads `name:n`; the empty text plans nothing.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let (name, nth) = text.split_once(':').unwrap_or((text, "1"));
        let point = Point::ALL.into_iter().find(|point| point.name() == name);
        let nth = nth.parse::<u64>().ok().filter(|nth| *nth > 0);
        match (point, nth) {
            (Some(point), Some(nth)) => {
                Ok(Self { at: Some((point, nth)), passed: AtomicU64::new(0) })
            }
            _ => Err("write `name:n`, such as `after_intent_sending:1`".to_owned()),
        }
    }

    /// Passes a place; ends the process if it is the one.
    pub(crate) fn pass(&self, point: Point) {
        let Some((planned, nth)) = self.at else { return };
        if planned == point && self.passed.fetch_add(1, Ordering::Relaxed) + 1 == nth {
            // No destructor, no flush: what is not durable now is lost.
            std::process::abort();
        }
    }
}

/// Returns the places of the test harness that a stored event passes.
pub(super) fn points_of(projection: &Projection, event: &Event) -> Vec<Point> {
    use strangle_engine::intent::Side;

    let ledger = projection.ledger();
    match &event.fact {
        Fact::SessionCreated { .. } => vec![Point::AfterSessionInsert],
        Fact::Selected { .. } => vec![Point::AfterSelection],
        Fact::IntentPlanned { .. } => vec![Point::AfterIntentPlanned],
        Fact::IntentSending { client_order_id } => {
            let is_exit =
                ledger.intents.iter().map(|intent| &intent.plan.order).any(|order| {
                    order.client_order_id == *client_order_id && order.side == Side::Buy
                });
            let mut points = vec![Point::AfterIntentSending];
            points.extend(is_exit.then_some(Point::AfterExitIntentSending));
            points
        }
        Fact::IntentReported { .. } => vec![Point::AfterAckCommit],
        Fact::FillRecorded { fill, .. } if fill.side == Side::Buy => {
            vec![Point::AfterFirstExitFill]
        }
        Fact::FillRecorded { .. } => {
            let full = ledger.legs.iter().filter(|leg| -leg.book.position() == leg.target).count();
            match full {
                1 => vec![Point::AfterFirstLegFilled],
                2 => vec![Point::AfterBothFilledBeforeLive],
                _ => Vec::new(),
            }
        }
        Fact::ExtremesMoved { .. } => vec![Point::AfterPeakUpdate],
        Fact::ExitDecided { .. } => vec![Point::AfterExitDecision],
        Fact::LegClosed { .. } => {
            let closed = ledger.legs.iter().all(strangle_engine::session::Leg::is_closed);
            closed.then_some(Point::AfterCloseBeforeSummary).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_found_by_its_name_and_nothing_else_is() {
        for point in Point::ALL {
            assert!(
                CrashPlan::parse(&format!("{}:3", point.name())).unwrap().at == Some((point, 3))
            );
        }
        assert!(CrashPlan::parse("").unwrap().at.is_none());
        for wrong in ["somewhere:1", "mid_wait:0", "mid_wait:x"] {
            assert!(CrashPlan::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_place_is_passed_until_its_turn() {
        let plan = CrashPlan::parse("mid_wait:2").unwrap();
        plan.pass(Point::MidWait);
        plan.pass(Point::AfterSelection);
        assert_eq!(plan.passed.load(Ordering::Relaxed), 1);
    }
}
