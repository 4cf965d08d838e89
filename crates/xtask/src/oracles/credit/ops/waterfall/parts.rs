//! Bonds, fees, reserves and triggers as cases write them.

use serde_json::{Map, Value, json};

use crate::oracles::credit::fields::{Fields, Refusal};

/// Bonds that stand alone in a case instead of in a list; two letters are a type too.
const ALONE: [&str; 9] =
    ["floater", "inverse", "inverse_floater", "po", "io", "senior", "mezzanine", "junior", "bond"];

/// The class that gets what is left, if a case names none.
pub(super) const EQUITY: &str = "equity";

/// Returns the bonds of a case as the deal's JSON.
pub(super) fn bonds(inputs: Fields<'_>) -> Result<Vec<Value>, Refusal> {
    let mut bonds = Vec::new();
    let lists = ["bonds", "tranches", "notes", "classes"];
    for name in ALONE.into_iter().filter(|_| inputs.get(&lists).is_none()) {
        if let Some(stated) = inputs.get(&[name]).filter(|stated| stated.is_object()) {
            let mut stated = stated.clone();
            stated["name"] = json!(name);
            if name.len() == 2 && stated.get("type").is_none() {
                stated["type"] = json!(name);
            }
            bonds.push(self::bond(Fields(&stated), inputs)?);
        }
    }
    if bonds.is_empty() {
        for bond in inputs.list(&lists)? {
            bonds.push(self::bond(Fields(bond), inputs)?);
        }
    }
    Ok(bonds)
}

fn bond(fields: Fields<'_>, inputs: Fields<'_>) -> Result<Value, Refusal> {
    let name = fields.text(&["name", "id", "class"]).unwrap_or("A");
    let kind = fields.text(&["type", "kind"]).unwrap_or("ordinary").to_lowercase();
    let balance = fields.number_or(&["balance", "original_balance", "size", "notional"], 0.0)?;
    let mut bond = json!({ "name": name, "original_balance": balance });
    bond["coupon"] = coupon(fields)?;
    let day_count = fields.text(&["day_count"]).or_else(|| inputs.text(&["day_count"]));
    if let Some(day_count) = day_count.and_then(day_count_name) {
        bond["day_count"] = json!(day_count);
    }
    for (name, names) in [
        ("accrues_from", ["accrues_from", "dated_date"]),
        ("lockout_until", ["lockout_until", "lockout"]),
        ("maturity", ["maturity", "stated_maturity"]),
    ] {
        if let Some(date) = fields.text(&names) {
            bond[name] = json!(date);
        }
    }
    if let Some(delay) = fields.optional_count(&["delay_days", "delay"])? {
        bond["delay_days"] = json!(delay);
    }
    let has = |word: &str| kind.contains(word);
    if has("z_") || has("accru") || kind == "z" {
        bond["kind"] = json!({ "type": "z_accrual" });
    } else if kind == "io" || has("interest_only") || has("interest only") {
        let notional = fields.text(&["notional", "notional_of"]);
        let notional = notional.map_or("pool.begin_balance".to_owned(), |name| {
            format!("bond({name:?}).begin_balance")
        });
        bond["kind"] = json!({ "type": "interest_only", "notional": notional });
    } else if kind == "po" || has("principal_only") || has("principal only") {
        bond["kind"] = json!({ "type": "principal_only" });
    } else if has(EQUITY) || has("residual") {
        bond["kind"] = json!({ "type": "equity" });
    } else if has("support") {
        bond["kind"] = json!({ "type": "support" });
    }
    let pik = ["deferrable", "pik", "deferred", "capitalize_unpaid_interest"];
    if fields.flag(&pik) || inputs.flag(&pik) || has("defer") || has("pik") {
        bond["deferrable"] = json!(true);
    }
    if let Some(on_interest) = fields.get(&["interest_on_interest", "interest_on_deferred"]) {
        bond["interest_on_interest"] = match on_interest {
            Value::Number(rate) => json!({ "type": "fixed", "rate": rate }),
            Value::Bool(false) => json!({ "type": "none" }),
            Value::String(words) if words == "none" => json!({ "type": "none" }),
            _ => json!({ "type": "own_rate" }),
        };
    }
    Ok(bond)
}

/// Reads a coupon: a number, or an object or bond with an index, a margin, steps.
fn coupon(bond: Fields<'_>) -> Result<Value, Refusal> {
    let stated = bond.get(&["coupon", "rate"]);
    if let Some(rate) = stated.and_then(Value::as_f64) {
        return Ok(match bond.get(&["steps", "step_up"]) {
            Some(steps) => json!({ "type": "step_up", "rate": rate, "steps": dated(steps) }),
            None => json!({ "type": "fixed", "rate": rate }),
        });
    }
    let terms = stated.filter(|value| value.is_object()).map_or(bond, Fields);
    let margin = terms.optional(&["margin", "spread", "fixed", "constant"])?;
    if let Some(steps) = terms.get(&["steps"]) {
        let rate = terms.number(&["rate", "initial"])?;
        return Ok(json!({ "type": "step_up", "rate": rate, "steps": dated(steps) }));
    }
    let Some(margin) = margin else { return Ok(json!({ "type": "none" })) };
    let mut floating = json!({ "type": "floating", "index": "index", "spread": margin });
    for (name, names) in [
        ("multiplier", ["multiplier", "leverage"]),
        ("floor", ["floor", "floor_rate"]),
        ("cap", ["cap", "cap_rate"]),
    ] {
        if let Some(number) = terms.optional(&names)? {
            floating[name] = json!(number);
        }
    }
    Ok(floating)
}

fn dated(steps: &Value) -> Value {
    let rows = steps.as_array().map_or(&[][..], Vec::as_slice);
    let pair = |row: &Value| {
        let fields = Fields(row);
        let from = fields.text(&["from", "date"]).or_else(|| row.get(0)?.as_str());
        let rate = fields.get(&["rate", "coupon"]).or_else(|| row.get(1));
        json!([from, rate])
    };
    Value::Array(rows.iter().map(pair).collect())
}

/// Returns a day count that the engine knows; a mere "monthly" says nothing beyond 30/360.
fn day_count_name(words: &str) -> Option<String> {
    let name = words.replace("monthly", "").replace("quarterly", "");
    let name = credit_engine::dates::DayCount::parse(name.trim()).ok()?.name();
    Some(name.to_owned())
}

/// Returns the fees of a case as the deal's JSON.
pub(super) fn fees(inputs: Fields<'_>) -> Result<Vec<Value>, Refusal> {
    let mut fees = Vec::new();
    for fee in inputs.get(&["fees"]).and_then(Value::as_array).into_iter().flatten() {
        let fields = Fields(fee);
        let name = fields.text(&["name"]).unwrap_or("fee");
        let kind = if let Some(rate) = fields.optional(&["rate", "annual_rate"])? {
            json!({ "type": "rate", "rate": rate, "base": "pool.begin_balance" })
        } else {
            let amount = fields.number(&["amount"])?;
            let once = fields.text(&["type"]).is_some_and(|kind| kind.starts_with("one"));
            json!({ "type": if once { "one_off" } else { "fixed" }, "amount": amount })
        };
        let mut fee = json!({ "name": name, "kind": kind });
        if let Some(starts) = fields.text(&["due", "starts", "date"]) {
            fee["starts"] = json!(starts);
        }
        fees.push(fee);
    }
    for name in ["servicing_fee", "senior_fee", "fee", "trustee_fee"] {
        let Some(stated) = inputs.get(&[name]) else { continue };
        let kind = match stated {
            Value::String(words) => {
                let rate = percent(words).ok_or_else(|| Refusal::new("bad_fee", words))?;
                json!({ "type": "rate", "rate": rate, "base": base(words) })
            }
            other => {
                let rate = Fields(inputs.0).number(&[name])?;
                if rate < 0.5 && other.is_number() {
                    json!({ "type": "rate", "rate": rate, "base": "pool.begin_balance" })
                } else {
                    json!({ "type": "fixed", "amount": rate })
                }
            }
        };
        fees.push(json!({ "name": name, "kind": kind }));
    }
    Ok(fees)
}

/// Reads the first percentage of a sentence.
pub(super) fn percent(words: &str) -> Option<f64> {
    let before = words.split('%').next().filter(|_| words.contains('%'))?;
    let start = before.rfind(|letter: char| !letter.is_ascii_digit() && letter != '.');
    let digits = before.get(start.map_or(0, |start| start + 1)..)?;
    digits.parse::<f64>().ok().map(|number| number / 100.0)
}

/// Finds which pool balance a sentence means.
pub(super) fn base(words: &str) -> &'static str {
    let words = words.to_lowercase();
    if words.contains("begin") {
        "pool.begin_balance"
    } else if words.contains("original") || words.contains("initial") {
        "pool.original_balance"
    } else {
        "pool.balance"
    }
}

/// Returns the account of the reserve as the deal's JSON.
pub(super) fn reserve(inputs: Fields<'_>) -> Result<Option<Value>, Refusal> {
    let Some(reserve) = inputs.get(&["reserve", "reserve_account", "reserve_fund"]) else {
        return Ok(None);
    };
    let fields = Fields(reserve);
    let initial = match reserve.as_f64() {
        Some(initial) => initial,
        None => fields.number_or(&["initial", "balance", "begin", "opening"], 0.0)?,
    };
    let mut account = json!({ "name": "reserve", "balance": initial });
    if let Some(target) = fields.get(&["target", "required", "requirement"]) {
        account["target"] = match target {
            Value::String(words) => json!(target_formula(words)),
            other => json!(other.to_string()),
        };
    }
    Ok(Some(account))
}

/// Reads `max(1% of end-of-period pool balance, 5)` and `1% of …, at least 5`.
fn target_formula(words: &str) -> String {
    let share = percent(words).unwrap_or(0.0);
    let floor = words.rsplit([',', ' ']).find_map(|word| {
        word.trim_matches(|letter: char| !letter.is_ascii_digit()).parse::<f64>().ok()
    });
    let floor = floor.filter(|_| words.contains("max") || words.contains("least")).unwrap_or(0.0);
    format!("max({share} * {}, {floor})", base(words))
}

/// Returns the trigger of a case as the deal's JSON.
pub(super) fn trigger(inputs: Fields<'_>) -> Result<Option<Value>, Refusal> {
    let Some(trigger) = inputs.get(&["trigger", "switch"]) else { return Ok(None) };
    let fields = Fields(trigger);
    let measure = fields.text(&["measure", "condition", "test"]).unwrap_or("").to_lowercase();
    let measure = if measure.contains("factor") {
        "pool.factor"
    } else if measure.contains("recover") || measure.contains("net") {
        "pool.cum_net_loss / pool.original_balance"
    } else if measure.contains("default") {
        "pool.cum_default / pool.original_balance"
    } else {
        "pool.cum_loss / pool.original_balance"
    };
    let mut built = Map::new();
    built.insert("name".to_owned(), json!("trigger"));
    built.insert("measure".to_owned(), json!(measure));
    let comparison = fields.text(&["comparison", "operator"]).unwrap_or(">");
    built.insert("comparison".to_owned(), json!(comparison));
    built
        .insert("threshold".to_owned(), json!(fields.number(&["threshold", "level"])?.to_string()));
    let cures = fields.flag(&["curable", "cures"]);
    built.insert("cure".to_owned(), json!(if cures { "when_passed" } else { "never" }));
    if let Some(count) = fields.optional_count(&["consecutive", "consecutive_breaches"])? {
        built.insert("consecutive".to_owned(), json!(count));
    }
    let effects = json!([{ "type": "status", "status": "early_amortization" }]);
    built.insert("effects".to_owned(), effects);
    Ok(Some(Value::Object(built)))
}
