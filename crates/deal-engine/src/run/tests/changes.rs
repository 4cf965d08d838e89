//! What changes or ends a deal.

use super::*;
use crate::model::Status;

const SPLIT: &str = "waterfall amortizing
  pay principal to A, B pro rata from cash
waterfall early amortization
  pay principal to A, B sequentially from cash
";

fn losing(defaults: &[f64]) -> Collateral {
    let row = |default: &f64| FlowRow { principal: 10.0, default: *default, ..FlowRow::default() };
    pool_of(1000.0, &defaults.iter().map(row).collect::<Vec<FlowRow>>())
}

#[test]
fn a_trigger_switches_the_waterfall_of_the_same_date_for_good() {
    let run = ran(
        &format!(
            "account cash\nbond A 500\nbond B 500\n\
             trigger loss when pool.default > 5, never cures\n  \
             then status early amortization\n{SPLIT}"
        ),
        losing(&[1.0, 9.0, 1.0]),
    );

    assert_starts(&run.bonds[0].principal, &[5.0, 10.0, 10.0]);
    assert_eq!(run.status[..2], [Status::Amortizing, Status::EarlyAmortization]);
    assert_eq!(run.triggers[0].breached[..3], [false, true, false]);
    assert_eq!(run.triggers[0].active[..3], [false, true, true]);
    assert_eq!(run.triggers[0].headroom[..3], [Some(4.0), Some(-4.0), Some(4.0)]);
}

#[test]
fn a_trigger_that_cures_takes_its_status_with_it() {
    let run = ran(
        &format!(
            "account cash\nbond A 500\nbond B 500\n\
             trigger loss when pool.default > 5, cures when passed\n  \
             then status early amortization\n{SPLIT}"
        ),
        losing(&[9.0, 1.0]),
    );

    assert_starts(&run.bonds[0].principal, &[10.0, 10.0 * 490.0 / 990.0]);
}

#[test]
fn a_trigger_may_need_several_breaches_in_a_row() {
    let run = ran(
        &format!(
            "account cash\nbond A 500\nbond B 500\n\
             trigger loss when pool.default > 5, 2 times in a row, never cures\n  \
             then status early amortization\n{SPLIT}"
        ),
        losing(&[9.0, 1.0, 9.0, 9.0]),
    );

    assert_eq!(run.triggers[0].active[..4], [false, false, false, true]);
}

#[test]
fn a_trigger_after_the_waterfall_changes_the_next_date() {
    let run = ran(
        &format!(
            "account cash\nbond A 500\nbond B 500\n\
             trigger loss when pool.default > 5, after waterfall, never cures\n  \
             then status early amortization\n{SPLIT}"
        ),
        losing(&[9.0, 1.0]),
    );

    assert_eq!(run.status[..2], [Status::Amortizing, Status::EarlyAmortization]);
}

#[test]
fn a_trigger_changes_targets_rates_and_other_triggers_and_runs_steps() {
    let run = ran(
        "account cash\naccount reserve starts at 5, target 5\nbond A 1200 at 6%\n\
         trigger first when pool.default > 5, never cures\n  \
         then target of reserve becomes 8\n  then rate of A becomes 9%\n  then activate second\n  \
         then do\n    inspect fired as 1\n\
         trigger second when period >= 1, never cures, dormant\n  then do\n    inspect second as 2\n\
         waterfall amortizing\n  fill reserve from cash\n  pay interest to A from cash\n",
        losing(&[9.0, 1.0]),
    );

    assert_starts(&run.accounts[1].balance, &[8.0, 8.0]);
    assert_starts(&run.bonds[0].rate, &[0.06, 0.09]);
    assert_eq!(run.triggers[1].active[..2], [true, true]);
    assert_eq!(run.inspections[0].value[..2], [Some(1.0), None]);
}

#[test]
fn a_step_sets_the_status_and_tests_a_trigger() {
    let run = ran(
        &format!(
            "account cash\nbond A 500\nbond B 500\n\
             trigger now when bond(A).paid_principal > 0, in step, never cures\n  \
             then do\n    inspect paid as bond(A).paid_principal\n{}",
            SPLIT.replacen(
                "from cash\n",
                "from cash\n  test trigger now\n  set status accelerated\n",
                1
            )
        ),
        losing(&[1.0, 1.0]),
    );

    assert_eq!(run.status[..2], [Status::Amortizing, Status::Accelerated]);
    assert_eq!(run.inspections[0].value[0], Some(5.0));
}

#[test]
fn a_revolving_deal_amortizes_from_its_day() {
    let text = format!(
        "{}account cash\nbond A 500\nwaterfall revolving\n  inspect revolving as 1\n\
         waterfall amortizing\n  pay principal to A from cash\n",
        HEAD.replace("  first", "  revolving until 2026-04-15\n  first")
    );
    let deal = text::parse(&text).unwrap().deal;

    let run = outcome(&deal, losing(&[0.0, 0.0])).unwrap();

    assert_eq!(run.status[..2], [Status::Revolving, Status::Amortizing]);
    assert_starts(&run.bonds[0].principal, &[0.0, 20.0]);
}

#[test]
fn a_failed_test_is_cured_with_principal_to_the_senior_bond() {
    let run = ran(
        "account interest\naccount principal\nbond A 60 at 12%\nbond B 30 at 12%\n\
         bond R 0, equity\ntest oc of A, B at least 120%, numerator pool.balance\n\
         waterfall amortizing\n  collect interest into interest\n  \
         pay interest to A, B sequentially from interest\n  cure oc by paying A, B from interest\n  \
         inspect passed as test(oc).value\n  pay the rest from interest to R\n",
        pool_of(
            100.0,
            &[FlowRow { interest: 20.0, balance: Some(100.0), ..FlowRow::default() }; 2],
        ),
    );

    // 90 − 100 / 1.2 = 6.67 are needed once.
    assert_starts(&run.bonds[0].principal, &[90.0 - 100.0 / 1.2, 0.0]);
    assert_starts(&run.tests[0].cure, &[90.0 - 100.0 / 1.2, 0.0]);
    assert_eq!(run.tests[0].passed[..2], [false, true]);
    assert!((run.inspections[0].value[0].unwrap() - 1.2).abs() < 1e-12);
}

#[test]
fn interest_coverage_is_cured_by_principal_that_stops_earning() {
    let run = ran(
        "account cash\nfee trustee 2 each payment\nbond A 1000 at 12%\nbond B 500 at 24%\n\
         test ic interest coverage of A, B at least 110%\nwaterfall amortizing\n  \
         inspect cure as test(ic).cure\n",
        pool(&[(13.0, 0.0)]),
    );

    // 11 cover 10 of the 20 that are due: all of A (10 due) is repaid.
    assert_eq!(run.tests[0].value[0], Some(11.0 / 20.0));
    assert_eq!(run.inspections[0].value[0], Some(1000.0));
}

#[test]
fn a_call_needs_a_factor_strictly_below_its_level() {
    let body = |level: &str| {
        format!(
            "account cash\nbond A 100 at 12%\nbond R 0, equity\n\
             call clean when pool.factor < {level}\nwaterfall amortizing\n  \
             pay interest to A from cash\n  pay principal to A from cash, limit pool.principal\n"
        )
    };
    let rows = pool(&[(1.0, 90.0), (0.1, 5.0), (0.05, 5.0)]);

    let exactly = ran(&body("10%"), rows.clone());
    let above = ran(&body("10.1%"), rows);

    assert_eq!(exactly.calls[0].date, date("2026-04-15"));
    assert_starts(&exactly.bonds[0].principal, &[90.0, 10.0]);
    assert_eq!(above.calls[0].date, date("2026-03-15"));
    assert_starts(&above.bonds[0].principal, &[100.0]);
    assert_eq!(above.dates.len(), 1);
    assert_starts(&above.pools[0].sold, &[10.0]);
}

#[test]
fn a_call_waits_for_its_day_and_for_proceeds_that_cover_what_is_owed() {
    let body = |options: &str| {
        format!(
            "account cash\nbond A 100\nbond R 0, equity\n\
             call clean when pool.factor < 50%{options}\nwaterfall amortizing\n  \
             pay principal to A from cash\n"
        )
    };
    let rows = pool(&[(0.0, 60.0), (0.0, 30.0), (0.0, 10.0)]);

    let late = ran(&body(", from 2026-04-15"), rows.clone());
    let cheap = ran(&body(", price 90% * pool.balance"), rows.clone());
    let dear = ran(&body(", price 110% * pool.balance"), rows);

    assert_eq!(late.calls[0].date, date("2026-04-15"));
    assert!(cheap.calls.is_empty());
    assert_eq!(cheap.warnings[0].code, "call_not_covered");
    assert_starts(&dear.bonds[1].residual, &[4.0]);
}

#[test]
fn a_called_deal_runs_its_own_waterfall() {
    let run = ran(
        "account cash\nbond A 100\nbond B 50\nbond R 0, equity\n\
         call clean when pool.factor < 50%\nwaterfall amortizing\n  \
         pay principal to A from cash\nwaterfall called\n  pay principal to B from cash\n  \
         pay principal to A from cash\n  pay the rest from cash to R\n",
        pool(&[(0.0, 110.0), (0.0, 90.0)]),
    );

    assert_starts(&run.bonds[0].principal, &[100.0]);
    assert_starts(&run.bonds[1].principal, &[50.0]);
    assert_starts(&run.bonds[2].residual, &[50.0]);
}

#[test]
fn a_deal_ends_at_maturity() {
    let text = format!(
        "{}account cash\nbond A 100\nwaterfall amortizing\n  pay principal to A from cash\n",
        HEAD.replace("  first", "  maturity 2026-04-15\n  first")
    );
    let deal = text::parse(&text).unwrap().deal;

    let run = outcome(&deal, pool(&[(0.0, 10.0), (0.0, 20.0), (0.0, 70.0)])).unwrap();

    assert_eq!(run.dates, [date("2026-03-15"), date("2026-04-15")]);
    assert!(run.summary.bonds[0].maturity_hit);
    assert_eq!(run.warnings[0].code, "collections_after_maturity");
}
