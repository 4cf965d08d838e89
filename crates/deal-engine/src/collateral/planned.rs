//! The schedules of PAC and TAC bonds.

use std::collections::BTreeMap;

use super::{Collateral, Collected};
use crate::model::{BondKind, Deal};
use crate::run::{RunError, Timeline};

/// Planned balances after each payment date, by the name of the bond.
pub type Schedules = BTreeMap<String, Vec<f64>>;

/// Returns the PSA speeds (100 is 100 %) at which [`planned`] needs the collections, each once, in
/// rising order.
#[must_use]
pub fn planned_speeds(deal: &Deal) -> Vec<f64> {
    let mut speeds: Vec<f64> =
        deal.bonds.iter().filter_map(|bond| band(&bond.kind)).flatten().collect();
    speeds.sort_by(f64::total_cmp);
    speeds.dedup();
    speeds
}

/// Returns the planned balances of every bond that has a band or a speed instead of a list.
///
/// The schedule of a band is, payment date by payment date, the lower of the principal that the
/// pools pay at its two speeds; that of a TAC bond is the principal at its speed. Bonds with the
/// same speeds share one schedule in the order of the deal, each up to its balance, so the sum of
/// the schedule is the most that such bonds can be.
///
/// # Errors
///
/// Refuses dates that no payment follows from, and a speed without collections in `at`.
pub fn planned(deal: &Deal, at: &[(f64, Vec<Collateral>)]) -> Result<Schedules, RunError> {
    let mut schedules = Schedules::new();
    let mut used: Vec<([f64; 2], f64)> = Vec::new();
    for bond in &deal.bonds {
        let Some(band) = band(&bond.kind) else { continue };
        let [low, high] = band;
        let shared = lower(&principal(deal, at, low)?, &principal(deal, at, high)?);
        let before = used.iter().position(|(known, _)| same(*known, band));
        let earlier = before.and_then(|position| used.get(position)).map_or(0.0, |(_, sum)| *sum);
        let balance = bond.balance.unwrap_or(bond.original_balance);
        schedules.insert(bond.name.clone(), balances(balance, earlier, &shared));
        match before.and_then(|position| used.get_mut(position)) {
            Some((_, sum)) => *sum += balance,
            None => used.push((band, balance)),
        }
    }
    Ok(schedules)
}

/// Returns the speeds of a bond that has a band or a speed and no list.
fn band(kind: &BondKind) -> Option<[f64; 2]> {
    match kind {
        BondKind::Pac { band: Some((low, high)), planned } if planned.is_empty() => {
            Some([*low, *high])
        }
        BondKind::Tac { speed: Some(speed), planned } if planned.is_empty() => {
            Some([*speed, *speed])
        }
        _ => None,
    }
}

fn same(left: [f64; 2], right: [f64; 2]) -> bool {
    left.map(f64::to_bits) == right.map(f64::to_bits)
}

/// Returns the principal of all pools at one speed, by payment date.
fn principal(deal: &Deal, at: &[(f64, Vec<Collateral>)], speed: f64) -> Result<Vec<f64>, RunError> {
    let found = at.iter().find(|(known, _)| known.to_bits() == speed.to_bits());
    let (_, pools) = found.ok_or(RunError::NoSpeed { speed })?;
    let last = pools.iter().filter_map(|pool| pool.dates.last()).max().copied();
    let ends = Timeline::new(&deal.dates)?.collection_ends(last);
    let mut sum = vec![0.0; ends.len()];
    for pool in pools {
        let collected = Collected::new(pool, deal.dates.cutoff, &ends);
        for (sum, row) in sum.iter_mut().zip(&collected.rows) {
            *sum += row.principal + row.prepayment;
        }
    }
    Ok(sum)
}

fn lower(left: &[f64], right: &[f64]) -> Vec<f64> {
    let count = left.len().max(right.len());
    let at = |column: &[f64], position: usize| column.get(position).copied().unwrap_or(0.0);
    (0..count).map(|position| at(left, position).min(at(right, position))).collect()
}

/// Returns the balances of a bond that is repaid by what `scheduled` leaves after `earlier` was
/// paid to the bonds before it.
fn balances(balance: f64, earlier: f64, scheduled: &[f64]) -> Vec<f64> {
    let mut paid = 0.0;
    let after = |principal: &f64| {
        paid += principal;
        (balance - (paid - earlier).max(0.0)).max(0.0)
    };
    scheduled.iter().map(after).collect()
}
