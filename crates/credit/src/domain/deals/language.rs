//! What the deal language says about a text or a structure, for callers.

use deal_engine::check::{Finding, Severity};
use deal_engine::text::{Fault, SourceMap};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Something the static check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DealFinding)]
pub struct FindingView {
    /// `error` stops a run, `warning` does not.
    #[schema(value_type = String)]
    pub severity: std::borrow::Cow<'static, str>,
    /// A stable name of the rule.
    pub code: String,
    /// JSON pointer into the structure.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
    /// Where it stands in the text, from 1; absent if the deal came as JSON.
    pub line: Option<usize>,
    /// In characters, from 1.
    pub column: Option<usize>,
    /// How many characters it is.
    pub length: Option<usize>,
}

/// Why a text cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DealFault)]
pub struct FaultView {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// How many characters are at fault.
    pub length: usize,
    /// A stable name of the rule.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

/// Findings for a caller, with their places if the deal came as text.
pub(super) fn findings(found: Vec<Finding>, map: Option<&SourceMap>) -> Vec<FindingView> {
    let view = |finding: Finding| {
        let span = map.and_then(|map| map.find(&finding.path));
        FindingView {
            severity: match finding.severity {
                Severity::Error => "error".into(),
                Severity::Warning => "warning".into(),
            },
            code: word(&finding.code),
            path: finding.path,
            message: finding.message,
            suggestion: finding.suggestion,
            line: span.map(|span| span.line),
            column: span.map(|span| span.column),
            length: span.map(|span| span.length),
        }
    };
    found.into_iter().map(view).collect()
}

/// Faults for a caller.
pub(super) fn faults(found: Vec<Fault>) -> Vec<FaultView> {
    let view = |fault: Fault| FaultView {
        line: fault.line,
        column: fault.column,
        length: fault.length,
        code: word(&fault.code),
        message: fault.message,
        suggestion: fault.suggestion,
    };
    found.into_iter().map(view).collect()
}

/// The name of a value in the API.
pub(super) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(text)) => text,
        _ => String::new(),
    }
}
