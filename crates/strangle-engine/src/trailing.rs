//! The trailing stop: what has been won is not given back entirely.
//!
//! Everything is in percent of the basis of the session (20 means 20 %). The peak is the highest
//! net result seen and starts at 0. Once a rule is reached the stop is armed, at a level that never
//! falls; the session ends when it is armed and the net result is at or below the level. A level of
//! 0 is a real one: break-even.
//!
//! [`Plan`] is what the profile says, valid by construction; [`Trail`] is what has happened, and is
//! stored with each change. Observing a result allocates nothing.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The most rules of a ladder.
pub const MOST_RULES: usize = 20;

/// One rung of a ladder.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// The peak that arms it, above 0.
    pub trigger_pct: f64,
    /// The level it locks, from 0 to below the trigger.
    pub lock_pct: f64,
}

/// How the level follows the peak.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan(Kind);

#[derive(Debug, Clone, PartialEq, Default)]
enum Kind {
    #[default]
    Off,
    /// In the order of the triggers.
    Ladder(Vec<Rule>),
    Distance {
        start_pct: f64,
        distance_pct: f64,
    },
    Fraction {
        start_pct: f64,
        fraction: f64,
    },
}

impl Plan {
    /// Returns the plan that never stops.
    #[must_use]
    pub const fn off() -> Self {
        Self(Kind::Off)
    }

    /// Returns the ladder a new profile starts with.
    #[must_use]
    pub fn standard() -> Self {
        let rungs = [(20.0, 0.0), (30.0, 10.0), (40.0, 15.0), (50.0, 25.0)];
        let rule = |(trigger_pct, lock_pct)| Rule { trigger_pct, lock_pct };
        Self(Kind::Ladder(rungs.map(rule).to_vec()))
    }

    /// Returns a ladder: the level is the highest lock whose trigger the peak has reached. Without
    /// rules it never stops.
    ///
    /// # Errors
    ///
    /// Refuses more than 20 rules, a trigger that is not above 0, a lock below 0 or not below its
    /// trigger.
    pub fn ladder(rules: &[Rule]) -> Result<Self, InvalidPlan> {
        if rules.len() > MOST_RULES {
            return Err(InvalidPlan::TooManyRules(rules.len()));
        }
        for (rule, Rule { trigger_pct, lock_pct }) in rules.iter().enumerate() {
            let problem = if !trigger_pct.is_finite() || !lock_pct.is_finite() {
                RuleProblem::NotANumber
            } else if *trigger_pct <= 0.0 {
                RuleProblem::TriggerNotPositive
            } else if *lock_pct < 0.0 {
                RuleProblem::LockNegative
            } else if lock_pct >= trigger_pct {
                RuleProblem::LockNotBelowTrigger
            } else {
                continue;
            };
            return Err(InvalidPlan::Rule { rule, problem });
        }
        let mut sorted = rules.to_vec();
        sorted.sort_by(|a, b| a.trigger_pct.total_cmp(&b.trigger_pct));
        Ok(Self(Kind::Ladder(sorted)))
    }

    /// Returns a plan whose level is a number of points below the peak, once the peak has reached
    /// the start.
    ///
    /// # Errors
    ///
    /// Refuses a start below 0 and a distance that is not above 0.
    pub fn distance(start_pct: f64, distance_pct: f64) -> Result<Self, InvalidPlan> {
        if !start_pct.is_finite() || start_pct < 0.0 {
            return Err(InvalidPlan::Start(start_pct));
        }
        if !distance_pct.is_finite() || distance_pct <= 0.0 {
            return Err(InvalidPlan::Distance(distance_pct));
        }
        Ok(Self(Kind::Distance { start_pct, distance_pct }))
    }

    /// Returns a plan whose level is a fraction of the peak, once the peak has reached the start
    /// and is above 0.
    ///
    /// # Errors
    ///
    /// Refuses a start below 0 and a fraction outside 0 to below 1.
    pub fn fraction(start_pct: f64, fraction: f64) -> Result<Self, InvalidPlan> {
        if !start_pct.is_finite() || start_pct < 0.0 {
            return Err(InvalidPlan::Start(start_pct));
        }
        if !(0.0..1.0).contains(&fraction) {
            return Err(InvalidPlan::Fraction(fraction));
        }
        Ok(Self(Kind::Fraction { start_pct, fraction }))
    }

    /// Returns the rules of a ladder, in the order of their triggers; none for any other plan.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        match &self.0 {
            Kind::Ladder(rules) => rules,
            Kind::Off | Kind::Distance { .. } | Kind::Fraction { .. } => &[],
        }
    }

    /// Returns the level that a peak arms.
    #[must_use]
    pub fn level_at(&self, peak_pct: f64) -> Option<f64> {
        match self.0 {
            Kind::Off => None,
            Kind::Ladder(ref rules) => rules
                .iter()
                .take_while(|rule| peak_pct >= rule.trigger_pct)
                .map(|rule| rule.lock_pct)
                .reduce(f64::max),
            Kind::Distance { start_pct, distance_pct } => {
                (peak_pct >= start_pct).then_some(peak_pct - distance_pct)
            }
            Kind::Fraction { start_pct, fraction } => {
                (peak_pct >= start_pct && peak_pct > 0.0).then_some(peak_pct * fraction)
            }
        }
    }
}

/// Why a plan is refused.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum InvalidPlan {
    /// The ladder is too long.
    #[error("a ladder has at most {MOST_RULES} rules, not {0}")]
    TooManyRules(usize),
    /// One rule of the ladder cannot stand.
    #[error("rule {} of the ladder: {problem}", rule + 1)]
    Rule {
        /// Its place, from 0.
        rule: usize,
        /// What is wrong with it.
        problem: RuleProblem,
    },
    /// The start is no percentage.
    #[error("the start is 0 or more, not {0}")]
    Start(f64),
    /// The distance is none.
    #[error("the distance is above 0, not {0}")]
    Distance(f64),
    /// The fraction would stop at the peak itself, or at a loss.
    #[error("the fraction is from 0 to below 1, not {0}")]
    Fraction(f64),
}

impl InvalidPlan {
    /// Returns the stable name of this refusal.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooManyRules(_) => "too_many_rules",
            Self::Rule { problem, .. } => problem.code(),
            Self::Start(_) => "invalid_start",
            Self::Distance(_) => "invalid_distance",
            Self::Fraction(_) => "invalid_fraction",
        }
    }
}

/// What is wrong with a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RuleProblem {
    /// A value is not a number.
    #[error("trigger and lock are numbers")]
    NotANumber,
    /// The trigger is 0 or less.
    #[error("the trigger is above 0")]
    TriggerNotPositive,
    /// The lock is below 0.
    #[error("the lock is 0 or more")]
    LockNegative,
    /// The rule would stop as soon as it is reached.
    #[error("the lock is below the trigger")]
    LockNotBelowTrigger,
}

impl RuleProblem {
    /// Returns the stable name of this refusal.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotANumber => "not_a_number",
            Self::TriggerNotPositive => "trigger_not_positive",
            Self::LockNegative => "lock_negative",
            Self::LockNotBelowTrigger => "lock_not_below_trigger",
        }
    }
}

/// How the numbers of a map from trigger to lock are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// 0.2 is 20 %.
    Fraction,
    /// 20 is 20 %.
    Percent,
}

/// Returns the rules of an old map from trigger to lock, and the unit it was in.
///
/// The unit is decided for the whole map: fractions if no trigger and no lock is above 1, percent
/// otherwise; never value by value. The rules are not checked yet.
///
/// # Errors
///
/// Refuses a trigger that is not a number.
///
/// ```
/// use std::collections::BTreeMap;
/// use strangle_engine::trailing::{Unit, from_map};
/// let map = BTreeMap::from([("0.20".to_owned(), 0.0), ("1".to_owned(), 0.5)]);
/// let (rules, unit) = from_map(&map).unwrap();
/// assert_eq!(unit, Unit::Fraction);
/// assert_eq!((rules[1].trigger_pct, rules[1].lock_pct), (100.0, 50.0));
/// ```
pub fn from_map(map: &BTreeMap<String, f64>) -> Result<(Vec<Rule>, Unit), InvalidTrigger> {
    let mut rules = Vec::with_capacity(map.len());
    for (trigger, lock_pct) in map {
        let number = trigger.trim().parse().ok().filter(|number: &f64| number.is_finite());
        let trigger_pct = number.ok_or_else(|| InvalidTrigger(trigger.clone()))?;
        rules.push(Rule { trigger_pct, lock_pct: *lock_pct });
    }

    let is_fraction = |rule: &Rule| rule.trigger_pct <= 1.0 && rule.lock_pct <= 1.0;
    let unit = if !rules.is_empty() && rules.iter().all(is_fraction) {
        for rule in &mut rules {
            rule.trigger_pct = in_percent(rule.trigger_pct);
            rule.lock_pct = in_percent(rule.lock_pct);
        }
        Unit::Fraction
    } else {
        Unit::Percent
    };
    rules.sort_by(|a, b| a.trigger_pct.total_cmp(&b.trigger_pct));
    Ok((rules, unit))
}

/// A trigger that is not a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the trigger `{0}` is not a number")]
pub struct InvalidTrigger(String);

/// A hundred times the fraction, without the noise of the binary product: 0.07 gives 7.
fn in_percent(fraction: f64) -> f64 {
    (fraction * 1e12).round() / 1e10
}

/// What the results of a session have been.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Trail {
    /// The highest net result, 0 at first, in USD.
    pub max_profit: Decimal,
    /// The same in percent of the basis.
    pub max_profit_pct: f64,
    /// The deepest fall from the highest result, in USD; 0 or above.
    pub max_drawdown: Decimal,
    /// The same in percent of the basis.
    pub max_drawdown_pct: f64,
    /// The level of the stop; `None` while it is not armed.
    pub level_pct: Option<f64>,
}

/// What one result changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observed {
    /// The trail is another, and is to be stored.
    pub moved: bool,
    /// The stop is reached.
    pub stop: bool,
}

impl Trail {
    /// Says whether the stop is armed.
    #[must_use]
    pub const fn is_armed(&self) -> bool {
        self.level_pct.is_some()
    }

    /// Takes in one net result: first the peak, then the level, then the decision. A percentage
    /// that is not a number changes nothing.
    pub fn observe(&mut self, plan: &Plan, net: Decimal, net_pct: f64) -> Observed {
        if !net_pct.is_finite() {
            return Observed { moved: false, stop: false };
        }
        let before = *self;

        self.max_profit = self.max_profit.max(net);
        self.max_profit_pct = self.max_profit_pct.max(net_pct);
        self.max_drawdown = self.max_drawdown.max(self.max_profit - net);
        self.max_drawdown_pct = self.max_drawdown_pct.max(self.max_profit_pct - net_pct);
        if let Some(level) = plan.level_at(self.max_profit_pct) {
            self.level_pct = Some(self.level_pct.map_or(level, |held| held.max(level)));
        }

        let stop = self.level_pct.is_some_and(|level| net_pct <= level);
        Observed { moved: *self != before, stop }
    }
}

#[cfg(test)]
mod tests;
