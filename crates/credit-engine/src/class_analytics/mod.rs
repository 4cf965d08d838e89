//! What matters in pools of one class.
//!
//! | module | measures |
//! |---|---|
//! | [`consumer`] | risk segments, purposes, expected loss by score, the score card |
//! | [`commercial`] | coverage, leverage, concentration, balloons, refinancing |
//! | [`clo`] | enhancement, rating factor, spread, diversity, excess spread |
//! | [`residential`] | leverage, scores, places, liens |
//! | [`auto`] | new and used, leverage, what depreciation leaves of the collateral |
//!
//! Every function takes plain facts and returns plain numbers; averages are weighted by balance
//! over the loans that state the fact. Nothing that is not stated is made up: it is `None`.

pub mod auto;
pub mod clo;
pub mod commercial;
pub mod consumer;
pub mod residential;

use std::collections::BTreeMap;

use serde::Serialize;

/// What part of a pool has something in common.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Slice {
    /// What it has in common.
    pub name: String,
    /// Number of loans.
    pub count: usize,
    /// Their balance.
    pub balance: f64,
    /// Their share of the balance of the pool.
    pub share: f64,
}

/// An upper limit, excluded, and the name of what lies below it and above the one before.
type Bucket = (f64, &'static str);

/// Adds up named balances; largest first, equal ones by name.
fn slices_by_name<N: Into<String>>(parts: impl Iterator<Item = (N, f64)>) -> Vec<Slice> {
    let mut slices = sums(parts.map(|(name, balance)| (name.into(), balance)));
    slices.sort_by(|a, b| b.balance.total_cmp(&a.balance));
    slices
}

/// Adds up balances by the bucket of a number; in the order of the buckets, empty ones left out.
fn slices_by_bucket(
    parts: impl Iterator<Item = (Option<f64>, f64)>,
    buckets: &[Bucket],
    above: &str,
) -> Vec<Slice> {
    let name = |value: Option<f64>| match value {
        Some(value) => {
            buckets.iter().find(|(limit, _)| value < *limit).map_or(above, |(_, name)| name)
        }
        None => "unknown",
    };
    let place = |slice: &Slice| {
        let known = buckets.iter().position(|(_, name)| *name == slice.name);
        known.unwrap_or(buckets.len() + usize::from(slice.name != above))
    };
    let mut slices = sums(parts.map(|(value, balance)| (name(value).to_owned(), balance)));
    slices.sort_by_key(place);
    slices
}

fn sums(parts: impl Iterator<Item = (String, f64)>) -> Vec<Slice> {
    let mut by_name: BTreeMap<String, (usize, f64)> = BTreeMap::new();
    for (name, balance) in parts {
        let sum = by_name.entry(name).or_default();
        sum.0 += 1;
        sum.1 += balance;
    }
    let total: f64 = by_name.values().map(|(_, balance)| balance).sum();
    let slice =
        |(name, (count, balance))| Slice { name, count, balance, share: part(balance, total) };
    by_name.into_iter().map(slice).collect()
}

/// Returns `amount / total`; 0 of nothing.
fn part(amount: f64, total: f64) -> f64 {
    if total > 0.0 { amount / total } else { 0.0 }
}

/// Returns the average over the loans that state the fact, weighted by balance.
fn average(parts: impl Iterator<Item = (f64, Option<f64>)>) -> Option<f64> {
    let (mut weighted, mut total) = (0.0, 0.0);
    for (balance, fact) in parts.filter_map(|(balance, fact)| Some((balance, fact?))) {
        weighted += balance * fact;
        total += balance;
    }
    (total > 0.0).then(|| weighted / total)
}

/// Returns the sum of the squared shares of the balances.
fn herfindahl(balances: impl Iterator<Item = f64> + Clone) -> f64 {
    let total: f64 = balances.clone().sum();
    balances.map(|balance| part(balance, total).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_keep_their_order_and_the_unknown_come_last() {
        let parts = [(None, 1.0), (Some(700.0), 2.0), (Some(500.0), 3.0), (Some(900.0), 4.0)];

        let slices =
            slices_by_bucket(parts.into_iter(), &[(600.0, "low"), (800.0, "middle")], "high");

        let names: Vec<&str> = slices.iter().map(|slice| slice.name.as_str()).collect();
        assert_eq!(names, ["low", "middle", "high", "unknown"]);
        assert!((slices.iter().map(|slice| slice.share).sum::<f64>() - 1.0).abs() < 1e-15);
    }

    #[test]
    fn an_average_leaves_out_what_is_not_stated() {
        let parts = [(1.0, Some(2.0)), (3.0, Some(4.0)), (100.0, None)];

        assert_eq!(average(parts.into_iter()), Some(3.5));
        assert_eq!(average(std::iter::once((1.0, None))), None);
    }
}
