//! From the body of a run to what it computes, everything that is wrong named at once.

use credit_engine::assumptions::AssumptionSetDraft;
use platform::auth::Caller;
use platform::problem::Problem;
use serde_json::json;

use super::bodies::{CollateralBody, RunBody};
use super::problems::nul;
use crate::Credit;
use crate::calculator::Loans;
use crate::domain::analysis::{AnalysisRequest, AssumptionsBody, Calibration, TermsDefaults};
use crate::domain::asset::Issue;
use crate::domain::deals::{PoolSource, Representative, RunPlan, SourceKind, Structure};
use crate::domain::pool::PoolDraft;
use crate::http::analyze::{Chosen, choose, stored};
use crate::http::problems::{refused, storage, table};
use crate::store::versions;

/// Turns a body into a plan. Assets that were sent are kept in the object store.
pub(crate) async fn prepare(
    app: &Credit,
    caller: &Caller,
    structure: &Structure,
    body: RunBody,
    keep_log: bool,
) -> Result<RunPlan, Problem> {
    let mut issues = structure.issues("/structure");
    if !issues.is_empty() {
        return Err(refused(issues));
    }
    let scenarios = body.scenario_plans(&mut issues);
    body.check_indices(&mut issues);
    if body.name.as_ref().is_some_and(|name| name.chars().count() > 200) {
        issues.push(Issue::new("/name", "length", "must have at most 200 characters"));
    }
    check_names(structure, &body.collateral.0, &mut issues);
    if !issues.is_empty() {
        return Err(refused(issues));
    }

    let common = (body.assumptions, body.calibration_params);
    let mut sources = Vec::with_capacity(body.collateral.0.len());
    let several = body.collateral.0.len() > 1;
    for (i, collateral) in body.collateral.0.into_iter().enumerate() {
        let field = if several { format!("/collateral/{i}") } else { "/collateral".to_owned() };
        let source =
            source(app, caller, structure, collateral, &common, &field, &mut issues).await?;
        sources.extend(source);
    }
    if !issues.is_empty() {
        return Err(refused(issues));
    }
    let plan = RunPlan {
        deal: structure.deal.clone(),
        sources,
        indices: body.indices,
        scenarios,
        pricing_date: body.pricing_date.unwrap_or(structure.deal.dates.closing),
        rounding: body.rounding,
        keep_log: body.keep_log.unwrap_or(keep_log),
    };
    let text = serde_json::to_string(&plan).map_err(Problem::internal)?;
    if nul(&text) {
        let message = "must not contain the NUL character";
        return Err(refused(vec![Issue::new("", "wrong_text", message)]));
    }
    Ok(plan)
}

/// Checks that every pool of the deal gets its collateral, and nothing else does.
fn check_names(structure: &Structure, collateral: &[CollateralBody], issues: &mut Vec<Issue>) {
    let mut pools: Vec<&str> = structure.deal.pools.iter().map(|pool| pool.name.as_str()).collect();
    if pools.is_empty() {
        pools.push("pool");
    }
    if collateral.is_empty() {
        let message = "is missing: send {\"pool_id\": \"…\"}, {\"representative\": {…}} or \
                       {\"flows\": {…}}";
        issues.push(Issue::new("/collateral", "missing", message));
        return;
    }
    if pools.len() <= 1 {
        if let Some(more) = collateral.get(1) {
            let name = more.name.clone().unwrap_or_default();
            let message = format!("`{name}` is one pool too many; the deal has one");
            issues.push(Issue::new("/collateral/1", "too_many", message));
        }
        let wrong = collateral.first().and_then(|body| body.name.as_deref());
        if let (Some(name), Some(pool)) = (wrong, pools.first())
            && name != *pool
        {
            let message = format!("`{name}` is not a pool of the deal; it has `{pool}`");
            issues.push(Issue::new("/collateral/name", "unknown_pool", message));
        }
        return;
    }
    for (i, body) in collateral.iter().enumerate() {
        let name = body.name.as_deref().unwrap_or_default();
        let field = format!("/collateral/{i}/name");
        if !pools.contains(&name) {
            let message =
                format!("`{name}` is not a pool of the deal; it has {}", pools.join(", "));
            issues.push(Issue::new(field, "unknown_pool", message));
        } else if collateral.iter().take(i).any(|other| other.name.as_deref() == Some(name)) {
            let message = format!("`{name}` stands twice");
            issues.push(Issue::new(field, "duplicate", message));
        }
    }
    for pool in pools {
        if !collateral.iter().any(|body| body.name.as_deref() == Some(pool)) {
            let message = format!("has nothing for the pool `{pool}`");
            issues.push(Issue::new("/collateral", "missing", message));
        }
    }
}

/// Turns what was sent for one pool into its source; `None` if something is wrong with it.
async fn source(
    app: &Credit,
    caller: &Caller,
    structure: &Structure,
    body: CollateralBody,
    common: &(Option<AssumptionsBody>, Option<Calibration>),
    field: &str,
    issues: &mut Vec<Issue>,
) -> Result<Option<PoolSource>, Problem> {
    if body.ways() != 1 {
        let message = "must have one of pool_id, pool, representative and flows";
        issues.push(Issue::new(field, "one_of", message));
        return Ok(None);
    }
    body.check_loans(field, issues);
    let own = body.assumptions.is_some() || body.calibration_params.is_some();
    let (given, place) = if own {
        ((body.assumptions, body.calibration_params), field)
    } else {
        (common.clone(), "")
    };
    let mut assumptions = draft(app, given, place, issues);
    let before = issues.len();
    let kind = if let Some(flows) = &body.flows {
        SourceKind::Flows(Box::new(flows.pool(&structure.deal, &format!("{field}/flows"), issues)))
    } else if body.representative.0.is_empty() {
        let chosen = match (body.pool_id, body.pool) {
            (Some(id), _) => stored(app, caller, &id, body.pool_version).await?,
            (None, pool) => sent(app, caller, pool).await?,
        };
        keep(app, caller, chosen).await?
    } else {
        let fees = body.representative.0.iter().filter_map(Representative::fee);
        let fee = fees.reduce(f64::max);
        assumptions.request.servicing_fee = assumptions.request.servicing_fee.or(fee);
        SourceKind::Representative(body.representative.0)
    };
    if issues.len() > before {
        return Ok(None);
    }
    let name = body.name.unwrap_or_default();
    Ok(Some(PoolSource { name, kind, assumptions, replacement: body.replacement }))
}

/// Takes assets as an analysis does.
async fn sent(app: &Credit, caller: &Caller, pool: Option<PoolDraft>) -> Result<Chosen, Problem> {
    let mut request: AnalysisRequest =
        serde_json::from_value(json!({})).map_err(Problem::internal)?;
    request.pool = pool;
    choose(app, caller, request).await
}

/// Names the loans in the object store, and puts them there if they were sent.
async fn keep(app: &Credit, caller: &Caller, chosen: Chosen) -> Result<SourceKind, Problem> {
    let hash = chosen.subject.pool_hash.clone();
    match (chosen.subject.loans, chosen.table) {
        (Loans::Stored(object), _) => {
            let months = estimated(app, caller, chosen.pool_id, chosen.pool_version).await?;
            Ok(SourceKind::Stored { object, hash, months })
        }
        (Loans::Here(loans), Some(writer)) => {
            let written = writer.finish().map_err(table)?;
            let object = app.objects.put(written.bytes).await.map_err(storage)?;
            let months = loans.iter().map(|loan| u64::from(loan.remaining_months())).sum();
            Ok(SourceKind::Stored { object, hash, months })
        }
        (Loans::Here(_), None) => Err(Problem::internal("loans without a table")),
    }
}

/// Loans times months of a stored pool, from what lists show about it.
async fn estimated(
    app: &Credit,
    caller: &Caller,
    pool_id: Option<String>,
    version: Option<i64>,
) -> Result<u64, Problem> {
    let (Some(id), Some(version)) = (pool_id, version) else { return Ok(0) };
    let mut tx = app.db.read().await?;
    let row = versions::find(&mut tx, &caller.tenant_id, &id, version).await?;
    Ok(row.map_or(0, |row| row.summary.0.asset_count.saturating_mul(360)))
}

/// Reads assumptions as an analysis does.
fn draft(
    app: &Credit,
    (assumptions, calibration): (Option<AssumptionsBody>, Option<Calibration>),
    place: &str,
    issues: &mut Vec<Issue>,
) -> AssumptionSetDraft {
    let Ok(mut request) = serde_json::from_value::<AnalysisRequest>(json!({})) else {
        return AssumptionSetDraft::default();
    };
    request.assumptions = assumptions;
    request.calibration_params = calibration;
    match request.terms(TermsDefaults { today: app.clock.today() }) {
        Ok(terms) => terms.assumptions,
        Err(found) => {
            issues.extend(
                found
                    .into_iter()
                    .map(|issue| Issue { pointer: format!("{place}{}", issue.pointer), ..issue }),
            );
            AssumptionSetDraft::default()
        }
    }
}
