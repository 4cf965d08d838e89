//! Two runs side by side: the same dates, the same bonds, the differences.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use deal_engine::run::{BondColumns, BondSummary, DealRun};
use serde::Serialize;
use utoipa::ToSchema;

/// Two runs side by side.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = DealRunComparison)]
pub struct Comparison {
    /// The payment dates of both, in order.
    pub dates: Vec<NaiveDate>,
    /// The bonds of both, those of the first run first.
    pub bonds: Vec<BondComparison>,
}

/// One bond in two runs. What a run does not have is null; a difference is second less first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = DealBondComparison)]
pub struct BondComparison {
    /// Its name.
    pub name: String,
    /// Interest paid.
    pub interest: Sides,
    /// Principal paid.
    pub principal: Sides,
    /// Balance after the payment.
    pub balance: Sides,
    /// Average life, years.
    pub wal: Pair,
    /// Interest paid in all.
    pub total_interest: Pair,
    /// Written down at the end.
    pub written_down: Pair,
    /// Interest owed at the end.
    pub shortfall: Pair,
}

/// One column in two runs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, ToSchema)]
#[schema(as = DealComparedColumn)]
pub struct Sides {
    /// In the first run.
    pub a: Vec<Option<f64>>,
    /// In the second run.
    pub b: Vec<Option<f64>>,
    /// Second less first.
    pub difference: Vec<Option<f64>>,
}

/// One number in two runs.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, ToSchema)]
#[schema(as = DealComparedNumber)]
pub struct Pair {
    /// In the first run.
    pub a: Option<f64>,
    /// In the second run.
    pub b: Option<f64>,
    /// Second less first.
    pub difference: Option<f64>,
}

impl Pair {
    fn new(a: Option<f64>, b: Option<f64>) -> Self {
        Self { a, b, difference: a.zip(b).map(|(a, b)| b - a) }
    }
}

/// Lays two runs over each other.
#[must_use]
pub fn compare(a: &DealRun, b: &DealRun) -> Comparison {
    let dates: Vec<NaiveDate> =
        a.dates.iter().chain(&b.dates).copied().collect::<BTreeSet<_>>().into_iter().collect();
    let mut names: Vec<&str> = Vec::new();
    for bond in a.bonds.iter().chain(&b.bonds) {
        if !names.contains(&bond.name.as_str()) {
            names.push(&bond.name);
        }
    }
    let bonds = names.into_iter().map(|name| of_bond(name, &dates, a, b)).collect();
    Comparison { dates, bonds }
}

fn of_bond(name: &str, dates: &[NaiveDate], a: &DealRun, b: &DealRun) -> BondComparison {
    let column = |pick: fn(&BondColumns) -> &[f64]| {
        let (one, other) = (by_date(a, name, pick), by_date(b, name, pick));
        let mut sides = Sides::default();
        for date in dates {
            let pair = Pair::new(one.get(date).copied(), other.get(date).copied());
            sides.a.push(pair.a);
            sides.b.push(pair.b);
            sides.difference.push(pair.difference);
        }
        sides
    };
    let number = |pick: fn(&BondSummary) -> Option<f64>| {
        let of =
            |run: &DealRun| run.summary.bonds.iter().find(|bond| bond.name == name).and_then(pick);
        Pair::new(of(a), of(b))
    };
    BondComparison {
        name: name.to_owned(),
        interest: column(|bond| &bond.interest_paid),
        principal: column(|bond| &bond.principal),
        balance: column(|bond| &bond.balance),
        wal: number(|bond| bond.wal),
        total_interest: number(|bond| Some(bond.total_interest)),
        written_down: number(|bond| Some(bond.written_down)),
        shortfall: number(|bond| Some(bond.shortfall)),
    }
}

fn by_date(
    run: &DealRun,
    name: &str,
    pick: fn(&BondColumns) -> &[f64],
) -> BTreeMap<NaiveDate, f64> {
    let bond = run.bonds.iter().find(|bond| bond.name == name);
    let values = bond.map(pick).unwrap_or_default();
    run.dates.iter().copied().zip(values.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(dates: &[&str], principal: &[f64]) -> DealRun {
        let bond = BondColumns {
            name: "A".to_owned(),
            principal: principal.to_vec(),
            ..BondColumns::default()
        };
        DealRun {
            dates: dates.iter().map(|date| date.parse().unwrap()).collect(),
            bonds: vec![bond],
            ..DealRun::default()
        }
    }

    #[test]
    fn runs_are_compared_date_by_date_even_if_one_is_longer() {
        let short = run(&["2026-01-15", "2026-02-15"], &[5.0, 5.0]);
        let long = run(&["2026-01-15", "2026-02-15", "2026-03-15"], &[2.0, 3.0, 5.0]);

        let laid = compare(&short, &long);

        assert_eq!(laid.dates.len(), 3);
        let principal = &laid.bonds[0].principal;
        assert_eq!(principal.difference, [Some(-3.0), Some(-2.0), None]);
        assert_eq!((principal.a[2], principal.b[2]), (None, Some(5.0)));
    }
}
