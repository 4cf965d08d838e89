//! Which failures of a script have happened, read from the exchange's journal.

use std::path::Path;

use serde_json::Value;

/// The kinds of failures that hit something, each once. The journal begins anew with each snapshot,
/// so that a long run may have hit more.
pub(super) fn hit(folder: &Path, script: Option<&Value>) -> Vec<String> {
    let Some(script) = script else { return Vec::new() };
    let journal = std::fs::read_to_string(folder.join("sim/journal.jsonl")).unwrap_or_default();
    let lines = journal.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut kinds: Vec<String> = lines.flat_map(|line| in_line(&line, script)).collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

fn in_line(line: &Value, script: &Value) -> Vec<String> {
    let command = &line["entry"]["fault"]["command"];
    let begun = command["begin"]["action"]["kind"].as_str().map(str::to_owned);
    let fired = command["progress"].as_array().into_iter().flatten();
    let kinds = fired.filter_map(|step| {
        let rule = usize::try_from(step["rule"].as_u64()?).ok()?;
        let rules = script.get("rules").unwrap_or(script);
        Some(rules.get(rule)?["action"]["kind"].as_str()?.to_owned())
    });
    kinds.chain(begun).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_of_the_journal_names_what_was_hit() {
        let script =
            json!({"rules": [{"action": {"kind": "slow"}}, {"action": {"kind": "ws_drop"}}]});
        let fired = json!({"entry": {"fault": {"command": {"progress": [{"rule": 1}]}}}});
        let begun =
            json!({"entry": {"fault": {"command": {"begin": {"action": {"kind": "slow"}}}}}});

        assert_eq!(in_line(&fired, &script), ["ws_drop"]);
        assert_eq!(in_line(&begun, &script), ["slow"]);
        assert!(in_line(&json!({"entry": {"exchange": {}}}), &script).is_empty());
    }
}
