//! Calls of the simulator itself, for hosts that expose them: `/sim/…`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, Refused};
use super::body::Body;
use super::route::Director;
use super::view;
use crate::config::Config;
use crate::control::{Control, Scenario};
use crate::faults::{FaultError, FaultScript, NotASpan, Span};
use crate::time::Micros;
use crate::venue::Venue;

/// The furthest one step of the clock goes: 31 days.
const LONGEST_STEP: Micros = Micros(31 * Micros::DAY.0);

impl Venue {
    pub(super) fn direct(&mut self, call: Director, body: &[u8]) -> Result<Answer, Refused> {
        match call {
            Director::Status => Ok(Answer::of(self.status())),
            Director::Ledger => Ok(Answer::of(view::word(self.ledger()))),
            Director::Scenario => self.set_scenario(&Body::parse(body)?),
            Director::Fault => {
                let script = FaultScript::from_json(Body::parse_any(body)?)
                    .map_err(|error| mistake(&error))?;
                let now = self.now();
                self.install_faults(now, script).map_err(|error| mistake(&error))?;
                Ok(Answer::of(self.status()))
            }
            Director::ClearFaults => {
                let now = self.now();
                self.clear_faults(now);
                Ok(Answer::of(self.status()))
            }
            Director::Clock => self.step_clock(&Body::parse(body)?),
            Director::Reset => {
                let config: Config = self.reset_config(Body::parse(body)?)?;
                self.reset(config).map_err(|error| Refused::schema("body", &error.to_string()))?;
                Ok(Answer::of(self.status()))
            }
        }
    }

    /// What the simulator is doing.
    #[must_use]
    pub fn status(&self) -> Value {
        let now = self.now();
        let effects: Vec<_> = self.faults.effects(now).map(view::word).collect();
        json!({
            "now": view::iso(now),
            "now_us": now,
            "seed": self.exchange.config().seed,
            "start": view::iso(self.exchange.config().start),
            "status": view::word(self.exchange.status()),
            "faults": view::word(self.faults.script()),
            "effects": effects,
            "sockets": self.sockets.count(),
            "requests": self.requests,
            "state_hash": self.exchange.state_hash(),
        })
    }

    fn set_scenario(&mut self, body: &Body) -> Result<Answer, Refused> {
        let name = body.text("scenario")?.unwrap_or_default();
        let scenario: Scenario = serde_json::from_value(Value::String(name.to_owned()))
            .map_err(|error| Refused::schema("scenario", &error.to_string()))?;
        let now = self.now();
        let done = self.control(now, Control::Scenario { scenario });
        done.map_err(|error| Refused::schema("scenario", &error.to_string()))?;
        Ok(Answer::of(self.status()))
    }

    /// Moves time on by `advance`, a text such as `5m`. The pace of the clock is the host's.
    fn step_clock(&mut self, body: &Body) -> Result<Answer, Refused> {
        let text = body.text("advance")?.unwrap_or_default();
        let span: Span = text
            .parse()
            .map_err(|error: NotASpan| Refused::schema("advance", &error.to_string()))?;
        if span.0 < Micros::ZERO || span.0 > LONGEST_STEP {
            return Err(Refused::schema("advance", "must lie between 0s and 31d"));
        }
        let to = self.now() + span.0;
        self.advance(to);
        Ok(Answer::of(self.status()))
    }

    /// The setup of the next exchange: the present one with the members that are sent.
    fn reset_config(&self, body: Body) -> Result<Config, Refused> {
        let mut config = view::word(self.exchange.config());
        let Value::Object(sent) = body.into_value() else {
            return Err(Refused::schema("body", "must be a JSON object"));
        };
        for (name, value) in sent {
            match config.get_mut(&name) {
                Some(member) if name != "accounts" => *member = value,
                _ => return Err(Refused::schema(&name, "cannot be set")),
            }
        }
        Config::deserialize(config).map_err(|error| Refused::schema("body", &error.to_string()))
    }
}

fn mistake(error: &FaultError) -> Refused {
    Refused::schema(&error.pointer, &error.message)
}
