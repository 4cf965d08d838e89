use chrono::{FixedOffset, TimeDelta};
use proptest::prelude::*;
use rust_decimal::dec;
use serde_json::json;

use super::charts::{Charts, histogram};
use super::metrics::{Figure, Metrics};
use super::range::{Preset, Range, Status};
use super::ratios::Ratios;
use super::timeline::{Entry, EntryType, sort};
use super::*;

fn india() -> FixedOffset {
    FixedOffset::east_opt(19_800).unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn session(id: i64, closed_at: &str, gross: Decimal, fees: Decimal) -> ClosedSession {
    let closed_at = at(closed_at);
    ClosedSession {
        id,
        opened_at: Some(closed_at - TimeDelta::hours(6)),
        closed_at,
        gross,
        fees,
        slippage: None,
        slippage_base: None,
        exit_reason: Some(ExitReason::TimeExit),
    }
}

#[test]
fn nothing_gives_zeros_and_no_ratio() {
    let metrics = Metrics::of(&[], &india());

    assert_eq!(metrics, Metrics::default());
    assert!(metrics.figures().iter().all(|(_, figure)| {
        matches!(figure, Figure::Count(0)) || *figure == Figure::Amount(Decimal::ZERO)
    }));
    assert_eq!(Ratios::of(&[], &india()), Ratios::default());
    assert!(Charts::of(&[]).trades_histogram.is_empty());
}

#[test]
fn slippage_is_averaged_over_the_sessions_that_know_theirs() {
    let known = |lost, base| ClosedSession {
        slippage: Some(lost),
        slippage_base: Some(base),
        ..session(1, "2025-10-01T09:50:00Z", dec!(1), dec!(0))
    };
    let unknown = session(2, "2025-10-02T09:50:00Z", dec!(1), dec!(0));

    let ratios =
        Ratios::of(&[known(dec!(0.3), dec!(10)), unknown, known(dec!(0.1), dec!(6))], &india());

    assert_eq!(ratios.average_slippage, Some(dec!(0.2)));
    assert_eq!(ratios.slippage_pct, Some(2.5));
}

#[test]
fn a_result_of_nothing_ends_both_runs() {
    let sessions = [
        session(1, "2025-10-01T09:50:00Z", dec!(1), dec!(0)),
        session(2, "2025-10-02T09:50:00Z", dec!(0.1), dec!(0.1)),
        session(3, "2025-10-03T09:50:00Z", dec!(1), dec!(0)),
        session(4, "2025-10-04T09:50:00Z", dec!(-1), dec!(0)),
        session(5, "2025-10-05T09:50:00Z", dec!(-1), dec!(0)),
    ];

    let metrics = Metrics::of(&sessions, &india());

    assert_eq!((metrics.win_count, metrics.loss_count), (2, 2));
    assert_eq!((metrics.consecutive_wins, metrics.consecutive_losses), (1, 2));
    assert_eq!(metrics.win_rate, dec!(40));
    assert_eq!(metrics.max_drawdown, dec!(2));
}

#[test]
fn days_are_those_of_the_zone() {
    let sessions = [
        session(1, "2025-10-03T09:50:00Z", dec!(-2), dec!(0)),
        session(2, "2025-10-03T18:40:00Z", dec!(1), dec!(0)),
    ];

    assert_eq!(Metrics::of(&sessions, &india()).profitable_days, 1);
    assert_eq!(Metrics::of(&sessions, &Utc).profitable_days, 0);
    assert_eq!(Metrics::of(&sessions, &Utc).days_running, 1);
}

#[test]
fn ratios_are_those_of_the_definitions() {
    let sessions = [
        session(1, "2025-10-01T09:50:00Z", dec!(3.1), dec!(0.1)),
        session(2, "2025-10-02T09:50:00Z", dec!(-0.9), dec!(0.1)),
        session(3, "2025-10-04T09:50:00Z", dec!(2.1), dec!(0.1)),
    ];

    let ratios = Ratios::of(&sessions, &india());

    // numpy: days = [3, -1, 0, 2]
    let close = |got: Option<f64>, expected: f64| {
        assert!((got.unwrap() - expected).abs() < 1e-9, "{got:?} {expected}");
    };
    close(ratios.profit_factor, 5.0);
    close(ratios.payoff_ratio, 2.5);
    close(ratios.expectancy, 4.0 / 3.0);
    close(ratios.sharpe, 10.464_224_768_2);
    close(ratios.sortino, 38.209_946_349_1);
    close(ratios.calmar, 365.0);
    close(ratios.fee_drag_pct, 0.3 / 4.3 * 100.0);
    assert_eq!(ratios.average_hold_seconds, Some(21_600));
    assert_eq!(ratios.by_exit_reason["time_exit"].wins, 2);
    assert_eq!(ratios.by_weekday[&3].count, 1);
    assert_eq!(ratios.by_hour[&15].net, dec!(4));
}

#[test]
fn the_rolling_win_rate_looks_ten_sessions_back() {
    let sessions: Vec<ClosedSession> = (1..=12)
        .map(|day: i64| {
            let gross = if day <= 2 { dec!(-1) } else { dec!(1) };
            session(day, &format!("2025-10-{day:02}T09:50:00Z"), gross, dec!(0))
        })
        .collect();

    let rates: Vec<Decimal> =
        Charts::of(&sessions).rolling_win_rate.iter().map(|point| point.value).collect();

    assert_eq!(rates[..4], [dec!(0), dec!(0), dec!(100) / dec!(3), dec!(50)]);
    assert_eq!(rates[9..], [dec!(80), dec!(90), dec!(100)]);
}

#[test]
fn equal_values_stand_in_the_middle_of_a_unit() {
    let buckets = histogram(&[2.0, 2.0, 2.0], 10);

    assert_eq!(buckets.len(), 10);
    assert!((buckets[0].start - 1.5).abs() < 1e-12 && (buckets[9].end - 2.5).abs() < 1e-12);
    assert_eq!(buckets[5].count, 3);
}

#[test]
fn a_range_is_turned_round_if_it_ends_before_it_starts() {
    let (early, late) = (at("2025-10-01T00:00:00Z"), at("2025-10-06T00:00:00Z"));

    let range = Range::new(Some(late), early);

    assert!(range.contains(early) && range.contains(late));
    assert!(!range.contains(late + TimeDelta::seconds(1)));
}

#[test]
fn the_year_begins_at_midnight_of_the_zone() {
    let range = Preset::of("YTD").unwrap().range(at("2025-12-31T20:00:00Z"), &india());

    assert_eq!(range.start(), Some(at("2025-12-31T18:30:00Z")));
    assert_eq!(Preset::of("ytd").map(Preset::as_str), Some("YTD"));
    assert_eq!(Preset::All.range(at("2025-12-31T20:00:00Z"), &india()).start(), None);
    assert_eq!(Preset::of("1y"), None);
}

#[test]
fn an_answer_is_stale_only_while_a_session_is_live_and_silent() {
    let now = at("2025-10-06T12:00:00Z");
    let range = Preset::SevenDays.range(now, &india());
    let stale = |latest: &str, live| Status::of(&range, Some(at(latest)), live, now).is_stale;

    assert!(stale("2025-10-06T11:54:59Z", true));
    assert!(!stale("2025-10-06T11:55:00Z", true));
    assert!(!stale("2025-10-01T00:00:00Z", false));
    assert!(Status::of(&range, None, true, now).is_stale);
    let past = Range::new(range.start(), now - TimeDelta::days(1));
    assert!(!Status::of(&past, None, true, now).is_stale);
}

#[test]
fn the_timeline_is_in_the_order_of_time_then_id() {
    let entry = |timestamp: &str, order_id: Option<&str>, position_id| Entry {
        timestamp: at(timestamp),
        session_id: 7,
        entry_type: EntryType::Order,
        order_id: order_id.map(str::to_owned),
        position_id,
        symbol: None,
        side: None,
        quantity: None,
        price: None,
        fill_price: None,
        realized_pnl: None,
        unrealized_pnl: None,
        metadata: json!({}),
    };
    let mut entries = [
        entry("2025-10-06T09:50:00Z", Some("b"), None),
        entry("2025-10-06T09:50:00Z", Some("a"), None),
        entry("2025-10-06T09:50:00Z", None, Some(2)),
        entry("2025-10-06T04:00:00Z", Some("z"), None),
    ];

    sort(&mut entries);

    let order: Vec<_> = entries.iter().map(|entry| entry.order_id.as_deref()).collect();
    assert_eq!(order, [Some("z"), None, Some("a"), Some("b")]);
}

proptest! {
    #[test]
    fn every_value_is_counted_once(values in prop::collection::vec(-1e6_f64..1e6, 1..200)) {
        let buckets = histogram(&values, 10);

        let counted: u32 = buckets.iter().map(|bucket| bucket.count).sum();
        prop_assert_eq!(usize::try_from(counted).unwrap(), values.len());
        if values.iter().any(|value| (value - values[0]).abs() > 0.0) {
            prop_assert!(buckets[9].count > 0 && buckets[0].count > 0);
        }
    }

    #[test]
    fn figures_do_not_depend_on_the_order(
        nets in prop::collection::vec(-1000_i64..1000, 1..30), shift in 0_usize..30,
    ) {
        let mut sessions: Vec<ClosedSession> = (0_i64..).zip(nets).map(|(id, net)| {
            let mut one = session(id, "2025-10-01T00:00:00Z", Decimal::new(net, 2), dec!(0.1));
            one.closed_at += TimeDelta::hours(7 * id);
            one
        }).collect();
        let before = Metrics::of(&sessions, &india());
        let turn = shift % sessions.len();
        sessions.rotate_left(turn);

        prop_assert_eq!(Metrics::of(&sessions, &india()), before);
        prop_assert_eq!(before.net_pnl, before.pnl_before_fees - before.fees_total);
    }
}
