//! What became of an order.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{ABSENCE_PROOF, FillsLook, LookUpAnswer};
use crate::intent::{IntentState, OrderReport};

/// What the ledger knows of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntentFacts {
    /// Its state.
    pub state: IntentState,
    /// Whether the exchange has ever confirmed it: then its absence proves nothing.
    pub acknowledged: bool,
    /// Contracts ordered.
    pub size: i64,
    /// How long before the look it was sent; absent if it never was.
    pub since_send: Option<TimeDelta>,
}

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Next {
    /// It was never sent: decide anew.
    Replan,
    /// The exchange has it: go on with it.
    Adopt,
    /// It is over and has traded: import the fills.
    ImportFills,
    /// It is over and has not traded.
    Nothing,
    /// Too early, or contradictory: look again; no new order.
    WaitAndRequery,
    /// The look failed: look again, ever more slowly; no new order.
    BackOff,
    /// Proven absent: the next attempt may be made.
    MayRetryWithNextAttempt,
}

impl Next {
    /// Returns the name, as stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Replan => "replan",
            Self::Adopt => "adopt",
            Self::ImportFills => "import_fills",
            Self::Nothing => "nothing",
            Self::WaitAndRequery => "wait_and_requery",
            Self::BackOff => "back_off",
            Self::MayRetryWithNextAttempt => "may_retry_with_next_attempt",
        }
    }
}

/// What became of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The state of the intent now.
    pub intent: IntentState,
    /// Contracts known to have traded.
    pub filled: i64,
    /// What follows.
    pub next: Next,
}

impl Verdict {
    /// Says whether the leg may send another order now.
    #[must_use]
    pub const fn may_send_new_order(&self) -> bool {
        self.intent.is_terminal()
    }
}

/// Judges an order by what the exchange says. An order that is found is what it is found as, also
/// if a cancel of it was answered otherwise.
#[must_use]
pub fn judge_intent(facts: &IntentFacts, answer: &LookUpAnswer) -> Verdict {
    if facts.state.is_terminal() {
        return Verdict { intent: facts.state, filled: 0, next: Next::Nothing };
    }
    if let Some(report) = answer.report() {
        return found(facts, report);
    }
    let filled = match answer.fills {
        FillsLook::Some { filled } => filled,
        _ => 0,
    };
    if filled >= facts.size {
        return Verdict { intent: IntentState::Filled, filled, next: Next::ImportFills };
    }
    if facts.state == IntentState::Planned {
        return Verdict { intent: IntentState::Abandoned, filled: 0, next: Next::Replan };
    }
    let unknown = |next| Verdict { intent: IntentState::Unknown, filled, next };
    if answer.error().is_some() {
        return unknown(Next::BackOff);
    }
    let old_enough = facts.since_send.is_some_and(|age| age >= ABSENCE_PROOF);
    if old_enough && !facts.acknowledged && answer.absent_everywhere() {
        let next = Next::MayRetryWithNextAttempt;
        return Verdict { intent: IntentState::NotAccepted, filled: 0, next };
    }
    unknown(Next::WaitAndRequery)
}

fn found(facts: &IntentFacts, report: &OrderReport) -> Verdict {
    let filled = report.filled();
    let intent = match report.intent_state() {
        IntentState::Open | IntentState::PartiallyFilled
            if facts.state == IntentState::CancelRequested =>
        {
            IntentState::CancelRequested
        }
        state => state,
    };
    let next = match intent {
        IntentState::Filled => Next::ImportFills,
        IntentState::Cancelled if filled > 0 => Next::ImportFills,
        IntentState::Cancelled => Next::Nothing,
        _ => Next::Adopt,
    };
    Verdict { intent, filled, next }
}

/// What to do with an open order of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderVerdict {
    /// Somebody else's: never touched (INV-6).
    Foreign,
    /// Ours, of a session that runs.
    Ours,
    /// Ours, of a session that is over: cancel.
    CancelFinished,
    /// Ours by its mark, but nothing is written down about it: cancel, critical.
    CancelOrphan,
}

/// Judges an open order.
#[must_use]
pub const fn judge_open_order(our_tag: bool, intent_row: bool, session_over: bool) -> OrderVerdict {
    match (our_tag, intent_row, session_over) {
        (false, ..) => OrderVerdict::Foreign,
        (true, false, _) => OrderVerdict::CancelOrphan,
        (true, true, true) => OrderVerdict::CancelFinished,
        (true, true, false) => OrderVerdict::Ours,
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;
    use crate::instrument::{ProductId, Symbol};
    use crate::intent::{Side, VenueOrderState};
    use crate::reconcile::Look;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_760_000_000, 0).unwrap()
    }

    fn report(state: VenueOrderState, unfilled: i64) -> OrderReport {
        OrderReport {
            client_order_id: None,
            exchange_order_id: 7,
            product_id: ProductId(1),
            symbol: Symbol::new("C-BTC-126000-071025").unwrap(),
            side: Side::Sell,
            size: 10,
            unfilled,
            state,
            average_price: None,
            updated_at: None,
        }
    }

    fn facts(state: IntentState, seconds: i64) -> IntentFacts {
        let since_send = Some(TimeDelta::milliseconds(seconds * 1_000));
        IntentFacts { state, acknowledged: false, size: 10, since_send }
    }

    #[test]
    fn absence_is_proven_after_seven_seconds_and_not_before() {
        let absent = LookUpAnswer::absent(now());

        let early = judge_intent(&facts(IntentState::Sending, 6), &absent);
        let proven = judge_intent(&facts(IntentState::Unknown, 7), &absent);

        assert_eq!((early.intent, early.next), (IntentState::Unknown, Next::WaitAndRequery));
        assert!(!early.may_send_new_order());
        assert_eq!(proven.intent, IntentState::NotAccepted);
        assert!(proven.may_send_new_order());
    }

    #[test]
    fn one_failed_look_proves_nothing() {
        let mut answer = LookUpAnswer::absent(now());
        answer.history = Look::Failed { error: "503".to_owned() };
        let verdict = judge_intent(&facts(IntentState::Sending, 60), &answer);
        assert_eq!((verdict.intent, verdict.next), (IntentState::Unknown, Next::BackOff));

        answer.history = Look::NotAsked;
        let verdict = judge_intent(&facts(IntentState::Sending, 60), &answer);
        assert_eq!((verdict.intent, verdict.next), (IntentState::Unknown, Next::WaitAndRequery));
    }

    #[test]
    fn an_order_the_exchange_had_confirmed_is_never_proven_absent() {
        let facts = IntentFacts { acknowledged: true, ..facts(IntentState::CancelRequested, 600) };

        let verdict = judge_intent(&facts, &LookUpAnswer::absent(now()));

        assert_eq!((verdict.intent, verdict.next), (IntentState::Unknown, Next::WaitAndRequery));
    }

    #[test]
    fn an_order_is_what_it_is_found_as() {
        use IntentState::{CancelRequested, Cancelled, Filled, Open, PartiallyFilled, Sending};
        use VenueOrderState as Venue;

        for (before, venue, unfilled, after, filled, next) in [
            (Sending, Venue::Open, 10, Open, 0, Next::Adopt),
            (Sending, Venue::Open, 3, PartiallyFilled, 7, Next::Adopt),
            (Sending, Venue::Closed, 0, Filled, 10, Next::ImportFills),
            (CancelRequested, Venue::Open, 10, CancelRequested, 0, Next::Adopt),
            (CancelRequested, Venue::Closed, 0, Filled, 10, Next::ImportFills),
            (CancelRequested, Venue::Cancelled, 6, Cancelled, 4, Next::ImportFills),
            (CancelRequested, Venue::Cancelled, 10, Cancelled, 0, Next::Nothing),
            (IntentState::Planned, Venue::Open, 10, Open, 0, Next::Adopt),
        ] {
            let answer = LookUpAnswer::found(now(), report(venue, unfilled));
            let verdict = judge_intent(&facts(before, 1), &answer);
            assert_eq!((verdict.intent, verdict.filled, verdict.next), (after, filled, next));
        }
    }

    #[test]
    fn fills_alone_prove_an_order() {
        let mut answer = LookUpAnswer::absent(now());
        answer.fills = FillsLook::Some { filled: 10 };
        let all = judge_intent(&facts(IntentState::Sending, 60), &answer);
        assert_eq!((all.intent, all.filled), (IntentState::Filled, 10));

        answer.fills = FillsLook::Some { filled: 4 };
        let some = judge_intent(&facts(IntentState::Sending, 60), &answer);
        assert_eq!((some.intent, some.filled), (IntentState::Unknown, 4));
    }

    #[test]
    fn only_our_orders_are_ever_cancelled() {
        assert_eq!(judge_open_order(false, false, true), OrderVerdict::Foreign);
        assert_eq!(judge_open_order(true, true, false), OrderVerdict::Ours);
        assert_eq!(judge_open_order(true, true, true), OrderVerdict::CancelFinished);
        assert_eq!(judge_open_order(true, false, false), OrderVerdict::CancelOrphan);
    }
}
