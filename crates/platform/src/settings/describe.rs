//! The settings as a page, as a template and as a listing.

use std::fmt::Write as _;

use super::Asked;

/// Writes the template that an operator copies to `.env`.
#[must_use]
pub fn env_example(asked: &[Asked]) -> String {
    let mut out = String::from(
        "# Every setting of Quintet. Nothing here has to be set on a first start.\n\
         # Written by `cargo xtask generate`; copy it to `.env` and edit the copy.\n",
    );
    for (heading, settings) in grouped(asked) {
        let _ = write!(out, "\n# --- {heading} ---\n");
        for s in settings {
            let _ = writeln!(out, "\n# {}", s.help);
            if s.names.0.len() > 1 {
                let _ = writeln!(out, "# Also: {}", s.names.0[1..].join(", "));
            }
            if s.secret {
                let _ = writeln!(out, "# Secret; may be given as {}_FILE", s.names.first());
            }
            let _ = writeln!(out, "#{}={}", s.names.first(), s.default.unwrap_or_default());
        }
    }
    out
}

/// Writes the page of the manual.
#[must_use]
pub fn reference(asked: &[Asked]) -> String {
    let mut out = String::from(
        "# Settings\n\nWritten by `cargo xtask generate` from the code. The environment wins over \
         the file that `QUINTET_ENV_FILE` names (else `.env`). Every secret may also be given as \
         `<NAME>_FILE`.\n",
    );
    for (heading, settings) in grouped(asked) {
        let _ = write!(out, "\n## {heading}\n\n| Variable | Default | Meaning |\n|---|---|---|\n");
        for s in settings {
            let mut names = format!("`{}`", s.names.first());
            for alias in &s.names.0[1..] {
                let _ = write!(names, ", `{alias}`");
            }
            let default = match s.default {
                Some("") => "empty".to_owned(),
                Some(text) => format!("`{text}`"),
                None => "not set".to_owned(),
            };
            let _ = writeln!(out, "| {names} | {default} | {} |", s.help.replace('|', "\\|"));
        }
    }
    out
}

/// Writes the settings in effect, secrets hidden.
#[must_use]
pub fn print(asked: &[Asked]) -> String {
    let mut out = String::new();
    for s in asked {
        let (value, origin) = match (&s.value, s.default) {
            (Some(_), _) if s.secret => ("***", "set"),
            (Some(value), _) => (value.as_str(), "set"),
            (None, Some(default)) => (default, "default"),
            (None, None) => ("", "not set"),
        };
        let _ = writeln!(out, "{:<36} {value:<40} # {origin}", s.names.first());
    }
    out
}

fn grouped(asked: &[Asked]) -> Vec<(&'static str, Vec<&Asked>)> {
    let mut groups: Vec<(&'static str, Vec<&Asked>)> = Vec::new();
    for setting in asked {
        match groups.iter_mut().find(|(name, _)| *name == setting.group) {
            Some((_, members)) => members.push(setting),
            None => groups.push((setting.group, vec![setting])),
        }
    }
    groups
}
