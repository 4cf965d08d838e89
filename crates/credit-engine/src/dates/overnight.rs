//! An overnight rate compounded in arrears.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Calendar, days_between};

/// How fixings become the rate of an interest period.
#[derive(Debug, Clone, PartialEq)]
pub struct OvernightRule {
    /// Which days have a fixing.
    pub calendar: Calendar,
    /// Business days between a fixing and the day it is used for.
    pub lookback_days: u16,
    /// Whether the weights move with the fixings (observation shift).
    pub observation_shift: bool,
    /// The lowest daily rate that counts.
    pub daily_floor: Option<f64>,
    /// Days in the year of the rate: 360, or 365 for sterling.
    pub year_days: u16,
}

/// A rate compounded over a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CompoundedRate {
    /// `Π (1 + r_j · d_j / year) − 1`.
    pub growth: f64,
    /// The growth as a simple annual rate.
    pub annual_rate: f64,
    /// Calendar days over which it was annualised.
    pub days: i32,
}

/// Why a rate could not be compounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OvernightError {
    /// The period has no day.
    #[error("the period must end after it starts")]
    EmptyPeriod,
    /// A day before the first fixing is needed.
    #[error("there is no fixing on or before {0}")]
    MissingFixing(NaiveDate),
    /// A year has no days.
    #[error("the days in the year must be above 0")]
    YearDays,
}

/// Compounds `fixings` over `start..end` as `rule` says. A business day without a fixing takes the
/// last one before it.
///
/// # Errors
///
/// Refuses an empty period and a day before the first fixing.
pub fn compound(
    fixings: &BTreeMap<NaiveDate, f64>,
    start: NaiveDate,
    end: NaiveDate,
    rule: &OvernightRule,
) -> Result<CompoundedRate, OvernightError> {
    if end <= start {
        return Err(OvernightError::EmptyPeriod);
    }
    if rule.year_days == 0 {
        return Err(OvernightError::YearDays);
    }
    let back = -i32::from(rule.lookback_days);
    let observe = |day: NaiveDate| rule.calendar.add_business_days(day, back);
    let (first, last) =
        if rule.observation_shift { (observe(start), observe(end)) } else { (start, end) };

    let year = f64::from(rule.year_days);
    let mut growth = 1.0;
    let mut day = first;
    while day < last {
        let next = rule.calendar.add_business_days(day, 1).min(last);
        if next <= day {
            return Err(OvernightError::EmptyPeriod);
        }
        let fixing_day = if rule.observation_shift { day } else { observe(day) };
        let rate = fixing_on(fixings, fixing_day)?;
        let rate = rule.daily_floor.map_or(rate, |floor| rate.max(floor));
        growth *= 1.0 + rate * f64::from(days_between(day, next)) / year;
        day = next;
    }

    let days = days_between(first, last);
    let growth = growth - 1.0;
    Ok(CompoundedRate { growth, annual_rate: growth * year / f64::from(days), days })
}

fn fixing_on(fixings: &BTreeMap<NaiveDate, f64>, day: NaiveDate) -> Result<f64, OvernightError> {
    let last = fixings.range(..=day).next_back();
    last.map(|(_, rate)| *rate).ok_or(OvernightError::MissingFixing(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn rule() -> OvernightRule {
        OvernightRule {
            calendar: Calendar::Weekends,
            lookback_days: 0,
            observation_shift: false,
            daily_floor: None,
            year_days: 360,
        }
    }

    fn fixings() -> BTreeMap<NaiveDate, f64> {
        let days = ["2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05", "2024-01-08"];
        days.into_iter().map(date).zip([0.01, 0.02, 0.03, 0.04, 0.05]).collect()
    }

    #[test]
    fn friday_counts_three_days() {
        let rate = compound(&fixings(), date("2024-01-04"), date("2024-01-08"), &rule()).unwrap();

        let growth = (1.0 + 0.03 / 360.0) * (1.0 + 0.04 * 3.0 / 360.0) - 1.0;
        assert!((rate.growth - growth).abs() < 1e-15);
        assert!((rate.annual_rate - growth * 90.0).abs() < 1e-12);
    }

    #[test]
    fn a_lookback_takes_old_rates_with_new_weights() {
        let rule = OvernightRule { lookback_days: 2, ..rule() };

        let rate = compound(&fixings(), date("2024-01-05"), date("2024-01-09"), &rule).unwrap();

        let growth = (1.0 + 0.02 * 3.0 / 360.0) * (1.0 + 0.03 / 360.0) - 1.0;
        assert!((rate.growth - growth).abs() < 1e-15, "{rate:?}");
    }

    #[test]
    fn an_observation_shift_moves_the_weights_too() {
        let rule = OvernightRule { lookback_days: 2, observation_shift: true, ..rule() };

        let rate = compound(&fixings(), date("2024-01-09"), date("2024-01-10"), &rule).unwrap();

        let growth = 0.04 * 3.0 / 360.0;
        assert!((rate.growth - growth).abs() < 1e-15 && rate.days == 3, "{rate:?}");
    }

    #[test]
    fn the_floor_holds_every_day() {
        let rule = OvernightRule { daily_floor: Some(0.025), ..rule() };

        let rate = compound(&fixings(), date("2024-01-03"), date("2024-01-05"), &rule).unwrap();

        let growth = (1.0 + 0.025 / 360.0) * (1.0 + 0.03 / 360.0) - 1.0;
        assert!((rate.growth - growth).abs() < 1e-15);
    }

    #[test]
    fn a_day_before_the_first_fixing_is_refused() {
        let refused = compound(&fixings(), date("2023-12-29"), date("2024-01-05"), &rule());

        assert_eq!(refused, Err(OvernightError::MissingFixing(date("2023-12-29"))));
    }
}
