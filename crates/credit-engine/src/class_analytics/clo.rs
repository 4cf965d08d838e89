//! Collateralised loan obligations.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Slice, average, herfindahl, part, slices_by_name};

/// A tranche.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tranche<'a> {
    /// Its name.
    pub name: &'a str,
    /// Outstanding.
    pub balance: f64,
    /// What it pays a year, all in.
    pub rate: f64,
    /// 1 is paid first.
    pub seniority: u32,
}

/// An asset of the collateral.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Collateral<'a> {
    /// What it owes.
    pub par: f64,
    /// The annual rate, all in.
    pub rate: f64,
    /// Its rating, such as `Ba1` or `BB+`.
    pub rating: Option<&'a str>,
    /// Paid above the index.
    pub spread: Option<f64>,
    /// Who owes it; the asset itself if absent.
    pub obligor: Option<&'a str>,
    /// The obligor's industry.
    pub industry: Option<&'a str>,
}

/// The collateral as a whole, stated or added up.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Backing {
    /// What the collateral owes.
    pub par: f64,
    /// Its weighted average coupon.
    pub wac: f64,
}

/// Measures of a tranche.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrancheMeasures {
    /// Its name.
    pub name: String,
    /// Its share of all tranches.
    pub share: f64,
    /// What stands below it.
    pub subordination: f64,
    /// What stands below it, as a share of the collateral.
    pub enhancement: f64,
    /// The collateral over this and all more senior tranches.
    pub overcollateralization: Option<f64>,
    /// The losses, as a share of the collateral, at which it begins to lose.
    pub attachment: f64,
    /// The losses, as a share of the collateral, at which all of it is lost.
    pub detachment: f64,
}

/// Measures of the capital structure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CapitalStructure {
    /// The tranches, most senior first.
    pub tranches: Vec<TrancheMeasures>,
    /// The collateral.
    pub collateral: Backing,
    /// What the tranches pay a year on average.
    pub weighted_cost: Option<f64>,
    /// The coupon of the collateral over the cost of the tranches.
    pub excess_spread: Option<f64>,
    /// A year's interest on the collateral less that on the tranches.
    pub excess_interest: f64,
    /// The collateral over all tranches.
    pub overcollateralization: Option<f64>,
}

/// Measures of the collateral.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CollateralQuality {
    /// Number of assets.
    pub count: usize,
    /// What they owe.
    pub par: f64,
    /// The weighted average rating factor of rated assets.
    pub warf: Option<f64>,
    /// The share of the par that has no known rating.
    pub unrated_share: f64,
    /// The share of the par rated Caa1 or worse.
    pub ccc_share: f64,
    /// The weighted average spread.
    pub was: Option<f64>,
    /// The weighted average coupon.
    pub wac: Option<f64>,
    /// The diversity score.
    pub diversity: f64,
    /// By industry, largest first.
    pub industries: Vec<Slice>,
    /// The sum of the squared shares of the industries.
    pub industry_herfindahl: f64,
    /// The share of the largest obligor.
    pub largest_obligor_share: f64,
}

/// Rating factors: expected ten-year default rates relative to the best rating.
const FACTORS: [(&str, &str, f64); 20] = [
    ("aaa", "aaa", 1.0),
    ("aa1", "aa+", 10.0),
    ("aa2", "aa", 20.0),
    ("aa3", "aa-", 40.0),
    ("a1", "a+", 70.0),
    ("a2", "a", 120.0),
    ("a3", "a-", 180.0),
    ("baa1", "bbb+", 260.0),
    ("baa2", "bbb", 360.0),
    ("baa3", "bbb-", 610.0),
    ("ba1", "bb+", 940.0),
    ("ba2", "bb", 1_350.0),
    ("ba3", "bb-", 1_766.0),
    ("b1", "b+", 2_220.0),
    ("b2", "b", 2_720.0),
    ("b3", "b-", 3_490.0),
    ("caa1", "ccc+", 4_770.0),
    ("caa2", "ccc", 6_500.0),
    ("caa3", "ccc-", 8_070.0),
    ("ca", "cc", 10_000.0),
];

/// The diversity of an industry by the number of equally large obligors in it.
const DIVERSITY: [(f64, f64); 12] = [
    (0.0, 0.0),
    (1.0, 1.0),
    (2.0, 1.5),
    (3.0, 2.0),
    (4.0, 7.0 / 3.0),
    (5.0, 8.0 / 3.0),
    (6.0, 3.0),
    (7.0, 3.25),
    (8.0, 3.5),
    (9.0, 3.75),
    (10.0, 4.0),
    (20.0, 5.0),
];

/// Returns the rating factor of a rating in either common notation; `C`, `D` count as `Ca`.
///
/// # Examples
///
/// ```
/// use credit_engine::class_analytics::clo::rating_factor;
///
/// assert_eq!(rating_factor("Ba1"), Some(940.0));
/// assert_eq!(rating_factor("BB+"), Some(940.0));
/// assert_eq!(rating_factor("NR"), None);
/// ```
#[must_use]
pub fn rating_factor(rating: &str) -> Option<f64> {
    let rating = rating.trim().to_lowercase();
    if matches!(rating.as_str(), "c" | "d") {
        return Some(10_000.0);
    }
    let found = FACTORS.iter().find(|(letters, signs, _)| rating == *letters || rating == *signs);
    found.map(|(.., factor)| *factor)
}

/// Returns the diversity score: for every industry, obligors count in proportion to the average
/// obligor but at most 1 each, and the industry scores with falling returns, interpolated between
/// the published whole numbers; more than 20 obligors add nothing.
#[must_use]
pub fn diversity_score(assets: &[Collateral<'_>]) -> f64 {
    let obligors = obligors(assets);
    let total: f64 = obligors.values().sum();
    let count = u32::try_from(obligors.len()).map_or(f64::INFINITY, f64::from);
    let mut units: BTreeMap<&str, f64> = BTreeMap::new();
    for ((industry, _), par) in &obligors {
        *units.entry(industry).or_default() += part(*par * count, total).min(1.0);
    }
    units.values().map(|units| industry_diversity(*units)).sum()
}

fn industry_diversity(units: f64) -> f64 {
    let above = DIVERSITY.iter().position(|(limit, _)| *limit > units);
    let Some(above) = above else { return DIVERSITY.last().map_or(0.0, |(_, score)| *score) };
    let pair =
        above.checked_sub(1).and_then(|below| DIVERSITY.get(below).zip(DIVERSITY.get(above)));
    pair.map_or(0.0, |(low, high)| low.1 + (high.1 - low.1) * (units - low.0) / (high.0 - low.0))
}

/// The par of every obligor, by industry and name; an asset without one stands for itself.
fn obligors<'a>(assets: &'a [Collateral<'a>]) -> BTreeMap<(&'a str, String), f64> {
    let mut obligors = BTreeMap::new();
    for (position, asset) in assets.iter().enumerate() {
        let name = asset.obligor.map_or_else(|| format!("\u{0}{position}"), str::to_owned);
        *obligors.entry((asset.industry.unwrap_or("unknown"), name)).or_default() += asset.par;
    }
    obligors
}

/// Measures the collateral.
#[must_use]
pub fn collateral_quality(assets: &[Collateral<'_>]) -> CollateralQuality {
    let par: f64 = assets.iter().map(|asset| asset.par).sum();
    let factor = |asset: &Collateral<'_>| asset.rating.and_then(rating_factor);
    let sum = |belongs: &dyn Fn(&Collateral<'_>) -> bool| -> f64 {
        assets.iter().filter(|asset| belongs(asset)).map(|asset| asset.par).sum()
    };
    let industries = slices_by_name(
        assets.iter().map(|asset| (asset.industry.unwrap_or("unknown").to_owned(), asset.par)),
    );
    let mut by_obligor: BTreeMap<String, f64> = BTreeMap::new();
    for ((_, name), par) in obligors(assets) {
        *by_obligor.entry(name).or_default() += par;
    }
    let largest = by_obligor.values().copied().fold(0.0, f64::max);
    CollateralQuality {
        count: assets.len(),
        par,
        warf: average(assets.iter().map(|asset| (asset.par, factor(asset)))),
        unrated_share: part(sum(&|asset| factor(asset).is_none()), par),
        ccc_share: part(sum(&|asset| factor(asset).is_some_and(|factor| factor >= 4_770.0)), par),
        was: average(assets.iter().map(|asset| (asset.par, asset.spread))),
        wac: average(assets.iter().map(|asset| (asset.par, Some(asset.rate)))),
        diversity: diversity_score(assets),
        industry_herfindahl: herfindahl(industries.iter().map(|slice| slice.balance)),
        industries,
        largest_obligor_share: part(largest, par),
    }
}

/// Measures the tranches against the collateral.
#[must_use]
pub fn capital_structure(tranches: &[Tranche<'_>], collateral: Backing) -> CapitalStructure {
    let mut ranked: Vec<&Tranche<'_>> = tranches.iter().collect();
    ranked.sort_by_key(|tranche| tranche.seniority);
    let total: f64 = tranches.iter().map(|tranche| tranche.balance).sum();
    let weighted_cost = average(tranches.iter().map(|one| (one.balance, Some(one.rate))));
    let mut paid_before = 0.0;
    let measures = ranked.iter().map(|tranche| {
        let through = paid_before + tranche.balance;
        let below = (total - through).max(0.0);
        let measures = TrancheMeasures {
            name: tranche.name.to_owned(),
            share: part(tranche.balance, total),
            subordination: below,
            enhancement: part(below, collateral.par),
            overcollateralization: (through > 0.0).then(|| collateral.par / through),
            attachment: part((collateral.par - through).max(0.0), collateral.par),
            detachment: part((collateral.par - paid_before).max(0.0), collateral.par),
        };
        paid_before = through;
        measures
    });
    CapitalStructure {
        tranches: measures.collect(),
        collateral,
        weighted_cost,
        excess_spread: weighted_cost.map(|cost| collateral.wac - cost),
        excess_interest: collateral.par * collateral.wac - weighted_cost.unwrap_or(0.0) * total,
        overcollateralization: (total > 0.0).then(|| collateral.par / total),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, wanted: f64) {
        assert!((found - wanted).abs() < 1e-12, "{found} is not {wanted}");
    }

    #[test]
    fn enhancement_follows_from_seniority_and_not_from_the_order_given() {
        let tranche = |name, balance, rate, seniority| Tranche { name, balance, rate, seniority };
        let tranches =
            [tranche("B", 20.0, 0.08, 2), tranche("E", 10.0, 0.0, 3), tranche("A", 70.0, 0.05, 1)];

        let found = capital_structure(&tranches, Backing { par: 110.0, wac: 0.075 });

        let names: Vec<&str> = found.tranches.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["A", "B", "E"]);
        let [a, b, e] = &found.tranches[..] else { panic!("three tranches") };
        close(a.enhancement, 30.0 / 110.0);
        close(b.enhancement, 10.0 / 110.0);
        close(a.overcollateralization.unwrap(), 110.0 / 70.0);
        close(a.attachment, 40.0 / 110.0);
        close(e.detachment, b.attachment);
        close(found.weighted_cost.unwrap(), 0.051);
        close(found.excess_spread.unwrap(), 0.024);
        close(found.excess_interest, 8.25 - 5.1);
    }

    #[test]
    fn the_rating_factor_is_weighted_by_par_and_unrated_assets_are_shown() {
        let asset = |par, rating| Collateral { par, rating, ..Collateral::default() };

        let found = collateral_quality(&[
            asset(60.0, Some("B1")),
            asset(20.0, Some("CCC+")),
            asset(20.0, None),
        ]);

        close(found.warf.unwrap(), (60.0 * 2_220.0 + 20.0 * 4_770.0) / 80.0);
        close(found.unrated_share, 0.2);
        close(found.ccc_share, 0.2);
        assert_eq!(found.was, None);
    }

    #[test]
    fn diversity_has_falling_returns_within_an_industry() {
        let asset =
            |industry| Collateral { par: 1.0, industry: Some(industry), ..Collateral::default() };

        close(diversity_score(&[asset("a"); 4]), 7.0 / 3.0);
        close(diversity_score(&[asset("a"), asset("b"), asset("c"), asset("d")]), 4.0);
        close(diversity_score(&[asset("a"); 40]), 5.0);
    }

    #[test]
    fn small_obligors_count_less_and_large_ones_once() {
        let asset = |par, obligor| Collateral {
            par,
            obligor: Some(obligor),
            industry: Some(obligor),
            ..Collateral::default()
        };

        // The average obligor owes 2: 3 counts as 1, 1 as a half.
        close(
            diversity_score(&[asset(1.0, "x"), asset(2.0, "y"), asset(1.0, "z"), asset(2.0, "y")]),
            1.0 + 0.5 * 2.0,
        );
        close(diversity_score(&[asset(3.0, "x"), asset(1.0, "y")]), 1.5);
    }

    #[test]
    fn every_rating_is_known_in_both_notations() {
        for (letters, signs, factor) in FACTORS {
            assert_eq!(rating_factor(&letters.to_uppercase()), Some(factor));
            assert_eq!(rating_factor(signs), Some(factor));
        }
    }
}
