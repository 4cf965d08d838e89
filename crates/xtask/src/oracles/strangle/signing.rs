//! Signatures, and how long they are good.

use serde_json::{Value, json};
use strangle_engine::signing::{Signed, is_fresh};

use super::inputs::{Inputs, Refusal};

pub(super) fn answer(inputs: Inputs<'_>) -> Result<Value, Refusal> {
    let timestamp = inputs.needed_integer(&["timestamp"])?;
    if inputs.has(&["server_time", "server_time_seconds"]) {
        let skew = inputs.integer(&["skew_seconds", "clock_skew"])?.unwrap_or(0);
        let server = inputs.needed_integer(&["server_time", "server_time_seconds"])? + skew;
        let accepted = is_fresh(timestamp, server);
        let error = (!accepted).then_some("SignatureExpired");
        return Ok(json!({
            "accepted": accepted, "error": error, "status": if accepted { 200 } else { 401 },
        }));
    }

    let text = |names: &[&str]| inputs.text(names).unwrap_or_default();
    let method = inputs.needed_text(&["method"])?;
    let (path, query, body) = (text(&["path"]), text(&["query"]), text(&["body", "payload"]));
    let signed = Signed { method: &method, timestamp, path: &path, query: &query, body: &body };
    let secret = inputs.needed_text(&["api_secret", "secret"])?;
    Ok(json!({ "prehash": signed.text(), "signature": signed.signature(&secret) }))
}
