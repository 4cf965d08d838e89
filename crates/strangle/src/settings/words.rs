//! The values that are words.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveTime, Utc};

/// Which exchange the desk talks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Venue {
    /// The simulator that comes with this program.
    Sim,
    /// The exchange's demonstration venue.
    Testnet,
    /// The exchange.
    Prod,
}

impl Venue {
    /// The name of the setting and of the `environment` column.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sim => "sim",
            Self::Testnet => "testnet",
            Self::Prod => "prod",
        }
    }

    /// The mode of a session there.
    pub(crate) fn mode(self) -> &'static str {
        match self {
            Self::Sim => "paper",
            Self::Testnet => "testnet",
            Self::Prod => "live",
        }
    }
}

impl fmt::Display for Venue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Venue {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "sim" => Ok(Self::Sim),
            "testnet" => Ok(Self::Testnet),
            "prod" => Ok(Self::Prod),
            _ => Err("must be sim, testnet or prod"),
        }
    }
}

/// How fast the simulator's time runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum SimSpeed {
    /// So many simulated seconds a second.
    Times(f64),
    /// As fast as the machine can.
    Max,
}

impl FromStr for SimSpeed {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.eq_ignore_ascii_case("max") {
            return Ok(Self::Max);
        }
        match text.parse::<f64>() {
            Ok(times) if times > 0.0 && times <= 100_000.0 => Ok(Self::Times(times)),
            _ => Err("must be a number above 0 and up to 100000, or max"),
        }
    }
}

/// Where the simulator's calendar begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SimStart {
    /// When it is first started.
    Now,
    /// At this instant.
    At(DateTime<Utc>),
}

impl FromStr for SimStart {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.eq_ignore_ascii_case("now") {
            return Ok(Self::Now);
        }
        text.parse()
            .map(Self::At)
            .map_err(|_| "must be now or an instant such as 2026-01-15T03:00:00Z")
    }
}

/// What is done with open positions when the process is told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnShutdown {
    /// They stay; the next process goes on with them.
    Resume,
    /// They are closed first, as long as the time lasts.
    Flatten,
}

impl FromStr for OnShutdown {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "resume" => Ok(Self::Resume),
            "flatten" => Ok(Self::Flatten),
            _ => Err("must be resume or flatten"),
        }
    }
}

/// The kill switch as the environment sets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KillSwitch {
    /// Not set here.
    Off,
    /// Nothing that adds exposure.
    Halt,
    /// Nothing that adds exposure, and what is open is closed.
    HaltAndFlatten,
}

impl FromStr for KillSwitch {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "off" => Ok(Self::Off),
            "halt" => Ok(Self::Halt),
            "halt_and_flatten" => Ok(Self::HaltAndFlatten),
            _ => Err("must be off, halt or halt_and_flatten"),
        }
    }
}

/// A time of day as `09:30`.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClockTime(pub(super) NaiveTime);

impl FromStr for ClockTime {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        NaiveTime::parse_from_str(text, "%H:%M")
            .map(Self)
            .map_err(|_| "must be a time such as 09:30")
    }
}
