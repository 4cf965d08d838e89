//! Failures on demand: by script or by chance, at requests, at frames, or in the exchange itself.
//!
//! | module | what |
//! |---|---|
//! | [`Action`] | what can go wrong |
//! | [`FaultScript`] | a plan of rules, read from JSON with errors that name the place |
//! | [`Faults`] | the plan at work: which rule fires when, and what lasts for a while |
//!
//! Chances are drawn from the stream `fault` alone, so a script never changes the market.
//!
//! The `symbol` of an action names products: `*` in it stands for anything; `positions`, `calls`
//! and `puts` are the products of the open positions of any account, resolved when it fires.

use serde::{Deserialize, Serialize};

use crate::time::Micros;

mod action;
mod effect;
mod random;
mod script;
mod span;

pub use action::{Action, Stage, TradeSide};
pub use effect::Effect;
pub(crate) use effect::fits;
pub use script::{FaultError, FaultScript, Match, Rule, When};
pub use span::{NotASpan, Span};

use random::Draws;

/// How long a lasting action lasts when the rule does not say.
const USUAL_LENGTH: Span = Span::seconds(30);

/// Rules of all scripts together.
const MOST_RULES_AT_WORK: usize = 1_000;

/// A change of the rules, as it is kept in the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultCommand {
    /// Adds the rules of a script.
    Install(FaultScript),
    /// Takes all rules away and ends all effects.
    Clear,
    /// Rules have fired: how far the counters are now.
    Progress(Vec<Progress>),
    /// An effect begins.
    Begin(Effect),
    /// Effects have ended by this time.
    End(Micros),
}

/// The counters of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Which rule, from 0.
    pub rule: usize,
    /// How often it has matched.
    pub matches: u64,
    /// How often it has fired.
    pub fired: u64,
    /// How many chances have been drawn in all.
    pub drawn: u64,
}

/// What a call of [`Faults`] set off.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SetOff {
    /// The actions, in the order of the rules.
    pub fired: Vec<Fired>,
    /// For the journal; empty when nothing fired.
    pub progress: Vec<Progress>,
}

/// The rules at work and the effects that still last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Faults {
    draws: Draws,
    rules: Vec<Armed>,
    effects: Vec<Effect>,
}

/// A rule and how often it has matched and fired.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Armed {
    rule: Rule,
    from: Micros,
    until: Option<Micros>,
    matches: u64,
    fired: u64,
}

/// An action that happens now.
#[derive(Debug, Clone, PartialEq)]
pub struct Fired {
    /// What happens.
    pub action: Action,
    /// Until when, for an action that lasts.
    pub until: Micros,
}

impl Faults {
    /// No rules; chances will be drawn from the stream `fault` of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { draws: Draws::new(seed), rules: Vec::new(), effects: Vec::new() }
    }

    /// Adds the rules of a script, its times counted from `at`.
    ///
    /// # Errors
    ///
    /// [`FaultError`] when the script has a mistake; nothing is added then.
    pub fn install(&mut self, script: &FaultScript, at: Micros) -> Result<(), FaultError> {
        script.check()?;
        if self.rules.iter().all(|armed| !armed.is_alive(at)) {
            self.rules.clear();
        }
        if self.rules.len() + script.rules.len() > MOST_RULES_AT_WORK {
            let message = format!("more than {MOST_RULES_AT_WORK} rules at work: clear them first");
            return Err(FaultError { pointer: "/rules".to_owned(), message });
        }
        for rule in &script.rules {
            let from = at + rule.when.at.map_or(Micros::ZERO, |span| span.0);
            let until = rule.when.lasts.map(|span| from + span.0);
            self.rules.push(Armed { rule: rule.clone(), from, until, matches: 0, fired: 0 });
        }
        Ok(())
    }

    /// Takes all rules away and ends all effects.
    pub fn clear(&mut self) {
        self.rules.clear();
        self.effects.clear();
    }

    /// True when nothing can fail: no rule and no effect.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.rules.is_empty() && self.effects.is_empty()
    }

    /// The rules at work, as a script.
    #[must_use]
    pub fn script(&self) -> FaultScript {
        let rules = self.rules.iter().map(|armed| armed.rule.clone()).collect();
        FaultScript { name: String::new(), rules }
    }

    /// The effects that last at this time.
    pub fn effects(&self, at: Micros) -> impl Iterator<Item = &Effect> {
        self.effects.iter().filter(move |effect| effect.lasts(at))
    }

    /// Which actions a request sets off. Of several that would answer it only the first counts.
    pub fn on_request(&mut self, at: Micros, method: &str, path: &str) -> SetOff {
        let mut set_off = SetOff::default();
        for (index, armed) in self.rules.iter_mut().enumerate() {
            let stage = armed.rule.action.stage();
            let without_match = armed.rule.matching.is_none() && stage != Stage::Request;
            if stage == Stage::Frame || without_match || !armed.fits_request(method, path) {
                continue;
            }
            let answers = |fired: &Fired| fired.action.stage() == Stage::Request;
            let answered = stage == Stage::Request && set_off.fired.iter().any(answers);
            if !answered && armed.fires(at, &mut self.draws) {
                set_off.add(index, armed, armed.fired_at(at), &self.draws);
            }
        }
        set_off
    }

    /// What happens to a frame of a channel: at most one action.
    pub fn on_frame(&mut self, at: Micros, channel: &str) -> SetOff {
        let mut set_off = SetOff::default();
        for (index, armed) in self.rules.iter_mut().enumerate() {
            let about_frames = armed.rule.action.stage() == Stage::Frame;
            if about_frames && armed.fits_channel(channel) && armed.fires(at, &mut self.draws) {
                set_off.add(index, armed, armed.fired_at(at), &self.draws);
                break;
            }
        }
        set_off
    }

    /// When the next action happens by itself.
    #[must_use]
    pub fn next_due(&self) -> Option<Micros> {
        let waiting = self.rules.iter().filter(|armed| armed.is_timed() && armed.fired == 0);
        let ends = self.effects.iter().map(|effect| effect.until);
        waiting.map(|armed| armed.from).chain(ends).min()
    }

    /// The actions that happen by themselves up to `at`.
    pub fn due(&mut self, at: Micros) -> SetOff {
        let mut set_off = SetOff::default();
        for (index, armed) in self.rules.iter_mut().enumerate() {
            if armed.is_timed() && armed.fired == 0 && armed.from <= at {
                armed.fired = 1;
                set_off.add(index, armed, armed.fired_at(at), &self.draws);
            }
        }
        set_off
    }

    /// The effects that have ended by `at`; they are forgotten.
    pub fn ended(&mut self, at: Micros) -> Vec<Effect> {
        self.effects.extract_if(.., |effect| effect.until <= at).collect()
    }

    /// Carries out a command of the journal.
    ///
    /// # Errors
    ///
    /// [`FaultError`] when it is a script with a mistake.
    pub fn apply(&mut self, command: &FaultCommand, at: Micros) -> Result<(), FaultError> {
        match command {
            FaultCommand::Install(script) => self.install(script, at)?,
            FaultCommand::Clear => self.clear(),
            FaultCommand::Progress(steps) => {
                for step in steps {
                    if let Some(armed) = self.rules.get_mut(step.rule) {
                        (armed.matches, armed.fired) = (step.matches, step.fired);
                    }
                    self.draws.resume(step.drawn);
                }
            }
            FaultCommand::Begin(effect) => self.effects.push(effect.clone()),
            FaultCommand::End(until) => drop(self.ended(*until)),
        }
        Ok(())
    }

    /// How wrong the clock of the exchange is.
    #[must_use]
    pub fn skew(&self, at: Micros) -> Micros {
        self.longest(at, |action| match action {
            Action::ClockSkew { by } => Some(*by),
            _ => None,
        })
    }

    /// How late fills are reported.
    #[must_use]
    pub fn report_delay(&self, at: Micros) -> Micros {
        self.longest(at, |action| match action {
            Action::LateFillReport { by } => Some(*by),
            _ => None,
        })
    }

    /// How far the histories lag behind; they also show no fill before it is reported.
    #[must_use]
    pub fn history_lag(&self, at: Micros) -> Micros {
        self.longest(at, |action| match action {
            Action::HistoryLag { by } => Some(*by),
            _ => None,
        })
    }

    /// The maintenance that lasts, if any.
    #[must_use]
    pub fn maintenance(&self, at: Micros) -> Option<&Effect> {
        self.effects(at).find(|effect| matches!(effect.action, Action::Maintenance {}))
    }

    /// True when a product can only cancel orders.
    #[must_use]
    pub fn is_disrupted(&self, at: Micros, symbol: &str) -> bool {
        self.effects(at).any(|effect| {
            matches!(effect.action, Action::DisruptedCancelOnly { .. }) && effect.is_about(symbol)
        })
    }

    fn longest(&self, at: Micros, span: impl Fn(&Action) -> Option<Span>) -> Micros {
        let spans = self.effects(at).filter_map(|effect| span(&effect.action));
        spans.max_by_key(|span| span.0.0.abs()).map_or(Micros::ZERO, |span| span.0)
    }
}

impl SetOff {
    fn add(&mut self, rule: usize, armed: &Armed, fired: Fired, draws: &Draws) {
        let (matches, count) = (armed.matches, armed.fired);
        self.progress.push(Progress { rule, matches, fired: count, drawn: draws.drawn() });
        self.fired.push(fired);
    }
}

impl Armed {
    /// True when the action needs no request and no frame.
    const fn is_timed(&self) -> bool {
        self.rule.matching.is_none()
            && matches!(self.rule.action.stage(), Stage::Lasting | Stage::Instant)
    }

    fn is_alive(&self, at: Micros) -> bool {
        let spent = self.rule.limit().is_some_and(|limit| self.fired >= limit);
        !spent && self.until.is_none_or(|until| at < until)
    }

    fn fits_request(&self, method: &str, path: &str) -> bool {
        if !self.rule.action.concerns(method, path) {
            return false;
        }
        let Some(matching) = &self.rule.matching else { return true };
        matching.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && matching.path.as_ref().is_none_or(|wanted| effect::fits(wanted, path))
    }

    fn fits_channel(&self, channel: &str) -> bool {
        let wanted = self.rule.matching.as_ref().and_then(|matching| matching.channel.as_ref());
        wanted.is_none_or(|wanted| effect::fits(wanted, channel))
    }

    /// Counts a match; true when it fires.
    fn fires(&mut self, at: Micros, draws: &mut Draws) -> bool {
        let in_time = self.from <= at && self.until.is_none_or(|until| at < until);
        if !in_time || self.rule.limit().is_some_and(|limit| self.fired >= limit) {
            return false;
        }
        self.matches += 1;

        let nth = self.rule.matching.as_ref().and_then(|matching| matching.nth);
        if nth.is_some_and(|nth| self.matches < nth) {
            return false;
        }
        if self.rule.probability.is_some_and(|chance| draws.unit() >= chance) {
            return false;
        }
        self.fired += 1;
        true
    }

    fn fired_at(&self, at: Micros) -> Fired {
        let length = self.rule.when.lasts.unwrap_or(USUAL_LENGTH);
        Fired { action: self.rule.action.clone(), until: at + length.0 }
    }
}

#[cfg(test)]
mod tests;
