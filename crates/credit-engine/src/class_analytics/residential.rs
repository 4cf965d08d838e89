//! Residential mortgages.

use serde::Serialize;

use super::{Slice, average, slices_by_bucket, slices_by_name};

/// What the measures need to know of one loan.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ResidentialLoan<'a> {
    /// Outstanding today.
    pub balance: f64,
    /// Balance over value.
    pub ltv_ratio: Option<f64>,
    /// The credit score.
    pub fico_score: Option<u16>,
    /// The state or region.
    pub location: Option<&'a str>,
    /// 1 for the first lien.
    pub lien_position: Option<u32>,
    /// Who lives there.
    pub occupancy: Option<&'a str>,
    /// The kind of property.
    pub property_type: Option<&'a str>,
    /// Whether a mortgage insurer shares losses.
    pub has_pmi: Option<bool>,
}

/// Measures of a pool of mortgages.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResidentialAnalytics {
    /// By loan to value.
    pub ltv_buckets: Vec<Slice>,
    /// By credit score.
    pub fico_buckets: Vec<Slice>,
    /// By place, largest first.
    pub locations: Vec<Slice>,
    /// By lien.
    pub liens: Vec<Slice>,
    /// By occupancy, largest first.
    pub occupancies: Vec<Slice>,
    /// By kind of property, largest first.
    pub property_types: Vec<Slice>,
    /// The average loan to value.
    pub ltv_ratio: Option<f64>,
    /// The average score.
    pub fico_score: Option<f64>,
    /// The share of the balance that is insured, of what states it.
    pub insured_share: Option<f64>,
}

/// Measures a pool.
#[must_use]
pub fn residential_analytics(loans: &[ResidentialLoan<'_>]) -> ResidentialAnalytics {
    let ltv = loans.iter().map(|loan| (loan.ltv_ratio, loan.balance));
    let fico = loans.iter().map(|loan| (loan.fico_score.map(f64::from), loan.balance));
    let named = |of: fn(&ResidentialLoan<'_>) -> Option<String>| {
        let name = move |loan: &ResidentialLoan<'_>| {
            (of(loan).unwrap_or_else(|| "unknown".to_owned()), loan.balance)
        };
        slices_by_name(loans.iter().map(name))
    };
    let mut liens = named(|loan| loan.lien_position.map(|lien| lien.to_string()));
    liens.sort_by(|a, b| a.name.len().cmp(&b.name.len()).then_with(|| a.name.cmp(&b.name)));
    ResidentialAnalytics {
        ltv_buckets: slices_by_bucket(
            ltv,
            &[
                (0.6, "below 60%"),
                (0.7, "60-70%"),
                (0.8, "70-80%"),
                (0.9, "80-90%"),
                (1.0, "90-100%"),
            ],
            "100% and above",
        ),
        fico_buckets: slices_by_bucket(
            fico,
            &[(620.0, "below 620"), (660.0, "620-659"), (720.0, "660-719"), (780.0, "720-779")],
            "780 and above",
        ),
        locations: named(|loan| loan.location.map(str::to_owned)),
        liens,
        occupancies: named(|loan| loan.occupancy.map(str::to_owned)),
        property_types: named(|loan| loan.property_type.map(str::to_owned)),
        ltv_ratio: average(loans.iter().map(|loan| (loan.balance, loan.ltv_ratio))),
        fico_score: average(
            loans.iter().map(|loan| (loan.balance, loan.fico_score.map(f64::from))),
        ),
        insured_share: average(
            loans
                .iter()
                .map(|loan| (loan.balance, loan.has_pmi.map(|has| f64::from(u8::from(has))))),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_belongs_to_the_bucket_above_it() {
        let loan = |ltv_ratio, lien| ResidentialLoan {
            balance: 100.0,
            ltv_ratio: Some(ltv_ratio),
            fico_score: Some(660),
            lien_position: Some(lien),
            ..ResidentialLoan::default()
        };

        let found = residential_analytics(&[loan(0.8, 2), loan(0.79, 1), loan(1.2, 10)]);

        let names = |slices: &[Slice]| slices.iter().map(|s| s.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&found.ltv_buckets), ["70-80%", "80-90%", "100% and above"]);
        assert_eq!(names(&found.fico_buckets), ["660-719"]);
        assert_eq!(names(&found.liens), ["1", "2", "10"]);
        assert_eq!(names(&found.locations), ["unknown"]);
        assert!((found.ltv_ratio.unwrap() - 0.93).abs() < 1e-12);
    }
}
