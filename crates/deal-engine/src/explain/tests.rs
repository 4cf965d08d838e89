use chrono::{Months, NaiveDate};
use credit_engine::projection::Control;

use super::*;
use crate::collateral::{Collateral, FlowRow};
use crate::run::{Inputs, run};
use crate::text;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

const DEAL: &str = "deal \"Test\" in USD
dates
  cutoff 2026-01-31
  closing 2026-02-15
  first payment 2026-03-15, monthly
account cash
fee trustee 10 each payment
bond A 1200 at 12%
bond B 600 at 12%, deferrable
bond R 0, equity
trigger loss when pool.cum_net_loss / pool.original_balance > 3%, never cures
  then status early amortization
waterfall amortizing
  pay fees trustee from cash
  pay interest to A from cash
  pay interest to B from cash
  pay principal to A from cash, limit 100
  pay principal to B from cash, when period > 1
  pay the rest from cash to R
waterfall early amortization
  pay interest to A from cash
  pay principal to A from cash
";

fn ran(rows: &[FlowRow], keep_log: bool) -> (Deal, DealRun) {
    let deal = text::parse(DEAL).unwrap().deal;
    let first = date("2026-03-15");
    let rows: Vec<(NaiveDate, FlowRow)> =
        (0..).zip(rows).map(|(month, row)| (first + Months::new(month), *row)).collect();
    let pool = Collateral::from_rows("pool", 1000.0, &rows);
    let inputs = Inputs { pools: vec![pool], keep_log, ..Inputs::default() };
    let run = run(&deal, &inputs, Control::default()).unwrap();
    (deal, run)
}

fn row(interest: f64, principal: f64, default: f64) -> FlowRow {
    FlowRow { interest, principal, default, ..FlowRow::default() }
}

#[test]
fn an_account_that_ran_dry_is_named_with_those_who_came_before() {
    let (deal, run) = ran(&[row(20.0, 5.0, 0.0)], true);

    let told = explain(&deal, &run, "B", date("2026-03-15")).unwrap();

    assert_eq!(
        told.sentences,
        [
            "Interest of 6.00 fell due: 600.00 at 12% for 30 days, 30/360.",
            "3.00 of interest was not paid and was added to the balance, because the bond is \
             deferrable.",
            "Only 3.00 of interest was paid; 3.00 is missing.",
            "Step amortizing/3 (pay interest to \"B\" from \"cash\"): 6.00 was asked for, but only 3.00 \
             was available in \"cash\": 3.00 was moved.",
            "Before it, cash was taken: 10.00 by pay fees \"trustee\" from \"cash\"; 12.00 by \
             pay interest to \"A\" from \"cash\".",
            "No principal was paid.",
            "Step amortizing/5 (pay principal to \"B\" from \"cash\", when period > 1): Its condition did \
             not hold, so it was left out.",
            "Its balance went from 600.00 to 603.00.",
        ]
    );
    assert!((told.interest_due - 6.0).abs() < 1e-9 && (told.interest_paid - 3.0).abs() < 1e-9);
    assert_eq!(told.steps.len(), 6);
    assert!(told.steps[2].concerns && (told.steps[2].to_bond - 3.0).abs() < 1e-9);
    assert!(!told.steps[1].concerns);
    assert_eq!(told.steps[1].why, Note::Full);
}

#[test]
fn a_limit_that_bound_is_named() {
    let (deal, run) = ran(&[row(40.0, 400.0, 0.0)], true);

    let told = explain(&deal, &run, "A", date("2026-03-15")).unwrap();

    assert!(told.sentences.contains(&"Interest of 12.00 was paid in full.".to_owned()));
    assert!(told.sentences.contains(&"Principal of 100.00 was paid.".to_owned()));
    let limit = "Step amortizing/4 (pay principal to \"A\" from \"cash\", limit 100): 1,200.00 was asked \
                 for, but the limit of 100.00 bound: 100.00 was moved.";
    assert!(told.sentences.contains(&limit.to_owned()), "{:#?}", told.sentences);
}

#[test]
fn a_trigger_that_changed_the_waterfall_is_named() {
    let (deal, run) =
        ran(&[row(40.0, 100.0, 0.0), row(40.0, 100.0, 50.0), row(9.0, 9.0, 0.0)], true);

    let told = explain(&deal, &run, "B", date("2026-05-15")).unwrap();

    assert_eq!(
        told.sentences[0],
        "The deal was early amortization, so the waterfall of that status ran."
    );
    assert_eq!(
        told.sentences[1],
        "The trigger \"loss\" is in force since 2026-04-15: it measured 0.0500 against 0.0300. It \
         sets the status to early amortization."
    );
    assert!(told.sentences.contains(&"No step of this waterfall pays it interest.".to_owned()));
    assert_eq!(told.status, Status::EarlyAmortization);
}

#[test]
fn every_bond_and_date_of_a_run_has_an_explanation() {
    let (deal, run) =
        ran(&[row(40.0, 100.0, 0.0), row(0.0, 0.0, 50.0), row(9.0, 900.0, 0.0)], true);

    for bond in ["A", "B", "R"] {
        for (position, date) in run.dates.iter().enumerate() {
            let told = explain(&deal, &run, bond, *date).unwrap();
            let columns = run.bonds.iter().find(|columns| columns.name == bond).unwrap();
            let paid = columns.interest_paid[position]
                + columns.principal[position]
                + columns.residual[position];
            let steps: f64 = told.steps.iter().map(|step| step.to_bond).sum();
            assert!((steps - paid).abs() < 1e-9, "{bond} on {date}");
            assert!(told.sentences.iter().all(|sentence| sentence.ends_with('.')));
        }
    }
}

#[test]
fn what_is_not_in_the_run_is_refused() {
    let (deal, run) = ran(&[row(40.0, 100.0, 0.0)], true);
    let (_, without) = ran(&[row(40.0, 100.0, 0.0)], false);
    let day = date("2026-03-15");

    let bond = explain(&deal, &run, "X", day);
    let date = explain(&deal, &run, "A", date("2026-03-16"));

    assert_eq!(bond, Err(ExplainError::UnknownBond { name: "X".to_owned() }));
    assert!(matches!(date, Err(ExplainError::UnknownDate { .. })));
    assert_eq!(explain(&deal, &without, "A", day), Err(ExplainError::NoLog));
}
