//! What a file of cases must hold.

use anyhow::{Context, ensure};
use serde_json::Value;

/// One file.
#[derive(Debug)]
pub(super) struct Document {
    /// What its cases are about.
    pub(super) area: String,
    /// Its cases, at least one.
    pub(super) cases: Vec<Case>,
}

/// One case.
#[derive(Debug)]
pub(super) struct Case {
    /// Its name.
    pub(super) id: String,
    /// What the rule is given.
    pub(super) inputs: Value,
    /// What it must answer.
    pub(super) expected: Value,
    /// How close is close enough.
    pub(super) tolerance: Value,
}

impl Document {
    /// Reads a file.
    pub(super) fn parse(text: &str) -> anyhow::Result<Self> {
        let value: Value = serde_json::from_str(text).context("it is not JSON")?;
        let area = value.get("area").and_then(Value::as_str).context("`area` must be a text")?;
        let cases = value.get("cases").and_then(Value::as_array);
        let cases = cases.context("`cases` must be a list")?;
        ensure!(!cases.is_empty(), "there is no case");
        let cases: anyhow::Result<Vec<Case>> = cases.iter().map(Case::of).collect();
        Ok(Self { area: area.to_owned(), cases: cases? })
    }
}

impl Case {
    fn of(value: &Value) -> anyhow::Result<Self> {
        let id = value.get("id").and_then(Value::as_str).context("`id` must be a text")?;
        let object_of = |name: &str| {
            let found = value.get(name).filter(|found| found.is_object());
            found.cloned().with_context(|| format!("{id}: `{name}` must be an object"))
        };
        Ok(Self {
            id: id.to_owned(),
            inputs: object_of("inputs")?,
            expected: object_of("expected")?,
            tolerance: value.get("tolerance").cloned().unwrap_or(Value::Null),
        })
    }
}
