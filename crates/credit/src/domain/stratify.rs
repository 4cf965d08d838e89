//! A pool in slices: by rate, loan to value, score, state, age, term and balance.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asset::{Field, Record, whole_to_number};
use super::table::loan_to_value;

/// States that are shown by name; the others are added up.
const MOST_NAMES: usize = 60;

/// A pool sliced along one dimension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Stratification {
    /// `rate`, `ltv_ratio`, `fico_score`, `location`, `age_months`, `remaining_term_months`,
    /// `balance` or `asset_class`.
    pub dimension: String,
    /// The slices in order: the table, and the bars of the histogram.
    pub buckets: Vec<Bucket>,
}

/// One slice. Averages are weighted by balance.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct Bucket {
    /// As people read it.
    pub label: String,
    /// The lower limit, included.
    pub from: Option<f64>,
    /// The upper limit, excluded.
    pub to: Option<f64>,
    /// Number of assets.
    pub asset_count: u64,
    /// Outstanding.
    pub balance: f64,
    /// Share of the balance of the pool.
    pub share: f64,
    /// Weighted average rate.
    pub wac: Option<f64>,
    /// Weighted average remaining term.
    pub wam: Option<f64>,
    /// Weighted average score of the assets that have one.
    pub fico_score: Option<f64>,
    /// Weighted average loan to value of the assets that have one.
    pub ltv_ratio: Option<f64>,
}

/// Adds up assets in slices.
#[derive(Debug, Default)]
pub struct Stratifier {
    dimensions: [BTreeMap<Key, Sums>; DIMENSIONS.len()],
    balance: f64,
}

/// A slice: a numbered interval, a name, or unknown; in this order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Interval(usize),
    Name(String),
    Unknown,
}

#[derive(Debug, Default)]
struct Sums {
    count: u64,
    balance: f64,
    rate: f64,
    remaining: f64,
    fico: (f64, f64),
    ltv: (f64, f64),
}

/// A dimension and the limits of its intervals.
struct Dimension {
    name: &'static str,
    limits: &'static [f64],
    per_cent: bool,
}

const DIMENSIONS: [Dimension; 8] = [
    Dimension {
        name: "rate",
        limits: &[
            0.0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.12, 0.15, 0.2, 0.25,
            0.3,
        ],
        per_cent: true,
    },
    Dimension {
        name: "ltv_ratio",
        limits: &[0.0, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0, 1.1, 1.2, 1.3],
        per_cent: true,
    },
    Dimension {
        name: "fico_score",
        limits: &[300.0, 500.0, 540.0, 580.0, 620.0, 660.0, 700.0, 740.0, 780.0, 820.0],
        per_cent: false,
    },
    Dimension { name: "location", limits: &[], per_cent: false },
    Dimension {
        name: "age_months",
        limits: &[0.0, 6.0, 12.0, 24.0, 36.0, 48.0, 60.0, 84.0, 120.0, 180.0, 240.0],
        per_cent: false,
    },
    Dimension {
        name: "remaining_term_months",
        limits: &[0.0, 12.0, 24.0, 36.0, 48.0, 60.0, 72.0, 84.0, 120.0, 180.0, 240.0, 300.0, 360.0],
        per_cent: false,
    },
    Dimension {
        name: "balance",
        limits: &[
            0.0, 1e3, 2.5e3, 5e3, 1e4, 1.5e4, 2e4, 3e4, 5e4, 1e5, 2e5, 3e5, 5e5, 1e6, 5e6, 2.5e7,
        ],
        per_cent: false,
    },
    Dimension { name: "asset_class", limits: &[], per_cent: false },
];

impl Stratifier {
    /// Adds an asset.
    pub fn add(&mut self, record: &Record) {
        let balance = record.number(Field::Balance).unwrap_or(0.0);
        let rate = record.number(Field::Rate);
        let term = record.number(Field::TermMonths).unwrap_or(0.0);
        let remaining = record.number(Field::RemainingTermMonths).unwrap_or(term);
        let fico = record.whole(Field::FicoScore).map(whole_to_number);
        let ltv = loan_to_value(record);
        let name = |field| record.text(field).map(|text| text.trim().to_uppercase());
        let class = record.text(Field::AssetClass).map(str::to_owned);
        let keys = [
            interval(0, rate),
            interval(1, ltv),
            interval(2, fico),
            name(Field::Location).map_or(Key::Unknown, Key::Name),
            interval(4, Some(term - remaining)),
            interval(5, Some(remaining)),
            interval(6, Some(balance)),
            class.map_or(Key::Unknown, Key::Name),
        ];
        self.balance += balance;
        for (slices, key) in self.dimensions.iter_mut().zip(keys) {
            let full = slices.len() > 10_000 && !slices.contains_key(&key);
            let sums = slices.entry(if full { Key::Unknown } else { key }).or_default();
            sums.count += 1;
            sums.balance += balance;
            sums.rate += balance * rate.unwrap_or(0.0);
            sums.remaining += balance * remaining;
            for (sum, value) in [(&mut sums.fico, fico), (&mut sums.ltv, ltv)] {
                if let Some(value) = value {
                    sum.0 += balance * value;
                    sum.1 += balance;
                }
            }
        }
    }

    /// Returns the slices.
    #[must_use]
    pub fn finish(self) -> Vec<Stratification> {
        let total = self.balance;
        let sliced = DIMENSIONS.iter().zip(self.dimensions);
        sliced
            .map(|(dimension, slices)| Stratification {
                dimension: dimension.name.to_owned(),
                buckets: dimension.buckets(slices, total),
            })
            .collect()
    }
}

fn interval(dimension: usize, value: Option<f64>) -> Key {
    let limits = DIMENSIONS.get(dimension).map(|d| d.limits).unwrap_or_default();
    let Some(value) = value else { return Key::Unknown };
    let above = limits.iter().filter(|limit| **limit <= value).count();
    Key::Interval(above.saturating_sub(1))
}

impl Dimension {
    fn buckets(&self, slices: BTreeMap<Key, Sums>, total: f64) -> Vec<Bucket> {
        let mut buckets: Vec<(Key, Bucket)> = slices
            .into_iter()
            .map(|(key, sums)| (key.clone(), self.bucket(&key, &sums, total)))
            .collect();
        if self.limits.is_empty() {
            // Names come largest first, what is unknown last.
            buckets.sort_by(|(a, x), (b, y)| {
                (*a == Key::Unknown)
                    .cmp(&(*b == Key::Unknown))
                    .then(y.balance.total_cmp(&x.balance))
            });
            let rest = buckets.split_off(buckets.len().min(MOST_NAMES));
            if !rest.is_empty() {
                let mut other = Bucket { label: "other".to_owned(), ..Bucket::default() };
                for (_, bucket) in rest {
                    other.asset_count += bucket.asset_count;
                    other.balance += bucket.balance;
                    other.share += bucket.share;
                }
                buckets.push((Key::Unknown, other));
            }
        }
        buckets.into_iter().map(|(_, bucket)| bucket).collect()
    }

    fn bucket(&self, key: &Key, sums: &Sums, total: f64) -> Bucket {
        let over = |sum: f64, weight: f64| (weight > 0.0).then(|| sum / weight);
        let (label, from, to) = match key {
            Key::Interval(position) => self.label(*position),
            Key::Name(name) => (name.clone(), None, None),
            Key::Unknown => ("unknown".to_owned(), None, None),
        };
        Bucket {
            label,
            from,
            to,
            asset_count: sums.count,
            balance: sums.balance,
            share: if total > 0.0 { sums.balance / total } else { 0.0 },
            wac: over(sums.rate, sums.balance),
            wam: over(sums.remaining, sums.balance),
            fico_score: over(sums.fico.0, sums.fico.1),
            ltv_ratio: over(sums.ltv.0, sums.ltv.1),
        }
    }

    fn label(&self, position: usize) -> (String, Option<f64>, Option<f64>) {
        let from = self.limits.get(position).copied();
        let to = self.limits.get(position + 1).copied();
        let shown = |limit: f64| {
            if self.per_cent { format!("{:.0}%", limit * 100.0) } else { format!("{limit}") }
        };
        let label = match (from, to) {
            (Some(from), Some(to)) => format!("{} to {}", shown(from), shown(to)),
            (Some(from), None) => format!("{} and more", shown(from)),
            _ => "unknown".to_owned(),
        };
        (label, from, to)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_dimension_adds_up_to_the_pool() {
        let mut stratifier = Stratifier::default();
        for i in 0..1_000 {
            let mut record = Record::default();
            record.set_json("", "balance", json!(1_000 + i)).unwrap();
            record.set_json("", "rate", json!(f64::from(i % 40) / 100.0)).unwrap();
            record.set_json("", "term_months", json!(60)).unwrap();
            record.set_json("", "location", json!(format!("S{}", i % 100))).unwrap();
            if i % 2 == 0 {
                record.set_json("", "fico_score", json!(300 + i % 551)).unwrap();
            }
            stratifier.add(&record);
        }

        for slices in stratifier.finish() {
            let count: u64 = slices.buckets.iter().map(|bucket| bucket.asset_count).sum();
            let share: f64 = slices.buckets.iter().map(|bucket| bucket.share).sum();
            assert_eq!(count, 1_000, "{}", slices.dimension);
            assert!((share - 1.0).abs() < 1e-9, "{}", slices.dimension);
            assert!(slices.buckets.len() <= MOST_NAMES + 1);
        }
    }

    #[test]
    fn a_limit_belongs_to_the_slice_above() {
        let mut stratifier = Stratifier::default();
        let mut record = Record::default();
        record.set_json("", "balance", json!(1)).unwrap();
        record.set_json("", "rate", json!(0.05)).unwrap();
        stratifier.add(&record);

        let rate = stratifier.finish().remove(0);

        assert_eq!(rate.buckets[0].label, "5% to 6%");
    }
}
