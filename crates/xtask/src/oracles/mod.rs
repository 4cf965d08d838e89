//! `cargo xtask oracles credit [--dir DIR]`: computes every case file of a folder and compares.
//!
//! A case file names an operation, its inputs, what is expected and how close is close enough. One
//! line is printed per case; the last line counts. A file that cannot be read is a failed case.
//!
//! | module | decides |
//! |---|---|
//! | [`case`] | what a case file must hold |
//! | [`compare`] | whether a result is close enough |
//! | [`fields`] | how inputs are read, with every usual spelling of a name |
//! | [`ops`] | which part of the engine answers an operation |

mod case;
mod compare;
mod fields;
mod ops;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use serde_json::Value;

use self::case::Case;
use self::ops::Answer;

/// Runs the cases that the arguments name.
///
/// # Errors
///
/// Fails if the arguments are not understood or the folder cannot be read.
pub(crate) fn run(root: &Path, arguments: &[String]) -> anyhow::Result<ExitCode> {
    let (service, rest) = arguments.split_first().context("name a service: credit")?;
    if service != "credit" {
        bail!("there are no oracles for `{service}`; use credit");
    }
    let folder = match rest {
        [] => root.join("tests/oracles/credit"),
        [flag, folder] if flag == "--dir" => PathBuf::from(folder),
        _ => bail!("usage: cargo xtask oracles credit [--dir DIR]"),
    };

    let report = report(&folder)?;
    for line in &report.lines {
        println!("{line}");
    }
    println!("{}", report.summary());
    Ok(if report.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What the cases of a folder came to.
#[derive(Debug, Default)]
struct Report {
    lines: Vec<String>,
    passed: usize,
    failed: usize,
    not_yet: usize,
}

impl Report {
    fn summary(&self) -> String {
        format!("{} passed, {} failed, {} not yet", self.passed, self.failed, self.not_yet)
    }

    fn add(&mut self, name: &str, outcome: &Outcome) {
        let line = match outcome {
            Outcome::Pass { got, expected, tolerance } => {
                self.passed += 1;
                format!("{name} pass got {got} expected {expected} tolerance {tolerance}")
            }
            Outcome::Fail { difference, got, expected, tolerance } => {
                self.failed += 1;
                format!(
                    "{name} FAIL {difference}; got {got} expected {expected} tolerance {tolerance}"
                )
            }
            Outcome::NotYet { expected } => {
                self.not_yet += 1;
                format!("{name} not yet, expected {expected}")
            }
        };
        self.lines.push(line);
    }
}

/// What one case came to.
#[derive(Debug)]
enum Outcome {
    Pass { got: String, expected: String, tolerance: String },
    Fail { difference: String, got: String, expected: String, tolerance: String },
    NotYet { expected: String },
}

/// Computes every `*.json` of a folder, in the order of the names.
fn report(folder: &Path) -> anyhow::Result<Report> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("cannot read the folder {}", folder.display()))?;
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        bail!("{} holds no case file", folder.display());
    }

    let mut report = Report::default();
    for file in files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&file).map_err(anyhow::Error::from);
        match text.and_then(|text| Case::parse(&text)) {
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

fn malformed(error: &anyhow::Error) -> Outcome {
    Outcome::Fail {
        difference: format!("the case file is malformed: {error:#}"),
        got: "nothing".to_owned(),
        expected: "a case".to_owned(),
        tolerance: "none".to_owned(),
    }
}

/// Returns a value on one line of readable length.
fn brief(value: &Value) -> String {
    const LONGEST: usize = 240;
    let text = value.to_string();
    if text.chars().count() <= LONGEST {
        return text;
    }
    let start: String = text.chars().take(LONGEST).collect();
    format!("{start}…")
}
