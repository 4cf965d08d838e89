//! Bonds, fees, accounts, triggers, tests, calls.

use chrono::NaiveDate;
use credit_engine::dates::DayCount;

use super::Compiler;
use crate::model::{
    Bond, BondKind, Comparison, Coupon, Cure, Effect, FeeKind, InterestOnInterest, Moment, TestKind,
};
use crate::run::program::{
    AccountPlan, Accrual, BondPlan, CallPlan, CouponRule, EffectPlan, FeePlan, FeeRule, FormulaId,
    NodeId, OnInterest, Role, TestPlan, TriggerPlan,
};
use crate::run::slots::Kind;
use crate::run::{Inputs, RunError};

/// The plans of objects, and one that stands for a missing one.
type Plans<T> = Result<(Vec<T>, T), RunError>;

impl<'d> Compiler<'d> {
    pub(super) fn variables(&mut self) -> Result<Vec<NodeId>, RunError> {
        let variables = self.deal.variables.iter().enumerate();
        variables
            .map(|(position, variable)| {
                let pointer = format!("/variables/{position}/value");
                self.expression(&variable.value.0, &pointer)
            })
            .collect()
    }

    pub(super) fn accounts(&mut self) -> Plans<AccountPlan> {
        let mut plans = Vec::new();
        for (position, account) in self.deal.accounts.iter().enumerate() {
            let target = format!("/accounts/{position}/target");
            let earns = format!("/accounts/{position}/earns");
            plans.push(AccountPlan {
                balance: account.balance,
                target: self.optional(account.target.as_ref(), &target)?,
                earns: self.optional(account.earns.as_ref(), &earns)?,
            });
        }
        Ok((plans, AccountPlan::default()))
    }

    pub(super) fn ledger_caps(&mut self) -> Result<Vec<Option<FormulaId>>, RunError> {
        let ledgers = self.deal.ledgers.iter().enumerate();
        ledgers
            .map(|(position, ledger)| {
                self.optional(ledger.cap.as_ref(), &format!("/ledgers/{position}/cap"))
            })
            .collect()
    }

    pub(super) fn fees(&mut self) -> Plans<FeePlan> {
        let mut plans = Vec::new();
        for (position, fee) in self.deal.fees.iter().enumerate() {
            let starts = fee.starts.unwrap_or(self.deal.dates.closing);
            let kind = match &fee.kind {
                FeeKind::OneOff { amount } => FeeRule::OneOff(*amount),
                FeeKind::Fixed { amount } => FeeRule::Fixed(*amount),
                FeeKind::Rate { rate, base, day_count } => FeeRule::Rate {
                    rate: *rate,
                    base: self.formula(base, &format!("/fees/{position}/kind/base"))?,
                    accrual: self.accrual(Accrual {
                        day_count: day_count.unwrap_or(DayCount::Thirty360Bond),
                        from: starts,
                        delay: 0,
                    }),
                },
                FeeKind::Formula { amount } => FeeRule::Formula(
                    self.formula(amount, &format!("/fees/{position}/kind/amount"))?,
                ),
            };
            plans.push(FeePlan { starts, kind });
        }
        Ok((plans, FeePlan { starts: NaiveDate::MAX, kind: FeeRule::Fixed(0.0) }))
    }

    pub(super) fn bonds(&mut self, inputs: &Inputs) -> Plans<BondPlan> {
        let mut plans = Vec::new();
        for (position, bond) in self.deal.bonds.iter().enumerate() {
            plans.push(self.bond(position, bond, inputs)?);
        }
        let spare = BondPlan {
            original: 0.0,
            balance: 0.0,
            kind: Role::PrincipalOnly,
            coupon: CouponRule::None,
            accrual: usize::MAX,
            cap: None,
            carryover: false,
            deferrable: false,
            on_interest: OnInterest::Nothing,
            lockout_until: None,
            maturity: None,
            planned: Vec::new(),
        };
        Ok((plans, spare))
    }

    fn bond(
        &mut self,
        position: usize,
        bond: &'d Bond,
        inputs: &Inputs,
    ) -> Result<BondPlan, RunError> {
        let pointer = |field: &str| format!("/bonds/{position}/{field}");
        let kind = match &bond.kind {
            BondKind::Ordinary
            | BondKind::Pac { .. }
            | BondKind::Tac { .. }
            | BondKind::Support => Role::Ordinary,
            BondKind::ZAccrual => Role::Accreting,
            BondKind::InterestOnly { notional } => {
                Role::Notional(self.formula(notional, &pointer("kind/notional"))?)
            }
            BondKind::PrincipalOnly => Role::PrincipalOnly,
            BondKind::Equity => Role::Equity,
        };
        let balance = match kind {
            Role::Notional(_) => 0.0,
            _ => bond.balance.unwrap_or(bond.original_balance),
        };
        let accrual = Accrual {
            day_count: bond.day_count.unwrap_or(DayCount::Thirty360Bond),
            from: bond.accrues_from.unwrap_or(self.deal.dates.closing),
            delay: bond.delay_days.unwrap_or(0),
        };
        Ok(BondPlan {
            original: bond.original_balance,
            balance,
            kind,
            coupon: self.coupon(position, &bond.coupon, inputs)?,
            accrual: self.accrual(accrual),
            cap: self.optional(bond.rate_cap.as_ref(), &pointer("rate_cap"))?,
            carryover: bond.carryover,
            deferrable: bond.deferrable,
            on_interest: match bond.interest_on_interest {
                InterestOnInterest::None => OnInterest::Nothing,
                InterestOnInterest::OwnRate => OnInterest::OwnRate,
                InterestOnInterest::Fixed { rate } => OnInterest::Fixed(rate),
            },
            lockout_until: bond.lockout_until,
            maturity: bond.maturity.or(self.deal.dates.maturity),
            planned: planned(bond, inputs)?,
        })
    }

    fn coupon(
        &mut self,
        position: usize,
        coupon: &'d Coupon,
        inputs: &Inputs,
    ) -> Result<CouponRule, RunError> {
        Ok(match coupon {
            Coupon::None => CouponRule::None,
            Coupon::Fixed { rate } => CouponRule::Fixed(*rate),
            Coupon::Floating { index, spread, multiplier, floor, cap } => {
                let closing = self.deal.dates.closing;
                let known = inputs.indices.get(index).and_then(|path| path.on(closing, closing));
                if known.is_none() {
                    let bond = self.deal.bonds.get(position).map(|bond| bond.name.clone());
                    let bond = bond.unwrap_or_default();
                    return Err(RunError::NoIndex { name: index.clone(), bond });
                }
                CouponRule::Floating {
                    index: index.clone(),
                    multiplier: multiplier.unwrap_or(1.0),
                    spread: *spread,
                    floor: floor.unwrap_or(f64::NEG_INFINITY),
                    cap: cap.unwrap_or(f64::INFINITY),
                }
            }
            Coupon::StepUp { rate, steps } => {
                CouponRule::StepUp { rate: *rate, steps: steps.clone() }
            }
            Coupon::Formula { rate } => {
                CouponRule::Formula(self.formula(rate, &format!("/bonds/{position}/coupon/rate"))?)
            }
        })
    }

    pub(super) fn tests(&mut self) -> Plans<TestPlan> {
        let mut plans = Vec::new();
        for (position, test) in self.deal.tests.iter().enumerate() {
            let (interest, numerator) = match &test.kind {
                TestKind::Overcollateralization { numerator } => (false, numerator),
                TestKind::InterestCoverage { numerator } => (true, numerator),
            };
            let pointer = |field: &str| format!("/tests/{position}/{field}");
            plans.push(TestPlan {
                interest,
                numerator: self.optional(numerator.as_ref(), &pointer("kind/numerator"))?,
                bonds: self.bonds_or_all(&test.bonds, &pointer("bonds"))?,
                threshold: self.formula(&test.threshold, &pointer("threshold"))?,
            });
        }
        let spare =
            TestPlan { interest: false, numerator: None, bonds: usize::MAX, threshold: usize::MAX };
        Ok((plans, spare))
    }

    pub(super) fn triggers(&mut self) -> Plans<TriggerPlan> {
        let mut plans = Vec::new();
        for (position, trigger) in self.deal.triggers.iter().enumerate() {
            let pointer = |field: &str| format!("/triggers/{position}/{field}");
            let mut effects = Vec::new();
            for (number, effect) in trigger.effects.iter().enumerate() {
                let pointer = pointer(&format!("effects/{number}"));
                effects.push(self.effect(effect, position, &pointer)?);
            }
            plans.push(TriggerPlan {
                measure: self.formula(&trigger.measure, &pointer("measure"))?,
                comparison: trigger.comparison,
                threshold: self.formula(&trigger.threshold, &pointer("threshold"))?,
                at: trigger.at,
                consecutive: trigger.consecutive.max(1),
                cure: trigger.cure,
                dormant: trigger.dormant,
                effects,
            });
        }
        let spare = TriggerPlan {
            measure: usize::MAX,
            comparison: Comparison::Above,
            threshold: usize::MAX,
            at: Moment::InStep,
            consecutive: 1,
            cure: Cure::Never,
            dormant: true,
            effects: Vec::new(),
        };
        Ok((plans, spare))
    }

    fn effect(
        &mut self,
        effect: &'d Effect,
        trigger: usize,
        pointer: &str,
    ) -> Result<EffectPlan, RunError> {
        Ok(match effect {
            Effect::Status { status } => EffectPlan::Status(*status),
            Effect::ReserveTarget { account, target } => EffectPlan::ReserveTarget {
                account: self.names.find(Kind::Account, account, pointer)?,
                target: self.formula(target, &format!("{pointer}/target"))?,
            },
            Effect::Coupon { bond, rate } => EffectPlan::Coupon {
                bond: self.names.find(Kind::Bond, bond, pointer)?,
                rate: self.formula(rate, &format!("{pointer}/rate"))?,
            },
            Effect::Activate { trigger } => {
                EffectPlan::Activate(self.names.find(Kind::Trigger, trigger, pointer)?)
            }
            Effect::Steps { steps } => {
                let place = format!("trigger/{}", trigger + 1);
                EffectPlan::Steps(self.steps(steps, &place, &format!("{pointer}/steps"))?)
            }
        })
    }

    pub(super) fn calls(&mut self) -> Result<Vec<CallPlan>, RunError> {
        let mut plans = Vec::new();
        for (position, call) in self.deal.calls.iter().enumerate() {
            let price = format!("/calls/{position}/price");
            plans.push(CallPlan {
                name: call.name.clone(),
                when: self.formula(&call.when, &format!("/calls/{position}/when"))?,
                first_date: call.first_date,
                price: self.optional(call.price.as_ref(), &price)?,
            });
        }
        Ok(plans)
    }
}

/// Returns the planned balances of a scheduled bond; none of any other.
fn planned(bond: &Bond, inputs: &Inputs) -> Result<Vec<f64>, RunError> {
    let (BondKind::Pac { planned, .. } | BondKind::Tac { planned, .. }) = &bond.kind else {
        return Ok(Vec::new());
    };
    if !planned.is_empty() {
        return Ok(planned.clone());
    }
    let found = inputs.schedules.get(&bond.name).cloned();
    found.ok_or_else(|| RunError::NoSchedule { bond: bond.name.clone() })
}
