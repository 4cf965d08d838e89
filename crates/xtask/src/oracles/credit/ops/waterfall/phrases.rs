//! Steps as cases write them: in words.

use serde_json::{Value, json};

use super::parts::{base, percent};

/// Where all cash lies.
pub(super) const CASH: &str = "cash";

/// What steps can name.
#[derive(Debug, Clone, Default)]
pub(super) struct Cast {
    /// Bonds that are repaid, in order.
    pub(super) bonds: Vec<String>,
    /// Who gets what is left.
    pub(super) equity: Option<String>,
    /// Fees in order.
    pub(super) fees: Vec<String>,
    /// Whether there is a reserve.
    pub(super) reserve: bool,
}

/// Returns the step that a sentence means, with what is inspected before it.
pub(super) fn steps(sentence: &str, cast: &Cast) -> Vec<Value> {
    let words = sentence.to_lowercase();
    let has = |word: &str| words.contains(word);
    let named = named(sentence, cast);
    let step = if has("collect") {
        json!({ "do": "collect", "sources": ["interest", "principal", "prepayment", "recovery",
            "penalty"], "into": CASH })
    } else if has("reserve") && (has("release") || has("excess")) {
        json!({ "do": "release_reserve", "account": "reserve", "into": CASH })
    } else if has("reserve") && (has("top") || has("fill") || has("replenish")) {
        json!({ "do": "fill_reserve", "account": "reserve", "from": CASH })
    } else if has("residual") || has("remaining") {
        let Some(equity) = cast.equity.clone().or_else(|| named.last().cloned()) else {
            return Vec::new();
        };
        json!({ "do": "pay_residual", "bond": equity, "from": CASH })
    } else if has("fee") || has("expense") {
        json!({ "do": "pay_fees", "fees": cast.fees, "from": CASH })
    } else if has("carryover") {
        json!({ "do": "pay_interest", "bonds": named, "part": "carryover", "from": CASH })
    } else if has("interest") {
        let allocation = if has("pro rata") || has("pro-rata") { "pro_rata" } else { "sequential" };
        json!({ "do": "pay_interest", "bonds": named, "allocation": allocation, "from": CASH })
    } else if has("principal") {
        return principal(&words, &named);
    } else {
        return Vec::new();
    };
    let draws = cast.reserve && has("reserve") && has("interest");
    let support = if draws { json!(["reserve"]) } else { json!([]) };
    vec![json!({ "action": step, "support": support })]
}

fn principal(words: &str, bonds: &[String]) -> Vec<Value> {
    let pro_rata = words.contains("pro rata") || words.contains("pro-rata");
    let allocation = if pro_rata { "pro_rata" } else { "sequential" };
    let action = json!({ "do": "pay_principal", "bonds": bonds, "allocation": allocation,
        "from": CASH });
    let Some(share) = percent(words).filter(|_| words.contains("pool")) else {
        return vec![json!({ "action": action })];
    };
    let names: Vec<String> = bonds.iter().map(|name| format!("{name:?}")).collect();
    let balances = format!("bonds({}).balance", names.join(", "));
    let due = format!("max(0, {balances} - {share} * {})", base(words));
    vec![
        json!({ "action": { "do": "inspect", "name": "principal_due", "value": due } }),
        json!({ "action": action, "limit": due }),
    ]
}

/// Returns the bonds that a sentence names; all of them if it names none.
fn named(sentence: &str, cast: &Cast) -> Vec<String> {
    let words: Vec<&str> = sentence.split(|letter: char| !letter.is_ascii_alphanumeric()).collect();
    let all = cast.bonds.iter().chain(&cast.equity);
    // "A" is a bond only where the sentence does not use it as an article.
    let found: Vec<String> =
        all.filter(|name| words.iter().any(|word| word == name)).cloned().collect();
    if found.is_empty() { cast.bonds.clone() } else { found }
}

/// Returns the steps of a case that states none: fees, interest, reserve, principal, the rest.
pub(super) fn usual(cast: &Cast, allocation: &str) -> Vec<Value> {
    let support = if cast.reserve { json!(["reserve"]) } else { json!([]) };
    let mut steps = Vec::new();
    if cast.reserve {
        steps.push(json!({ "action":
            { "do": "release_reserve", "account": "reserve", "into": CASH } }));
    }
    if !cast.fees.is_empty() {
        let action = json!({ "do": "pay_fees", "fees": cast.fees, "from": CASH });
        steps.push(json!({ "action": action, "support": support }));
    }
    let interest = json!({ "do": "pay_interest", "bonds": cast.bonds, "allocation": "sequential",
        "from": CASH });
    steps.push(json!({ "action": interest, "support": support }));
    let carried = json!({ "do": "pay_interest", "bonds": cast.bonds, "part": "carryover",
        "allocation": "sequential", "from": CASH });
    steps.push(json!({ "action": carried }));
    if cast.reserve {
        steps.push(json!({ "action":
            { "do": "fill_reserve", "account": "reserve", "from": CASH } }));
    }
    let principal = json!({ "do": "pay_principal", "bonds": cast.bonds, "allocation": allocation,
        "from": CASH });
    steps.push(json!({ "action": principal }));
    if let Some(equity) = &cast.equity {
        steps.push(json!({ "action":
            { "do": "pay_residual", "bond": equity, "from": CASH } }));
    }
    steps
}
