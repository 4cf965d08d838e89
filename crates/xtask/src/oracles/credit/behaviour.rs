//! Cases that say in words how the service behaves. Tests of the crates show it; the runner
//! names the test and sees that it is there.

use std::path::{Path, PathBuf};

use super::case::Case;
use crate::oracles::{Outcome, brief};

/// The cases whose behaviour a test shows.
const SHOWN: [(&str, Test); 9] = [
    ("cr-097", Test("credit/tests/it/analyze.rs", "month_end_anchors_stay_month_ends")),
    ("cr-099", Test("credit/tests/it/analyze.rs", "the_dates_are_part_of_the_cache_key")),
    ("cr-100", Test("credit/tests/it/analyze.rs", "an_invalid_asset_is_never_dropped_silently")),
    (
        "cr-102",
        Test("credit/tests/it/analyze.rs", "all_five_classes_are_supported_in_a_fixed_order"),
    ),
    ("cr-103", Test("credit/tests/it/analyze.rs", "an_empty_pool_is_reported_and_not_an_error")),
    ("cr-106", Test("platform/src/rate_limit.rs", "of_151_requests_in_one_second_150_pass")),
    ("cr-107", Test("server/tests/it/outage.rs", "everything_works_with_less_while_redis_is_away")),
    (
        "cr-110",
        Test(
            "credit/tests/it/deals_sharing.rs",
            "an_editor_writes_a_version_and_sees_nothing_after_the_grant_is_taken_back",
        ),
    ),
    (
        "cr-112",
        Test(
            "server/tests/it/outage.rs",
            "requests_are_refused_politely_while_postgresql_is_away_and_go_on_when_it_is_back",
        ),
    ),
];

/// A test: file under `crates`, function.
struct Test(&'static str, &'static str);

impl Test {
    fn path(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(self.0)
    }

    fn exists(&self) -> bool {
        let source = std::fs::read_to_string(self.path()).unwrap_or_default();
        source.lines().any(|line| {
            let line = line.trim_start();
            let line = line.strip_prefix("async ").unwrap_or(line);
            line.strip_prefix("fn ").is_some_and(|rest| rest.starts_with(&format!("{}(", self.1)))
        })
    }
}

/// Says which test shows what the case says.
pub(super) fn outcome(case: &Case) -> Outcome {
    let expected = brief(&case.expected);
    let Some((_, test)) = SHOWN.iter().find(|(id, _)| *id == case.id) else {
        return Outcome::NotYet { expected };
    };
    let name = format!("crates/{} {}", test.0, test.1);
    if test.exists() {
        let tolerance = "shown by a test".to_owned();
        return Outcome::Pass { got: name, expected, tolerance };
    }
    Outcome::Fail {
        difference: format!("there is no test {name}"),
        got: "nothing".to_owned(),
        expected,
        tolerance: "shown by a test".to_owned(),
    }
}
