//! The cases of the log: run by the tests of the log itself, against its real reader and tables.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::inputs::Refusal;

/// What stands before an answer in what the tests print.
const MARK: &str = "oracle answer: ";

/// The answers of one file.
pub(super) struct Answers {
    answers: Vec<(String, Value)>,
    problem: String,
}

impl Answers {
    /// Returns the answer to a case.
    pub(super) fn of(&self, id: &str) -> Result<Value, Refusal> {
        let found = self.answers.iter().find(|(answered, _)| answered == id);
        found
            .map(|(_, answer)| answer.clone())
            .ok_or_else(|| Refusal::new("no_answer", &self.problem))
    }
}

/// Runs the cases of a file.
pub(super) fn answers(root: &Path, file: &Path) -> Answers {
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let run = Command::new(cargo)
        .args(["test", "--quiet", "--package", "logbook", "--test", "it"])
        .args(["--", "--nocapture", "--exact", "oracles::every_case_of_the_oracle_is_answered"])
        .env("LOGBOOK_ORACLES", file)
        .current_dir(root)
        .output();
    let output = match run {
        Ok(output) => output,
        Err(error) => return Answers { answers: Vec::new(), problem: error.to_string() },
    };

    let printed = String::from_utf8_lossy(&output.stdout);
    let marked = printed.lines().filter_map(|line| line.split_once(MARK));
    let answers = marked.filter_map(|(_, answer)| {
        let answer: Value = serde_json::from_str(answer).ok()?;
        Some((answer.get("id")?.as_str()?.to_owned(), answer.get("got")?.clone()))
    });
    let complaint = String::from_utf8_lossy(&output.stderr);
    let problem = complaint.lines().last().unwrap_or("the tests of the log say nothing");
    Answers { answers: answers.collect(), problem: problem.to_owned() }
}
