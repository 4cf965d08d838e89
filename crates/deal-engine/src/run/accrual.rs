//! What falls due on a payment date.

use chrono::{Days, NaiveDate};
use credit_engine::dates::{DayCountContext, days_between};

use super::engine::Engine;
use super::program::{BondPlan, CouponRule, FeeRule, OnInterest, Role};
use super::{PaymentDate, RunError};

/// An accrual period.
#[derive(Debug, Clone, Copy)]
pub(super) struct Accrued {
    /// The first day.
    pub(super) start: NaiveDate,
    days: i32,
    /// Its part of a year.
    years: f64,
    /// The end, where the next one starts.
    end: NaiveDate,
}

/// The rate of a bond before and after its cap.
#[derive(Debug, Clone, Copy)]
struct Rates {
    uncapped: f64,
    paid: f64,
}

impl Accrued {
    pub(super) const fn before(start: NaiveDate) -> Self {
        Self { start, days: 0, years: 0.0, end: start }
    }
}

impl Engine<'_> {
    /// Accounts earn on what they held since the payment before.
    pub(super) fn earn(&mut self, since: NaiveDate) -> Result<(), RunError> {
        let years = f64::from(days_between(since, self.state.date).max(0)) / 365.0;
        for position in 0..self.program.accounts.len() {
            let Some(rate) = self.program.accounts.at(position).earns else { continue };
            let rate = self.value(rate)?;
            let account = self.state.accounts.at_mut(position);
            let earned = self.inputs.rounding.accrued((account.balance * rate * years).max(0.0));
            account.earned = earned;
            account.balance += earned;
            self.state.cash.earned += earned;
        }
        Ok(())
    }

    /// Fees and interest fall due.
    pub(super) fn accrue(&mut self, payment: PaymentDate) -> Result<(), RunError> {
        self.move_periods(payment);
        for position in 0..self.program.fees.len() {
            self.accrue_fee(position)?;
        }
        for position in 0..self.program.bonds.len() {
            self.accrue_bond(position)?;
        }
        Ok(())
    }

    fn move_periods(&mut self, payment: PaymentDate) {
        let per_year = 12 / self.program.deal.dates.frequency.months();
        for (period, accrual) in self.accrued.iter_mut().zip(&self.program.accruals) {
            let start = period.end;
            let delay = Days::new(accrual.delay.into());
            let end = payment.accrual_end.checked_sub_days(delay).unwrap_or(start).max(start);
            let context = DayCountContext {
                reference: Some((start, end)),
                per_year: Some(per_year),
                termination: None,
            };
            *period = Accrued {
                start,
                days: accrual.day_count.days(start, end),
                years: accrual.day_count.fraction_in(start, end, context).max(0.0),
                end,
            };
        }
    }

    fn accrual(&self, position: usize) -> Accrued {
        let found = self.accrued.get(position).copied();
        found.unwrap_or_else(|| Accrued::before(self.state.date))
    }

    fn accrue_fee(&mut self, position: usize) -> Result<(), RunError> {
        let plan = *self.program.fees.at(position);
        let began = plan.starts <= self.state.date;
        let charged = self.state.fees.at(position).charged;
        let amount = match plan.kind {
            _ if !began => 0.0,
            FeeRule::OneOff(amount) => {
                if charged {
                    0.0
                } else {
                    amount
                }
            }
            FeeRule::Fixed(amount) => amount,
            FeeRule::Rate { rate, base, accrual } => {
                rate * self.value(base)? * self.accrual(accrual).years
            }
            FeeRule::Formula(amount) => self.value(amount)?,
        };
        let amount = self.inputs.rounding.accrued(amount.max(0.0));
        let fee = self.state.fees.at_mut(position);
        fee.charged = began;
        fee.accrued = amount;
        fee.due += amount;
        fee.billed = fee.due;
        Ok(())
    }

    fn accrue_bond(&mut self, position: usize) -> Result<(), RunError> {
        let program = self.program;
        let plan = program.bonds.at(position);
        let period = self.accrual(plan.accrual);
        let basis = match plan.kind {
            Role::Notional(notional) => self.value(notional)?.max(0.0),
            _ => self.state.bonds.at(position).balance,
        };
        let before = self.state.bonds.at(position);
        let earns = basis > 0.0 || before.unpaid_interest() > 0.0 || before.carryover > 0.0;
        let rates = if earns && plan.kind != Role::PrincipalOnly {
            self.rates(position, plan, period)?
        } else {
            Rates { uncapped: 0.0, paid: 0.0 }
        };
        let rounding = self.inputs.rounding;
        let accretes = plan.kind == Role::Accreting && !self.turn_has_come(position);
        let bond = self.state.bonds.at_mut(position);
        let unpaid = bond.overdue + bond.on_interest;
        let on_interest = match plan.on_interest {
            OnInterest::Nothing => 0.0,
            OnInterest::OwnRate => unpaid * rates.paid * period.years,
            OnInterest::Fixed(rate) => unpaid * rate * period.years,
        };
        bond.basis = basis;
        bond.accrual_days = period.days;
        bond.rate = rates.paid;
        bond.accrued = rounding.accrued((basis * rates.paid * period.years).max(0.0));
        bond.earned_on_interest = rounding.accrued(on_interest.max(0.0));
        bond.on_interest += bond.earned_on_interest;
        if plan.carryover {
            let above = basis * (rates.uncapped - rates.paid) * period.years;
            let grown = bond.carryover * (1.0 + rates.uncapped * period.years);
            bond.carryover = rounding.accrued((grown + above).max(0.0));
        }
        if accretes {
            bond.add_to_balance(bond.accrued);
        } else {
            bond.due = bond.accrued;
        }
        Ok(())
    }

    fn rates(
        &mut self,
        position: usize,
        plan: &BondPlan,
        period: Accrued,
    ) -> Result<Rates, RunError> {
        let closing = self.program.deal.dates.closing;
        let replaced = self.state.bonds.at(position).coupon;
        let uncapped = match (&plan.coupon, replaced) {
            (_, Some(formula)) => self.value(formula)?,
            (CouponRule::None, None) => 0.0,
            (CouponRule::Fixed(rate), None) => *rate,
            (CouponRule::Floating { index, multiplier, spread, floor, cap }, None) => {
                let path = self.inputs.indices.get(index);
                let index = path.and_then(|path| path.on(period.start, closing)).unwrap_or(0.0);
                (multiplier * index + spread).min(*cap).max(*floor)
            }
            (CouponRule::StepUp { rate, steps }, None) => {
                let begun = steps.iter().rev().find(|(from, _)| *from <= period.start);
                begun.map_or(*rate, |(_, rate)| *rate)
            }
            (CouponRule::Formula(formula), None) => self.value(*formula)?,
        };
        let cap = plan.cap.map(|cap| self.value(cap)).transpose()?;
        Ok(Rates { uncapped, paid: cap.map_or(uncapped, |cap| uncapped.min(cap.max(0.0))) })
    }

    /// Tells whether every bond before an accreting one is repaid.
    fn turn_has_come(&self, position: usize) -> bool {
        (0..position).all(|earlier| {
            let aside =
                matches!(self.program.bonds.at(earlier).kind, Role::Notional(_) | Role::Equity);
            aside || self.is_repaid(earlier)
        })
    }
}
