//! The cases of the strangle desk.
//!
//! A file holds one area: `{area, conventions, cases: [{id, title, inputs, expected, tolerance}]}`.
//! Which rule of an area a case is about follows from the names of its inputs. An area or a kind of
//! case that nothing answers to fails.
//!
//! | module | decides |
//! |---|---|
//! | [`document`] | what a file must hold |
//! | [`tolerance`] | whether a result is close enough |
//! | [`inputs`] | how inputs are read: numbers or texts, with the usual spellings of a name |
//! | [`logs`] | how the cases of the log are run, by the tests of the log itself |
//! | all others | which part of the engine or of the simulator answers an area |

mod analytics;
mod csv_export;
mod document;
mod exits;
mod fees;
mod inputs;
mod logs;
mod payoff;
mod pnl;
mod pricing;
mod reconciliation;
mod risk;
mod schedule;
mod selection;
mod signing;
mod simulator;
mod symbols;
#[cfg(test)]
mod tests;
mod tolerance;
mod trailing;

use std::path::Path;

use serde_json::{Value, json};

use self::document::{Case, Document};
use self::inputs::{Inputs, Refusal};
use super::{Outcome, Report, brief, case_files, malformed};

/// What answers the cases of an area.
type Area = fn(Inputs<'_>) -> Result<Value, Refusal>;

/// Computes every case of every file of a folder.
pub(super) fn report(root: &Path, folder: &Path) -> anyhow::Result<Report> {
    let mut report = Report::default();
    for file in case_files(folder)? {
        let text = std::fs::read_to_string(&file).map_err(anyhow::Error::from);
        match text.and_then(|text| Document::parse(&text)) {
            Ok(document) => add(&mut report, root, &file, &document),
            Err(error) => {
                let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                report.add(&name, &malformed(&error));
            }
        }
    }
    Ok(report)
}

fn add(report: &mut Report, root: &Path, file: &Path, document: &Document) {
    if document.area == "logs" {
        let answers = logs::answers(root, file);
        for case in &document.cases {
            report.add(&case.id, &judge(case, answers.of(&case.id)));
        }
        return;
    }
    let area = area(&document.area);
    for case in &document.cases {
        let outcome = match area {
            Some(area) => judge(case, area(Inputs(&case.inputs))),
            None => failed(case, format!("the area {} is unknown", document.area), &Value::Null),
        };
        report.add(&case.id, &outcome);
    }
}

fn area(name: &str) -> Option<Area> {
    Some(match name {
        "analytics" => analytics::answer,
        "csv_export" => csv_export::answer,
        "exit_rules" => exits::answer,
        "fees" => fees::answer,
        "implied_vol" => pricing::implied_volatility,
        "payoff" => payoff::answer,
        "pnl" => pnl::answer,
        "pricing" => pricing::answer,
        "reconciliation" => reconciliation::answer,
        "risk" => risk::answer,
        "schedule" => schedule::answer,
        "selection" => selection::answer,
        "signing" => signing::answer,
        "simulator" => simulator::answer,
        "symbols_ticks_ids" => symbols::answer,
        "trailing" => trailing::answer,
        _ => return None,
    })
}

/// Compares an answer with what is expected. A refusal is an answer, with its code.
fn judge(case: &Case, answer: Result<Value, Refusal>) -> Outcome {
    let got = answer.unwrap_or_else(
        |refusal| json!({ "status": 422, "error": refusal.code, "detail": refusal.message }),
    );
    match tolerance::difference(&got, &case.expected, &case.tolerance) {
        None => Outcome::Pass {
            got: brief(&tolerance::part(&got, &case.expected)),
            expected: brief(&case.expected),
            tolerance: brief(&case.tolerance),
        },
        Some(difference) => failed(case, difference, &got),
    }
}

fn failed(case: &Case, difference: String, got: &Value) -> Outcome {
    Outcome::Fail {
        difference,
        got: brief(got),
        expected: brief(&case.expected),
        tolerance: brief(&case.tolerance),
    }
}
