//! Street-convention analytics of a bond with a fixed coupon.

use chrono::NaiveDate;

use super::CashFlow;
use super::bey::{BondAnalytics, analytics_compounded};
use super::discounting::Compounding;
use super::npv::npv;
use crate::dates::{DayCount, DayCountContext, add_months, is_month_end, month_end};

/// A bond with a fixed coupon, whose coupon dates count back from maturity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FixedBond {
    /// Annual coupon.
    pub coupon: f64,
    /// Months from one coupon to the next.
    pub every_months: u16,
    /// How interest accrues.
    pub day_count: DayCount,
    /// When interest begins to accrue.
    pub dated: NaiveDate,
    /// When the face is repaid.
    pub maturity: NaiveDate,
    /// Face value.
    pub face: f64,
}

/// Why a bond could not be valued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BondError {
    /// Dates are out of order.
    #[error("dated date, settlement and maturity must follow each other")]
    DateOrder,
    /// No coupon frequency.
    #[error("months between coupons must be 1, 2, 3, 4, 6 or 12")]
    Frequency,
    /// No yield explains the price.
    #[error("no yield between -99% and 1000% explains the price")]
    NoYield,
}

/// What a bond is worth on a settlement date.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BondValue {
    /// Interest accrued since the last coupon.
    pub accrued: f64,
    /// Price without accrued interest.
    pub clean_price: f64,
    /// Price with accrued interest.
    pub full_price: f64,
    /// Yield, durations and convexity, compounded as often as coupons are paid.
    pub measures: BondAnalytics,
}

/// One coupon period: the regular start its length is measured from, the end, the first day that
/// accrues.
#[derive(Debug, Clone, Copy)]
struct Period {
    regular_start: NaiveDate,
    start: NaiveDate,
    end: NaiveDate,
}

impl FixedBond {
    /// Values the bond from its clean price.
    ///
    /// # Errors
    ///
    /// Refuses dates out of order and prices that no yield explains.
    pub fn value(&self, settlement: NaiveDate, clean_price: f64) -> Result<BondValue, BondError> {
        let (flows, accrued) = self.flows(settlement)?;
        let full_price = clean_price + accrued;
        let measures =
            analytics_compounded(&flows, full_price, self.per_year()).ok_or(BondError::NoYield)?;
        Ok(BondValue { accrued, clean_price, full_price, measures })
    }

    /// Values the bond from its yield.
    ///
    /// # Errors
    ///
    /// Refuses dates out of order.
    pub fn value_at_yield(&self, settlement: NaiveDate, rate: f64) -> Result<BondValue, BondError> {
        let (flows, accrued) = self.flows(settlement)?;
        let full_price = npv(&flows, rate, Compounding::Nominal(self.per_year()));
        self.value(settlement, full_price - accrued)
    }

    /// Returns the flows after `settlement`, with times in years that compound through the broken
    /// first period, and the interest accrued.
    ///
    /// # Errors
    ///
    /// Refuses dates out of order and unusual frequencies.
    pub fn flows(&self, settlement: NaiveDate) -> Result<(Vec<CashFlow>, f64), BondError> {
        let periods = self.periods(settlement)?;
        let mut flows: Vec<CashFlow> = Vec::with_capacity(periods.len());
        let (mut time, mut accrued) = (0.0, 0.0);
        for period in &periods {
            let mut years = self.fraction(period, period.start, period.end);
            let mut amount = self.face * self.coupon * years;
            if period.start < settlement {
                let elapsed = self.fraction(period, period.start, settlement);
                accrued = self.face * self.coupon * elapsed;
                years -= elapsed;
            } else if flows.is_empty() && period.start > settlement {
                years += self.day_count.fraction(settlement, period.start);
            }
            time += years;
            if period.end == self.maturity {
                amount += self.face;
            }
            flows.push(CashFlow { time, amount });
        }
        Ok((flows, accrued))
    }

    fn per_year(&self) -> u16 {
        12 / self.every_months.max(1)
    }

    fn fraction(&self, period: &Period, start: NaiveDate, end: NaiveDate) -> f64 {
        let context = DayCountContext {
            reference: Some((period.regular_start, period.end)),
            per_year: Some(self.per_year()),
            termination: Some(self.maturity),
        };
        self.day_count.fraction_in(start, end, context)
    }

    /// Returns the coupon periods that end after `settlement`, in order.
    fn periods(&self, settlement: NaiveDate) -> Result<Vec<Period>, BondError> {
        if !matches!(self.every_months, 1 | 2 | 3 | 4 | 6 | 12) {
            return Err(BondError::Frequency);
        }
        if settlement >= self.maturity || self.dated >= self.maturity {
            return Err(BondError::DateOrder);
        }
        let mut periods = Vec::new();
        let mut end = self.maturity;
        for count in 1_i32.. {
            let back = -count * i32::from(self.every_months);
            let regular = add_months(self.maturity, back).ok_or(BondError::DateOrder)?;
            let regular_start =
                if is_month_end(self.maturity) { month_end(regular) } else { regular };
            periods.push(Period { regular_start, start: regular_start.max(self.dated), end });
            if regular_start <= settlement.max(self.dated) && regular_start <= settlement
                || regular_start <= self.dated
            {
                break;
            }
            end = regular_start;
        }
        periods.reverse();
        Ok(periods)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bond() -> FixedBond {
        let date = |text: &str| text.parse().unwrap();
        FixedBond {
            coupon: 0.0475,
            every_months: 6,
            day_count: DayCount::Thirty360Bond,
            dated: date("2022-09-15"),
            maturity: date("2032-09-15"),
            face: 100.0,
        }
    }

    #[test]
    fn price_and_yield_are_inverse() {
        let settlement = "2025-05-02".parse().unwrap();
        let from_price = bond().value(settlement, 97.25).unwrap();

        let back = bond().value_at_yield(settlement, from_price.measures.yield_rate).unwrap();

        assert!((back.clean_price - 97.25).abs() < 1e-9);
        assert!((from_price.measures.yield_rate - 0.052_030_711_8).abs() < 1e-9);
    }

    #[test]
    fn a_bond_past_maturity_is_refused() {
        let refused = bond().value("2032-09-15".parse().unwrap(), 100.0);

        assert_eq!(refused, Err(BondError::DateOrder));
    }

    #[test]
    fn a_short_first_coupon_pays_for_its_days_only() {
        let short = FixedBond { dated: "2022-12-15".parse().unwrap(), ..bond() };

        let (flows, accrued) = short.flows("2022-12-15".parse().unwrap()).unwrap();

        assert!((flows[0].amount - 4.75 / 4.0).abs() < 1e-12 && accrued.abs() < 1e-15);
        assert!((flows[0].time - 0.25).abs() < 1e-12);
    }
}
