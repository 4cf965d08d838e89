use std::sync::atomic::AtomicUsize;

use credit_engine::loan::{AssetClass, Loan, LoanTerms, RateTerms, RateType};
use credit_engine::projection::Control;
use serde_json::{Value, json};

use super::*;
use crate::domain::analysis::{TermsDefaults, analyze};
use crate::domain::simulation::{Model, SimulationRequest, work};

fn plan(change: &Value) -> Plan {
    let mut body = json!({
        "analysis": {"analysis_date": "2025-03-31"},
        "variables": [
            {"name": "unemployment_rate",
             "distribution": {"type": "normal", "mean": 0.05, "standard_deviation": 0.01}},
            {"name": "market_rate",
             "distribution": {"type": "normal", "mean": 0.04, "standard_deviation": 0.01}},
        ],
        "correlations": {"unemployment_rate:market_rate": -0.4},
        "paths": 200,
    });
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    let request: SimulationRequest = serde_json::from_value(body).unwrap();
    let defaults = TermsDefaults { today: "2025-03-31".parse().unwrap() };
    let terms = request.analysis.terms(defaults).unwrap();
    request.plan(terms).unwrap()
}

fn loans() -> Vec<Loan> {
    let loan = |number: u16| {
        let class = AssetClass::ALL[usize::from(number) % 5];
        let mut terms = LoanTerms::level("a", class, 10_000.0, 0.06, 60 + number);
        if number.is_multiple_of(4) {
            terms.rate_type = RateType::Floating;
            terms.rate_terms =
                RateTerms { margin: 0.02, reset_every_months: 3, ..terms.rate_terms };
        }
        Loan::new(terms).unwrap()
    };
    (0..24).map(loan).collect()
}

/// Runs blocks that end before these paths.
fn run(plan: &Plan, ends: &[u64]) -> Report {
    let subject = Subject::new(loans(), plan, Control::default()).unwrap();
    let model = Model::new(&subject, plan, Control::default()).unwrap();
    let done = AtomicUsize::new(0);
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let ranges = starts.zip(ends).map(|(start, end)| start..*end);
    let blocks: Vec<Block> = ranges.map(|paths| model.run(paths, &done).unwrap()).collect();
    report(plan, &subject, &blocks)
}

#[test]
fn blocks_and_threads_change_no_bit() {
    let plan = plan(&json!({"chosen_paths": [3, 199]}));

    let whole = run(&plan, &[200]);
    let parts = run(&plan, &[7, 130, 200]);
    let three = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    let threaded = three.install(|| run(&plan, &[100, 200]));

    assert_eq!(whole, parts);
    assert_eq!(whole, threaded);
}

#[test]
fn without_spread_every_path_is_the_plain_analysis() {
    let none = json!({"type": "normal", "mean": 0.05, "standard_deviation": 0.0});
    let plan = plan(&json!({
        "variables": [{"name": "gdp_growth", "distribution": none}],
        "correlations": {},
        "paths": 3,
    }));

    let found = run(&plan, &[3]);

    let unmoved = analyze(&loans(), &plan.terms, Control::default()).unwrap();
    let metrics = unmoved.metrics.unwrap();
    let value = &found.measures["value"];
    assert!((value.mean / metrics.npv.unwrap() - 1.0).abs() < 1e-12);
    assert!((value.max - value.min).abs() < 1e-9);
    assert!((found.measures["loss"].mean / metrics.total_loss - 1.0).abs() < 1e-12);
    let life = found.measures["weighted_average_life"].mean;
    assert!((life - metrics.weighted_average_life.unwrap()).abs() < 1e-9);
    assert!((found.measures["irr"].mean - metrics.irr.unwrap()).abs() < 1e-9);
}

#[test]
fn laws_of_risk_hold() {
    let found = run(&plan(&json!({"paths": 400})), &[400]);

    for tail in found.value_tails.iter().chain(&found.loss_tails) {
        assert!(tail.expected_shortfall >= tail.value_at_risk);
        assert!(tail.confidence_low.is_none_or(|low| low <= tail.value_at_risk));
    }
    for measure in found.measures.values() {
        let mut levels: Vec<(f64, f64)> = measure
            .percentiles
            .iter()
            .map(|(level, value)| (level.parse().unwrap(), *value))
            .collect();
        levels.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert!(levels.windows(2).all(|pair| pair[0].1 <= pair[1].1));
        assert_eq!(measure.histogram_counts.iter().sum::<usize>(), measure.count);
    }
    for series in found.fan.series.values() {
        let levels = ["p5", "p25", "p50", "p75", "p95"].map(|level| &series[level]);
        for pair in levels.windows(2) {
            assert!(pair[0].iter().zip(pair[1]).all(|(low, high)| low <= high));
        }
    }
    assert_eq!(found.convergence.last().unwrap().paths, 400);
    let mean = found.measures["value"].mean;
    assert!((found.convergence.last().unwrap().mean / mean - 1.0).abs() < 1e-12);
}

#[test]
fn worse_times_cost_more_and_clamps_are_counted() {
    let calm = run(&plan(&json!({})), &[200]);
    let worse =
        run(&plan(&json!({"scenario": {"mean_shift": {"unemployment_rate": 0.05}}})), &[200]);
    let held = run(
        &plan(&json!({"variables": [{"name": "default_multiplier",
            "distribution": {"type": "uniform", "min": 0.0, "max": 4.0}, "clamp": {"max": 3.0}}],
            "correlations": {}})),
        &[200],
    );

    assert!(worse.measures["loss"].mean > 1.3 * calm.measures["loss"].mean);
    assert!(worse.measures["value"].mean < calm.measures["value"].mean);
    assert!((held.variables[0].clamped_share - 0.25).abs() < 0.1);
    assert!(calm.sensitivities_used["market_rate"].base.is_some());
}

#[test]
fn a_horizon_counts_what_is_outstanding_at_its_balance() {
    let plan = plan(&json!({"horizon_months": 12, "paths": 20}));

    let found = run(&plan, &[20]);

    assert_eq!(found.fan.periods.last(), Some(&12));
    assert!(found.measures["weighted_average_life"].max <= 1.01);
}

#[test]
fn work_grows_with_paths_and_with_loans_that_follow_an_index() {
    let few = plan(&json!({"paths": 10}));
    let many = plan(&json!({"paths": 20}));

    assert_eq!(2 * work(&loans(), &few), work(&loans(), &many));
    let steady = plan(&json!({"paths": 10, "variables": [{"name": "gdp_growth",
        "distribution": {"type": "uniform", "min": 0.0, "max": 0.1}}], "correlations": {}}));
    assert!(work(&loans(), &steady) < work(&loans(), &few));
}

#[test]
fn every_mistake_is_named() {
    let request: SimulationRequest = serde_json::from_value(json!({
        "analysis": {},
        "variables": [
            {"name": "weather", "distribution": {"type": "normal", "mean": 0, "sd": -1}},
            {"name": "gdp_growth", "distribution": {"type": "exponential", "rate": 1}},
            {"name": "gdp_growth", "distribution": {"type": "exponential", "rate": 1}},
        ],
        "paths": 0, "levels": [1.0], "chosen_paths": [5],
        "sensitivities": {"rain": {}},
        "scenario": {"mean_shift": {"snow": 1.0}},
        "correlations": {"gdp_growth:nothing": 0.1},
    }))
    .unwrap();
    let terms = request.analysis.terms(TermsDefaults { today: "2025-01-01".parse().unwrap() });

    let issues = request.plan(terms.unwrap()).unwrap_err();

    let pointers: Vec<&str> = issues.iter().map(|issue| issue.pointer.as_str()).collect();
    for wanted in [
        "/paths",
        "/levels",
        "/chosen_paths",
        "/sensitivities/rain",
        "/variables/0/distribution/standard_deviation",
        "/variables/0/name",
        "/variables/2/name",
        "/scenario/mean_shift/snow",
        "/correlations",
    ] {
        assert!(pointers.contains(&wanted), "{wanted} in {pointers:?}");
    }
}

#[test]
fn impossible_correlations_are_refused_or_repaired() {
    let variable = |name: &str| json!({"name": name, "distribution": {"type": "normal", "mean": 0.0, "sd": 0.01}});
    let body = |repair: bool| {
        json!({
            "analysis": {}, "paths": 10, "repair_correlations": repair,
            "variables": [variable("gdp_growth"), variable("market_rate"), variable("inflation_rate")],
            "correlations": {"gdp_growth:market_rate": 0.9, "market_rate:inflation_rate": 0.9,
                             "gdp_growth:inflation_rate": -0.9},
        })
    };
    let ask = |body: Value| {
        let request: SimulationRequest = serde_json::from_value(body).unwrap();
        let defaults = TermsDefaults { today: "2025-01-01".parse().unwrap() };
        request.plan(request.analysis.terms(defaults).unwrap())
    };

    assert_eq!(ask(body(false)).unwrap_err()[0].code, "not_positive_semidefinite");
    let repaired = ask(body(true)).unwrap();
    assert!(repaired.repair().unwrap().largest_change > 0.1);
}
