//! Loan pools and tapes for the tests, made up.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// A pool of this many mortgages.
pub(crate) fn pool(name: &str, count: usize) -> Value {
    let assets: Vec<Value> = (0..count)
        .map(|number| {
            json!({
                "id": format!("L{number}"), "asset_class": "residential_mortgage",
                "balance": 200_000 + number % 1_000, "original_balance": 250_000, "rate": 0.05,
                "term_months": 360, "remaining_term_months": 330,
            })
        })
        .collect();
    json!({ "pool_name": name, "cut_off_date": "2026-01-01", "currency": "USD", "assets": assets })
}

/// A CSV tape of this many mortgages.
pub(crate) fn tape(count: usize) -> String {
    let mut text = String::from(
        "loan_id,asset_class,balance,original_balance,rate,term_months,remaining_term_months\n",
    );
    for number in 0..count {
        let balance = 200_000 + number % 1_000;
        let _ = writeln!(text, "L{number},residential_mortgage,{balance},250000,0.05,360,330");
    }
    text
}
