//! Settings come from the environment, are read once, and describe themselves.
//!
//! The same function that reads a setting also documents it: `quintet config env-example` runs it
//! against an empty [`Env`] and writes `.env.example` and the page of the manual from what was
//! asked for.
//!
//! # Invariants
//!
//! - The environment wins over the file.
//! - Two names of one setting with different values are an error that names both.
//! - All problems are reported at once, by [`Env::finish`].

mod common;
mod describe;
mod load;
mod redis;
mod secret;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

pub use common::{Environment, LogFormat, PlatformSettings};
pub use describe::{env_example, print, reference};
pub use secret::Secret;

/// The environment, what was asked of it, and what was wrong with the answers.
#[derive(Debug, Default)]
pub struct Env {
    values: BTreeMap<String, String>,
    group: &'static str,
    asked: Vec<Asked>,
    problems: Vec<String>,
}

/// A setting that some part of the program asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The heading it stands under.
    pub group: &'static str,
    /// The environment variable, then its other names.
    pub names: Names,
    /// The value if the variable is not set; `None` if it is then off.
    pub default: Option<&'static str>,
    /// One sentence for the operator.
    pub help: &'static str,
    /// The value in effect; `None` if it is not set.
    pub value: Option<String>,
    /// Whether the value must not be seen; it may then also be given as a file.
    pub secret: bool,
}

/// The names of one setting: the first is the one in the manual, the others are accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names(pub Vec<&'static str>);

impl From<&'static str> for Names {
    fn from(name: &'static str) -> Self {
        Self(vec![name])
    }
}

impl<const N: usize> From<[&'static str; N]> for Names {
    fn from(names: [&'static str; N]) -> Self {
        Self(names.to_vec())
    }
}

impl Names {
    fn first(&self) -> &'static str {
        self.0.first().copied().unwrap_or_default()
    }
}

/// All that is wrong with the settings, one line each.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("settings are not usable:\n  {}", .0.join("\n  "))]
pub struct SettingsError(pub Vec<String>);

impl Env {
    /// Starts from these values.
    #[must_use]
    pub fn new(values: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { values: values.into_iter().collect(), ..Self::default() }
    }

    /// Starts a heading of the reference page.
    pub fn group(&mut self, title: &'static str) {
        self.group = title;
    }

    /// Reads a setting that has a default.
    ///
    /// A value that does not parse is noted, and the default stands in until [`Env::finish`].
    ///
    /// # Panics
    ///
    /// Panics if the default itself does not parse; a test reads every setting once.
    pub fn var<T>(
        &mut self,
        names: impl Into<Names>,
        default: &'static str,
        help: &'static str,
    ) -> T
    where
        T: FromStr,
        T::Err: fmt::Display,
    {
        let names = names.into();
        let name = names.first();
        let text = self.ask(names, Some(default), help, false);
        match text.as_deref().map(str::parse) {
            Some(Ok(value)) => return value,
            Some(Err(e)) => {
                self.problems.push(format!("{name}: {e}, was `{}`", text.unwrap_or_default()));
            }
            None => {}
        }
        let Ok(value) = default.parse() else {
            panic!("default of {name} does not parse");
        };
        value
    }

    /// Reads a setting that is off unless it is set.
    pub fn optional<T>(&mut self, names: impl Into<Names>, help: &'static str) -> Option<T>
    where
        T: FromStr,
        T::Err: fmt::Display,
    {
        let names = names.into();
        let name = names.first();
        let text = self.ask(names, None, help, false).filter(|text| !text.is_empty())?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(e) => {
                self.problems.push(format!("{name}: {e}, was `{text}`"));
                None
            }
        }
    }

    /// Reads a switch: `true`, `1`, `yes`, `on` or their opposites.
    pub fn flag(
        &mut self,
        names: impl Into<Names>,
        default: &'static str,
        help: &'static str,
    ) -> bool {
        self.var::<Switch>(names, default, help).0
    }

    /// Reads a list, separated by commas or written as a JSON array of strings.
    pub fn list(&mut self, names: impl Into<Names>, help: &'static str) -> Vec<String> {
        let names = names.into();
        let name = names.first();
        let text = self.ask(names, Some(""), help, false).unwrap_or_default();
        if text.trim_start().starts_with('[') {
            return serde_json::from_str(&text).unwrap_or_else(|e| {
                self.problems.push(format!("{name}: not a JSON list of strings ({e})"));
                Vec::new()
            });
        }
        text.split(',').map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect()
    }

    /// Reads a value that must not be seen, from the variable or from the file `<NAME>_FILE` names.
    pub fn secret(&mut self, names: impl Into<Names>, help: &'static str) -> Option<Secret> {
        let names = names.into();
        for name in names.0.clone() {
            self.read_secret_file(name);
        }
        self.ask(names, None, help, true).filter(|text| !text.is_empty()).map(Secret::new)
    }

    /// Tells how strict the process is, without asking for it a second time.
    #[must_use]
    pub fn environment(&self) -> Environment {
        let text = ["ENVIRONMENT", "ENV"].iter().find_map(|name| self.values.get(*name));
        text.and_then(|text| text.trim().parse().ok()).unwrap_or(Environment::Development)
    }

    /// Notes a problem that no single setting shows.
    pub fn problem(&mut self, text: impl Into<String>) {
        self.problems.push(text.into());
    }

    /// Returns what was asked for.
    ///
    /// # Errors
    ///
    /// Returns every problem, not only the first.
    pub fn finish(self) -> Result<Vec<Asked>, SettingsError> {
        if self.problems.is_empty() { Ok(self.asked) } else { Err(SettingsError(self.problems)) }
    }

    fn ask(
        &mut self,
        names: Names,
        default: Option<&'static str>,
        help: &'static str,
        secret: bool,
    ) -> Option<String> {
        let mut found: Option<(&'static str, &String)> = None;
        for name in &names.0 {
            let Some(text) = self.values.get(*name) else { continue };
            match found {
                Some((other, value)) if value != text => {
                    self.problems.push(format!(
                        "{other} and {name}: two names of one setting with different values; \
                         keep one"
                    ));
                }
                Some(_) => {}
                None => found = Some((name, text)),
            }
        }
        let value = found.map(|(_, text)| text.trim().to_owned());
        let group = self.group;
        self.asked.push(Asked { group, names, default, help, value: value.clone(), secret });
        value
    }

    fn read_secret_file(&mut self, name: &'static str) {
        let Some(path) = self.values.get(&format!("{name}_FILE")).filter(|p| !p.is_empty()) else {
            return;
        };
        match std::fs::read_to_string(path) {
            Ok(text) => {
                let text = text.trim_end_matches(['\r', '\n']).to_owned();
                if self.values.get(name).is_some_and(|direct| *direct != text) {
                    self.problems.push(format!("{name} and {name}_FILE: set one of them only"));
                }
                self.values.insert(name.to_owned(), text);
            }
            Err(e) => self.problems.push(format!("{name}_FILE: cannot read `{path}`: {e}")),
        }
    }
}

/// A boolean as people write it.
struct Switch(bool);

impl FromStr for Switch {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok(Self(true)),
            "false" | "0" | "no" | "off" => Ok(Self(false)),
            _ => Err("must be true or false"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Env {
        Env::new(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn every_problem_is_reported_at_once() {
        let mut env = env(&[("HOUR", "six"), ("FAST", "maybe"), ("A", "1"), ("B", "2")]);
        let hour: u8 = env.var("HOUR", "6", "Hour of the refresh.");
        let fast = env.flag("FAST", "true", "Whether to hurry.");
        let _: u8 = env.var(["A", "B"], "0", "One thing with two names.");

        assert_eq!((hour, fast), (6, true));
        assert_eq!(
            env.finish().unwrap_err().0,
            [
                "HOUR: invalid digit found in string, was `six`",
                "FAST: must be true or false, was `maybe`",
                "A and B: two names of one setting with different values; keep one",
            ]
        );
    }

    #[test]
    fn lists_are_written_with_commas_or_as_json() {
        let mut env = env(&[("A", "x, y"), ("B", r#"["x","y"]"#)]);
        assert_eq!(env.list("A", "…"), ["x", "y"]);
        assert_eq!(env.list("B", "…"), ["x", "y"]);
        assert!(env.list("C", "…").is_empty());
    }

    #[test]
    fn a_secret_may_come_from_a_file_and_never_shows() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "hush\n").unwrap();
        let mut env = env(&[("KEY_FILE", file.path().to_str().unwrap())]);

        let secret = env.secret("KEY", "…").unwrap();

        assert_eq!((secret.reveal(), format!("{secret:?}").as_str()), ("hush", "Secret(***)"));
    }
}
