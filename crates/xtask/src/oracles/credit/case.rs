//! What a case file must hold.

use anyhow::Context;
use serde_json::Value;

/// One case.
#[derive(Debug)]
pub(super) struct Case {
    /// Its number; may be left out.
    pub(super) id: String,
    /// The part of the service it belongs to.
    pub(super) area: String,
    /// The operation.
    pub(super) op: String,
    /// Choices among conventions.
    pub(super) convention: Value,
    /// What the operation is given.
    pub(super) inputs: Value,
    /// What it must answer.
    pub(super) expected: Value,
    /// How close is close enough.
    pub(super) tolerance: Value,
}

impl Case {
    /// Reads a case file.
    pub(super) fn parse(text: &str) -> anyhow::Result<Self> {
        let value: Value = serde_json::from_str(text).context("it is not JSON")?;
        let text_of = |name: &str| {
            let found = value.get(name).and_then(Value::as_str);
            found.map(str::to_owned).with_context(|| format!("`{name}` must be a text"))
        };
        let object_of = |name: &str| {
            let found = value.get(name).filter(|found| found.is_object());
            found.cloned().with_context(|| format!("`{name}` must be an object"))
        };
        Ok(Self {
            id: value.get("id").and_then(Value::as_str).unwrap_or_default().to_owned(),
            area: text_of("area")?,
            op: text_of("op")?,
            convention: value.get("convention").cloned().unwrap_or(Value::Null),
            inputs: object_of("inputs")?,
            expected: object_of("expected")?,
            tolerance: value.get("tolerance").cloned().unwrap_or(Value::Null),
        })
    }
}
