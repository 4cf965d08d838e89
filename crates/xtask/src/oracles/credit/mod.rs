//! The cases of the credit engine.
//!
//! | module | decides |
//! |---|---|
//! | [`behaviour`] | which test shows what a case says in words |
//! | [`case`] | what a case file must hold |
//! | [`compare`] | whether a result is close enough |
//! | [`fields`] | how inputs are read, with every usual spelling of a name |
//! | [`ops`] | which part of the engine answers an operation |

mod behaviour;
mod case;
mod compare;
mod fields;
mod ops;
#[cfg(test)]
mod tests;

use std::path::Path;

use self::case::Case;
use self::ops::Answer;
use super::{Outcome, Report, brief, case_files, malformed};

/// Computes every case file of a folder.
pub(super) fn report(folder: &Path) -> anyhow::Result<Report> {
    let mut report = Report::default();
    for file in case_files(folder)? {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&file).map_err(anyhow::Error::from);
        match text.and_then(|text| Case::parse(&text)) {
            Ok(case) if case.op == "behaviour" => report.add(&name, &behaviour::outcome(&case)),
            Ok(case) => report.add(&name, &outcome(&case)),
            Err(error) => report.add(&name, &malformed(&error)),
        }
    }
    Ok(report)
}

fn outcome(case: &Case) -> Outcome {
    let expected = brief(&case.expected);
    let tolerance = brief(&case.tolerance);
    let got = match ops::answer(case) {
        Answer::NotYet => return Outcome::NotYet { expected },
        Answer::Unknown => {
            let difference = format!("the operation {} is unknown", case.op);
            return Outcome::Fail { difference, got: "nothing".to_owned(), expected, tolerance };
        }
        Answer::Got(got) => got,
    };
    if let (Some(message), None) = (got.get("message"), case.expected.get("error")) {
        let difference = format!("refused: {message}");
        return Outcome::Fail { difference, got: brief(&got), expected, tolerance };
    }
    match compare::difference(&got, &case.expected, &case.tolerance) {
        None => {
            Outcome::Pass { got: brief(&compare::part(&got, &case.expected)), expected, tolerance }
        }
        Some(difference) => {
            let got = brief(&compare::part(&got, &case.expected));
            Outcome::Fail { difference, got, expected, tolerance }
        }
    }
}
