//! Values of one asset, good and bad.

use serde_json::json;

use super::*;

fn refused(name: &str, value: Json) -> Issue {
    Record::default().set_json("/assets/6", name, value).unwrap_err()
}

#[test]
fn a_rate_in_per_cent_is_refused_with_the_decimal() {
    let issue = refused("rate", json!(5.25));

    assert_eq!(issue.code, "rate_unit");
    assert!(issue.message.contains("send 0.0525 for 5.25%"), "{}", issue.message);
    assert_eq!(issue.path(), "assets[6].rate");
}

#[test]
fn numbers_are_not_read_from_text() {
    assert_eq!(refused("balance", json!("100000")).code, "wrong_type");
    assert_eq!(refused("term_months", json!(12.5)).code, "wrong_type");
    assert_eq!(refused("fico_score", json!(299)).code, "out_of_range");
}

#[test]
fn an_unknown_field_is_named_with_the_one_that_was_meant() {
    let issue = refused("currentBalance", json!(1));

    assert_eq!(issue.code, "unknown_field");
    assert!(issue.message.ends_with("did you mean balance?"), "{}", issue.message);
}

#[test]
fn values_survive_json() {
    let mut record = Record::default();
    for (name, value) in [
        ("id", json!("a")),
        ("balance", json!(1.5)),
        ("term_months", json!(360)),
        ("origination_date", json!("2024-02-29")),
        ("has_pmi", json!(true)),
        ("asset_class", json!("auto_loan")),
        ("tags", json!(["x"])),
    ] {
        record.set_json("", name, value).unwrap();
    }
    let mut again = Record::default();
    for (name, value) in record.to_json() {
        again.set_json("", &name, value).unwrap();
    }
    assert_eq!(record.to_json(), again.to_json());
    record.clear();
    assert!(record.to_json().is_empty());
}
