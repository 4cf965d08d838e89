//! Where values come from: the process environment, then one file.

use std::collections::BTreeMap;

use super::{Env, SettingsError};

/// The variables that may name the file, in order.
const FILE_VARIABLES: [&str; 2] = ["QUINTET_ENV_FILE", "ANALYST_ENV_FILE"];

impl Env {
    /// Reads the process environment and the file that `QUINTET_ENV_FILE` or `ANALYST_ENV_FILE`
    /// names, otherwise `.env` if there is one. The environment wins.
    ///
    /// # Errors
    ///
    /// Returns [`SettingsError`] if the named file cannot be read.
    pub fn load() -> Result<Self, SettingsError> {
        // A variable that is not text cannot be one of ours.
        let process: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let named = FILE_VARIABLES.iter().find_map(|name| process.get(*name));
        let mut values = match named {
            Some(path) => file(path)
                .map_err(|e| SettingsError(vec![format!("{path}: cannot be read: {e}")]))?,
            None => file(".env").unwrap_or_default(),
        };
        values.extend(process);
        Ok(Self::new(values))
    }
}

fn file(path: &str) -> Result<BTreeMap<String, String>, dotenvy::Error> {
    dotenvy::from_path_iter(path)?.collect()
}
