//! What steps do with cash, balances and ledgers.

use super::*;
use crate::run::{Note, Rounding};

#[test]
fn what_no_step_collects_goes_to_the_first_account() {
    let row = FlowRow { interest: 5.0, principal: 10.0, recovery: 2.0, ..FlowRow::default() };
    let run = ran(
        "account first\naccount second\nbond A 100\nwaterfall amortizing\n  \
         collect interest into second\n  pay principal to A from first\n  \
         collect recovery into second\n",
        pool_of(12.0, &[row]),
    );

    assert_starts(&run.accounts[0].into, &[12.0]);
    assert_starts(&run.accounts[1].balance, &[5.0]);
    assert_starts(&run.bonds[0].principal, &[12.0]);
}

#[test]
fn collections_are_shared_between_accounts() {
    let run = ran(
        "account a\naccount b\nbond A 100\nwaterfall amortizing\n  \
         collect interest, principal into a, share 30%\n  collect interest, principal into b\n",
        pool(&[(10.0, 90.0)]),
    );

    assert_starts(&run.accounts[0].balance, &[30.0]);
    assert_starts(&run.accounts[1].balance, &[70.0]);
}

#[test]
fn a_limit_what_is_kept_and_support_decide_how_much_is_paid() {
    let body = |options: &str| {
        format!(
            "account cash starts at 50\naccount reserve starts at 20\naccount other starts at 7\n\
             bond A 1000\nwaterfall amortizing\n  pay principal to A from cash{options}\n"
        )
    };
    for (options, paid, note) in [
        ("", 50.0, Note::Short),
        (", limit 30", 30.0, Note::Limited),
        (", limit -5", 0.0, Note::Limited),
        (", keep 15", 35.0, Note::Short),
        (", support reserve", 70.0, Note::SupportedInPart),
        (", limit 60, support reserve, other", 60.0, Note::Supported),
        (", limit 75, support other, reserve", 75.0, Note::Supported),
        (", when 1 > 2", 0.0, Note::Skipped),
    ] {
        let inputs =
            Inputs { pools: vec![pool(&[(0.0, 0.0)])], keep_log: true, ..Inputs::default() };
        let run = run(&deal(&body(options)), &inputs, Control::default()).unwrap();

        assert_starts(&run.bonds[0].principal, &[paid]);
        assert_eq!(run.log.unwrap().note[0], note, "{options}");
    }
}

#[test]
fn support_is_drawn_in_its_order() {
    let run = ran(
        "account cash\naccount reserve starts at 20\naccount other starts at 7\n\
         fee trustee 25 each payment\nbond A 100\nwaterfall amortizing\n  \
         pay fees trustee from cash, support reserve, other\n",
        pool(&[(1.0, 0.0)]),
    );

    assert_starts(&run.accounts[1].balance, &[0.0]);
    assert_starts(&run.accounts[2].balance, &[3.0]);
}

#[test]
fn a_reserve_is_filled_to_its_target_and_released_above_it() {
    let run = ran(
        "account cash\naccount reserve starts at 10, target max(10% * pool.balance, 4)\n\
         bond A 100\nbond R 0, equity\nwaterfall amortizing\n  \
         release reserve above target into cash\n  fill reserve from cash\n  \
         pay the rest from cash to R\n",
        pool(&[(8.0, 0.0), (0.0, 70.0), (0.0, 80.0)]),
    );

    assert_starts(&run.accounts[1].balance, &[15.0, 8.0, 4.0]);
    assert_starts(&run.bonds[1].residual, &[3.0, 77.0, 84.0]);
    assert_eq!(run.accounts[1].target[..3], [Some(15.0), Some(8.0), Some(4.0)]);
}

#[test]
fn an_account_earns_on_what_it_held() {
    let run = ran(
        "account cash\naccount reserve starts at 36500, earns 10%\nbond A 100\n\
         waterfall amortizing\n  inspect held as account(reserve).balance\n",
        pool(&[(0.0, 0.0), (0.0, 0.0)]),
    );

    assert_starts(&run.accounts[1].earned, &[280.0, 36780.0 * 0.1 * 31.0 / 365.0]);
}

#[test]
fn a_deficiency_fills_the_junior_ledger_first_and_revenue_empties_the_senior_one_first() {
    let row = |interest, loss| FlowRow {
        interest,
        principal: 10.0,
        default: loss,
        loss,
        ..FlowRow::default()
    };
    let run = ran(
        "account revenue\naccount principal\nledger A\nledger B cap 20\nledger moved\n\
         bond A 80\nbond B 20\nwaterfall amortizing\n  collect interest into revenue\n  \
         collect principal, prepayment, recovery into principal\n  debit B, A by pool.loss\n  \
         debit moved by min(account(revenue).balance, ledger(A).balance + ledger(B).balance)\n  \
         transfer from revenue into principal, limit ledger(moved).balance\n  \
         credit A, B by ledger(moved).balance\n  credit moved by ledger(moved).balance\n  \
         pay principal to A, B sequentially from principal\n",
        pool_of(100.0, &[row(3.0, 25.0), row(8.0, 0.0), row(40.0, 0.0)]),
    );

    let ledger = |position: usize| &run.ledgers[position];
    assert_starts(&ledger(0).balance, &[2.0, 0.0, 0.0]);
    assert_starts(&ledger(1).balance, &[20.0, 14.0, 0.0]);
    assert_starts(&run.bonds[0].principal, &[13.0, 18.0, 24.0]);
    assert_starts(&run.accounts[0].balance, &[0.0, 0.0, 26.0]);
}

#[test]
fn losses_write_down_and_recoveries_write_up() {
    let row = |loss, recovery| FlowRow {
        principal: 10.0,
        default: loss,
        loss,
        recovery,
        ..FlowRow::default()
    };
    let run = ran(
        "account cash\nbond A 80\nbond B 20\nwaterfall amortizing\n  \
         write down B, A by pool.loss\n  write up A, B by pool.recovery\n",
        pool_of(100.0, &[row(25.0, 0.0), row(0.0, 12.0), row(0.0, 100.0)]),
    );

    assert_starts(&run.bonds[0].balance, &[75.0, 80.0, 80.0]);
    assert_starts(&run.bonds[1].balance, &[0.0, 7.0, 20.0]);
    assert_starts(&run.bonds[1].write_down, &[20.0, -7.0, -13.0]);
    assert!(run.summary.bonds[1].written_down.abs() < 1e-12);
}

#[test]
fn bought_assets_pay_from_the_month_after() {
    let body = "account cash\nbond A 100\nwaterfall amortizing\n  \
                buy assets from cash, price 80%, when period = 1\n";
    let mut inputs = Inputs { pools: vec![pool(&[(0.0, 40.0), (0.0, 60.0)])], ..Inputs::default() };
    let unit = pool(&[(0.02, 0.5), (0.01, 0.5)]).flows;
    inputs.replacements.insert("pool".to_owned(), unit);

    let run = run(&deal(body), &inputs, Control::default()).unwrap();

    let bought = &run.pools[0];
    assert_starts(&bought.bought, &[50.0, 0.0, 0.0]);
    assert_starts(&bought.balance, &[110.0, 25.0, 0.0]);
    assert_starts(&bought.interest, &[0.0, 1.0, 0.5]);
    assert_starts(&bought.principal, &[40.0, 85.0, 25.0]);
    assert_starts(&run.cash.bought, &[40.0]);
}

#[test]
fn a_liquidated_pool_pays_its_proceeds_and_nothing_more() {
    let run = ran(
        "account cash\nbond A 100\nwaterfall amortizing\n  \
         liquidate everything for 90% * pool.balance into cash\n  pay principal to A from cash\n",
        pool(&[(1.0, 20.0), (1.0, 80.0)]),
    );

    assert_starts(&run.pools[0].sold, &[72.0]);
    assert_starts(&run.bonds[0].principal, &[93.0]);
    assert_eq!(run.dates.len(), 1);
    assert!((run.summary.bonds[0].balance - 7.0).abs() < 1e-9);
    assert!(run.summary.bonds[0].maturity_hit);
}

#[test]
fn a_bond_can_be_drawn_up_to_its_original_balance() {
    let run = ran(
        "account cash\nbond A 100, outstanding 40\nbond R 0, equity\nwaterfall amortizing\n  \
         draw 45 from bond A into cash\n  pay the rest from cash to R\n",
        pool(&[(0.0, 0.0), (0.0, 0.0), (0.0, 0.0)]),
    );

    assert_starts(&run.bonds[0].drawn, &[45.0, 15.0, 0.0]);
    assert_starts(&run.bonds[0].balance, &[85.0, 100.0, 100.0]);
    assert_starts(&run.bonds[1].residual, &[45.0, 15.0, 0.0]);
}

#[test]
fn cents_are_divided_by_the_largest_remainder() {
    let body = "account cash\nbond A 1000 at 10%\nbond B 1000 at 10%\nbond C 1000 at 10%\n\
                waterfall amortizing\n  pay interest to A, B, C pro rata from cash\n";
    let inputs = Inputs {
        pools: vec![pool(&[(10.0, 0.0)])],
        rounding: Rounding::Cents,
        ..Inputs::default()
    };

    let run = run(&deal(body), &inputs, Control::default()).unwrap();

    let paid: Vec<f64> = run.bonds.iter().map(|bond| bond.interest_paid[0]).collect();
    assert_eq!(paid, [3.34, 3.33, 3.33]);
    assert_starts(&run.bonds[0].interest_due, &[8.33]);
}

#[test]
fn branches_and_inspections_are_followed() {
    let run = ran(
        "account cash\nbond A 100\nbond B 100\nwaterfall amortizing\n  if period = 1\n    \
         pay principal to A from cash\n  else\n    pay principal to B from cash\n  \
         inspect left as bonds.balance\n",
        pool(&[(0.0, 30.0), (0.0, 20.0)]),
    );

    assert_starts(&run.bonds[0].principal, &[30.0, 0.0]);
    assert_starts(&run.bonds[1].principal, &[0.0, 20.0]);
    assert_eq!(run.inspections[0].value[..2], [Some(170.0), Some(150.0)]);
}
