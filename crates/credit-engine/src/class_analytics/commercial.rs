//! Commercial mortgages. Coverage and leverage need net operating income and value; without them
//! they are `None`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Slice, average, herfindahl, part, slices_by_name};
use crate::amortization::{balance_fraction, level_payment};

/// What the measures need to know of one loan.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CommercialLoan<'a> {
    /// Its id.
    pub id: &'a str,
    /// Outstanding today.
    pub balance: f64,
    /// Gross annual rate.
    pub rate: f64,
    /// Months to maturity.
    pub remaining_months: u32,
    /// Months over which the balance would be repaid; those to maturity if absent.
    pub amortization_months: Option<u32>,
    /// Months from today without principal.
    pub interest_only_months: u32,
    /// Annual net operating income.
    pub noi: Option<f64>,
    /// What the property is worth.
    pub value: Option<f64>,
    /// Coverage as stated, used where income is not.
    pub stated_dscr: Option<f64>,
    /// Loan to value as stated, used where the value is not.
    pub stated_ltv: Option<f64>,
    /// The kind of property.
    pub property_type: Option<&'a str>,
    /// The year of the maturity.
    pub maturity_year: Option<i32>,
}

/// Measures of one loan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CommercialMeasures {
    /// The loan.
    pub id: String,
    /// What is paid in the first year on schedule.
    pub annual_debt_service: f64,
    /// Net operating income over debt service.
    pub dscr: Option<f64>,
    /// Net operating income over interest.
    pub icr: Option<f64>,
    /// Balance over value.
    pub ltv: Option<f64>,
    /// Net operating income over balance.
    pub debt_yield: Option<f64>,
    /// What is owed after the last regular instalment.
    pub balloon_balance: f64,
    /// The share of the balance of the pool.
    pub share: f64,
}

/// Measures of a pool of commercial mortgages.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CommercialAnalytics {
    /// The loans, in the order given.
    pub loans: Vec<CommercialMeasures>,
    /// By kind of property, largest first.
    pub property_types: Vec<Slice>,
    /// The average coverage.
    pub dscr: Option<f64>,
    /// The average loan to value.
    pub ltv: Option<f64>,
    /// The average debt yield.
    pub debt_yield: Option<f64>,
    /// The sum of the squared shares.
    pub herfindahl: f64,
    /// The loans with 5 % of the pool or more.
    pub large_loans: Vec<String>,
    /// What is owed at maturity, as a share of today's balance.
    pub balloon_share: f64,
    /// What matures, by year.
    pub maturity_wall: Vec<MaturityYear>,
    /// The shares of the balance whose coverage is below 1.00 and below 1.25, of what states it.
    pub below_coverage: Vec<Threshold>,
    /// The shares of the balance whose loan to value is above 0.80 and above 1.00, of what states
    /// it.
    pub above_leverage: Vec<Threshold>,
}

/// What matures in a year.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MaturityYear {
    /// The year.
    pub year: i32,
    /// The loans.
    pub count: usize,
    /// Their balance today.
    pub balance: f64,
    /// What they will owe then.
    pub balloon_balance: f64,
}

/// What lies on the bad side of a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Threshold {
    /// The threshold.
    pub threshold: f64,
    /// The balance beyond it.
    pub balance: f64,
    /// Its share of the balance that states the measure.
    pub share: f64,
}

/// How hard the properties are hit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PropertyStress {
    /// The share of income that is lost.
    pub noi_decline: f64,
    /// The share of value that is lost.
    pub value_decline: f64,
    /// Added to the rates of the loans.
    pub rate_shock: f64,
}

/// The terms on which a new lender would lend.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RefinanceTerms {
    /// The rate of the new loan.
    pub rate: f64,
    /// The coverage asked for.
    pub dscr: f64,
    /// Months over which the new loan is repaid.
    pub amortization_months: u32,
    /// The loan to value allowed; any if absent.
    pub ltv: Option<f64>,
}

/// Whether a loan can be refinanced at maturity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Refinance {
    /// The loan.
    pub id: String,
    /// What is owed at maturity.
    pub balloon_balance: f64,
    /// What a new lender would lend; `None` without income.
    pub supportable: Option<f64>,
    /// What is missing; 0 if the balloon can be refinanced.
    pub gap: Option<f64>,
    /// Whether the balloon can be refinanced.
    pub passes: Option<bool>,
}

impl Default for RefinanceTerms {
    fn default() -> Self {
        Self { rate: 0.08, dscr: 1.25, amortization_months: 360, ltv: None }
    }
}

impl CommercialLoan<'_> {
    fn amortization(&self) -> u32 {
        self.amortization_months.unwrap_or(self.remaining_months).max(1)
    }

    /// Returns what is paid in the first year on schedule: interest while nothing is repaid, else
    /// twelve level payments.
    #[must_use]
    pub fn annual_debt_service(&self) -> f64 {
        if self.interest_only_months > 0 {
            return self.balance * self.rate;
        }
        12.0 * level_payment(self.balance, self.rate / 12.0, self.amortization())
    }

    /// Returns what is owed after the last regular instalment.
    #[must_use]
    pub fn balloon_balance(&self) -> f64 {
        let paying = self.remaining_months.saturating_sub(self.interest_only_months);
        let periods = self.amortization().saturating_sub(self.interest_only_months).max(1);
        let left = periods.saturating_sub(paying);
        self.balance * balance_fraction(self.rate / 12.0, periods, left)
    }

    /// Returns net operating income over debt service, or what was stated.
    #[must_use]
    pub fn dscr(&self) -> Option<f64> {
        ratio(self.noi, self.annual_debt_service()).or(self.stated_dscr)
    }

    /// Returns balance over value, or what was stated.
    #[must_use]
    pub fn ltv(&self) -> Option<f64> {
        let computed = self.value.and_then(|value| ratio(Some(self.balance), value));
        computed.or(self.stated_ltv)
    }

    /// Returns the loan under stress.
    #[must_use]
    pub fn stressed(&self, stress: &PropertyStress) -> Self {
        let rate = (self.rate + stress.rate_shock).max(0.0);
        let keeps = 1.0 - stress.noi_decline;
        let moved = Self { rate, ..*self };
        let dearer = ratio(Some(self.annual_debt_service()), moved.annual_debt_service());
        Self {
            noi: self.noi.map(|noi| noi * keeps),
            value: self.value.map(|value| value * (1.0 - stress.value_decline)),
            stated_dscr: self.stated_dscr.zip(dearer).map(|(dscr, cheaper)| dscr * keeps * cheaper),
            stated_ltv: self
                .stated_ltv
                .and_then(|ltv| ratio(Some(ltv), 1.0 - stress.value_decline)),
            ..moved
        }
    }

    /// Asks whether the balloon can be refinanced: a new lender lends at most what income covers,
    /// and no more than the loan to value allowed.
    #[must_use]
    pub fn refinance(&self, terms: &RefinanceTerms) -> Refinance {
        let payment = level_payment(1.0, terms.rate / 12.0, terms.amortization_months.max(1));
        let covered = self.noi.and_then(|noi| ratio(Some(noi / terms.dscr), 12.0 * payment));
        let lent = self.value.zip(terms.ltv).map(|(value, ltv)| value * ltv);
        let supportable =
            covered.map(|covered| lent.map_or(covered, |lent| covered.min(lent)).max(0.0));
        let balloon_balance = self.balloon_balance();
        let gap = supportable.map(|lent| (balloon_balance - lent).max(0.0));
        Refinance {
            id: self.id.to_owned(),
            balloon_balance,
            supportable,
            gap,
            passes: gap.map(|gap| gap <= 0.0),
        }
    }
}

/// Measures a pool.
#[must_use]
pub fn commercial_analytics(loans: &[CommercialLoan<'_>]) -> CommercialAnalytics {
    let total: f64 = loans.iter().map(|loan| loan.balance).sum();
    let measures: Vec<CommercialMeasures> = loans.iter().map(|loan| measure(loan, total)).collect();
    let of = |fact: fn(&CommercialMeasures) -> Option<f64>| {
        loans.iter().zip(&measures).map(move |(loan, found)| (loan.balance, fact(found)))
    };
    let large = measures.iter().filter(|found| found.share >= 0.05);
    let balloons: f64 = measures.iter().map(|found| found.balloon_balance).sum();
    let named = |loan: &CommercialLoan<'_>| {
        (loan.property_type.unwrap_or("unknown").to_owned(), loan.balance)
    };
    CommercialAnalytics {
        property_types: slices_by_name(loans.iter().map(named)),
        dscr: average(of(|found| found.dscr)),
        ltv: average(of(|found| found.ltv)),
        debt_yield: average(of(|found| found.debt_yield)),
        herfindahl: herfindahl(loans.iter().map(|loan| loan.balance)),
        large_loans: large.map(|found| found.id.clone()).collect(),
        balloon_share: part(balloons, total),
        maturity_wall: maturity_wall(loans),
        below_coverage: [1.0, 1.25]
            .map(|limit| beyond(of(|found| found.dscr), limit, |dscr| dscr < limit))
            .to_vec(),
        above_leverage: [0.8, 1.0]
            .map(|limit| beyond(of(|found| found.ltv), limit, |ltv| ltv > limit))
            .to_vec(),
        loans: measures,
    }
}

fn measure(loan: &CommercialLoan<'_>, total: f64) -> CommercialMeasures {
    CommercialMeasures {
        id: loan.id.to_owned(),
        annual_debt_service: loan.annual_debt_service(),
        dscr: loan.dscr(),
        icr: ratio(loan.noi, loan.balance * loan.rate),
        ltv: loan.ltv(),
        debt_yield: ratio(loan.noi, loan.balance),
        balloon_balance: loan.balloon_balance(),
        share: part(loan.balance, total),
    }
}

fn maturity_wall(loans: &[CommercialLoan<'_>]) -> Vec<MaturityYear> {
    let mut years: BTreeMap<i32, MaturityYear> = BTreeMap::new();
    for loan in loans {
        let Some(year) = loan.maturity_year else { continue };
        let nothing = MaturityYear { year, count: 0, balance: 0.0, balloon_balance: 0.0 };
        let sum = years.entry(year).or_insert(nothing);
        sum.count += 1;
        sum.balance += loan.balance;
        sum.balloon_balance += loan.balloon_balance();
    }
    years.into_values().collect()
}

fn beyond(
    parts: impl Iterator<Item = (f64, Option<f64>)>,
    threshold: f64,
    is_bad: impl Fn(f64) -> bool,
) -> Threshold {
    let (mut bad, mut all) = (0.0, 0.0);
    for (balance, fact) in parts.filter_map(|(balance, fact)| Some((balance, fact?))) {
        all += balance;
        bad += if is_bad(fact) { balance } else { 0.0 };
    }
    Threshold { threshold, balance: bad, share: part(bad, all) }
}

/// Returns `amount / base` if there is something to divide by.
fn ratio(amount: Option<f64>, base: f64) -> Option<f64> {
    amount.filter(|_| base > 0.0).map(|amount| amount / base)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loan() -> CommercialLoan<'static> {
        CommercialLoan {
            id: "a",
            balance: 6e6,
            rate: 0.06,
            remaining_months: 120,
            amortization_months: Some(360),
            noi: Some(620_000.0),
            value: Some(9.5e6),
            maturity_year: Some(2030),
            ..CommercialLoan::default()
        }
    }

    #[test]
    fn interest_only_months_come_before_the_amortisation() {
        let months = CommercialLoan { interest_only_months: 24, ..loan() };

        // 96 of 336 instalments are paid by maturity.
        let wanted = 6e6 * balance_fraction(0.005, 336, 240);
        assert!((months.balloon_balance() - wanted).abs() < 1e-6);
        assert!((months.annual_debt_service() - 360_000.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_not_stated_is_not_made_up() {
        let bare = CommercialLoan { noi: None, value: None, ..loan() };

        let found = commercial_analytics(&[bare]);

        assert_eq!((found.dscr, found.ltv, found.debt_yield), (None, None, None));
        assert_eq!(bare.refinance(&RefinanceTerms::default()).passes, None);
        let stated = CommercialLoan { stated_dscr: Some(1.3), stated_ltv: Some(0.6), ..bare };
        assert_eq!((stated.dscr(), stated.ltv()), (Some(1.3), Some(0.6)));
    }

    #[test]
    fn a_stress_lowers_coverage_and_raises_leverage_alike_for_stated_and_computed_figures() {
        let stress = PropertyStress { noi_decline: 0.2, value_decline: 0.25, rate_shock: 0.01 };
        let computed = loan();
        let stated = CommercialLoan {
            noi: None,
            value: None,
            stated_dscr: computed.dscr(),
            stated_ltv: computed.ltv(),
            ..computed
        };

        let (hit, also) = (computed.stressed(&stress), stated.stressed(&stress));

        assert!(hit.dscr() < computed.dscr() && hit.ltv() > computed.ltv());
        assert!((hit.dscr().unwrap() - also.dscr().unwrap()).abs() < 1e-12);
        assert!((hit.ltv().unwrap() - also.ltv().unwrap()).abs() < 1e-12);
    }

    #[test]
    fn a_balloon_is_refinanced_up_to_what_income_and_value_support() {
        let terms = RefinanceTerms { rate: 0.09, ..RefinanceTerms::default() };
        let by_income = loan().refinance(&terms);
        let by_value = loan().refinance(&RefinanceTerms { ltv: Some(0.4), ..terms });

        let payment = 12.0 * level_payment(1.0, 0.0075, 360);
        let wanted = 620_000.0 / 1.25 / payment;
        assert!((by_income.supportable.unwrap() - wanted).abs() < 1e-6);
        assert_eq!(by_income.passes, Some(true));
        assert!((by_value.supportable.unwrap() - 3.8e6).abs() < 1e-6);
        assert!((by_value.gap.unwrap() - (loan().balloon_balance() - 3.8e6)).abs() < 1e-6);
    }

    #[test]
    fn maturities_are_added_up_by_year() {
        let other = CommercialLoan { id: "b", maturity_year: Some(2027), ..loan() };

        let wall = commercial_analytics(&[loan(), other, loan()]).maturity_wall;

        assert_eq!(
            wall.iter().map(|w| (w.year, w.count)).collect::<Vec<_>>(),
            [(2027, 1), (2030, 2)]
        );
    }
}
