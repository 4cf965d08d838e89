//! What is no run but an error.

use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;

use super::*;
use crate::run::{Fault, Kind};

const PLAIN: &str = "account cash\nbond A 100\nwaterfall amortizing\n  \
                     pay principal to A from cash\n";

fn refused(body: &str) -> RunError {
    outcome(&deal(body), pool(&[(1.0, 50.0), (1.0, 50.0)])).unwrap_err()
}

#[test]
fn a_division_by_zero_names_the_formula_its_place_and_the_date() {
    let error = refused(&PLAIN.replace("from cash", "from cash, limit 1 / (2 - period)"));

    let RunError::Formula { formula, pointer, date: day, fault } = &error else {
        panic!("{error}")
    };
    assert_eq!(formula, "1 / (2 - period)");
    assert_eq!(pointer, "/waterfalls/0/steps/0/limit");
    assert_eq!(*day, date("2026-04-15"));
    assert_eq!(*fault, Fault::DivisionByZero);
    assert_eq!(
        error.to_string(),
        "1 / (2 - period) at /waterfalls/0/steps/0/limit has no value on 2026-04-15: it divides \
         by zero"
    );
}

#[test]
fn a_guarded_division_is_not_computed() {
    let body = "from cash, limit if period = 2 then 0 else 1 / (2 - period)";

    assert!(outcome(&deal(&PLAIN.replace("from cash", body)), pool(&[(1.0, 50.0); 2])).is_ok());
}

#[test]
fn a_number_beyond_all_numbers_is_an_error() {
    let huge = "from cash, limit pool.balance * 1000000000000000000000000000000";
    let mut deal = deal(&PLAIN.replace("from cash", huge));
    deal.variables.clear();
    let mut pool = pool(&[(1.0, 50.0), (1.0, 50.0)]);
    pool.flows.balance = vec![1e300, 1e300];

    let error = outcome(&deal, pool).unwrap_err();

    assert!(matches!(error, RunError::Formula { fault: Fault::NotFinite, .. }), "{error}");
}

#[test]
fn names_that_lead_nowhere_are_refused() {
    let error = refused(&PLAIN.replace("from cash", "from cashh"));

    let expected = RunError::UnknownName {
        kind: Kind::Account,
        name: "cashh".to_owned(),
        pointer: "/waterfalls/0/steps/0/action".to_owned(),
    };
    assert_eq!(error, expected);
}

#[test]
fn circles_are_refused() {
    let variables = refused(&format!("let x = y + 1\nlet y = x\n{PLAIN}"));
    let targets = refused(&PLAIN.replace(
        "account cash\n",
        "account cash target account(other).target\naccount other target account(cash).shortfall\n",
    ));

    assert!(matches!(variables, RunError::Circle { .. }), "{variables}");
    assert!(matches!(targets, RunError::Circle { .. }), "{targets}");
}

#[test]
fn definitions_that_double_each_other_are_computed_once() {
    let mut body = "let v0 = pool.balance\n".to_owned();
    for level in 1..200 {
        let before = level - 1;
        writeln!(body, "let v{level} = (v{before} + v{before}) / 2").unwrap();
    }
    let deal = deal(&format!("{body}{}", PLAIN.replace("from cash", "from cash, limit v199")));

    let run = outcome(&deal, pool(&[(1.0, 50.0), (1.0, 50.0)])).unwrap();

    assert_starts(&run.bonds[0].principal, &[50.0]);
}

#[test]
fn missing_inputs_are_refused() {
    let nothing = run(&deal(PLAIN), &Inputs::default(), Control::default());
    let index = refused(&PLAIN.replace("bond A 100", "bond A 100 at SOFR + 1%"));
    let schedule = refused(&PLAIN.replace("bond A 100", "bond A 100, pac band 100 to 300"));
    let assets = refused(&PLAIN.replace("pay principal to A", "buy assets"));

    assert_eq!(nothing, Err(RunError::NoCollateral { name: "pool".to_owned() }));
    assert!(matches!(index, RunError::NoIndex { .. }), "{index}");
    assert!(matches!(schedule, RunError::NoSchedule { .. }), "{schedule}");
    assert!(matches!(assets, RunError::NoReplacement { .. }), "{assets}");
}

#[test]
fn collateral_that_cannot_be_is_refused() {
    let mut broken = pool(&[(1.0, 50.0), (1.0, 50.0)]);
    broken.flows.interest = vec![-1.0, f64::NAN];
    broken.dates.reverse();

    let error = outcome(&deal(PLAIN), broken).unwrap_err();

    let faults = ["interest[0]", "interest[1]", "dates[1]"].map(str::to_owned).to_vec();
    assert_eq!(error, RunError::BadCollateral { name: "pool".to_owned(), faults });
}

#[test]
fn a_deal_without_accounts_or_dates_is_refused() {
    let mut no_account = deal(PLAIN);
    no_account.accounts.clear();
    let mut late = deal(PLAIN);
    late.dates.maturity = Some(date("2026-01-01"));
    let mut odd = deal(PLAIN);
    odd.dates.calendar = Some("moon".to_owned());

    let refused = |deal: &Deal| outcome(deal, pool(&[(1.0, 1.0)])).unwrap_err();
    assert_eq!(refused(&no_account), RunError::NoAccount);
    assert!(matches!(refused(&late), RunError::NoDates { .. }));
    assert!(matches!(refused(&odd), RunError::UnknownConvention(_)));
}

#[test]
fn a_caller_can_stop_a_run() {
    let stop = AtomicBool::new(true);
    let inputs = Inputs { pools: vec![pool(&[(1.0, 1.0)])], ..Inputs::default() };

    let control = Control { cancelled: Some(&stop), progress: None };

    assert_eq!(run(&deal(PLAIN), &inputs, control), Err(RunError::Cancelled));
}
