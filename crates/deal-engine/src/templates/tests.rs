//! Templates are sound, and cash is neither made nor lost in them.

use std::collections::{BTreeMap, HashSet};

use chrono::{Months, NaiveDate};
use credit_engine::dates::month_end;
use credit_engine::projection::Control;

use super::{Suggested, TEMPLATES, Template, find};
use crate::check::check;
use crate::collateral::{Collateral, PoolFlows, planned, planned_speeds};
use crate::model::{BondKind, Deal, Status};
use crate::run::{DealRun, IndexPath, Inputs, run};
use crate::text;

fn deal(template: &Template) -> Deal {
    let parsed = text::parse(template.text);
    parsed.unwrap_or_else(|faults| panic!("{}: {faults:#?}", template.name)).deal
}

/// A level-paying loan; defaults are liquidated at once.
fn collateral(from: NaiveDate, loan: &Suggested, cpr: f64, cdr: f64) -> Collateral {
    let monthly = |annual: f64| 1.0 - (1.0 - annual).powf(1.0 / 12.0);
    let rate = loan.wac / 12.0;
    let mut flows = PoolFlows::default();
    let mut dates = Vec::new();
    let mut balance = loan.balance;
    for month in 1..=u32::from(loan.term) {
        let left = i32::from(loan.term) - i32::try_from(month).unwrap() + 1;
        let default = balance * monthly(cdr);
        let performing = balance - default;
        let payment = performing * rate / (1.0 - (1.0 + rate).powi(-left));
        let principal = (payment - performing * rate).min(performing);
        let prepayment = (performing - principal) * monthly(cpr);
        dates.push(month_end(from + Months::new(month)));
        flows.begin_balance.push(balance);
        flows.interest.push(performing * loan.net_coupon / 12.0);
        flows.principal.push(principal);
        flows.prepayment.push(prepayment);
        flows.default.push(default);
        flows.recovery.push(default * (1.0 - loan.severity));
        flows.loss.push(default * loan.severity);
        balance = (performing - principal - prepayment).max(0.0);
        flows.balance.push(balance);
    }
    Collateral { name: "pool".to_owned(), original_balance: None, dates, flows }
}

/// Runs a template with its defaults multiplied.
fn outcome(template: &Template, times: f64) -> DealRun {
    let deal = deal(template);
    let loan = template.collateral;
    let at = |cpr: f64| collateral(deal.dates.cutoff, &loan, cpr, loan.cdr * times);
    // 100 % PSA is 6 % CPR after the ramp.
    let speeds: Vec<(f64, Vec<Collateral>)> = planned_speeds(&deal)
        .into_iter()
        .map(|speed| (speed, vec![at(0.06 * speed / 100.0)]))
        .collect();
    let inputs = Inputs {
        pools: vec![at(loan.cpr)],
        indices: BTreeMap::from([("SOFR".to_owned(), IndexPath::Constant(loan.sofr))]),
        schedules: planned(&deal, &speeds).unwrap(),
        replacements: BTreeMap::from([("pool".to_owned(), at(loan.cpr).flows)]),
        ..Inputs::default()
    };
    let control = Control { cancelled: None, progress: None };
    run(&deal, &inputs, control).unwrap_or_else(|error| panic!("{}: {error}", template.name))
}

fn named(name: &str) -> &'static Template {
    find(name).unwrap()
}

#[test]
fn each_template_is_sound_and_says_the_same_as_text_and_as_json() {
    let mut names = HashSet::new();
    for template in &TEMPLATES {
        assert!(names.insert(template.name), "{}", template.name);
        let deal = deal(template);
        assert_eq!(deal.name, template.title);
        assert_eq!(check(&deal), [], "{}", template.name);
        let json = serde_json::to_string(&deal).unwrap();
        let back: Deal = serde_json::from_str(&json).unwrap();
        assert_eq!(text::parse(&text::format(&back)).unwrap().deal, deal);
    }
    assert!(find("none").is_none());
}

#[test]
fn cash_is_neither_made_nor_lost() {
    for template in &TEMPLATES {
        for times in [0.0, 1.0, 4.0] {
            let run = outcome(template, times);
            let cash = &run.cash;
            assert!(!run.dates.is_empty());
            for date in 0..run.dates.len() {
                let change: f64 = run
                    .accounts
                    .iter()
                    .map(|account| account.balance[date] - account.begin[date])
                    .sum();
                let came =
                    cash.collected[date] + cash.earned[date] + cash.sold[date] + cash.drawn[date];
                let went = cash.fees[date]
                    + cash.interest[date]
                    + cash.principal[date]
                    + cash.residual[date]
                    + cash.bought[date]
                    + change;
                assert!((came - went).abs() < 1e-4, "{} {date}: {came} {went}", template.name);
            }
        }
    }
}

#[test]
fn on_its_own_collateral_each_template_repays_its_rated_classes() {
    for template in &TEMPLATES {
        let deal = deal(template);
        let run = outcome(template, 1.0);
        let rates = deal.bonds.iter().any(|bond| bond.rating.is_some());
        for (bond, summary) in deal.bonds.iter().zip(&run.summary.bonds) {
            if bond.kind == BondKind::Equity {
                assert!(summary.residual > 0.0, "{} {}", template.name, bond.name);
            } else if bond.rating.is_some() || !rates {
                assert!(
                    summary.balance + summary.written_down < 1.0,
                    "{} {}",
                    template.name,
                    summary.name
                );
                assert!(summary.shortfall < 1.0, "{} {}", template.name, summary.name);
            }
        }
    }
}

#[test]
fn planned_classes_keep_their_schedule_and_the_support_does_not() {
    let run = outcome(named("pac_support_cmo"), 1.0);
    for class in &run.bonds[..2] {
        for (balance, planned) in class.balance.iter().zip(&class.planned) {
            assert!((balance - planned).abs() < 1.0, "{}: {balance} {planned}", class.name);
        }
    }
}

#[test]
fn the_accreting_class_grows_until_its_turn_comes() {
    let run = outcome(named("z_bond_cmo"), 1.0);
    let accreting = &run.bonds[2];
    let highest = accreting.balance.iter().copied().fold(0.0, f64::max);
    assert!(highest > 110_000_000.0);
    let turn = run.bonds[1].balance.iter().position(|balance| *balance < 0.01).unwrap();
    assert!(accreting.interest_paid[..turn].iter().all(|paid| *paid <= 0.0));
    assert!(accreting.interest_paid[turn + 1] > 0.0);
}

#[test]
fn losses_switch_to_early_amortization() {
    for (name, times) in [("auto_oc_turbo", 4.0), ("pro_rata_switch", 3.0), ("card_revolving", 5.0)]
    {
        let calm = outcome(named(name), 1.0);
        assert!(!calm.status.contains(&Status::EarlyAmortization), "{name}");
        let stressed = outcome(named(name), times);
        assert!(stressed.status.contains(&Status::EarlyAmortization), "{name}");
    }
}

#[test]
fn a_failed_coverage_test_diverts_interest() {
    let calm = outcome(named("clo"), 1.0);
    assert!(calm.tests.iter().all(|test| test.passed.first() == Some(&true)));
    let stressed = outcome(named("clo"), 4.0);
    let failed = stressed.tests[2].passed.iter().position(|passed| !passed).unwrap();
    assert!(stressed.bonds[4].residual[failed] < calm.bonds[4].residual[failed]);
}

#[test]
fn the_interest_only_class_earns_what_the_others_leave() {
    let run = outcome(named("cmbs_io"), 0.0);
    let class = &run.bonds[5];
    assert_eq!(format!("{:.2}", class.begin[0]), "800000000.00");
    assert!(class.interest_paid[0] > 0.0);
    assert!(class.principal.iter().all(|paid| *paid <= 0.0));
}
