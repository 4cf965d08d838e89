//! The rate of a floating, hybrid or step loan over its life.

use crate::loan::{Loan, RateTerms, RateType};
use crate::speeds::coupon::CouponTerms;

/// What the index of a loan will be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum IndexPath<'a> {
    /// The rate stays what it is today.
    Unchanged,
    /// The index 1, 2, … months from today; the last value persists.
    Monthly(&'a [f64]),
    /// The index at the first, second, … reset; the last value persists.
    AtResets(&'a [f64]),
    /// What the index has moved by 1, 2, … months from today, away from what today's rate implies;
    /// the last move persists.
    Moved(&'a [f64]),
}

impl IndexPath<'_> {
    /// Returns the index `month` months from today, at the reset with the 0-based `position`;
    /// `implied` is what today's rate says of it.
    fn value(self, month: u16, position: usize, implied: f64) -> Option<f64> {
        let by_month = usize::from(month.max(1)) - 1;
        let (values, position, start) = match self {
            Self::Unchanged => return None,
            Self::Monthly(values) => (values, by_month, 0.0),
            Self::AtResets(values) => (values, position, 0.0),
            Self::Moved(values) => (values, by_month, implied),
        };
        values.get(position).or(values.last()).map(|value| start + value)
    }
}

/// Walks the rate of one loan forward in time.
#[derive(Debug, Clone)]
pub struct RatePath<'a> {
    index: IndexPath<'a>,
    terms: Option<&'a RateTerms>,
    is_step: bool,
    age: u16,
    /// The rate of today, which implies the index of today.
    todays_rate: f64,
    rate: f64,
    next_reset: Option<u16>,
    resets: usize,
}

impl<'a> RatePath<'a> {
    /// Starts at the rate of today.
    #[must_use]
    pub fn new(loan: &'a Loan, index: IndexPath<'a>) -> Self {
        Self {
            index,
            terms: loan.rate_terms(),
            is_step: loan.rate_type() == RateType::Step,
            age: loan.age_months(),
            todays_rate: loan.rate(),
            rate: loan.rate(),
            next_reset: loan.months_to_next_reset(),
            resets: 0,
        }
    }

    /// Returns the annual rate in force.
    #[must_use]
    pub const fn rate(&self) -> f64 {
        self.rate
    }

    /// Moves to `month` months from today and tells whether the rate was set anew on the way.
    pub fn advance(&mut self, month: u16) -> bool {
        let Some(terms) = self.terms else { return false };
        if self.is_step {
            return self.step(terms, month);
        }
        let mut moved = false;
        while let Some(reset) = self.next_reset.filter(|reset| *reset <= month) {
            moved |= self.reset(terms, reset);
            self.next_reset = reset.checked_add(terms.reset_every_months.max(1));
        }
        moved
    }

    fn step(&mut self, terms: &RateTerms, month: u16) -> bool {
        let age = self.age + month;
        let reached = terms.steps.iter().rev().find(|step| step.after_months <= age);
        let Some(rate) = reached.map(|step| step.rate) else { return false };
        let moved = rate.total_cmp(&self.rate).is_ne();
        self.rate = rate;
        moved
    }

    fn reset(&mut self, terms: &RateTerms, month: u16) -> bool {
        let first = self.resets == 0 && self.age < terms.fixed_months.max(1);
        let implied = self.todays_rate - terms.margin;
        let Some(index) = self.index.value(month, self.resets, implied) else { return false };
        let first_cap = terms.first_periodic_cap.filter(|_| first);
        let coupon = CouponTerms {
            margin: terms.margin,
            multiplier: None,
            index_floor: terms.index_floor,
            rounding: terms.rounding,
            floor: terms.lifetime_floor,
            cap: terms.lifetime_cap,
            periodic_cap: first_cap.or(terms.periodic_cap),
        };
        self.rate = coupon.coupon(index, Some(self.rate)).max(0.0);
        self.resets += 1;
        true
    }
}
