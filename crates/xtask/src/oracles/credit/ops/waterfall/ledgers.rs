//! Deals with principal deficiency ledgers.
//!
//! Losses are debited to the ledger of the junior class first; after the interest of a class,
//! revenue credits its ledger, and what credits a ledger becomes principal.

use serde_json::{Value, json};

use super::phrases::{CASH, Cast};

/// Where principal lies.
pub(super) const PRINCIPAL: &str = "principal cash";
/// What is about to be credited.
const MOVED: &str = "moved";

/// Returns a ledger for each bond, up to its balance, and one for what is about to be credited.
pub(super) fn ledgers(cast: &Cast) -> Vec<Value> {
    let of = |bond: &String| json!({ "name": bond, "cap": format!("bond({bond:?}).balance") });
    let mut ledgers: Vec<Value> = cast.bonds.iter().map(of).collect();
    ledgers.push(json!({ "name": MOVED }));
    ledgers
}

/// Returns the steps: losses, fees, interest and its ledger class by class, principal, the rest.
pub(super) fn steps(cast: &Cast) -> Vec<Value> {
    let junior_first: Vec<&String> = cast.bonds.iter().rev().collect();
    let mut actions = vec![
        json!({ "do": "collect", "sources": ["interest", "penalty"], "into": CASH }),
        json!({ "do": "collect", "sources": ["principal", "prepayment", "recovery"],
            "into": PRINCIPAL }),
        json!({ "do": "book", "ledgers": junior_first, "side": "debit", "amount": "pool.loss" }),
    ];
    if !cast.fees.is_empty() {
        actions.push(json!({ "do": "pay_fees", "fees": cast.fees, "from": CASH }));
    }
    let mut steps: Vec<Value> =
        actions.into_iter().map(|action| json!({ "action": action })).collect();
    for bond in &cast.bonds {
        let moved = format!("min(account({CASH:?}).balance, ledger({bond:?}).balance)");
        let amount = format!("ledger({MOVED:?}).balance");
        let book = |ledger: &str, side: &str, amount: &str| {
            json!({ "action": { "do": "book", "ledgers": [ledger], "side": side,
                "amount": amount } })
        };
        steps.push(json!({ "action": { "do": "pay_interest", "bonds": [bond], "from": CASH } }));
        steps.push(book(MOVED, "debit", &moved));
        steps.push(json!({ "action": { "do": "transfer", "from": CASH, "into": PRINCIPAL },
            "limit": amount }));
        steps.push(book(bond, "credit", &amount));
        steps.push(book(MOVED, "credit", &amount));
    }
    steps.push(json!({ "action": { "do": "pay_principal", "bonds": cast.bonds,
        "from": PRINCIPAL } }));
    if let Some(equity) = &cast.equity {
        steps.push(json!({ "action": { "do": "pay_residual", "bond": equity, "from": CASH } }));
    }
    steps
}
