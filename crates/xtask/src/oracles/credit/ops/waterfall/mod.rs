//! Operations on deals: each builds a deal, runs it and reads the answer from the run.
//!
//! | module | decides |
//! |---|---|
//! | [`by_rows`] | deals over collections that are given row by row |
//! | [`by_speed`] | deals over a pool at several prepayment speeds |
//! | [`clo`] | one payment date of a collateralised loan obligation |
//! | [`cap`] | a floating bond under a cap |
//! | [`parts`] | bonds, fees, reserves and triggers as cases write them |
//! | [`phrases`] | steps as cases write them: in words |
//! | [`ledgers`] | deals with principal deficiency ledgers |
//! | [`answers`] | rows of a run under the usual names |

mod answers;
mod by_rows;
mod by_speed;
mod cap;
mod clo;
mod ledgers;
mod parts;
mod phrases;

use credit_engine::projection::Control;
use deal_engine::collateral::Collateral;
use deal_engine::model::Deal;
use deal_engine::run::{DealRun, Inputs, Rounding, allocate, run};
use serde_json::{Value, json};

use super::{Operation, Request};
use crate::oracles::credit::fields::Refusal;

/// Returns the operation of a name.
pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "run_deal"
        | "run_waterfall"
        | "waterfall"
        | "z_bond"
        | "floater_inverse"
        | "inverse_floater"
        | "io_po"
        | "strips"
        | "pdl"
        | "reserve"
        | "reserve_account"
        | "step_up"
        | "clean_up_call"
        | "deferrable"
        | "deferred_interest"
        | "interest_on_interest"
        | "lockout" => run_deal,
        "run_clo_period" => clo::run_clo_period,
        "net_wac_cap" => cap::net_wac_cap,
        "pro_rata" | "allocate" | "pro_rata_rounding" | "allocation" => pro_rata,
        _ => return None,
    })
}

/// Runs a deal over a pool at several speeds, or over rows of collections.
fn run_deal(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    if inputs.get(&["collateral"]).is_some()
        && inputs.get(&by_rows::ROWS).is_none()
        && inputs.get(&["psa", "speeds", "psa_speeds"]).is_some()
    {
        by_speed::answer(request)
    } else {
        by_rows::answer(request)
    }
}

/// Divides an amount.
fn pro_rata(request: &Request<'_>) -> Result<Value, Refusal> {
    let inputs = request.inputs;
    let amount = inputs.number(&["amount", "available", "cash", "total"])?;
    let dues = inputs.numbers(&["dues", "due", "weights", "balances", "amounts"])?;
    let parts = allocate(amount, &dues, true, Rounding::Cents);
    let sum: f64 = parts.iter().sum();
    Ok(json!({
        "parts": parts, "paid": parts, "allocation": parts, "amounts": parts,
        "sum": sum, "total": sum,
    }))
}

/// Reads a deal that was put together as JSON.
fn deal(structure: Value) -> Result<Deal, Refusal> {
    serde_json::from_value(structure).map_err(|error| Refusal::new("bad_deal", error))
}

/// Runs a deal over one pool, with its log.
fn ran(deal: &Deal, pool: Collateral, mut inputs: Inputs) -> Result<DealRun, Refusal> {
    inputs.pools = vec![pool];
    inputs.keep_log = true;
    run(deal, &inputs, Control::default()).map_err(|error| Refusal::new("no_run", error))
}
