//! Loans, assumptions and settings of every shape.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::{close, columns, level, loan, projected, request, set, settings};
use crate::assumptions::{AssumptionSet, Assumptions, DefaultModel, Prepayment, Severity};
use crate::loan::{Amortization, Loan, LoanStatus, PaymentFrequency, PrepaymentPenalty, RateType};
use crate::projection::{
    Control, GroupBy, Indices, ProjectionError, Settings, Stress, project, project_loans,
    project_scenarios,
};

const QUIET: &str = r#"{"prepayment":{"model":"none"},"default":{"model":"none"}}"#;

fn sum(column: &[f64]) -> f64 {
    column.iter().sum()
}

#[test]
fn an_empty_pool_has_no_periods() {
    assert_eq!(columns(&[], "{}").periods(), 0);
}

#[test]
fn a_prepaid_loan_contributes_nothing() {
    let prepaid = loan(1000.0, 0.05, 12, |terms| terms.status = LoanStatus::Prepaid);

    assert_eq!(columns(&[prepaid], "{}").periods(), 0);
}

#[test]
fn a_defaulted_loan_contributes_its_recovery_only() {
    let defaulted = loan(1000.0, 0.05, 12, |terms| terms.status = LoanStatus::Defaulted);

    let found = columns(
        &[defaulted],
        r#"{"severity":{"model":"constant","value":0.4},"recovery_timing":[0.1,0.2,0,0.7]}"#,
    );

    assert_eq!(found.periods(), 3);
    for (period, recovery, foreclosure) in [(0, 180.0, 700.0), (1, 0.0, 700.0), (2, 420.0, 0.0)] {
        close(found.recovery[period], recovery, 1e-9);
        close(found.foreclosure_balance[period], foreclosure, 1e-9);
    }
    close(sum(&found.loss), 400.0, 1e-9);
    assert!(sum(&found.cash()) - 600.0 < 1e-9 && sum(&found.default) == 0.0);
}

#[test]
fn a_quarterly_payer_pays_prepays_and_defaults_every_third_month() {
    let quarterly = loan(1000.0, 0.08, 8, |terms| terms.frequency = PaymentFrequency::Quarterly);

    let found = columns(
        &[quarterly],
        r#"{"prepayment":{"model":"cpr","value":0.1},"default":{"model":"cdr","value":0.05},
            "recovery_lag_months":1,"servicing_fee":0.012}"#,
    );

    let three_months = |annual: f64| 1.0 - (1.0 - annual).powf(0.25);
    close(found.default[2], 1000.0 * three_months(0.05), 1e-9);
    close(found.scheduled_interest[2], (1000.0 - found.default[2]) * 0.02, 1e-9);
    close(found.servicing_fee[2], (1000.0 - found.default[2]) * 0.003, 1e-9);
    close(found.smm[2], three_months(0.1), 1e-12);
    close(found.beginning_balance[2], 1000.0, 1e-9);
    close(found.recovery[3] + found.loss[3], found.default[2], 1e-9);
    assert_eq!([0, 1, 3, 4, 6].map(|month| found.scheduled_interest[month].to_bits()), [0; 5]);
    assert!([0, 1, 4].into_iter().all(|month| (found.wac[month] - 0.08).abs() < 1e-12));
    close(found.balance[7], 0.0, 0.0);
}

#[test]
fn a_balloon_is_due_with_the_last_payment() {
    let balloon = loan(100_000.0, 0.06, 60, |terms| terms.amortization_months = Some(360));

    let found = columns(&[balloon], QUIET);

    assert!(found.scheduled_principal[59] > 90_000.0);
    close(sum(&found.scheduled_principal), 100_000.0, 1e-6);
}

#[test]
fn an_interest_only_loan_prepays_and_repays_the_rest_at_maturity() {
    let bullet = loan(1000.0, 0.06, 24, |terms| terms.amortization = Amortization::Bullet);

    let found = columns(
        &[bullet],
        r#"{"prepayment":{"model":"smm","value":0.01},"default":{"model":"none"}}"#,
    );

    close(found.prepayment[0], 10.0, 1e-9);
    close(found.scheduled_interest[1], 990.0 * 0.005, 1e-9);
    close(found.scheduled_principal[23], 1000.0 * 0.99_f64.powi(23), 1e-9);
}

#[test]
fn a_floating_loan_follows_its_index() {
    let floating = loan(1000.0, 0.05, 12, |terms| {
        terms.amortization = Amortization::Bullet;
        terms.rate_type = RateType::Floating;
        terms.rate_terms.index = Some("SOFR".to_owned());
        terms.rate_terms.margin = 0.02;
        terms.rate_terms.reset_every_months = 1;
    });
    let indices = Indices::unchanged().with("SOFR", vec![0.03, 0.04]);
    let set = request(QUIET);
    let with = |indices: &Indices| {
        project(std::slice::from_ref(&floating), &set, &Settings { indices, ..settings() }).unwrap()
    };

    let base = with(&indices);
    let shocked = with(&indices.shifted(0.03));
    let unknown = with(&Indices::unchanged());

    close(base.pool.scheduled_interest[11], 5.0, 1e-9);
    close(shocked.pool.scheduled_interest[11], 7.5, 1e-9);
    close(shocked.pool.wac[11], 0.09, 1e-12);
    assert!(base.warnings.is_empty());
    assert_eq!(unknown.warnings[0].code, "index_unchanged");
}

#[test]
fn penalties_are_shares_of_what_is_prepaid_and_lockouts_forbid_it() {
    let prepay = r#"{"prepayment":{"model":"smm","value":0.01},"default":{"model":"none"}}"#;
    let with = |penalty: PrepaymentPenalty| {
        let bullet = loan(1000.0, 0.06, 36, |terms| {
            terms.amortization = Amortization::Bullet;
            terms.prepayment_penalty = penalty;
        });
        columns(&[bullet], prepay)
    };

    let step = with(PrepaymentPenalty::StepDown { shares: vec![0.03, 0.01] });
    let locked = with(PrepaymentPenalty::Lockout { months: 12 });
    let made_whole = with(PrepaymentPenalty::YieldMaintenance { matching_rate: 0.0, months: 24 });

    for (month, share) in [(0, 0.03), (11, 0.03), (12, 0.01), (24, 0.0)] {
        close(step.prepayment_penalty[month], step.prepayment[month] * share, 1e-12);
    }
    assert_eq!(sum(&locked.prepayment[..12]).to_bits(), 0);
    close(locked.prepayment[12], 10.0, 1e-9);
    // 35 payments of 5 per 1000 are still due after the first.
    close(made_whole.prepayment_penalty[0], 10.0 * 0.175, 1e-9);
}

#[test]
fn collateral_decides_the_loss_of_every_loan_on_its_own() {
    let ltv = r#"{"prepayment":{"model":"none"},"default":{"model":"mdr","value":0.01},
        "severity":{"model":"ltv","haircut":0.25},"recovery_lag_months":1}"#;
    let with_ltv = |ratio| {
        loan(1000.0, 0.0, 24, |terms| {
            terms.amortization = Amortization::Bullet;
            terms.drivers.ltv_ratio = Some(ratio);
        })
    };
    let pool = [with_ltv(1.5), with_ltv(0.5)];
    let set = request(ltv);
    let fallen = Stress { property_value_decline: 0.5, ..Stress::default() };

    let found = project_scenarios(&pool, &set, &settings(), &[Stress::default(), fallen]).unwrap();

    close(found[0].pool.loss[1], 10.0 * 0.5, 1e-9);
    close(found[1].pool.loss[1], 10.0 * 0.75 + 10.0 * 0.25, 1e-9);
}

#[test]
fn a_cumulative_loss_curve_is_met_to_the_cent() {
    let curve = r#"{"prepayment":{"model":"none"},"severity":{"model":"constant","value":0.5},
        "default":{"model":"cumulative_loss","total":0.06,"timing":[0.5,0.3,0.2]},"recovery_lag_months":2}"#;
    let pool = [level(60_000.0, 0.05, 60, 0), level(40_000.0, 0.09, 120, 7)];

    let found = columns(&pool, curve);

    close(sum(&found.loss), 6_000.0, 1e-6);
    close(found.default[0], 500.0, 1e-9);
    close(found.default[35], 200.0, 1e-9);
    close(found.loss[2], 250.0, 1e-9);
}

#[test]
fn a_loss_beyond_the_balance_defaults_what_is_left() {
    let curve = r#"{"severity":{"model":"constant","value":0.1},"prepayment":{"model":"cpr","value":0.2},
        "default":{"model":"cumulative_loss","total":1,"timing":[1]},"recovery_lag_months":0}"#;

    let found = columns(&[level(1000.0, 0.05, 60, 0)], curve);

    let principal = sum(&found.default) + sum(&found.scheduled_principal) + sum(&found.prepayment);
    close(principal, 1000.0, 1e-9);
    close(sum(&found.loss), sum(&found.default) * 0.1, 1e-9);
}

#[test]
fn an_override_holds_for_its_loan_only() {
    let own = loan(1000.0, 0.05, 24, |terms| terms.overrides.default_probability = Some(0.5));
    let pool = [own.clone(), level(1000.0, 0.05, 24, 0)];
    let set = request(r#"{"default":{"model":"none"},"prepayment":{"model":"none"}}"#);

    let together = projected(&pool, &set);
    let alone = projected(&[own], &set);

    close(sum(&together.pool.default), sum(&alone.pool.default), 1e-9);
    assert!(sum(&alone.pool.default) > 100.0);
    assert_eq!(together.assumptions_used.len(), 2);
}

#[test]
fn interest_is_advanced_until_the_expected_recovery_is_used_up() {
    let bullet = loan(1000.0, 0.12, 24, |terms| terms.amortization = Amortization::Bullet);
    let advanced = |severity: f64| {
        columns(
            std::slice::from_ref(&bullet),
            &format!(
                r#"{{"prepayment":{{"model":"none"}},"default":{{"model":"vector","unit":"monthly","values":[0.1],"pad":"zero"}},
                "severity":{{"model":"constant","value":{severity}}},"recovery_lag_months":6,"advances":"interest"}}"#
            ),
        )
    };

    let covered = advanced(0.4);
    let scarce = advanced(0.97);

    assert!(
        covered.advances[..7].iter().all(|amount| (amount - 1.0).abs() < 1e-9),
        "{:?}",
        covered.advances
    );
    close(covered.advances_reimbursed[6], 7.0, 1e-9);
    close(sum(&scarce.advances), 3.0, 1e-9);
    close(sum(&scarce.advances_reimbursed), 3.0, 1e-9);
    close(scarce.loss[6], 97.0, 1e-9);
    close(scarce.interest_lost[5], 1.0, 1e-9);
}

#[test]
fn parts_add_up_to_the_pool() {
    let set: AssumptionSet = {
        let draft = serde_json::from_str(
            r#"{"selectors":[{"name":"high","when":[{"field":"rate","op":"ge","value":0.06}],
                "assumptions":{"default":{"model":"cdr","value":0.2}}}]}"#,
        );
        AssumptionSet::new(draft.unwrap()).unwrap()
    };
    let pool = [level(1000.0, 0.07, 36, 0), level(2000.0, 0.05, 36, 0), level(500.0, 0.06, 24, 3)];

    let found =
        project(&pool, &set, &Settings { group_by: GroupBy::Selector, ..settings() }).unwrap();

    let names: Vec<&str> = found.groups.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(names, ["high", "other"]);
    for month in 0..found.pool.periods() {
        let parts: f64 = found.groups.iter().map(|group| group.columns.default[month]).sum();
        close(parts, found.pool.default[month], 1e-12);
    }
}

#[test]
fn a_scenario_without_changes_gives_the_bits_of_the_plain_projection() {
    let pool: Vec<Loan> =
        (0..300).map(|k| level(1000.0 + f64::from(k), 0.05, 60 + k % 50, k % 7)).collect();
    let set = request("{}");
    let crisis = Stress {
        default_multiplier: 3.0,
        prepayment_multiplier: 0.5,
        recovery_multiplier: 0.6,
        ..Stress::default()
    };

    let plain = projected(&pool, &set);
    let both = project_scenarios(&pool, &set, &settings(), &[crisis, Stress::default()]).unwrap();

    assert_eq!(both[1], plain);
    assert!(sum(&both[0].pool.loss) > 2.0 * sum(&plain.pool.loss));
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let pool: Vec<Loan> = (0..20_000)
        .map(|k| {
            let rate = 0.03 + 0.000_002 * f64::from(k);
            let age = u16::try_from(k % 90).unwrap();
            if k % 50 == 0 {
                return loan(5000.0, rate, 120, |terms| terms.amortization = Amortization::Linear);
            }
            level(1000.0 + f64::from(k), rate, if k % 3 == 0 { 360 } else { 180 + age }, age / 45)
        })
        .collect();
    let set = request(r#"{"default":{"model":"cdr","value":0.02}}"#);
    let with_threads = |threads| {
        let workers = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        workers.install(|| projected(&pool, &set))
    };

    let alone = with_threads(1);

    assert_eq!(with_threads(2), alone);
    assert_eq!(with_threads(7), alone);
}

#[test]
fn the_caller_can_stop_and_follow_the_work() {
    let pool: Vec<Loan> = (0..100).map(|k| level(1000.0, 0.05, 12 + k, 0)).collect();
    let set = request("{}");
    let cancelled = AtomicBool::new(false);
    let most = AtomicUsize::new(0);
    let progress = |done: usize| {
        most.fetch_max(done, Ordering::Relaxed);
    };
    let control = Control { cancelled: Some(&cancelled), progress: Some(&progress) };
    let run = || project(&pool, &set, &Settings { control, ..settings() });

    assert!(run().is_ok());
    assert_eq!(most.load(Ordering::Relaxed), 100);

    cancelled.store(true, Ordering::Relaxed);
    assert_eq!(run(), Err(ProjectionError::Cancelled));
}

#[test]
fn extreme_inputs_stay_finite() {
    let mut pool = Vec::new();
    for (balance, rate) in [(1e12, 0.0), (1e12, 1.0), (0.01, 1e-300), (1.0, 0.5)] {
        for term in [1, 2, 600] {
            pool.push(level(balance, rate, term, 0));
            for amortization in [Amortization::Linear, Amortization::Bullet] {
                pool.push(loan(balance, rate, term, |terms| terms.amortization = amortization));
            }
        }
    }
    for speed in [0.0, 0.5, 1.0] {
        for severity in [0.0, 1.0] {
            for lag in [0, 1, 120] {
                for advances in ["none", "interest", "principal_and_interest"] {
                    let given = Assumptions {
                        prepayment: Some(Prepayment::Smm { value: speed }),
                        default: Some(DefaultModel::Mdr { value: 1.0 - speed }),
                        severity: Some(Severity::Constant { value: severity }),
                        recovery_lag_months: Some(lag),
                        default_free_months: Some(0),
                        advances: serde_json::from_str(&format!("\"{advances}\"")).unwrap(),
                        ..Assumptions::default()
                    };
                    assert_finite(&pool, &set(given));
                }
            }
        }
    }
}

fn assert_finite(pool: &[Loan], set: &AssumptionSet) {
    let text = serde_json::to_value(projected(pool, set).pool).unwrap();
    for (name, column) in text.as_object().unwrap() {
        for amount in column.as_array().unwrap() {
            assert!(
                amount.as_f64().is_some_and(|amount| amount >= -1e-3),
                "{name}: {amount} {set:?}"
            );
        }
    }
}

#[test]
fn balances_that_overflow_are_refused() {
    let pool = [level(1e300, 0.05, 12, 0), level(1e300, 0.05, 12, 0)];

    assert_eq!(project(&pool, &request("{}"), &settings()), Err(ProjectionError::TooLarge));
}

#[test]
fn loans_are_reported_in_their_order() {
    let mut pool: Vec<Loan> = (1..600).map(|k| level(f64::from(k), 0.05, 12 + k % 30, 0)).collect();
    pool.push(loan(600.0, 0.05, 12, |terms| terms.status = LoanStatus::Defaulted));
    let mut seen = Vec::new();

    project_loans(&pool, &request(QUIET), &settings(), &Stress::default(), |loan, columns| {
        let first =
            columns.beginning_balance[0] + columns.recovery[0] + columns.foreclosure_balance[0];
        seen.push((loan.balance(), first));
    })
    .unwrap();

    assert_eq!(seen.len(), 600);
    assert!(seen.windows(2).all(|pair| pair[0].0 < pair[1].0));
    close(seen[41].1, 42.0, 1e-9);
    close(seen[599].1, 600.0, 1e-9);
}

#[test]
fn the_standard_default_assumption_warns_outside_its_scope() {
    let sda = request(r#"{"default":{"model":"sda","value":100}}"#);

    assert!(projected(&[level(1000.0, 0.05, 360, 0)], &sda).warnings.is_empty());
    assert_eq!(
        projected(&[level(1000.0, 0.05, 120, 0)], &sda).warnings[0].code,
        "sda_outside_scope"
    );
}
