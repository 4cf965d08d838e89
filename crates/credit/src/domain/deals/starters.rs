//! Deals to begin with, and the collateral on which they run as described.

use std::collections::BTreeMap;

use credit_engine::assumptions::{AssumptionSetDraft, DefaultModel, Prepayment, Severity};
use credit_engine::scenarios::find;
use deal_engine::model::{Bond, Coupon, Deal};
use deal_engine::run::{IndexPath, Rounding};
use deal_engine::templates::{Suggested, Template};
use serde_json::{Value, json};

use super::plan::{PoolSource, Representative, RunPlan, ScenarioPlan, SourceKind};

/// What a caller would send to run a template.
#[must_use]
pub fn suggested_run(template: &Template, deal: &Deal) -> Value {
    let given = &template.collateral;
    let names = deal.pools.iter().map(|pool| Some(pool.name.clone()));
    let names: Vec<Option<String>> =
        if deal.pools.is_empty() { vec![None] } else { names.collect() };
    let entry = |name: Option<String>| {
        let mut entry = json!({ "representative": representative(given, deal) });
        if let (Some(name), Value::Object(fields)) = (name, &mut entry) {
            fields.insert("name".to_owned(), name.into());
        }
        entry
    };
    json!({
        "collateral": names.into_iter().map(entry).collect::<Vec<_>>(),
        "assumptions": {
            "prepayment": { "model": "cpr", "value": given.cpr },
            "default": { "model": "cdr", "value": given.cdr },
            "severity": { "model": "constant", "value": given.severity },
        },
        "indices": indices(template, deal),
    })
}

/// The run of a template as described, and a crisis beside it.
#[must_use]
pub fn sample_plan(template: &Template, deal: &Deal) -> RunPlan {
    let given = &template.collateral;
    let loan = representative(given, deal);
    let mut assumptions = AssumptionSetDraft::default();
    assumptions.request.prepayment = Some(Prepayment::Cpr { value: given.cpr });
    assumptions.request.default = Some(DefaultModel::Cdr { value: given.cdr });
    assumptions.request.severity = Some(Severity::Constant { value: given.severity });
    assumptions.request.servicing_fee = loan.fee();
    let source = |name: String| PoolSource {
        name,
        kind: SourceKind::Representative(vec![loan.clone()]),
        assumptions: assumptions.clone(),
        replacement: None,
    };
    let sources: Vec<PoolSource> = if deal.pools.is_empty() {
        vec![source(String::new())]
    } else {
        deal.pools.iter().map(|pool| source(pool.name.clone())).collect()
    };
    let crisis = find("credit_crisis").map(|scenario| ScenarioPlan {
        name: scenario.name.to_owned(),
        title: scenario.title.to_owned(),
        factors: scenario.factors,
        speeds: scenario.speeds,
    });
    RunPlan {
        deal: deal.clone(),
        sources,
        indices: indices(template, deal),
        scenarios: std::iter::once(ScenarioPlan::base()).chain(crisis).collect(),
        pricing_date: deal.dates.closing,
        rounding: Rounding::None,
        keep_log: true,
    }
}

/// The suggested loan, its balance divided among the pools.
fn representative(given: &Suggested, deal: &Deal) -> Representative {
    let pools = f64::from(u32::try_from(deal.pools.len().max(1)).unwrap_or(1));
    Representative {
        balance: given.balance / pools,
        wac: given.wac,
        net_coupon: Some(given.net_coupon),
        term: given.term,
        age: given.age,
        asset_class: Some(given.asset_class),
    }
}

fn indices(template: &Template, deal: &Deal) -> BTreeMap<String, IndexPath> {
    let index = |bond: &Bond| match &bond.coupon {
        Coupon::Floating { index, .. } => {
            Some((index.clone(), IndexPath::Constant(template.collateral.sofr)))
        }
        _ => None,
    };
    deal.bonds.iter().filter_map(index).collect()
}
