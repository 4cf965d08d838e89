//! What lists show about a pool, added up while it is written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::asset::{Field, Record, whole_to_number};

/// What lists show about a pool. Averages are weighted by balance.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct Summary {
    /// Number of assets.
    pub asset_count: u64,
    /// Outstanding.
    pub balance: f64,
    /// Lent at origination.
    pub original_balance: f64,
    /// Weighted average rate.
    pub wac: Option<f64>,
    /// Weighted average remaining term, months.
    pub wam: Option<f64>,
    /// Weighted average age, months.
    pub wala: Option<f64>,
    /// Weighted average FICO score of the assets that have one.
    pub fico_score: Option<f64>,
    /// Weighted average loan to value of the assets that have one.
    pub ltv_ratio: Option<f64>,
    /// The classes by balance.
    pub classes: Vec<ClassShare>,
    #[serde(skip)]
    sums: Sums,
}

/// One class of a pool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ClassShare {
    /// The class.
    pub asset_class: String,
    /// Number of assets.
    pub asset_count: u64,
    /// Outstanding.
    pub balance: f64,
}

/// Sums of balance times value, and of the balance that has the value.
#[derive(Debug, Clone, PartialEq, Default)]
struct Sums {
    rate: f64,
    remaining: f64,
    age: f64,
    fico: (f64, f64),
    ltv: (f64, f64),
    classes: BTreeMap<&'static str, (u64, f64)>,
}

impl Summary {
    /// Adds an asset.
    pub(super) fn add(&mut self, record: &Record) {
        let number = |field| record.number(field);
        let balance = number(Field::Balance).unwrap_or(0.0);
        let term = number(Field::TermMonths).unwrap_or(0.0);
        let remaining = number(Field::RemainingTermMonths).unwrap_or(term);
        self.asset_count += 1;
        self.balance += balance;
        self.original_balance += number(Field::OriginalBalance).unwrap_or(balance);
        let sums = &mut self.sums;
        sums.rate += balance * number(Field::Rate).unwrap_or(0.0);
        sums.remaining += balance * remaining;
        sums.age += balance * (term - remaining);
        if let Some(score) = record.whole(Field::FicoScore) {
            sums.fico.0 += balance * whole_to_number(score);
            sums.fico.1 += balance;
        }
        if let Some(ratio) = loan_to_value(record) {
            sums.ltv.0 += balance * ratio;
            sums.ltv.1 += balance;
        }
        if let Some(crate::domain::asset::Value::Choice(class)) = record.get(Field::AssetClass) {
            let share = sums.classes.entry(class).or_default();
            share.0 += 1;
            share.1 += balance;
        }
        self.average();
    }

    fn average(&mut self) {
        let sums = &self.sums;
        let over = |sum: f64, weight: f64| (weight > 0.0).then(|| sum / weight);
        self.wac = over(sums.rate, self.balance);
        self.wam = over(sums.remaining, self.balance);
        self.wala = over(sums.age, self.balance);
        self.fico_score = over(sums.fico.0, sums.fico.1);
        self.ltv_ratio = over(sums.ltv.0, sums.ltv.1);
    }

    /// Lists the classes, largest first.
    pub(super) fn with_classes(mut self) -> Self {
        let share = |(class, (count, balance)): (&&'static str, &(u64, f64))| ClassShare {
            asset_class: (*class).to_owned(),
            asset_count: *count,
            balance: *balance,
        };
        self.classes = self.sums.classes.iter().map(share).collect();
        self.classes.sort_by(|a, b| b.balance.total_cmp(&a.balance));
        self
    }
}

/// Loan to value as stated, else balance over the value of the collateral.
pub(crate) fn loan_to_value(record: &Record) -> Option<f64> {
    record.number(Field::LtvRatio).or_else(|| {
        let values = [Field::CollateralValue, Field::PropertyValue, Field::AppraisalValue];
        let value = values.into_iter().find_map(|field| record.number(field))?;
        let balance = record.number(Field::Balance)?;
        (value > 0.0).then(|| balance / value)
    })
}
