//! The rules of the fields that the engine does not know.

use serde_json::Value as Json;

use super::{Field, Issue, Record};

/// Property types of homes; the others of the list are commercial.
const HOMES: [&str; 8] = [
    "single_family",
    "multi_family",
    "condominium",
    "cooperative",
    "townhouse",
    "mixed_use",
    "commercial",
    "other",
];

/// Adds every broken rule of an asset to `issues`.
pub(super) fn check(record: &Record, at: &str, issues: &mut Vec<Issue>) {
    let mut refuse = |name: &str, code: &'static str, message: String| {
        issues.push(Issue::new(format!("{at}/{name}"), code, message));
    };
    let class = record.text(Field::AssetClass).unwrap_or_default();
    if let Some(kind) = record.text(Field::PropertyType)
        && class == "residential_mortgage"
        && !HOMES.contains(&kind)
    {
        let message = format!("{kind} is not a home; use one of {}", HOMES.join(", "));
        refuse("property_type", "unknown_value", message);
    }
    if let Some(tags) = record.document(Field::Tags) {
        let fits = tags.as_array().is_some_and(|tags| tags.iter().all(Json::is_string));
        if !fits {
            refuse("tags", "wrong_type", "must be a list of texts".to_owned());
        }
    }
    if record.document(Field::Metadata).is_some_and(|metadata| !metadata.is_object()) {
        refuse("metadata", "wrong_type", "must be an object".to_owned());
    }
    if let (Some(closing), Some(effective)) =
        (record.date(Field::ClosingDate), record.date(Field::EffectiveDate))
        && effective < closing
    {
        let message = format!("must not be before closing_date ({closing}), was {effective}");
        refuse("effective_date", "date_order", message);
    }
    if let Some(tranches) = record.document(Field::Tranches) {
        check_tranches(record, tranches, at, issues);
    }
}

fn check_tranches(record: &Record, tranches: &Json, at: &str, issues: &mut Vec<Issue>) {
    let pointer = format!("{at}/tranches");
    let Some(list) = tranches.as_array() else {
        issues.push(Issue::new(pointer, "wrong_type", "must be a list of tranches"));
        return;
    };
    let mut ranks = Vec::new();
    let mut total = 0.0;
    for (position, tranche) in list.iter().enumerate() {
        let here = format!("{pointer}/{position}");
        check_tranche(tranche, &here, issues);
        total += tranche.get("balance").and_then(Json::as_f64).unwrap_or(0.0);
        let Some(rank) = tranche.get("seniority").and_then(Json::as_i64) else { continue };
        if ranks.contains(&rank) {
            let message = format!("must be unique, {rank} is used twice");
            issues.push(Issue::new(format!("{here}/seniority"), "duplicate", message));
        }
        ranks.push(rank);
    }
    if let Some(collateral) = record.number(Field::CollateralPoolBalance)
        && total > 1.01 * collateral
    {
        let message = format!(
            "must add up to at most 1.01 times collateral_pool_balance ({collateral}), is {total}"
        );
        issues.push(Issue::new(pointer, "exceeds_collateral", message));
    }
}

fn check_tranche(tranche: &Json, at: &str, issues: &mut Vec<Issue>) {
    let number = |name: &str| tranche.get(name).and_then(Json::as_f64);
    let mut refuse = |name: &str, code: &'static str, message: String| {
        issues.push(Issue::new(format!("{at}/{name}"), code, message));
    };
    if tranche.get("name").and_then(Json::as_str).is_none_or(str::is_empty) {
        refuse("name", "missing", "is missing: name the tranche".to_owned());
    }
    if !number("balance").is_some_and(|balance| balance > 0.0) {
        refuse("balance", "out_of_range", "must be an amount above 0".to_owned());
    }
    if let Some(rate) = number("rate").filter(|rate| !(0.0..=1.0).contains(rate)) {
        let hint = rate / 100.0;
        refuse(
            "rate",
            "rate_unit",
            format!("must be between 0 and 1, was {rate}: send {hint} for {rate}%"),
        );
    }
    if tranche.get("seniority").is_some_and(|rank| rank.as_i64().is_none_or(|rank| rank < 1)) {
        refuse("seniority", "out_of_range", "must be a whole number of 1 or more".to_owned());
    }
    if let (Some(low), Some(high)) = (number("attachment"), number("detachment"))
        && !(0.0 <= low && low < high && high <= 1.0)
    {
        let message = format!("must be above attachment ({low}) and at most 1, was {high}");
        refuse("detachment", "order", message);
    }
}

/// Tells where tranches leave a gap or overlap; that is allowed, and worth a second look.
#[must_use]
pub fn tranche_warnings(record: &Record, at: &str) -> Vec<Issue> {
    let Some(list) = record.document(Field::Tranches).and_then(Json::as_array) else {
        return Vec::new();
    };
    let number = |tranche: &Json, name: &str| tranche.get(name).and_then(Json::as_f64);
    let mut slices: Vec<(f64, f64)> = list
        .iter()
        .filter_map(|t| Some((number(t, "attachment")?, number(t, "detachment")?)))
        .collect();
    slices.sort_by(|a, b| a.0.total_cmp(&b.0));

    let mut warnings = Vec::new();
    for (below, above) in slices.iter().zip(slices.iter().skip(1)) {
        let (code, what) = if above.0 > below.1 + 1e-9 {
            ("coverage_gap", "no tranche covers")
        } else if above.0 < below.1 - 1e-9 {
            ("coverage_overlap", "two tranches cover")
        } else {
            continue;
        };
        let (from, to) = (below.1.min(above.0), below.1.max(above.0));
        warnings.push(Issue::new(
            format!("{at}/tranches"),
            code,
            format!("{what} the losses from {from} to {to} of the collateral"),
        ));
    }
    warnings
}
