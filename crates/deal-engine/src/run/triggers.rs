//! Triggers and coverage tests.

use super::coverage;
use super::engine::Engine;
use super::program::EffectPlan;
use super::{RunError, state::TriggerState};
use crate::model::{Comparison, Cure, Moment, Status};

/// Triggers that may fire within each other.
const DEEPEST: u8 = 8;

impl Engine<'_> {
    /// Tests the triggers of a moment in the order of the deal.
    pub(super) fn test_triggers(&mut self, moment: Moment) -> Result<(), RunError> {
        for trigger in 0..self.program.triggers.len() {
            if self.program.triggers.at(trigger).at == moment {
                self.test_trigger(trigger)?;
            }
        }
        Ok(())
    }

    /// Tests a trigger, unless it is dormant; fires or ends it.
    pub(super) fn test_trigger(&mut self, trigger: usize) -> Result<(), RunError> {
        if !self.state.triggers.at(trigger).tested {
            return Ok(());
        }
        let plan = self.program.triggers.at(trigger);
        let measured = self.value(plan.measure)?;
        let threshold = self.value(plan.threshold)?;
        let state = self.state.triggers.at_mut(trigger);
        state.measured(measured, threshold, plan.comparison);
        if state.active.is_none() && state.breaches >= plan.consecutive {
            return self.fire(trigger);
        }
        if state.active.is_some() && !state.breached && plan.cure == Cure::WhenPassed {
            state.active = None;
            self.refresh_effects();
        }
        Ok(())
    }

    fn fire(&mut self, trigger: usize) -> Result<(), RunError> {
        let program = self.program;
        self.state.fired += 1;
        self.state.triggers.at_mut(trigger).active = Some(self.state.fired);
        self.refresh_effects();
        if self.nesting >= DEEPEST {
            return Ok(());
        }
        self.nesting += 1;
        for effect in &program.triggers.at(trigger).effects {
            match effect {
                EffectPlan::Activate(other) => self.state.triggers.at_mut(*other).tested = true,
                EffectPlan::Steps(steps) => self.steps(steps)?,
                EffectPlan::Status(_)
                | EffectPlan::ReserveTarget { .. }
                | EffectPlan::Coupon { .. } => {}
            }
        }
        self.nesting -= 1;
        Ok(())
    }

    /// Returns the status that the trigger fired last sets; the deal's own if none does.
    pub(super) fn status_now(&self) -> Status {
        if self.state.own_status == Status::Called {
            return Status::Called;
        }
        let mut latest = (0, self.state.own_status);
        for (plan, state) in self.program.triggers.iter().zip(self.state.triggers.iter()) {
            let Some(fired) = state.active.filter(|fired| *fired > latest.0) else { continue };
            for effect in &plan.effects {
                if let EffectPlan::Status(status) = effect {
                    latest = (fired, *status);
                }
            }
        }
        latest.1
    }

    /// Sets targets and coupons to what the triggers in force say, the one fired last above all.
    fn refresh_effects(&mut self) {
        let program = self.program;
        for (plan, account) in program.accounts.iter().zip(self.state.accounts.iter_mut()) {
            account.target = plan.target;
        }
        for bond in self.state.bonds.iter_mut() {
            bond.coupon = None;
        }
        let triggers = self.state.triggers.iter().enumerate();
        let mut active: Vec<(u32, usize)> = triggers
            .filter_map(|(position, trigger)| trigger.active.map(|fired| (fired, position)))
            .collect();
        active.sort_unstable();
        for (_, position) in active {
            for effect in &program.triggers.at(position).effects {
                match effect {
                    EffectPlan::ReserveTarget { account, target } => {
                        self.state.accounts.at_mut(*account).target = Some(*target);
                    }
                    EffectPlan::Coupon { bond, rate } => {
                        self.state.bonds.at_mut(*bond).coupon = Some(*rate);
                    }
                    _ => {}
                }
            }
        }
    }

    /// Writes down what the coverage tests say before anything is paid.
    pub(super) fn record_tests(&mut self) -> Result<(), RunError> {
        for test in 0..self.program.tests.len() {
            let found = coverage::coverage(self.program, &self.state, test)?;
            let cure = coverage::cure(self.program, &self.state, test, found);
            self.record.test(test, found, cure);
        }
        Ok(())
    }
}

impl TriggerState {
    fn measured(&mut self, value: f64, threshold: f64, comparison: Comparison) {
        let (breached, headroom) = match comparison {
            Comparison::Above => (value > threshold, threshold - value),
            Comparison::AtLeast => (value >= threshold, threshold - value),
            Comparison::Below => (value < threshold, value - threshold),
            Comparison::AtMost => (value <= threshold, value - threshold),
        };
        self.last_value = value;
        self.value = Some(value);
        self.threshold = Some(threshold);
        self.headroom = Some(headroom);
        self.breached = breached;
        self.breaches = if breached { self.breaches.saturating_add(1) } else { 0 };
    }
}
