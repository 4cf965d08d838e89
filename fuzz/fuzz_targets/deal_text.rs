//! A deal as text: read or refused with places inside it. What is read is written and read as the same deal, checked,
//! and, if nothing speaks against it, run.
#![no_main]

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use credit_engine::projection::Control;
use deal_engine::check::{check, is_runnable};
use deal_engine::collateral::{Collateral, FlowRow};
use deal_engine::run::{IndexPath, Inputs, run};
use deal_engine::text::{completions, format, parse};
use libfuzzer_sys::fuzz_target;

/// Bonds and steps of one input: more would only be slow.
const MOST_PARTS: usize = 30;

/// Months of collections.
const MONTHS: u64 = 12;

fuzz_target!(|text: &str| {
    let lines: Vec<&str> = text.split('\n').collect();
    let last = lines.last().map_or(0, |line| line.chars().count());
    for place in [(1, 1), (lines.len(), last + 1), (lines.len() / 2, last / 2)] {
        let _ = completions(text, place.0, place.1);
    }
    let deal = match parse(text) {
        Ok(parsed) => parsed.deal,
        Err(faults) => {
            assert!(!faults.is_empty());
            for fault in faults {
                let line = lines[fault.line - 1];
                assert!(fault.column - 1 + fault.length <= line.chars().count(), "{fault:?}");
            }
            return;
        }
    };
    let written = format(&deal);
    assert_eq!(parse(&written).unwrap().deal, deal, "{written}");

    let findings = check(&deal);
    assert!(findings.iter().all(|found| found.path.is_empty() || found.path.starts_with('/')));
    let steps: usize = deal.waterfalls.iter().map(|waterfall| waterfall.steps.len()).sum();
    if !is_runnable(&findings) || deal.bonds.len() > MOST_PARTS || steps > MOST_PARTS {
        return;
    }
    let rows: Vec<(NaiveDate, FlowRow)> = (1..=MONTHS)
        .map(|month| {
            let date = deal.dates.cutoff + Days::new(30 * month);
            let flow = FlowRow {
                interest: 5_000.0,
                principal: 40_000.0,
                prepayment: 43_000.0,
                default: 300.0,
                ..FlowRow::default()
            };
            (date, flow)
        })
        .collect();
    let pools: Vec<Collateral> = match deal.pools.as_slice() {
        [] => vec![Collateral::from_rows("pool", 1e6, &rows)],
        pools => pools.iter().map(|pool| Collateral::from_rows(&pool.name, 1e6, &rows)).collect(),
    };
    let indices = BTreeMap::from([("SOFR".to_owned(), IndexPath::Constant(0.04))]);
    let inputs = Inputs { pools, indices, ..Inputs::default() };
    let Ok(outcome) = run(&deal, &inputs, Control { cancelled: None, progress: None }) else {
        return;
    };
    for account in &outcome.accounts {
        assert!(account.balance.iter().all(|balance| *balance >= 0.0), "{}", account.name);
    }
    for bond in &outcome.bonds {
        assert!(
            bond.balance.iter().all(|balance| balance.is_finite() && *balance >= 0.0),
            "{}",
            bond.name
        );
    }
});
