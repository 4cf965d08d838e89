//! Limits, switches and what people ask for.

use rust_decimal::{Decimal, dec};

use super::dice::Faults;
use super::venue::{CALL, PUT};
use super::world::{Desk, at, fields, spec};
use crate::exit::ExitReason;
use crate::intent::{OrderKind, Side};
use crate::profile::{Profile, ProfileFields};
use crate::risk::TradingState;
use crate::session::{Command, CommandRefused, SessionState};

fn by() -> String {
    "anna".to_owned()
}

type Forbid = fn(&mut Desk);

fn leaves_with(marks: (Decimal, Decimal), fields: ProfileFields) -> Option<ExitReason> {
    let mut desk = Desk::live(Faults::NONE, fields);
    desk.venue.marks.insert(CALL, marks.0);
    desk.venue.marks.insert(PUT, marks.1);
    desk.run(3);
    let reason = desk.session.ledger().exit.as_ref().map(|exit| exit.reason);
    desk.until_over();
    desk.check_end();
    reason
}

#[test]
fn each_limit_ends_the_session_with_its_name() {
    // Sold at 300 and 330: the premium is 630 per unit.
    let stop = ProfileFields { leg_stop_multiple: Some(2.0), ..fields() };
    assert_eq!(leaves_with((dec!(800), dec!(400)), fields()), Some(ExitReason::MaxLoss));
    assert_eq!(leaves_with((dec!(601), dec!(200)), stop), Some(ExitReason::LegStop));
    assert_eq!(leaves_with((dec!(50), dec!(50)), fields()), Some(ExitReason::MaxProfit));
    assert_eq!(leaves_with((dec!(300), dec!(330)), fields()), None);
}

#[test]
fn the_trailing_stop_keeps_its_level() {
    let mut desk = Desk::live(Faults::NONE, fields());
    desk.venue.marks.insert(CALL, dec!(150));
    desk.run(3);
    assert_eq!(desk.session.ledger().trail.level_pct, Some(0.0), "break-even is a level");
    desk.venue.marks.insert(CALL, dec!(320));
    desk.run(3);

    assert_eq!(
        desk.session.ledger().exit.as_ref().map(|exit| exit.reason),
        Some(ExitReason::TrailingSl)
    );
    desk.until_over();
    desk.check_end();
}

#[test]
fn the_kill_switch_closes_at_market_or_only_forbids_entries() {
    let mut desk = Desk::live(Faults::NONE, fields());
    desk.world.trading_state = TradingState::Halted;
    desk.run(2);
    assert_eq!(desk.state(), SessionState::Halted);
    assert!(desk.placed(Side::Buy).is_empty());
    desk.world.trading_state = TradingState::Active;
    desk.run(2);
    assert_eq!(desk.state(), SessionState::Live);

    desk.world.trading_state = TradingState::Halted;
    desk.world.flatten = true;
    desk.until_over();

    assert_eq!(desk.reason(), Some(ExitReason::KillSwitch));
    assert!(desk.placed(Side::Buy).iter().all(|order| order.kind == OrderKind::MarketIoc));
    desk.check_end();
}

#[test]
fn a_halted_desk_still_leaves_by_rule() {
    let mut desk = Desk::live(Faults::NONE, fields());
    desk.world.trading_state = TradingState::Halted;

    desk.until_over();

    assert_eq!(desk.reason(), Some(ExitReason::TimeExit));
    desk.check_end();
}

#[test]
fn what_holds_an_entry_up_may_pass_within_its_window() {
    let window = ProfileFields { late_entry_policy: "window:2".to_owned(), ..fields() };
    let mut held = Desk::start(1, Faults::NONE, window.clone());
    held.world.venue_up = false;
    held.run(60);
    assert_eq!(held.session.view(held.now).entry.held_by.as_deref(), Some("venue_down"));
    held.world.venue_up = true;
    held.until_state(SessionState::Live);

    let mut late = Desk::start(1, Faults::NONE, window);
    late.command(&Command::PauseEntries { by: by() });
    late.until_over();
    assert_eq!(late.state(), SessionState::EntryAborted);
    assert!(late.now < at("2025-10-06T04:02:10Z"), "{}", late.now);
    assert!(late.placed(Side::Sell).is_empty());
}

#[test]
fn a_paused_entry_resumes() {
    let mut desk = Desk::start(1, Faults::NONE, fields());
    desk.command(&Command::PauseEntries { by: by() });
    desk.run(60);
    assert_eq!(desk.state(), SessionState::Waiting);

    desk.command(&Command::Resume { by: by() });

    desk.until_state(SessionState::Live);
}

#[test]
fn the_limits_of_the_day_and_of_the_account_forbid_the_entry() {
    let forbids: [(&str, Forbid); 4] = [
        ("daily_loss_limit", |desk| {
            desk.world.limits.max_daily_loss = Some(dec!(50));
            desk.world.daily_realized = dec!(-50);
        }),
        ("sessions_per_day", |desk| desk.world.sessions_today = 3),
        ("max_lots", |desk| desk.world.limits.max_lots_per_leg = 9),
        ("insufficient_margin", |desk| desk.world.available_balance = Some(dec!(100))),
    ];
    for (code, forbid) in forbids {
        let mut desk = Desk::start(1, Faults::NONE, fields());
        forbid(&mut desk);

        desk.until_over();

        assert_eq!(desk.state(), SessionState::EntryAborted, "{code}");
        assert!(desk.alerted(code), "{code}");
        assert!(desk.placed(Side::Sell).is_empty(), "{code}");
    }
}

#[test]
fn without_the_lease_nothing_leaves() {
    let mut desk = Desk::live(Faults::NONE, fields());
    desk.world.lease_held = false;
    desk.until_state(SessionState::Exiting);
    desk.run(30);
    assert!(desk.placed(Side::Buy).is_empty());

    desk.world.lease_held = true;
    desk.until_over();
    desk.check_end();
}

#[test]
fn stop_ends_before_entry_and_flattens_after_it() {
    let mut early = Desk::start(1, Faults::NONE, fields());
    early.until_state(SessionState::Waiting);
    early.command(&Command::Stop { flatten: false, by: by() });
    assert_eq!(early.state(), SessionState::EntryAborted);
    assert_eq!(early.reason(), Some(ExitReason::Manual));

    let mut open = Desk::live(Faults::NONE, fields());
    open.command(&Command::Stop { flatten: true, by: by() });
    open.until_over();
    assert_eq!(open.reason(), Some(ExitReason::Manual));
    open.check_end();
}

#[test]
fn a_session_left_to_people_can_be_taken_back() {
    let mut desk = Desk::live(Faults::NONE, fields());
    desk.command(&Command::Stop { flatten: false, by: by() });
    desk.now = at("2025-10-06T05:00:00Z");
    desk.run(5);
    assert_eq!(desk.state(), SessionState::Halted);

    desk.command(&Command::Resume { by: by() });
    desk.until_over();

    assert_eq!(desk.reason(), Some(ExitReason::TimeExit));
    desk.check_end();
}

#[test]
fn a_panic_overtakes_an_exit_that_rests() {
    let mut desk = Desk::live(Faults::NONE, fields());
    desk.venue.faults.no_fill = 100;
    desk.command(&Command::Stop { flatten: true, by: by() });
    desk.run(1);
    assert!(matches!(desk.placed(Side::Buy)[0].kind, OrderKind::LimitGtc { .. }));
    desk.venue.faults.no_fill = 0;

    desk.command(&Command::Panic { by: by() });
    desk.until_over();

    let last = *desk.placed(Side::Buy).last().unwrap();
    assert_eq!(last.kind, OrderKind::MarketIoc);
    assert_eq!(desk.reason(), Some(ExitReason::Manual), "the first reason stays");
    desk.check_end();
}

#[test]
fn a_person_closes_a_part_of_a_leg() {
    let mut desk = Desk::live(Faults::NONE, fields());
    let close = |leg, size, limit_price| Command::CloseLeg { leg, size, limit_price, by: by() };
    for (command, refusal) in [
        (close(2, None, None), CommandRefused::NoSuchLeg(2)),
        (close(0, Some(11), None), CommandRefused::BadSize { open: 10 }),
        (close(0, Some(0), None), CommandRefused::BadSize { open: 10 }),
        (close(0, None, Some(dec!(0))), CommandRefused::BadPrice),
    ] {
        assert_eq!(desk.session.check(&command), Err(refusal));
    }

    desk.command(&close(0, Some(4), None));
    assert_eq!(desk.session.check(&close(0, None, None)), Err(CommandRefused::LegBusy));
    desk.run(5);

    assert_eq!(desk.venue.positions[&CALL], -6);
    assert_eq!(desk.state(), SessionState::Live);
    desk.until_over();
    desk.check_end();
}

#[test]
fn a_persons_limit_order_rests_for_a_minute() {
    let mut desk = Desk::live(Faults::NONE, fields());
    desk.venue.faults.no_fill = 100;
    let limit_price = Some(dec!(250));
    desk.command(&Command::CloseLeg { leg: 1, size: None, limit_price, by: by() });

    desk.run(50);
    assert_eq!(desk.venue.our_open_orders(), 1);
    desk.run(20);

    assert_eq!(desk.venue.our_open_orders(), 0);
    assert_eq!(desk.facts("leg_close_ended").len(), 1);
    desk.venue.faults.no_fill = 0;
    desk.until_over();
    desk.check_end();
}

#[test]
fn a_live_profile_may_only_become_stricter() {
    let mut desk = Desk::live(Faults::NONE, fields());
    let with = |max_loss_pct| {
        let profile = Profile::new(ProfileFields { max_loss_pct, ..fields() }).unwrap();
        Command::Tighten { profile: Box::new(profile), by: by() }
    };
    let looser = desk.session.check(&with(90.0)).unwrap_err();
    assert_eq!(looser.code(), "adds_risk");

    desk.command(&with(20.0));
    desk.venue.marks.insert(CALL, dec!(450));
    desk.until_over();

    assert_eq!(desk.reason(), Some(ExitReason::MaxLoss));
}

#[test]
fn an_ended_session_takes_nothing() {
    let mut desk = Desk::start(1, Faults::NONE, fields());
    desk.command(&Command::Panic { by: by() });
    desk.until_over();
    let facts = desk.log.len();

    desk.command(&Command::Panic { by: by() });
    desk.run(10);

    assert_eq!(desk.log.len(), facts);
    assert_eq!(desk.session.next_wake(), None);
    assert_eq!(desk.session.check(&Command::Panic { by: by() }), Err(CommandRefused::Over));
}

#[test]
fn a_log_that_does_not_fit_together_is_refused() {
    use crate::session::{Corrupt, Session};

    let mut desk = Desk::live(Faults::NONE, fields());
    desk.run(1);
    let replay = |events: Vec<_>| Session::replay(events).map(|_| ()).unwrap_err();

    assert_eq!(replay(Vec::new()), Corrupt::NoBeginning);
    assert_eq!(replay(desk.log[1..].to_vec()), Corrupt::NoBeginning);
    let mut gap = desk.log.clone();
    gap.remove(3);
    assert_eq!(replay(gap), Corrupt::OutOfSequence { last: 3, found: 5 });
    let no_plan = |event: &crate::session::Event| event.fact.kind() != "intent_planned";
    let mut unplanned: Vec<_> = desk.log.iter().filter(|event| no_plan(event)).cloned().collect();
    for (seq, event) in (1..).zip(&mut unplanned) {
        event.seq = seq;
    }
    assert!(matches!(replay(unplanned), Corrupt::NoSuchIntent(_)));
}

#[test]
fn facts_and_their_log_survive_json() {
    let mut desk = Desk::start(3, Faults { partial: 70, refuse: 20, ..Faults::NONE }, fields());
    desk.until_over();
    for event in &desk.log {
        let text = serde_json::to_string(event).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["type"], event.fact.kind());
        assert_eq!(serde_json::from_str::<crate::session::Event>(&text).unwrap(), *event);
    }
}

#[test]
fn the_view_shows_what_can_be_done() {
    let mut desk = Desk::live(Faults::NONE, fields());
    desk.run(5);

    let view = desk.session.view(desk.now);

    assert_eq!((view.status, view.state), ("live", SessionState::Live));
    assert!(view.allowed_actions.contains(&"close_leg"));
    assert_eq!(view.legs[0].entry_price, Some(dec!(300)));
    assert_eq!(view.legs[0].attempts.len(), 1);
    // 10 contracts of 0.001: gross is (300 + 330 − 302 − 332) · 0.01.
    assert_eq!(view.totals.gross, dec!(-0.04));
    assert_eq!(view.totals.basis, Some(dec!(6.3)));
    assert!(view.greeks.is_some_and(|greeks| greeks.theta > 0.0));
    let spec = spec(fields(), desk.now);
    assert_eq!(view.strategy_id, spec.strategy_id);
}
