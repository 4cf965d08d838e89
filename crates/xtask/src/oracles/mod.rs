//! `cargo xtask oracles credit|strangle [--dir DIR]`: computes every case of a folder and compares.
//!
//! A case names inputs, what is expected and how close is close enough. One line is printed per
//! case; the last line counts. A file that cannot be read is a failed case.
//!
//! | module | decides |
//! |---|---|
//! | [`credit`] | how cases of the credit engine are read and answered: one case a file |
//! | [`strangle`] | how those of the strangle desk are: many cases a file |

mod credit;
mod strangle;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use serde_json::Value;

/// Runs the cases that the arguments name.
///
/// # Errors
///
/// Fails if the arguments are not understood or the folder cannot be read.
pub(crate) fn run(root: &Path, arguments: &[String]) -> anyhow::Result<ExitCode> {
    let (service, rest) = arguments.split_first().context("name a service: credit or strangle")?;
    let folder = match rest {
        [] => root.join("tests/oracles").join(service),
        [flag, folder] if flag == "--dir" => PathBuf::from(folder),
        _ => bail!("usage: cargo xtask oracles credit|strangle [--dir DIR]"),
    };

    let report = match service.as_str() {
        "credit" => credit::report(&folder)?,
        "strangle" => strangle::report(root, &folder)?,
        unknown => bail!("there are no oracles for `{unknown}`; use credit or strangle"),
    };
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

/// Returns the `*.json` files of a folder, in the order of their names.
fn case_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
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
    Ok(files)
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
