//! The runtime of deals: who is paid what on every payment date, and why.
//!
//! | module | decides |
//! |---|---|
//! | `inputs`, `result`, `log`, `error` | what goes in and comes out |
//! | `timeline` | payment dates, accrual ends, collection ends |
//! | `compile`, `program` | names become positions, formulas become nodes |
//! | `engine`, `state` | the walk over the payment dates |
//! | `evaluate`, `coverage` | what formulas and coverage tests are worth now |
//! | `accrual` | what falls due |
//! | `steps`, `split` | what steps do, who gets which part |
//! | `triggers`, `calls` | what changes or ends the deal |
//! | `record`, `summary` | what is written down |
//!
//! On a payment date: collections are known and accounts earn; fees and interest fall due; triggers
//! are tested at the end of collection and before the waterfall, and a status they set holds at
//! once; the waterfall of the status runs, and coverage tests are written down when its first steps
//! have collected; triggers are tested after it; a call may be exercised; unpaid interest is carried
//! forward or added to the balance. Formulas see the moment they are asked: `due_interest` is what
//! fell due on the date whatever was paid of it since, balances are those of now.
//!
//! The run ends with the last collection once no cash is left or none moves, with a call, or at
//! maturity.
//!
//! Invariants: a deal that compiled runs, fails with a [`RunError`] or is cancelled, and never
//! panics; the result depends on the arguments only.
//!
//! Deliberately absent: swaps, caps and facilities; several currencies; the check whether a deal
//! makes sense.

mod accrual;
mod calls;
mod compile;
mod coverage;
mod engine;
mod error;
mod evaluate;
mod inputs;
mod log;
mod program;
mod record;
mod result;
mod slots;
mod split;
mod state;
mod steps;
mod summary;
#[cfg(test)]
mod tests;
mod timeline;
mod triggers;

use credit_engine::projection::Control;

pub use self::error::{Fault, RunError};
pub use self::inputs::{IndexPath, Inputs, Rounding};
pub use self::log::{Log, LogParts, Note, Party};
pub(crate) use self::program::status_name;
pub use self::result::{
    AccountColumns, BondColumns, BondSummary, CallExercised, CashColumns, DealRun, FeeColumns,
    FirstUnpaid, InspectionColumns, LedgerColumns, PoolColumns, RunWarning, Summary, TestColumns,
    TriggerColumns,
};
pub use self::slots::Kind;
pub use self::split::allocate;
pub use self::timeline::{PaymentDate, Timeline};
use crate::collateral::{Collateral, Collected};
use crate::model::Deal;

/// Runs a deal.
///
/// The deal should have passed [`crate::check::check`]: what the check refuses is an error here or
/// has no effect, but the sentences of the check are better.
///
/// # Errors
///
/// Refuses names that lead nowhere, circles, missing or faulty collateral, indices and schedules;
/// stops at a formula without a value and when the caller cancels.
pub fn run(deal: &Deal, inputs: &Inputs, control: Control<'_>) -> Result<DealRun, RunError> {
    let program = compile::compile(deal, inputs)?;
    let mut pools = Vec::new();
    let found = collateral(&program.pools, inputs)?;
    let last = found.iter().filter_map(|pool| pool.dates.last()).max().copied();
    let ends = program.timeline.collection_ends(last);
    let months = deal.dates.frequency.months();
    let delay = usize::from(deal.dates.collection_lag_days > 0);
    for (name, pool) in program.pools.iter().zip(found) {
        let only = inputs.replacements.values().next().filter(|_| program.pools.len() == 1);
        let replacement = inputs.replacements.get(name).or(only);
        let unit = replacement.map(|flows| Collected::unit(flows, months, delay));
        let collected = Collected::new(pool, deal.dates.cutoff, &ends);
        pools.push((collected, unit.unwrap_or_default()));
    }
    let is_cut_short = last.zip(ends.last()).is_some_and(|(last, end)| last > *end);
    let state = state::State::new(&program, pools);
    engine::Engine::new(&program, inputs, state, is_cut_short).run(control)
}

/// Returns the collateral of each pool.
fn collateral<'i>(pools: &[String], inputs: &'i Inputs) -> Result<Vec<&'i Collateral>, RunError> {
    let mut found = Vec::new();
    for name in pools {
        let only = inputs.pools.first().filter(|_| pools.len() == 1 && inputs.pools.len() == 1);
        let named = inputs.pools.iter().find(|pool| pool.name == *name);
        let pool = named.or(only).ok_or_else(|| RunError::NoCollateral { name: name.clone() })?;
        let mut faults = pool.faults();
        faults.truncate(10);
        if !faults.is_empty() {
            return Err(RunError::BadCollateral { name: name.clone(), faults });
        }
        found.push(pool);
    }
    Ok(found)
}
