//! What bonds of each kind are owed and paid, in sizes that can be checked by hand.

use super::*;
use crate::run::IndexPath;

#[test]
fn unpaid_interest_stays_owed_and_earns_nothing() {
    let run = ran(
        "account cash\nbond A 1200 at 12%\nwaterfall amortizing\n  pay interest to A from cash\n",
        pool(&[(5.0, 0.0), (20.0, 0.0)]),
    );

    let bond = &run.bonds[0];
    assert_starts(&bond.interest_due, &[12.0, 12.0]);
    assert_starts(&bond.interest_paid, &[5.0, 19.0]);
    assert_starts(&bond.interest_overdue, &[7.0, 0.0]);
    assert_eq!(run.summary.first_unpaid.as_ref().unwrap().bond, "A");
    assert!((run.summary.first_unpaid.as_ref().unwrap().amount - 7.0).abs() < 1e-9);
}

#[test]
fn unpaid_interest_earns_the_rate_of_its_bond_if_it_should() {
    let run = ran(
        "account cash\nbond A 1200 at 12%, interest on interest at own rate\nwaterfall amortizing\n  \
         pay interest to A from cash\n",
        pool(&[(2.0, 0.0), (40.0, 0.0)]),
    );

    // 10 were missing; a month at 12 % makes 0.1 of them.
    assert_starts(&run.bonds[0].interest_due, &[12.0, 12.1]);
    assert_starts(&run.bonds[0].interest_paid, &[2.0, 22.1]);
}

#[test]
fn a_deferrable_bond_adds_unpaid_interest_to_its_balance() {
    let run = ran(
        "account cash\nbond A 1200 at 12%, deferrable\nwaterfall amortizing\n  \
         pay interest to A from cash\n  pay principal to A from cash\n",
        pool(&[(2.0, 0.0), (40.0, 0.0)]),
    );

    let bond = &run.bonds[0];
    assert_starts(&bond.accreted, &[10.0, 0.0]);
    assert_starts(&bond.interest_due, &[12.0, 12.1]);
    assert_starts(&bond.interest_overdue, &[0.0, 0.0]);
    assert_starts(&bond.balance, &[1210.0, 1210.0 - 27.9]);
}

#[test]
fn accretion_repays_the_bonds_before_until_the_turn_comes() {
    let run = ran(
        "account cash\nbond A 100 at 12%\nbond Z 200 at 12%, z accrual\nwaterfall amortizing\n  \
         pay interest to A, Z pro rata from cash\n  pay principal to A, Z sequentially from cash\n",
        pool(&[(3.0, 50.0), (3.0, 50.0), (2.0, 100.0), (2.0, 100.0)]),
    );

    let (senior, accruing) = (&run.bonds[0], &run.bonds[1]);
    // The interest of Z, 2.00, repays A on the first two dates, with what is left over then.
    assert_starts(&senior.principal, &[52.0, 48.0, 0.0, 0.0]);
    assert_starts(&accruing.accreted, &[2.0, 2.02, 0.0, 0.0]);
    let z = 200.0 + 2.0 + 2.02 - 4.52;
    assert_starts(&accruing.principal[..2], &[0.0, 4.52]);
    assert_starts(&accruing.interest_due[2..3], &[z * 0.01]);
    assert_starts(&accruing.interest_paid[2..3], &[z * 0.01]);
    // On the second date the balance fell by 4.52 less the 2.02 that were added.
    let principal = [2.5, 102.0 - z * 0.01];
    let rest = accruing.principal[3];
    let weighted = 2.0 * principal[0] + 3.0 * principal[1] + 4.0 * rest;
    let life = weighted / 12.0 / (principal[0] + principal[1] + rest);
    assert!((run.summary.bonds[1].wal.unwrap() - life).abs() < 1e-12);
}

#[test]
fn a_floater_and_its_inverse_pay_the_rate_of_their_collateral() {
    let body = "account cash\nbond F 600 at SOFR + 0.5%, floor 0%, cap 9.5%\n\
                bond I 400 at -1.5 * SOFR + 13.25%, floor 0%\nwaterfall amortizing\n  \
                pay interest to F, I pro rata from cash\n";
    let mut inputs = Inputs { pools: vec![pool(&[(10.0, 0.0); 3])], ..Inputs::default() };
    let sofr = IndexPath::Monthly(vec![0.03, 0.085, 0.2]);
    inputs.indices.insert("SOFR".to_owned(), sofr);

    let run = run(&deal(body), &inputs, Control::default()).unwrap();

    assert_starts(&run.bonds[0].rate, &[0.035, 0.09, 0.095]);
    assert_starts(&run.bonds[1].rate, &[0.0875, 0.005, 0.0]);
}

#[test]
fn an_index_is_looked_up_by_day_or_by_month() {
    let closing = date("2026-02-15");
    let dated = IndexPath::Dated(vec![(date("2026-03-01"), 0.03), (date("2026-06-01"), 0.04)]);

    assert_eq!(dated.on(date("2026-02-15"), closing), Some(0.03));
    assert_eq!(dated.on(date("2026-05-31"), closing), Some(0.03));
    assert_eq!(dated.on(date("2026-06-01"), closing), Some(0.04));
    let monthly = IndexPath::Monthly(vec![0.01, 0.02]);
    assert_eq!(monthly.on(date("2026-03-14"), closing), Some(0.02));
    assert_eq!(monthly.on(date("2030-03-14"), closing), Some(0.02));
    assert_eq!(IndexPath::Constant(0.05).on(closing, closing), Some(0.05));
}

#[test]
fn strips_divide_interest_and_principal() {
    let run = ran(
        "account cash\nbond PO 1000, principal only\n\
         bond IO 0 at 6%, interest only on bond(PO).balance\nbond R 0, equity\n\
         waterfall amortizing\n  collect everything into cash\n  pay interest to IO from cash\n  \
         pay principal to PO from cash, limit pool.principal\n  pay the rest from cash to R\n",
        pool(&[(5.0, 400.0), (3.0, 600.0)]),
    );

    assert_starts(&run.bonds[0].principal, &[400.0, 600.0]);
    assert_starts(&run.bonds[0].interest_due, &[0.0, 0.0]);
    assert_starts(&run.bonds[1].begin, &[1000.0, 600.0]);
    assert_starts(&run.bonds[1].interest_paid, &[5.0, 3.0]);
    assert_starts(&run.bonds[1].balance, &[0.0, 0.0]);
}

#[test]
fn a_rate_steps_up_in_the_period_that_begins_on_its_day() {
    let run = ran(
        "account cash\nbond A 1200 at 6% stepping to 9% from 2026-03-15\nwaterfall amortizing\n  \
         pay interest to A from cash\n",
        pool(&[(100.0, 0.0), (100.0, 0.0)]),
    );

    assert_starts(&run.bonds[0].interest_due, &[6.0, 9.0]);
}

#[test]
fn interest_above_the_cap_is_carried_over_at_the_full_rate() {
    let run = ran(
        "account cash\nbond A 1200 at 12%, rate cap 6%, carryover\nbond R 0, equity\n\
         waterfall amortizing\n  pay current interest to A from cash\n  \
         pay carryover to A from cash\n  pay the rest from cash to R\n",
        pool(&[(6.0, 0.0), (13.0, 0.0)]),
    );

    let bond = &run.bonds[0];
    assert_starts(&bond.interest_due, &[6.0, 6.0]);
    assert_starts(&bond.carryover, &[6.0, 6.0 * 1.01 + 6.0 - 7.0]);
    assert_starts(&bond.interest_paid, &[6.0, 13.0]);
}

#[test]
fn a_locked_bond_gets_no_principal_before_its_day() {
    let run = ran(
        "account cash\nbond A 100, lockout until 2026-04-15\nbond B 100\nwaterfall amortizing\n  \
         pay principal to A, B pro rata from cash\n",
        pool(&[(0.0, 60.0), (0.0, 60.0)]),
    );

    assert_starts(&run.bonds[0].principal, &[0.0, 60.0 * 100.0 / 140.0]);
    assert_starts(&run.bonds[1].principal, &[60.0, 60.0 * 40.0 / 140.0]);
}

#[test]
fn a_planned_bond_falls_to_its_plan_and_catches_up() {
    let run = ran(
        "account cash\nbond P 100, pac planned 60; 30; 0\nbond S 100, support\n\
         waterfall amortizing\n  pay principal to P as scheduled from cash\n  \
         pay principal to S from cash\n  pay principal to P from cash\n",
        pool(&[(0.0, 20.0), (0.0, 70.0), (0.0, 110.0)]),
    );

    assert_starts(&run.bonds[0].balance, &[80.0, 30.0, 0.0]);
    assert_starts(&run.bonds[1].balance, &[100.0, 80.0, 0.0]);
    assert_starts(&run.bonds[0].planned, &[60.0, 30.0, 0.0]);
}

#[test]
fn actual_days_accrue_from_the_stated_day_less_the_delay() {
    let run = ran(
        "account cash\nbond A 36000 at 10%, ACT/360, delay 14 days, accrues from 2026-02-01\n\
         waterfall amortizing\n  pay interest to A from cash\n",
        pool(&[(1000.0, 0.0), (1000.0, 0.0)]),
    );

    assert_eq!(run.bonds[0].accrual_days[..2], [28, 31]);
    assert_starts(&run.bonds[0].interest_due, &[280.0, 310.0]);
}

#[test]
fn fees_accrue_and_arrears_are_paid_first() {
    let run = ran(
        "account cash\nfee once 10 once\nfee monthly 2 each payment\n\
         fee yearly 12% a year of pool.begin_balance\nbond A 100\nwaterfall amortizing\n  \
         pay fees once, monthly, yearly sequentially from cash\n",
        pool(&[(0.0, 11.0), (0.0, 100.0)]),
    );

    assert_starts(&run.fees[0].due, &[10.0, 0.0]);
    assert_starts(&run.fees[0].paid, &[10.0, 0.0]);
    assert_starts(&run.fees[1].paid, &[1.0, 3.0]);
    assert_starts(&run.fees[1].overdue, &[1.0, 0.0]);
    assert_starts(&run.fees[2].due, &[1.11, 1.0]);
    assert_starts(&run.fees[2].paid, &[0.0, 2.11]);
}
