use proptest::prelude::*;

use super::*;

fn levels(plan: &Plan, results: &[f64]) -> Vec<(Option<f64>, bool)> {
    let mut trail = Trail::default();
    let mut step = |result: &f64| {
        let stop = trail.observe(plan, Decimal::ZERO, *result).stop;
        (trail.level_pct, stop)
    };
    results.iter().map(&mut step).collect()
}

#[test]
fn the_distance_follows_the_peak_from_its_start_on() {
    let plan = Plan::distance(10.0, 4.0).unwrap();

    let got = levels(&plan, &[9.0, 10.0, 15.0, 12.0, 11.0]);

    let expected = [(None, false), (Some(6.0), false), (Some(11.0), false), (Some(11.0), false)];
    assert_eq!(got[..4], expected);
    assert_eq!(got[4], (Some(11.0), true));
}

#[test]
fn the_fraction_is_not_armed_by_a_peak_of_nothing() {
    let plan = Plan::fraction(0.0, 0.5).unwrap();

    let got = levels(&plan, &[-5.0, 0.0, 8.0, 4.0]);

    let expected = [(None, false), (None, false), (Some(4.0), false), (Some(4.0), true)];
    assert_eq!(got, expected);
}

#[test]
fn a_plan_that_cannot_work_is_refused_by_name() {
    let ladder =
        |trigger_pct, lock_pct| Plan::ladder(&[Rule { trigger_pct, lock_pct }]).unwrap_err().code();

    assert_eq!(ladder(20.0, 20.0), "lock_not_below_trigger");
    assert_eq!(ladder(0.0, -1.0), "trigger_not_positive");
    assert_eq!(ladder(10.0, -1.0), "lock_negative");
    assert_eq!(ladder(f64::NAN, 1.0), "not_a_number");
    let rule = Rule { trigger_pct: 2.0, lock_pct: 1.0 };
    assert_eq!(Plan::ladder(&[rule; 21]).unwrap_err().code(), "too_many_rules");
    assert!(Plan::ladder(&[rule; 20]).is_ok());
    assert_eq!(Plan::distance(1.0, 0.0).unwrap_err().code(), "invalid_distance");
    assert_eq!(Plan::distance(-1.0, 1.0).unwrap_err().code(), "invalid_start");
    assert_eq!(Plan::fraction(1.0, 1.0).unwrap_err().code(), "invalid_fraction");
    assert_eq!(Plan::fraction(1.0, f64::NAN).unwrap_err().code(), "invalid_fraction");
}

#[test]
fn a_map_in_percent_stays_as_it_is_even_if_some_values_are_small() {
    let map = BTreeMap::from([("20".to_owned(), 0.5), ("0.9".to_owned(), 0.1)]);

    let (rules, unit) = from_map(&map).unwrap();

    assert_eq!(unit, Unit::Percent);
    assert_eq!(rules[0], Rule { trigger_pct: 0.9, lock_pct: 0.1 });
    assert!(from_map(&BTreeMap::from([("x".to_owned(), 0.5)])).is_err());
}

#[test]
fn a_result_that_is_no_number_changes_nothing() {
    let mut trail = Trail { level_pct: Some(5.0), ..Trail::default() };

    let observed = trail.observe(&Plan::standard(), Decimal::ZERO, f64::NAN);

    assert_eq!(observed, Observed { moved: false, stop: false });
}

proptest! {
    #[test]
    fn the_level_never_falls_and_stays_below_the_peak(
        results in prop::collection::vec(-100.0_f64..100.0, 1..50),
    ) {
        let (plan, mut trail) = (Plan::standard(), Trail::default());
        let mut last = None;
        for result in results {
            let observed = trail.observe(&plan, Decimal::ZERO, result);

            prop_assert!(trail.level_pct >= last);
            prop_assert!(trail.level_pct.is_none_or(|level| level < trail.max_profit_pct));
            prop_assert!(!observed.stop || result < trail.max_profit_pct);
            last = trail.level_pct;
        }
    }
}
