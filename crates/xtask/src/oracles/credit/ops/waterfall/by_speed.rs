//! Deals over a pool at several prepayment speeds.

use chrono::NaiveDate;
use credit_engine::dates::{ScheduleRule, payment_dates};
use credit_engine::projection::Columns;
use credit_engine::valuation::bey::{PrincipalCounted, average_life};
use credit_engine::valuation::periodic;
use deal_engine::collateral::{Collateral, planned};
use deal_engine::model::Deal;
use deal_engine::run::{BondSummary, IndexPath, Inputs};
use serde_json::{Map, Value, json};

use super::{Request, deal, parts, ran};
use crate::oracles::credit::fields::{Fields, Refusal, key};
use crate::oracles::credit::ops::pools::{pool, projected};

/// Bonds accrue from here; period `n` is paid `n` months later, so that times are months / 12.
const CLOSING: (i32, u32, u32) = (2025, 1, 15);
const PAC: &str = "pac";
const SUPPORT: &str = "support";

pub(super) fn answer(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let banded = inputs.get(&["pac_band_psa", "pac_band", "tac_psa", "tac_speed"]);
    let mut sizes = Map::new();
    let (deal, mut given) = match banded {
        Some(_) => scheduled(request, &mut sizes)?,
        None => (structure(inputs)?, Inputs::default()),
    };
    let index = ["index", "index_path", "index_rate"];
    if inputs.get(&index).is_some() {
        given.indices.insert("index".to_owned(), IndexPath::Monthly(inputs.numbers(&index)?));
    }
    let mut by_psa = Map::new();
    for psa in inputs.numbers(&["psa", "speeds", "psa_speeds"])? {
        let columns = collateral(request, psa)?;
        let life = average_life(&periodic(&columns.principal(), 12), PrincipalCounted::All);
        let run = ran(&deal, dated(&columns), given.clone())?;
        let mut answer = Map::new();
        answer.insert("collateral".to_owned(), json!(life));
        for bond in &run.summary.bonds {
            let lives = if banded.is_some() { json!(bond.wal) } else { lives(bond) };
            answer.insert(bond.name.clone(), lives);
        }
        by_psa.insert(key(psa), Value::Object(answer));
    }
    sizes.insert("by_psa".to_owned(), Value::Object(by_psa));
    Ok(Value::Object(sizes))
}

fn lives(bond: &BondSummary) -> Value {
    json!({
        "wal": bond.wal, "average_life": bond.wal, "window": bond.window,
        "total_interest": bond.total_interest, "interest": bond.total_interest,
        "total_principal": bond.total_principal, "principal": bond.total_principal,
    })
}

fn collateral(request: &Request<'_>, psa: f64) -> Result<Columns, Refusal> {
    let stated = request.inputs.get(&["collateral"]);
    let mut stated = stated.cloned().unwrap_or_default();
    stated["prepayment"] = json!({ "model": "psa", "value": psa });
    let (loan, assumptions) = pool(Fields(&stated), request.convention)?;
    Ok(projected(&[loan], assumptions)?.pool)
}

fn dated(columns: &Columns) -> Collateral {
    let count = u32::try_from(columns.periods()).unwrap_or(0);
    let closing = closing();
    let months = payment_dates(&ScheduleRule::monthly(closing), count + 1);
    Collateral::from_columns("pool", months.get(1..).unwrap_or_default(), columns)
}

fn closing() -> NaiveDate {
    let (year, month, day) = CLOSING;
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// Puts together a deal whose bonds share interest and principal of the pool. What an accrual bond
/// does not get in interest repays principal.
fn structure(inputs: Fields<'_>) -> Result<Deal, Refusal> {
    let bonds = parts::bonds(inputs)?;
    let allocation = inputs.text(&["principal"]).unwrap_or("sequential").to_lowercase();
    let allocation = if allocation.contains("rata") { "pro_rata" } else { "sequential" };
    let name = |bond: &Value| bond["name"].as_str().unwrap_or_default().to_owned();
    let mut steps = shared_steps(&bonds);
    for (position, bond) in bonds.iter().enumerate() {
        if bond["kind"]["type"] != "z_accrual" {
            continue;
        }
        let earlier: Vec<String> = bonds
            .iter()
            .take(position)
            .filter(|bond| bond["kind"]["type"] != "interest_only")
            .map(|bond| format!("{:?}", name(bond)))
            .collect();
        let earlier = earlier.join(", ");
        let accretion = format!(
            "if bonds({earlier}).begin_balance > 0.01 then bond({:?}).due_interest else 0",
            name(bond)
        );
        let action = json!({ "do": "transfer", "from": "interest", "into": "principal" });
        steps.push(json!({ "action": action, "limit": accretion }));
    }
    let repaid: Vec<String> =
        bonds.iter().filter(|bond| bond["kind"]["type"] != "interest_only").map(name).collect();
    steps.push(json!({ "action": { "do": "pay_principal", "bonds": repaid,
        "allocation": allocation, "from": "principal" } }));
    finished(bonds, steps)
}

fn shared_steps(bonds: &[Value]) -> Vec<Value> {
    let names: Vec<&str> = bonds.iter().filter_map(|bond| bond["name"].as_str()).collect();
    vec![
        json!({ "action": { "do": "collect", "sources": ["interest", "penalty"],
            "into": "interest" } }),
        json!({ "action": { "do": "collect", "sources": ["principal", "prepayment", "recovery"],
            "into": "principal" } }),
        json!({ "action": { "do": "pay_interest", "bonds": names, "from": "interest" } }),
    ]
}

fn finished(mut bonds: Vec<Value>, mut steps: Vec<Value>) -> Result<Deal, Refusal> {
    bonds.push(json!({ "name": "residual", "original_balance": 0, "kind": { "type": "equity" } }));
    for account in ["interest", "principal"] {
        let action = json!({ "do": "pay_residual", "bond": "residual", "from": account });
        steps.push(json!({ "action": action }));
    }
    let closing = closing();
    let first = credit_engine::dates::add_months(closing, 1).unwrap_or(closing);
    deal(json!({
        "name": "case",
        "dates": { "cutoff": closing, "closing": closing, "first_payment": first },
        "accounts": [{ "name": "interest" }, { "name": "principal" }],
        "bonds": bonds,
        "waterfalls": [{ "status": "amortizing", "steps": steps }],
    }))
}

/// Puts together a PAC or TAC bond of the size of its schedule, and a support bond.
fn scheduled(
    request: &Request<'_>,
    sizes: &mut Map<String, Value>,
) -> Result<(Deal, Inputs), Refusal> {
    let inputs = request.inputs;
    let balance = Fields(inputs.get(&["collateral"]).unwrap_or(&Value::Null));
    let balance = balance.number(&["balance"])?;
    let band = ["pac_band_psa", "pac_band"];
    let (kind, speeds) = if inputs.get(&band).is_some() {
        let band = inputs.numbers(&band)?;
        (json!({ "type": "pac", "band": band }), band)
    } else {
        let speed = inputs.number(&["tac_psa", "tac_speed"])?;
        (json!({ "type": "tac", "speed": speed }), vec![speed])
    };
    let mut at = Vec::new();
    for speed in speeds {
        at.push((speed, vec![dated(&collateral(request, speed)?)]));
    }
    // A bond as large as the pool shows how much of it the schedule repays.
    let planned_of =
        |deal: &Deal| planned(deal, &at).map_err(|error| Refusal::new("no_schedule", error));
    let whole = planned_of(&with_support(&kind, balance, balance)?)?;
    let left = whole.get(PAC).and_then(|balances| balances.last()).copied().unwrap_or(0.0);
    let size = balance - left;
    sizes.insert("pac_size".to_owned(), json!(size));
    sizes.insert("tac_size".to_owned(), json!(size));
    sizes.insert("support_size".to_owned(), json!(left));
    let deal = with_support(&kind, size, balance)?;
    let schedules = planned_of(&deal)?;
    Ok((deal, Inputs { schedules, ..Inputs::default() }))
}

fn with_support(kind: &Value, size: f64, balance: f64) -> Result<Deal, Refusal> {
    let bonds = vec![
        json!({ "name": PAC, "original_balance": size, "kind": kind }),
        json!({ "name": SUPPORT, "original_balance": balance - size,
            "kind": { "type": "support" } }),
    ];
    let mut steps = shared_steps(&bonds);
    for (bond, allocation) in [(PAC, "scheduled"), (SUPPORT, "sequential"), (PAC, "sequential")] {
        let action = json!({ "do": "pay_principal", "bonds": [bond], "allocation": allocation,
            "from": "principal" });
        steps.push(json!({ "action": action }));
    }
    finished(bonds, steps)
}
