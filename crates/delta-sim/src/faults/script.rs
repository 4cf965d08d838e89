//! A plan of failures, as people write it, and what is wrong with it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Action, Span, Stage};
use crate::time::Micros;

/// More rules than this are refused.
const MOST_RULES: usize = 200;

/// A plan of failures.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultScript {
    /// What people call it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its rules; the first that fits a request decides the answer.
    pub rules: Vec<Rule>,
}

/// When something happens, do something to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// From when on and for how long; always when absent.
    #[serde(default, skip_serializing_if = "When::is_always")]
    pub when: When,
    /// Which requests or frames; all of the kind the action is about when absent.
    #[serde(default, rename = "match", skip_serializing_if = "Option::is_none")]
    pub matching: Option<Match>,
    /// Chance that a match fires, drawn from the stream `fault`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// How often it fires. Without it: once, or as often as it matches when there is a
    /// `probability` or a `when.for`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// What happens.
    pub action: Action,
}

/// A stretch of virtual time, counted from the installation of the script.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// Start, at once when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Span>,
    /// Length. Without it a lasting action lasts 30 seconds, and other rules stay for ever.
    #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
    pub lasts: Option<Span>,
}

impl When {
    fn is_always(&self) -> bool {
        *self == Self::default()
    }
}

/// Which requests or frames.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// Method of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Path of the request; `*` stands for anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Only the n-th match, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<u64>,
    /// Channel of the frame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
}

/// What is wrong with a script, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {message}")]
pub struct FaultError {
    /// JSON pointer of the member.
    pub pointer: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl FaultScript {
    /// Reads a script: an object with `rules`, an array of rules, or one rule.
    ///
    /// # Errors
    ///
    /// [`FaultError`] with the place of the first mistake.
    ///
    /// # Examples
    ///
    /// ```
    /// use delta_sim::faults::FaultScript;
    ///
    /// let script = FaultScript::parse(
    ///     r#"{"match":{"method":"POST","path":"/v2/orders","nth":2},"action":"lose_response"}"#,
    /// );
    /// assert_eq!(script.unwrap().rules.len(), 1);
    ///
    /// let refused = FaultScript::parse(r#"{"rules":[{"action":"lose_respons"}]}"#).unwrap_err();
    /// assert_eq!(refused.pointer, "/rules/0/action");
    /// ```
    pub fn parse(text: &str) -> Result<Self, FaultError> {
        let json: Value = serde_json::from_str(text).map_err(|error| FaultError {
            pointer: String::new(),
            message: format!("not JSON: {error}"),
        })?;
        Self::from_json(json)
    }

    /// Reads a script from JSON already parsed; see [`FaultScript::parse`].
    ///
    /// # Errors
    ///
    /// [`FaultError`] with the place of the first mistake.
    pub fn from_json(json: Value) -> Result<Self, FaultError> {
        let (name, rules) = match json {
            Value::Array(rules) => (String::new(), rules),
            Value::Object(members) if members.contains_key("rules") => envelope(members)?,
            Value::Object(members) if members.contains_key("action") => {
                (String::new(), vec![Value::Object(members)])
            }
            _ => return Err(error("", "expected an object with `rules`, or one rule")),
        };

        let mut script = Self { name, rules: Vec::with_capacity(rules.len().min(MOST_RULES)) };
        for (index, rule) in rules.into_iter().enumerate().take(MOST_RULES + 1) {
            script.rules.push(read_rule(&format!("/rules/{index}"), rule)?);
        }
        script.check()?;
        Ok(script)
    }

    /// Checks a script that was put together in code.
    ///
    /// # Errors
    ///
    /// [`FaultError`] with the place of the first mistake.
    pub fn check(&self) -> Result<(), FaultError> {
        if self.rules.len() > MOST_RULES {
            return Err(error("/rules", &format!("more than {MOST_RULES} rules")));
        }
        for (index, rule) in self.rules.iter().enumerate() {
            rule.check(&format!("/rules/{index}"))?;
        }
        Ok(())
    }
}

impl Rule {
    /// A rule that does `action` at once and once.
    #[must_use]
    pub const fn new(action: Action) -> Self {
        Self {
            when: When { at: None, lasts: None },
            matching: None,
            probability: None,
            times: None,
            action,
        }
    }

    fn check(&self, at: &str) -> Result<(), FaultError> {
        if let Some((field, reason)) = self.action.mistake() {
            return Err(error(&format!("{at}/action/{field}"), &reason));
        }
        for (field, span) in [("at", self.when.at), ("for", self.when.lasts)] {
            if let Some(span) = span.filter(|span| span.0 < Micros::ZERO) {
                return Err(error(&format!("{at}/when/{field}"), &format!("{span} is negative")));
            }
        }
        if let Some(chance) = self.probability.filter(|chance| !(0.0..=1.0).contains(chance)) {
            let reason = format!("{chance} is not between 0 and 1");
            return Err(error(&format!("{at}/probability"), &reason));
        }
        if self.times == Some(0) {
            return Err(error(&format!("{at}/times"), "0 times is never: leave the rule out"));
        }
        self.check_match(at)
    }

    fn check_match(&self, at: &str) -> Result<(), FaultError> {
        let stage = self.action.stage();
        let Some(matching) = &self.matching else {
            if self.probability.is_some() && matches!(stage, Stage::Lasting | Stage::Instant) {
                let reason = "the action happens once: a chance needs a `match` to be drawn at";
                return Err(error(&format!("{at}/probability"), reason));
            }
            return Ok(());
        };

        if matching.nth == Some(0) {
            return Err(error(&format!("{at}/match/nth"), "the first match is number 1"));
        }
        let about_frames = stage == Stage::Frame;
        let foreign = if about_frames {
            matching.method.as_ref().map(|_| "method").or(matching.path.as_ref().map(|_| "path"))
        } else {
            matching.channel.as_ref().map(|_| "channel")
        };
        match foreign {
            Some(field) => {
                let subject = if about_frames { "frames of a socket" } else { "requests" };
                let reason = format!("the action is about {subject}, which have no `{field}`");
                Err(error(&format!("{at}/match/{field}"), &reason))
            }
            None => Ok(()),
        }
    }

    /// How often the rule may fire; `None` is without limit.
    #[must_use]
    pub fn limit(&self) -> Option<u64> {
        let nth = self.matching.as_ref().is_some_and(|matching| matching.nth.is_some());
        let stays = self.probability.is_some() || self.when.lasts.is_some();
        let once = nth || !stays || matches!(self.action.stage(), Stage::Lasting | Stage::Instant);
        self.times.or_else(|| once.then_some(1))
    }
}

fn envelope(
    mut members: serde_json::Map<String, Value>,
) -> Result<(String, Vec<Value>), FaultError> {
    let rules = members.remove("rules");
    let name = members.remove("name");
    if let Some(unknown) = members.keys().next() {
        return Err(error(&format!("/{unknown}"), "unknown member: expected `name` or `rules`"));
    }
    let name = match name {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(name)) => name,
        Some(_) => return Err(error("/name", "expected a text")),
    };
    match rules {
        Some(Value::Array(rules)) => Ok((name, rules)),
        _ => Err(error("/rules", "expected an array of rules")),
    }
}

/// Reads one rule member by member, so that a mistake has a place.
fn read_rule(at: &str, json: Value) -> Result<Rule, FaultError> {
    let Value::Object(mut members) = json else {
        return Err(error(at, "expected an object with `action`"));
    };
    let action = match members.remove("action") {
        None => return Err(error(at, "`action` is missing")),
        Some(Value::String(kind)) => serde_json::json!({ "kind": kind }),
        Some(action) => action,
    };
    let action = read(&format!("{at}/action"), action)?;
    let when = match members.remove("when") {
        None => When::default(),
        Some(Value::String(text)) => {
            When { at: Some(read(&format!("{at}/when"), Value::String(text))?), lasts: None }
        }
        Some(when) => read(&format!("{at}/when"), when)?,
    };
    let matching = members.remove("match");
    let matching = matching.map(|json| read(&format!("{at}/match"), json)).transpose()?;
    let chance = members.remove("probability");
    let chance = chance.map(|json| read(&format!("{at}/probability"), json)).transpose()?;
    let times = members.remove("times");
    let times = times.map(|json| read(&format!("{at}/times"), json)).transpose()?;

    match members.keys().next() {
        None => Ok(Rule { when, matching, probability: chance, times, action }),
        Some(unknown) => {
            let expected = "unknown member: expected `when`, `match`, `probability`, `times` \
                            or `action`";
            Err(error(&format!("{at}/{unknown}"), expected))
        }
    }
}

fn read<T: for<'de> Deserialize<'de>>(pointer: &str, json: Value) -> Result<T, FaultError> {
    serde_json::from_value(json)
        .map_err(|cause| FaultError { pointer: pointer.to_owned(), message: cause.to_string() })
}

fn error(pointer: &str, message: &str) -> FaultError {
    FaultError { pointer: pointer.to_owned(), message: message.to_owned() }
}

#[cfg(test)]
#[path = "script_tests.rs"]
mod tests;
