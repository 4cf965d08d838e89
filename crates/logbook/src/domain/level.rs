//! The four levels.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How serious a line is. Whatever a source calls it, it is kept under one of these names.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Level {
    /// For whoever develops.
    Debug,
    /// For operators.
    Info,
    /// It went on, with less.
    Warn,
    /// Somebody must look.
    Error,
}

impl Level {
    /// All levels, the least serious first.
    pub(crate) const ALL: [Self; 4] = [Self::Debug, Self::Info, Self::Warn, Self::Error];

    /// Returns the name that is stored.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
        }
    }

    /// Reads any of the names in use: `WARNING`, `warn`, `CRITICAL`, `trace`, …
    #[must_use]
    pub(crate) fn of(name: &str) -> Option<Self> {
        const NAMES: [(&str, Level); 15] = [
            ("INFO", Level::Info),
            ("DEBUG", Level::Debug),
            ("WARN", Level::Warn),
            ("ERROR", Level::Error),
            ("WARNING", Level::Warn),
            ("CRITICAL", Level::Error),
            ("FATAL", Level::Error),
            ("TRACE", Level::Debug),
            ("NOTICE", Level::Info),
            ("ERR", Level::Error),
            ("EMERG", Level::Error),
            ("ALERT", Level::Error),
            ("CRIT", Level::Error),
            ("SEVERE", Level::Error),
            ("NOTSET", Level::Debug),
        ];
        NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, level)| *level)
    }
}

#[cfg(test)]
mod tests {
    use super::Level;

    #[test]
    fn every_name_in_use_is_one_of_four_levels() {
        for (name, level) in [
            ("WARNING", Level::Warn),
            ("WARN", Level::Warn),
            ("warn", Level::Warn),
            ("CRITICAL", Level::Error),
            ("trace", Level::Debug),
            ("Info", Level::Info),
        ] {
            assert_eq!(Level::of(name), Some(level), "{name}");
        }
        assert_eq!(Level::of("loud"), None);
    }
}
