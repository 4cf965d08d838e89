use std::path::Path;

use super::*;

#[test]
fn every_case_of_the_built_areas_passes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");

    let report = report(&root.join("tests/oracles/credit")).unwrap();

    let failed: Vec<&String> = report.lines.iter().filter(|line| line.contains(" FAIL ")).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(report.passed > 0, "{}", report.summary());
}

fn outcome_of(text: &str) -> Result<Outcome, String> {
    Case::parse(text).map(|case| outcome(&case)).map_err(|error| format!("{error:#}"))
}

#[test]
fn a_malformed_case_is_an_error_and_no_panic() {
    for text in
        ["", "[]", "{", r#"{"area":"dates"}"#, r#"{"area":1,"op":"x","inputs":{},"expected":{}}"#]
    {
        assert!(outcome_of(text).is_err(), "{text}");
    }
}

#[test]
fn an_unknown_operation_of_a_built_area_fails_and_of_another_area_waits() {
    let case = |area: &str| {
        let text = r#"{"area":"AREA","op":"no_such_thing","inputs":{},"expected":{}}"#;
        outcome_of(&text.replace("AREA", area)).unwrap()
    };

    assert!(matches!(case("pricing"), Outcome::Fail { .. }));
    assert!(matches!(case("forecasting"), Outcome::NotYet { .. }));
}

#[test]
fn inputs_that_make_no_sense_fail_and_do_not_panic() {
    for op in [
        "speed_convert",
        "schedule",
        "arm_schedule",
        "schedule_dates",
        "holidays",
        "fixed_bond",
        "mbs_analytics",
        "project_pool",
        "roll_rates",
        "historical_speed",
        "xirr_xnpv",
    ] {
        for inputs in ["{}", r#"{"balance":"x","pools":7,"matrix":[[null]],"dates":["soon"]}"#] {
            let text = format!(
                r#"{{"area":"pricing","op":"{op}","inputs":{inputs},"expected":{{"value":1}}}}"#
            );
            assert!(matches!(outcome_of(&text).unwrap(), Outcome::Fail { .. }), "{op}");
        }
    }
}

#[test]
fn a_wrong_number_fails_with_the_difference() {
    let text = r#"{"area":"prepayment","op":"speed_convert",
        "inputs":{"from":"cpr","to":"smm","values":[0.06]},
        "expected":{"values":[0.005]},"tolerance":{"abs":1e-9}}"#;

    let Ok(Outcome::Fail { difference, .. }) = outcome_of(text) else { panic!("must fail") };

    assert!(difference.contains("values.0 is 0.00514"), "{difference}");
}
