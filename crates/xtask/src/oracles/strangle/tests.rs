use std::path::Path;

use super::*;

/// Judges every case but those of the log, which its own tests run.
fn judged(text: &str) -> Vec<(String, Outcome)> {
    let document = Document::parse(text).unwrap();
    let Some(area) = area(&document.area) else { return Vec::new() };
    let judged = |case: &Case| (case.id.clone(), judge(case, area(Inputs(&case.inputs))));
    document.cases.iter().map(judged).collect()
}

#[test]
fn every_case_passes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/oracles/strangle");
    let mut passed = 0;
    for file in case_files(&folder).unwrap() {
        for (id, outcome) in judged(&std::fs::read_to_string(&file).unwrap()) {
            assert!(matches!(outcome, Outcome::Pass { .. }), "{id}: {outcome:?}");
            passed += 1;
        }
    }
    assert!(passed > 90, "{passed}");
}

#[test]
fn an_unknown_area_and_an_unknown_kind_of_case_fail() {
    let folder = std::env::temp_dir().join(format!("quintet-oracles-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = r#"{"area":"AREA","cases":[{"id":"X","inputs":{"a":1},"expected":{"b":1}}]}"#;
    std::fs::write(folder.join("a.json"), file.replace("AREA", "weather")).unwrap();
    std::fs::write(folder.join("b.json"), file.replace("AREA", "schedule")).unwrap();
    std::fs::write(folder.join("c.json"), "[]").unwrap();

    let report = report(&folder, &folder).unwrap();

    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!((report.passed, report.failed), (0, 3), "{:?}", report.lines);
    assert!(report.lines[0].contains("the area weather is unknown"), "{:?}", report.lines);
    assert!(report.lines[1].contains("FAIL"), "{:?}", report.lines);
}

#[test]
fn inputs_that_make_no_sense_fail_and_do_not_panic() {
    let nonsense = [
        "{}",
        r#"{"symbol":7,"legs":[1],"fills":"x","timestamp":"soon","price":{},"kind":[]}"#,
        r#"{"sessions":[null,1],"values":["a"],"orders":[{}],"tickers":[{}],"script":[1,"x"]}"#,
        r#"{"calls":[{"kind":"none"}],"samples":[],"steps":-1,"s0":1,"sigma":1,"metadata":1}"#,
        r#"{"start_command_at":"x","intent_state":"x","call_filled":"x","asks":[[1]],"size":0}"#,
    ];
    for name in [
        "analytics",
        "csv_export",
        "exit_rules",
        "fees",
        "implied_vol",
        "payoff",
        "pnl",
        "pricing",
        "reconciliation",
        "risk",
        "schedule",
        "selection",
        "signing",
        "simulator",
        "symbols_ticks_ids",
        "trailing",
    ] {
        for inputs in nonsense {
            let case = format!(
                r#"{{"area":"{name}","cases":[
                    {{"id":"X","inputs":{inputs},"expected":{{"no_such_field":1}}}}]}}"#
            );
            for (_, outcome) in judged(&case) {
                assert!(matches!(outcome, Outcome::Fail { .. }), "{name} {inputs}");
            }
        }
    }
}
